/**
 * A season as the networks will live it: the 64th session of the Council (24 February to 2 April 2027) and the review of States, from
 * 20 November 2026 to the end of July 2027, in every shipped room, from the shipped calendar alone. People take, move, snooze and pause.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toPlain } from "../../src/plain.ts";
import type { Message } from "../../src/message.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { previewRoom } from "../../src/reminders.ts";
import { listRooms, type Room } from "../../src/rooms.ts";
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

  it("says the old and the new date when it moves, to every room that had been told", () => {
    const told = new Set(posted.filter((post) => post.at < Date.parse("2027-02-01T10:00:00Z") && JSON.stringify(post.message).includes(STATEMENT)).map((post) => post.room));
    expect(told.size).toBeGreaterThan(5);
    for (const room of told) {
      // At once where it is day, and elsewhere when the room wakes.
      const zone = rooms.find((candidate) => candidate.address === room)?.zone ?? "";
      const corrections = inRoom(room).filter(
        ({ at, message }) =>
          at >= Date.parse("2027-02-01T10:00:00Z") && at < Date.parse("2027-02-02T10:00:00Z") && message.actions.some(({ command }) => command === `deadline history ${STATEMENT}`),
      );
      expect(corrections, room).toHaveLength(1);
      expect(wallOf(corrections[0]?.at ?? 0, zone).time >= "08:00", room).toBe(true);
      expect(wallOf(corrections[0]?.at ?? 0, zone).time < "21:00", room).toBe(true);
      expect(JSON.stringify(corrections[0]?.message), room).toContain("2027-02-10");
      expect(corrections[0]?.text).toContain("18:00");
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
      if (post.at === Date.parse("2027-02-01T10:00:00Z")) continue;
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
