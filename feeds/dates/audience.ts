/** Whose date it is. A State's own report is no deadline of ours. */
import type { Surroundings } from "./attach.ts";
import type { Subject, Verdict } from "./judge.ts";
import { hitsBetween } from "./region.ts";

/** Tokens after a date in which "(States)" or "for civil society" may stand. */
const AFTER = 8;

/** `member`: only States are named, as those who are asked; `state`: it is a State's own report. */
export type Owner = "public" | "member" | "state" | "anybody";

export function ownerOf(around: Surroundings, { date, until, unit, next, previous }: Subject, verdict: Verdict): Owner {
  const after = hitsBetween(around, until, clauseEnd(around, until, Math.min(unit.until, until + AFTER, next?.date.from ?? unit.until)), undefined).filter((hit) => hit.kind === "state" || hit.kind === "public");
  const [first] = after;
  if (first !== undefined && first.from - until <= 3) return after.some((hit) => hit.kind === "public") ? "public" : first.value === "member" ? "member" : "state";
  const earlier = date.role === "last" ? previous?.previous : previous;
  const near = audienceIn(around, Math.max(unit.from, earlier?.until ?? 0), verdict.attachment.from);
  const left = near.length > 0 ? near : audienceIn(around, unit.from, verdict.attachment.from);
  const all = left.length > 0 ? left : audienceIn(around, until, Math.min(unit.until, next?.date.from ?? unit.until));
  if (all.some((hit) => hit.kind === "public")) return "public";
  // "Comments on the State party's report": about a State, not by one.
  const owners = all.filter((hit) => !isAbout(around, hit.from) && !(verdict.by !== undefined && verdict.by.kind !== "deadline" && hit.from > verdict.by.from && hit.from < date.from && !isReport(around, hit.from, hit.until)));
  if (owners.length === 0) return "anybody";
  return owners.some((hit) => hit.value !== "member") ? "state" : "member";
}

/** At the first comma, semicolon or full stop. */
function clauseEnd({ tokens }: Surroundings, from: number, limit: number): number {
  for (let at = from; at < limit; at += 1) if (/^[;؛.,،]$/.test(tokens[at]?.text ?? "")) return at;
  return limit;
}

function audienceIn(around: Surroundings, from: number, until: number) {
  return hitsBetween(around, from, until, undefined).filter((hit) => hit.kind === "state" || hit.kind === "public");
}

const isReport = ({ tokens }: Surroundings, from: number, until: number): boolean => tokens.slice(from, until).some((token) => /^(report|rapport|informe|relatorio|доклад|تقرير)/.test(token.text));

function isAbout({ cues }: Surroundings, at: number): boolean {
  for (let back = at; back >= Math.max(0, at - 2); back -= 1) if (cues.ending(back).some((hit) => hit.kind === "about")) return true;
  return false;
}
