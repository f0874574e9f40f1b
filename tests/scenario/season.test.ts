/**
 * A season as the networks will live it: the 64th session of the Council (24 February to 2 April 2027) and the review of States, from
 * 20 November 2026 to the end of July 2027, in every shipped room, from the shipped calendar alone. People take, move, snooze and pause.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import { previewRoom } from "../../src/planning/reminders.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { listRooms, type Room } from "../../src/rooms/rooms.ts";
import { wallOf } from "../../src/time.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const END = Date.parse("2027-07-31T22:00:00Z");
const COORDINATOR = { roles: ["coordinator" as const], as: "secretariat" };
const STATEMENT = "hrc-64-written-statement";

type Posted = { at: number; room: RoomAddress; message: Message; text: string };

let test: TestApp;
let rooms: Room[];
const posted: Posted[] = [];
let foretold: Awaited<ReturnType<typeof previewRoom>> = [];

const inRoom = (room: string): Posted[] => posted.filter((post) => post.room === room);
const about = (room: string, words: string): Posted[] => inRoom(room).filter((post) => post.text.includes(words));
const dayOf = (post: Posted | undefined): string | undefined => {
  const room = rooms.find((candidate) => candidate.address === post?.room);
  return post === undefined || room === undefined ? undefined : wallOf(post.at, room.zone).on;
};

/** Presses the button of a rehearsal: nothing is sent before. */
async function broadcast(room: RoomAddress, line: string): Promise<void> {
  const rehearsal = await test.say(room, line, COORDINATOR);
  expect(rehearsal.ok, toPlain(rehearsal.message)).toBe(true);
  const send = rehearsal.message.actions[0]?.command ?? "";
  expect(send).toContain("--seen");
  const done = await test.say(room, send, COORDINATOR);
  expect(done.ok, toPlain(done.message)).toBe(true);
}

const MOVED_AT = Date.parse("2027-02-01T10:00:00Z");

/** A reminder of it, or a digest with it, has a button that names it. */
function namesStatement(message: Message): boolean {
  return JSON.stringify(message).includes(STATEMENT);
}

/** Only a correction strikes a date out and leads to the history. */
function isCorrectionOfStatement(message: Message): boolean {
  return message.actions.some(({ command }) => command === `deadline history ${STATEMENT}`) && JSON.stringify(message.blocks).includes('"struck"');
}

/** The first minute from an instant on that lies in a room's waking hours; found by looking at each on the room's own clock. */
function wakesAt(room: Room, from: number): number {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: room.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  for (let at = from; at < from + 86_400_000; at += 60_000) {
    const time = clock.format(at);
    if (time >= room.wakingFrom && time < room.wakingUntil) return at;
  }
  throw new Error(`${room.address} never wakes`);
}

const EVENTS: [at: string, does: () => Promise<unknown>][] = [
  // After the reminder of two weeks, the Council's page brings the statements forward by two days.
  ["2027-02-01T10:00:00Z", () => broadcast("web:coordination", `/deadline move ${STATEMENT} 2027-02-08 --time 18:00`)],
  ["2027-02-01T12:00:00Z", () => test.say("web:enpud", `/take ${STATEMENT}`)],
  // A network rests for two weeks in March.
  ["2027-03-01T09:00:00Z", () => test.say("web:lanpud", "/pause 2027-03-15")],
  // The day for papers of the 55th review becomes known.
  ["2027-01-12T10:00:00Z", () => broadcast("web:anpud", "/deadline move upr55-idn 2027-03-31")],
];

beforeAll(async () => {
  test = await openTestApp({ now: "2026-11-20T12:00:00Z" });
  rooms = await listRooms(test.store.reading);
  const anpud = rooms.find((room) => room.address === "web:anpud");
  if (anpud === undefined) throw new Error("no room");
  foretold = await previewRoom(test.store.reading, anpud, test.app.parts.directory, test.clock.now(), Date.parse("2027-01-10T00:00:00Z"));
  const events = EVENTS.map(([at, does]) => ({ at: Date.parse(at), does })).sort((a, b) => a.at - b.at);
  let seen = 0;
  for (;;) {
    const next = await test.app.tick();
    const event = events[0];
    const at = Math.min(next ?? END, event?.at ?? END, END);
    test.clock.set(Math.max(at, test.clock.now()));
    if (event !== undefined && event.at <= test.clock.now()) {
      events.shift();
      await event.does();
    }
    await test.settle();
    for (const post of test.chat.posts.slice(seen)) posted.push({ at: test.clock.now(), room: post.room, message: post.message, text: toPlain(post.message) });
    seen = test.chat.posts.length;
    if (test.clock.now() >= END) break;
  }
}, 300_000);

/** `CLARION_TEST_ALOUD=web:anpud` prints what a room was told, to be read aloud. */
const aloud = process.env["CLARION_TEST_ALOUD"];
afterAll(() => {
  for (const post of posted.filter(({ room }) => room === aloud)) console.log(`── ${new Date(post.at).toISOString()} ${post.room}\n${toPlain(post.message, { numbers: true })}`);
});

