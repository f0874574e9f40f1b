import { afterEach, describe, expect, it } from "vitest";
import { speak } from "../../../src/i18n.ts";
import { sentence } from "../../../src/message.ts";
import { openSlackApp, openSlackSurroundings, type SlackApp, type SlackSurroundings } from "../../support/slack/app.ts";
import { eventually, openStage, type Stage, type StageOptions } from "./stage.ts";

let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  const closing = ends;
  ends = [];
  for (const end of closing) await end();
});

/** The whole app, with one channel that is a room of ANPUD. */
async function openRoom(): Promise<{ around: SlackSurroundings; app: SlackApp; person: string; channel: string; join(channel: string): Promise<void> }> {
  const around = await openSlackSurroundings({ now: "2026-11-20T12:00:00Z" });
  const app = await openSlackApp(around);
  ends.push(async () => {
    await app.stop();
    await around.close();
    expect(around.double.breaches).toEqual([]);
  });
  const { workspace } = around;
  const person = workspace.addUser();
  const channel = workspace.addChannel();
  const join = async (where: string): Promise<void> => {
    await workspace.command({ user: person, channel: where, command: "/clarion", text: "join anpud" });
    await app.settle();
    await eventually(() => expect(workspace.posts(where).length).toBeGreaterThan(0));
  };
  return { around, app, person, channel, join };
}

/** The chat alone, with a room of its own in the store. */
async function open(options: StageOptions = {}): Promise<Stage & { person: string; channel: string; change(): Promise<void> }> {
  const stage = await openStage({ homePace: { gather: 10, publish: 1, ask: 1 }, ...options });
  ends.push(async () => {
    await stage.close();
    expect(stage.double.breaches).toEqual([]);
  });
  const person = stage.workspace.addUser();
  const channel = stage.workspace.addChannel();
  await stage.store.write(async (trx) => {
    await trx.insertInto("networks").values({ id: "anpud", name: "ANPUD", language: "en", zone: "Asia/Bangkok", working_week: "1,2,3,4,5", standing: "no" }).execute();
    await trx
      .insertInto("rooms")
      .values({
        address: `slack:${stage.workspace.team}/${channel}`, network: "anpud", zone: "Asia/Bangkok", language: "en", waking_from: "08:00", waking_until: "20:00",
        working_week: "1,2,3,4,5", audience: "network", ladder: null, rhythm: "instant", discreet: 1, follow: "{}", paused_until: null, revision: 1,
        last_sequence: 0, lease_token: null, lease_until: 0, next_send_at: 0,
      })
      .execute();
  });
  const change = (): Promise<void> =>
    stage.store.write(async (trx) => {
      await trx.updateTable("networks").set({ name: `ANPUD ${stage.clock.now()}` }).execute();
    });
  return { ...stage, person, channel, change };
}

const shown = (stage: { workspace: Stage["workspace"] }, user: string): string => JSON.stringify(stage.workspace.home(user)?.blocks ?? []);
const published = (stage: { double: Stage["double"] }): number => stage.double.calls.filter(({ method, outcome }) => method === "views.publish" && outcome === "ok").length;

