/**
 * Dates as feeds write them. Read by rule, not by the runtime's parser, which guesses and lets the machine's zone in. What cannot be read is
 * null; nothing missing is filled in from today. A date without a time is at 00:00, a time without a zone in UTC; a wrong weekday does not matter.
 */

/** Month names by their first letters, in the languages that feeds are found to write them in. */
const MONTHS: Readonly<Record<string, number>> = monthsOf([
  "jan jän ene gen янв ιαν 1월 januári يناير",
  "feb fev fév févr фев φεβ fevr febr فبراير",
  "mar mär maer mrt мар μάρ μαρ márc μάώ μαώ مارس",
  "apr avr abr апр απρ ápr أبريل",
  "may mai maj mei mag мая май μάι μαϊ μαι μαΐ máj مايو",
  "jun juin giu июн ιούν ιον ιουν jún يونيو",
  "jul juil lug июл ιούλ ιολ ιουλ júl يوليو",
  "aug aoû aou ago авг αύγ αυγ أغسطس",
  "sep set сен σεπ szept سبتمبر",
  "oct okt out ott окт οκτ أكتوبر",
  "nov ноя νοέ νοε نوفمبر",
  "dec dez déc dic дек δεκ ديسمبر",
]);

function monthsOf(lines: readonly string[]): Record<string, number> {
  return Object.fromEntries(lines.flatMap((line, index) => line.split(" ").map((start) => [start, index + 1])));
}

function monthNumber(word: string): number | undefined {
  const lower = word.toLowerCase().replace(/\.$/, "");
  for (let length = Math.min(lower.length, 7); length >= 3; length -= 1) {
    const month = MONTHS[lower.slice(0, length)];
    if (month !== undefined && /^\p{L}+$/u.test(lower)) return month;
  }
  return undefined;
}

/** Hours east of UTC, from RFC 822 and from what feeds add to it. */
const ZONES: Readonly<Record<string, number>> = {
  ut: 0, utc: 0, gmt: 0, z: 0, wet: 0, west: 1, bst: 1, cet: 1, cest: 2, met: 1, mest: 2, mez: 1, mesz: 2, eet: 2, eest: 3, msk: 3, msd: 4,
  ist: 5.5, jst: 9, kst: 9, hkt: 8, sgt: 8, aest: 10, aedt: 11, nzst: 12, nzdt: 13, sast: 2, eat: 3, wat: 1, brt: -3, art: -3,
  ast: -4, at: -4, adt: -3, est: -5, et: -5, edt: -4, cst: -6, ct: -6, cdt: -5, mst: -7, mt: -7, mdt: -6, pst: -8, pt: -8, pdt: -7,
  akst: -9, akdt: -8, hst: -10, a: -1, n: 1, m: -12, y: 12,
};

const LONGEST = 80;
const DAY = 86_400_000;

/** How nearly all feeds write it. */
const USUAL = /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (GMT|UTC|Z|[+-]\d{4})$/;

export function readStatedDate(text: string): number | null {
  const usual = USUAL.exec(text);
  if (usual !== null) {
    const [, day, month = "", year, hour, minute, second, zone = ""] = usual;
    return compose(Number(year), MONTHS[month.toLowerCase()] ?? 0, Number(day), Number(hour), Number(minute), Number(second), offsetOf(zone));
  }
  const trimmed = text.slice(0, LONGEST * 2).replace(/[\s\u00a0\u202f]+/g, " ").replace(/[\u200e\u200f]/g, "").trim();
  if (trimmed === "" || trimmed.length > LONGEST) return null;
  return readNumeric(trimmed) ?? readWorded(trimmed) ?? readCompact(trimmed) ?? readKorean(trimmed);
}

const YEAR_FIRST = /^(\d{4})(?:[-/.](\d{1,3})(?:[-/.](\d{1,2}))?)?(?:(?:t|\s|\s?[-–]\s|,\s)(\d{1,2})(?::?(\d{2})(?::?(\d{2})(?:[.,:]\d+)?)?)?\s?([ap]\.?m\.?)?\s?(.*))?$/i;
const WEEKDAY_FIRST = /^\p{L}{2,12}\.?,?\s(?=\d{4}[-/.])/u;

/** 2026-11-20T10:00:00Z with all that may be missing or differ, also behind a weekday and with slashes. */
function readNumeric(text: string): number | null {
  const match = YEAR_FIRST.exec(text.replace(WEEKDAY_FIRST, ""));
  if (match === null) return null;
  const [, year, month = "1", day = "1", hour = "0", minute = "0", second = "0", half = "", zone = ""] = match;
  // Some write a third digit before the month.
  if (month.length === 3 && !month.startsWith("0")) return null;
  return compose(Number(year), Number(month), Number(day), hoursOf(hour, half), Number(minute), Number(second), offsetOf(zone));
}

const TIME = /^(\d{1,2})[:.h](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d+)?)?$/i;