describe("a season of the Council and the review", () => {
  it("reminds of the written statement two weeks before it was due", () => {
    const [first] = about("web:anpud", "64th session: written statement");
    expect(dayOf(first)).toBe("2027-01-27");
    expect(first?.text).toContain("Wed 10 Feb 2027");
    expect(first?.text).toContain("in 2 weeks");
  });

  it("says the old and the new date when it moves, once, to every room that had been told and to no other, as soon as it is awake", () => {
    const told = rooms.filter(({ address }) => inRoom(address).some((post) => post.at < MOVED_AT && namesStatement(post.message)));
    expect(told.length).toBeGreaterThan(5);
    const expected = told.map((room) => ({ room: room.address, at: new Date(wakesAt(room, MOVED_AT)).toISOString() }));
    // Some are told at once, and some sleep.
    expect(new Set(expected.map(({ at }) => at === new Date(MOVED_AT).toISOString())).size).toBe(2);
    const corrections = posted.filter(({ message }) => isCorrectionOfStatement(message));
    const given = corrections.map(({ room, at }) => ({ room, at: new Date(at).toISOString() }));
    const byRoom = (one: { room: string }, other: { room: string }) => (one.room < other.room ? -1 : 1);
    expect(given.sort(byRoom)).toEqual(expected.sort(byRoom));
    for (const { message } of corrections) {
      const [first] = message.blocks;
      const line = first !== undefined && "text" in first ? first.text : [];
      expect(line).toContainEqual({ struck: { moment: "2027-02-10", zone: "Europe/Zurich" } });
      // 18:00 in Geneva, in winter.
      expect(line).toContainEqual({ moment: Date.parse("2027-02-08T17:00:00Z"), zone: "Europe/Zurich" });
    }
  });

  it("reminds two days and two hours before the new date, now that it is near, and never of the old one", () => {
    const late = about("web:anpud", "64th session: written statement").filter((post) => post.at > Date.parse("2027-02-01T10:00:00Z"));
    expect(late.map(dayOf)).toEqual(["2027-02-05", "2027-02-08"]);
    expect(late[0]?.text).toContain("8 Feb 2027");
  });

  it("shows who took it in that network's room and in coordination, and nowhere else", () => {
    const shows = (room: RoomAddress) => test.standing(room).some((message) => /taken|взя/iu.test(toPlain(message)) && JSON.stringify(message).includes(STATEMENT));
    expect(shows("web:anpud")).toBe(false);
    expect(shows("web:enpud")).toBe(true);
    expect(shows("web:coordination")).toBe(true);
  });

  it("asks for the day of the 55th review's papers each month, and counts down once it is known", () => {
    const looks = inRoom("web:anpud").filter((post) => post.text.includes("Please look at these pages"));
    expect(looks.map(dayOf)).toEqual(["2026-12-01", "2027-01-01", "2027-02-01", "2027-03-01", "2027-04-01", "2027-05-03", "2027-06-01", "2027-07-01"]);
    const reminders = about("web:anpud", "Indonesia").filter((post) => post.text.includes("31 Mar 2027") && post.message.tone !== "quiet");
    expect(reminders.map(dayOf)).toContain("2027-03-17");
    expect(reminders.map(dayOf)).toContain("2027-03-29");
  });

  it("keeps a resting room quiet, and gives it one summary on return", () => {
    const during = inRoom("web:lanpud").filter((post) => post.at >= Date.parse("2027-03-01T09:00:00Z") && dayOf(post) !== undefined && (dayOf(post) ?? "") < "2027-03-15");
    expect(during).toEqual([]);
    const back = inRoom("web:lanpud").filter((post) => dayOf(post) === "2027-03-15");
    expect(back.length).toBeGreaterThanOrEqual(1);
    expect(back.length).toBeLessThanOrEqual(2);
  });

  it("marks the day of mourning without a call to do anything", () => {
    const mourning = inRoom("web:anpud").filter((post) => dayOf(post) === "2027-07-21");
    expect(mourning).toHaveLength(1);
    expect(mourning[0]?.message.actions.every((action) => /^(un)?hide /.test(action.command))).toBe(true);
  });

  it("posts nothing outside a room's waking hours, and no reminder or digest outside its working week", () => {
    for (const post of posted) {
      const room = rooms.find((candidate) => candidate.address === post.room);
      if (room === undefined) throw new Error("no room");
      const { time, weekday } = wallOf(post.at, room.zone);
      expect(time >= room.wakingFrom && time < room.wakingUntil, `${post.room} ${post.text}`).toBe(true);
      if (!room.workingWeek.includes(weekday)) expect(post.message.tone, `${post.room} ${new Date(post.at).toISOString()} ${post.text}`).toBe("quiet");
    }
  });

  it("posts what the preview foretold, as long as nothing changed", () => {
    const happened = inRoom("web:anpud").filter((post) => post.at < Date.parse("2027-01-10T00:00:00Z"));
    expect(happened.map((post) => post.at)).toEqual(foretold.map((post) => post.at));
  });

  it("never floods: no room gets more than five posts a day", () => {
    for (const room of rooms) {
      const byDay = Map.groupBy(inRoom(room.address), (post) => dayOf(post) ?? "");
      for (const [day, posts] of byDay) expect(posts.length, `${room.address} ${day}`).toBeLessThanOrEqual(5);
    }
  });

  it("speaks each room's language in titles, and keeps the lock screen discreet", () => {
    expect(inRoom("web:menanpud").every((post) => post.message.language === "ar")).toBe(true);
    expect(inRoom("web:enpud").every((post) => post.message.language === "ru")).toBe(true);
    for (const { message } of posted) {
      expect(message.discreet ?? "", toPlain(message)).not.toBe("");
      expect(message.discreet).not.toMatch(/drug|наркот|droga|drogue|مخدر/iu);
    }
  });

  it("leaves nothing waiting at the end", async () => {
    const waiting = await test.store.reading.selectFrom("posts").select(["id", "state"]).where("state", "not in", ["standing", "removed"]).execute();
    expect(waiting).toEqual([]);
    expect(test.log.entries.filter((entry) => entry.level === "error")).toEqual([]);
  });
});
