/**
 * A day in a workspace as people live it, from the invitation of the bot to a restart, over the real Slack adapter and a Slack double that is as
 * strict as the documentation. Each step goes on where the one before ended. `CLARION_TEST_ALOUD=slack` prints what everybody saw.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { openSlackApp, openSlackSurroundings, type SlackApp, type SlackSurroundings } from "../support/slack/app.ts";
import type { Outcome, Post, Whisper } from "../support/slack/double.ts";
import { type Narrator, openNarrator, readPost, readView } from "../support/slack/narrate.ts";
import { pressablesOf, readBlocks } from "../support/slack/read-aloud.ts";

const STATEMENT = "hrc-64-written-statement";
const TITLE = "Human Rights Council, 64th session: written statement";
/** Bangkok, the zone of the network, is seven hours ahead of these. */
const MORNING = "2027-01-27T01:30:00Z";
/** Slack is another program: what it does arrives in its own time. */
const PATIENCE = 8_000;
const NINE = "2027-01-27T02:00:00Z";

let world: SlackSurroundings;
let slack: SlackApp;
let narrator: Narrator;
let channel: string;
/** The one who coordinates, and two more. */
let secretary: string;
let second: string;
let third: string;

const posts = (): Post[] => world.workspace.posts(channel);
const postWith = (words: string): Post => {
  const found = posts().findLast((post) => readPost(post).includes(words));
  if (found === undefined) throw new Error(`No post says “${words}”. There is:\n${posts().map(readPost).join("\n\n")}`);
  return found;
};
/** What stands in the channel of the reminders, the oldest first. */
const reminders = (): Post[] => posts().filter((post) => readPost(post).startsWith(TITLE));
const lastReminder = (): Post => {
  const last = reminders().at(-1);
  if (last === undefined) throw new Error("There is no reminder.");
  return last;
};
const whispersTo = (user: string): Whisper[] => world.workspace.whispers({ user }).filter(({ deleted }) => !deleted);
const lastWhisper = (user: string): Whisper => {
  const last = whispersTo(user).at(-1);
  if (last === undefined) throw new Error("Nothing was whispered.");
  return last;
};
const heard = (user: string): string => readBlocks(lastWhisper(user).blocks);
const hears = (user: string, words: string): Promise<void> => vi.waitFor(() => expect(heard(user)).toContain(words), PATIENCE);
const windowOf = (user: string): string => {
  const top = world.workspace.views(user).at(-1);
  if (top === undefined) throw new Error("No window is open.");
  return readView(top);
};
const homeOf = (user: string): string => readBlocks(world.workspace.home(user)?.blocks ?? []);
/** How often one post was edited. */
const edits = ({ ts }: Post): number => world.double.calls.filter(({ method, args }) => method === "chat.update" && args["ts"] === ts).length;

/** Does it, in which so many lines are said, lets everything arrive, and writes down what came of it. */
async function step<T>(act: string, doing: () => Promise<T>, lines = 0): Promise<T> {
  const before = slack.lines();
  const done = await doing();
  await vi.waitFor(() => expect(slack.lines()).toBeGreaterThanOrEqual(before + lines), PATIENCE);
  await slack.settle();
  narrator.tell(act);
  return done;
}

function type(user: string, command: string, text = ""): Promise<Outcome> {
  return step(`${narratorName(user)} types ${command} ${text}`, () => world.workspace.command({ user, channel, command, text }), 1);
}

function press(user: string, on: Post | Whisper, label: string): Promise<Outcome> {
  return step(`${narratorName(user)} presses [${label}]`, () => click(user, on, label), 1);
}

/** A button, or an entry of the menu that stands after the last one. */
function click(user: string, on: Post | Whisper, label: string): Promise<Outcome> {
  const found = pressablesOf(on.blocks).find((pressable) => pressable.label === label);
  if (found === undefined) throw new Error(`There is no [${label}] on:\n${readBlocks(on.blocks)}`);
  // What the person's screen shows is the copy they were given, however often the post was edited since.
  const place = "via" in on ? on : { channel: on.channel, ts: on.ts, seen: on.blocks };
  return found.style === "menu" ? world.workspace.chooseOverflow({ user, on: place, option: label }) : world.workspace.click({ user, on: place, label });
}

