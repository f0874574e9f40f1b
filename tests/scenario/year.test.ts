/**
 * A year with outages and moves, on the real store and the real outbox: every reminder exactly once, none early, none in quiet hours, late
 * ones say so. What is checked is what arrived in the chat, against wall clocks read from `Intl` and not from our own code.
 */
import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import type { Deadline } from "../../src/calendar/deadline-row.ts";
import { findDeadline } from "../../src/calendar/deadlines.ts";
import type { Instant } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import { landAfter } from "../../src/planning/hours.ts";
import { dueOnOf, planDeadline, readReminder } from "../../src/planning/plans.ts";
import type { RoomAddress } from "../../src/ports.ts";
import type { Room } from "../../src/rooms/rooms.ts";
import { addDays, DAY, HOUR, MINUTE } from "../../src/time.ts";
import { openPlanningApp, type PlanningApp } from "../support/planning-app.ts";

const ROOMS: Record<RoomAddress, Partial<Room>> = {
  "web:anpud": { zone: "Asia/Kathmandu", workingWeek: [7, 1, 2, 3, 4, 5] },
  "web:menanpud": { zone: "Africa/Cairo", workingWeek: [7, 1, 2, 3, 4], language: "en" },
  "web:nanpud": { zone: "America/New_York", ladder: { deadline: ["P28D", "P7D", "P1D", "PT3H"] } },
  "web:oceania": { zone: "Australia/Lord_Howe", wakingFrom: "10:00", wakingUntil: "18:30" },
};
const ADDRESSES = Object.keys(ROOMS) as RoomAddress[];
const EVERYTHING = { mechanisms: [], countries: [], programmes: [], topics: [], kinds: ["deadline", "opening"] };
const START = "2026-11-20T12:00:00Z";
const END = Date.parse("2027-11-20T12:00:00Z");
const ZONES = ["Europe/Zurich", "America/New_York", "Asia/Bangkok", "Africa/Banjul"];

type Outage = { from: Instant; until: Instant };
/** Of what is due within a month then, one is put off or brought forward. */
type Moved = { at: Instant; pick: number; days: number };
type Year = { outages: Outage[]; moves: Moved[]; deadlines: { title: string; on: string; time: string | null; zone: string; addedAt: Instant }[] };

/** The same year every time: drawn once from a seed. */
function drawYear(seed: number): Year {
  const start = Date.parse(START);
  const at = fc.integer({ min: 0, max: Math.floor((END - start) / MINUTE) }).map((minute) => start + minute * MINUTE);
  const due = fc.integer({ min: 5, max: 350 }).map((days) => addDays("2026-11-20", days));
  const year = fc.record({
    outages: fc.array(fc.tuple(at, fc.integer({ min: 20, max: 60 * 60 })).map(([from, minutes]) => ({ from, until: from + minutes * MINUTE })), { minLength: 30, maxLength: 40 }),
    moves: fc.array(fc.record({ at, pick: fc.nat(), days: fc.integer({ min: -10, max: 40 }) }), { minLength: 40, maxLength: 50 }),
    deadlines: fc.array(
      fc.record({
        on: due,
        time: fc.constantFrom(null, null, "18:00", "00:30", "12:00"),
        zone: fc.constantFrom(...ZONES),
        // Most are known from the start; some come up to a month before they are due.
        addedAt: fc.oneof({ weight: 3, arbitrary: fc.constant(start) }, { weight: 1, arbitrary: at }),
      }),
      { minLength: 80, maxLength: 80 },
    ),
  });
  const [drawn] = fc.sample(year, { seed, numRuns: 1 });
  if (drawn === undefined) throw new Error("nothing drawn");
  return {
    outages: drawn.outages.sort((a, b) => a.from - b.from),
    moves: drawn.moves.sort((a, b) => a.at - b.at),
    deadlines: drawn.deadlines.map((deadline, number) => ({ ...deadline, title: `Call ${number}` })).filter((deadline) => Date.parse(deadline.on) > deadline.addedAt + DAY),
  };
}

function isDown(year: Year, at: Instant): Outage | undefined {
  return year.outages.find((outage) => at >= outage.from && at < outage.until);
}

/** A deadline as it stood during one stretch of the year. */
type Era = { deadline: Deadline; from: Instant; until: Instant };
type Played = { app: PlanningApp; eras: Era[]; ticks: number };

type Sabotage = (app: PlanningApp) => Promise<void>;

