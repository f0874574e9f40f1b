/** The Slack double as people meet it: commands, buttons, response_urls, modals and the Home tab. */
import type { SocketModeClient } from "@slack/socket-mode";
import { afterEach, describe, expect, it } from "vitest";
import { actions, button, codeOf, type DoubleStage, form, modal, newBreaches, openDoubleStage, paragraph, PLAIN, plain } from "./double-fixture.ts";

type Body = { trigger_id: string; response_url: string; view: { hash: string; id: string; state: { values: unknown } }; actions: { value: string }[] } & Record<string, unknown>;
type Heard = { ack: (payload?: Record<string, unknown>) => Promise<void>; body: Body };

let stage: DoubleStage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

/** An app that acknowledges everything at once, with what `answer` says. */
async function open(options: Parameters<typeof openDoubleStage>[0] = {}, answer: (body: Body) => Record<string, unknown> | undefined = () => undefined) {
  stage = await openDoubleStage(options);
  const heard: Body[] = [];
  const socket: SocketModeClient = stage.openSocket();
  for (const kind of ["slash_commands", "interactive"]) {
    socket.on(kind, async ({ ack, body }: Heard) => {
      heard.push(body);
      await ack(answer(body));
    });
  }
  await socket.start();
  const last = (): Body => {
    const body = heard.at(-1);
    if (body === undefined) throw new Error("nothing was heard");
    return body;
  };
  return { ...stage, heard, last };
}

async function respond(url: string, payload: Record<string, unknown>): Promise<{ status: number; error?: string }> {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(payload) });
  // Slack answers every response_url in this shape.
  const { error } = (await response.json()) as { error?: string };
  return { status: response.status, ...(error === undefined ? {} : { error }) };
}

describe("a command", () => {
  it("arrives with the documented fields, and what was typed is escaped", async () => {
    const { workspace, channel, person, last } = await open();
    const outcome = await workspace.command({ user: person, channel, command: "/clarion", text: "note <b> & more" });
    expect(outcome).toMatchObject({ ackedAfter: expect.any(Number), failure: undefined });
    expect(last()).toMatchObject({
      command: "/clarion", text: "note &lt;b&gt; &amp; more", team_id: workspace.team, channel_id: channel, user_id: person, api_app_id: workspace.appId,
      is_enterprise_install: "false", trigger_id: expect.stringMatching(/^\d+\.\d+\.[a-f0-9]+$/), response_url: expect.stringContaining("/actions/"),
    });
    expect(Object.keys(last())).toEqual(expect.arrayContaining(["token", "team_domain", "channel_name", "user_name"]));
  });

  it("is answered privately by what the acknowledgement says, or in the channel", async () => {
    const { workspace, channel, person } = await open({}, (body) => ({ text: "Here", ...(body["text"] === "all" ? { response_type: "in_channel" } : {}) }));
    await workspace.command({ user: person, channel, command: "/clarion" });
    expect(workspace.whispers()).toMatchObject([{ user: person, channel, text: "Here", via: "ack" }]);
    await workspace.command({ user: person, channel, command: "/clarion", text: "all" });
    expect(workspace.posts(channel)).toMatchObject([{ text: "Here", botId: workspace.botId }]);
  });

  it("cannot be typed where Slack takes none", async () => {
    const { workspace, person } = await open({ workspace: { commands: ["/clarion"] } });
    const archived = workspace.addChannel({ archived: true });
    const guest = workspace.addUser({ team: "T0000000001" });
    await expect(workspace.command({ user: person, channel: archived, command: "/clarion" })).rejects.toThrow("archived");
    await expect(workspace.command({ user: person, channel: workspace.addChannel(), command: "/other" })).rejects.toThrow("not a valid command");
    await expect(workspace.command({ user: guest, channel: workspace.addChannel(), command: "/clarion" })).rejects.toThrow("other workspaces");
  });
});

