/**
 * From rules and sessions to deadlines. Pure: it says which deadlines there are, what each is counted from and who says so; the
 * dates themselves are computed from the bases when the claims are stated, so that a session that moves takes them along.
 */
import type { Directory, Rule } from "../directory.ts";
import { firstLink } from "../links.ts";
import type { PlainDate, Zone } from "../message.ts";
import type { RuleSessionRow, UprRow } from "../shipped.ts";
import { confidenceFrom, weaker } from "./certainty.ts";
import type { ClaimDraft } from "./claims.ts";
import type { DeadlineFacts } from "./deadline-row.ts";
import type { SessionFacts } from "./sessions.ts";

/** A deadline with everything the shipped files say about it. */
export type DeadlineSeed = DeadlineFacts & { zone: Zone; link: string; claims: ClaimDraft[] };

export type DeriveScope = {
  directory: Pick<Directory, "rules" | "body">;
  ruleSessions: readonly RuleSessionRow[];
  upr: readonly UprRow[];
  /** Day the files were last read against their sources. */
  checkedOn: PlainDate;
};

/** From this session on a State's review has all its deadlines; of earlier ones only the stakeholder paper is kept. */
const FIRST_FULL_UPR_SESSION = 50;
const STAKEHOLDER_RULE = "upr-stakeholder-submission";
/** A column of the UPR files that gives the day itself, so that nothing has to be counted. */
const UPR_COLUMNS: Readonly<Record<string, "stakeholder_deadline" | "national_report_deadline">> = {
  [STAKEHOLDER_RULE]: "stakeholder_deadline",
  "upr-national-report-due": "national_report_deadline",
};
/** Rules that hang on no session: open at any time, or set for each call. */
const WITHOUT_SESSION: ReadonlySet<string> = new Set(["anytime", "each_call", "communication_sent", "final_domestic_decision"]);

type SessionKey = Pick<SessionFacts, "id" | "mechanism" | "number">;

/** The deadlines of one session; for a session of the UPR Working Group, those of each State reviewed in it. */
export function deriveDeadlines(session: SessionKey, scope: DeriveScope): DeadlineSeed[] {
  if (session.mechanism === "upr-wg") {
    return scope.upr.filter((row) => row.session === session.number).flatMap((row) => deriveReview(session, row, scope));
  }
  return scope.directory.rules
    .filter((rule) => rule.body !== "upr" && hangsOnSession(rule, scope) && appliesTo(rule, session, scope.ruleSessions))
    .map((rule) =>
      seedOf(rule, scope, {
        id: `${session.id}-${suffixOf(rule)}`,
        mechanism: rule.body === "treaty-bodies" ? session.mechanism : rule.body,
        session: session.id,
        country: null,
        base: session.id,
        lead: leadFrom(rule, session),
        family: `${session.id}/${rule.id}`,
      }),
    );
}

/** `upr55-phl` is the deadline of the stakeholder paper itself; the others are named after it. */
function deriveReview(session: SessionKey, row: UprRow, scope: DeriveScope): DeadlineSeed[] {
  const paper = `upr${session.number}-${row.iso3.toLowerCase()}`;
  const full = Number(session.number) >= FIRST_FULL_UPR_SESSION;
  return scope.directory.rules
    .filter((rule) => rule.body === "upr" && (full || rule.id === STAKEHOLDER_RULE) && appliesTo(rule, session, scope.ruleSessions))
    .map((rule) => {
      const seed = seedOf(rule, scope, {
        id: rule.id === STAKEHOLDER_RULE ? paper : `${paper}-${suffixOf(rule)}`,
        mechanism: "upr",
        session: session.id,
        country: row.iso3,
        base: rule.offsetFrom === "stakeholder_deadline" ? paper : session.id,
        lead: rule.offset,
        family: `${session.id}/${rule.id}`,
      });
      const column = UPR_COLUMNS[rule.id];
      const on = column === undefined ? "" : row[column];
      return on === "" ? seed : { ...seed, leadFromBase: null, claims: [shippedDay(seed, on, row, scope)] };
    });
}

