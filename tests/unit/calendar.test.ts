import { describe, expect, test } from "vitest";
import { historyOf, listClaims, stateClaim } from "../../src/calendar/claims.ts";
import { familyDeadlines, findDeadline, listDeadlines, releaseDeadline, takeDeadline, takersOf } from "../../src/calendar/deadlines.ts";
import { importCalendar } from "../../src/calendar/import.ts";
import { calendarKeys, findSession, listSessions, nextSession } from "../../src/calendar/sessions.ts";
import type { Store } from "../../src/ports.ts";
import type { Shipped } from "../../src/shipped.ts";
import { emptyCalendar, openCalendar, sessionRow, shippedDirectory, uprRow } from "../support/calendar.ts";
import { handClock, seededChance } from "../support/clock.ts";
import { failAt, InjectedFailure } from "../support/failing-store.ts";

const COUNCIL = sessionRow("hrc-64", { title: "Human Rights Council, 64th regular session (opens on a Wednesday)", start: "2027-02-24", end: "2027-04-02" });
const calendar = (rows: Partial<Shipped>): Shipped => ({ ...emptyCalendar(), ...rows });
const WRITTEN = "hrc-64-written-statement";
const DAY = 86_400_000;

describe("bringing the calendar in", () => {
  test("keeps a session's dates, place and zone, and a title without the compiler's remarks", async () => {
    const { store } = await openCalendar(calendar({ sessions: [COUNCIL] }));
    expect(await findSession(store.reading, "hrc-64")).toMatchObject({
      title: "Human Rights Council, 64th regular session", place: "Geneva", zone: "Europe/Zurich", kind: "session",
      startsOn: "2027-02-24", endsOn: "2027-04-02", precision: "day", status: "provisional", confidence: "secondary", checkedOn: "2026-11-20", revision: 1,
    });
  });

  test("takes the zone from the place where a session meets, else from its body", async () => {
    const rows = [sessionRow("unaids-pcb-55", { mechanism: "unaids-pcb", place: "Nairobi" }), sessionRow("achpr-91", { place: "" })];
    const { store } = await openCalendar(calendar({ sessions: rows }));
    expect((await findSession(store.reading, "unaids-pcb-55"))?.zone).toBe("Africa/Nairobi");
    expect((await findSession(store.reading, "achpr-91"))?.zone).toBe("Africa/Banjul");
  });

  test("knows a month, a year or nothing of a session without making it more", async () => {
    const rows = [sessionRow("cat-1", { start: "2027-04" }), sessionRow("cerd-115", { start: "2025", end: "2025-05" }), sessionRow("ced-1")];
    const { store } = await openCalendar(calendar({ sessions: rows }));
    const precisions = await Promise.all(["cat-1", "cerd-115", "ced-1"].map(async (id) => (await findSession(store.reading, id))?.precision));
    expect(precisions).toEqual(["month", "year", "unknown"]);
    expect(await findDeadline(store.reading, "cat-1-alternative-report-planning-value")).toMatchObject({ dueOn: "2027-02", precision: "month" });
    expect(await findDeadline(store.reading, "cerd-115-alternative-report-planning-value")).toMatchObject({ dueOn: null, precision: "unknown", overAt: null });
  });

  test("marks a session that did not take place as cancelled, with its deadlines", async () => {
    const title = "CANCELLED - CRC session and pre-session of September 2025";
    const { store } = await openCalendar(calendar({ sessions: [sessionRow("crc-2025-3", { title, start: "2025-09" })] }));
    expect(await findSession(store.reading, "crc-2025-3")).toMatchObject({ status: "cancelled", title: "CRC session and pre-session of September 2025" });
    expect((await findDeadline(store.reading, "crc-2025-3-additional-submission-september-session"))?.status).toBe("cancelled");
  });

  test("takes a cancellation back when the file does, and repeats it when the file does", async () => {
    const standing = calendar({ sessions: [COUNCIL] });
    const cancelled = calendar({ sessions: [{ ...COUNCIL, title: `CANCELLED - ${COUNCIL.title}` }] });
    const { store, bring } = await openCalendar(standing);
    const statuses: (string | undefined)[] = [];
    for (const file of [cancelled, standing, cancelled]) {
      await bring(file);
      statuses.push((await findDeadline(store.reading, WRITTEN))?.status);
    }
    expect(statuses).toEqual(["cancelled", "provisional", "cancelled"]);
  });

  test("makes sessions known from reviewed States alone", async () => {
    const upr = [uprRow("41", "BHR", { session_start: "2022-11-07", session_end: "2022-11-18", stakeholder_deadline: "2022-03-31", confidence: "official" })];
    const { store } = await openCalendar(calendar({ upr }));
    expect(await findSession(store.reading, "upr-wg-41")).toMatchObject({ mechanism: "upr-wg", number: "41", startsOn: "2022-11-07", status: "confirmed" });
    expect(await findDeadline(store.reading, "upr41-bhr")).toMatchObject({ dueOn: "2022-03-31", confidence: "secondary" });
  });

  test("counts a State's paper from the session where the file gives no day", async () => {
    const sessions = [sessionRow("upr-wg-55", { mechanism: "upr-wg", session: "55", start: "2027-11-01", confidence: "official" })];
    const { store } = await openCalendar(calendar({ sessions, upr: [uprRow("55", "PHL")] }));
    expect(await findDeadline(store.reading, "upr55-phl")).toMatchObject({ dueOn: "2027-03-25", confidence: "projected", status: "projected" });
    expect(await findDeadline(store.reading, "upr55-phl-start-drafting-the-stakeholder-paper")).toMatchObject({ dueOn: "2026-12-25" });
  });

  test("writes nothing when the same files come again, even when it has forgotten that it read them", async () => {
    const file = calendar({ sessions: [COUNCIL] });
    const { store, bring } = await openCalendar(file);
    const snapshot = async () => Promise.all((["sessions", "deadlines", "claims", "history"] as const).map((table) => store.reading.selectFrom(table).selectAll().execute()));
    const before = await snapshot();
    expect(await bring(file)).toEqual([]);
    await store.write((trx) => trx.deleteFrom("meta").execute());
    expect(await bring(file)).toEqual([]);
    expect(await snapshot()).toEqual(before);
  });

  test("notes a later reading of the same dates without calling it a change", async () => {
    const { store, bring } = await openCalendar(calendar({ sessions: [COUNCIL] }));
    expect(await bring(calendar({ sessions: [COUNCIL], checkedOn: "2026-12-01" }))).toEqual([]);
    expect(await findDeadline(store.reading, WRITTEN)).toMatchObject({ checkedOn: "2026-12-01", revision: 1 });
    expect((await findSession(store.reading, "hrc-64"))?.checkedOn).toBe("2026-12-01");
  });

  test("moves a session and its deadlines when a newer file does, as the same party's newer word", async () => {
    const { store, bring } = await openCalendar(calendar({ sessions: [COUNCIL] }));
    const changes = await bring(calendar({ sessions: [{ ...COUNCIL, start: "2027-03-01" }] }));
    expect(changes.find((change) => change.id === WRITTEN)).toMatchObject({ dateChanged: true, isNew: false });
    expect(await findDeadline(store.reading, WRITTEN)).toMatchObject({ dueOn: "2027-02-15", status: "moved" });
    expect((await listClaims(store.reading, "hrc-64")).map((claim) => claim.statedBy)).toEqual(["shipped:sessions", "shipped:sessions"]);
    expect((await historyOf(store.reading, "hrc-64"))[0]).toMatchObject({ field: "date", statedBy: "shipped:sessions" });
  });

  test("never overrides what a person said, whatever a newer file says", async () => {
    const { store, deps, bring } = await openCalendar(calendar({ sessions: [COUNCIL] }));
    const said = { subject: "hrc-64", value: { field: "date", on: "2027-02-22" }, confidence: "person", statedBy: "network:anpud", reason: "claim.added" } as const;
    await store.write((trx) => stateClaim(trx, said, deps));
    await bring(calendar({ sessions: [{ ...COUNCIL, start: "2027-03-01", confidence: "official" }] }));
    expect(await findSession(store.reading, "hrc-64")).toMatchObject({ startsOn: "2027-02-22", confidence: "person" });
    expect((await findDeadline(store.reading, WRITTEN))?.dueOn).toBe("2027-02-08");
  });

  test("cancels a State's dates in a session when the file moves it to another, and takes them up again when it comes back", async () => {
    const sessions = ["55", "56"].map((session) => sessionRow(`upr-wg-${session}`, { mechanism: "upr-wg", session, start: "2027-11" }));
    const first = calendar({ sessions, upr: [uprRow("55", "PHL"), uprRow("55", "NPL")] });
    const second = calendar({ sessions, upr: [uprRow("56", "PHL"), uprRow("55", "NPL")] });
    const { store, bring } = await openCalendar(first);
    const statuses = async () => Promise.all(["upr55-phl", "upr56-phl", "upr55-npl"].map(async (id) => (await findDeadline(store.reading, id))?.status));
    await bring(second);
    expect(await statuses()).toEqual(["cancelled", "projected", "projected"]);
    await bring(first);
    expect(await statuses()).toEqual(["projected", "cancelled", "projected"]);
  });

  test("refuses a report about something that is not in the files", async () => {
    const statusClaims = [{ subject: "nothing", status: "suspended", confidence: "secondary", source: "", why: "" }] as const;
    await expect(openCalendar(calendar({ statusClaims: [...statusClaims] }))).rejects.toThrow("status-claims.csv, nothing");
  });

  test("announces every slice in its own transaction, so that a failure leaves nothing committed and unannounced", async () => {
    const { store } = await openCalendar();
    const deps = { clock: handClock("2026-11-20T12:00:00Z"), chance: seededChance() };
    const file = calendar({ sessions: [COUNCIL] });
    const failing = importCalendar(store, file, shippedDirectory, { ...deps, announce: () => Promise.reject(new Error("no announcement")) });
    await expect(failing).rejects.toThrow("no announcement");
    expect(await findSession(store.reading, "hrc-64")).toBeUndefined();
    const announced: string[] = [];
    await importCalendar(store, file, shippedDirectory, {
      ...deps,
      announce: async (_trx, changes) => {
        announced.push(...changes.map((change) => change.id));
      },
    });
    expect(announced).toContain(WRITTEN);
  });
});

