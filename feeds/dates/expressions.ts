/** Dates in a text, in every way that it may write them, before it is known what they are for. Years are filled in later. */
import { hitsAt, longestAt, type Lexicon } from "./lexicon.ts";
import type { Token } from "./tokens.ts";

/** `numeric`: two numbers whose order is not yet known. `isBare`: too little by itself ("by Friday", "15/03"): only a deadline's own words make it one. */
export type DateWords = {
  from: number;
  until: number;
  day: number | "last";
  month: number;
  year: number | null;
  numeric: boolean;
  isBare: boolean;
  /** ISO, where the text names it beside the date. */
  weekday: number | null;
  relative: null | "day" | "today" | "tomorrow" | "weekday" | "this month" | "this year";
  /** First or last day of a span; "listed" shares its month with the next. */
  role: "single" | "first" | "last" | "listed";
};

const SEPARATOR = /^[/.\-‐‑–]$/;
/** Also ordinary words in some language: a small letter and no year make them doubtful. */
const DOUBTFUL = new Set(["may", "out", "set", "ago", "mar", "mars", "sept", "dec", "abr", "jan", "fev", "mai", "nov", "juin", "march"]);

const isYear = (token: Token | undefined): boolean => token?.kind === "number" && token.text.length === 4 && token.value >= 1990 && token.value <= 2100;
const isDay = (token: Token | undefined): boolean => token?.kind === "number" && token.text.length <= 2 && token.value >= 1 && token.value <= 31;
const base = { numeric: false, isBare: false, weekday: null, relative: null, role: "single" } as const;

/** After the number of a day: "th", "er", "-го", ".º". */
function skipOrdinal({ dates }: Lexicon, tokens: readonly Token[], at: number): number {
  if (tokens[at]?.text === "°") return at + 1;
  const mark = /^[-.]$/.test(tokens[at]?.text ?? "") && tokens[at]?.glued === true ? 1 : 0;
  const ending = tokens[at + mark]?.glued === true ? longestAt(dates, tokens, at + mark, "ordinal ending") : undefined;
  return ending?.until ?? at;
}

