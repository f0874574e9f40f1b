import { type ArgumentType, NOT_MINE } from "../command.ts";
import { foldName } from "../names.ts";
import { readWeekday } from "./read-day.ts";

/** Between the first and the last day: "Mon-Fri", "lunes a viernes", "с понедельника" is not understood. */
const UNTIL = /\s*[-–—]\s*|\s+(?:to|until|a|à|au|até|по|до|إلى|الى)\s+/u;
const LONGEST_RUN = 14;

/** ISO weekdays that are worked: `1,2,3,4,5`, "Mon-Fri", "Sun-Thu", "mon, tue, thu". A range may run over the end of the week. */
export const workingWeek: ArgumentType<number[]> = {
  name: "working_week",
  parse(words) {
    for (let used = Math.min(words.length, LONGEST_RUN); used > 0; used -= 1) {
      const text = words.slice(0, used).join(" ");
      if (text.length > 160 || (words[used - 1] ?? "").trim() === "") continue;
      const value = readWeek(text.trim());
      if (value !== undefined) return { value, used };
    }
    return NOT_MINE;
  },
  print: (value) => value.join(","),
};

function readWeek(text: string): number[] | undefined {
  const days: number[] = [];
  for (const part of text.split(/[,;،]/u)) {
    const found = readPart(part.trim());
    if (found === undefined) return undefined;
    days.push(...found);
  }
  return [...new Set(days)];
}

function readPart(part: string): number[] | undefined {
  const single = weekday(part);
  if (single !== undefined) return [single];
  const [from, to, ...rest] = part.split(UNTIL);
  const first = weekday(from ?? "");
  const last = weekday(to ?? "");
  if (first === undefined || last === undefined || rest.length > 0) return undefined;
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => ((first + index - 1) % 7) + 1);
}

function weekday(text: string): number | undefined {
  const folded = foldName(text);
  return /^[1-7]$/.test(folded) ? Number(folded) : readWeekday(folded);
}
