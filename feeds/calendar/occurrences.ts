/**
 * When an event takes place: its rule, its added and excepted dates, and the single instances that were moved or cancelled.
 *
 * A list has an end even if the event has none: a rule without COUNT or UNTIL is followed for two years from its start or from now, whichever
 * is later (ten years if it is yearly); no rule is followed for more than a century; and of more than 500 starts, those from now on are kept,
 * first ones first. So an endless daily, weekly, monthly or yearly meeting gives what anybody would plan with.
 */
import type { Instant } from "../../src/message.ts";
import { DAY } from "../../src/time.ts";
import { properties, property, textOf, type Component } from "./lines.ts";
import { momentOf, orderOf, readMoment, readMoments, type Moment, type Wall } from "./moments.ts";
import { expandRule, readRule, type Budget, type Rule } from "./rule.ts";
import type { Clock, Clocks } from "./zones.ts";

export const MOST_OCCURRENCES = 500;
const TWO_YEARS = 731;
const TEN_YEARS = 3_653;
const CENTURY = 36_525;
/** No rule costs more than this, however hostile. */
const STEPS_PER_RULE = 200_000;
const MOST_GATHERED = 60_000;
/** Nobody lists more single dates than these. */
const MOST_LISTED = 2_000;

export function isCancelled(component: Component): boolean {
  return /^cancell?ed$/i.test(textOf(component, "status"));
}

export function startOf(component: Component, clocks: Clocks): Moment | null {
  const written = property(component, "dtstart");
  return written === undefined ? null : readMoment(written.raw, written.parameters, clocks);
}

function lastDayOf(rule: Rule, start: Moment, until: Moment | null, now: Instant | null): number {
  if (until !== null) return Math.min(until.day + 1, start.day + CENTURY);
  if (rule.count !== null) return start.day + CENTURY;
  const from = Math.max(start.day, now === null ? start.day : Math.floor(now / DAY));
  return from + (rule.frequency === "YEARLY" ? TEN_YEARS : TWO_YEARS);
}

function startsOfRule(rule: Rule, start: Moment, clocks: Clocks, now: Instant | null, budget: Budget): Moment[] {
  const until = rule.until === "" ? null : readMoment(rule.until, {}, clocks, start.clock);
  const lastDay = lastDayOf(rule, start, until, now);
  // What one rule may cost, out of what the whole text may.
  const own = { steps: Math.min(STEPS_PER_RULE, budget.steps) };
  const before = own.steps;
  const walls: Wall[] = [];
  for (const wall of expandRule(rule, start, lastDay, own)) {
    if (wall.day > lastDay || walls.length >= (now === null ? MOST_KEPT : MOST_GATHERED)) break;
    walls.push(wall);
  }
  budget.steps -= before - Math.max(own.steps, 0);
  const { clock } = start;
  return nearest(walls, now)
    .map((wall): Moment => (clock === null ? { day: wall.day, seconds: null, at: null, clock: null } : momentOf(wall, clock)))
    .filter((moment) => until === null || !isAfter(moment, until));
}

/** More than are shown, so that exceptions leave enough. */
const MOST_KEPT = MOST_OCCURRENCES * 2;

function nearest(walls: readonly Wall[], now: Instant | null): readonly Wall[] {
  if (walls.length <= MOST_KEPT || now === null) return walls;
  const today = Math.floor(now / DAY) - 1;
  const upcoming = walls.filter(({ day }) => day >= today);
  return upcoming.length >= MOST_KEPT ? upcoming.slice(0, MOST_KEPT) : walls.slice(-MOST_KEPT);
}

/** A day as the end holds all of itself; an instant as the end of an all-day event counts by its day. */
function isAfter(moment: Moment, until: Moment): boolean {
  return moment.at === null || until.at === null ? moment.day > until.day : moment.at > until.at;
}

/** The instants of the set by their original starts; null for one that was cancelled. */
type Instances = Map<number, Moment | null>;

/** A date alone means any time on that day, and an event of whole days any time of a day. */
function matching(instances: Instances, originals: ReadonlyMap<number, Moment>, wanted: Moment): number[] {
  if (wanted.at !== null && instances.has(wanted.at)) return [wanted.at];
  const keys: number[] = [];
  for (const [key, original] of originals) if ((wanted.at === null || original.at === null) && original.day === wanted.day) keys.push(key);
  return keys;
}

/** The same kind as the event: days for an event of days, with its time for one with hours. */
function alike(moment: Moment, start: Moment): Moment {
  if (start.seconds === null) return { day: moment.day, seconds: null, at: null, clock: null };
  return moment.seconds === null && start.clock !== null ? momentOf({ day: moment.day, seconds: start.seconds }, start.clock) : moment;
}