/** The month that begins here: "March", "Mar.", "آذار/مارس". */
function readMonth({ dates }: Lexicon, tokens: readonly Token[], at: number): { month: number; until: number; isDoubtful: boolean } | undefined {
  const hit = longestAt(dates, tokens, at, "month");
  const token = tokens[at];
  if (hit === undefined || token === undefined) return undefined;
  let until = hit.until;
  if (tokens[until]?.text === "." && tokens[until]?.glued === true) until += 1;
  const twin = /^[/(]$/.test(tokens[until]?.text ?? "") ? longestAt(dates, tokens, until + 1, "month") : undefined;
  if (twin !== undefined) until = tokens[twin.until]?.text === ")" ? twin.until + 1 : twin.until;
  return { month: Number(hit.value), until, isDoubtful: DOUBTFUL.has(token.text) && !token.isCapital };
}

/** The year after a month: ", 2027", "de 2027", "-27", "'27", with what follows it ("года"). */
function readYear({ dates }: Lexicon, tokens: readonly Token[], from: number): { year: number; until: number } | undefined {
  let at = from;
  const mark = tokens[at]?.text ?? "";
  if (/^[,،/.\-‐‑’']$/.test(mark)) at += 1;
  const of = longestAt(dates, tokens, at, "of");
  if (of !== undefined) at = of.until;
  const token = tokens[at];
  if (token === undefined || token.breaks === 2) return undefined;
  const short = token.kind === "number" && token.text.length === 2 && token.glued && /^[/.\-‐‑’']$/.test(mark) && at === from + 1;
  if (!isYear(token) && !short) return undefined;
  const after = longestAt(dates, tokens, at + 1, "year mark");
  let until = after?.until ?? at + 1;
  if (after !== undefined && tokens[until]?.text === "." && tokens[until]?.glued === true && tokens[after.from]?.text === "г") until += 1;
  return { year: short ? 2000 + token.value : token.value, until };
}

/** "15 March 2027", "fifteenth of March", "15-Mar-2027", "15 آذار/مارس 2027". */
function readDayFirst(lexicon: Lexicon, tokens: readonly Token[], from: number): DateWords | undefined {
  const token = tokens[from];
  const spelled = token?.kind === "word" ? longestAt(lexicon.dates, tokens, from, "day") : undefined;
  if (!isDay(token) && spelled === undefined) return undefined;
  let at = spelled?.until ?? skipOrdinal(lexicon, tokens, from + 1);
  if (/^[-.‐‑/]$/.test(tokens[at]?.text ?? "") && tokens[at]?.glued === true) at += 1;
  const of = longestAt(lexicon.dates, tokens, at, "of");
  if (of !== undefined && readMonth(lexicon, tokens, of.until) !== undefined) at = of.until;
  if (tokens[at]?.breaks === 2) return undefined;
  const month = readMonth(lexicon, tokens, at);
  if (month === undefined) return undefined;
  const year = readYear(lexicon, tokens, month.until);
  if (month.isDoubtful && year === undefined && /^(may|out|set|ago)$/.test(tokens[at]?.text ?? "")) return undefined;
  return { ...base, from, until: year?.until ?? month.until, day: spelled === undefined ? (token?.value ?? 0) : Number(spelled.value), month: month.month, year: year?.year ?? null };
}

/** "March 15, 2027", "Mar. 15th", "March the fifteenth". */
function readMonthFirst(lexicon: Lexicon, tokens: readonly Token[], from: number): DateWords | undefined {
  const month = readMonth(lexicon, tokens, from);
  if (month === undefined || month.isDoubtful || (tokens[from]?.isCapital !== true && (tokens[from]?.text.length ?? 0) < 5)) return undefined;
  let at = month.until;
  if (tokens[at]?.text === "the") at += 1;
  const token = tokens[at];
  if (token?.breaks === 2) return undefined;
  const spelled = token?.kind === "word" ? longestAt(lexicon.dates, tokens, at, "day") : undefined;
  if (!isDay(token) && spelled === undefined) return undefined;
  const until = spelled?.until ?? skipOrdinal(lexicon, tokens, at + 1);
  // An hour, or the first of two days: that is read from the second.
  if (/^[:hH]$/.test(tokens[until]?.text ?? "") && tokens[until]?.glued === true && tokens[until + 1]?.kind === "number") return undefined;
  const year = readYear(lexicon, tokens, until);
  return { ...base, from, until: year?.until ?? until, day: spelled === undefined ? (token?.value ?? 0) : Number(spelled.value), month: month.month, year: year?.year ?? null };
}

/** "2027-03-15", "15/03/2027", "15.3.27", "15/03". `month` holds the second number as it stands. */
function readNumeric(_lexicon: Lexicon, tokens: readonly Token[], from: number): DateWords | undefined {
  const [first, one, second, two, third] = tokens.slice(from, from + 5);
  const before = tokens[from - 1];
  // Inside of something longer: an address, the symbol of a document.
  if (first === undefined || (first.glued && before !== undefined && (before.kind !== "mark" || /^[/.\-‐‑_=:#+]$/.test(before.text)) && before.kind !== "number")) return undefined;
  if (first.kind !== "number" || one === undefined || second?.kind !== "number" || !SEPARATOR.test(one.text) || second.text.length > 2) return undefined;
  const isTight = one.glued && second.glued;
  if (two?.text === one.text && third?.kind === "number" && (isTight ? two.glued && third.glued : !two.breaks && !third.breaks)) {
    const next = tokens[from + 5];
    if (next?.glued === true && (SEPARATOR.test(next.text) && next.text !== "." && next.text !== "–" || next.kind === "number") && tokens[from + 6]?.glued === true) return undefined;
    if (isYear(first) && third.text.length <= 2) return { ...base, from, until: from + 5, day: third.value, month: second.value, year: first.value };
    if (!isDay(first) || (!isYear(third) && !(isTight && third.text.length === 2 && third.value > 12))) return undefined;
    return { ...base, from, until: from + 5, day: first.value, month: second.value, year: isYear(third) ? third.value : 2000 + third.value, numeric: true };
  }
  if (!isTight || !/^[/.]$/.test(one.text) || !isDay(first) || !isDay(second) || second.text.length !== 2) return undefined;
  const next = tokens[from + 3];
  if (next?.glued === true && (next.kind !== "mark" || (SEPARATOR.test(next.text) && tokens[from + 4]?.glued === true))) return undefined;
  return { ...base, from, until: from + 3, day: first.value, month: second.value, year: null, numeric: true, isBare: true };
}

/** "the end of March 2027", "fin mars", "the end of the month". */
function readEnd(lexicon: Lexicon, tokens: readonly Token[], from: number): DateWords | undefined {
  const ends = hitsAt(lexicon.dates, tokens, from).filter((hit) => hit.kind === "end of").sort((one, two) => two.until - one.until);
  for (const end of ends) {
    const found = readEndAfter(lexicon, tokens, from, end.until);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readEndAfter(lexicon: Lexicon, tokens: readonly Token[], from: number, after: number): DateWords | undefined {
  let at = after;
  if (/^[-‐‑]$/.test(tokens[at]?.text ?? "")) at += 1;
  const span = longestAt(lexicon.dates, tokens, at, "this month", "this year");
  const of = longestAt(lexicon.dates, tokens, at, "of");
  if (of !== undefined) at = of.until;
  const month = readMonth(lexicon, tokens, at);
  if (month !== undefined) {
    const year = readYear(lexicon, tokens, month.until);
    return { ...base, from, until: year?.until ?? month.until, day: "last", month: month.month, year: year?.year ?? null };
  }
  const token = tokens[at];
  if (isYear(token)) return { ...base, from, until: longestAt(lexicon.dates, tokens, at + 1, "year mark")?.until ?? at + 1, day: "last", month: 12, year: token?.value ?? 0, isBare: true };
  const whole = longestAt(lexicon.dates, tokens, at, "this month", "this year") ?? span;
  if (whole === undefined) return undefined;
  return { ...base, from, until: whole.until, day: "last", month: whole.kind === "this year" ? 12 : 0, year: null, isBare: true, relative: whole.kind === "this year" ? "this year" : "this month" };
}

/** "by Friday", "until tomorrow": words that name a day only beside the day on which they were written. */
function readRelative(lexicon: Lexicon, tokens: readonly Token[], from: number): DateWords | undefined {
  const hit = longestAt(lexicon.dates, tokens, from, "today", "tomorrow", "weekday");
  if (hit === undefined) return undefined;
  const isLong = (tokens[from]?.text.length ?? 0) >= 5 && !/^(segunda|terca|quarta|quinta|sexta|среды|среда|среду)$/.test(tokens.slice(hit.from, hit.until).map((token) => token.text).join(" "));
  if (hit.kind === "weekday" && !isLong) return undefined;
  const relative = hit.kind === "weekday" ? "weekday" : hit.kind === "today" ? "today" : "tomorrow";
  return { ...base, from, until: hit.until, day: 0, month: 0, year: null, isBare: true, relative, weekday: hit.kind === "weekday" ? Number(hit.value) : null };
}

/** "Until the 4th.", "hasta el 4,": a day of the month that comes next, where nothing else follows that could be counted. */
function readLoneDay({ cues, dates }: Lexicon, tokens: readonly Token[], from: number): DateWords | undefined {
  const token = tokens[from];
  const article = tokens[from - 1]?.text ?? "";
  if (!isDay(token) || !/^(the|el|le|au|dia|o|يوم)$/.test(article)) return undefined;
  const ending = tokens[from + 1]?.glued === true ? longestAt(dates, tokens, from + 1, "ordinal ending") : undefined;
  if (article === "the" && ending === undefined) return undefined;
  const next = tokens[ending?.until ?? from + 1];
  const isEnd = next === undefined || next.breaks > 0 || (next.kind === "mark" && /^[.,;!?)،؛]$/.test(next.text) && !(next.glued && tokens[(ending?.until ?? from + 1) + 1]?.glued === true));
  const isLimit = longestAt(cues, tokens, from - 1, "limit") !== undefined || longestAt(cues, tokens, from - 2, "limit") !== undefined || longestAt(cues, tokens, from - 3, "limit") !== undefined;
  if (!isEnd || !isLimit) return undefined;
  return { ...base, from, until: ending?.until ?? from + 1, day: token?.value ?? 0, month: 0, year: null, isBare: true, relative: "day" };
}

/** One date that begins at a token. */
export function dateAt(lexicon: Lexicon, tokens: readonly Token[], from: number): DateWords | undefined {
  const token = tokens[from];
  if (token === undefined || token.kind === "mark") return undefined;
  if (token.kind === "number") return readNumeric(lexicon, tokens, from) ?? readDayFirst(lexicon, tokens, from) ?? readLoneDay(lexicon, tokens, from);
  return readEnd(lexicon, tokens, from) ?? readDayFirst(lexicon, tokens, from) ?? readMonthFirst(lexicon, tokens, from) ?? readRelative(lexicon, tokens, from);
}
