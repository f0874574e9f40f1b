/** The Slack double's sockets, with the real SocketModeClient and, where the wire itself matters, a bare WebSocket. */
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { WorkspaceOptions } from "../../support/slack/double.ts";
import { LEAST_SCOPES } from "../../support/slack/double.ts";
import { codeOf, type DoubleStage, newBreaches, openDoubleStage } from "./double-fixture.ts";

type Heard = { ack: (payload?: Record<string, unknown>) => Promise<void>; body: { event_id?: string; event?: { type: string } }; retry_num?: number };

let stage: DoubleStage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});
const FAST = { ackMilliseconds: 150, eventRetries: [0, 30, 60], warningMilliseconds: 50, pingMilliseconds: 50 };
async function open(workspace: WorkspaceOptions = {}): Promise<DoubleStage> {
  stage = await openDoubleStage({ double: { times: FAST }, workspace });
  return stage;
}

/** A bare connection: what Slack sent, and what we say. */
async function openBare({ clientWith, workspace }: DoubleStage, url?: string) {
  const given = url ?? (await clientWith(workspace.appToken).apps.connections.open({})).url ?? "";
  const socket = new WebSocket(given);
  const messages: Record<string, unknown>[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(data.toString())));
  const outcome = await new Promise<string>((resolve) => {
    socket.on("open", () => resolve("open"));
    socket.on("error", (error) => resolve(error.message));
  });
  return { socket, messages, outcome, url: given, say: (message: unknown) => socket.send(JSON.stringify(message)) };
}

