/** Every deadline in a text: the dates by which its reader may still act. */
import type { PlainDate } from "../../src/message.ts";
import type { DateRules } from "../../src/sources/date-rules.ts";
import type { FoundDeadline } from "../../src/sources/document.ts";
import type { Surroundings } from "./attach.ts";
import { timeAndZone } from "./beside.ts";
import { findTimes } from "./clock.ts";
import { findCues } from "./cues.ts";
import { decide } from "./decide.ts";
import { lexiconOf } from "./lexicon.ts";
import { resolveDays } from "./resolve.ts";
import { findDates } from "./spans.ts";
import { tokenise } from "./tokens.ts";
import { splitUnits } from "./units.ts";

export type DatesRequest = { text: string; /** As the source says; not relied on, texts mix languages. */ language?: string; publishedOn: PlainDate | null };

/** Longer texts are read up to here. */
const LONGEST = 200_000;

/** Dates that are judged. A text of people has fewer. */
const MOST = 300;

/** In the order of the text, each day once. Never throws for a text. */
export function readDeadlines({ text: whole, publishedOn }: DatesRequest, rules: DateRules): FoundDeadline[] {
  const text = whole.length > LONGEST ? whole.slice(0, LONGEST) : whole;
  const lexicon = lexiconOf(rules);
  const tokens = tokenise(text);
  const times = findTimes(lexicon, tokens);
  const dates = findDates(lexicon, tokens, times).slice(0, MOST);
  if (dates.length === 0) return [];
  const cues = findCues(lexicon, tokens);
  const around: Surroundings = { lexicon, tokens, times, cues, timeEnding: new Map(times.map((time) => [time.until, time])) };
  const days = resolveDays(tokens, dates, publishedOn);
  const beside = timeAndZone(around, text, dates);
  const found = decide(around, { units: splitUnits(lexicon, tokens), dates, days, beside, publishedOn, text });
  return mergeSameDay(found);
}

/** A day said twice is one deadline; the mention that says more is kept. */
function mergeSameDay(found: readonly FoundDeadline[]): FoundDeadline[] {
  const byDay = new Map<string, FoundDeadline>();
  for (const deadline of found) {
    const known = byDay.get(deadline.on);
    if (known === undefined || (known.time === null && deadline.time !== null)) byDay.set(deadline.on, { ...deadline, zone: deadline.zone ?? known?.zone ?? null });
    else if (known.zone === null && deadline.zone !== null && (deadline.time === known.time || deadline.time === null)) known.zone = deadline.zone;
  }
  return [...byDay.values()].sort((one, two) => one.from - two.from);
}