describe("an import that is cut off", () => {
  const before = calendar({ sessions: [COUNCIL] });
  const after = calendar({ sessions: [{ ...COUNCIL, start: "2027-03-01" }, sessionRow("hrc-65", { start: "2027-06" })] });

  /** Everything but the ids that chance gave. */
  const outcome = async (store: Store): Promise<unknown> => ({
    sessions: await store.reading.selectFrom("sessions").selectAll().orderBy("id").execute(),
    deadlines: await store.reading.selectFrom("deadlines").selectAll().orderBy("id").execute(),
    claims: await store.reading.selectFrom("claims").select(["subject", "sequence", "value", "state"]).orderBy("subject").orderBy("sequence").execute(),
    history: await store.reading.selectFrom("history").select(["subject", "revision", "field", "old", "new"]).orderBy("subject").orderBy("revision").orderBy("field").execute(),
  });

  test("ends like one that was not, wherever it broke and however often it is begun again", async () => {
    const whole = await openCalendar(before);
    await whole.bring(after);
    const wanted = await outcome(whole.store);
    let step = 0;
    let broke = true;
    while (broke) {
      step += 1;
      const { store, bring } = await openCalendar(before);
      const failing = failAt(store, step);
      const deps = { clock: handClock("2026-11-20T12:00:00Z"), chance: seededChance(2) };
      await importCalendar(failing, after, shippedDirectory, deps).catch((error: unknown) => expect(error).toBeInstanceOf(InjectedFailure));
      broke = failing.failed !== undefined;
      await bring(after);
      expect(await outcome(store), failing.failed).toEqual(wanted);
      await store.close();
    }
    // A look-up, three slices, the list of what is gone and the fingerprint, each with its statements.
    expect(step).toBeGreaterThan(40);
  });
});

