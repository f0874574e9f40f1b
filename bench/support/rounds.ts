/** Rounds of a benchmark: the first warms up, and a slow machine does fewer of them rather than take all day. */
import type { Form } from "./report.ts";

const BUDGET: Record<Form, number> = { short: 5_000, long: 40_000 };
const MOST: Record<Form, number> = { short: 5, long: 15 };

/** Calls `measure` with the number of the round; returns what the rounds after the first gave, at least one. */
export async function inRounds<T>(form: Form, measure: (round: number) => T | Promise<T>): Promise<T[]> {
  const until = performance.now() + BUDGET[form];
  const results: T[] = [];
  await measure(0);
  do results.push(await measure(results.length + 1));
  while (performance.now() < until && results.length < MOST[form]);
  return results;
}
