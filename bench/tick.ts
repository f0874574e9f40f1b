/** A tick that finds the same few reminders due, with 100,000 deadlines ahead ÷ with 100. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { planId } from "../src/planning/plans.ts";
import type { RoomAddress } from "../src/ports.ts";
import { DAY } from "../src/time.ts";
import { withFolder } from "./support/commits.ts";
import { median } from "./support/median.ts";
import { type Form, type Measured, printMachine, printMeasured } from "./support/report.ts";
import { inRounds } from "./support/rounds.ts";
import { openRooms, openServedApp, type ServedApp } from "./support/served-app.ts";

const MANY = 100_000;
const FEW = 100;
const ROOMS = 10;
/** Reminders due in each tick, one a room. */
const DUE = ROOMS;
/** Ticks a round; each on a day of its own, so that no room's limit of a day is reached. */
const TICKS = 10;
/** Due so late that no digest of these days holds any. */
const FIRST_DAY = "2030-01-01";

export async function measureTick(form: Form): Promise<Measured> {
  return withFolder(async (folder) => {
    const few = await openFilled(path.join(folder, "few"), FEW);
    const many = await openFilled(path.join(folder, "many"), MANY);
    const rounds = await inRounds(form, async (round) => {
      const ticks: { few: number; many: number }[] = [];
      for (let tick = 0; tick < TICKS; tick += 1) {
        const number = round * TICKS + tick;
        // Now the one first, now the other, so that neither has the warmer processor.
        const first = number % 2 === 0 ? few : many;
        const one = await timeTick(first, number);
        const other = await timeTick(first === few ? many : few, number);
        ticks.push(first === few ? { few: one, many: other } : { few: other, many: one });
      }
      return { few: median(ticks.map((taken) => taken.few)), many: median(ticks.map((taken) => taken.many)) };
    });
    await few.served.close();
    await many.served.close();
    const taken = (of: "few" | "many") => median(rounds.map((round) => round[of])).toFixed(2);
    return {
      name: `a tick with ${MANY} deadlines ÷ with ${FEW}`,
      ratio: median(rounds.map((round) => round.many / round.few)),
      bound: { most: 1.5 },
      conditions: [
        `${taken("many")} ms ÷ ${taken("few")} ms; median of ${rounds.length} rounds of ${TICKS} ticks, two plans laid ahead for each deadline`,
        `the same ${DUE} reminders due in ${ROOMS} rooms: each is judged again and posted, in one commit a room`,
      ],
    };
  });
}

type Filled = { served: ServedApp; rooms: RoomAddress[] };

async function openFilled(folder: string, deadlines: number): Promise<Filled> {
  mkdirSync(folder);
  const served = await openServedApp(folder);
  const rooms = await openRooms(served, ROOMS);
  const database = new Sqlite(served.file);
  // How the rows came in is not what is measured.
  database.pragma("synchronous = OFF");
  database.exec(`
    delete from plans;
    with recursive number (n) as (select 0 union all select n + 1 from number where n < ${deadlines - 1})
    insert into deadlines (id, kind, mechanism, rule, session, country, network, base, lead_from_base, title, family, who_may, topics, zone, due_on,
      due_time, over_at, precision, status, confidence, only_if, condition_met, link, checked_on, revision)
    select 'bench-' || n, 'deadline', 'hrc', null, null, null, null, null, null, 'Deadline ' || n, 'bench-' || n, 'anyone', 'health', 'Europe/Zurich',
      date('${FIRST_DAY}', '+' || (n % 2000) || ' days'), null, (unixepoch('${FIRST_DAY}') + (n % 2000 + 1) * 86400) * 1000, 'day', 'confirmed', 'official',
      null, 1, '', null, 1 from number;
    insert into plans (id, room, kind, subject, lead, planned_at, wall_on, wall_time, zone, zone_rules, useful_until, revision, state, posted_at)
    select 'memory:' || (abs(over_at / 86400000) % ${ROOMS} + 1) || '|reminder|' || id || '|' || lead.days || '|' || due_on,
      'memory:' || (abs(over_at / 86400000) % ${ROOMS} + 1), 'reminder', id, lead.days, over_at - lead.ms, due_on, '09:00', 'Europe/Zurich', '', over_at, 1, 'planned', null
    from deadlines, (select 'P14D' as days, 14 * 86400000 as ms union all select 'P2D', 2 * 86400000) as lead where id like 'bench-%';
  `);
  database.close();
  return { served, rooms };
}

/** Milliseconds. The reminders due are laid before, on a new day. */
async function timeTick({ served, rooms }: Filled, number: number): Promise<number> {
  const { app, store, clock } = served;
  clock.advance(DAY);
  const now = clock.now();
  await store.write(async (trx) => {
    for (const [index, room] of rooms.entries()) {
      const subject = `bench-${index}`;
      const deadline = await trx.selectFrom("deadlines").select(["due_on", "over_at"]).where("id", "=", subject).executeTakeFirstOrThrow();
      const lead = `P${100 + number}D`;
      await trx
        .insertInto("plans")
        .values({
          id: planId(room, "reminder", subject, lead, deadline.due_on ?? ""), room, kind: "reminder", subject, lead, planned_at: now,
          wall_on: "2027-01-27", wall_time: "09:00", zone: "Europe/Zurich", zone_rules: "", useful_until: deadline.over_at ?? now, revision: 1,
          state: "planned", posted_at: null,
        })
        .execute();
    }
  });
  const before = await countPosts(served);
  const began = performance.now();
  await app.tick();
  const taken = performance.now() - began;
  const posted = (await countPosts(served)) - before;
  if (posted !== DUE) throw new Error(`${posted} posts came of ${DUE} reminders`);
  // Brought to their rooms outside the measurement, so that nothing is under way in the next one.
  await served.engine.settle();
  return taken;
}

async function countPosts({ store }: ServedApp): Promise<number> {
  const row = await store.reading.selectFrom("posts").select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  return row.count;
}

if (import.meta.main) {
  await printMachine();
  printMeasured(await measureTick(process.argv.includes("--short") ? "short" : "long"));
}