describe("looking deadlines up", () => {
  const file = calendar({
    sessions: [COUNCIL, sessionRow("cnd-70", { start: "2027-03-15", end: "2027-03-19", place: "Vienna" }), sessionRow("upr-wg-55", { mechanism: "upr-wg", session: "55", start: "2027-11" })],
    upr: [uprRow("55", "PHL", { stakeholder_deadline: "2027-03" })],
  });
  const NOON = Date.parse("2027-02-01T12:00:00Z");

  test("lists what is due in a time, soonest first, and counts a month in as soon as it may begin", async () => {
    const { store } = await openCalendar(file);
    const until = (days: number) => listDeadlines(store.reading, { from: NOON, until: NOON + days * DAY, kinds: ["deadline"] });
    expect((await until(14)).map((deadline) => deadline.id)).toEqual([WRITTEN]);
    expect((await until(35)).map((deadline) => deadline.id)).toContain("upr55-phl");
    expect((await until(21)).map((deadline) => deadline.id)).not.toContain("upr55-phl");
  });

  test("filters by mechanism, State and topic, and lets what is about no State through when asked", async () => {
    const { store } = await openCalendar(file);
    const list = async (filter: object) => (await listDeadlines(store.reading, { from: NOON, until: NOON + 60 * DAY, kinds: ["deadline"], ...filter })).map((deadline) => deadline.id);
    expect(await list({ countries: ["PHL"] })).toEqual(["upr55-phl"]);
    expect(await list({ countries: ["NPL"], orNoCountry: true, mechanisms: ["hrc"] })).toEqual([WRITTEN]);
    expect(await list({ topics: ["no-such-topic"] })).toEqual([]);
  });

  test("lists undated ones only when asked, and only of sessions that meet in that time", async () => {
    const { store } = await openCalendar(file);
    const list = async (from: number) => (await listDeadlines(store.reading, { from, until: from + 30 * DAY, mechanisms: ["hrc"], undated: true })).map((deadline) => deadline.id);
    expect(await list(NOON)).toContain("hrc-64-oral-statement-list-closes");
    expect(await list(Date.parse("2027-05-01T12:00:00Z"))).toEqual([]);
  });

  test("keeps the States of one session in one family", async () => {
    const two = calendar({ sessions: file.sessions, upr: [uprRow("55", "PHL"), uprRow("55", "IDN")] });
    const { store } = await openCalendar(two);
    const family = await familyDeadlines(store.reading, "upr-wg-55/upr-stakeholder-submission");
    expect(family.map((deadline) => deadline.country)).toEqual(["IDN", "PHL"]);
  });

  test("takes a deadline once for each network and hands it back", async () => {
    const { store } = await openCalendar(file);
    const taken = await store.write(async (trx) => [await takeDeadline(trx, WRITTEN, "anpud", 1), await takeDeadline(trx, WRITTEN, "anpud", 2), await takeDeadline(trx, WRITTEN, "enpud", 3)]);
    expect(taken).toEqual([true, false, true]);
    expect(await takersOf(store.reading, WRITTEN)).toEqual(["anpud", "enpud"]);
    const released = await store.write(async (trx) => [await releaseDeadline(trx, WRITTEN, "anpud"), await releaseDeadline(trx, WRITTEN, "anpud")]);
    expect(released).toEqual([true, false]);
    expect(await takersOf(store.reading, WRITTEN)).toEqual(["enpud"]);
  });
});

