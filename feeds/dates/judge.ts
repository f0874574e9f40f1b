/** What one date is for. Every rule here asks for words that say "you may act until then"; without them a date is no deadline. */
import { type Attachment, attachmentOf, limitFollows, type Surroundings } from "./attach.ts";
import type { HourBefore } from "./beside.ts";
import type { DateWords } from "./expressions.ts";
import type { Hit } from "./lexicon.ts";
import { bracketEnd, enclosingBracket, hitsBetween } from "./region.ts";
import type { Unit } from "./units.ts";

/** A date with what its sentence says around it. */
export type Subject = { date: DateWords; /** The last token that belongs to it, with its time and zone. */ until: number; unit: Unit; /** The dates of the unit beside it. */ previous: Subject | undefined; next: Subject | undefined; hasTimeSpan: boolean; lead: HourBefore | undefined; verdict?: Verdict };
export type Verdict = { isDeadline: boolean; attachment: Attachment; /** The words that decided. */ by: Hit | undefined; isExtension: boolean };
/** What stands above: a heading, the sentence before. */
export type Context = { heading: Unit | undefined; before: Unit | undefined; /** What named the deadline of the sentence before. */ named: Hit | undefined; isMovedText: boolean };

const VERBS = ["act", "deadline", "close", "others", "event", "period"];
const YES_NOUNS = ["act noun", "subject of close"];
const NO_NOUNS = ["event noun", "others noun"];
/** How far words may stand from a date that they are about. */
const REACH = 70;

export function judge(around: Surroundings, subject: Subject, context: Context): Verdict {
  const { date, unit, previous } = subject;
  const leftLimit = Math.max(unit.from, date.from - REACH);
  const spanStart = date.role === "last" && previous !== undefined ? previous.date : date;
  const attachment = attachmentOf(around, date, date.role === "last" && previous !== undefined ? previous.date.until : leftLimit, subject.lead);
  const verdict = (isDeadline: boolean, by?: Hit, isExtension = false): Verdict => ({ isDeadline, attachment, by, isExtension });
  if (date.role === "first" || attachment.isFormer) return verdict(false);

  const clauseFrom = clauseStart(around, unit, spanStart.from, leftLimit);
  const region = regionsOf(around, subject, date.role === "last" ? spanStart.from : attachment.from, clauseFrom);
  const all = hitsBetween(around, unit.from, unit.until, undefined).filter((hit) => hit.from >= date.from - REACH && hit.until <= date.until + REACH);
  const moved = all.find((hit) => hit.kind === "extended");
  if (attachment.isWas && !attachment.isLimit && (moved !== undefined || context.isMovedText) && date.role !== "last" && !attachment.isIs) return verdict(false);
  if (attachment.isStart && date.role !== "last") return verdict(false);
  if (attachment.isAfter) {
    const refused = all.some((hit) => hit.kind === "refused");
    const act = all.find((hit) => hit.kind === "act" || hit.kind === "act noun");
    return verdict(refused && act !== undefined, act);
  }
  // "Postponed to 7 December, and you can enrol until 4 December": the second has a verb of its own.
  const ownVerb = region.near.find((hit) => hit.kind === "act" && !isWeak(hit, region.near));
  const isOwn = moved !== undefined && ownVerb !== undefined && attachment.isLimit && ownVerb.from > moved.until && date.role !== "last" && previous !== undefined;
  if (moved !== undefined && !isOwn && (attachment.isTo || attachment.isLimit || attachment.isLabelled || attachment.isIs || date.role === "last")) {
    const before = all.filter((hit) => hit.from < date.from && hit.from >= clauseFrom);
    const told = before.some((hit) => [...YES_NOUNS, ...NO_NOUNS, "act", "deadline", "event"].includes(hit.kind)) ? before : all;
    const subjectHit = told.find((hit) => ["deadline", "act", "act noun", "subject of close", "close"].includes(hit.kind) || (hit.kind === "extended" && hit.value === "deadline"));
    const other = told.find((hit) => [...NO_NOUNS, "event"].includes(hit.kind));
    if (subjectHit !== undefined && (other === undefined || told.some((hit) => hit.kind === "deadline" || hit.value === "deadline") || subjectHit.from < other.from)) return verdict(true, subjectHit, true);
    if (subjectHit === undefined && all.every((hit) => ![...NO_NOUNS, "event"].includes(hit.kind))) return verdict(subjectAbove(around, context) !== undefined, moved, true);
    if (attachment.isTo || date.role === "last") return verdict(false, other);
  }
  // "You have until 15 March".
  if (attachment.isLimit && around.cues.ending(attachment.until).some((hit) => hit.kind === "has until")) return verdict(!isThirdParty(around, unit.from, attachment.until), region.near.find(isYes) ?? region.right.find(isYes));
  const within = enclosingBracket(around.tokens, attachment.from, unit.from);
  const leadFrom = Math.max(unit.from, date.from - 25, within ?? unit.from);
  const isLead = (attachment.isLabelled || attachment.isBracketed || attachment.isNamely || hasComma(around, attachment.from, date.from)) && leads(around, leadFrom, date.from, attachment.isNamely);
  const isLimit = attachment.isLimit || isLead || limitFollows(around, subject.until, unit.until) || limitFollows(around, date.until, unit.until);
  const by = isLimit ? byLimit(around, subject, attachment.from, region, context) : date.role === "last" ? bySpan(region) : byName(around, subject, attachment, region, context);
  // Two bare numbers may be anything; a weekday, "today" or the end of a month needs words that say deadline.
  const isNamed = by?.kind === "deadline" || by?.kind === "close";
  const isEnough = !date.isBare || isLimit || isNamed || (date.relative === null && attachment.isLabelled);
  if (by === undefined || !isEnough) return verdict(false, by);
  return verdict(true, by);
}

