/** Dates that belong together: "3 to 14 March", "between 1 and 15 March", "15 and 31 March 2027", and the weekday beside one. */
import type { ClockTime } from "./clock.ts";
import { dateAt, type DateWords } from "./expressions.ts";
import { longestAt, type Lexicon } from "./lexicon.ts";
import type { Token } from "./tokens.ts";

const DASH = /^[-‐‑–—−→➔]$/;
const AND = /^(and|et|y|e|и|و|or|ou|o|или|أو|&)$/;
/** Words of `range` that also stand before a last day alone; between two full dates they need a "from" to make a span. */
const UNTIL = /^(until|till|jusqu|hasta|ate|до|حتي)$/;

/** What joins two dates; undefined when something else stands between them. */
function joinOf(lexicon: Lexicon, tokens: readonly Token[], from: number, until: number): "span" | "until" | "and" | undefined {
  let join: "span" | "until" | "and" | undefined;
  let hasComma = false;
  for (let at = from; at < until; ) {
    const token = tokens[at];
    if (token === undefined || token.breaks === 2) return undefined;
    if (/^[,،]$/.test(token.text)) {
      hasComma = true;
      at += 1;
      continue;
    }
    const range = token.kind === "word" ? longestAt(lexicon.dates, tokens, at, "range") : undefined;
    if (join === undefined && AND.test(token.text)) join = "and";
    else if (join === "and" && AND.test(token.text)) join = "and";
    else if (join === undefined && (DASH.test(token.text) || range !== undefined)) join = range !== undefined && UNTIL.test(token.text) ? "until" : "span";
    else if (longestAt(lexicon.dates, tokens, at, "weekday", "of", "clock") === undefined && !/^(the|el|le|o|dia|les|los|يوم|day)$/.test(token.text)) return undefined;
    at = Math.max(at + 1, Math.min(until, range?.until ?? longestAt(lexicon.dates, tokens, at, "weekday", "of", "clock")?.until ?? at + 1));
  }
  return join ?? (hasComma ? "and" : undefined);
}

/** Whether a "between" stands right before. */
function isBetween(lexicon: Lexicon, tokens: readonly Token[], from: number): boolean {
  for (let at = from - 1; at >= Math.max(0, from - 3); at -= 1) if (longestAt(lexicon.dates, tokens, at, "between") !== undefined) return true;
  return false;
}

const isDayNumber = (token: Token | undefined): token is Token => token?.kind === "number" && token.text.length <= 2 && token.value >= 1 && token.value <= 31;

/** Days that stand before a date and share its month: the 3 of "3 to 14 March", the 15 of "15 and 31 March". */
function daysBefore(lexicon: Lexicon, tokens: readonly Token[], date: DateWords): DateWords[] {
  if (date.day === "last" || date.relative !== null || date.numeric || tokens[date.from]?.kind === "word") return [];
  const found: DateWords[] = [];
  let { from } = date;
  for (let count = 0; count < 6; count += 1) {
    let at = -1;
    for (let back = from - 2; back >= Math.max(0, from - 5) && at < 0; back -= 1) if (isDayNumber(tokens[back])) at = back;
    if (at < 0) break;
    const ending = tokens[at + 1]?.glued === true ? longestAt(lexicon.dates, tokens, at + 1, "ordinal ending") : undefined;
    const join = joinOf(lexicon, tokens, ending?.until ?? at + 1, from);
    const isOpen = tokens[at]?.glued !== true || tokens[at - 1]?.kind !== "mark" || !/^[:./]$/.test(tokens[at - 1]?.text ?? "");
    if (join === undefined || !isOpen) break;
    const isFirst = join !== "and" || isBetween(lexicon, tokens, at);
    if (isFirst && count === 0) date.role = "last";
    found.unshift({ ...date, from: at, until: ending?.until ?? at + 1, day: tokens[at]?.value ?? 0, weekday: null, role: isFirst ? "first" : "listed" });
    from = at;
    if (isFirst) break;
  }
  return found;
}