describe("looking sessions up", () => {
  const file = calendar({
    sessions: [
      sessionRow("hrc-63", { start: "2026-09-07", end: "2026-10-09" }),
      { ...COUNCIL, title: `CANCELLED - ${COUNCIL.title}` },
      sessionRow("hrc-65", { start: "2027-06-14", end: "2027-07-09" }),
      sessionRow("hrc-67", { start: "2028-02", end: "2028-04" }),
      sessionRow("day-remembrance-day-2027", { mechanism: "observance", start: "2027-07-21", end: "2027-07-21", place: "worldwide" }),
    ],
  });

  test("finds the next session that takes place", async () => {
    const { store } = await openCalendar(file);
    expect((await nextSession(store.reading, ["hrc"], "2026-11-20"))?.id).toBe("hrc-65");
    expect((await nextSession(store.reading, ["hrc"], "2028-02-20"))?.id).toBe("hrc-67");
    expect(await nextSession(store.reading, ["hrc"], "2028-03-01")).toBeUndefined();
  });

  test("lists what meets between two days, with the edges", async () => {
    const { store } = await openCalendar(file);
    const list = async (from: string, until: string) => (await listSessions(store.reading, { mechanism: "hrc", from, until })).map((session) => session.id);
    expect(await list("2026-10-09", "2027-02-24")).toEqual(["hrc-63", "hrc-64"]);
    expect(await list("2026-10-10", "2027-02-23")).toEqual([]);
    expect(await list("2028-04-30", "2028-05-30")).toEqual(["hrc-67"]);
  });

  test("tells days of observance from sessions", async () => {
    const { store } = await openCalendar(file);
    expect((await listSessions(store.reading, { kind: "observance" })).map((session) => session.id)).toEqual(["day-remembrance-day-2027"]);
  });

  test("knows under which keys a mechanism meets", () => {
    expect(calendarKeys("upr")).toEqual(["upr", "upr-wg"]);
    expect(calendarKeys("hrc")).toEqual(["hrc"]);
  });
});
