/** From the words of a date to a day: the order of its numbers, the year that it leaves out. */
import type { PlainDate } from "../../src/message.ts";
import { addDays, weekdayOf } from "../../src/time.ts";
import { lastDayOf, makeDay, monthNumberOf, nextDay, yearOf } from "./days.ts";
import type { DateWords } from "./expressions.ts";
import type { Token } from "./tokens.ts";

/** One day for each date; undefined where there is none such. */
export function resolveDays(tokens: readonly Token[], dates: readonly DateWords[], publishedOn: PlainDate | null): (PlainDate | undefined)[] {
  const isMonthFirst = showsMonthFirst(dates);
  return dates.map((date) => dayOf(tokens, date, publishedOn, isMonthFirst));
}

/** Day first, unless another date of the text can only be read the other way. */
function showsMonthFirst(dates: readonly DateWords[]): boolean {
  const numeric = dates.filter((date) => date.numeric && typeof date.day === "number");
  const isSure = (one: number, two: number): boolean => one > 12 && two <= 12;
  return numeric.some((date) => isSure(date.month, Number(date.day))) && !numeric.some((date) => isSure(Number(date.day), date.month));
}

function dayOf(tokens: readonly Token[], date: DateWords, publishedOn: PlainDate | null, isMonthFirst: boolean): PlainDate | undefined {
  if (date.relative !== null) return publishedOn === null ? undefined : relativeDay(date, publishedOn);
  const year = date.year ?? headYear(tokens, date);
  if (date.day === "last") {
    if (year !== null) return lastDayOf(year, date.month);
    if (publishedOn === null) return undefined;
    return lastDayOf(yearOf(publishedOn) + (date.month < monthNumberOf(publishedOn) ? 1 : 0), date.month);
  }
  const given = (month: number, day: number): PlainDate | undefined => {
    if (year !== null) return makeDay(year, month, day);
    return publishedOn === null ? undefined : nextDay(month, day, publishedOn);
  };
  if (!date.numeric) return given(date.month, date.day);
  const [dayFirst, monthFirst] = [given(date.month, date.day), given(date.day, date.month)];
  const fits = (day: PlainDate | undefined): boolean => day !== undefined && date.weekday !== null && weekdayOf(day) === date.weekday;
  if (fits(dayFirst) !== fits(monthFirst)) return fits(dayFirst) ? dayFirst : monthFirst;
  return isMonthFirst ? (monthFirst ?? dayFirst) : (dayFirst ?? monthFirst);
}

/** "2027: 15 March". */
function headYear(tokens: readonly Token[], { from }: DateWords): number | null {
  for (let at = from - 1; at >= Math.max(0, from - 3); at -= 1) {
    const token = tokens[at];
    if (token === undefined) return null;
    if (token.kind === "number") return token.text.length === 4 && token.value > 1990 && token.value < 2100 ? token.value : null;
    if (token.kind !== "mark" || !/^[:–—,-]$/.test(token.text)) return null;
  }
  return null;
}

function nextDayOfMonth(day: number, onOrAfter: PlainDate): PlainDate | undefined {
  for (let month = 0; month < 3; month += 1) {
    const index = monthNumberOf(onOrAfter) - 1 + month;
    const found = makeDay(yearOf(onOrAfter) + Math.floor(index / 12), (index % 12) + 1, day);
    if (found !== undefined && found >= onOrAfter) return found;
  }
  return undefined;
}

function relativeDay(date: DateWords, publishedOn: PlainDate): PlainDate | undefined {
  if (date.relative === "today") return publishedOn;
  if (date.relative === "tomorrow") return addDays(publishedOn, 1);
  if (date.relative === "day") return nextDayOfMonth(Number(date.day), publishedOn);
  if (date.relative === "this year") return lastDayOf(yearOf(publishedOn), 12);
  if (date.relative === "this month") return lastDayOf(yearOf(publishedOn), monthNumberOf(publishedOn));
  return addDays(publishedOn, ((date.weekday ?? 0) - weekdayOf(publishedOn) + 7) % 7);
}
