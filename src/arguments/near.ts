/** "Did you mean" for small lists. */
import { foldName, nearestNames } from "../names.ts";

/** Of `names`, the few that the first words may have been meant for. */
export function nearest(words: readonly string[], names: Iterable<string>): string[] {
  return nearestOf(words, [...names].map((name) => ({ name, offered: name })));
}

/** The same where a thing is offered back by another of its names than the one that was near. */
export function nearestOf(words: readonly string[], names: readonly { name: string; offered: string }[]): string[] {
  const candidates = names.map(({ name, offered }) => ({ folded: foldName(name), display: offered, value: offered }));
  for (const count of [Math.min(words.length, 3), 1]) {
    const folded = foldName(words.slice(0, count).join(" "));
    if (folded === "") continue;
    const near = nearestNames(folded, candidates);
    if (near.length > 0) return near;
  }
  return [];
}
