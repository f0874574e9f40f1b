import { afterEach, describe, expect, it } from "vitest";
import { fingerprint } from "../../../adapters/node/machine.ts";
import { lineOfCommand } from "../../../adapters/slack/commands.ts";
import { lineOfMention } from "../../../adapters/slack/events.ts";
import { listSlashCommands } from "../../../adapters/slack/manifest.ts";
import type { Form } from "../../../src/answer.ts";
import { reply } from "../../../src/delivery/outbox.ts";
import { speak } from "../../../src/i18n.ts";
import { type Message, sentence } from "../../../src/message.ts";
import type { RoomAddress } from "../../../src/ports.ts";
import { testParts } from "../../support/app.ts";
import { openTestRoom } from "../../support/delivery.ts";
import { openSlackApp, openSlackSurroundings } from "../../support/slack/app.ts";
import { eventually, openStage, type Stage, type StageOptions } from "./stage.ts";

let stage: Stage | undefined;
async function open(options?: StageOptions): Promise<Stage & { channel: string; person: string; room: RoomAddress }> {
  stage = await openStage(options);
  const person = stage.workspace.addUser();
  const channel = stage.workspace.addChannel();
  return { ...stage, channel, person, room: `slack:${stage.workspace.team}/${channel}` };
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
  fields: [
    { name: "date", label: "New date", hint: "15 March 2027", kind: "text", required: true, value: "" },
    { name: "link", label: "Link", hint: "", kind: "text", required: false, value: "" },
    { name: "body", label: "Why", hint: "", kind: "long", required: false, value: "" },
  ],
  submit: "Send",
  language: "en",
};
const withButtons: Message = sentence("Take it?", "en", [
  { label: "Take", command: "take upr55-phl --seen 7" },
  { label: "Later", command: "snooze upr55-phl" },
]);

describe("a slash command", () => {
  it("is a line for every name that Slack is given", async () => {
    const { workspace, channel, person, inbounds, room } = await open();
    const names = listSlashCommands(testParts.commands, speak("en")).map(({ command }) => command);
    for (const command of names) await workspace.command({ user: person, channel, command, text: "this & <that>" });
    await eventually(() => expect(inbounds).toHaveLength(names.length));
    expect(names.length).toBeGreaterThan(10);
    for (const [index, name] of names.entries()) {
      expect(inbounds[index]).toMatchObject({ line: name === "/clarion" ? "this & <that>" : `${name.slice(1)} this & <that>`, room });
    }
  });

  it("is acknowledged at once and says nothing by that, however long the answer takes", async () => {
    const { workspace, channel, person, answers } = await open();
    const gate = Promise.withResolvers<object>();
    answers.set("deadlines", () => gate.promise);
    const outcome = await workspace.command({ user: person, channel, command: "/deadlines" });
    expect(outcome.failure).toBeUndefined();
    expect(outcome.ackBody).toBeUndefined();
    gate.resolve({});
    await eventually(() => expect(workspace.whispers({ user: person })).toHaveLength(1));
    expect(workspace.whispers({ user: person })[0]?.text).toContain("Answer to deadlines");
  });

  it("names its trigger as key, the person by a hash, and where the answer goes by the address alone", async () => {
    const { workspace, channel, person, inbounds } = await open();
    const { payload } = await workspace.command({ user: person, channel, command: "/take", text: "upr55-phl" });
    await eventually(() => expect(inbounds).toHaveLength(1));
    expect(inbounds[0]).toMatchObject({
      key: `slack:c:${String(payload["trigger_id"])}`,
      actor: { id: fingerprint(`${workspace.team} ${person}`), grants: [] },
      asker: { token: `r0 ${String(payload["response_url"])}` },
    });
    expect(JSON.stringify(inbounds[0]?.asker)).not.toContain(person);
  });

  it("loses its prefix, and /clarion never has one", () => {
    expect(lineOfCommand("/un-deadlines", "asia", "un-")).toBe("deadlines asia");
    expect(lineOfCommand("/clarion", "deadlines asia", "un-")).toBe("deadlines asia");
    expect(lineOfCommand("/clarion", "  ", "un-")).toBe("help");
    expect(lineOfCommand("/upr", "", "un-")).toBe("upr");
    expect(lineOfCommand("/call", "text &lt;b&gt; &amp;amp; more", "")).toBe("call text <b> &amp; more");
  });

  it("is answered in the channel when the answer is for the room, and not at all when the core brings the answer or gave it before", async () => {
    const { workspace, channel, person, answers, inbounds } = await open();
    answers.set("leave", { to: "room", message: sentence("This room is closed.", "en") });
    answers.set("take a", { queued: true });
    answers.set("take b", { repeated: true });
    await workspace.command({ user: person, channel, command: "/clarion", text: "take a" });
    await workspace.command({ user: person, channel, command: "/clarion", text: "take b" });
    await workspace.command({ user: person, channel, command: "/clarion", text: "leave" });
    await eventually(() => expect(workspace.posts(channel)).toHaveLength(1));
    expect(workspace.posts(channel)[0]?.text).toContain("This room is closed.");
    expect(inbounds).toHaveLength(3);
    expect(workspace.whispers()).toEqual([]);
  });

  it("whispers what is for a room that nothing can be posted in", async () => {
    const { workspace, person, answers } = await open();
    const channel = workspace.addChannel({ member: false });
    answers.set("leave", { to: "room", message: sentence("This room is closed.", "en") });
    await workspace.command({ user: person, channel, command: "/clarion", text: "leave" });
    await eventually(() => expect(workspace.whispers({ user: person })[0]?.text).toContain("This room is closed."));
  });
});

