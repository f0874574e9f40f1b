import { afterEach, expect, it } from "vitest";
import { sentence } from "../../../src/message.ts";
import { eventually, openStage, type Stage, type StageOptions } from "./stage.ts";

/** As Slack does it, only faster; what fails is tried again at once. */
const QUICK = { firstWait: 10, longestWait: 50, steady: 50, look: 20, connect: 3_000, keep: 2_000, close: 500 };

let stage: Stage | undefined;
async function open(options: StageOptions = {}): Promise<Stage & { channel: string; person: string }> {
  stage = await openStage({ socketPace: QUICK, times: { warningMilliseconds: 1_000 }, ...options });
  const { workspace } = stage;
  const person = workspace.addUser();
  const channel = workspace.addChannel();
  await eventually(() => expect(workspace.connections()).toHaveLength(2));
  return { ...stage, channel, person };
}
afterEach(async () => {
  const standing = stage;
  stage = undefined;
  await standing?.close();
  expect(standing?.double.breaches ?? []).toEqual([]);
});

/** Somebody types without a pause until the returned function is called; it gives what Slack told them. */
function typeOn({ workspace, channel, person }: { workspace: Stage["workspace"]; channel: string; person: string }): () => Promise<(string | undefined)[]> {
  let typing = true;
  const failures: (string | undefined)[] = [];
  const type = async (): Promise<void> => {
    while (typing) {
      failures.push((await workspace.command({ user: person, channel, command: "/status" })).failure);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const done = Promise.all([type(), type(), type(), type()]);
  return async () => {
    typing = false;
    await done;
    return failures;
  };
}

const ids = (workspace: Stage["workspace"]): string[] => workspace.connections().map(({ id }) => id);

it.each([true, false])("loses no command while Slack renews both connections, twice, keeping them open at first: %s", async (socketsLinger) => {
  const opened = await open({ socketsLinger });
  const before = ids(opened.workspace);
  const stopTyping = typeOn(opened);
  await opened.workspace.refreshSockets();
  await opened.workspace.refreshSockets();
  const failures = await stopTyping();
  expect(failures.length).toBeGreaterThan(8);
  expect(failures.filter((failure) => failure !== undefined)).toEqual([]);
  await eventually(() => expect(opened.workspace.connections()).toHaveLength(2));
  expect(ids(opened.workspace).filter((id) => before.includes(id))).toEqual([]);
});

it("connects again when both connections break without a word", async () => {
  const { workspace, person, channel } = await open();
  const before = ids(workspace);
  workspace.dropSockets();
  await eventually(() => expect(ids(workspace).filter((id) => !before.includes(id))).toHaveLength(2));
  expect((await workspace.command({ user: person, channel, command: "/status" })).failure).toBeUndefined();
});

it("outlives a key that is refused while it reconnects, and hears again when the key is taken again", async () => {
  const { workspace, double, person, channel, log } = await open();
  const failures: unknown[] = [];
  const note = (error: unknown): number => failures.push(error);
  process.on("unhandledRejection", note);
  try {
    const restore = double.faults.every("apps.connections.open", { kind: "error", code: "invalid_auth" });
    workspace.dropSockets();
    await eventually(() => expect(double.calls.filter(({ outcome }) => outcome === "invalid_auth").length).toBeGreaterThan(3));
    restore();
    await eventually(() => expect(workspace.connections()).toHaveLength(2));
    expect((await workspace.command({ user: person, channel, command: "/status" })).failure).toBeUndefined();
    // Said once for each connection, not at every attempt.
    expect(log.entries.filter(({ event, values }) => event === "slack.socket_failed" && values["code"] === "invalid_auth")).toHaveLength(2);
  } finally {
    process.off("unhandledRejection", note);
  }
  expect(failures).toEqual([]);
});

it.each(["http", "reset", "cut", "socket"] as const)("connects again after a failure of the kind %s", async (kind) => {
  const { workspace, double } = await open();
  const method = kind === "socket" ? "socket" : "apps.connections.open";
  for (let count = 0; count < 3; count += 1) double.faults.next(method, kind === "http" || kind === "socket" ? { kind: "http", status: 500 } : { kind });
  workspace.dropSockets();
  await eventually(() => expect(double.faults.met).toBe(3));
  await eventually(() => expect(workspace.connections()).toHaveLength(2));
});

it("waits as long as Slack asks before it connects again", async () => {
  const { workspace, double } = await open();
  double.faults.next("apps.connections.open", { kind: "limited", seconds: 1 });
  workspace.dropSockets();
  await eventually(() => expect(workspace.connections()).toHaveLength(2));
  const limited = double.calls.findIndex(({ method, retryAfter }) => method === "apps.connections.open" && retryAfter === 1);
  expect(limited).toBeGreaterThan(0);
  expect(double.calls.slice(limited).filter(({ method }) => method === "apps.connections.open").length).toBeLessThan(4);
});

it("starts while Slack takes no connection, and hears as soon as it does", async () => {
  stage = await openStage({ socketPace: { ...QUICK, connect: 200 }, start: false });
  const { chat, double, workspace } = stage;
  const restore = double.faults.every("apps.connections.open", { kind: "silent" });
  await chat.start(async () => {
    throw new Error("nothing is said here");
  });
  expect(workspace.connections()).toEqual([]);
  restore();
  await eventually(() => expect(workspace.connections()).toHaveLength(2));
});

it("closes both connections when it stops, also those of which Slack no longer hears", async () => {
  const { workspace, chat } = await open();
  workspace.halfOpen();
  await chat.stop();
  await eventually(() => expect(workspace.connections()).toEqual([]));
});

it("opens no more connections after it has stopped", async () => {
  const { workspace, chat, double } = await open();
  const restore = double.faults.every("apps.connections.open", { kind: "slow", milliseconds: 200 });
  workspace.dropSockets();
  await eventually(() => expect(double.faults.met).toBeGreaterThan(0));
  await chat.stop();
  restore();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(workspace.connections()).toEqual([]);
});

it("notices connections that no longer answer, and replaces them", async () => {
  const { workspace, person, channel } = await open({ socketPace: { ...QUICK, pong: 600 } });
  workspace.halfOpen();
  await eventually(() => expect(workspace.connections().map(({ frozen }) => frozen)).toEqual([false, false]));
  expect((await workspace.command({ user: person, channel, command: "/status" })).failure).toBeUndefined();
});

it("hears two workspaces at once, one through sockets and one over HTTP, and keeps them apart", async () => {
  const { workspace, second, person, channel, inbounds, chat } = await open({ second: true });
  if (second === undefined) throw new Error("no second workspace");
  const there = second.addUser();
  const elsewhere = second.addChannel();
  await Promise.all([
    workspace.command({ user: person, channel, command: "/status" }),
    second.command({ user: there, channel: elsewhere, command: "/help" }),
  ]);
  await eventually(() => expect(workspace.whispers({ user: person })[0]?.text).toContain("Answer to status"));
  await eventually(() => expect(second.whispers({ user: there })[0]?.text).toContain("Answer to help"));
  expect(inbounds.find(({ line }) => line === "status")?.room).toBe(`slack:${workspace.team}/${channel}`);
  expect(inbounds.find(({ line }) => line === "help")?.room).toBe(`slack:${second.team}/${elsewhere}`);
  await chat.send(`slack:${second.team}/${elsewhere}`, sentence("Only here.", "en"), "k");
  expect(second.posts(elsewhere)).toHaveLength(1);
  expect(workspace.posts(channel)).toEqual([]);
});
