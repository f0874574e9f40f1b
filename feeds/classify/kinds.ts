/** What kind of text it is: something to answer, something that was said or decided, something that was done to people, something to read. */
import type { ItemKind } from "../../src/sources/document.ts";
import { foldedWords, shownWords, type Part } from "./marks.ts";

export type FoundKind = { kind: ItemKind; words: string[]; score: number };

const STRENGTHS = { sure: 2, likely: 0.7, weak: 0.3 } as const;
const PLACES = { title: 2.2, summary: 1, content: 0.3 } as const;
const ENOUGH = 1.6;

type Tally = { score: number; seen: Set<string>; words: string[] };

export function findKind(parts: readonly Part[], hasMechanism: boolean): FoundKind {
  const tallies = new Map<string, Tally>();
  for (const part of parts) {
    for (const found of part.kinds) {
      const { kind, strength } = found.value;
      const tally = tallies.get(kind) ?? { score: 0, seen: new Set(), words: [] };
      tallies.set(kind, tally);
      const folded = foldedWords(part, found);
      if (tally.seen.has(folded)) continue;
      tally.seen.add(folded);
      tally.score += STRENGTHS[strength] * PLACES[part.name];
      if (strength === "sure" && tally.words.length < 3) tally.words.push(shownWords(part, found));
    }
  }
  const scoreOf = (kind: string): number => tallies.get(kind)?.score ?? 0;
  const scores: Record<Exclude<ItemKind, "other">, number> = {
    "call-for-input": scoreOf("call-for-input") * 1.4 - scoreOf("not-call") * 2,
    "session-news": scoreOf("session-news") * (hasMechanism ? 1 : 0.4),
    "country-violation": scoreOf("country-violation"),
    publication: scoreOf("publication"),
  };
  let best: ItemKind = "other";
  let most = ENOUGH;
  // The order settles what is alike.
  for (const kind of ["call-for-input", "publication", "session-news", "country-violation"] as const) {
    if (scores[kind] > most) {
      best = kind;
      most = scores[kind];
    }
  }
  return { kind: best, words: tallies.get(best)?.words ?? [], score: most };
}
