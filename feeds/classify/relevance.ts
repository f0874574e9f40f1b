/** Whether a text is of our field: words that say so by themselves, pairs of words that say so together, and what speaks against it. */
import type { ItemKind } from "../../src/sources/document.ts";
import { foldedWords, shownWords, type Part } from "./marks.ts";
import type { ForeignSense, Sense } from "./tables.ts";

export type Reason = { reason: string; words: string };
export type Relevance = { relevant: boolean; score: number; topics: string[]; why: Reason[] };

type Tally = { weight: number; words: string[]; seen: Set<string> };
const MOST_WORDS = 4;
const ENOUGH = 2.5;

/** Bodies whose calls and sessions this community answers, whatever else they say. */
const OWN_BODIES: Readonly<Record<string, number>> = {
  cnd: 3.5, incb: 3.5, "who-ecdd": 3.5, "unaids-pcb": 3, "global-fund": 2.5, unaids: 1.5, unodc: 1.5, upr: 2.6, cescr: 2.2, cat: 2, spt: 2, wgad: 2.2, ccpr: 1.8, cedaw: 1.5, achpr: 1.2, iachr: 1.2, crc: 1, cerd: 1, ced: 1,
};
const OTHER_BODY = 0.5;

export function judgeRelevance(parts: readonly Part[], mechanisms: readonly string[], kind: ItemKind): Relevance {
  const senses = new Map<string, Tally>();
  const topics = new Map<string, number>();
  const note = (sense: string, part: Part, found: { from: number; until: number }): void => {
    const tally = senses.get(sense) ?? { weight: 0, words: [], seen: new Set() };
    senses.set(sense, tally);
    const folded = foldedWords(part, found);
    if (tally.seen.has(folded)) return;
    tally.seen.add(folded);
    tally.weight += part.weight;
    if (tally.words.length < MOST_WORDS) tally.words.push(shownWords(part, found));
  };
  for (const part of parts) {
    for (const found of part.topics) {
      note(found.value.sense, part, found);
      for (const topic of found.value.topics) topics.set(topic, (topics.get(topic) ?? 0) + part.weight);
    }
    for (const found of part.foreign) note(found.value.sense, part, found);
  }
  const of = (sense: Sense | ForeignSense, most = 4): number => Math.min(most, senses.get(sense)?.weight ?? 0);
  const has = (sense: Sense): boolean => of(sense) > 0;
  const why: Reason[] = [];
  const because = (reason: string, ...from: (Sense | ForeignSense)[]): void => {
    const words = [...new Set(from.flatMap((sense) => senses.get(sense)?.words ?? []))].slice(0, MOST_WORDS).join(", ");
    why.push({ reason, words });
  };
  let score = 0;
  if (has("field")) {
    score += 1.5 + of("field", 6);
    because("field", "field");
  }
  if (has("drug")) {
    const pairs = (has("death") ? 3 : 0) + (has("rights") ? 1.5 : 0) + Math.min(2, of("law") * 0.7) + Math.min(1.2, of("care") * 0.5) + (has("penal") ? 0.4 : 0);
    if (pairs > 0) {
      score += pairs + of("drug", 3) * 0.3;
      because("drugs_and", "drug", has("death") ? "death" : has("rights") ? "rights" : has("law") ? "law" : has("care") ? "care" : "penal");
    }
  }
  if (has("hiv") && (has("people") || has("prison"))) {
    score += 3;
    because("hiv_and", "hiv", has("people") ? "people" : "prison");
  } else if (has("hiv") && has("rights")) score += 0.7;
  if (mechanisms.length > 0 && (kind === "call-for-input" || kind === "session-news")) {
    const body = Math.max(...mechanisms.map((key) => OWN_BODIES[key] ?? OTHER_BODY));
    const stake = Math.min(2.8, of("stake") * (kind === "call-for-input" ? 0.8 : 0.35));
    score += body + stake;
    if (body + stake >= ENOUGH) because("body_asks", "stake");
  }
  const against = {
    medicine: 1.1 * of("medicine", 6), sport: 1.5 * of("sport", 6), seizure: 0.7 * of("seizure", 7), science: 0.9 * of("science", 6), crime: 0.5 * of("crime", 5), celebrity: 0.9 * of("celebrity", 6), elsewhere: 0.45 * of("elsewhere", 5),
  };
  for (const [sense, weight] of Object.entries(against)) {
    score -= weight;
    // The keys are those of the object above.
    if (weight >= 1) because(`against_${sense}`, sense as ForeignSense);
  }
  const byWeight = [...topics].sort((one, other) => other[1] - one[1]).map(([topic]) => topic);
  return { relevant: score >= ENOUGH, score, topics: byWeight.slice(0, 5), why };
}
