import { beforeAll, describe, expect, test } from "vitest";
import type { Change } from "../../src/calendar/claims.ts";
import { findDeadline } from "../../src/calendar/deadlines.ts";
import { importCalendar } from "../../src/calendar/import.ts";
import { listSessions } from "../../src/calendar/sessions.ts";
import { openTestApp } from "../support/app.ts";
import { type Calendar, openCalendar, shippedDirectory, shippedFiles } from "../support/calendar.ts";
import { handClock } from "../support/clock.ts";

let calendar: Calendar;
let first: Change[];
beforeAll(async () => {
  calendar = await openCalendar();
  first = await calendar.bring(shippedFiles);
});
const find = (id: string) => findDeadline(calendar.store.reading, id);
const count = async (table: "sessions" | "deadlines" | "claims" | "history"): Promise<number> =>
  Number((await calendar.store.reading.selectFrom(table).select((eb) => eb.fn.countAll().as("count")).executeTakeFirstOrThrow()).count);

describe("the shipped calendar", () => {
  test("comes in whole: every session of the files, every State's paper, and no history yet", async () => {
    const rows = { sessions: await count("sessions"), deadlines: await count("deadlines"), claims: await count("claims"), history: await count("history") };
    console.log("imported", JSON.stringify(rows));
    // Sessions 41 to 46 of the UPR Working Group are known from the States alone.
    expect(rows.sessions).toBe(shippedFiles.sessions.length + 6);
    expect(rows.history).toBe(0);
    expect(first).toHaveLength(rows.sessions + rows.deadlines);
    expect(first.every((change) => change.isNew && change.revision === 1 && !change.dateChanged)).toBe(true);
    const papers = await calendar.store.reading.selectFrom("deadlines").select("id").where("rule", "=", "upr-stakeholder-submission").execute();
    expect(papers).toHaveLength(shippedFiles.upr.length);
  });

  test("gives the dates that the networks plan with", async () => {
    const dates: [string, string | null, string][] = [
      ["hrc-64-written-statement", "2027-02-10", "provisional"],
      ["hrc-64-oral-statement-list-closes", null, "provisional"],
      ["cnd-70-draft-resolutions-tabled", "2027-02-15", "provisional"],
      ["cnd-70-ask-missions-which-drafts-are-coming", "2027-01-25", "projected"],
      ["upr55-phl", "2027-03", "projected"],
      ["upr41-bhr", "2022-03-31", "provisional"],
      ["crc-2027-1-additional-submission-january-session", "2026-12-15", "projected"],
      ["iachr-2027-1-hearing-request-first-period", "2026-12-03", "projected"],
      ["cescr-pswg-75-any-loi-or-loipr-input-planning-value", "2024-07-22", "cancelled"],
      ["upr54-mmr", "2026-05", "suspended"],
      ["ecosoc-2027-apply-for-consultative-status", "2027-06-01", "provisional"],
    ];
    for (const [id, dueOn, status] of dates) expect(await find(id), id).toMatchObject({ dueOn, status });
  });

  test("makes a day of nothing that is known to the month only", async () => {
    const sessions = new Map((await listSessions(calendar.store.reading)).map((session) => [session.id, session]));
    const rows = await calendar.store.reading.selectFrom("deadlines").select(["id", "base", "lead_from_base", "precision"]).execute();
    const tooExact = rows.filter((row) => {
      const session = sessions.get(row.base ?? "");
      return session !== undefined && session.precision !== "day" && row.precision === "day" && row.lead_from_base?.startsWith("--") === false;
    });
    expect(tooExact).toEqual([]);
  });

  test("gives every deadline a topic, a known zone and a page to look at", async () => {
    const rows = await calendar.store.reading.selectFrom("deadlines").selectAll().execute();
    expect(rows.filter((row) => row.topics === "").map((row) => row.id)).toEqual([]);
    expect(rows.filter((row) => row.zone === "Etc/UTC").map((row) => row.id)).toEqual([]);
    expect(rows.filter((row) => !row.link.startsWith("https://")).map((row) => row.id)).toEqual([]);
  });

  test("is the same after it is brought again", async () => {
    const before = await count("claims");
    expect(await calendar.bring(shippedFiles)).toEqual([]);
    await calendar.store.write((trx) => trx.deleteFrom("meta").execute());
    expect(await calendar.bring(shippedFiles)).toEqual([]);
    expect(await count("claims")).toBe(before);
  });

  test("is written in transactions of at most two hundred rows of a kind", async () => {
    const { store, deps } = await openCalendar();
    const slices: number[] = [];
    await importCalendar(store, shippedFiles, shippedDirectory, {
      clock: handClock("2026-11-20T12:00:00Z"),
      chance: deps.chance,
      announce: async (_trx, changes) => {
        slices.push(changes.length);
      },
    });
    expect(Math.max(...slices)).toBeLessThanOrEqual(200);
    expect(slices.reduce((sum, size) => sum + size, 0)).toBe(first.length);
  });
});

describe("a program that is never started again", () => {
  test("has next year's dates and reminders when the year has turned, and looks once a night until then", async () => {
    const world = await openTestApp({ now: "2026-11-20T12:00:00Z" });
    const yearly = (year: number) =>
      world.store.reading.selectFrom("deadlines").select("id").where("session", "is", null).where("due_on", "like", `${year}-%`).orderBy("id").execute();
    const revisions = () => world.store.reading.selectFrom("deadlines").select(["id", "revision"]).orderBy("id").execute();
    expect((await yearly(2027)).length).toBeGreaterThan(0);
    expect(await yearly(2028)).toEqual([]);
    const before = await revisions();
    await world.beat("sweep-records");
    expect(await revisions()).toEqual(before);
    world.clock.set(Date.parse("2027-01-01T03:17:00Z"));
    await world.beat("sweep-records");
    const brought = await yearly(2028);
    expect(brought.length).toBeGreaterThan(0);
    const planned = await world.store.reading.selectFrom("plans").select("id").where("subject", "in", brought.map((row) => row.id)).where("state", "=", "planned").execute();
    expect(planned.length).toBeGreaterThan(0);
    await world.close();
  });
});