describe("a response_url", () => {
  it("takes five answers, and no sixth", async () => {
    const { workspace, channel, person, last, double } = await open();
    await workspace.command({ user: person, channel, command: "/clarion" });
    const url = last().response_url;
    for (let count = 1; count <= 5; count += 1) expect(await respond(url, { text: `Answer ${count}` })).toEqual({ status: 200 });
    expect(await respond(url, { text: "Answer 6" })).toEqual({ status: 404, error: "used_url" });
    expect(workspace.whispers().map((whisper) => whisper.text)).toEqual(["Answer 1", "Answer 2", "Answer 3", "Answer 4", "Answer 5"]);
    expect(newBreaches(double)).toEqual([]);
  });

  it("is good for half an hour", async () => {
    let now = 1_700_000_000_000;
    const { workspace, channel, person, last } = await open({ double: { now: () => now } });
    await workspace.command({ user: person, channel, command: "/clarion" });
    now += 30 * 60_000;
    expect(await respond(last().response_url, { text: "Late" })).toEqual({ status: 200 });
    now += 1;
    expect(await respond(last().response_url, { text: "Too late" })).toEqual({ status: 404, error: "expired_url" });
  });

  it("replaces or removes the private message that was clicked, and the post", async () => {
    const { workspace, channel, person, last, client } = await open();
    await client.chat.postEphemeral({ channel, user: person, text: "Choose", blocks: [actions(button("Take"))] });
    const [whisper] = workspace.whispers();
    if (whisper === undefined) throw new Error("no whisper");
    await workspace.click({ user: person, on: whisper, label: "Take" });
    expect(last()).toMatchObject({ container: { is_ephemeral: true, channel_id: channel, message_ts: whisper.ts }, actions: [{ action_id: "line:0", value: "deadlines" }] });
    expect(last()["message"]).toBeUndefined();
    await respond(last().response_url, { text: "Taken", replace_original: true });
    expect(workspace.whispers()).toMatchObject([{ text: "Taken", blocks: [], replaced: 1 }]);
    await respond(last().response_url, { delete_original: true });
    expect(workspace.whispers()).toMatchObject([{ deleted: true }]);
    await expect(workspace.click({ user: person, on: whisper, label: "Take" })).rejects.toThrow("gone");

    const { ts = "" } = await client.chat.postMessage({ channel, text: "Post", blocks: [actions(button("Take"))], ...PLAIN });
    await workspace.click({ user: person, on: { channel, ts }, label: "Take" });
    await respond(last().response_url, { text: "For you alone" });
    await respond(last().response_url, { text: "Post, taken", replace_original: true });
    expect(workspace.whispers().at(-1)).toMatchObject({ text: "For you alone", user: person });
    expect(workspace.posts(channel)).toMatchObject([{ text: "Post, taken", edits: 1 }]);
  });

  it("holds its messages to the rules of messages", async () => {
    const { workspace, channel, person, last, double } = await open();
    await workspace.command({ user: person, channel, command: "/clarion" });
    const url = last().response_url;
    expect(await respond(url, { text: "Hello", blocks: [{ type: "shouting" }] })).toMatchObject({ error: "invalid_blocks" });
    expect(await respond(url, {})).toMatchObject({ error: "no_text" });
    newBreaches(double);
    await respond(url, { text: "Hello", replace_original: true });
    await respond(url, { text: "Hello", response_type: "loud" });
    expect(newBreaches(double).join("\n")).toMatch(/replace_original without an original[^]*response_type/);
    expect(await respond(url.replace(/.{4}$/, "0000"), { text: "Hello" })).toMatchObject({ status: 404 });
  });
});

