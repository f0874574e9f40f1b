/** A benchmark prints a ratio of two things measured in the same run, because bare numbers do not travel between machines. */
import { cpus, loadavg } from "node:os";
import { measureSync, measureTwoCommits, withFolder } from "./commits.ts";

/** `short` takes a few seconds and is for every day; `long` has more rounds, for numbers one means to keep. */
export type Form = "short" | "long";

export type Measured = {
  name: string;
  ratio: number;
  /** The bound the ratio should keep; none when it is only told. */
  bound: { most: number } | { least: number } | "told";
  /** What the two sides were, and where it ran. */
  conditions: string[];
};

/** A miss this many times over is a gross regression and not the noise of a busy machine. */
const GROSS = 2;

export function keepsBound({ bound, ratio }: Measured, slack = 1): boolean {
  if (bound === "told") return true;
  return "most" in bound ? ratio <= bound.most * slack : ratio >= bound.least / slack;
}

export function isGross(measured: Measured): boolean {
  return !keepsBound(measured, GROSS);
}

export function printMeasured(measured: Measured): void {
  const { name, ratio, bound, conditions } = measured;
  const verdict = bound === "told" ? "told  " : keepsBound(measured) ? "meets " : "misses";
  const target = bound === "told" ? "" : "most" in bound ? ` (target: at most ${bound.most})` : ` (target: at least ${bound.least})`;
  console.log(`${verdict} ${name}: ${ratio.toFixed(2)}${target}`);
  for (const condition of conditions) console.log(`       ${condition}`);
}

/** The conditions that all ratios of a run share. */
export async function printMachine(): Promise<void> {
  await withFolder(async (folder) => {
    const [one] = cpus();
    console.log(`Node ${process.versions.node}, time zone data ${process.versions.tz}, ${process.platform} ${process.arch}`);
    console.log(`${one?.model ?? "unknown processor"}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`);
    console.log(`disk: one sync ${(measureSync(folder) * 1_000).toFixed(0)} µs (median), ${measureTwoCommits(folder).toFixed(0)} thinnest two-commit units a second`);
  });
}
