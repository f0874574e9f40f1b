/** Wall times in words: "18:00", "18h30", "6 pm", "noon", "в 6 вечера". */
import { AFTERNOON, BEFORE_TIMES, HOUR_MARKS, MIDNIGHT, MORNING, NOON } from "./calendar-words.ts";
import { afterPhrase, beforePhrase, foldedWords, plainDigits, wordSet } from "./read-words.ts";

const noon = wordSet(NOON);
const midnight = wordSet(MIDNIGHT);
const beforeTimes = wordSet(BEFORE_TIMES);
const hourMarks = wordSet(HOUR_MARKS);
const morning = wordSet(MORNING);
const afternoon = wordSet(AFTERNOON);

/** `HH:MM`; the midnight that ends a day is `24:00`. A bare number is no time. */
export function readTime(text: string): string | undefined {
  const plain = plainDigits(text.trim());
  const exact = /^(\d{1,2}):(\d\d)$/.exec(plain);
  if (exact !== null) return wallTime(Number(exact[1]), Number(exact[2]));
  const whole = foldedWords(text);
  const introduced = afterPhrase(whole, beforeTimes);
  const tokens = introduced ?? whole;
  const words = tokens.join(" ");
  if (noon.has(words)) return "12:00";
  if (midnight.has(words)) return "24:00";
  // "6pm" and "18h30" in one word become the same tokens as "6 pm" and "18 h 30".
  const split = tokens.flatMap((token) => token.match(/\d+|\D+/g) ?? []);
  const inMorning = beforePhrase(split, morning);
  const inAfternoon = inMorning === undefined ? beforePhrase(split, afternoon) : undefined;
  const clock = clockOf(inMorning ?? inAfternoon ?? split);
  if (clock === undefined) return undefined;
  if (inMorning !== undefined || inAfternoon !== undefined) {
    if (clock.hour < 1 || clock.hour > 12) return undefined;
    return wallTime((clock.hour % 12) + (inAfternoon === undefined ? 0 : 12), clock.minute);
  }
  // "at 18" says that it is a time, "18" alone does not.
  return clock.marked || introduced !== undefined ? wallTime(clock.hour, clock.minute) : undefined;
}

/** "18 h 30", "18 30", "18 h", "18". `marked` when something shows that an hour is meant. */
function clockOf(tokens: readonly string[]): { hour: number; minute: number; marked: boolean } | undefined {
  const mark = tokens.length > 1 && hourMarks.has(tokens[1] ?? "");
  const numbers = mark ? [tokens[0] ?? "", ...tokens.slice(2)] : tokens;
  if (numbers.length > 2 || !numbers.every((token) => /^\d{1,2}$/.test(token))) return undefined;
  const [hour = "", minute] = numbers;
  if (hour === "" || (minute !== undefined && minute.length !== 2)) return undefined;
  return { hour: Number(hour), minute: Number(minute ?? 0), marked: mark };
}

function wallTime(hour: number, minute: number): string | undefined {
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return undefined;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
