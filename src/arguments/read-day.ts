/** Days and months in words. A year that is left out is the next one in which such a day is today or later. */
import type { PlainDate, YearMonth } from "../message.ts";
import { addDays, addDuration, isDay, weekdayOf } from "../time.ts";
import { AFTER_WEEKDAY, AFTER_YEARS, BESIDE_WEEKDAY, IN_DATES, MONTHS, RELATIVE_DAYS, WEEKDAYS } from "./calendar-words.ts";
import { readFromNow } from "./read-length.ts";
import { foldedWords, plainDigits, wordSet, wordTable } from "./read-words.ts";

const monthOfName = wordTable(MONTHS.map((words, index) => [words, index + 1] as const));
const weekdayOfName = wordTable(WEEKDAYS.map((words, index) => [words, index + 1] as const));
const relative = wordTable(RELATIVE_DAYS.map(({ days, words }) => [words, days] as const));
const besideWeekday = wordSet(BESIDE_WEEKDAY);
const afterWeekday = wordSet(AFTER_WEEKDAY);
const inDates = wordSet(IN_DATES);
const afterYears = wordSet(AFTER_YEARS);
const YEAR = /^20\d\d$/;
/** 29 February comes again after eight years at most. */
const YEARS_AHEAD = 8;

/** ISO weekday for a name in any of the six languages. */
export function readWeekday(text: string): number | undefined {
  return weekdayOfName.get(foldedWords(text).join(" "));
}

/** A day, as `2027-03-15`. `today` is the day it is where the person is. */
export function readDay(text: string, today: PlainDate): PlainDate | undefined {
  const plain = plainDigits(text);
  if (/^\d{4}-\d\d-\d\d$/.test(plain)) return isUsable(plain) ? plain : undefined;
  const tokens = foldedWords(text);
  const ahead = relative.get(tokens.join(" "));
  if (ahead !== undefined) return addDays(today, ahead);
  const length = readFromNow(text);
  if (length !== undefined) {
    const day = length.includes("T") ? "" : addDuration(today, length);
    return isUsable(day) ? day : undefined;
  }
  return readWeekdayAhead(tokens, today) ?? readNumeric(plain) ?? readNamed(tokens, today);
}

/** The two days "03/04/2027" may be; empty when it says only one thing or none. */
export function unclearDays(text: string): PlainDate[] {
  const found = /^(\d{1,2})[/-](\d{1,2})[/-](20\d\d)$/.exec(plainDigits(text));
  if (found === null) return [];
  const [, first = "", second = "", year = ""] = found;
  const days = [isoDay(year, second, first), isoDay(year, first, second)].filter((day) => day !== undefined);
  return days.length === 2 && days[0] !== days[1] ? days : [];
}

/** A month, as `2027-03`: "March 2027", "03/2027", or "March" for the next one that is not over. */
export function readMonth(text: string, today: PlainDate): YearMonth | undefined {
  const plain = plainDigits(text);
  const numeric = /^(20\d\d)-(\d\d)$/.exec(plain) ?? /^(?<month>\d{1,2})[/.](?<year>20\d\d)$/.exec(plain);
  if (numeric !== null) {
    const year = numeric.groups?.["year"] ?? numeric[1] ?? "";
    const month = Number(numeric.groups?.["month"] ?? numeric[2]);
    return month >= 1 && month <= 12 ? yearMonth(year, month) : undefined;
  }
  const tokens = datePieces(foldedWords(text));
  if (tokens === undefined) return undefined;
  const last = tokens.at(-1) ?? "";
  const year = YEAR.test(last) && tokens.length > 1 ? last : undefined;
  const month = monthOfName.get((year === undefined ? tokens : tokens.slice(0, -1)).join(" "));
  if (month === undefined) return undefined;
  if (year !== undefined) return yearMonth(year, month);
  const thisYear = yearMonth(today.slice(0, 4), month);
  return thisYear >= today.slice(0, 7) ? thisYear : yearMonth(String(Number(today.slice(0, 4)) + 1), month);
}

function yearMonth(year: string, month: number): YearMonth {
  return `${year}-${String(month).padStart(2, "0")}`;
}