async function submit(user: string, values: Record<string, string>): Promise<Outcome> {
  const outcome = await step(`${narratorName(user)} sends the window with ${JSON.stringify(values)}`, () => world.workspace.submit({ user, values }), 1);
  const { errors } = errorsSchema.parse(outcome.ackBody ?? {});
  for (const [field, words] of Object.entries(errors)) narrator.tell(`the window says at the field “${field}”: ${words}`);
  return outcome;
}
const errorsSchema = z.object({ errors: z.record(z.string(), z.string()).default({}) });

function passTime(to: string): Promise<void> {
  return step("time passes", async () => world.clock.set(to));
}

/** Returns the page once it says `words`. */
async function openHome(user: string, words: string): Promise<string> {
  await step(`${narratorName(user)} opens the Home tab`, async () => {
    await world.workspace.openHome(user);
    await vi.waitFor(() => expect(homeOf(user)).toContain(words), PATIENCE);
  });
  return homeOf(user);
}

const names = new Map<string, string>();
function narratorName(user: string): string {
  return names.get(user) ?? user;
}

beforeAll(async () => {
  world = await openSlackSurroundings({ now: MORNING });
  secretary = world.workspace.addUser();
  second = world.workspace.addUser();
  third = world.workspace.addUser();
  names.set(secretary, "the secretary").set(second, "the second").set(third, "the third");
  channel = world.workspace.addChannel({ member: false, name: "asia" });
  narrator = openNarrator(world.workspace, [channel], names, world.clock.now);
  slack = await openSlackApp(world);
});

afterAll(async () => {
  if (process.env["CLARION_TEST_ALOUD"] === "slack") console.log(narrator.story());
  await slack.stop();
  await world.close();
});