function sequenceOf(component: Component): number {
  const value = Number.parseInt(textOf(component, "sequence"), 10);
  return Number.isSafeInteger(value) ? value : 0;
}

type Override = { from: Moment; to: Moment | null; andFuture: boolean; sequence: number };

function readOverrides(components: readonly Component[], clocks: Clocks, clock: Clock | null): Override[] {
  const overrides = components.flatMap((component): Override[] => {
    const written = property(component, "recurrence-id");
    const from = written === undefined ? null : readMoment(written.raw, written.parameters, clocks, clock);
    if (written === undefined || from === null) return [];
    const to = isCancelled(component) ? null : (startOf(component, clocks) ?? from);
    return [{ from, to, andFuture: /^THISANDFUTURE$/i.test(written.parameters["range"] ?? ""), sequence: sequenceOf(component) }];
  });
  // Those for all the rest first, by date, so that a single one has the last word; among equals the newest revision.
  return overrides.sort((a, b) => Number(b.andFuture) - Number(a.andFuture) || (a.andFuture ? orderOf(a.from) - orderOf(b.from) : 0) || a.sequence - b.sequence);
}

/** The same step on the wall clock: an event moved from 9:00 to 10:30 stays at 10:30 when clocks change. */
function shifted(original: Moment, { from, to }: Override): Moment | null {
  if (to === null) return null;
  const step = (to.day - from.day) * 86_400 + ((to.seconds ?? 0) - (from.seconds ?? 0));
  const wall = original.day * 86_400 + (original.seconds ?? 0) + step;
  const day = Math.floor(wall / 86_400);
  if (to.seconds === null || to.clock === null) return { day, seconds: null, at: null, clock: null };
  return momentOf({ day, seconds: wall - day * 86_400 }, to.clock);
}

function trim(moments: Moment[], now: Instant | null): Moment[] {
  const sorted = moments.sort((a, b) => orderOf(a) - orderOf(b)).filter((moment, index, all) => index === 0 || orderOf(moment) !== orderOf(all[index - 1] ?? moment));
  if (sorted.length <= MOST_OCCURRENCES) return sorted;
  const upcoming = now === null ? sorted : sorted.filter((moment) => orderOf(moment) >= now - DAY);
  return upcoming.length >= MOST_OCCURRENCES ? upcoming.slice(0, MOST_OCCURRENCES) : sorted.slice(-MOST_OCCURRENCES);
}

function listed(master: Component, name: string, clocks: Clocks, start: Moment): Moment[] {
  return properties(master, name).flatMap((line) => readMoments(line, clocks, start.clock)).slice(0, MOST_LISTED);
}

/** All starts of an event, of which `master` is the whole and `overrides` single instances. In their order, none twice. */
export function listOccurrences(
  master: Component | null,
  overrides: readonly Component[],
  context: { clocks: Clocks; now: Instant | null; budget: Budget },
): Moment[] {
  const { clocks, now, budget } = context;
  const start = master === null ? null : startOf(master, clocks);
  if (master === null || start === null) {
    const single = readOverrides(overrides.slice(0, MOST_LISTED), clocks, null).flatMap(({ to }) => to ?? []);
    return trim(single, now);
  }
  const originals = new Map<number, Moment>();
  const add = (moment: Moment): void => void originals.set(orderOf(moment), moment);
  add(start);
  for (const line of properties(master, "rrule")) {
    const rule = readRule(line.raw);
    if (rule !== null) for (const moment of startsOfRule(rule, start, clocks, now, budget)) add(moment);
  }
  for (const moment of listed(master, "rdate", clocks, start)) add(alike(moment, start));
  const instances: Instances = new Map(originals);
  for (const excepted of listed(master, "exdate", clocks, start)) for (const key of matching(instances, originals, excepted)) instances.delete(key);
  for (const override of readOverrides(overrides.slice(0, MOST_LISTED), clocks, start.clock)) {
    if (override.andFuture) {
      const from = orderOf(alike(override.from, start));
      for (const [key, original] of originals)
        if (instances.has(key) && orderOf(original) >= from) instances.set(key, shifted(original, override));
      continue;
    }
    const keys = matching(instances, originals, override.from);
    for (const key of keys) instances.set(key, override.to);
    // One that the rule no longer gives, or that lies beyond what is followed of it, takes place all the same.
    if (keys.length === 0 && override.to !== null) instances.set(orderOf(alike(override.from, start)), override.to);
  }
  return trim([...instances.values()].flatMap((moment) => moment ?? []), now);
}
