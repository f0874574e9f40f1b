/** Finds the words of the lists in a text: one pass, whatever the lists hold. */
import { type DateRules, type WordRow } from "../../src/sources/date-rules.ts";
import { fold, type Token, tokenise } from "./tokens.ts";

/** Words of the lists that stand in a text: tokens `from` up to but not including `until`. */
export type Hit = { kind: string; value: string; from: number; until: number; /** The list has only how its last word begins. */ isPrefix: boolean };

type Part = { text: string; isPrefix: boolean } | "gap";
type Phrase = { kind: string; value: string; parts: readonly Part[]; isPrefix: boolean };
/** By its first word, whole or as a beginning. */
type Index = { whole: Map<string, Phrase[]>; prefix: Map<string, Phrase[]>; longest: number };
export type Lexicon = { dates: Index; cues: Index; zones: Index };

const GAP = 4;
const compiled = new WeakMap<DateRules, Lexicon>();

export function lexiconOf(rules: DateRules): Lexicon {
  const known = compiled.get(rules);
  if (known !== undefined) return known;
  const lexicon = { dates: indexOf(rules.dateWords), cues: indexOf(rules.cues), zones: indexOf(rules.zoneWords) };
  compiled.set(rules, lexicon);
  return lexicon;
}

/** A spelling is cut into words by the rule that cuts the text. */
function partsOf(spelling: string): Part[] {
  return spelling.split(/\s+/).flatMap((word): Part[] => {
    if (word === "…") return ["gap"];
    const words = tokenise(word.replace(/\*$/, "")).filter((token) => token.kind !== "mark");
    return words.map((token, index) => ({ text: token.kind === "number" ? token.text : fold(token.text), isPrefix: word.endsWith("*") && index === words.length - 1 }));
  });
}

function indexOf(rows: readonly WordRow[]): Index {
  const index: Index = { whole: new Map(), prefix: new Map(), longest: 0 };
  for (const { kind, value, words } of rows) {
    for (const spelling of words) {
      const parts = partsOf(spelling);
      const [first] = parts;
      if (first === undefined || first === "gap") throw new Error(`${kind}: "${spelling}" does not begin with a word`);
      const map = first.isPrefix ? index.prefix : index.whole;
      map.set(first.text, [...(map.get(first.text) ?? []), { kind, value, parts, isPrefix: spelling.endsWith("*") }]);
      if (first.isPrefix) index.longest = Math.max(index.longest, first.text.length);
    }
  }
  return index;
}

const fits = (token: Token | undefined, part: Exclude<Part, "gap">): boolean => {
  if (token === undefined || token.breaks === 2) return false;
  if (token.kind === "number") return token.text === part.text;
  return token.forms.some((form) => (part.isPrefix ? form.startsWith(part.text) : form === part.text));
};

/** The token after the phrase's last, or undefined. */
function endOf(phrase: Phrase, tokens: readonly Token[], from: number): number | undefined {
  let at = from + 1;
  for (let index = 1; index < phrase.parts.length; index += 1) {
    const part = phrase.parts[index];
    if (part === undefined) return undefined;
    if (part === "gap") continue;
    const reach = phrase.parts[index - 1] === "gap" ? GAP : 0;
    let found = -1;
    for (let skip = 0; skip <= reach && found < 0; skip += 1) {
      if (tokens[at + skip]?.kind === "mark") break;
      if (fits(tokens[at + skip], part)) found = at + skip;
    }
    if (found < 0) return undefined;
    at = found + 1;
  }
  return at;
}

/** All phrases of the lists that begin at a token. */
export function hitsAt(index: Index, tokens: readonly Token[], at: number): Hit[] {
  const token = tokens[at];
  if (token === undefined || token.kind === "mark") return [];
  const hits: Hit[] = [];
  const add = (phrases: readonly Phrase[] | undefined): void => {
    for (const phrase of phrases ?? []) {
      const until = phrase.parts.length === 1 ? at + 1 : endOf(phrase, tokens, at);
      if (until !== undefined) hits.push({ kind: phrase.kind, value: phrase.value, from: at, until, isPrefix: phrase.isPrefix });
    }
  };
  for (const form of token.kind === "number" ? [token.text] : token.forms) {
    add(index.whole.get(form));
    for (let length = Math.min(index.longest, form.length); length > 0; length -= 1) add(index.prefix.get(form.slice(0, length)));
  }
  return hits;
}

/** The longest phrase of one of the kinds that begins at a token. */
export function longestAt(index: Index, tokens: readonly Token[], at: number, ...kinds: readonly string[]): Hit | undefined {
  let best: Hit | undefined;
  for (const hit of hitsAt(index, tokens, at)) if (kinds.includes(hit.kind) && (best === undefined || hit.until > best.until)) best = hit;
  return best;
}
