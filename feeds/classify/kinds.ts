/** What kind of text it is: something to answer, something that was said or decided, something that was done to people, something to read. */
import type { KindWords } from "../../src/sources/classify-tables.ts";
import type { ItemKind } from "../../src/sources/document.ts";
import { foldedWords, shownWords, type Part } from "./marks.ts";
import type { Found } from "./phrases.ts";

export type FoundKind = { kind: ItemKind; words: string[] };

const STRENGTHS = { certain: 4, sure: 2, likely: 0.8, weak: 0.3 } as const;
const PLACES = { title: 2.2, summary: 1, content: 0.2 } as const;
const ENOUGH = 1.6;
/** They sit in session: what they do is told as that. */
const SITTING = new Set(["cat", "ccpr", "ced", "cedaw", "cerd", "cescr", "cnd", "crc", "crpd", "cmw", "hrc", "upr", "unga", "unaids-pcb", "who-ecdd", "spt", "wgad", "global-fund", "incb", "who", "csw", "ecosoc", "coe", "eu", "achpr", "iachr"]);
const REVIEWING = new Set(["cat", "ccpr", "ced", "cedaw", "cerd", "cescr", "crc", "crpd", "cmw", "hrc", "upr", "cnd", "unga", "spt", "unaids-pcb", "who-ecdd"]);
/** Others speak when something was done to people, so that is told rather than their speaking. */
const SITTING_WORTH = 1.2;
const SPEAKING_WORTH = 0.75;
/** A national parliament sits too, but its news is a law. */
const NO_BODY_WORTH = 0.1;
/** A review in session names violations; it stays a review. */
const VIOLATION_IN_SESSION = 0.6;

/** Words that may say a kind, none that surely does. */
const UNSURE_WORTH = 0.5;
/** "Study" in a title needs little more. */
const UNSURE_TEXT_WORTH = 0.9;
/** Outside our field, with no word on what was wrong. */
const OF_CRIME_WORTH = 0.15;
const MOST_WRONG = 1.2;
const FORCE_WORTH = 0.6;
/** A body that the title names and nothing else: most likely it did something. */
const BODY_IN_TITLE = 2.2;

/** Who asks or tells something in the title says what the text is; what it asks about does not. */
const ABOUT_WORTH = 0.4;

type Tally = { score: number; sure: boolean; seen: Map<string, number>; words: string[] };
type Scored = Exclude<ItemKind, "other">;
/** The order settles what is alike. */
const KINDS: readonly Scored[] = ["call-for-input", "publication", "session-news", "country-violation"];

/**
 * `foreign`: how much speaks of seizures, sport, medicine; there an arrest or a ban is no violation. `inField`: the text is of our field. Elsewhere
 * an arrest is news of crime unless the text says whom it met or what was wrong with it. `force`: how much it speaks of prison, police and killings.
 */
export function findKind(parts: readonly Part[], mechanisms: readonly string[], { foreign, inField, force }: { foreign: number; inField: boolean; force: number }): FoundKind {
  const tallies = new Map<KindWords["kind"], Tally>();
  for (const part of parts) {
    for (const found of part.kinds) {
      // "Universal Periodic Review" is a name; its last word says nothing of what is done.
      if (part.mechanisms.some((body) => body.value.mechanism !== "none" && body.from <= found.from && body.until >= found.until)) continue;
      const { kind, strength } = found.value;
      const tally: Tally = tallies.get(kind) ?? { score: 0, sure: false, seen: new Map(), words: [] };
      if (strength !== "likely") tally.sure = true;
      tallies.set(kind, tally);
      const folded = foldedWords(part, found);
      const worth = STRENGTHS[strength] * PLACES[part.name];
      // A word counts once, for the most that it says.
      const counted = tally.seen.get(folded) ?? 0;
      if (counted === 0 && tally.words.length < 3) tally.words.push(shownWords(part, found));
      if (worth <= counted) continue;
      tally.seen.set(folded, worth);
      tally.score += worth - counted;
    }
  }
  const scoreOf = (kind: KindWords["kind"]): number => {
    const tally = tallies.get(kind);
    return tally === undefined ? 0 : tally.score * (tally.sure ? 1 : kind === "publication" ? UNSURE_TEXT_WORTH : UNSURE_WORTH);
  };
  const sitsInTitle = parts.some((part) => part.name === "title" && part.mechanisms.some((found) => REVIEWING.has(found.value.mechanism)));
  const sits = mechanisms.some((key) => SITTING.has(key));
  const isForm = ({ value: { kind, strength } }: Found<KindWords>): boolean => strength === "certain" && (kind === "call-for-input" || kind === "publication");
  const formInTitle = parts.some((part) => part.name === "title" && part.kinds.some(isForm));
  const acts = tallies.get("country-violation");
  const wrong = scoreOf("wrong");
  const known = wrong > 0 ? (acts?.score ?? 0) : scoreOf("country-violation");
  const violation = inField || wrong > 0 ? known + Math.min(wrong, MOST_WRONG) + (inField ? force * FORCE_WORTH : 0) : known * OF_CRIME_WORTH;
  const scores: Record<Scored, number> = {
    "call-for-input": scoreOf("call-for-input") * 1.7 - scoreOf("not-call") * 2,
    "session-news": (scoreOf("session-news") + (sitsInTitle ? BODY_IN_TITLE : 0)) * (sits ? SITTING_WORTH : mechanisms.length > 0 ? SPEAKING_WORTH : NO_BODY_WORTH),
    "country-violation": violation * (sitsInTitle ? VIOLATION_IN_SESSION : 1) * (formInTitle ? ABOUT_WORTH : 1) - foreign * 1.2 - scoreOf("other") * 0.6,
    publication: scoreOf("publication"),
  };
  let best: ItemKind = "other";
  let most = ENOUGH;
  for (const kind of KINDS) {
    if (scores[kind] <= most) continue;
    best = kind;
    most = scores[kind];
  }
  return { kind: best, words: best === "other" ? [] : (tallies.get(best)?.words ?? []) };
}
