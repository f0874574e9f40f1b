/** A benchmark prints a ratio of two things measured in the same run, because bare numbers do not travel between machines. */
export type Measured = {
  name: string;
  ratio: number;
  /** The bound the ratio must keep. */
  bound: { most: number } | { least: number };
  /** What the two sides were, and where it ran. */
  conditions: string[];
};

export function keepsBound(measured: Measured): boolean {
  return "most" in measured.bound ? measured.ratio <= measured.bound.most : measured.ratio >= measured.bound.least;
}

export function printMeasured(measured: Measured): void {
  const bound = "most" in measured.bound ? `at most ${measured.bound.most}` : `at least ${measured.bound.least}`;
  console.log(`${keepsBound(measured) ? "ok  " : "MISS"} ${measured.name}: ${measured.ratio.toFixed(2)} (${bound})`);
  for (const condition of measured.conditions) console.log(`       ${condition}`);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
