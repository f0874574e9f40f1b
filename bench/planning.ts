/**
 * How fast reminders are planned: whole ladders, with working weeks and waking hours, ÷ bare native Temporal conversions of about the same
 * number from fields to instants, over twelve zones. A reminder is one lead that was laid. Every round has days that no round before had, so
 * that nothing is remembered but what the twelve rooms of one round share.
 */
import { planDeadline } from "../src/planning/plans.ts";
import { addDays } from "../src/time.ts";
import { deadlineWith, roomWith } from "../tests/support/planning.ts";
import { median } from "./support/median.ts";
import { type Form, keepsBound, type Measured, printMachine, printMeasured } from "./support/report.ts";
import { inRounds } from "./support/rounds.ts";

const ZONES = [
  "Asia/Kathmandu", "Europe/Zurich", "America/New_York", "Africa/Cairo", "Asia/Bangkok", "America/Lima", "Africa/Lagos", "Pacific/Fiji",
  "Australia/Lord_Howe", "Europe/Kyiv", "Africa/Casablanca", "America/Vancouver",
];
const DEADLINES = 1_000;
const NOW = Date.parse("2026-11-20T12:00:00Z");

const rooms = ZONES.map((zone, index) => roomWith({ zone, workingWeek: index % 4 === 0 ? [7, 1, 2, 3, 4] : [1, 2, 3, 4, 5] }));

/** Reminders a second. */
function planAll(round: number): number {
  const deadlines = Array.from({ length: DEADLINES }, (_, index) =>
    deadlineWith({ id: `bench-${index}`, dueOn: addDays("2026-12-15", round * DEADLINES + index), dueTime: index % 3 === 0 ? "18:00" : null }),
  );
  const began = performance.now();
  let laid = 0;
  for (const room of rooms) for (const deadline of deadlines) for (const plan of planDeadline(deadline, room, NOW)) if (plan.skipped === null) laid += 1;
  if (laid < rooms.length * deadlines.length) throw new Error(`only ${laid} reminders laid`);
  return (laid * 1_000) / (performance.now() - began);
}

/** Conversions a second: nine o'clock on a day, in a zone, by the runtime's own Temporal. */
function convertAll(): number {
  const began = performance.now();
  let count = 0;
  let sum = 0;
  for (const zone of ZONES) {
    for (let index = 0; index < DEADLINES * 2; index += 1) {
      const fields = { year: 2027, month: 1 + (index % 12), day: 1 + (index % 28), hour: 9, minute: 0, timeZone: zone };
      sum += Temporal.ZonedDateTime.from(fields).epochMilliseconds;
      count += 1;
    }
  }
  if (!Number.isFinite(sum)) throw new Error("no instants");
  return (count * 1_000) / (performance.now() - began);
}

export async function measurePlanning(form: Form): Promise<Measured> {
  const rounds = await inRounds(form, (round) => ({ ours: planAll(round), raw: convertAll() }));
  const rate = (of: "ours" | "raw") => median(rounds.map((round) => round[of])).toFixed(0);
  return {
    name: "reminders planned ÷ native Temporal conversions",
    ratio: median(rounds.map(({ ours, raw }) => ours / raw)),
    bound: { least: 0.2 },
    conditions: [
      `${rate("ours")} reminders/s ÷ ${rate("raw")} conversions/s; median of ${rounds.length} rounds`,
      `${DEADLINES} deadlines on as many days × ${rooms.length} rooms in as many zones, two leads each; the days are new in every round`,
    ],
  };
}

if (import.meta.main) {
  await printMachine();
  const measured = await measurePlanning(process.argv.includes("--short") ? "short" : "long");
  printMeasured(measured);
  if (!keepsBound(measured)) process.exitCode = 1;
}
