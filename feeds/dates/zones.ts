/** The zone that a text says right after a time or a date: a place as IANA, anything else in the text's own letters. */
import { longestAt, type Lexicon } from "./lexicon.ts";
import type { Token } from "./tokens.ts";

export type ZoneWords = { zone: string; until: number; isPlace: boolean };

const SKIP = /^[,،()[\]/–—-]$/;
const JOINS = /^(in|a|en|em|de|da|do|du|d|of|в|на|في|مدينه)$/;
const sliceOf = (text: string, tokens: readonly Token[], from: number, until: number): string => text.slice(tokens[from]?.from ?? 0, tokens[until - 1]?.until ?? 0);

/** "GMT", "UTC+2", "GMT -05:30": an abbreviation counts in capitals only ("est" is French for "is"). */
function readAbbreviation({ zones }: Lexicon, tokens: readonly Token[], at: number): ZoneWords | undefined {
  const hit = longestAt(zones, tokens, at, "abbreviation");
  const token = tokens[at];
  if (hit === undefined || token === undefined || !(token.isShout || /^(aoe|мск)$/.test(token.text) || (token.text === "z" && token.glued))) return undefined;
  const sign = tokens[hit.until]?.text ?? "";
  const hours = tokens[hit.until + 1];
  if (!/^[+\-−–]$/.test(sign) || hours?.kind !== "number" || !hours.glued || hours.value > 14) return { zone: hit.value, until: hit.until, isPlace: false };
  const offset = `${sign === "+" ? "+" : "-"}${hours.text}`;
  const minutes = tokens[hit.until + 3];
  if (tokens[hit.until + 2]?.text === ":" && minutes?.kind === "number" && minutes.glued) return { zone: `${hit.value}${offset}:${minutes.text}`, until: hit.until + 4, isPlace: false };
  return { zone: `${hit.value}${offset}`, until: hit.until + 2, isPlace: false };
}

function readOne(lexicon: Lexicon, text: string, tokens: readonly Token[], from: number, isAfterTime: boolean): ZoneWords | undefined {
  let at = from;
  let commas = 0;
  for (; at < from + 3 && SKIP.test(tokens[at]?.text ?? ""); at += 1) if (tokens[at]?.text === ",") commas += 1;
  if (tokens[at]?.breaks === 2) return undefined;
  const phrase = longestAt(lexicon.zones, tokens, at, "phrase");
  if (phrase !== undefined) {
    const offset = phrase.value === "" ? "" : offsetAt(tokens, phrase.until);
    return { zone: (phrase.value || sliceOf(text, tokens, phrase.from, phrase.until)) + offset, until: phrase.until + (offset === "" ? 0 : 2), isPlace: false };
  }
  const before = longestAt(lexicon.zones, tokens, at, "time word");
  let start = before?.until ?? at;
  // "hora de Ginebra", "heure à Genève", "بتوقيت مدينة جنيف"
  if (before !== undefined && JOINS.test(tokens[start]?.text ?? "") && longestAt(lexicon.zones, tokens, start, "place") === undefined) start += 1;
  if (tokens[start]?.text === "(") start += 1;
  const abbreviation = readAbbreviation(lexicon, tokens, start);
  if (abbreviation !== undefined) return abbreviation;
  const isIn = JOINS.test(tokens[start]?.text ?? "") && isAfterTime && before === undefined ? 1 : 0;
  const place = longestAt(lexicon.zones, tokens, start + isIn, "place");
  if (place === undefined) return undefined;
  // "Geneva, Switzerland time"
  const second = tokens[place.until]?.text === "," ? longestAt(lexicon.zones, tokens, place.until + 1, "place") : undefined;
  const after = longestAt(lexicon.zones, tokens, second?.until ?? place.until, "time word");
  if (after === undefined && before === undefined && !(isAfterTime && (commas === 0 || isLast(tokens, place.until)))) return undefined;
  return { zone: place.value, until: after?.until ?? place.until, isPlace: true };
}

/** "17:00, Nairobi." and "(23:59, Montevideo)": nothing else follows that the place could belong to. */
function isLast(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at];
  return next === undefined || next.breaks > 0 || /^[.)\]]$/.test(next.text);
}

/** "+3" after a name in words. */
function offsetAt(tokens: readonly Token[], at: number): string {
  const hours = tokens[at + 1];
  return /^[+−-]$/.test(tokens[at]?.text ?? "") && hours?.kind === "number" && hours.glued && hours.value <= 14 ? `${tokens[at]?.text === "+" ? "+" : "-"}${hours.text}` : "";
}

/** A place wins over letters beside it: "18:00 CET (Geneva time)". */
export function zoneAt(lexicon: Lexicon, text: string, tokens: readonly Token[], from: number, isAfterTime: boolean): ZoneWords | undefined {
  const first = readOne(lexicon, text, tokens, from, isAfterTime);
  if (first === undefined) return undefined;
  const second = readOne(lexicon, text, tokens, first.until, true);
  if (first.isPlace) return second === undefined || tokens[first.until]?.kind !== "mark" || tokens[first.until]?.text === "," ? first : { ...first, until: second.until };
  return second?.isPlace === true ? second : first;
}