describe("a connection", () => {
  it("begins with hello, on a URL that works once", async () => {
    const opened = await open();
    const first = await openBare(opened);
    await expect.poll(() => first.messages).toMatchObject([{ type: "hello", num_connections: 1, connection_info: { app_id: opened.workspace.appId } }]);
    const second = await openBare(opened, first.url);
    expect(second.outcome).toContain("401");
    expect(newBreaches(opened.double)).toEqual(["socket: a URL that was used before or never given"]);
    first.socket.terminate();
  });

  it("can be the tenth, but not the eleventh", async () => {
    const opened = await open();
    const all: Awaited<ReturnType<typeof openBare>>[] = [];
    for (let count = 0; count < 11; count += 1) all.push(await openBare(opened));
    await expect.poll(() => all.at(-1)?.messages).toMatchObject([{ type: "disconnect", reason: "too_many_websockets" }]);
    expect(opened.workspace.connections()).toHaveLength(10);
    for (const { socket } of all) socket.terminate();
  });

  it("is pinged, and answers pings", async () => {
    const { socket } = await openBare(await open());
    const [pinged, answered] = [new Promise((resolve) => socket.on("ping", resolve)), new Promise((resolve) => socket.on("pong", resolve))];
    socket.ping();
    await Promise.all([pinged, answered]);
    socket.terminate();
  });

  it("is warned, then asked to go; the client comes back by itself", async () => {
    const opened = await open();
    const { workspace } = opened;
    const bare = await openBare(opened);
    const closed = new Promise((resolve) => bare.socket.on("close", resolve));
    await workspace.refreshSockets();
    await closed;
    expect(bare.messages.map((message) => message["reason"] ?? message["type"])).toEqual(["hello", "warning", "refresh_requested"]);
    const client = opened.openSocket();
    await client.start();
    const [before] = workspace.connections();
    await workspace.refreshSockets();
    await expect.poll(() => workspace.connections().filter((connection) => connection.id !== before?.id), { timeout: 5_000 }).toHaveLength(1);
  });

  it("that is lost or half open is noticed by the client", async () => {
    const opened = await open();
    const { workspace } = opened;
    await opened.openSocket().start();
    for (const lose of [() => workspace.dropSockets(), () => workspace.halfOpen()]) {
      const [before] = workspace.connections();
      lose();
      await expect.poll(() => workspace.connections().filter((connection) => connection.id !== before?.id && !connection.frozen), { timeout: 8_000 }).toHaveLength(1);
    }
  });

  it("leaves TCP open after the close handshake when asked to, as Slack does", async () => {
    stage = await openDoubleStage({ double: { socketsLinger: true, times: FAST } });
    const bare = await openBare(stage);
    let ended = false;
    bare.socket.on("close", () => {
      ended = true;
    });
    bare.socket.close(1000);
    await expect.poll(() => stage?.workspace.connections()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(ended).toBe(false);
    bare.socket.terminate();
  });

  it("is refused to a revoked app, and ends with the installation", async () => {
    const opened = await open();
    await opened.workspace.uninstall();
    expect(await codeOf(opened.clientWith(opened.workspace.appToken).apps.connections.open({}))).toBe("invalid_auth");
  });
});

describe("an acknowledgement", () => {
  it("is timed, and missed after three seconds; a command does not come again", async () => {
    const opened = await open();
    const { workspace, person, channel, double } = opened;
    expect(await workspace.command({ user: person, channel, command: "/clarion" })).toMatchObject({ ackedAfter: null, failure: "dispatch_failed" });
    const bare = await openBare(opened);
    expect(await workspace.command({ user: person, channel, command: "/clarion" })).toMatchObject({ ackedAfter: null, failure: "operation_timeout" });
    const envelopes = () => bare.messages.filter((message) => message["envelope_id"] !== undefined);
    expect(envelopes()).toMatchObject([{ type: "slash_commands", accepts_response_payload: true, payload: { command: "/clarion" } }]);
    bare.say({ envelope_id: envelopes()[0]?.["envelope_id"] });
    await expect.poll(() => newBreaches(double).join()).toMatch(/slash_commands acknowledged after \d+ ms/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(envelopes()).toHaveLength(1);
    bare.socket.terminate();
  });

  it("must name an envelope, once, and say nothing where nothing is read", async () => {
    const opened = await open();
    const { workspace, person, double } = opened;
    const bare = await openBare(opened);
    bare.socket.on("message", (data) => {
      const { envelope_id: id } = JSON.parse(data.toString());
      if (id === undefined) return;
      bare.say({ envelope_id: id, payload: { text: "Heard" } });
      bare.say({ envelope_id: id });
    });
    bare.say({ envelope_id: "none" });
    bare.say({ text: "Hello" });
    expect((await workspace.openHome(person)).ackedAfter).toBeLessThan(150);
    await expect.poll(() => double.breaches.length).toBe(4);
    expect(newBreaches(double)).toEqual([
      "socket: an acknowledgement of an unknown envelope",
      "socket: a message without envelope_id",
      "socket: a payload in the acknowledgement of events_api, which accepts none",
      "socket: a second acknowledgement of one events_api envelope",
    ]);
    bare.socket.terminate();
  });

  it("of an event that is missing brings the same event again, three times at most", async () => {
    const opened = await open();
    const { workspace, person } = opened;
    const bare = await openBare(opened);
    const event = await workspace.openHome(person);
    await expect.poll(() => event.attempts.length, { timeout: 3_000 }).toBe(4);
    const sent = bare.messages.filter((message) => message["type"] === "events_api");
    expect(sent.map((message) => [message["retry_attempt"], message["retry_reason"]])).toEqual([[0, ""], [1, "timeout"], [2, "timeout"], [3, "timeout"]]);
    expect(new Set(sent.map((message) => JSON.stringify(message["payload"]))).size).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(event.attempts).toHaveLength(4);
    bare.socket.terminate();
  });
});

describe("an event", () => {
  async function listening(options: WorkspaceOptions = {}) {
    const opened = await open(options);
    const heard: Heard[] = [];
    const socket = opened.openSocket();
    socket.on("slack_event", async (message: Heard & { type: string }) => {
      heard.push(message);
      await message.ack();
    });
    await socket.start();
    return { ...opened, heard, types: () => heard.map(({ body }) => body.event?.type) };
  }

  it("tells of everything that happens to a channel", async () => {
    const { workspace, channel, types } = await listening();
    for (const change of [{ archived: true }, { archived: false }, { shared: true }, { shared: false }, { name: "renamed" }, { readOnly: true }, { member: false }, { member: true }, { deleted: true as const }]) {
      await workspace.changeChannel(channel, change);
    }
    const inside = workspace.addChannel({ private: true });
    const [changed] = await workspace.changeChannel(inside, { newId: true });
    expect(changed?.payload).toMatchObject({ event: { old_channel_id: inside, new_channel_id: expect.stringMatching(/^C/) } });
    expect(types()).toEqual(["channel_archive", "channel_unarchive", "channel_shared", "channel_unshared", "channel_rename", "channel_left", "member_joined_channel", "channel_deleted", "channel_id_changed"]);
  });

  it("goes to any one of the connections", async () => {
    const opened = await listening();
    const bare = await openBare(opened);
    bare.socket.on("message", (data) => bare.say({ envelope_id: JSON.parse(data.toString()).envelope_id }));
    for (let count = 0; count < 40; count += 1) await opened.workspace.openHome(opened.person);
    expect(opened.heard.length + bare.messages.length - 1).toBe(40);
    expect(opened.heard.length).toBeGreaterThan(0);
    expect(opened.heard.length).toBeLessThan(40);
    bare.socket.terminate();
  });

  it("can be sent again, with its own id", async () => {
    const { workspace, channel, person, heard } = await listening();
    await workspace.redeliver(await workspace.mention({ user: person, channel, text: "deadlines" }));
    expect(heard.map(({ body, retry_num: attempt }) => [body.event?.type, attempt])).toEqual([["app_mention", 0], ["app_mention", 1]]);
    expect(heard[0]?.body.event_id).toBe(heard[1]?.body.event_id);
  });

  it("comes only with its scope and a subscription, and a mention only from a channel the app is in", async () => {
    const { workspace, channel, person, types } = await listening({ scopes: LEAST_SCOPES, events: ["app_mention", "channel_archive"] });
    expect(await workspace.mention({ user: person, channel, text: "deadlines" })).toMatchObject({ sent: false });
    expect(await workspace.openHome(person)).toMatchObject({ sent: false });
    await workspace.changeChannel(channel, { archived: true });
    expect(types()).toEqual(["channel_archive"]);
    expect(() => workspace.mention({ user: person, channel: workspace.addChannel({ member: false }), text: "deadlines" })).toThrow("not in");
  });

  it("says that a token was revoked and that the app is gone", async () => {
    const { workspace, types } = await listening();
    await workspace.revokeToken();
    await workspace.uninstall();
    expect(types()).toEqual(["tokens_revoked", "app_uninstalled"]);
    await expect.poll(() => workspace.connections()).toEqual([]);
  });
});
