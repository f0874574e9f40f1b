/** Rounds of a benchmark: the first warms up, and a slow machine does fewer of them rather than take all day. */
import type { Form } from "./report.ts";

const BUDGET: Record<Form, number> = { short: 5_000, long: 40_000 };
const MOST: Record<Form, number> = { short: 5, long: 15 };

/** Calls `measure` with the number of the round; returns what the rounds after the first gave, `least` of them at the least. */
export async function inRounds<T>(form: Form, measure: (round: number) => T | Promise<T>, least = 1): Promise<T[]> {
  await measure(0);
  const until = performance.now() + BUDGET[form];
  const results: T[] = [];
  while (results.length < least || (performance.now() < until && results.length < MOST[form])) results.push(await measure(results.length + 1));
  return results;
}
