/** Calendars that go out: read back by our own reader, asked for over the page. */
import { describe, expect, it, onTestFinished } from "vitest";
import { createCalendarFiles } from "../../adapters/calendar/files.ts";
import { writeCalendar } from "../../adapters/calendar/write.ts";
import { fingerprint } from "../../adapters/node/machine.ts";
import { createWebChat, type WebChat } from "../../adapters/web/chat.ts";
import { readCalendar } from "../../feeds/calendar/read.ts";
import { closeRoom, moveRoom, openRoomLike } from "../../src/lent-rooms.ts";
import type { OutgoingEntry } from "../../src/outgoing-calendar.ts";
import { toPlain } from "../../src/plain.ts";
import { networkCountries } from "../../src/rooms/networks.ts";
import type { DocumentItem } from "../../src/sources/document.ts";
import { DAY, instantOf } from "../../src/time.ts";
import { openTestApp, type TestApp, testDirectory } from "../support/app.ts";
import { seededChance } from "../support/clock.ts";
import { recordingLog } from "../support/log.ts";

const COORDINATOR = { roles: ["coordinator" as const] };

function itemsOf(text: string): DocumentItem[] {
  const document = readCalendar(text);
  if ("error" in document) throw new Error(document.error);
  return document.items;
}

async function open(now = "2026-11-20T12:00:00Z"): Promise<{ test: TestApp; page: WebChat; get: (path: string, headers?: Record<string, string>) => Promise<Response> }> {
  const test = await openTestApp({ now });
  const page = createWebChat({
    store: test.store, port: 0, clock: test.clock, chance: seededChance(7), log: recordingLog(), language: "en", actorId: "page",
    desk: { rooms: async () => [], agenda: async () => ({ weeks: [], about: [] }), complete: async () => [] },
    calendars: createCalendarFiles({ store: test.store, directory: testDirectory, clock: test.clock, fingerprint }),
  });
  await page.start(async () => ({ ok: true, to: "asker", repeated: false, queued: false, message: { title: [""], tone: "plain", blocks: [], actions: [], language: "en" } }));
  onTestFinished(async () => {
    await page.stop();
    await test.close();
  });
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`${page.address()}${path}`, { headers });
  return { test, page, get };
}

/** Asks for a link and gives its path and the line that revokes it. */
async function link(test: TestApp, room: Parameters<TestApp["say"]>[0], line = "calendar link"): Promise<{ path: string; revoke: string }> {
  const { message } = await test.say(room, line, COORDINATOR);
  const path = /\/calendar\/\w+\.ics/.exec(toPlain(message))?.[0] ?? "";
  const revoke = message.actions.find(({ command }) => command.startsWith("calendar revoke"))?.command ?? "";
  expect(path).not.toBe("");
  return { path, revoke };
}

const byId = (items: readonly DocumentItem[], part: string): DocumentItem | undefined => items.find(({ id }) => id === `${part}@clarion`);

