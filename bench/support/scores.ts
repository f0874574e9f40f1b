/** Precision and recall, counted over many texts and then divided once, so that a text with many labels weighs as many. */

export type Tally = { found: number; wanted: number; right: number };

export const nothingYet = (): Tally => ({ found: 0, wanted: 0, right: 0 });

/** Counts each value once, however often it was said. */
export function count(tally: Tally, found: Iterable<string>, wanted: Iterable<string>): void {
  const saidOnce = new Set(found);
  const labelled = new Set(wanted);
  tally.found += saidOnce.size;
  tally.wanted += labelled.size;
  tally.right += saidOnce.intersection(labelled).size;
}

/** What was found is right; 1 where nothing was found, because nothing is wrong then. */
export function precisionOf({ found, right }: Tally): number {
  return found === 0 ? 1 : right / found;
}

/** What there is was found; 1 where there is nothing. */
export function recallOf({ wanted, right }: Tally): number {
  return wanted === 0 ? 1 : right / wanted;
}

/** The lower of both: neither finding everything nor finding nothing is good. */
export function lowerOf(tally: Tally): number {
  return Math.min(precisionOf(tally), recallOf(tally));
}

export function describeTally(tally: Tally): string {
  return `${precisionOf(tally).toFixed(3)}/${recallOf(tally).toFixed(3)} (${tally.right} right of ${tally.found} found, ${tally.wanted} labelled)`;
}
