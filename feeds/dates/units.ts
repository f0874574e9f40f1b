/** A text in sentences, headings and list items: what belongs together when the purpose of a date is asked for. */
import { longestAt, type Lexicon } from "./lexicon.ts";
import type { Token } from "./tokens.ts";

/** Tokens `from` up to but not including `until`. */
export type Unit = {
  from: number;
  until: number;
  paragraph: number;
  /** A short line of its own, or one that ends with a colon. */
  isHeading: boolean;
  isBullet: boolean;
};

const BULLET = /^[•·▪●◦‣■□➢➤✓✔*►▶→]$/;
const END = /^[.!?؟。…]$/;
/** A line this long was broken by a mail program, not by its writer. */
const FULL_LINE = 55;
const SHORT_LINE = 30;
/** Tokens. No sentence is longer: what goes on is something else, and every date looks through its whole sentence. */
const LONGEST = 200;

export function splitUnits(lexicon: Lexicon, tokens: readonly Token[]): Unit[] {
  const units: Unit[] = [];
  let from = 0;
  let paragraph = 0;
  let lineFrom = 0;
  const close = (until: number): void => {
    if (until <= from) return;
    const [first, last, next] = [tokens[from], tokens[until - 1], tokens[until]];
    const isLine = (first?.breaks ?? 0) > 0 || from === 0;
    const isWhole = isLine && (next === undefined || next.breaks > 0);
    const words = until - from;
    const isHeading = isWhole && (last?.text === ":" || (words <= 12 && last !== undefined && !END.test(last.text)));
    units.push({ from, until, paragraph, isHeading, isBullet: first !== undefined && first.kind === "mark" && (BULLET.test(first.text) || /^[-–—]$/.test(first.text)) });
    from = until;
  };
  for (const [at, token] of tokens.entries()) {
    if (at === 0) continue;
    if (at - from >= LONGEST) close(at);
    if (token.breaks > 0) {
      const isWrapped = token.breaks === 1 && isSoft(lexicon, tokens, at, lineFrom);
      if (!isWrapped) close(at);
      if (token.breaks === 2) paragraph += 1;
      lineFrom = at;
    } else if (BULLET.test(token.text) && token.text !== "*" && token.text !== "→") close(at);
    else if (isSentenceEnd(lexicon, tokens, at, from)) close(at);
  }
  close(tokens.length);
  return units;
}

/** Whether a line end says nothing. */
function isSoft(lexicon: Lexicon, tokens: readonly Token[], at: number, lineFrom: number): boolean {
  const [last, token, first] = [tokens[at - 1], tokens[at], tokens[lineFrom]];
  if (last === undefined || token === undefined || first === undefined) return false;
  if (token.kind === "mark" && /^[-–—*•·▪●◦‣]$/.test(token.text)) return false;
  if (/^[.!?؟:;؛]$/.test(last.text)) return false;
  const width = last.until - first.from;
  if (width >= FULL_LINE) return true;
  // A line that goes on with a small letter or a bracket was not ended by its writer.
  if (width >= SHORT_LINE && (token.text === "(" || (token.kind === "word" && !token.isCapital && /\p{Ll}/u.test(token.text)))) return true;
  return token.kind === "number" && longestAt(lexicon.cues, tokens, at - 1, "limit") !== undefined;
}

function isSentenceEnd(lexicon: Lexicon, tokens: readonly Token[], at: number, from: number): boolean {
  const [end, token, before] = [tokens[at - 1], tokens[at], tokens[at - 2]];
  if (end === undefined || token === undefined || end.kind !== "mark" || !END.test(end.text) || token.glued) return false;
  if (end.text !== ".") return true;
  if (token.kind === "mark" && !/^["'«“„(¡¿[*]$/.test(token.text)) return false;
  if (token.kind === "word" && !token.isCapital && /\p{Script=Latin}|\p{Script=Cyrillic}/u.test(token.text)) return false;
  // "1. Submit": the number of a list.
  if (before?.kind === "number" && at - 2 === from) return false;
  if (before?.kind === "word" && end.glued && longestAt(lexicon.cues, tokens, at - 2, "abbreviation") !== undefined && before.text.length < 6) {
    if (token.kind === "number") return false;
    return /^(г|ч|hrs|pm|am)$/.test(before.text) || longestAt(lexicon.dates, tokens, at - 2, "month") !== undefined;
  }
  return true;
}
