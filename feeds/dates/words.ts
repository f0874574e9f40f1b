/** What a deadline is for, in the text's own words, short: a purpose without dates. */
import type { Surroundings } from "./attach.ts";
import type { DateWords } from "./expressions.ts";
import type { Subject } from "./judge.ts";
import type { Hit } from "./lexicon.ts";
import { hitsBetween } from "./region.ts";
import type { Unit } from "./units.ts";

const LONGEST = 100;
/** Tokens between what is sent in and the verb that says so. */
const REACH = 20;
const STOP = /^[.;:!?؟؛…()[\]|•]$/;
const COMMA = /^[,،]$/;
/** Kinds of small words that say nothing once their date is cut off. */
const LOOSE = new Set(["limit", "start", "after", "former", "was", "to", "is", "filler", "namely", "for", "about"]);
const JOINING = /^(and|or|until|till|by|on|y|o|e|u|ou|et|и|или|или|до|с|по|del|de|do|da|du|des|le|la|el|al|au|a|to|from|between|entre|не|و|او|من|حتى|the)$/;
const LIMIT = /^(ate|hasta|until|till|by|до|حتي|حتى|to|for)$/;
/** Verbs and nouns that alone do not say what is to be done. */
const BARE = new Set(["deadline", "close", "extended", "person", "closed"]);
const isEmpty = (hit: Hit): boolean => hit.kind === "act" && ["call", "may", "please", "accept"].includes(hit.value);

type Place = { around: Surroundings; text: string; dates: readonly DateWords[] };

export function wordsFor(place: Place, subject: Subject, by: Hit | undefined, above: readonly (Unit | undefined)[]): string {
  const { around } = place;
  const { unit, verdict, until, next, previous } = subject;
  const left = verdict?.attachment.from ?? unit.from;
  if (by === undefined) return shorten(slice(place, unit.from, ends(place, unit.from, left, unit.from)) || askIn(place, above) || "");
  if (by.from < unit.from || by.from >= unit.until) return shorten(phraseAt(place, by, Math.max(by.until, by.from + 12)));
  if (by.kind === "step" || !BARE.has(by.kind)) {
    const own = by.until <= left || by.from < subject.date.from ? { from: openingOf(place, subject, by), until: ends(place, by.from, Math.max(left, by.until), by.until) } : { from: by.from, until: ends(place, by.from, clauseEnd(place, Math.max(by.until, until), unit.until), by.until) };
    // "By 1 March for reviews and by 1 June for lists": what this day is for stands after it.
    const isFor = (next !== undefined || previous !== undefined) && around.cues.beginning(until).some((hit) => hit.kind === "for");
    const after = isFor ? slice(place, until, ends(place, until, clauseEnd(place, until, next?.date.from ?? unit.until), until)) : "";
    // "3 February for written statements and 10 February for oral ones": the words between are the first day's.
    if (after !== "" && previous !== undefined && by.from >= previous.until && by.from - previous.until <= 3) return shorten(slice(place, Math.max(...around.cues.beginning(until).filter((hit) => hit.kind === "for").map((hit) => hit.until)), ends(place, until, clauseEnd(place, until, next?.date.from ?? unit.until), until)));
    return shorten(`${slice(place, own.from, own.until)}${after === "" ? "" : ` … ${after}`}`);
  }
  const from = openingOf(place, subject, by);
  const isLeft = by.from < subject.date.from;
  const end = isLeft ? ends(place, from, Math.max(left, by.until), by.until) : by.until;
  const told = hitsBetween(around, from, end, undefined).some((hit) => !BARE.has(hit.kind) && !isEmpty(hit) && isAsk(hit));
  if (told) return shorten(slice(place, from, end));
  const right = hitsBetween(around, until, Math.min(unit.until, next?.date.from ?? unit.until, until + REACH), undefined).find((hit) => isAsk(hit) && !isEmpty(hit));
  if (right !== undefined) return shorten(phraseAt(place, right, Math.min(unit.until, next?.date.from ?? unit.until)));
  const earlier = hitsBetween(around, unit.from, by.from, undefined).findLast((hit) => hit.kind === "act noun");
  if (earlier !== undefined && previous?.verdict?.isDeadline !== true) return shorten(phraseAt(place, earlier, by.from));
  return shorten(askIn(place, above) ?? slice(place, isLeft ? from : by.from, isLeft ? ends(place, by.from, Math.max(left, by.until), by.until) : by.until));
}

