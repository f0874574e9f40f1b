/** Which sessions each rule is for, and what is reported of single sessions and deadlines. */
import { ruleSessionRow, type RuleRow, type RuleSessionRow, type StatusClaimRow, statusClaimRow } from "../../src/shipped.ts";
import { readRows } from "./rows.ts";

/** Throws an Error when a row names a rule that does not exist. */
export function readRuleSessions(folder: string, rules: readonly RuleRow[]): RuleSessionRow[] {
  const known = new Set(rules.map((rule) => rule.id));
  const rows = readRows(folder, "rule-sessions.csv", ruleSessionRow);
  for (const row of rows) {
    if (!known.has(row.rule_id)) throw new Error(`rule-sessions.csv, ${row.rule_id}: deadline-rules.csv has no such rule`);
  }
  return rows;
}

export function readStatusClaims(folder: string): StatusClaimRow[] {
  return readRows(folder, "status-claims.csv", statusClaimRow);
}