/** People act at their times, unless the program is down; then when it is up again. The program acts when something is due. */
async function play(year: Year, afterOutage: Sabotage = async () => undefined): Promise<Played> {
  const app = await openPlanningApp(ADDRESSES, { now: START });
  for (const [address, more] of Object.entries(ROOMS)) await app.set(address as RoomAddress, { follow: EVERYTHING, ...more });
  const eras = new Map<string, Era[]>();
  const note = async (id: string): Promise<void> => {
    const deadline = await findDeadline(app.store.reading, id);
    if (deadline === undefined) return;
    const known = eras.get(id) ?? [];
    const last = known.at(-1);
    if (last !== undefined) last.until = app.clock.now();
    known.push({ deadline, from: app.clock.now(), until: END });
    eras.set(id, known);
  };
  const acts = [
    ...year.deadlines.map((deadline) => ({
      at: deadline.addedAt,
      run: async () => {
        const { title, on, time, zone } = deadline;
        const id = await app.add(title, on, { value: { on, time, zone } });
        await note(id);
      },
    })),
    ...year.moves.map(({ at, pick, days }) => ({
      at,
      run: async () => {
        const now = app.clock.now();
        const near = await app.store.reading.selectFrom("deadlines").selectAll().where("over_at", ">", now).where("over_at", "<", now + 30 * DAY).orderBy("id").execute();
        const chosen = near[pick % Math.max(1, near.length)];
        const on = addDays(chosen?.due_on ?? "2000-01-01", days);
        if (chosen === undefined || Date.parse(on) < now + DAY) return;
        await app.move(chosen.id, on);
        await note(chosen.id);
      },
    })),
  ].sort((a, b) => a.at - b.at);
  let ticks = 0;
  let next = 0;
  let wasDown = false;
  while (app.clock.now() < END) {
    const down = isDown(year, app.clock.now());
    if (down !== undefined) {
      app.clock.set(Math.min(END, down.until));
      wasDown = true;
      continue;
    }
    if (wasDown) await afterOutage(app);
    wasDown = false;
    for (let act = acts[next]; act !== undefined && act.at <= app.clock.now(); act = acts[next]) {
      await act.run();
      next += 1;
    }
    await app.settle();
    ticks += 1;
    // To whatever comes first: a plan, a person, an outage; and at least twice an hour while something waits for a better hour.
    const planned = (await app.app.tick()) ?? END;
    const waits = await app.store.reading.selectFrom("plans").select("id").where("state", "=", "planned").where("planned_at", "<=", app.clock.now()).limit(1).executeTakeFirst();
    const outage = year.outages.find((candidate) => candidate.from > app.clock.now())?.from ?? END;
    const sweep = app.clock.now() + (waits === undefined ? 6 * HOUR : 30 * MINUTE);
    app.clock.set(Math.max(app.clock.now() + MINUTE, Math.min(planned, acts[next]?.at ?? END, outage, sweep, END)));
  }
  return { app, eras: [...eras.values()].flat(), ticks };
}

type Arrived = { room: RoomAddress; card: string; subject: string; occasion: string; plannedAt: Instant; at: Instant; text: string; key: string };

/** What the chat really got, with the rows that say what it was. */
async function readArrived(app: PlanningApp): Promise<Arrived[]> {
  const rows = await app.store.reading.selectFrom("posts").selectAll().execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return app.chat.posts.flatMap((post) => {
    // The key of a send begins with the post's id.
    const row = byId.get(post.key.slice(0, post.key.lastIndexOf(":")));
    if (row === undefined || row.card === "reply") return [];
    return [{ room: post.room, card: row.card, subject: row.subject, occasion: row.occasion, plannedAt: row.planned_at, at: row.created_at, text: toPlain(post.message, {}), key: post.key }];
  });
}

function wallClock(at: Instant, zone: string): { day: string; time: string; weekday: number } {
  const [day = "", time = ""] = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(at).split(" ");
  return { day, time, weekday: new Date(`${day}T00:00:00Z`).getUTCDay() || 7 };
}

type Findings = { twice: string[]; early: string[]; quiet: string[]; over: string[]; unflagged: string[]; late: number; reminders: number };

async function inspect({ app, eras }: Played): Promise<Findings> {
  const findings: Findings = { twice: [], early: [], quiet: [], over: [], unflagged: [], late: 0, reminders: 0 };
  const seen = new Set<string>();
  for (const post of await readArrived(app)) {
    const room = await app.room(post.room);
    const name = `${post.room} ${post.card} ${post.subject} ${post.occasion}`;
    if (seen.has(name)) findings.twice.push(name);
    seen.add(name);
    const wall = wallClock(post.at, room.zone);
    if (wall.time < room.wakingFrom || wall.time >= room.wakingUntil) findings.quiet.push(`${name} ${wall.time}`);
    const reminder = readReminder(post.occasion);
    if (reminder === null) continue;
    findings.reminders += 1;
    if (post.at < post.plannedAt) findings.early.push(name);
    const era = eras.find(({ deadline, from, until }) => deadline.id === post.subject && from <= post.at && post.at <= until && deadline.dueOn === reminder.dueOn);
    if (era === undefined || post.at >= (era.deadline.overAt ?? 0)) findings.over.push(name);
    const isLate = post.at - post.plannedAt > HOUR;
    if (isLate) findings.late += 1;
    if (isLate !== /comes late/.test(post.text)) findings.unflagged.push(`${name} ${isLate}`);
  }
  return findings;
}