function isUsable(day: string): boolean {
  return YEAR.test(day.slice(0, 4)) && isDay(day);
}

function isoDay(year: string, month: string, dayOfMonth: string): PlainDate | undefined {
  const day = `${year}-${month.padStart(2, "0")}-${dayOfMonth.padStart(2, "0")}`;
  return isUsable(day) ? day : undefined;
}

/** "15.03.2027" is day, month, year wherever dots are written; with strokes it is taken only when one reading makes a day. */
function readNumeric(plain: string): PlainDate | undefined {
  const dotted = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(20\d\d)$/.exec(plain);
  if (dotted !== null) return isoDay(dotted[3] ?? "", dotted[2] ?? "", dotted[1] ?? "");
  const yearFirst = /^(20\d\d)[/.](\d{1,2})[/.](\d{1,2})$/.exec(plain);
  if (yearFirst !== null) return isoDay(yearFirst[1] ?? "", yearFirst[2] ?? "", yearFirst[3] ?? "");
  const stroked = /^(\d{1,2})[/-](\d{1,2})[/-](20\d\d)$/.exec(plain);
  if (stroked === null || unclearDays(plain).length > 0) return undefined;
  const [, first = "", second = "", year = ""] = stroked;
  return isoDay(year, second, first) ?? isoDay(year, first, second);
}

/** "Monday", "next Monday", "в следующий понедельник": the first one after today. */
function readWeekdayAhead(tokens: readonly string[], today: PlainDate): PlainDate | undefined {
  const named = tokens.filter((token) => !besideWeekday.has(token));
  const weekday = weekdayOfName.get(named.join(" "));
  const last = tokens.at(-1) ?? "";
  if (weekday === undefined || (besideWeekday.has(last) && !afterWeekday.has(last))) return undefined;
  return addDays(today, ((weekday - weekdayOf(today) + 6) % 7) + 1);
}

/** The words of a date without those that mean nothing; undefined when such a word stands last and belongs to what follows. */
function datePieces(tokens: readonly string[]): string[] | undefined {
  const last = tokens.at(-1);
  if (last === undefined || (inDates.has(last) && !afterYears.has(last))) return undefined;
  return tokens.filter((token) => !inDates.has(token));
}

/** "15 March 2027", "March 15", "Monday 15 de marzo", "15 марта 2027 года", "15 تشرين الثاني". */
function readNamed(tokens: readonly string[], today: PlainDate): PlainDate | undefined {
  let pieces = datePieces(tokens);
  if (pieces === undefined) return undefined;
  const weekday = weekdayOfName.get(pieces[0] ?? "");
  if (weekday !== undefined) pieces = pieces.slice(1);
  const lastPiece = pieces.at(-1) ?? "";
  const year = YEAR.test(lastPiece) ? lastPiece : undefined;
  if (year !== undefined) pieces = pieces.slice(0, -1);
  const dayFirst = dayNumber(pieces[0] ?? "");
  const dayLast = dayNumber(pieces.at(-1) ?? "");
  const month = monthOfName.get((dayFirst === undefined ? pieces.slice(0, -1) : pieces.slice(1)).join(" "));
  const dayOfMonth = dayFirst ?? dayLast;
  if (month === undefined || dayOfMonth === undefined) return undefined;
  const day = nextSuch(month, dayOfMonth, year, today);
  // A weekday that does not fit says that one of the two is a mistake; better ask than guess.
  return day === undefined || (weekday !== undefined && weekdayOf(day) !== weekday) ? undefined : day;
}

function nextSuch(month: number, dayOfMonth: string, year: string | undefined, today: PlainDate): PlainDate | undefined {
  if (year !== undefined) return isoDay(year, String(month), dayOfMonth);
  const thisYear = Number(today.slice(0, 4));
  for (let ahead = 0; ahead <= YEARS_AHEAD; ahead += 1) {
    const day = isoDay(String(thisYear + ahead), String(month), dayOfMonth);
    if (day !== undefined && day >= today) return day;
  }
  return undefined;
}

/** "15", "15th", "1er", "1o". */
function dayNumber(token: string): string | undefined {
  return /^(\d{1,2})(?:st|nd|rd|th|er|o|a|e)?$/.exec(token)?.[1];
}