const hasComma = ({ tokens }: Surroundings, from: number, until: number): boolean => tokens.slice(from, until).some((token) => /^[,،]$/.test(token.text));

/** "Three weeks before the session (8 February)", "24 hours before, that is, on 2 March". */
function leads({ cues }: Surroundings, from: number, until: number, isNamely: boolean): boolean {
  for (let at = from; at < until; at += 1) if (cues.beginning(at).some((hit) => hit.kind === "lead" || (isNamely && hit.kind === "limit"))) return true;
  return false;
}

/** "The jury has until": somebody else is given time. */
function isThirdParty({ cues }: Surroundings, from: number, until: number): boolean {
  for (let at = Math.max(from, until - 10); at < until; at += 1) if (cues.beginning(at).some((hit) => hit.kind === "third party")) return true;
  return false;
}

/** Words before and after a date: first those nearer to it than to any other date, then all of its sentence. */
type Regions = { near: Hit[]; right: Hit[]; left: Hit[]; far: Hit[] };

function regionsOf(around: Surroundings, subject: Subject, from: number, clauseFrom: number): Regions {
  const { unit, previous, next, date, until } = subject;
  const inner = enclosingBracket(around.tokens, date.from, unit.from);
  const bracket = inner !== undefined && from <= inner ? undefined : inner;
  let earlier = date.role === "last" ? previous?.previous : previous;
  // "The deadline (previously 3 April) is now": what stands in brackets is passed over.
  for (let count = 0; count < 4 && earlier !== undefined; count += 1) {
    const own = enclosingBracket(around.tokens, earlier.date.from, unit.from);
    if (own === undefined || own === bracket) break;
    earlier = earlier.previous;
  }
  const nearFrom = Math.max(clauseFrom, earlier === undefined ? clauseFrom : earlier.until, bracket === undefined ? clauseFrom : bracket + 1);
  const rightEnd = bracket === undefined ? unit.until : bracketEnd(around.tokens, until, unit.until);
  const nearest = (hits: Hit[]): Hit[] => hits.reverse();
  return {
    near: nearest(hitsBetween(around, nearFrom, from, bracket, date.from)),
    right: hitsBetween(around, until, Math.min(next?.date.from ?? unit.until, rightEnd, until + REACH), bracket),
    left: nearest(hitsBetween(around, Math.max(unit.from, date.from - REACH), nearFrom, bracket)),
    far: hitsBetween(around, until, Math.min(unit.until, until + REACH), bracket),
  };
}

