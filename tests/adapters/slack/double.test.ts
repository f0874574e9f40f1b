/** The Slack double says no where Slack does: posting, editing, reading, with the real WebClient. */
import { afterEach, describe, expect, it } from "vitest";
import { LEAST_SCOPES, NO_RATES } from "../../support/slack/double.ts";
import { actions, button, codeOf, type DoubleStage, newBreaches, openDoubleStage, paragraph, PLAIN } from "./double-fixture.ts";

let stage: DoubleStage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});
async function open(options: Parameters<typeof openDoubleStage>[0] = {}): Promise<DoubleStage> {
  stage = await openDoubleStage(options);
  return stage;
}

describe("a token", () => {
  it("says who the bot is and what it may do", async () => {
    const { client, workspace } = await open({ workspace: { scopes: LEAST_SCOPES } });
    const answer = await client.auth.test();
    expect([answer.team_id, answer.user_id, answer.bot_id]).toEqual([workspace.team, workspace.botUser, workspace.botId]);
    expect(answer.response_metadata?.scopes).toEqual(LEAST_SCOPES);
  });

  it("is refused when unknown, missing, revoked, or of the wrong kind", async () => {
    const { double, workspace, client, clientWith } = await open();
    expect(await codeOf(clientWith("xoxb-nobody").auth.test())).toBe("invalid_auth");
    expect(await codeOf(clientWith("").auth.test())).toBe("not_authed");
    expect(await codeOf(clientWith(workspace.appToken).auth.test())).toBe("not_allowed_token_type");
    expect(await codeOf(client.apps.connections.open({}))).toBe("not_allowed_token_type");
    expect(newBreaches(double)).toEqual(["auth.test: no token", "auth.test: called with the app token", "apps.connections.open: called with the bot token"]);
    await workspace.revokeToken();
    expect(await codeOf(client.auth.test())).toBe("token_revoked");
    workspace.restoreToken();
    expect(await codeOf(client.auth.test())).toBe("ok");
    await workspace.uninstall();
    expect(await codeOf(client.auth.test())).toBe("account_inactive");
    expect(await codeOf(clientWith(workspace.appToken).apps.connections.open({}))).toBe("invalid_auth");
  });

  it("for sockets counts only in the header", async () => {
    const { double, workspace } = await open();
    const response = await fetch(`${double.apiUrl}apps.connections.open`, { method: "POST", body: new URLSearchParams({ token: workspace.appToken }) });
    expect(await response.json()).toMatchObject({ ok: false, error: "not_authed" });
  });

  it("needs the scope of what it asks for", async () => {
    const { client, channel, workspace } = await open({ workspace: { scopes: ["commands", "channels:read"] } });
    const refused = client.chat.postMessage({ channel, text: "Hello", ...PLAIN });
    await expect(refused).rejects.toMatchObject({ data: { error: "missing_scope", needed: "chat:write", provided: "commands,channels:read" } });
    expect(await codeOf(client.conversations.history({ channel }))).toBe("missing_scope");
    const hidden = workspace.addChannel({ private: true });
    expect(await codeOf(client.conversations.info({ channel: hidden }))).toBe("missing_scope");
    expect(await codeOf(client.users.conversations({ types: "public_channel,private_channel" }))).toBe("missing_scope");
    expect(await codeOf(client.team.info())).toBe("missing_scope");
  });

  it("of one workspace reaches nothing of another", async () => {
    const { double, client } = await open();
    const elsewhere = double.addWorkspace().addChannel();
    expect(await codeOf(client.chat.postMessage({ channel: elsewhere, text: "Hello", ...PLAIN }))).toBe("channel_not_found");
  });
});

describe("a call", () => {
  it("of no known method, or without what it needs, is a breach", async () => {
    const { double, client, channel } = await open();
    expect(await codeOf(client.apiCall("chat.shout", { channel }))).toBe("unknown_method");
    expect(await codeOf(client.apiCall("chat.postMessage", { text: "Hello", ...PLAIN }))).toBe("invalid_arguments");
    expect(await codeOf(client.apiCall("chat.postEphemeral", { channel, text: "Hello" }))).toBe("invalid_arguments");
    expect(await codeOf(client.apiCall("conversations.info", { channel, loudly: true }))).toBe("ok");
    expect(newBreaches(double)).toEqual(["chat.shout: no such method", "chat.postMessage: channel missing", "chat.postEphemeral: user missing", "conversations.info: no such argument: loudly"]);
  });

  it("is kept with its outcome, without the token", async () => {
    const { double, client, channel } = await open();
    await client.chat.postMessage({ channel, text: "Hello", ...PLAIN });
    expect(double.calls).toMatchObject([{ method: "chat.postMessage", outcome: "ok", args: { channel, text: "Hello" } }]);
    expect(JSON.stringify(double.calls)).not.toContain("xox");
  });
});

