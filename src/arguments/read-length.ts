/** Lengths of time in words: "90d", "3 weeks", "две недели", "P14D". */
import { DAY, roughLength } from "../time.ts";
import { FROM_NOW, type LengthUnit, NUMBERS, UNITS } from "./calendar-words.ts";
import { afterPhrase, foldedWords, wordSet, wordTable } from "./read-words.ts";

const unitOf = wordTable(UNITS.map(({ unit, words }) => [words, unit] as const));
const dualOf = wordTable(UNITS.map(({ unit, dual }) => [dual, unit] as const));
const numberOf = wordTable(NUMBERS.map((words, number) => [words, number] as const));
const fromNow = wordSet(FROM_NOW);
/** About ten years: nothing here looks further. */
const LONGEST = 3_700 * DAY;
const ISO_LENGTH = /^P(?=\d|T\d)(\d{1,4}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,4}D)?(T(?=\d)(\d{1,4}H)?(\d{1,4}M)?)?$/;

function isoLength(count: number, unit: LengthUnit): string | undefined {
  return withinBounds(unit.length === 2 ? `PT${count}${unit.slice(1)}` : `P${count}${unit}`);
}

function withinBounds(iso: string): string | undefined {
  const length = roughLength(iso);
  return length > 0 && length <= LONGEST ? iso : undefined;
}

function readTokens(tokens: readonly string[], one: boolean): string | undefined {
  const [first = "", second] = tokens;
  if (tokens.length === 1) {
    const dual = dualOf.get(first);
    if (dual !== undefined) return isoLength(2, dual);
    const attached = /^(\d{1,4})(\p{L}+)$/u.exec(first);
    const unit = unitOf.get(attached?.[2] ?? first);
    if (unit === undefined) return undefined;
    if (attached !== null) return isoLength(Number(attached[1]), unit);
    return one ? isoLength(1, unit) : undefined;
  }
  if (tokens.length !== 2 || second === undefined) return undefined;
  const count = /^\d{1,4}$/.test(first) ? Number(first) : numberOf.get(first);
  const unit = unitOf.get(second);
  return count === undefined || unit === undefined ? undefined : isoLength(count, unit);
}

/** "3 weeks" as `P3W`. Never zero, never negative. */
export function readLength(text: string): string | undefined {
  const iso = text.trim().toUpperCase();
  if (ISO_LENGTH.test(iso)) return withinBounds(iso);
  return readTokens(foldedWords(text), false);
}

/** "in 3 weeks", "через неделю", as `P3W`, `P1W`. */
export function readFromNow(text: string): string | undefined {
  const tokens = afterPhrase(foldedWords(text), fromNow);
  return tokens === undefined ? undefined : readTokens(tokens, true);
}
