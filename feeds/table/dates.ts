/** Dates as people write them in the cells of a table. */
import type { PlainDate } from "../../src/message.ts";
import { LANGUAGES } from "../../src/message.ts";
import { addDays, isDay, isTime } from "../../src/time.ts";
import { plain } from "./words.ts";

/** Offset: as written (`Z`, `+02:00`); "" when the cell names none. */
export type CellDate = { on: PlainDate; time: string; offset: string };
/** Whether numbers such as 03/04/2027 start with the day. */
export type NumberOrder = "day-first" | "month-first";

let months: Map<string, number> | undefined;

/** Names of months and their short forms in the six languages, as the runtime knows them. */
function monthNames(): Map<string, number> {
  if (months !== undefined) return months;
  months = new Map();
  for (const language of LANGUAGES)
    for (const month of ["long", "short"] as const)
      for (const day of ["numeric", undefined] as const) {
        // With a day, some languages inflect the name: "12 марта".
        const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, { month, timeZone: "UTC", ...(day === undefined ? {} : { day }) });
        for (let number = 1; number <= 12; number += 1) {
          const name = format.formatToParts(Date.UTC(2026, number - 1, 15)).find(({ type }) => type === "month")?.value ?? "";
          if (plain(name) !== "") months.set(plain(name), number);
        }
      }
  months.set("sept", 9);
  // As Arabic months are called east of Egypt; the runtime knows the others.
  "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول".split(",").forEach((name, index) => months?.set(plain(name), index + 1));
  return months;
}

function latinDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
}

function compose(year: string, month: number, day: number): PlainDate | null {
  const whole = year.length === 2 ? `20${year}` : year;
  const date = `${whole}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  return isDay(date) ? date : null;
}

/** `18:00`, `6 pm`, `18h30`, as 24 hours; "" when it is none. */
export function readCellTime(text: string): string {
  const [, hours, minutes, half] = /(?:^|[\sT,])(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*([ap])?\.?\s?m?\.?(?=$|[^\d\p{L}]|Z)/iu.exec(latinDigits(text)) ?? [];
  if (hours === undefined || (minutes === undefined && half === undefined)) return "";
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  const time = `${String(hour).padStart(2, "0")}:${minutes ?? "00"}`;
  return isTime(time) ? time : "";
}

const NUMBERS = /^\D{0,12}?(\d{1,2})[./\s-](\d{1,2})[./\s-](\d{4}|\d{2})(?!\d)/;
const ISO = /^\D{0,12}?(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/;
const ISO_REST = /^[T\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?/i;

/** From the cells of one column: the month stands first only where a number above 12 stands second and none stands first. */
export function numberOrder(cells: readonly string[]): NumberOrder {
  const pairs = cells.flatMap((cell) => {
    const match = NUMBERS.exec(latinDigits(cell).trim());
    return match === null ? [] : [[Number(match[1]), Number(match[2])] as const];
  });
  return pairs.some(([, second]) => second > 12) && !pairs.some(([first]) => first > 12) ? "month-first" : "day-first";
}

function readNamed(text: string): { on: PlainDate | null; rest: string } | null {
  const names = monthNames();
  const words = [...text.matchAll(/\p{L}[\p{L}\p{M}.’']*|\d+/gu)];
  for (const [index, word] of words.entries()) {
    // Two words in a row too: "تشرين الأول".
    const pair = `${word[0]} ${words[index + 1]?.[0] ?? ""}`;
    const month = names.get(plain(pair)) ?? names.get(plain(word[0]));
    if (month === undefined) continue;
    const numbers = words.filter(({ 0: part }) => /^\d+$/.test(part));
    const year = numbers.find(({ 0: part, index: at }) => part.length === 4 || (part.length === 2 && at > word.index && numbers.length > 1 && part !== numbers[0]?.[0]));
    const day = numbers.find((candidate) => candidate !== year && candidate[0].length <= 2);
    if (year === undefined || day === undefined) return null;
    const after = Math.max(year.index + year[0].length, day.index + day[0].length, word.index + word[0].length);
    return { on: compose(year[0], month, Number(day[0])), rest: text.slice(after) };
  }
  return null;
}

/** Days since 30 December 1899, as Excel counts, with the time as a fraction; the years 1982 to 2064. */
function readSerial(text: string): CellDate | null {
  if (!/^\d{5}(?:[.,]\d+)?$/.test(text)) return null;
  const serial = Number(text.replace(",", "."));
  if (serial < 30_000 || serial > 60_000) return null;
  const minutes = Math.round((serial % 1) * 1_440);
  const time = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return { on: addDays("1899-12-30", Math.floor(serial)), time: minutes === 0 || minutes === 1_440 ? "" : time, offset: "" };
}

/** Null when the cell holds no date. Of a range, the first. */
export function readCellDate(cell: string, order: NumberOrder): CellDate | null {
  const text = latinDigits(cell).replace(/\s+/g, " ").trim().slice(0, 80);
  const iso = ISO.exec(text);
  if (iso !== null) {
    const on = compose(iso[1] ?? "", Number(iso[2]), Number(iso[3]));
    const rest = text.slice(iso[0].length);
    return on === null ? null : { on, time: readCellTime(rest), offset: ISO_REST.exec(rest)?.[1] ?? "" };
  }
  const numbers = NUMBERS.exec(text);
  if (numbers !== null) {
    const [day, month] = order === "day-first" ? [Number(numbers[1]), Number(numbers[2])] : [Number(numbers[2]), Number(numbers[1])];
    const on = compose(numbers[3] ?? "", month, day);
    return on === null ? null : { on, time: readCellTime(text.slice(numbers[0].length)), offset: "" };
  }
  const named = readNamed(text);
  if (named !== null) return named.on === null ? null : { on: named.on, time: readCellTime(named.rest), offset: "" };
  return readSerial(text);
}