describe("a button", () => {
  async function openWithButtons() {
    const opened = await open();
    const ref = await opened.chat.send(`slack:${opened.workspace.team}/${opened.channel}`, withButtons, "k");
    const ts = ref.split("/")[2] ?? "";
    return { ...opened, ref, post: { channel: opened.channel, ts } };
  }

  it("is its line, about the message it stands on", async () => {
    const { workspace, person, post, inbounds, ref } = await openWithButtons();
    const { payload, failure } = await workspace.click({ user: person, on: post, label: "Take" });
    expect(failure).toBeUndefined();
    await eventually(() => expect(inbounds).toHaveLength(1));
    expect(inbounds[0]).toMatchObject({
      key: `slack:a:${String(payload["trigger_id"])}`,
      line: "take upr55-phl --seen 7",
      about: ref,
      asker: { token: `r0 ${String(payload["response_url"])}` },
    });
  });

  it("pressed twice is one press, with one answer", async () => {
    const { workspace, person, post, inbounds } = await openWithButtons();
    await workspace.click({ user: person, on: post, label: "Take" });
    await workspace.click({ user: person, on: post, label: "Take" });
    await eventually(() => expect(inbounds).toHaveLength(2));
    expect(inbounds[1]?.key).toBe(inbounds[0]?.key);
    await eventually(() => expect(workspace.whispers({ user: person })).toHaveLength(1));
    const other = workspace.addUser();
    await workspace.click({ user: other, on: post, label: "Take" });
    await workspace.click({ user: person, on: post, label: "Later" });
    await eventually(() => expect(new Set(inbounds.map(({ key }) => key)).size).toBe(3));
  });

  it("pressed again later is a new press", async () => {
    const { workspace, person, post, inbounds, clock } = await openWithButtons();
    await workspace.click({ user: person, on: post, label: "Take" });
    clock.advance(3_001);
    await workspace.click({ user: person, on: post, label: "Take" });
    await eventually(() => expect(new Set(inbounds.map(({ key }) => key)).size).toBe(2));
  });

  it("pressed again is a new press although the clock was set back meanwhile", async () => {
    const { workspace, person, post, inbounds, clock } = await openWithButtons();
    await workspace.click({ user: person, on: post, label: "Take" });
    clock.advance(-60 * 60_000);
    await workspace.click({ user: person, on: post, label: "Take" });
    await eventually(() => expect(new Set(inbounds.map(({ key }) => key)).size).toBe(2));
  });

  it("on an answer that only its reader sees puts the next answer in its place", async () => {
    const { workspace, channel, person, answers, inbounds } = await open();
    answers.set("upr", { message: withButtons });
    await workspace.command({ user: person, channel, command: "/upr" });
    await eventually(() => expect(workspace.whispers({ user: person })).toHaveLength(1));
    const [whisper] = workspace.whispers({ user: person });
    if (whisper === undefined) throw new Error("no whisper");
    await workspace.click({ user: person, on: whisper, label: "Take" });
    await eventually(() => expect(workspace.whispers({ user: person })[0]).toMatchObject({ replaced: 1, text: expect.stringContaining("Answer to take") }));
    expect(inbounds[1]?.about).toBeUndefined();
    expect(inbounds[1]?.asker?.token).toMatch(/^r1 /);
  });

  it("of a person from another workspace acts as that person, in this workspace's room", async () => {
    const { workspace, post, inbounds, room } = await openWithButtons();
    const guest = workspace.addUser({ team: "T0ELSEWHERE" });
    await workspace.click({ user: guest, on: post, label: "Take" });
    await eventually(() => expect(inbounds[0]).toMatchObject({ room, actor: { id: fingerprint(`T0ELSEWHERE ${guest}`) } }));
  });
});