/** After the last semicolon. */
function clauseStart({ tokens }: Surroundings, unit: Unit, from: number, limit: number): number {
  for (let at = from - 1; at > limit; at -= 1) if (/^[;؛]$/.test(tokens[at]?.text ?? "")) return at + 1;
  return Math.max(unit.from, limit);
}

const isYes = (hit: Hit): boolean => ["act", "act noun", "deadline", "close", "subject of close"].includes(hit.kind);

/** "By 15 March": the nearest verb says who does what by then; without a verb, a noun of something that is sent in. */
function byLimit(around: Surroundings, { unit }: Subject, from: number, { near, right, left, far }: Regions, context: Context): Hit | undefined {
  // "Open until": what is open is said before, with what takes place in passing.
  const isOpen = near.some((hit) => hit.kind === "act" && hit.value === "call");
  for (const [index, hits] of [near, ...(isOpen ? [left, right] : [right, left]), far].entries()) {
    const nounAt = hits.findIndex((hit) => YES_NOUNS.includes(hit.kind));
    // What takes place is said in passing where something to send in stands nearer.
    const verb = hits.find((hit, at) => VERBS.includes(hit.kind) && !isWeak(hit, hits) && !(hit.kind === "event" && nounAt !== -1 && (isOpen || nounAt < at)));
    if (verb !== undefined) return isYes(verb) && !isDoneByOthers(verb, hits) && closes(around, verb, near, left, context, unit) ? verb : undefined;
    if (nounAt !== -1) return hits[nounAt];
    if (index > 0 && [...near, ...right].some((hit) => NO_NOUNS.includes(hit.kind))) return undefined;
  }
  const isPersonal = !near.some((hit) => NO_NOUNS.includes(hit.kind)) && personIn(around, Math.max(unit.from, from - 14), from);
  if (isPersonal) return { kind: "person", value: "", from: Math.max(unit.from, from - 8), until: from, isPrefix: false };
  return unit.until - unit.from > 25 ? undefined : subjectAbove(around, context);
}

/** "Get it to us by": whoever reads is spoken to. */
function personIn({ cues }: Surroundings, from: number, until: number): boolean {
  for (let at = from; at < until; at += 1) if (cues.beginning(at).some((hit) => hit.kind === "person")) return true;
  return false;
}

/** What is sent in, in the heading or the sentence before. */
function subjectAbove(around: Surroundings, context: Context): Hit | undefined {
  for (const above of [context.heading, context.before]) {
    const hits = above === undefined ? [] : hitsBetween(around, above.from, above.until, undefined);
    const yes = hits.find((hit) => (hit.kind === "act" && hit.value !== "call") || hit.kind === "act noun" || hit.kind === "deadline");
    if (yes !== undefined && !hits.some((hit) => hit.kind === "others" || hit.kind === "closed")) return yes;
  }
  return undefined;
}

/** Words that only say that something is open or possible. "You may" is enough where nothing takes place. */
function isWeak(hit: Hit, hits: readonly Hit[]): boolean {
  if (hit.kind !== "act") return false;
  return hit.value === "call" || (hit.value === "may" && hits.some((other) => NO_NOUNS.includes(other.kind)));
}

/** "We will send": somebody else's verb right before. */
function isDoneByOthers(verb: Hit, hits: readonly Hit[]): boolean {
  return verb.kind === "act" && verb.value !== "accept" && hits.some((hit) => hit.kind === "others" && hit.until <= verb.from && hit.until >= verb.from - 2 && hit.until - hit.from > 1);
}

