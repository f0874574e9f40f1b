/** What a followed calendar says of our sessions, read by the real reader from a file. */
import { afterEach, describe, expect, it } from "vitest";
import { findDeadline } from "../../src/calendar/deadlines.ts";
import { findSession } from "../../src/calendar/sessions.ts";
import type { Fetch } from "../../src/ports.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const ROOM = "web:coordination";
const ADDRESS = "https://calendar.example.org/council.ics";

let open: TestApp | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

type Event = { title: string; start: string; end: string; status?: string };

function calendar(events: readonly Event[]): string {
  const lines = events.flatMap(({ title, start, end, status }, index) => [
    "BEGIN:VEVENT", `UID:event-${index}@calendar.example.org`, "DTSTAMP:20261120T000000Z", `SUMMARY:${title}`, `DTSTART;VALUE=DATE:${start}`, `DTEND;VALUE=DATE:${end}`,
    ...(status === undefined ? [] : [`STATUS:${status}`]), "END:VEVENT",
  ]);
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "X-WR-CALNAME:Council", ...lines, "END:VCALENDAR", ""].join("\r\n");
}

/** Follows the calendar; `read` reads it as it is then. */
async function follow(events: () => readonly Event[], { official = false } = {}) {
  const fetch: Fetch = async ({ url }) => ({ status: "changed", body: Buffer.from(calendar(events())), contentType: "text/calendar", finalUrl: url });
  open = await openTestApp({ now: "2026-11-23T10:00:00Z", fetch });
  const app = open;
  await app.settle();
  await app.say(ROOM, `source add ${ADDRESS}`, { roles: ["coordinator"] });
  const { id } = await app.store.reading.selectFrom("sources").select("id").executeTakeFirstOrThrow();
  if (official) await app.say(ROOM, `source official ${id} yes`, { roles: ["coordinator"] });
  const read = async (): Promise<void> => {
    await app.say(ROOM, `source resume ${id}`, { roles: ["coordinator"] });
    await app.wake(`source:${id}`);
    await app.settle();
  };
  await read();
  return { app, read, session: () => findSession(app.store.reading, "hrc-64") };
}

const HELD: Event = { title: "Human Rights Council - 64th session", start: "20270224", end: "20270403" };
const MOVED: Event = { ...HELD, start: "20270301", end: "20270410" };

describe("a calendar that the body itself keeps", () => {
  it("moves a session, its last day counted in, and the deadlines that hang on it", async () => {
    const { app, session } = await follow(() => [MOVED], { official: true });
    expect(await session()).toMatchObject({ startsOn: "2027-03-01", endsOn: "2027-04-09", confidence: "official" });
    expect(await findDeadline(app.store.reading, "hrc-64-written-statement")).toMatchObject({ dueOn: "2027-02-15" });
  });

  it("revises its own word, and takes a cancellation back", async () => {
    let event = MOVED;
    const { read, session } = await follow(() => [event], { official: true });
    event = { ...MOVED, status: "CANCELLED" };
    await read();
    expect(await session()).toMatchObject({ status: "cancelled" });
    event = HELD;
    await read();
    expect(await session()).toMatchObject({ startsOn: "2027-02-24", endsOn: "2027-04-02", status: expect.not.stringMatching("cancelled") });
  });
});

describe("a calendar that somebody else keeps", () => {
  it("never cancels a session by itself", async () => {
    const { session } = await follow(() => [{ ...HELD, status: "CANCELLED" }]);
    expect(await session()).toMatchObject({ status: expect.not.stringMatching("cancelled") });
  });

  it("does not move what the body's own calendar has stated", async () => {
    let events: readonly Event[] = [MOVED];
    const { app, session } = await follow(() => events, { official: true });
    events = [{ ...HELD, start: "20270308" }];
    await app.say(ROOM, "source add https://other.example.org/dates.ics", { roles: ["coordinator"] });
    const other = (await app.store.reading.selectFrom("sources").select("id").where("url", "like", "%other%").executeTakeFirstOrThrow()).id;
    await app.wake(`source:${other}`);
    expect(await session()).toMatchObject({ startsOn: "2027-03-01", confidence: "official" });
    const claims = await app.store.reading.selectFrom("claims").select(["stated_by", "confidence"]).where("subject", "=", "hrc-64").where("stated_by", "like", "source:%").orderBy("sequence").execute();
    expect(claims.map(({ confidence }) => confidence)).toEqual(["official", "secondary"]);
  });
});

describe("an entry that is not one of our sessions", () => {
  it.each([
    ["names no number", { ...MOVED, title: "Human Rights Council: organisational meeting" }],
    ["has a number in a document's symbol only", { ...MOVED, title: "Human Rights Council: launch of report A/HRC/64/12" }],
    ["is far from where the session is", { ...MOVED, title: "Human Rights Council, 64 days of action", start: "20281001", end: "20281002" }],
    ["is of another body", { ...MOVED, title: "64th session of the Commission on the Status of Women" }],
  ])("leaves the session alone when it %s", async (_case, event) => {
    const { session } = await follow(() => [event], { official: true });
    expect(await session()).toMatchObject({ startsOn: "2027-02-24" });
  });
});