/** "March 3–14, 2027": what follows the first day. */
function dayAfter(lexicon: Lexicon, tokens: readonly Token[], date: DateWords): DateWords | undefined {
  if (tokens[date.from]?.kind !== "word" || date.day === "last" || date.relative !== null || date.year !== null) return undefined;
  const range = longestAt(lexicon.dates, tokens, date.until, "range");
  const at = DASH.test(tokens[date.until]?.text ?? "") ? date.until + 1 : range?.until;
  if (at === undefined || !isDayNumber(tokens[at]) || /^[:.]$/.test(tokens[at + 1]?.text ?? "") && tokens[at + 2]?.kind === "number" && tokens[at + 1]?.glued === true) return undefined;
  if (longestAt(lexicon.dates, tokens, at + 1, "month", "day part", "hour mark") !== undefined || longestAt(lexicon.dates, tokens, at + 1, "of") !== undefined) return undefined;
  const comma = tokens[at + 1]?.text === "," ? 1 : 0;
  const year = tokens[at + 1 + comma];
  const hasYear = year?.kind === "number" && year.text.length === 4 && year.value > 1990 && year.value < 2100;
  const isList = range !== undefined && AND.test(tokens[date.until]?.text ?? "") && !isBetween(lexicon, tokens, date.from);
  date.role = isList ? "listed" : "first";
  if (hasYear) date.year = year.value;
  return { ...date, from: at, until: hasYear ? at + 2 + comma : at + 1, day: tokens[at]?.value ?? 0, role: isList ? "single" : "last" };
}

/** All dates of a text, in their order, with spans recognised. */
export function findDates(lexicon: Lexicon, tokens: readonly Token[], times: readonly ClockTime[]): DateWords[] {
  const dates: DateWords[] = [];
  const taken = new Set<number>();
  for (const time of times) for (let at = time.from; at < time.until; at += 1) taken.add(at);
  for (let at = 0; at < tokens.length; ) {
    const found = taken.has(at) ? undefined : dateAt(lexicon, tokens, at);
    if (found === undefined) {
      at += 1;
      continue;
    }
    const last = dates.at(-1);
    // "Friday, 15 March", "15 March (Friday)": one day, said twice.
    if (last?.relative === "weekday" && found.relative === null && found.from - last.until <= 3 && isNear(tokens, last.until, found.from)) {
      found.weekday = last.weekday;
      dates.pop();
    } else if (found.relative === "weekday" && last !== undefined && last.relative === null && found.from - last.until <= 2 && isNear(tokens, last.until, found.from)) {
      last.weekday = found.weekday;
      at = found.until;
      continue;
    }
    const before = daysBefore(lexicon, tokens, found);
    const after = dayAfter(lexicon, tokens, found);
    const previous = dates.at(-1);
    if (before.length === 0 && previous !== undefined && previous.role === "single" && previous.relative === null && found.relative === null) joinPair(lexicon, tokens, times, previous, found);
    dates.push(...before, found);
    if (after !== undefined) dates.push(after);
    at = Math.max(at + 1, (after ?? found).until);
  }
  return dates;
}

function isNear(tokens: readonly Token[], from: number, until: number): boolean {
  return tokens.slice(from, until).every((token) => token.breaks < 2 && (/^[,،.()]$/.test(token.text) || /^(the|el|le|o|dia|الموافق|de|next|coming|prochain|prochaine|proximo|proxima|que|vem)$/.test(token.text)));
}

/** Two full dates that make one span. */
function joinPair(lexicon: Lexicon, tokens: readonly Token[], times: readonly ClockTime[], first: DateWords, last: DateWords): void {
  if (last.from - first.until > 12) return;
  // Hours may stand between: "1 March, 9:00, to 15 March".
  const hours = times.find((time) => time.from >= first.until && time.until <= last.from);
  const from = hours !== undefined && hours.from - first.until <= 2 ? hours.until : first.until;
  const join = joinOf(lexicon, tokens, from, last.from);
  if (join === undefined) return;
  if (join === "and" && !isBetween(lexicon, tokens, first.from)) {
    if (first.year === null && last.year !== null && !first.isBare) first.year = last.year;
    return;
  }
  if (join === "until") return;
  first.role = "first";
  last.role = "last";
  // "1 December – 15 January 2027" begins in the year before.
  if (first.year === null && last.year !== null) first.year = last.year - (first.month > last.month ? 1 : 0);
}