describe("posting", () => {
  it("is refused in a channel that is archived, foreign, unknown, hidden or read-only", async () => {
    const { client, workspace } = await open();
    const post = (channel: string) => codeOf(client.chat.postMessage({ channel, text: "Hello", ...PLAIN }));
    expect(await post(workspace.addChannel({ archived: true }))).toBe("is_archived");
    expect(await post(workspace.addChannel({ member: false }))).toBe("not_in_channel");
    expect(await post(workspace.addChannel({ private: true, member: false }))).toBe("channel_not_found");
    expect(await post("C0000000000")).toBe("channel_not_found");
    expect(await post(workspace.addChannel({ readOnly: true }))).toBe("restricted_action_read_only_channel");
    const deleted = workspace.addChannel();
    await workspace.changeChannel(deleted, { deleted: true });
    expect(await post(deleted)).toBe("channel_not_found");
    expect(await post(workspace.directChannel(workspace.addUser()))).toBe("ok");
  });

  it("gives every post of a channel a later timestamp, even while the clock stands still", async () => {
    const { client, channel, workspace } = await open({ double: { now: () => 1_700_000_000_000 } });
    for (let count = 0; count < 3; count += 1) await client.chat.postMessage({ channel, text: "Hello", ...PLAIN });
    expect(workspace.posts(channel).map((post) => post.ts)).toEqual(["1700000000.000100", "1700000000.000200", "1700000000.000300"]);
  });

  it("takes no blocks that Slack refuses, and calls them a breach", async () => {
    const { double, client, channel, workspace } = await open();
    const tooMany = Array.from({ length: 51 }, () => ({ type: "divider" as const }));
    expect(await codeOf(client.chat.postMessage({ channel, text: "Hello", blocks: tooMany, ...PLAIN }))).toBe("invalid_blocks");
    expect(newBreaches(double).join()).toMatch(/^chat.postMessage: blocks: 51/);
    expect(await codeOf(client.apiCall("chat.postMessage", { channel, text: "Hello", blocks: "{", ...PLAIN }))).toBe("invalid_blocks_format");
    expect(await codeOf(client.chat.postMessage({ channel, text: "", ...PLAIN }))).toBe("no_text");
    expect(await codeOf(client.apiCall("chat.postMessage", { channel, text: "Hello", metadata: { event_type: "post" }, ...PLAIN }))).toBe("invalid_metadata_schema");
    expect(await codeOf(client.chat.postMessage({ channel, text: "Hello", metadata: { event_type: "post", event_payload: { key: "x".repeat(9_000) } }, ...PLAIN }))).toBe("metadata_too_large");
    expect(workspace.posts(channel)).toEqual([]);
    expect(newBreaches(double)).toHaveLength(5);
  });

  it("lets an active mention through as Slack would, and calls it a breach", async () => {
    const { double, client, channel } = await open();
    expect(await codeOf(client.chat.postMessage({ channel, text: "<!channel> come", ...PLAIN }))).toBe("ok");
    expect(newBreaches(double).join()).toContain("<!channel>");
  });

  it("cuts a text after 40,000 characters and says so", async () => {
    const { client, channel, workspace } = await open();
    const answer = await client.chat.postMessage({ channel, text: "a".repeat(40_001), ...PLAIN });
    expect(answer.response_metadata?.warnings).toEqual(["message_truncated"]);
    expect(workspace.posts(channel)[0]?.text).toHaveLength(40_000);
  });

  it("answers in a thread where there is one, and else in the channel without a word", async () => {
    const { client, channel, workspace } = await open();
    const { ts = "" } = await client.chat.postMessage({ channel, text: "First", ...PLAIN });
    await client.chat.postMessage({ channel, text: "Second", thread_ts: ts, ...PLAIN });
    expect(workspace.posts(channel).map((post) => post.thread_ts)).toEqual([undefined, ts]);
    const third = await client.chat.postMessage({ channel, text: "Third", thread_ts: "1600000000.000100", ...PLAIN });
    expect(third.message).not.toHaveProperty("thread_ts");
    expect(workspace.posts(channel).map((post) => post.thread_ts)).toEqual([undefined, ts, undefined]);
  });

  it("privately reaches only people in the channel", async () => {
    const { client, channel, person, workspace } = await open();
    await client.chat.postEphemeral({ channel, user: person, text: "For you" });
    expect(workspace.whispers({ user: person, channel })).toMatchObject([{ text: "For you", via: "postEphemeral" }]);
    expect(workspace.posts(channel)).toEqual([]);
    const stranger = workspace.addUser({ channels: [] });
    expect(await codeOf(client.chat.postEphemeral({ channel, user: stranger, text: "For you" }))).toBe("user_not_in_channel");
  });
});