describe("a button", () => {
  it("brings the message, the person with their own team, and a trigger", async () => {
    const { workspace, client, last } = await open();
    const guest = workspace.addUser({ team: "T0000000001" });
    const shared = workspace.addChannel({ shared: true });
    const { ts = "" } = await client.chat.postMessage({ channel: shared, text: "Post", blocks: [paragraph("Post"), actions(button("Take", "line:0", "take 1"), button("Hide", "line:1", "hide 1"))], ...PLAIN });
    await workspace.click({ user: guest, on: { channel: shared, ts }, label: "Hide" });
    expect(last()).toMatchObject({
      type: "block_actions", user: { id: guest, team_id: "T0000000001" }, team: { id: workspace.team }, channel: { id: shared }, message: { ts, bot_id: workspace.botId, text: "Post" },
      container: { type: "message", message_ts: ts, channel_id: shared, is_ephemeral: false }, is_enterprise_install: false, state: { values: {} },
      actions: [{ action_id: "line:1", value: "hide 1", type: "button", block_id: expect.any(String), action_ts: expect.any(String) }],
    });
  });

  it("or an entry of a menu is there only while it stands", async () => {
    const { workspace, client, channel, person, last } = await open();
    const menu = { type: "overflow" as const, action_id: "line:more", options: ["History", "Copy"].map((text) => ({ text: plain(text), value: text.toLowerCase() })) };
    const { ts = "" } = await client.chat.postMessage({ channel, text: "Post", blocks: [{ type: "actions", elements: [menu] }], ...PLAIN });
    await workspace.chooseOverflow({ user: person, on: { channel, ts }, option: "Copy" });
    expect(last().actions).toMatchObject([{ type: "overflow", selected_option: { value: "copy" } }]);
    await expect(workspace.chooseOverflow({ user: person, on: { channel, ts }, option: "Burn" })).rejects.toThrow("no menu");
    await client.chat.update({ channel, ts, text: "Post" });
    await expect(workspace.click({ user: person, on: { channel, ts }, label: "Take" })).rejects.toThrow("nothing to press");
  });
});

describe("a trigger", () => {
  it("opens one modal, within three seconds", async () => {
    let now = 1_700_000_000_000;
    const { workspace, client, channel, person, last } = await open({ double: { now: () => now } });
    await workspace.command({ user: person, channel, command: "/clarion" });
    const trigger = last().trigger_id;
    await client.views.open({ trigger_id: trigger, view: modal() });
    expect(workspace.views(person)).toMatchObject([{ type: "modal", sent: { title: { text: "One date" } } }]);
    expect(await codeOf(client.views.open({ trigger_id: trigger, view: modal() }))).toBe("exchanged_trigger_id");
    expect(await codeOf(client.views.open({ trigger_id: "1.2.3", view: modal() }))).toBe("invalid_trigger_id");
    await workspace.command({ user: person, channel, command: "/clarion" });
    now += 3_001;
    expect(await codeOf(client.views.open({ trigger_id: last().trigger_id, view: modal() }))).toBe("expired_trigger_id");
  });
});