describe("a calendar that goes out", () => {
  it("is given to whoever has its address, with the dates that the room follows", async () => {
    const { test, get } = await open();
    const { path } = await link(test, "web:anpud");
    const answer = await get(path);
    const text = await answer.text();
    expect([answer.status, answer.headers.get("content-type"), answer.headers.get("cache-control")]).toEqual([200, "text/calendar; charset=utf-8", "private, max-age=900"]);
    const statement = byId(itemsOf(text), "hrc-64-written-statement");
    expect(statement).toMatchObject({ title: "Clarion: 1 date", event: { start: "2027-02-10", end: "2027-02-11", lastDay: "2027-02-10" } });
    expect(statement?.summary).toContain("written statement");
    expect(text.match(/^(?:SUMMARY|X-WR-CALNAME|NAME)[:;].*$/gm)?.every((line) => /:Clarion(?:: 1 date)?\r?$/.test(line))).toBe(true);
  });

  it("says what each date is where the room chose so", async () => {
    const { test, get } = await open();
    await test.say("web:anpud", "room set --discreet no", COORDINATOR);
    const { path } = await link(test, "web:anpud");
    expect(byId(itemsOf(await (await get(path)).text()), "hrc-64-written-statement")?.title).toContain("written statement");
  });

  it("rises in its sequence when a date moves, and says when one is cancelled", async () => {
    const { test, get } = await open();
    const { path } = await link(test, "web:anpud");
    const read = async (): Promise<DocumentItem | undefined> => byId(itemsOf(await (await get(path)).text()), "hrc-64-written-statement");
    const before = await read();
    test.clock.advance(DAY);
    expect((await test.say("web:anpud", `deadline move hrc-64-written-statement "15 February 2027" --seen ${String(before?.event?.sequence)}`, COORDINATOR)).ok).toBe(true);
    const moved = await read();
    expect([moved?.event?.start, moved?.id]).toEqual(["2027-02-15", before?.id]);
    expect(moved?.event?.sequence).toBeGreaterThan(before?.event?.sequence ?? Number.POSITIVE_INFINITY);
    expect((await test.say("web:anpud", `deadline cancel hrc-64-written-statement --seen ${String(moved?.event?.sequence)}`, COORDINATOR)).ok).toBe(true);
    const cancelled = await read();
    expect([cancelled?.event?.status, (cancelled?.event?.sequence ?? 0) > (moved?.event?.sequence ?? 0)]).toEqual(["cancelled", true]);
    test.clock.advance(91 * DAY);
    expect(await read()).toBeUndefined();
  });

  it("leads nowhere once it is revoked, nor does any other address", async () => {
    const { test, get } = await open();
    const { path, revoke } = await link(test, "web:anpud");
    expect((await get(path)).status).toBe(200);
    expect((await test.say("web:enpud", revoke, COORDINATOR)).ok).toBe(false);
    expect((await get(path)).status).toBe(200);
    expect((await test.say("web:anpud", revoke, COORDINATOR)).ok).toBe(true);
    expect([(await get(path)).status, (await get(`/calendar/${"a".repeat(40)}.ics`)).status, (await get("/calendar/x.ics")).status]).toEqual([404, 404, 404]);
  });

  it("goes on with a room that moves, and ends with a room that is closed", async () => {
    const { test, get } = await open();
    await test.store.write((trx) => openRoomLike(trx, "web:old", "web:anpud", { directory: testDirectory, now: test.clock.now() }));
    const { path } = await link(test, "web:old");
    await test.store.write((trx) => moveRoom(trx, "web:old", "web:new", test.clock.now()));
    expect((await get(path)).status).toBe(200);
    await test.store.write((trx) => closeRoom(trx, "web:new"));
    expect([(await get(path)).status, await test.store.reading.selectFrom("calendar_links").selectAll().execute()]).toEqual([404, []]);
  });

  it("keeps only a hash of its address", async () => {
    const { test } = await open();
    const { path } = await link(test, "web:anpud");
    const token = /\/calendar\/(\w+)\.ics/.exec(path)?.[1] ?? "";
    await test.settle();
    const rows = await test.store.reading.selectFrom("calendar_links").selectAll().execute();
    expect(rows).toMatchObject([{ hash: fingerprint(token), network: "anpud", scope: "room" }]);
    expect(JSON.stringify([rows, await test.store.reading.selectFrom("posts").selectAll().execute(), test.log.entries])).not.toContain(token);
  });

  it("is answered with nothing new while nothing changed", async () => {
    const { test, get } = await open();
    const { path } = await link(test, "web:anpud");
    const first = await get(path);
    const etag = first.headers.get("etag") ?? "";
    test.clock.advance(DAY / 2);
    const again = await get(path, { "if-none-match": etag });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    expect((await get(path, { "if-none-match": '"other"' })).status).toBe(200);
  });

  it("holds nothing that is of another network alone", async () => {
    const { test, get } = await open("2022-02-01T12:00:00Z");
    expect((await test.say("web:enpud", 'deadline internal hrc-64-written-statement 2w --title "our draft"', COORDINATOR)).ok).toBe(true);
    const [own, other, house] = [await link(test, "web:enpud", "calendar link network"), await link(test, "web:anpud", "calendar link network"), await link(test, "web:coordination", "calendar link network")];
    const read = async ({ path }: { path: string }): Promise<string[]> => itemsOf(await (await get(path)).text()).map(({ id }) => id);
    const [ownIds, otherIds, houseIds] = [await read(own), await read(other), await read(house)];
    expect([ownIds, otherIds, houseIds].map((ids) => ids.some((id) => id.includes("-enpud@")))).toEqual([true, false, true]);
    // What is due for a State is in the calendars of its network and of coordination.
    const countries = await networkCountries(test.store.reading);
    const states = new Map((await test.store.reading.selectFrom("deadlines").select(["id", "country"]).execute()).map(({ id, country }) => [`${id}@clarion`, country]));
    const statesIn = (ids: string[]): string[] => ids.flatMap((id) => states.get(id) ?? []);
    expect(statesIn(ownIds).length).toBeGreaterThan(0);
    expect(statesIn(ownIds).filter((state) => countries.get("enpud")?.has(state) !== true)).toEqual([]);
    expect(statesIn(otherIds).filter((state) => countries.get("anpud")?.has(state) !== true)).toEqual([]);
    expect(statesIn(houseIds).length).toBeGreaterThan(statesIn(ownIds).length);
  });

  it("is asked for by coordinators only, who see the list without addresses", async () => {
    const { test } = await open();
    expect((await test.say("web:anpud", "calendar link")).code).toBe("not_allowed");
    const { path } = await link(test, "web:anpud");
    const { message } = await test.say("web:anpud", "calendar list", COORDINATOR);
    expect(toPlain(message)).toContain("1 calendar address");
    expect(toPlain(message)).not.toContain(path);
    expect(toPlain((await test.say("web:inwud", "calendar list", COORDINATOR)).message)).toContain("no calendar address");
  });
});

