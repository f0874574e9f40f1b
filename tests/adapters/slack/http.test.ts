import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../adapters/node/machine.ts";
import { createHttpReceiver } from "../../../adapters/slack/receivers/http.ts";
import type { Form } from "../../../src/answer.ts";
import { sentence } from "../../../src/message.ts";
import { recordingLog } from "../../support/log.ts";
import type { Signature } from "../../support/slack/double.ts";
import { eventually, openStage, type Stage, type StageOptions } from "./stage.ts";

let stage: Stage | undefined;
async function open(options: StageOptions = {}): Promise<Stage & { channel: string; person: string }> {
  stage = await openStage({ mode: "http", ...options });
  const person = stage.workspace.addUser();
  const channel = stage.workspace.addChannel();
  return { ...stage, channel, person };
}
afterEach(async () => {
  const standing = stage;
  stage = undefined;
  await standing?.close();
  expect(standing?.double.breaches ?? []).toEqual([]);
});

const FORM: Form = {
  title: "Move a date",
  command: "deadline move hrc-64",
  fields: [{ name: "date", label: "New date", hint: "", kind: "text", required: true, value: "" }],
  submit: "Send",
  language: "en",
};

/** A request signed rightly, at any distance from now, in seconds. */
async function post({ chat, workspace, clock }: Stage, body: string, more: { seconds?: number; type?: string; path?: string; method?: string } = {}): Promise<Response> {
  const timestamp = Math.floor(clock.now() / 1_000) + (more.seconds ?? 0);
  const signature = `v0=${createHmac("sha256", workspace.signingSecret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  const method = more.method ?? "POST";
  return fetch(new URL(more.path ?? "", chat.address()), {
    method,
    headers: { "content-type": more.type ?? "application/json", "x-slack-signature": signature, "x-slack-request-timestamp": String(timestamp) },
    ...(method === "POST" ? { body } : {}),
  });
}

describe("over HTTP", () => {
  it("hears commands, clicks, submissions and events, as over sockets", async () => {
    const { workspace, channel, person, answers, inbounds, chat } = await open();
    answers.set("deadline move hrc-64", { form: FORM });
    const command = await workspace.command({ user: person, channel, command: "/deadline", text: "move hrc-64" });
    expect(command).toMatchObject({ failure: undefined, ackBody: undefined });
    await eventually(() => expect(workspace.views(person)).toHaveLength(1));
    answers.set("deadline move hrc-64 --date soon", { ok: false, field: "date", message: sentence("Which day?", "en") });
    const refused = await workspace.submit({ user: person, values: { date: "soon" } });
    expect(refused.ackBody).toEqual({ response_action: "errors", errors: { date: "Which day?" } });
    await workspace.submit({ user: person, values: { date: "tomorrow" } });
    expect(workspace.views(person)).toEqual([]);

    const ref = await chat.send(`slack:${workspace.team}/${channel}`, sentence("Take it?", "en", [{ label: "Take", command: "take a" }]), "k");
    const click = await workspace.click({ user: person, on: { channel, ts: ref.split("/")[2] ?? "" }, label: "Take" });
    expect(click).toMatchObject({ failure: undefined, ackBody: undefined });
    await workspace.mention({ user: person, channel, text: "help" });
    await eventually(() =>
      expect(inbounds.map(({ line }) => line)).toEqual([
        "deadline move hrc-64", "deadline move hrc-64 --date soon", "deadline move hrc-64 --date tomorrow", "take a", "help",
      ]),
    );
  });

  it("acknowledges an event before anything is done about it, and an event that comes again has the same key", async () => {
    const opened = await open();
    const { workspace, channel, person, answers, inbounds } = opened;
    const gate = Promise.withResolvers<object>();
    answers.set("deadlines", () => gate.promise);
    const event = await workspace.mention({ user: person, channel, text: "deadlines" });
    expect(event.ackedAfter).not.toBeNull();
    // Slack signs each attempt for its own second.
    expect((await post(opened, JSON.stringify(event.payload), { seconds: 60 })).status).toBe(200);
    gate.resolve({ queued: true });
    await eventually(() => expect(inbounds).toHaveLength(2));
    expect(inbounds[1]?.key).toBe(inbounds[0]?.key);
  });

  it.each(["wrong", "stale", "future", "tampered", "missing"] satisfies Signature[])("refuses a request whose signature is %s, and asks not to be sent it again", async (signature) => {
    const { workspace, inbounds, channel, person, log } = await open();
    const { payload } = await workspace.command({ user: person, channel, command: "/help" });
    await eventually(() => expect(inbounds).toHaveLength(1));
    const reply = await workspace.http.send({ kind: "slash_commands", payload: { ...payload, text: "more" } }, signature);
    expect(reply.status).toBe(401);
    expect(reply.headers.get("x-slack-no-retry")).toBe("1");
    expect(inbounds).toHaveLength(1);
    expect(log.entries.filter(({ event }) => event === "slack.request_refused")).toHaveLength(1);
  });

  it("takes a request up to five minutes from now, in both directions, and none beyond", async () => {
    const opened = await open();
    const body = JSON.stringify({ type: "url_verification", challenge: "c" });
    const statuses = [];
    for (const seconds of [-299, 299, -302, 302]) statuses.push((await post(opened, body, { seconds })).status);
    expect(statuses).toEqual([200, 200, 401, 401]);
  });

  it("answers a request that is played again without doing it again", async () => {
    const { workspace, inbounds, channel, person } = await open();
    await workspace.command({ user: person, channel, command: "/help" });
    await eventually(() => expect(inbounds).toHaveLength(1));
    const again = await workspace.http.replay();
    expect(again).toMatchObject({ status: 200, body: "" });
    await workspace.command({ user: person, channel, command: "/status" });
    await eventually(() => expect(inbounds.map(({ line }) => line)).toEqual(["help", "status"]));
  });

  it("has a request come again whose workspace is not known yet, rather than give it to another with the same secret", async () => {
    const taken: string[] = [];
    const receive = async (): Promise<void> => void taken.push("T0KNOWN");
    const receiver = createHttpReceiver({
      host: "127.0.0.1", port: 0, clock: systemClock, log: recordingLog(),
      doors: [{ signingSecret: "s", open: { team: "T0KNOWN", receive } }, { signingSecret: "s" }],
    });
    await receiver.start();
    const statuses = [];
    for (const team of ["T0KNOWN", "T0LATER"]) {
      const body = JSON.stringify({ type: "event_callback", team_id: team });
      const timestamp = Math.floor(Date.now() / 1_000);
      const signature = `v0=${createHmac("sha256", "s").update(`v0:${timestamp}:${body}`).digest("hex")}`;
      const headers = { "content-type": "application/json", "x-slack-signature": signature, "x-slack-request-timestamp": String(timestamp) };
      statuses.push((await fetch(receiver.address(), { method: "POST", headers, body })).status);
    }
    await receiver.stop();
    expect(statuses).toEqual([200, 503]);
    expect(taken).toEqual(["T0KNOWN"]);
  });

  it("proves its address to Slack, and lets Slack look at its certificate", async () => {
    const { workspace } = await open();
    expect(await workspace.http.verifyUrl()).toBe(true);
    expect((await workspace.http.checkCertificate()).status).toBe(200);
  });

  it("knows one path and one method", async () => {
    const opened = await open();
    expect((await post(opened, "{}", { path: "/" })).status).toBe(404);
    expect((await post(opened, "{}", { path: "/slack/events/more" })).status).toBe(404);
    expect((await post(opened, "", { method: "GET" })).status).toBe(405);
  });

  it("refuses what is no request of Slack's: too large, no JSON, none of its kinds", async () => {
    const opened = await open();
    expect((await post(opened, "a".repeat(1_000_001))).status).toBe(413);
    expect((await post(opened, "{ no json")).status).toBe(400);
    expect((await post(opened, "payload=%7B", { type: "application/x-www-form-urlencoded" })).status).toBe(400);
    // Nobody listens to it; sending it again would not change that.
    expect((await post(opened, JSON.stringify({ hello: "there" }))).status).toBe(200);
    expect(opened.inbounds).toEqual([]);
    // And it still hears.
    await opened.workspace.command({ user: opened.person, channel: opened.channel, command: "/help" });
    await eventually(() => expect(opened.inbounds).toHaveLength(1));
  });

  it("refuses a large request that does not say how large it is", async () => {
    const { chat } = await open();
    const { hostname, port } = new URL(chat.address());
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname);
      let heard = "";
      socket.on("data", (data) => (heard += data.toString()));
      socket.on("error", () => resolve(heard));
      socket.on("close", () => resolve(heard));
      socket.write("POST /slack/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (let count = 0; count < 12; count += 1) socket.write(`${(100_000).toString(16)}\r\n${"a".repeat(100_000)}\r\n`);
    });
    expect(answer).toContain("413");
  });

  it("finishes what it has begun when it stops, and takes nothing new", async () => {
    const { workspace, channel, person, answers, inbounds, chat } = await open();
    const address = chat.address();
    const gate = Promise.withResolvers<object>();
    answers.set("deadlines", () => gate.promise);
    await workspace.command({ user: person, channel, command: "/deadlines" });
    await eventually(() => expect(inbounds).toHaveLength(1));
    const stopped = chat.stop();
    const late = await fetch(address, { method: "POST", body: "{}" }).then(({ status }) => status, () => 503);
    expect(late).toBe(503);
    gate.resolve({});
    await stopped;
    expect(workspace.whispers({ user: person })).toHaveLength(1);
  });

  it("says that its port is taken before anything else has begun", async () => {
    const { chat } = await open();
    const port = Number(new URL(chat.address()).port);
    const second = await openStage({ mode: "http", http: { host: "127.0.0.1", port }, start: false });
    try {
      await expect(second.chat.start(async () => Promise.reject(new Error("nothing is said here")))).rejects.toMatchObject({ code: "EADDRINUSE" });
      expect(second.double.calls).toEqual([]);
    } finally {
      await second.close();
    }
  });
});