describe("a form", () => {
  async function openForm(answer = {}) {
    const opened = await open();
    opened.answers.set("deadline move hrc-64", { form: FORM, ...answer });
    await opened.workspace.command({ user: opened.person, channel: opened.channel, command: "/deadline", text: "move hrc-64" });
    await eventually(() => expect(opened.workspace.views(opened.person)).toHaveLength(1));
    return opened;
  }
  const FILLED = 'deadline move hrc-64 --date "15 March"';

  it("opens as a window, says at the field what was not understood, and closes when it was", async () => {
    const { workspace, person, answers, inbounds, room } = await openForm();
    answers.set(FILLED, { ok: false, field: "date", code: "argument_unclear", message: sentence("I do not know this date.", "en") });
    const refused = await workspace.submit({ user: person, values: { "New date": "15 March" } });
    expect(refused.ackBody).toEqual({ response_action: "errors", errors: { date: "I do not know this date." } });
    expect(workspace.views(person)).toHaveLength(1);

    answers.delete(FILLED);
    await workspace.submit({ user: person, values: { "New date": "15 March", Why: "Because." } });
    expect(workspace.views(person)).toHaveLength(0);
    expect(inbounds.at(-1)).toMatchObject({ line: FILLED, body: "Because.", room, actor: { id: fingerprint(`${workspace.team} ${person}`) } });
    expect(inbounds.at(-1)?.asker).toBeUndefined();
    expect(inbounds.at(-1)?.key).toMatch(/^slack:v:V/);
    await eventually(() => expect(workspace.whispers({ user: person })[0]?.text).toContain("Answer to deadline move"));
  });

  it("says at its first field what is wrong with none of them", async () => {
    const { workspace, person, answers } = await openForm();
    answers.set(FILLED, { ok: false, code: "not_allowed", message: sentence("Only a coordinator may.", "en") });
    const refused = await workspace.submit({ user: person, values: { "New date": "15 March" } });
    expect(refused.ackBody).toEqual({ response_action: "errors", errors: { date: "Only a coordinator may." } });
  });

  it("leaves out what was not changed in it, as somebody else may have changed it meanwhile", async () => {
    const { workspace, person, channel, answers, inbounds } = await open();
    const fields = [
      { name: "zone", label: "Time zone", hint: "", kind: "text" as const, required: false, value: "Asia/Bangkok" },
      { name: "language", label: "Language", hint: "", kind: "text" as const, required: false, value: "en" },
      { name: "name", label: "Name", hint: "", kind: "text" as const, required: true, value: "ANPUD" },
    ];
    answers.set("room set", { form: { ...FORM, command: "room set", fields } });
    await workspace.command({ user: person, channel, command: "/room", text: "set" });
    await eventually(() => expect(workspace.views(person)).toHaveLength(1));
    await workspace.submit({ user: person, values: { Language: "fr" } });
    expect(inbounds.at(-1)?.line).toBe("room set --language fr --name ANPUD");
  });

  it("becomes the next form where more is asked, which counts as another submission", async () => {
    const { workspace, person, answers, inbounds } = await openForm();
    answers.set(FILLED, { form: { ...FORM, title: "And why?", command: "deadline why" } });
    await workspace.submit({ user: person, values: { "New date": "15 March" } });
    expect(workspace.views(person)).toMatchObject([{ updates: 1 }]);
    await workspace.submit({ user: person, values: { "New date": "because" } });
    const [first, second] = inbounds.slice(1);
    expect(second?.line).toBe("deadline why --date because");
    expect(second?.key).not.toBe(first?.key);
  });

  it("answers in time when the work takes longer, and shows what came of it in the window", async () => {
    const { workspace, person, answers } = await openForm();
    const gate = Promise.withResolvers<object>();
    answers.set(FILLED, () => gate.promise);
    const outcome = await workspace.submit({ user: person, values: { "New date": "15 March" } });
    expect(outcome.failure).toBeUndefined();
    expect(JSON.stringify(outcome.ackBody)).toContain(speak("en")("slack.working"));
    gate.resolve({ message: sentence("The date was moved.", "en") });
    await eventually(() => expect(JSON.stringify(workspace.views(person)[0]?.blocks)).toContain("The date was moved."));
  });

  it("whose late answer Slack does not show in the window has it whispered", async () => {
    const { workspace, person, answers, double } = await openForm();
    const gate = Promise.withResolvers<object>();
    answers.set(FILLED, () => gate.promise);
    await workspace.submit({ user: person, values: { "New date": "15 March" } });
    double.faults.next("views.update", { kind: "http", status: 500 });
    gate.resolve({ message: sentence("The date was moved.", "en") });
    await eventually(() => expect(JSON.stringify(workspace.whispers({ user: person }))).toContain("The date was moved."));
  });

  it("that came too late to open is offered with a button, which opens it", async () => {
    const { workspace, channel, person, answers, double } = await open();
    answers.set("deadline move hrc-64", { form: FORM });
    double.faults.next("views.open", { kind: "error", code: "expired_trigger_id" });
    await workspace.command({ user: person, channel, command: "/deadline", text: "move hrc-64" });
    await eventually(() => expect(workspace.whispers({ user: person })).toHaveLength(1));
    const [whisper] = workspace.whispers({ user: person });
    if (whisper === undefined) throw new Error("no whisper");
    await workspace.click({ user: person, on: whisper, label: speak("en")("slack.form.open") });
    await eventually(() => expect(workspace.views(person)).toHaveLength(1));
  });

  it("does nothing in a room of another workspace, whatever its window carries", async () => {
    const { workspace, person, inbounds, double } = await openForm();
    const [window] = workspace.views(person);
    if (window === undefined) throw new Error("no window");
    await fetch(`${double.apiUrl}views.update`, {
      method: "POST",
      headers: { authorization: `Bearer ${workspace.botToken}`, "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({ view_id: window.id, view: { ...window.sent, private_metadata: window.privateMetadata.replace(workspace.team, "T0ELSEWHERE") } }),
    });
    expect(workspace.views(person)[0]?.privateMetadata).toContain("T0ELSEWHERE");
    const before = inbounds.length;
    await workspace.submit({ user: person, values: { "New date": "15 March" } });
    expect(inbounds).toHaveLength(before);
  });

  it("that somebody takes long to fill is answered all the same, although its address for answers is too old", async () => {
    const { workspace, person, clock } = await openForm();
    clock.advance(31 * 60_000);
    await workspace.submit({ user: person, values: { "New date": "15 March" } });
    await eventually(() => expect(JSON.stringify(workspace.whispers({ user: person }))).toContain("Answer to deadline move"));
  });

  it("that Slack did not open is offered with a button, whatever was the matter", async () => {
    const { workspace, channel, person, answers, double } = await open();
    answers.set("deadline move hrc-64", { form: FORM });
    double.faults.next("views.open", { kind: "http", status: 500 });
    await workspace.command({ user: person, channel, command: "/deadline", text: "move hrc-64" });
    await eventually(() => expect(JSON.stringify(workspace.whispers({ user: person }))).toContain(speak("en")("slack.form.open")));
  });

  it("still counts after a restart, as all it needs travels in the window", async () => {
    const { workspace, person, chat, double } = await openForm();
    await chat.stop();
    const inbounds: string[] = [];
    await chat.start(async ({ line }) => {
      inbounds.push(line);
      return { ok: true, message: sentence("Done.", "en"), to: "asker", repeated: false, queued: false };
    });
    await workspace.submit({ user: person, values: { "New date": "15 March" } });
    expect(inbounds).toEqual([FILLED]);
    await eventually(() => expect(workspace.whispers({ user: person })).toHaveLength(1));
    expect(double.breaches).toEqual([]);
  });
});

describe("an event", () => {
  it("of being added invites, once, however often it comes", async () => {
    const { workspace, answers, inbounds } = await open();
    const channel = workspace.addChannel({ member: false });
    answers.set("invite", { to: "room", message: sentence("Which network is this channel for?", "en", [{ label: "ANPUD", command: "join anpud" }]) });
    const [event] = await workspace.changeChannel(channel, { member: true });
    if (event === undefined) throw new Error("no event");
    await eventually(() => expect(workspace.posts(channel)).toHaveLength(1));
    await workspace.redeliver(event);
    await eventually(() => expect(inbounds).toHaveLength(2));
    expect(inbounds[1]?.key).toBe(inbounds[0]?.key);
    expect(inbounds[0]).toMatchObject({ key: `slack:e:${String(event.payload["event_id"])}`, line: "invite", room: `slack:${workspace.team}/${channel}` });
    const [post] = workspace.posts(channel);
    await workspace.click({ user: workspace.addUser(), on: { channel, ts: post?.ts ?? "" }, label: "ANPUD" });
    await eventually(() => expect(inbounds.at(-1)?.line).toBe("join anpud"));
    expect(workspace.posts(channel)).toHaveLength(1);
  });

  it("of somebody else joining is nothing", async () => {
    const { workspace, channel, person, inbounds } = await open();
    await workspace.event("member_joined_channel", { user: person, channel, channel_type: "C", team: workspace.team });
    await workspace.command({ user: person, channel, command: "/help" });
    await eventually(() => expect(inbounds.map(({ line }) => line)).toEqual(["help"]));
  });

  it("of a channel that changed has the room looked at", async () => {
    const { workspace, channel, inbounds, room } = await open();
    await workspace.changeChannel(channel, { archived: true });
    await workspace.changeChannel(channel, { archived: false });
    await workspace.changeChannel(channel, { shared: true });
    await workspace.changeChannel(channel, { member: false });
    await eventually(() => expect(inbounds).toHaveLength(4));
    expect(inbounds.every(({ line, room: where }) => line === "room check" && where === room)).toBe(true);
    expect(new Set(inbounds.map(({ key }) => key)).size).toBe(4);
    const [moved] = await workspace.changeChannel(channel, { newId: true });
    await eventually(() => expect(inbounds).toHaveLength(6));
    expect(inbounds.slice(4).map(({ room: where }) => where)).toEqual([room, `slack:${workspace.team}/${String(Object(moved?.payload["event"])["new_channel_id"])}`]);
    expect(workspace.whispers()).toEqual([]);
  });

  it("of a mention is a line, answered to its writer alone, in the thread it came from", async () => {
    const { workspace, channel, person, inbounds, chat, room } = await open();
    const ref = await chat.send(`slack:${workspace.team}/${channel}`, withButtons, "k");
    const thread = ref.split("/")[2] ?? "";
    await workspace.mention({ user: person, channel, text: "deadlines <asia> & more", thread });
    await eventually(() => expect(workspace.whispers({ user: person })).toHaveLength(1));
    expect(workspace.whispers({ user: person })[0]).toMatchObject({ channel, thread_ts: thread, via: "postEphemeral" });
    expect(inbounds[0]).toMatchObject({ line: "deadlines <asia> & more", about: ref, room });
  });

  it("of a mention under a post that needed several messages is about the whole of it", async () => {
    const { workspace, channel, person, inbounds, store, room } = await open();
    const ref = `${workspace.team}/${channel}/1795176000.000100`;
    await store.write(async (trx) => {
      await openTestRoom(trx, room);
      await reply(trx, { room: room, key: "k" }, withButtons, 0);
      await trx.updateTable("posts").set({ reference: `${ref}+1795176001.000200` }).execute();
    });
    await workspace.mention({ user: person, channel, text: "2", thread: "1795176000.000100" });
    await eventually(() => expect(inbounds[0]?.about).toBe(`${ref}+1795176001.000200`));
  });

  it("of a mention that needs a form offers it with a button, as mentions open no windows", async () => {
    const { workspace, channel, person, answers } = await open();
    answers.set("deadline move hrc-64", { form: FORM });
    await workspace.mention({ user: person, channel, text: "deadline move hrc-64" });
    await eventually(() => expect(workspace.whispers({ user: person })).toHaveLength(1));
    const [whisper] = workspace.whispers({ user: person });
    if (whisper === undefined) throw new Error("no whisper");
    await workspace.click({ user: person, on: whisper, label: speak("en")("slack.form.open") });
    await eventually(() => expect(workspace.views(person)).toHaveLength(1));
  });

  it("reads a mention without names, links and entities of Slack", () => {
    expect(lineOfMention("<@U1> ")).toBe("help");
    expect(lineOfMention("<@U1> source add <https://example.org/feed?a=1&amp;b=2>")).toBe("source add https://example.org/feed?a=1&b=2");
    expect(lineOfMention("<@U1> source add <https://example.org|example.org> now")).toBe("source add https://example.org now");
  });
});

describe("what goes wrong", () => {
  it("in the core stays there: it is logged by its code, and the next command is heard", async () => {
    const { workspace, channel, person, answers, log } = await open();
    answers.set("deadlines", async () => {
      throw new Error("a text that quotes what was typed");
    });
    await workspace.command({ user: person, channel, command: "/deadlines" });
    await workspace.command({ user: person, channel, command: "/help" });
    await eventually(() => expect(workspace.whispers({ user: person })).toHaveLength(1));
    expect(log.entries.some(({ event }) => event === "slack.listener_failed")).toBe(true);
    expect(JSON.stringify(log.entries)).not.toContain("quotes");
    expect(JSON.stringify(log.entries)).not.toContain(person);
  });

  it("with a stop: what is under way is still answered", async () => {
    const { workspace, channel, person, answers, chat, inbounds } = await open();
    const gate = Promise.withResolvers<object>();
    answers.set("deadlines", () => gate.promise);
    await workspace.command({ user: person, channel, command: "/deadlines" });
    await eventually(() => expect(inbounds).toHaveLength(1));
    const stopped = chat.stop();
    await eventually(() => expect(workspace.connections()).toEqual([]));
    gate.resolve({});
    await stopped;
    expect(workspace.whispers({ user: person })).toHaveLength(1);
  });
});

it("makes a channel a room, with the whole of Clarion behind it", async () => {
  const around = await openSlackSurroundings({ now: "2026-11-20T12:00:00Z" });
  const app = await openSlackApp(around);
  try {
    const { workspace, double } = around;
    const person = workspace.addUser();
    const channel = workspace.addChannel({ member: false });
    await workspace.changeChannel(channel, { member: true });
    await eventually(() => expect(workspace.posts(channel)).toHaveLength(1));
    const [invitation] = workspace.posts(channel);
    await workspace.click({ user: person, on: { channel, ts: invitation?.ts ?? "" }, label: "ANPUD" });
    await app.settle();
    // The welcome stands, and the invitation has had its answer.
    await eventually(() => expect(workspace.posts(channel).map(({ ts }) => ts)).toEqual([expect.not.stringMatching(`^${invitation?.ts}$`)]));
    await workspace.command({ user: person, channel, command: "/deadlines" });
    await app.settle();
    await eventually(() => expect(workspace.whispers({ user: person }).length).toBeGreaterThan(1));

    await workspace.command({ user: person, channel, command: "/upr" });
    await eventually(() => expect(workspace.views(person)).toHaveLength(1));
    const refused = await workspace.submit({ user: person, values: { country: "Philipines" } });
    expect(refused.ackBody).toMatchObject({ response_action: "errors", errors: { country: expect.stringContaining("Philippines") } });
    const before = workspace.whispers({ user: person }).length;
    await workspace.submit({ user: person, values: { country: "Philippines" } });
    expect(workspace.views(person)).toEqual([]);
    await eventually(() => expect(workspace.whispers({ user: person })).toHaveLength(before + 1));
    expect(double.breaches).toEqual([]);
  } finally {
    await app.stop();
    await around.close();
  }
});