/** A day and a month with a name, in any order: RFC 822 and its relatives. Words that say nothing are passed over. */
function readWorded(text: string): number | null {
  const words = text.replace(/(\d{4})-(\p{L}+)-(\d{1,2})T/u, "$3 $2 $1 ").replace(/(\d{1,2})-(\p{L}{3,})-(\d{2,4})/u, "$1 $2 $3").replace(/(\d{1,2}:\d{2}(?::\d{2})?)([+-]\d|[ap]\.?m\b)/i, "$1 $2").split(/[\s,]+|(?<=\p{L}\.)(?=\d)/u);
  let year: string | undefined;
  let month: number | undefined;
  let day: number | undefined;
  let time: RegExpExecArray | null = null;
  let half = "";
  let zone = "";
  for (const [index, word] of words.entries()) {
    const clock: RegExpExecArray | null = TIME.exec(word);
    if (/^\d+(?:st|nd|rd|th|er|º|ª|\.)?$/i.test(word)) {
      const digits = /^\d+/.exec(word)?.[0] ?? "";
      if (day === undefined && digits.length <= 2) day = Number(digits);
      else if (year === undefined && (digits.length === 4 || digits.length === 2) && month !== undefined) year = digits;
      else if (digits.length !== 4 || time === null) return null;
      else zone = digits === "0000" ? "" : digits;
    } else if (clock !== null && time === null) time = clock;
    else if (word.includes(":") && !/^(?:gmt|utc)?[+-]/i.test(word)) return null;
    else if (month === undefined && monthNumber(word) !== undefined && !(isWeekday(word) && hasMonthLater(words, index))) month = monthNumber(word);
    else if (/^[ap]\.?m\.?$/i.test(word)) half = word;
    else if (time !== null && zone === "" && /^(?:[+-]|[a-z]{1,5}(?:[+-].*)?$|etc\/)/i.test(word)) zone = word;
  }
  if (year === undefined || month === undefined || day === undefined) return null;
  const full = year.length === 2 ? (Number(year) < 90 ? 2000 : 1900) + Number(year) : Number(year);
  return compose(full, month, day, hoursOf(time?.[1] ?? "0", half), Number(time?.[2] ?? 0), Number(time?.[3] ?? 0), offsetOf(zone));
}

/** Names of days that begin like those of months, such as "mar." for mardi and "Mar" for March. */
function isWeekday(word: string): boolean {
  return /^(?:mar|mer|mon|mié|may|sep|set|mai)/i.test(word);
}

function hasMonthLater(words: readonly string[], index: number): boolean {
  return words.slice(index + 1).some((other) => monthNumber(other) !== undefined);
}

/** ISO 8601 with as few signs as it allows, and seconds since 1970. */
function readCompact(text: string): number | null {
  if (/^\d{10}$/.test(text)) return Number(text) * 1_000;
  if (/^\d{13}$/.test(text)) return Number(text);
  const match = /^(?:(\d{4})(\d{2})(\d{2})|(\d{4})-?(\d{3})|(\d{2})-?(\d{2})-?(\d{2})|(\d{2})-?(\d{3})|-(\d{2})-?(\d{2}))(?:t?(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?\s?(.*))?$/i.exec(text);
  if (match === null) return null;
  const [, year, month, day, ordinalYear, ordinal, shortYear, shortMonth, shortDay, shortOrdinalYear, shortOrdinal, bareYear, bareMonth, hour = "0", minute = "0", second = "0", zone = ""] = match;
  const full = Number(year ?? ordinalYear ?? `20${shortYear ?? shortOrdinalYear ?? bareYear}`);
  const count = ordinal ?? shortOrdinal;
  const offset = offsetOf(zone);
  if (count !== undefined) {
    const first = compose(full, 1, 1, Number(hour), Number(minute), Number(second), offset);
    return first === null || Number(count) < 1 || Number(count) > 366 ? null : first + (Number(count) - 1) * DAY;
  }
  return compose(full, Number(month ?? shortMonth ?? bareMonth), Number(day ?? shortDay ?? 1), Number(hour), Number(minute), Number(second), offset);
}

/** As Korean sites write it: with words for year, month and day, or for the half of the day. In their zone. */
function readKorean(text: string): number | null {
  const match = /^(\d{4})(?:년 ?|-)(\d{1,2})(?:월 ?|-)(\d{1,2})일? (오전|오후)? ?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (match === null) return null;
  const [, year, month, day, half, hour = "0", minute, second = "0"] = match;
  const hours = half === "오후" && Number(hour) < 12 ? Number(hour) + 12 : half === "오전" && hour === "12" ? 0 : Number(hour);
  return compose(Number(year), Number(month), Number(day), hours, Number(minute), Number(second), 540);
}

function hoursOf(hour: string, half: string): number {
  if (half === "") return Number(hour);
  return (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0);
}

/** Minutes east of UTC; undefined when what stands there cannot be one. A name that we do not know counts as UTC. */
function offsetOf(zone: string): number | undefined {
  const name = zone.trim().toLowerCase().replace(/^etc\//, "").replace(/\s?\(.*\)$/, "");
  if (name === "") return 0;
  const numeric = /^(?:gmt|utc|z)?([+-])(\d{1,2}):?(\d{2})?$/.exec(name);
  if (numeric !== null) {
    const minutes = Number(numeric[2]) * 60 + Number(numeric[3] ?? 0);
    return numeric[1] === "-" ? -minutes : minutes;
  }
  if (!/^[a-z]{1,5}$/.test(name)) return /^[a-z]+\/[a-z_]+$/.test(name) ? 0 : undefined;
  return Math.round((ZONES[name] ?? 0) * 60);
}

function compose(year: number, month: number, day: number, hour: number, minute: number, second: number, offset: number | undefined): number | null {
  // What software writes for "none" is no date of an item.
  if (offset === undefined || year < 1970 || year > 9998 || month < 1 || month > 12) return null;
  const length = (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / DAY;
  // `Date.UTC` would turn 31 February into March; such a date is not a date.
  if (day < 1 || day > length || hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return null;
  return Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59)) - offset * 60_000;
}