describe("a modal", () => {
  async function opened(answer: (body: Body) => Record<string, unknown> | undefined = () => undefined) {
    const all = await open({}, answer);
    await all.workspace.command({ user: all.person, channel: all.channel, command: "/clarion" });
    await all.client.views.open({ trigger_id: all.last().trigger_id, view: form() });
    return all;
  }

  it("is refused when it breaks a rule", async () => {
    const { workspace, client, channel, person, last, double } = await open();
    await workspace.command({ user: person, channel, command: "/clarion" });
    const trigger = last().trigger_id;
    const { submit: _submit, ...without } = form();
    expect(await codeOf(client.apiCall("views.open", { trigger_id: trigger, view: without }))).toBe("invalid_arguments");
    expect(await codeOf(client.views.open({ trigger_id: trigger, view: modal("A title that is longer than it may be") }))).toBe("invalid_arguments");
    expect(await codeOf(client.views.open({ trigger_id: trigger, view: modal("Big", { private_metadata: "x".repeat(250_001) }) }))).toBe("view_too_large");
    expect(newBreaches(double)).toHaveLength(3);
  });

  it("comes back with what was filled in, and closes", async () => {
    const { workspace, person, last } = await opened();
    await expect(workspace.submit({ user: person, values: { Note: "Soon" } })).rejects.toThrow('"Day" must be filled in');
    await expect(workspace.submit({ user: person, values: { Day: "the day after" } })).rejects.toThrow("longer than 10");
    await expect(workspace.submit({ user: person, values: { Hour: "10" } })).rejects.toThrow("no field like Hour");
    await workspace.submit({ user: person, values: { day: "2027-03-01" } });
    expect(last()).toMatchObject({ type: "view_submission", view: { callback_id: "form", state: { values: { day: { value: { type: "plain_text_input", value: "2027-03-01" } }, note: { value: { value: null } } } } } });
    expect(workspace.views(person)).toEqual([]);
  });

  it("stays open with errors at its fields, which must be its own", async () => {
    const { workspace, person, double } = await opened((body) => (body["type"] === "view_submission" ? { response_action: "errors", errors: { day: "No such day", hour: "No such field" } } : undefined));
    const outcome = await workspace.submit({ user: person, values: { day: "2027-02-30" } });
    expect(outcome.ackBody).toMatchObject({ errors: { day: "No such day" } });
    expect(workspace.views(person)).toHaveLength(1);
    expect(newBreaches(double)).toEqual(["view_submission: an error for hour, which is no input block"]);
  });

  it("is changed only by somebody who knows its present hash", async () => {
    const { workspace, client, person } = await opened();
    const [view] = workspace.views(person);
    if (view === undefined) throw new Error("no view");
    expect(await codeOf(client.views.update({ view_id: view.id, hash: view.hash, view: modal("Changed") }))).toBe("ok");
    expect(await codeOf(client.views.update({ view_id: view.id, hash: view.hash, view: modal("Again") }))).toBe("hash_conflict");
    expect(await codeOf(client.views.update({ view_id: "V0000000000", view: modal("Other") }))).toBe("not_found");
    expect(workspace.views(person)).toMatchObject([{ updates: 1, sent: { title: { text: "Changed" } } }]);
    await workspace.closeView({ user: person });
    expect(await codeOf(client.views.update({ view_id: view.id, view: modal("Closed") }))).toBe("not_found");
  });

  it("holds three views and no fourth", async () => {
    const { workspace, client, channel, person, last, double } = await open();
    await workspace.command({ user: person, channel, command: "/clarion" });
    const pressable = (title: string) => modal(title, { blocks: [actions(button("More"))], notify_on_close: true });
    await client.views.open({ trigger_id: last().trigger_id, view: pressable("First") });
    const push = async (title: string) => {
      const top = workspace.views(person).at(-1);
      if (top === undefined) throw new Error("no view");
      await workspace.click({ user: person, on: top, label: "More" });
      return codeOf(client.views.push({ trigger_id: last().trigger_id, view: pressable(title) }));
    };
    expect([await push("Second"), await push("Third"), await push("Fourth")]).toEqual(["ok", "ok", "push_limit_reached"]);
    expect(workspace.views(person)).toHaveLength(3);
    await workspace.closeView({ user: person });
    expect(last()).toMatchObject({ type: "view_closed", is_cleared: false });
    expect(newBreaches(double)).toEqual([]);
    await workspace.command({ user: person, channel, command: "/clarion" });
    expect(await codeOf(client.views.push({ trigger_id: last().trigger_id, view: modal() }))).toBe("not_found");
    expect(newBreaches(double)).toEqual(["views.push: the trigger was not pulled in an open modal"]);
  });
});

describe("the Home tab", () => {
  const home = (text: string, more: Record<string, unknown> = {}) => ({ type: "home" as const, blocks: [paragraph(text), actions(button("Refresh"))], ...more });

  it("is published for a person, with a hash against races, and can be pressed", async () => {
    const { workspace, client, person, last, double } = await open();
    expect(workspace.home(person)).toBeUndefined();
    const { view } = await client.views.publish({ user_id: person, view: home("Nothing yet") });
    const hash = view?.hash ?? "";
    expect(await codeOf(client.views.publish({ user_id: person, hash, view: home("One date") }))).toBe("ok");
    expect(await codeOf(client.views.publish({ user_id: person, hash, view: home("Two dates") }))).toBe("hash_conflict");
    const standing = workspace.home(person);
    if (standing === undefined) throw new Error("no home");
    expect(JSON.stringify(standing.blocks)).toContain("One date");
    await workspace.click({ user: person, on: standing, label: "Refresh" });
    expect(last()).toMatchObject({ container: { type: "view", view_id: standing.id }, view: { type: "home", app_installed_team_id: workspace.team } });
    expect(last().response_url).toBeUndefined();
    expect(await codeOf(client.apiCall("views.publish", { user_id: person, view: modal() }))).toBe("invalid_arguments");
    expect(newBreaches(double).join()).toContain("only a home view fits");
  });
});