describe("a day in a workspace", () => {
  it("shows on an empty Home tab what Clarion is and how to begin", async () => {
    const home = await openHome(secretary, "You are not in a room of Clarion yet.");
    expect(home).toContain("/clarion join anpud");
  });

  it("asks in a channel it was added to which network that is for", async () => {
    await step("somebody adds Clarion to the channel", () => world.workspace.changeChannel(channel, { member: true }), 1);
    const invitation = postWith("Which network");
    expect(pressablesOf(invitation.blocks).map(({ label }) => label)).toEqual(expect.arrayContaining(["ANPUD", "LANPUD", "MENANPUD"]));
  });

  it("makes the channel a room by one press, welcomes it and says what it can read and keeps", async () => {
    await press(secretary, postWith("Which network"), "ANPUD");
    const welcome = readPost(postWith("Welcome to the room of ANPUD"));
    expect(welcome).toContain(TITLE.replace("Human Rights Council, 64th session", "HRC"));
    expect(welcome).toContain("Never kept: who is here, or what you write to each other.");
    expect(postWith("Welcome to the room of ANPUD").text).toMatch(/^Clarion: /);
    await hears(secretary, "ANPUD");
    expect(posts().map(readPost).join("\n")).not.toContain("Which network");
  });

  it("reminds the room at its own hour", async () => {
    await passTime("2027-01-27T01:59:00Z");
    expect(reminders()).toEqual([]);
    await passTime(NINE);
    const reminder = readPost(lastReminder());
    expect(reminder).toContain("Wed 10 Feb 2027, Geneva: in 2 weeks");
    expect(reminder).toContain("[We can take this (primary)]");
  });

  it("answers a look-up to the one who asked alone", async () => {
    const before = posts().length;
    await type(second, "/deadlines");
    await hears(second, "HRC: written statement");
    expect(posts()).toHaveLength(before);
    expect(whispersTo(third)).toEqual([]);
  });

  it("puts a reminder off by a button and brings it again", async () => {
    expect(reminders()).toHaveLength(1);
    await press(second, lastReminder(), "Remind us later");
    await hears(second, "This room will hear of it again on");
    expect(heard(second)).toMatch(/This room will hear of it again on (Sat 30 Jan|Mon 1 Feb) 2027/);
    await passTime("2027-02-01T02:00:00Z");
    expect(reminders()).toHaveLength(2);
    expect(readPost(lastReminder())).toContain("in 9 days");
  });

  it("lets one of three who press at once take it, and tells each of them so", async () => {
    const reminder = lastReminder();
    const told = edits(reminder);
    await step("all three press [We can take this] at once", () => Promise.all([secretary, second, third].map((user) => click(user, reminder, "We can take this"))), 3);
    const answers = [secretary, second, third].map(heard);
    expect(answers.filter((text) => text.includes("Thank you. Your network takes"))).toHaveLength(1);
    for (const text of answers) expect(text).toMatch(/Your network (takes|took this before)/);
    const after = lastReminder();
    expect(after.ts).toBe(reminder.ts);
    expect(readPost(after)).toContain("by you");
    expect(readPost(after)).toContain("[Hand it back]");
    expect(edits(reminder)).toBe(told + 1);
  });

  it("answers a button on an older post with what is true now", async () => {
    const [older] = reminders();
    if (older === undefined) throw new Error("The first reminder is gone.");
    expect(older.ts).not.toBe(lastReminder().ts);
    await press(third, older, "We can take this");
    await hears(third, "Your network took this before");
  });

  it("refuses a change of date to those who do not coordinate, and gives the role by a code from the page", async () => {
    await type(secretary, "/deadline", `move ${STATEMENT}`);
    await hears(secretary, "coordinator");
    const { message } = await slack.say("web:coordination", "/role code coordinator anpud", { roles: ["operator"] });
    const code = JSON.stringify(message).match(/role use (\w+)/)?.[1] ?? "";
    await type(secretary, "/role", `use ${code}`);
    await hears(secretary, "Welcome. You are now");
  });

  it("asks in a window for what a change of date lacks, and says at the field what is wrong", async () => {
    await type(secretary, "/deadline", `move ${STATEMENT}`);
    await vi.waitFor(() => expect(windowOf(secretary)).toContain("datepicker"), PATIENCE);
    const refused = await submit(secretary, { on: "2027-01-15" });
    expect(refused.ackBody).toMatchObject({ response_action: "errors", errors: { on: expect.stringContaining("This date has passed.") } });
    expect(world.workspace.views(secretary)).toHaveLength(1);
  });

  it("rehearses the change before anything is sent, then moves the date in place and says so in a post of its own", async () => {
    const before = posts().map(({ ts }) => ts);
    await submit(secretary, { on: "2027-02-12" });
    expect(world.workspace.views(secretary)).toEqual([]);
    await hears(secretary, "told the old date");
    expect(posts().map(({ ts }) => ts)).toEqual(before);
    await press(secretary, lastWhisper(secretary), "Confirm and send");
    const correction = postWith("Moved: ");
    expect(before).not.toContain(correction.ts);
    expect(readPost(correction)).toMatch(/~.*10 Feb 2027.*~|from .*10 Feb 2027.* to .*12 Feb 2027/);
    expect(reminders().map(({ ts }) => before.includes(ts))).toEqual([true, true]);
    for (const post of reminders()) expect(readPost(post)).toContain("~Wed 10 Feb 2027~, now Fri 12 Feb 2027");
  });

  it("does a double click once", async () => {
    const post = lastReminder();
    const whispered = whispersTo(second).length;
    await step("the second presses [Hand it back] twice", () => Promise.all([click(second, post, "Hand it back"), click(second, post, "Hand it back")]), 2);
    expect(whispersTo(second)).toHaveLength(whispered + 1);
    await hears(second, "Handed back");
    expect(readPost(lastReminder())).toContain("[We can take this (primary)]");
  });

  it("takes a button of an older revision for what it says, not for what stands in its place now", async () => {
    const older = lastReminder();
    await press(second, older, "We can take this");
    expect(readPost(lastReminder())).toContain("[Hand it back]");
    // The third has not seen the edit: the same button, and where it stood now stands another.
    await press(third, older, "We can take this");
    await hears(third, "took this before");
    expect(readPost(lastReminder())).toContain("Taken: by you");
    // Long enough after the double click to be meant once more.
    world.clock.advance(10_000);
    await press(second, lastReminder(), "Hand it back");
    expect(readPost(lastReminder())).toContain("[We can take this (primary)]");
  });

  it("answers a stale button with what is true now, and does nothing else", async () => {
    await type(third, "/deadline", `show ${STATEMENT}`);
    const card = lastWhisper(third);
    await step("on the page the date is corrected once more", async () => {
      const rehearsed = await slack.say("web:anpud", `/deadline move ${STATEMENT} 2027-02-11`, { roles: ["coordinator"] });
      await slack.say("web:anpud", rehearsed.message.actions[0]?.command ?? "", { roles: ["coordinator"] });
    });
    await press(third, card, "We can take this");
    await hears(third, "11 Feb 2027");
    expect(heard(third)).not.toContain("Thank you");
    expect(readPost(lastReminder())).toContain("[We can take this (primary)]");
  });

  it("opens a call through a window and a rehearsal", async () => {
    await type(secretary, "/call", "new sign-on");
    await vi.waitFor(() => expect(windowOf(secretary)).toContain("Title"), PATIENCE);
    await submit(secretary, { title: "Open letter to the Commission", until: "5 March 2027", goal: "12", body: "We ask the Commission to listen.\n\nNothing about us without us." });
    await hears(secretary, "Nobody has been told yet.");
    await press(secretary, lastWhisper(secretary), "Publish");
    await hears(secretary, "Posts one message in");
    await press(secretary, lastWhisper(secretary), "Confirm and send");
    expect(readPost(postWith("Sign-on letter: Open letter to the Commission"))).toContain("Nothing about us without us.");
  });

  it("counts organisations named in windows, and gathers the edits of the tally", async () => {
    const call = postWith("Sign-on letter: ");
    const told = edits(call);
    for (const [user, organisation] of [[secretary, "Network North"], [second, "Network South"], [third, "Network East"]] as const) {
      await press(user, call, "We support this");
      await vi.waitFor(() => expect(world.workspace.views(user)).toHaveLength(1), PATIENCE);
      await submit(user, { organisation });
      await hears(user, `Counted: ${organisation}.`);
    }
    await step("a minute passes", async () => world.clock.advance(60_000));
    expect(readPost(postWith("Sign-on letter: "))).toContain("3 of 12 organisations");
    expect(postWith("Sign-on letter: ").ts).toBe(call.ts);
    expect(edits(call)).toBe(told + 1);
  });

  it("shows on the Home tab what the rooms of a person have coming, and shows it anew when it changes", async () => {
    const home = await openHome(secretary, "HRC: written statement");
    expect(home).toContain("ANPUD");
    expect(home).toContain("3 of 12 organisations");
    const page = world.workspace.home(secretary);
    if (page === undefined) throw new Error("There is no Home tab.");
    await step("the secretary presses [Take “HRC: written statement”] there", () => world.workspace.click({ user: secretary, on: page, label: "Take “HRC: written statement”" }), 1);
    await vi.waitFor(() => expect(windowOf(secretary)).toContain("Thank you. Your network takes"), PATIENCE);
    await vi.waitFor(() => expect(homeOf(secretary)).toContain("taken by you"), PATIENCE);
    narrator.tell("a moment later");
    expect(readPost(lastReminder())).toContain("Taken: by you");
  });

  it("goes on after a restart where it was", async () => {
    const post = lastReminder();
    await slack.stop();
    slack = await openSlackApp(world, { seed: 2 });
    await press(third, post, "Hand it back");
    await hears(third, "Handed back");
    expect(readPost(lastReminder())).toContain("[We can take this (primary)]");
    await openHome(third, "HRC: written statement");
    const rooms = await slack.app.ports.store.reading.selectFrom("rooms").select("address").where("address", "like", "slack:%").execute();
    expect(rooms).toEqual([{ address: `slack:${world.workspace.team}/${channel}` }]);
  });

  it("has kept every rule of Slack all day", () => {
    expect(world.double.breaches).toEqual([]);
    expect(slack.log.entries.filter(({ level }) => level === "error")).toEqual([]);
  });
});
