/** Calls that a text says are over. */
import type { Surroundings } from "./attach.ts";
import type { Subject, Verdict } from "./judge.ts";
import { type Hit, longestAt } from "./lexicon.ts";
import { hitsBetween } from "./region.ts";
import type { Unit } from "./units.ts";

/** A sentence that says so, and of what. */
export type Shut = { unit: Unit; hit: Hit; topics: ReadonlySet<string>; /** "Closed on 1 March" says nothing about a later date. */ hasDate: boolean; /** "CLOSED:" at the head. */ isTag: boolean; reach: number };

const NOUNS = ["act", "act noun", "subject of close", "deadline"];

export function closedSubjects(around: Surroundings, units: readonly Unit[]): Shut[] {
  const last = units.at(-1)?.paragraph ?? 0;
  return units.flatMap((unit) => {
    const hits = hitsBetween(around, unit.from, unit.until, undefined);
    const hit = hits.find((one) => (one.kind === "closed" && !hits.some((other) => other.kind === "close" && other.from < one.from && other.until > one.from)) || (one.kind === "bare closed" && isBareClosed(around, hits, one, unit)));
    if (hit === undefined || hits.some((one) => one.kind === "refused" && one.from <= hit.from + 3)) return [];
    const before = hits.filter((one) => one.from <= hit.from && NOUNS.includes(one.kind));
    if (before.length === 0 && hit.kind === "closed" && hits.some((one) => one.kind === "event noun")) return [];
    const topics = new Set(before.filter((one) => one.value !== "" && one.value !== "call" && one.value !== "accept").map((one) => one.value));
    const hasDate = around.tokens.slice(hit.until, Math.min(hit.until + 4, unit.until)).some((token, index) => token.kind === "number" || longestAt(around.lexicon.dates, around.tokens, hit.until + index, "month") !== undefined);
    return [{ unit, hit, topics, hasDate, isTag: hit.kind === "bare closed" && hit.from - unit.from <= 1, reach: last <= 3 || (unit.isHeading && unit.paragraph === 0) ? 1 : 0 }];
  });
}

/** "CLOSED: call for input", "Call (closed)", "Convocatoria cerrada". */
function isBareClosed({ tokens }: Surroundings, hits: readonly Hit[], hit: Hit, unit: Unit): boolean {
  const before = tokens[hit.from - 1];
  if (hit.from - unit.from <= 1 && /^[:\])–—.!-]$/.test(tokens[hit.until]?.text ?? ".")) return true;
  if (before?.text === "(" || before?.text === "[") return true;
  return (before?.text === ":" || hits.some((one) => one.until === hit.from && NOUNS.includes(one.kind))) && (hit.until === unit.until || tokens[hit.until]?.kind === "mark");
}

export function isShut(around: Surroundings, shut: readonly Shut[], subject: Subject, verdict: Verdict, topics: ReadonlySet<string>): boolean {
  const { unit, date } = subject;
  return shut.some((one) => {
    if (one.unit === unit) {
      if (one.isTag || date.from < one.hit.from || one.hasDate && date.from - one.hit.until <= 4) return true;
      const between = hitsBetween(around, one.hit.until, date.from, undefined);
      return !between.some((hit) => hit.kind === "act" || hit.kind === "act noun" || hit.kind === "still" || hit.kind === "deadline" || hit.kind === "extended");
    }
    if (one.hasDate || Math.abs(one.unit.paragraph - unit.paragraph) > one.reach) return false;
    if (verdict.isExtension || hitsBetween(around, unit.from, unit.until, undefined).some((hit) => hit.kind === "still")) return false;
    return one.topics.size === 0 || topics.size === 0 || [...topics].some((topic) => one.topics.has(topic));
  });
}