describe("changing a post", () => {
  it("keeps metadata, removes blocks that are not given again, and counts edits", async () => {
    const { client, channel, workspace } = await open();
    const metadata = { event_type: "clarion_post", event_payload: { key: "one" } };
    const { ts = "" } = await client.chat.postMessage({ channel, text: "Old", blocks: [paragraph("Old"), actions(button("Take"))], metadata, ...PLAIN });
    await client.chat.update({ channel, ts, text: "New" });
    expect(workspace.posts(channel)).toMatchObject([{ text: "New", blocks: [], metadata, edits: 1, texts: ["Old", "New"] }]);
    await client.apiCall("chat.update", { channel, ts, text: "New", metadata: "{}" });
    expect(workspace.posts(channel)[0]?.metadata).toBeUndefined();
  });

  it("is refused for others' posts, posts that are gone, long texts, archived channels, and rich text made poor", async () => {
    const { double, client, channel, person, workspace } = await open();
    const theirs = workspace.say({ user: person, channel, text: "Mine" });
    expect(await codeOf(client.chat.update({ channel, ts: theirs.ts, text: "Yours" }))).toBe("cant_update_message");
    expect(await codeOf(client.chat.delete({ channel, ts: theirs.ts }))).toBe("cant_delete_message");
    const { ts = "" } = await client.chat.postMessage({ channel, text: "Old", blocks: [paragraph("Old")], ...PLAIN });
    expect(await codeOf(client.chat.update({ channel, ts, text: "New", blocks: [{ type: "divider" }] }))).toBe("block_mismatch");
    expect(newBreaches(double)).toEqual([]);
    expect(await codeOf(client.chat.update({ channel, ts, text: "a".repeat(4_001) }))).toBe("msg_too_long");
    expect(newBreaches(double)).toEqual(["chat.update: text over 4,000 characters"]);
    await workspace.changeChannel(channel, { archived: true });
    expect(await codeOf(client.chat.update({ channel, ts, text: "New" }))).toBe("is_inactive");
    await workspace.changeChannel(channel, { archived: false });
    workspace.deletePost({ channel, ts });
    expect(await codeOf(client.chat.update({ channel, ts, text: "New" }))).toBe("message_not_found");
    expect(await codeOf(client.chat.delete({ channel, ts }))).toBe("message_not_found");
    expect(workspace.posts(channel, { every: true }).map((post) => post.deleted)).toEqual([false, true]);
  });
});