/** The day a UPR file gives. Its confidence is about State and session; the days themselves were read at second hand. */
function shippedDay(seed: DeadlineSeed, on: string, row: UprRow, scope: DeriveScope): ClaimDraft {
  return {
    subject: seed.id,
    value: { field: "date", on, zone: seed.zone },
    confidence: weaker(confidenceFrom(row.confidence), "secondary"),
    statedBy: "shipped:upr",
    link: firstLink(row.source),
    checkedOn: scope.checkedOn,
    reason: "claim.shipped",
  };
}

/** Routes, rolling calls, and yearly days that belong to no session, one edition for each of `years`. */
export function deriveWithoutSession(years: readonly number[], scope: DeriveScope): DeadlineSeed[] {
  return scope.directory.rules
    .filter((rule) => !hangsOnSession(rule, scope))
    .flatMap((rule) => {
      const place = { mechanism: rule.body, session: null, country: null, base: null, lead: null };
      if (rule.offsetFrom !== "fixed_date") return [seedOf(rule, scope, { ...place, id: rule.id, family: rule.id })];
      return years.map((year) => {
        const id = `${rule.body}-${year}-${suffixOf(rule)}`;
        return seedOf(rule, scope, { ...place, id, family: id }, rule.offset === null ? null : `${year}${rule.offset.slice(1)}`);
      });
    });
}

/** A yearly day belongs to a session only where `rule-sessions.csv` says to which. */
function hangsOnSession(rule: Rule, scope: DeriveScope): boolean {
  if (rule.kind === "route" || WITHOUT_SESSION.has(rule.offsetFrom)) return false;
  return rule.offsetFrom !== "fixed_date" || scope.ruleSessions.some((row) => row.rule_id === rule.id);
}

function appliesTo(rule: Rule, session: SessionKey, ruleSessions: readonly RuleSessionRow[]): boolean {
  const named = ruleSessions.find((row) => row.rule_id === rule.id);
  if (named === undefined) return session.mechanism === (rule.body === "upr" ? "upr-wg" : rule.body);
  const globs = named.sessions.split(" ");
  const excluded = globs.some((glob) => glob.startsWith("!") && matches(glob.slice(1), session.id));
  return !excluded && globs.some((glob) => matches(glob, session.id));
}

function matches(glob: string, id: string): boolean {
  return new RegExp(`^${glob.replace(/[^a-z0-9*-]/g, "").replaceAll("*", ".*")}$`).test(id) && glob !== "-";
}

/** Null where the rule counts from something nobody knows yet: the note says where the day is published. */
function leadFrom(rule: Rule, session: SessionKey): string | null {
  if (rule.offsetFrom === "session_start" || rule.offsetFrom === "fixed_date") return rule.offset;
  return rule.offsetFrom === "presession_start" && session.id.includes("-pswg-") ? rule.offset : null;
}

/** The rule's id without the body it begins with: `hrc-written-statement` gives `written-statement`. */
function suffixOf(rule: Rule): string {
  return rule.id.startsWith(`${rule.body}-`) ? rule.id.slice(rule.body.length + 1) : rule.id;
}

type Place = Pick<DeadlineFacts, "id" | "mechanism" | "session" | "country" | "base" | "family"> & { lead: string | null };

function seedOf(rule: Rule, scope: DeriveScope, place: Place, on: PlainDate | null = null): DeadlineSeed {
  const { lead, ...facts } = place;
  const body = scope.directory.body(facts.mechanism) ?? scope.directory.body(rule.body);
  const zone = body?.zone ?? "Etc/UTC";
  const atMost = confidenceFrom(rule.confidence);
  const from = facts.base === null ? {} : { from: { base: facts.base, lead, atMost } };
  return {
    ...facts,
    kind: rule.kind,
    rule: rule.id,
    network: null,
    leadFromBase: lead,
    title: null,
    whoMay: rule.whoMay,
    topics: body?.topics ?? [],
    onlyIf: rule.onlyIf,
    zone,
    link: rule.link === "" ? (body?.page ?? "") : rule.link,
    claims: [
      {
        subject: facts.id,
        value: { field: "date", on, zone, ...from },
        confidence: atMost,
        statedBy: `rule:${rule.id}`,
        link: rule.link,
        checkedOn: scope.checkedOn,
        reason: "claim.rule",
      },
    ],
  };
}