/** "From 1 to 15 March": whether the nearest words are about sending in or about meeting. */
function bySpan({ near, right, left, far }: Regions): Hit | undefined {
  for (const hits of [near, right, left, far]) {
    const at = hits.findIndex((hit) => [...VERBS, ...YES_NOUNS, ...NO_NOUNS, "opening"].includes(hit.kind));
    const found = hits[at];
    // One word may be both, as "consultation": then it takes place.
    if (found !== undefined && hits.some((hit) => hit.from === found.from && NO_NOUNS.includes(hit.kind))) return undefined;
    if (found !== undefined) return isYes(found) || found.kind === "opening" ? found : undefined;
  }
  return undefined;
}

/** "Deadline: 15 March", "the call closes on 15 March", "15 March is the last day". */
function byName(around: Surroundings, subject: Subject, attachment: Attachment, region: Regions, context: Context): Hit | undefined {
  const { unit, date } = subject;
  const { near, right, left } = region;
  const isNoun = (hit: Hit): boolean => hit.kind === "event noun" && !(attachment.hasWords && near[0] === hit);
  const decisive = near.find((hit) => ["deadline", "close", "event", "others", "opening", "period"].includes(hit.kind) || (hit.kind === "event noun" && !isNoun(hit) && !attachment.isIs));
  if (attachment.isLabelled || attachment.isIs) {
    const named = near.find((hit) => hit.kind === "deadline" || hit.kind === "close");
    if (named !== undefined && !(decisive !== undefined && decisive !== named && decisive.kind === "others")) return closes(around, named, near, left, context, unit) ? named : undefined;
  }
  if (decisive !== undefined && (decisive.kind === "deadline" || decisive.kind === "close")) {
    const isOthers = near.some((hit) => hit.kind === "others noun" && hit.until === decisive.from);
    return !isOthers && closes(around, decisive, near, left, context, unit) ? decisive : undefined;
  }
  const isFirst = !near.some((hit) => hit.kind !== "public" && hit.kind !== "state") && attachment.from - unit.from < 3;
  const follows = right.find((hit) => ["deadline", "close", "event", "others", "opening"].includes(hit.kind) || (isFirst && hit.kind === "event noun"));
  if (decisive === undefined && follows !== undefined && (follows.kind === "deadline" || follows.kind === "close")) {
    if (isFirst || (follows.kind === "deadline" && follows.from - subject.until <= 4)) return follows;
  }
  if (decisive !== undefined || (isFirst && follows !== undefined && follows.kind !== "event noun")) return undefined;
  const heads = context.heading === undefined ? [] : hitsBetween(around, context.heading.from, context.heading.until, undefined);
  const headed = heads.find((hit) => hit.kind === "deadline");
  const first = near.at(-1);
  // "Abstracts for the congress" are sent in; "the congress" is not.
  const isOfEvent = near.some((hit) => hit.kind === "event noun") && !(attachment.isLabelled && first !== undefined && (first.kind === "act noun" || first.kind === "act" || near.at(-2)?.kind === "act noun"));
  if (subject.hasTimeSpan) return undefined;
  if (headed !== undefined && !isOfEvent && unit.until - unit.from <= 40) return near.find(isYes) ?? right.find(isYes) ?? headed;
  const isNamedStep = heads.length > 0 && context.heading !== undefined && stepAt(around, context.heading.from, context.heading.from + 3) !== undefined && around.tokens[context.heading.until - 1]?.text === ":";
  if (isNamedStep && attachment.isLabelled && !isOfEvent && !near.some((hit) => [...NO_NOUNS, "others", "event", "opening"].includes(hit.kind))) return stepAt(around, context.heading?.from ?? 0, context.heading?.until ?? 0);
  const previous = subject.previous;
  if (attachment.isLabelled && !isOfEvent && previous === undefined && context.named !== undefined && around.cues.beginning(unit.from).some((hit) => hit.kind === "for")) return context.named;
  const isTimeline = isInTimeline(around, unit, context);
  // "Deadline: 15 January; 1 March: projects begin": a label of its own.
  const isLabelAfter = /^[:–—-]$/.test(around.tokens[subject.until]?.text ?? "") && right.some((hit) => hit.from - subject.until <= 5 && [...NO_NOUNS, "others", "event", "opening"].includes(hit.kind));
  if (!isTimeline && !isLabelAfter && previous?.verdict?.isDeadline === true && !near.some((hit) => [...NO_NOUNS, "others", "event", "opening"].includes(hit.kind)) && near.every(isAllowedInList) && (near.some((hit) => isYes(hit) || hit.kind === "public" || hit.kind === "state") || attachment.from - previous.until <= 3 || isFor(around, previous.until) || isFor(around, subject.until)) && isShortGap(around, previous.until, attachment.from)) return near.find(isYes) ?? previous.verdict.by;
  const isEntry = attachment.isLabelled || isTimeline;
  const isOther = near.some((hit, at) => hit.kind === "others" || hit.kind === "opening" || (hit.kind === "others noun" && (near[at + 1] === undefined || near[at + 1]?.until === hit.from)));
  if (isEntry && !isOfEvent && !isOther) return stepIn(around, attachment, unit, previous?.until);
  if (isFirst && !isOfEvent && date.relative === null && /^[:–—|-]$/.test(around.tokens[subject.until]?.text ?? "") && !right.some((hit) => hit.kind === "event noun")) return stepAfter(around, subject);
  return undefined;
}

