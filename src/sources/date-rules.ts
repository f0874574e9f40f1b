/** The lists of `data/` that deadlines are read with, as plain values: they can be handed to a worker as they are. */

/** One row: `words` are spellings of one thing. In a spelling `*` stands for any ending, `…` for up to four words. */
export type WordRow = { kind: string; value: string; words: readonly string[] };
export type DateRules = {
  /** Names of months, days, hours, and the small words that hold a date together. */
  dateWords: readonly WordRow[];
  /** What a date is for: words of deadlines, events, openings, … */
  cues: readonly WordRow[];
  /** Zones and places. */
  zoneWords: readonly WordRow[];
};

/** What `date-words.csv` may hold. */
export const DATE_WORD_KINDS = [
  "month", "weekday", "day", "hour", "whole hour", "ordinal ending", "of", "year mark", "hour mark", "minute mark", "day part", "moment", "clock", "end of", "this month",
  "this year", "today", "tomorrow", "range", "between",
] as const;
/** What `deadline-cues.csv` may hold. */
export const CUE_KINDS = [
  "limit", "limit after", "start", "filler", "is", "deadline", "close", "act", "act noun", "step", "others", "others noun", "event", "event noun", "opening", "closed", "still", "extended", "to",
  "former", "was", "after", "refused", "bare closed", "state", "public", "about", "past", "has until", "for", "timeline", "lead", "namely", "person", "third party", "period", "subject of close", "abbreviation",
] as const;
/** What `zone-words.csv` may hold. */
export const ZONE_KINDS = ["abbreviation", "phrase", "place", "time word"] as const;