describe("the file of a calendar", () => {
  const entry = (more: Partial<OutgoingEntry>): OutgoingEntry => ({
    id: "one@clarion", sequence: 3, title: "A", description: "", link: "", on: "2027-03-31", time: null, zone: "Europe/Zurich", status: "confirmed", changedAt: Date.UTC(2026, 10, 1, 8), ...more,
  });
  const ZONES = ["Europe/Zurich", "America/New_York", "Africa/Cairo", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"];

  it("reads back to the same facts, in every zone and on both sides of a change of clocks", () => {
    for (const zone of ZONES)
      for (const [on, time] of [["2027-01-15", "18:00"], ["2027-03-28", "02:30"], ["2027-07-15", "23:59"], ["2027-10-31", "02:30"], ["2027-11-07", "01:30"], ["2027-12-01", null]] as const) {
        const text = writeCalendar({ name: "Dates", entries: [entry({ on, time, zone, title: "Ответ, ; \\ \"on\"\nnew line", description: "line 1\nline 2", link: "https://example.org/a?b=1,2", status: "tentative" })] });
        // By the zone's own rules in the file, as a program without a table of zones would read it.
        for (const read of [text, text.replaceAll(zone, "Unknown zone")]) {
          const [item] = itemsOf(read);
          expect(item).toMatchObject({ id: "one@clarion", link: "https://example.org/a?b=1%2C2", event: { status: "tentative", sequence: 3 } });
          expect([item?.title, item?.summary]).toEqual(['Ответ, ; \\ "on" new line', "line 1\nline 2"]);
          expect([zone, on, time, item?.event?.start]).toEqual([zone, on, time, time === null ? on : instantOf(on, time, zone)]);
        }
      }
  });

  it("has lines of at most 75 bytes, ended as RFC 5545 wants them", () => {
    const text = writeCalendar({ name: "Даты", entries: [entry({ title: "Совет по правам человека: ".repeat(20), description: "é".repeat(400), time: "18:00" })] });
    const lines = text.split("\r\n");
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    // No letter is cut in two by a fold.
    expect(Buffer.from(text).toString("utf8")).toBe(text);
    expect(itemsOf(text)[0]?.summary).toBe("é".repeat(400));
    expect([lines[0], lines.filter((line) => line !== "").at(-1)]).toEqual(["BEGIN:VCALENDAR", "END:VCALENDAR"]);
  });

  it("is the same text for the same dates", () => {
    const write = (): string => writeCalendar({ name: "Dates", entries: [entry({ time: "18:00" }), entry({ id: "two@clarion" })] });
    expect(write()).toBe(write());
  });
});
