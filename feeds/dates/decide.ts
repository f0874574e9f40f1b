/** From what each date is for to the deadlines of the text: whose they are, whether the door is shut, which of two dates still holds. */
import type { PlainDate } from "../../src/message.ts";
import type { FoundDeadline } from "../../src/sources/document.ts";
import { addDays } from "../../src/time.ts";
import type { Surroundings } from "./attach.ts";
import { type Owner, ownerOf } from "./audience.ts";
import type { Beside } from "./beside.ts";
import { closedSubjects, isShut } from "./closed.ts";
import type { DateWords } from "./expressions.ts";
import { type Context, judge, type Subject } from "./judge.ts";
import type { Hit } from "./lexicon.ts";
import { hitsBetween } from "./region.ts";
import type { Unit } from "./units.ts";
import { wordsFor } from "./words.ts";
import { zoneAt } from "./zones.ts";

type Parts = { units: readonly Unit[]; dates: readonly DateWords[]; days: readonly (PlainDate | undefined)[]; beside: readonly Beside[]; publishedOn: PlainDate | null; text: string };
type Kept = { subject: Subject; on: PlainDate; beside: Beside; topics: ReadonlySet<string>; isExtension: boolean; by: Hit | undefined; owner: Owner; above: readonly (Unit | undefined)[] };

export function decide(around: Surroundings, { units, dates, days, beside, publishedOn, text }: Parts): FoundDeadline[] {
  const isMovedText = around.cues.content.some((hit) => hit.kind === "extended");
  const shut = closedSubjects(around, units);
  const kept: Kept[] = [];
  let index = 0;
  let heading: Unit | undefined;
  let named: Hit | undefined;
  for (const [position, unit] of units.entries()) {
    const subjects = subjectsIn(unit, dates, beside, index);
    index += subjects.length;
    const context: Context = { heading: headingFor(heading, unit, units[position - 1]), before: sentenceBefore(units[position - 1], unit), named, isMovedText };
    for (const [offset, subject] of subjects.entries()) {
      const found = judge(around, subject, context);
      subject.verdict = found;
      const at = index - subjects.length + offset;
      const [on, side] = [days[at], beside[at]];
      if (!found.isDeadline || on === undefined || side === undefined) continue;
      if (publishedOn !== null && on < publishedOn) continue;
      if (isOver(around, subject, on, publishedOn)) continue;
      const owner = ownerOf(around, subject, found);
      if (owner === "state") continue;
      const topics = topicsOf(around, unit, subject);
      if (isShut(around, shut, subject, found, topics)) continue;
      kept.push({ subject, on, beside: side, topics, isExtension: found.isExtension, by: found.by, owner, above: [context.before, context.heading, heading] });
    }
    named = subjects.findLast((subject) => subject.verdict?.isDeadline)?.verdict?.by;
    if (named?.kind !== "deadline") named = undefined;
    if (unit.isHeading && (subjects.length === 0 || around.tokens[unit.until - 1]?.text === ":")) heading = unit;
  }
  const isShared = kept.some((one) => one.owner === "public");
  // What States are asked beside others is asked of all; what only they are asked is theirs.
  const ours = kept.filter((one) => (one.owner !== "member" || isShared) && !isSuperseded(one, kept, text.length));
  return ours.map((one) => {
    const { date } = one.subject;
    const [first, last] = [around.tokens[date.from], around.tokens[date.until - 1]];
    return { on: one.on, ...hourOf(around, one, text, dates), what: wordsFor({ around, text, dates }, one.subject, one.by, one.above), from: first?.from ?? 0, until: last?.until ?? 0 };
  });
}

function subjectsIn(unit: Unit, dates: readonly DateWords[], beside: readonly Beside[], from: number): Subject[] {
  const subjects: Subject[] = [];
  for (let index = from; index < dates.length; index += 1) {
    const date = dates[index];
    if (date === undefined || date.from >= unit.until) break;
    const previous = subjects.at(-1);
    const subject: Subject = { date, until: Math.min(beside[index]?.until ?? date.until, unit.until), unit, previous, next: undefined, hasTimeSpan: beside[index]?.isSpan ?? false, lead: beside[index]?.lead };
    if (previous !== undefined) previous.next = subject;
    subjects.push(subject);
  }
  return subjects;
}

