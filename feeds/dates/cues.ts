/** The words that tell what a date is for, as they stand in a text. */
import { type Hit, hitsAt, type Lexicon } from "./lexicon.ts";
import type { Token } from "./tokens.ts";

/** Small words count only right beside a date; all others wherever they stand in its sentence. */
const SMALL = new Set(["limit", "limit after", "start", "filler", "is", "to", "was", "after", "former", "about", "abbreviation", "step", "has until", "for", "timeline", "lead", "namely", "person", "third party"]);
/** What is not the reader's to do. */
const OTHERS = new Set(["others", "others noun", "event", "event noun", "period"]);
const AUDIENCE = new Set(["public", "state"]);

export type Cues = {
  /** In their order; of two that cover the same words the longer. */
  content: readonly Hit[];
  /** Content that begins at or after a token: an index into `content`. */
  contentFrom(token: number): number;
  /** Small words by the token after their last. */
  ending(token: number): readonly Hit[];
  /** Small words by their first token. */
  beginning(token: number): readonly Hit[];
};

export function findCues(lexicon: Lexicon, tokens: readonly Token[]): Cues {
  const content: Hit[] = [];
  const endings = new Map<number, Hit[]>();
  const beginnings = new Map<number, Hit[]>();
  const firstContent = new Int32Array(tokens.length + 1);
  let widest: Hit | undefined;
  let audience: Hit | undefined;
  for (let at = 0; at < tokens.length; at += 1) {
    firstContent[at] = content.length;
    const hits = hitsAt(lexicon.cues, tokens, at);
    const large = hits.filter((hit) => !SMALL.has(hit.kind)).sort((one, two) => two.until - one.until);
    for (const hit of large) {
      if (AUDIENCE.has(hit.kind)) {
        // Whose date it is is another question than what it is for: "stakeholder submissions" answers both.
        if (audience === undefined || audience.until < hit.until || audience.from === hit.from) content.push(hit);
        if (audience === undefined || hit.until > audience.until) audience = hit;
        continue;
      }
      const isCovered = widest !== undefined && widest.until >= hit.until && widest.until - widest.from > hit.until - hit.from;
      // "Will present" beside "present…": the word that is written out in a list is the better guess.
      const isGuess = hit.isPrefix && large.some((other) => !other.isPrefix && other.until === hit.until && !AUDIENCE.has(other.kind) && OTHERS.has(other.kind) !== OTHERS.has(hit.kind));
      if (!isCovered && !isGuess) content.push(hit);
      if (widest === undefined || hit.until > widest.until) widest = hit;
    }
    for (const hit of hits) {
      if (!SMALL.has(hit.kind)) continue;
      endings.set(hit.until, [...(endings.get(hit.until) ?? []), hit]);
      beginnings.set(hit.from, [...(beginnings.get(hit.from) ?? []), hit]);
    }
  }
  firstContent[tokens.length] = content.length;
  return {
    content,
    contentFrom: (token) => firstContent[Math.min(Math.max(token, 0), tokens.length)] ?? 0,
    ending: (token) => endings.get(token) ?? [],
    beginning: (token) => beginnings.get(token) ?? [],
  };
}