/** When the program first could have posted, had it been told nothing but the hours of the room and its own outages. */
function firstChance(year: Year, room: Room, from: Instant): Instant {
  let at = from;
  for (let turn = 0; turn < 100; turn += 1) {
    const down = isDown(year, at);
    const awake = landAfter(room, down === undefined ? at : down.until, true)?.at ?? END;
    if (awake === at) return at;
    at = awake;
  }
  return END;
}

describe("a year of reminders, with outages and moves", () => {
  const year = drawYear(20_261_120);

  it("tells every room everything exactly once, never early, never in quiet hours, and says what is late", { timeout: 240_000 }, async () => {
    const played = await play(year);
    const { app, eras } = played;
    const findings = await inspect(played);
    expect(findings).toMatchObject({ twice: [], early: [], quiet: [], over: [], unflagged: [] });
    expect(findings.reminders).toBeGreaterThan(400);
    expect(findings.late).toBeGreaterThan(5);

    // Nothing that was planned is forgotten: each lead of each date came to an end that can be explained.
    const rows = new Map((await app.store.reading.selectFrom("plans").selectAll().where("kind", "=", "reminder").execute()).map((row) => [row.id, row]));
    let onTime = 0;
    const unexplained: string[] = [];
    for (const address of ADDRESSES) {
      const room = await app.room(address);
      for (const { deadline, from, until } of eras) {
        const laid = [...rows.values()].filter((row) => row.room === address && row.subject === deadline.id && dueOnOf(row.id) === deadline.dueOn);
        for (const plan of planDeadline(deadline, room, from, { leads: new Set(laid.map((row) => row.lead)), told: true })) {
          if (plan.skipped !== null || plan.plannedAt >= until || plan.plannedAt >= END - DAY) continue;
          const row = laid.find((candidate) => candidate.lead === plan.lead);
          const chance = firstChance(year, room, plan.plannedAt);
          const name = `${address} ${deadline.id} ${plan.lead} ${deadline.dueOn}: ${row?.state}`;
          if (row === undefined) unexplained.push(name);
          else if (chance === plan.plannedAt) {
            // The program was up at the very time: told then, by itself or in the digest of a full day.
            if (row.state !== "digested" && !(row.state === "posted" && (row.posted_at ?? END) <= plan.plannedAt)) unexplained.push(name);
            else onTime += 1;
          } else if (chance >= plan.usefulUntil) {
            if (!["passed", "collapsed", "posted"].includes(row.state)) unexplained.push(name);
          } else if (!["posted", "digested", "collapsed", "dropped", "passed"].includes(row.state)) unexplained.push(name);
        }
      }
    }
    expect(unexplained).toEqual([]);
    expect(onTime).toBeGreaterThan(300);

    // What each room was last told is what is true: whoever had been told another date was corrected.
    const told = await app.store.reading.selectFrom("tellings").selectAll().execute();
    const current = new Map(eras.map(({ deadline }) => [deadline.id, deadline]));
    const wrong = told.filter((row) => {
      const deadline = current.get(row.deadline);
      const value = JSON.parse(row.told);
      return deadline !== undefined && (deadline.overAt ?? 0) > END && value.on !== deadline.dueOn;
    });
    expect(wrong).toEqual([]);
    const corrections = (await readArrived(app)).filter((post) => post.card === "moved");
    expect(corrections.length).toBeGreaterThan(20);
    for (const post of corrections) expect(post.text).toMatch(/\d{1,2} \w{3,4} 20\d\d[\s\S]*\d{1,2} \w{3,4} 20\d\d/);
    await app.close();
  });

  it("finds duplicates when what was posted is forgotten at each restart, so the check can fail", { timeout: 240_000 }, async () => {
    const short = { ...year, outages: year.outages.filter((_, index) => index % 3 === 0), deadlines: year.deadlines.slice(0, 25) };
    const played = await play(short, async (app) => {
      await app.store.write(async (trx) => {
        await trx.updateTable("posts").set({ occasion: sql<string>`'forgotten ' || id || ' ' || occasion` }).execute();
        await trx.updateTable("plans").set({ state: "planned", posted_at: null }).where("kind", "=", "reminder").where("state", "=", "posted").where("useful_until", ">", app.clock.now()).execute();
      });
    });
    const arrived = (await readArrived(played.app)).filter((post) => post.card === "deadline").map((post) => `${post.room} ${post.subject} ${post.occasion.split(" ").at(-1)}`);
    expect(arrived.length - new Set(arrived).size).toBeGreaterThan(3);
    await played.app.close();
  });
});
