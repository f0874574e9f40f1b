/** What stands right beside a date: "no later than", "from", "was", a colon, a bracket. */
import type { HourBefore } from "./beside.ts";
import type { ClockTime } from "./clock.ts";
import type { Cues } from "./cues.ts";
import type { DateWords } from "./expressions.ts";
import { longestAt, type Lexicon } from "./lexicon.ts";
import type { Token } from "./tokens.ts";

export type Attachment = {
  /** The date is an end: "by", "until". */
  isLimit: boolean;
  isStart: boolean;
  isAfter: boolean;
  isFormer: boolean;
  /** Words that mean "was" or "from": former only where something is moved. */
  isWas: boolean;
  isTo: boolean;
  isIs: boolean;
  /** "That is": the words before say it too. */
  isNamely: boolean;
  /** After a colon, a dash, or in the next cell. */
  isLabelled: boolean;
  isBracketed: boolean;
  /** Words such as "on the" stand between. */
  hasWords: boolean;
  /** The first token of all this, and the one after the words that decide. */
  from: number;
  until: number;
};

const THROUGH = /^[,،()[\]*_"«»“”'’~]$/;
const LABEL = /^[:：|=→➔>]$/;
const DASH = /^[-–—−]$/;
const REACH = 14;
const DECISIVE = ["limit", "after", "former", "start"];

export type Surroundings = { lexicon: Lexicon; tokens: readonly Token[]; times: readonly ClockTime[]; cues: Cues; /** By the token after it. */ timeEnding: ReadonlyMap<number, ClockTime> };

/** Walks from a date to the left over what only belongs to it, no further than `limit`. */
export function attachmentOf(around: Surroundings, date: DateWords, limit: number, lead?: HourBefore): Attachment {
  const { tokens, cues, timeEnding } = around;
  const found: Attachment = { isLimit: false, isStart: false, isAfter: false, isFormer: false, isWas: false, isTo: false, isIs: false, isNamely: false, isLabelled: false, isBracketed: false, hasWords: false, from: date.from, until: date.from };
  let at = date.from;
  let depth = 0;
  for (let step = 0; step < REACH && at > limit; step += 1) {
    // "By 18:00 (Geneva time) on 12 March": the hour and its zone are passed over in one.
    if (lead !== undefined && at <= lead.until && at > lead.from && lead.from >= limit) {
      at = lead.from;
      depth = 0;
      found.hasWords = true;
    }
    const ending = cues.ending(at).filter((hit) => hit.from >= limit);
    const decisive = ending.filter((hit) => DECISIVE.includes(hit.kind)).sort((one, two) => one.from - two.from)[0];
    if (decisive !== undefined) {
      for (const hit of ending) {
        if (hit.from !== decisive.from) continue;
        if (hit.kind === "limit") found.isLimit = true;
        // "Before the session opens, 18 January": the comma ends that.
        if (hit.kind === "start" && !/^[,،]$/.test(tokens[at]?.text ?? "")) found.isStart = true;
        if (hit.kind === "after") found.isAfter = true;
        if (hit.kind === "former") found.isFormer = true;
        if (hit.kind === "was") found.isWas = true;
        if (hit.kind === "to") found.isTo = true;
      }
      if (found.isAfter && found.isStart) found.isStart = false;
      return { ...found, from: decisive.from, until: at };
    }
    const time = timeEnding.get(at);
    const small = ending.filter((hit) => ["was", "to", "is", "filler", "namely"].includes(hit.kind)).sort((one, two) => one.from - two.from)[0];
    const token = tokens[at - 1];
    if (token === undefined) break;
    if (time !== undefined && time.from >= limit) at = time.from;
    else if (small !== undefined) {
      for (const hit of ending) {
        if (hit.from !== small.from) continue;
        if (hit.kind === "was") found.isWas = true;
        if (hit.kind === "to") found.isTo = true;
        if (hit.kind === "is") found.isIs = true;
        if (hit.kind === "namely") found.isNamely = true;
      }
      found.hasWords = true;
      at = small.from;
    } else if (token.kind === "mark" && THROUGH.test(token.text)) {
      at -= 1;
      if (/^[)\]]$/.test(token.text)) depth += 1;
      if (!/^[([]$/.test(token.text)) continue;
      depth -= 1;
      if (depth >= 0) continue;
      // Nothing but the date stands in the bracket: what it is told before.
      found.isBracketed = true;
      depth = 0;
    } else if (token.kind === "mark" && (LABEL.test(token.text) || (DASH.test(token.text) && tokens[at]?.glued !== true))) {
      at -= 1;
      // "Until — 15 March": the dash says nothing.
      if (cues.ending(at).some((hit) => ["limit", "former", "was"].includes(hit.kind) && hit.from >= limit)) continue;
      found.isLabelled = true;
      break;
    } else {
      const before = wordsEnding(around, at, limit);
      if (before === undefined) break;
      at = before;
    }
  }
  return { ...found, from: at };
}

/** Where a weekday or the words of a zone begin that end at a token. */
function wordsEnding({ lexicon, tokens }: Surroundings, at: number, limit: number): number | undefined {
  for (let from = at - 1; from >= Math.max(limit, at - 3); from -= 1) {
    const hit = longestAt(lexicon.dates, tokens, from, "weekday", "of", "clock") ?? longestAt(lexicon.zones, tokens, from, "abbreviation", "phrase", "place", "time word");
    if (hit?.until === at) return from;
  }
  return undefined;
}

/** Whether words for an end follow: "15 March at the latest", "15 March (deadline)". */
export function limitFollows({ tokens, cues }: Surroundings, from: number, limit: number): boolean {
  for (let at = from; at < Math.min(limit, from + 4); at += 1) {
    if (cues.beginning(at).some((hit) => hit.kind === "limit after")) return true;
    if (tokens[at]?.kind !== "mark" || !/^[,،([–—-]$/.test(tokens[at]?.text ?? "")) return false;
  }
  return false;
}
