/**
 * `npm run bench`: every benchmark, each with its conditions; `-- --short` for a few seconds each. A missed target is said, and is no failure:
 * machines differ. The exit code is 1 when a benchmark crashed, and in the short form also when a target is missed more than twice over.
 */
import { measureAcks } from "./acks.ts";
import { measureDispatch } from "./dispatch.ts";
import { measureLookUps } from "./look-ups.ts";
import { measureMatrix } from "./matrix.ts";
import { measurePlanning } from "./planning.ts";
import { measurePolling } from "./polling.ts";
import { measureReader } from "./reader.ts";
import { measureStart } from "./start.ts";
import { measureStore } from "./store.ts";
import { type Form, isGross, type Measured, printMachine, printMeasured } from "./support/report.ts";
import { measureTick } from "./tick.ts";
import { measureUnderstanding } from "./understanding.ts";

const form: Form = process.argv.includes("--short") ? "short" : "long";

const BENCHMARKS: Record<string, (form: Form) => Promise<Measured>> = {
  planning: measurePlanning,
  store: measureStore,
  dispatch: (form) => measureDispatch("note", form),
  "dispatch of deadline cards": (form) => measureDispatch("deadline", form),
  tick: measureTick,
  start: measureStart,
  "look-ups": measureLookUps,
  acknowledgements: measureAcks,
};

function report(measured: Measured): void {
  printMeasured(measured);
  if (form === "long" || !isGross(measured)) return;
  console.log(`       gross: missed more than twice over`);
  process.exitCode = 1;
}

async function attempt(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(`crashed ${name}:`, error);
    process.exitCode = 1;
  }
}

await printMachine();
for (const [name, measure] of Object.entries(BENCHMARKS)) await attempt(name, async () => report(await measure(form)));
await attempt("reader", async () => (await measureReader(form)).forEach(report));
await attempt("understanding", () => measureUnderstanding(form, report));
await attempt("polling", async () => (await measurePolling(form)).forEach(report));
await attempt("Matrix", () => measureMatrix(form, report));
// Timers of Matrix's library would hold the process for minutes.
process.exit();