describe("the Home tab", () => {
  it("tells whoever is in no room what this is", async () => {
    const stage = await open();
    const stranger = stage.workspace.addUser({ channels: [] });
    await stage.workspace.openHome(stranger);
    await eventually(() => expect(shown(stage, stranger)).toContain(speak("en")("home.title.empty")));
    expect(shown(stage, stranger)).not.toContain(stage.channel);
  });

  it("shows the rooms a person is in, with what comes next there", async () => {
    const { around, person, channel, join } = await openRoom();
    await join(channel);
    const elsewhere = around.workspace.addChannel({ members: [around.workspace.addUser({ channels: [] })] });
    await around.workspace.command({ user: person, channel: elsewhere, command: "/clarion", text: "join enpud" });
    await around.workspace.openHome(person);
    await eventually(() => expect(shown(around, person)).toContain(channel));
    expect(shown(around, person)).toContain(speak("en")("home.next"));
    expect(shown(around, person)).not.toContain(elsewhere);
  });

  it("is published again when something changes, without a look, and not when nothing of it does", async () => {
    const stage = await open();
    await stage.workspace.openHome(stage.person);
    await eventually(() => expect(shown(stage, stage.person)).toContain("ANPUD"));
    stage.clock.advance(1_000);
    await stage.change();
    await eventually(() => expect(shown(stage, stage.person)).toContain(`ANPUD ${stage.clock.now()}`));
    expect(published(stage)).toBe(2);
    // The same value once more commits, and changes nothing that is shown.
    await stage.change();
    const other = stage.workspace.addUser();
    await stage.workspace.openHome(other);
    await eventually(() => expect(shown(stage, other)).toContain("ANPUD"));
    expect(published(stage)).toBe(3);
  });

  it("makes one page of many changes at once", async () => {
    const stage = await open({ homePace: { gather: 200, publish: 1, ask: 1 } });
    await stage.workspace.openHome(stage.person);
    await eventually(() => expect(published(stage)).toBe(1));
    for (let count = 0; count < 20; count += 1) {
      stage.clock.advance(1);
      await stage.change();
    }
    await eventually(() => expect(shown(stage, stage.person)).toContain(`ANPUD ${stage.clock.now()}`));
    expect(published(stage)).toBeLessThan(5);
  });

  it("leaves those alone who have not looked for a day", async () => {
    const stage = await open();
    const other = stage.workspace.addUser();
    await stage.workspace.openHome(stage.person);
    await eventually(() => expect(published(stage)).toBe(1));
    stage.clock.advance(24 * 60 * 60_000 + 1);
    await stage.workspace.openHome(other);
    await eventually(() => expect(published(stage)).toBe(2));
    stage.clock.advance(1);
    await stage.change();
    await eventually(() => expect(shown(stage, other)).toContain(`ANPUD ${stage.clock.now()}`));
    expect(shown(stage, stage.person)).not.toContain(`ANPUD ${stage.clock.now()}`);
  });

  it("is shown although Slack holds something newer by another hand", async () => {
    const stage = await open();
    await stage.workspace.openHome(stage.person);
    await eventually(() => expect(published(stage)).toBe(1));
    stage.double.faults.next("views.publish", { kind: "error", code: "hash_conflict" });
    stage.clock.advance(1);
    await stage.change();
    await eventually(() => expect(shown(stage, stage.person)).toContain(`ANPUD ${stage.clock.now()}`));
  });

  it("says that Slack does not answer rather than that a person is in no room", async () => {
    const stage = await open();
    stage.double.faults.next("users.conversations", { kind: "http", status: 500 });
    await stage.workspace.openHome(stage.person);
    await eventually(() => expect(published(stage)).toBeGreaterThan(0));
    // Without another look.
    await eventually(() => expect(shown(stage, stage.person)).toContain("ANPUD"));
  });

  it("knows within half a minute of a look that somebody has come to a room", async () => {
    const stage = await open();
    const newcomer = stage.workspace.addUser({ channels: [] });
    await stage.workspace.openHome(newcomer);
    await eventually(() => expect(shown(stage, newcomer)).toContain(speak("en")("home.title.empty")));
    await stage.workspace.changeChannel(stage.channel, { joinedBy: newcomer });
    stage.clock.advance(30_000);
    await stage.workspace.openHome(newcomer);
    await eventually(() => expect(shown(stage, newcomer)).toContain("ANPUD"));
  });

  it("knows at once of a new room, without another look", async () => {
    const { around, app, person, channel, join } = await openRoom();
    const { workspace } = around;
    await join(channel);
    const newcomer = workspace.addUser({ channels: [] });
    await workspace.openHome(newcomer);
    await eventually(() => expect(shown(around, newcomer)).toContain(speak("en")("home.title.empty")));
    const other = workspace.addChannel({ members: [person, newcomer] });
    await join(other);
    await app.settle();
    await eventually(() => expect(shown(around, newcomer)).toContain("ANPUD"));
  });

  it("asks Slack once in half a minute who is where, page by page, and tells the log nothing of it", async () => {
    const stage = await open({ pageSize: 2 });
    for (let count = 0; count < 5; count += 1) stage.workspace.addChannel();
    await stage.workspace.openHome(stage.person);
    await eventually(() => expect(published(stage)).toBe(1));
    const asked = (): number => stage.double.calls.filter(({ method }) => method === "users.conversations").length;
    const once = asked();
    expect(once).toBeGreaterThan(1);
    await stage.workspace.openHome(stage.person);
    expect(asked()).toBe(once);
    stage.clock.advance(29_999);
    await stage.workspace.openHome(stage.person);
    expect(asked()).toBe(once);
    stage.clock.advance(1);
    await stage.workspace.openHome(stage.person);
    await eventually(() => expect(asked()).toBe(2 * once));
    stage.clock.advance(-60 * 60_000);
    await stage.workspace.openHome(stage.person);
    await eventually(() => expect(asked()).toBe(3 * once));
    expect(JSON.stringify(stage.log.entries)).not.toContain(stage.person);
    expect(JSON.stringify(stage.log.entries)).not.toContain(stage.channel);
  });
});