/** A heading holds for the lines of its own paragraph and of the next, and for the list under it. */
function headingFor(heading: Unit | undefined, unit: Unit, before: Unit | undefined): Unit | undefined {
  if (heading === undefined) return undefined;
  if (unit.paragraph <= heading.paragraph + 1 || (unit.isBullet && before?.isBullet === true)) return heading;
  return undefined;
}

const sentenceBefore = (before: Unit | undefined, unit: Unit): Unit | undefined => (before !== undefined && before.paragraph >= unit.paragraph - 1 ? before : undefined);

/** "Deadline today: sign by 6 p.m.": an hour that stands apart, where the sentence has one date only. */
function hourOf(around: Surroundings, { subject, beside }: Kept, text: string, dates: readonly DateWords[]): { time: string | null; zone: string | null } {
  const { unit } = subject;
  if (beside.time !== null || beside.isSpan || dates.filter((date) => date.from >= unit.from && date.from < unit.until).length !== 1) return { time: beside.time, zone: beside.zone };
  const time = around.times.find(({ from, until, isSpan }) => !isSpan && from >= unit.from && until <= unit.until && around.cues.ending(from).some((hit) => hit.kind === "limit"));
  return time === undefined ? { time: null, zone: beside.zone } : { time: time.time, zone: zoneAt(around.lexicon, text, around.tokens, time.until, true)?.zone ?? beside.zone };
}

/** Half a year and more. */
const FAR = 200;
/** Words before and after a date that are of its clause. */
const CLAUSE = 30;
const AFTERWARDS = 6;
const NEAR = 7;

/** "Last month we sent our paper (deadline 16 February)": without a year, that day is not one to come. */
function isOver(around: Surroundings, { unit, date, previous, next, verdict }: Subject, on: PlainDate, publishedOn: PlainDate | null): boolean {
  if (publishedOn === null || date.year !== null || date.relative !== null || on < addDays(publishedOn, FAR)) return false;
  const hits = hitsBetween(around, unit.from, unit.until, undefined);
  if (hits.some((hit) => hit.kind === "past" && hit.value !== "clause")) return true;
  // "Applications could be sent until 5 November": its own clause is in a past tense.
  const isEnd = (at: number): boolean => /^[;؛]$/.test(around.tokens[at]?.text ?? "");
  let from = Math.max(unit.from, previous?.until ?? 0, date.from - CLAUSE);
  for (let at = date.from - 1; at >= from; at -= 1) if (isEnd(at)) from = at + 1;
  let until = date.until;
  while (until < Math.min(unit.until, next?.date.from ?? unit.until, date.until + AFTERWARDS) && !isEnd(until)) until += 1;
  const own = hits.filter((hit) => hit.from >= from && hit.from < until);
  const beside = verdict?.attachment.from ?? date.from;
  // "The survey was sent out in October and you may answer it until 1 July": another verb or a comma ends what was.
  const isBroken = (hit: Hit): boolean => beside - hit.until > NEAR || around.tokens.slice(hit.until, beside).some(({ text }) => /^[,،]$/.test(text)) || own.some((other) => other.kind === "act" && ["call", "may", "please"].includes(other.value) && other.from - hit.until > 1 && other.from < beside);
  const past = own.find((hit) => hit.kind === "closed" || (hit.kind === "past" && !isBroken(hit)));
  return past !== undefined && !own.some((hit) => (hit.kind === "still" || hit.kind === "extended") && hit.from > past.from);
}

/** What is to be done by then: submit, apply, register … */
function topicsOf(around: Surroundings, unit: Unit, { date }: Subject): ReadonlySet<string> {
  const hits = hitsBetween(around, Math.max(unit.from, date.from - 40), Math.min(unit.until, date.until + 40), undefined);
  return new Set(hits.filter((hit) => (hit.kind === "act" || hit.kind === "act noun") && !["call", "accept", "please", "may"].includes(hit.value)).map((hit) => hit.value));
}

/** A text that says "extended to" may still hold the old date further down. */
function isSuperseded(one: Kept, all: readonly Kept[], length: number): boolean {
  if (one.isExtension) return false;
  return all.some((other) => {
    if (!other.isExtension || one.on >= other.on) return false;
    const isNear = length < 1500 || Math.abs(other.subject.unit.paragraph - one.subject.unit.paragraph) <= 1;
    const isSame = one.topics.size === 0 || other.topics.size === 0 || [...one.topics].some((topic) => other.topics.has(topic));
    return isNear && isSame;
  });
}
