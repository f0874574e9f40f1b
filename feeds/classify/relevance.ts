/** Whether a text is of our field: words that say so by themselves, words that say so together, and what speaks against it. */
import type { ForeignSense, Sense } from "../../src/sources/classify-tables.ts";
import type { ItemKind } from "../../src/sources/document.ts";
import { foldedWords, shownWords, type Part } from "./marks.ts";

export type Reason = { reason: string; words: string };
export type Relevance = { relevant: boolean; score: number; topics: string[]; why: Reason[] };
type AnySense = Sense | ForeignSense;
/** How much a text says in each sense; `most` keeps a word said in ten ways from deciding alone. */
export type Senses = { of: (sense: AnySense, most?: number) => number; wordsOf: (...senses: AnySense[]) => string; topics: readonly string[] };

type Tally = { weight: number; words: string[]; seen: Set<string> };
const MOST_WORDS = 4;
const MOST_TOPICS = 5;
const ENOUGH = 2;

/** What these bodies do is of our field whatever it is. */
const FIELD_BODIES: Readonly<Record<string, number>> = { cnd: 3, incb: 3, "who-ecdd": 3, unodc: 1 };
/** Bodies whose calls and sessions this community answers, the more the less else must be said. */
const OWN_BODIES: Readonly<Record<string, number>> = {
  "unaids-pcb": 3, "global-fund": 2.5, unaids: 1.5, unodc: 1.5, upr: 2.6, cescr: 2.2, cat: 2, spt: 2, wgad: 2.2, ccpr: 1.8, cedaw: 1.5, achpr: 1.2, iachr: 1.2, crc: 1, cerd: 1, ced: 1,
};
const OTHER_BODY = 0.5;
/** Their sessions as such are ours: nobody knows yet what will come up in them. */
const OPEN_BODIES: ReadonlySet<string> = new Set(["hrc", "upr", "cnd", "cescr", "cat", "cedaw", "ccpr", "unaids-pcb", "who-ecdd", "global-fund", "iachr", "achpr"]);
const OPEN_SESSION = 2;
/** The death penalty stands for drug offences in many States, so what a body says of it is ours. */
const DEATH_WORTH = 1;
/** What speaks against, and how much. */
const AGAINST = { medicine: 1.3, sport: 1.5, seizure: 1, science: 1, crime: 0.8, celebrity: 1.2, elsewhere: 0.45 } as const;
const AGAINST_SENSES = ["medicine", "sport", "seizure", "science", "crime", "celebrity", "elsewhere"] as const;
const AGAINST_MOST = 6;

export function weighSenses(parts: readonly Part[]): Senses {
  const senses = new Map<AnySense, Tally>();
  const topics = new Map<string, number>();
  const note = (sense: AnySense, part: Part, found: { from: number; until: number }): void => {
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
    const isInName = (found: { from: number; until: number }): boolean => part.mechanisms.some((body) => body.from <= found.from && body.until >= found.until);
    // "Cultural" in a committee's name says nothing of its session.
    for (const found of part.foreign) if (found.value.sense !== "elsewhere" || !isInName(found)) note(found.value.sense, part, found);
  }
  return {
    of: (sense, most = 4) => Math.min(most, senses.get(sense)?.weight ?? 0),
    wordsOf: (...of) => [...new Set(of.flatMap((sense) => senses.get(sense)?.words ?? []))].slice(0, MOST_WORDS).join(", "),
    topics: [...topics].sort((one, other) => other[1] - one[1]).map(([topic]) => topic),
  };
}

/** `aboutNone`: no State is named, so a session is one in general. */
export function judgeRelevance(senses: Senses, mechanisms: readonly string[], kind: ItemKind, aboutNone: boolean): Relevance {
  const { of } = senses;
  const has = (sense: Sense): boolean => of(sense) > 0;
  const why: Reason[] = [];
  const because = (reason: string, ...from: AnySense[]): void => {
    why.push({ reason, words: senses.wordsOf(...from) });
  };
  let score = 0;
  if (has("field")) {
    score += 1.5 + of("field", 6);
    because("field", "field");
  }
  if (has("drug")) {
    // In the title a drug is the subject; what speaks of medicine, sport and seizures is taken away below.
    score += of("drug", 4);
    const pairs = (has("death") ? 3 : 0) + (has("rights") ? 1.5 : 0) + Math.min(2, of("law") * 0.7) + Math.min(1.2, of("care") * 0.5) + (has("penal") ? 0.8 : 0);
    if (pairs > 0) {
      score += pairs;
      because("drugs_and", "drug", has("death") ? "death" : has("rights") ? "rights" : has("law") ? "law" : has("care") ? "care" : "penal");
    }
  }
  if (has("hint")) {
    const pairs = (has("death") ? 1.6 : 0) + (has("rights") ? 1 : 0) + (has("penal") ? 0.8 : 0) + (has("people") ? 0.4 : 0) + Math.min(0.5, of("care") * 0.25);
    score += Math.min(1.2, of("hint") * 0.5) + (has("drug") || has("field") ? 0 : pairs);
    if (pairs >= 1) because("drugs_and", "hint", has("death") ? "death" : has("rights") ? "rights" : "penal");
  }
  if (has("hiv") && (has("people") || has("prison"))) {
    score += 3;
    because("hiv_and", "hiv", has("people") ? "people" : "prison");
  } else if (has("hiv") && has("rights")) score += 0.7;
  score += Math.max(0, ...mechanisms.map((key) => FIELD_BODIES[key] ?? 0));
  if (mechanisms.length > 0 && (kind === "call-for-input" || kind === "session-news")) {
    const body = Math.max(...mechanisms.map((key) => OWN_BODIES[key] ?? OTHER_BODY));
    const stake = Math.min(2.8, of("stake") * (kind === "call-for-input" ? 0.8 : 0.35));
    // A body's call on another subject is for others.
    const other = of("elsewhere") * 0.6;
    score += body + stake - other + (has("death") ? DEATH_WORTH : 0);
    if (body + stake - other >= 1.5) because("body_asks", "stake");
    const isOpen = kind === "session-news" && aboutNone && of("elsewhere") === 0 && mechanisms.some((key) => OPEN_BODIES.has(key));
    if (isOpen) score += Math.max(0, OPEN_SESSION - body);
  }
  for (const sense of AGAINST_SENSES) {
    // Naloxone is a medicine too.
    const weight = AGAINST[sense] * of(sense, AGAINST_MOST) * (sense === "medicine" && has("field") ? 0.5 : 1);
    score -= weight;
    if (weight >= 1) because(`against_${sense}`, sense);
  }
  return { relevant: score >= ENOUGH, score, topics: senses.topics.slice(0, MOST_TOPICS), why };
}