describe("a button on the Home tab", () => {
  async function openHome() {
    const stage = await open();
    await stage.workspace.openHome(stage.person);
    await eventually(() => expect(shown(stage, stage.person)).toContain("ANPUD"));
    const home = stage.workspace.home(stage.person);
    if (home === undefined) throw new Error("no home");
    const line = /"value":"([^"]+)"/.exec(JSON.stringify(home.blocks))?.[1] ?? "";
    const actionId = /"action_id":"(line:[^"]+)"/.exec(JSON.stringify(home.blocks))?.[1] ?? "";
    return { ...stage, home, line, actionId };
  }

  it("acts in its room, and is answered in a window", async () => {
    const { workspace, person, channel, home, actionId, line, inbounds } = await openHome();
    await workspace.click({ user: person, on: home, actionId });
    await eventually(() => expect(workspace.views(person)).toHaveLength(1));
    expect(inbounds).toMatchObject([{ line, room: `slack:${workspace.team}/${channel}` }]);
    expect(inbounds[0]?.asker).toBeUndefined();
    expect(JSON.stringify(workspace.views(person)[0]?.blocks)).toContain(`Answer to ${line}`);
  });

  it("opens a form where something is missing, and the window then says what came of it", async () => {
    const { workspace, person, home, actionId, line, answers, inbounds } = await openHome();
    answers.set(line, { form: { title: "More", command: line, fields: [{ name: "date", label: "Date", hint: "", kind: "text", required: true, value: "" }], submit: "Send", language: "en" } });
    await workspace.click({ user: person, on: home, actionId });
    await eventually(() => expect(workspace.views(person)).toHaveLength(1));
    await workspace.submit({ user: person, values: { Date: "soon" } });
    expect(inbounds.at(-1)?.line).toBe(`${line} --date soon`);
    expect(JSON.stringify(workspace.views(person)[0]?.blocks)).toContain(`Answer to ${line}`);
  });

  it("opens a form that counts only as long as its writer is in the room", async () => {
    const { workspace, person, channel, home, actionId, line, answers, inbounds, clock } = await openHome();
    answers.set(line, { form: { title: "More", command: line, fields: [{ name: "date", label: "Date", hint: "", kind: "text", required: true, value: "" }], submit: "Send", language: "en" } });
    await workspace.click({ user: person, on: home, actionId });
    await eventually(() => expect(workspace.views(person)).toHaveLength(1));
    // Slack names an archived channel among nobody's channels.
    await workspace.changeChannel(channel, { archived: true });
    clock.advance(5 * 60_000);
    const refused = await workspace.submit({ user: person, values: { Date: "soon" } });
    expect(refused.ackBody).toEqual({ response_action: "errors", errors: { date: speak("en")("slack.not_in_room") } });
    expect(inbounds.some((inbound) => inbound.line.includes("soon"))).toBe(false);
  });

  it("has its window open in time when the answer takes longer", async () => {
    const { workspace, person, home, actionId, line, answers } = await openHome();
    const gate = Promise.withResolvers<object>();
    answers.set(line, () => gate.promise);
    await workspace.click({ user: person, on: home, actionId });
    await eventually(() => expect(JSON.stringify(workspace.views(person)[0]?.blocks)).toContain(speak("en")("slack.working")));
    gate.resolve({ message: sentence("Here it is.", "en") });
    await eventually(() => expect(JSON.stringify(workspace.views(person)[0]?.blocks)).toContain("Here it is."));
  });

  it("in the window itself changes what stands there", async () => {
    const { workspace, person, home, actionId, line, answers } = await openHome();
    answers.set(line, { message: sentence("First.", "en", [{ label: "On", command: "help" }]) });
    await workspace.click({ user: person, on: home, actionId });
    await eventually(() => expect(workspace.views(person)).toHaveLength(1));
    const [window] = workspace.views(person);
    if (window === undefined) throw new Error("no window");
    await workspace.click({ user: person, on: window, label: "On" });
    await eventually(() => expect(workspace.views(person)).toMatchObject([{ id: window.id, updates: 1 }]));
    expect(JSON.stringify(workspace.views(person)[0]?.blocks)).toContain("Answer to help");
  });

  it("opens another form in the same window, which counts as another submission", async () => {
    const { workspace, person, home, actionId, line, answers, inbounds } = await openHome();
    const form = { title: "More", command: line, fields: [{ name: "date", label: "Date", hint: "", kind: "text" as const, required: true, value: "" }], submit: "Send", language: "en" as const };
    answers.set(line, { form });
    answers.set(`${line} --date soon`, { message: sentence("Done.", "en", [{ label: "Again", command: "again" }]) });
    answers.set("again", { form: { ...form, command: "again" } });
    await workspace.click({ user: person, on: home, actionId });
    await eventually(() => expect(workspace.views(person)).toHaveLength(1));
    await workspace.submit({ user: person, values: { Date: "soon" } });
    const [window] = workspace.views(person);
    if (window === undefined) throw new Error("no window");
    await workspace.click({ user: person, on: window, label: "Again" });
    await eventually(() => expect(workspace.views(person)[0]?.sent["submit"]).toBeDefined());
    await workspace.submit({ user: person, values: { Date: "later" } });
    const submissions = inbounds.filter(({ key }) => key.startsWith("slack:v:"));
    expect(submissions.map((inbound) => inbound.line)).toEqual([`${line} --date soon`, "again --date later"]);
    expect(new Set(submissions.map(({ key }) => key)).size).toBe(2);
  });

  it("says in the room what is for the room, although no window opens", async () => {
    const { workspace, person, channel, home, actionId, line, answers, double } = await openHome();
    answers.set(line, { to: "room", message: sentence("This room is closed.", "en") });
    double.faults.next("views.open", { kind: "http", status: 500 });
    await workspace.click({ user: person, on: home, actionId });
    await eventually(() => expect(workspace.posts(channel)[0]?.text).toContain("This room is closed."));
  });

  it("does nothing for somebody who is not in the room, and says so", async () => {
    const { workspace, home, actionId, inbounds } = await openHome();
    const stranger = workspace.addUser({ channels: [] });
    await workspace.click({ user: stranger, on: home, actionId });
    await eventually(() => expect(JSON.stringify(workspace.views(stranger)[0]?.blocks)).toContain(speak("en")("slack.not_in_room")));
    expect(inbounds).toEqual([]);
  });

  it("waits for a better moment when Slack does not say who is in the room", async () => {
    const { workspace, home, actionId, inbounds, double } = await openHome();
    const other = workspace.addUser();
    double.faults.next("users.conversations", { kind: "http", status: 500 });
    await workspace.click({ user: other, on: home, actionId });
    await eventually(() => expect(JSON.stringify(workspace.views(other)[0]?.blocks)).toContain(speak("en")("slack.try_again")));
    expect(inbounds).toEqual([]);
  });
});