describe("reading", () => {
  it("brings history newest first, in short pages, with the bot's own metadata when asked", async () => {
    const { client, channel, workspace } = await open({ double: { pageSize: 2 } });
    for (const key of ["a", "b", "c"]) await client.chat.postMessage({ channel, text: key, metadata: { event_type: "clarion_post", event_payload: { key } }, ...PLAIN });
    const first = await client.conversations.history({ channel, include_all_metadata: true, limit: 100 });
    expect(first.messages?.map((message) => message.metadata?.event_payload)).toEqual([{ key: "c" }, { key: "b" }]);
    expect(first.has_more).toBe(true);
    const rest = await client.conversations.history({ channel, limit: 100, cursor: first.response_metadata?.next_cursor ?? "" });
    expect(rest.messages?.map((message) => [message.text, message.metadata, message.bot_id, message.app_id])).toEqual([["a", undefined, workspace.botId, workspace.appId]]);
    expect(await codeOf(client.conversations.history({ channel, cursor: "bm9uc2Vuc2U" }))).toBe("invalid_cursor");
  });

  it("counts the bounds in only when asked, and leaves replies to their thread", async () => {
    const { client, channel } = await open();
    const { ts = "" } = await client.chat.postMessage({ channel, text: "Root", ...PLAIN });
    const { ts: second = "" } = await client.chat.postMessage({ channel, text: "Next", ...PLAIN });
    await client.chat.postMessage({ channel, text: "Reply", thread_ts: ts, ...PLAIN });
    const texts = async (more: { oldest: string; inclusive?: boolean }) => (await client.conversations.history({ channel, ...more })).messages?.map((message) => message.text);
    expect(await texts({ oldest: ts, inclusive: true })).toEqual(["Next", "Root"]);
    expect(await texts({ oldest: ts })).toEqual(["Next"]);
    expect(await texts({ oldest: second })).toEqual([]);
    expect((await client.conversations.replies({ channel, ts })).messages?.map((message) => message.text)).toEqual(["Root", "Reply"]);
    expect(await codeOf(client.conversations.replies({ channel, ts: "1600000000.000100" }))).toBe("thread_not_found");
    expect(await codeOf(client.conversations.history({ channel, oldest: "yesterday" }))).toBe("invalid_ts_oldest");
  });

  it("needs membership, and may come late", async () => {
    const { client, channel, workspace } = await open({ double: { times: { historyLagMilliseconds: 200 } } });
    expect(await codeOf(client.conversations.history({ channel: workspace.addChannel({ member: false }) }))).toBe("not_in_channel");
    await client.chat.postMessage({ channel, text: "New", ...PLAIN });
    expect((await client.conversations.history({ channel })).messages).toEqual([]);
    await expect.poll(async () => (await client.conversations.history({ channel })).messages?.length).toBe(1);
  });

  it("lists channels as far as they can be seen, and those of one person", async () => {
    const { client, channel, person, workspace } = await open();
    const open2 = workspace.addChannel({ member: false, members: [] });
    workspace.addChannel({ private: true, member: false });
    const inside = workspace.addChannel({ private: true, archived: true });
    const types = "public_channel,private_channel";
    const ids = async (list: Promise<{ channels?: { id?: string }[] }>) => (await list).channels?.map(({ id }) => id);
    expect(await ids(client.conversations.list({ types }))).toEqual([channel, open2, inside]);
    expect(await ids(client.conversations.list({ types, exclude_archived: true }))).toEqual([channel, open2]);
    expect(await ids(client.users.conversations({ types }))).toEqual([channel, inside]);
    expect(await ids(client.users.conversations({ types, user: person }))).toEqual([channel, inside]);
    expect(await codeOf(client.conversations.list({ limit: 1_001 }))).toBe("invalid_limit");
    expect((await client.conversations.info({ channel: inside })).channel).toMatchObject({ is_private: true, is_archived: true, is_member: true });
    await client.conversations.join({ channel: open2 });
    expect(await ids(client.users.conversations({ types }))).toEqual([channel, open2, inside]);
  });
});

describe("limits", () => {
  const limits = { ...NO_RATES, postMilliseconds: 60_000, postBurst: 2 };

  it("stop a channel after a short burst, with Retry-After, and no other channel", async () => {
    const { double, client, channel, workspace } = await open({ double: { rates: limits } });
    const post = (place: string) => codeOf(client.chat.postMessage({ channel: place, text: "Hello", ...PLAIN }));
    expect([await post(channel), await post(channel), await post(channel)]).toEqual(["ok", "ok", "limited 60"]);
    expect(await post(workspace.addChannel())).toBe("ok");
    expect(double.calls.filter((call) => call.retryAfter !== undefined)).toMatchObject([{ outcome: "ratelimited", retryAfter: 60, args: { channel } }]);
    expect(newBreaches(double)).toEqual([]);
  });

  it("call it a breach when somebody does not wait", async () => {
    const { double, client, channel } = await open({ double: { rates: { ...limits, postBurst: 1 } } });
    const post = () => codeOf(client.chat.postMessage({ channel, text: "Hello", ...PLAIN }));
    expect([await post(), await post()]).toEqual(["ok", "limited 60"]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await post()).toBe("limited 60");
    expect(newBreaches(double).join()).toMatch(/^chat.postMessage: called again \d+ ms before Retry-After was over$/);
  });

  it("count each method of a tier, and the whole workspace", async () => {
    const { client, channel } = await open({ double: { rates: { ...NO_RATES, workspacePostsPerMinute: 8, perMinute: { ...NO_RATES.perMinute, 3: 2 } } } });
    const info = () => codeOf(client.conversations.info({ channel }));
    expect([await info(), await info(), await info()]).toEqual(["ok", "ok", "limited 30"]);
    expect(await codeOf(client.conversations.history({ channel }))).toBe("ok");
    const post = () => codeOf(client.chat.postMessage({ channel, text: "Hello", ...PLAIN }));
    expect([await post(), await post(), await post()]).toEqual(["ok", "ok", "limited 8"]);
  });

  it("give apps sold outside the Marketplace one history a minute, of 15 messages", async () => {
    const { client, channel, workspace, person } = await open({ double: { rates: { ...NO_RATES, restrictedHistory: true } } });
    for (let count = 0; count < 16; count += 1) workspace.say({ user: person, channel, text: "Hello" });
    expect((await client.conversations.history({ channel })).messages).toHaveLength(15);
    expect(await codeOf(client.conversations.history({ channel }))).toBe("limited 60");
  });
});