const isAsk = (hit: Hit): boolean => hit.kind === "act" || hit.kind === "act noun";

/** "Contributions must be received": what is sent in stands before its verb. */
function openingOf({ around, dates }: Place, { unit, previous }: Subject, by: Hit): number {
  if (by.kind === "act noun" || by.kind === "step") return by.from;
  let from = by.from;
  const first = Math.max(unit.from, previous !== undefined && previous.until <= by.from ? previous.until : 0, by.from - REACH);
  while (from > first && !STOP.test(around.tokens[from - 1]?.text ?? "") && !COMMA.test(around.tokens[from - 1]?.text ?? "")) from -= 1;
  if (dates.some((date) => date.from >= from && date.from < by.from)) return by.from;
  return hitsBetween(around, from, by.from, undefined).find((hit) => hit.kind === "act noun" || hit.kind === "subject of close" || (hit.kind === "act" && !isEmpty(hit) && by.kind !== "act"))?.from ?? by.from;
}

/** The nearest ask in what stands above, nearest first. */
function askIn(place: Place, above: readonly (Unit | undefined)[]): string | undefined {
  for (const unit of above) {
    if (unit === undefined) continue;
    const hits = hitsBetween(place.around, unit.from, unit.until, undefined);
    // "We invite you" is no act of others.
    if (hits.some((hit) => hit.kind === "closed") || (hits.some((hit) => hit.kind === "others") && !hits.some(isEmpty))) continue;
    const found = hits.find((hit) => hit.kind === "act" && !isEmpty(hit)) ?? hits.find((hit) => hit.kind === "act noun");
    if (found !== undefined) return phraseAt(place, found, unit.until);
  }
  return undefined;
}

/** From a hit to the end of its part of the sentence. */
const phraseAt = (place: Place, hit: Hit, limit: number): string => slice(place, hit.from, ends(place, hit.from, clauseEnd(place, hit.until, limit), hit.until));

function clauseEnd({ around: { tokens } }: Place, from: number, limit: number): number {
  for (let at = from; at < limit; at += 1) if (STOP.test(tokens[at]?.text ?? "") || COMMA.test(tokens[at]?.text ?? "") || (at > from && (tokens[at]?.breaks ?? 0) === 2)) return at;
  return limit;
}

/** Where a phrase ends: before another date, and before loose words; never before `least`. */
function ends({ around: { tokens, cues }, dates }: Place, from: number, limit: number, least: number): number {
  let end = Math.max(least, dates.find((date) => date.from >= Math.max(from, least) && date.from < limit)?.from ?? limit);
  // "Runs until": the last word of a verb may be loose too.
  if (end === least && end - from > 1 && LIMIT.test(tokens[end - 1]?.text ?? "")) return end - 1;
  while (end > least) {
    const token = tokens[end - 1];
    const loose = cues.ending(end).filter((hit) => LOOSE.has(hit.kind) && hit.from >= least).sort((one, two) => one.from - two.from)[0];
    if (loose !== undefined) end = loose.from;
    else if (token === undefined || token.kind === "mark" || JOINING.test(token.text)) end -= 1;
    else break;
  }
  return end;
}

const slice = ({ around: { tokens }, text }: Place, from: number, until: number): string => (until <= from ? "" : text.slice(tokens[from]?.from ?? 0, tokens[until - 1]?.until ?? 0));

function shorten(words: string): string {
  const plain = words.replace(/\s+/g, " ").replace(/^[\s\p{P}]+|[\s:,;،([–—.|-]+$/gu, "");
  if (plain.length <= LONGEST) return plain;
  const space = plain.lastIndexOf(" ", LONGEST);
  return `${plain.slice(0, space > 40 ? space : LONGEST)}…`;
}