const isAllowedInList = (hit: Hit): boolean => ["act noun", "subject of close", "public", "state", "deadline", "extended", "still"].includes(hit.kind);
const isFor = ({ cues }: Surroundings, at: number): boolean => cues.beginning(at).some((hit) => hit.kind === "for");
/** Few words, no sentence of their own. */
const isShortGap = ({ tokens }: Surroundings, from: number, until: number): boolean => until - from <= 9 && tokens.slice(from, until).every((token) => token.kind !== "mark" || /^[,،;؛():/&–—-]$/.test(token.text));

/** Something that can be sent in must be what closes: a session closes too. */
function closes(around: Surroundings, hit: Hit, near: readonly Hit[], left: readonly Hit[], context: Context, unit: Unit): boolean {
  // "The report is due": somebody else's, where nothing is named that is sent in.
  if (hit.kind === "deadline" && hit.value === "due") {
    const nearby = [...near, ...left];
    return nearby.some((other) => YES_NOUNS.includes(other.kind) || other.kind === "act") || nearby.every((other) => other === hit || other.kind === "deadline") && hit.from - unit.from <= 1;
  }
  if (hit.kind !== "close") return true;
  const told = [...near, ...left];
  if (told.some((other) => YES_NOUNS.includes(other.kind) || (other.kind === "act" && !["call", "may", "please"].includes(other.value)) || other.kind === "deadline")) return true;
  return told.every((other) => other.kind === "close" || other.kind === "still") && subjectAbove(around, context) !== undefined;
}

/** "Abstracts: 15 March". */
function stepIn(around: Surroundings, attachment: Attachment, unit: Unit, after: number | undefined): Hit | undefined {
  const from = Math.max(unit.from, after ?? unit.from);
  return attachment.from - from > 14 ? undefined : stepAt(around, from, attachment.from);
}

/** "15 March: abstracts". */
const stepAfter = (around: Surroundings, { until, next, unit }: Subject): Hit | undefined => stepAt(around, until, Math.min(until + 5, next?.date.from ?? unit.until, unit.until));

/** "Key dates: abstracts, 15 January; congress, 20 May". */
function isInTimeline({ cues }: Surroundings, unit: Unit, { heading }: Context): boolean {
  const has = (from: number, until: number): boolean => {
    for (let at = from; at < until; at += 1) if (cues.beginning(at).some((hit) => hit.kind === "timeline")) return true;
    return false;
  };
  return has(unit.from, Math.min(unit.until, unit.from + 4)) || (heading !== undefined && has(heading.from, heading.until));
}

/** The first thing to send in that is named between two tokens. */
function stepAt({ cues }: Surroundings, from: number, until: number): Hit | undefined {
  for (let at = from; at < until; at += 1) {
    const hit = cues.beginning(at).find((small) => small.kind === "step");
    if (hit !== undefined) return hit;
  }
  return undefined;
}
