/** The rows of the shipped files, after reading and checking. `adapters/data` reads them from disk. */
import { z } from "zod";

const text = z.string();
export const sessionRow = z.object({ id: text, mechanism: text, session: text, title: text, start: text, end: text, place: text, confidence: text, source: text });
export const uprRow = z.object({
  session: text, state: text, iso3: text, session_start: text, session_end: text, stakeholder_deadline: text,
  national_report_deadline: text, confidence: text, source: text,
});
export const ruleRow = z.object({
  id: text, mechanism: text, action: text, kind: text, rule: text, offset_from: text, offset: text, only_if: text, who_may: text, confidence: text, source: text,
});
export const networkRow = z.object({ id: text, name: text, language: text, zone: text, working_week: text, standing: text, follow: text });
export const networkCountryRow = z.object({ network: text, iso3: text, source: text });

/** Which sessions a rule applies to, where that is not every session of its body: globs on session ids, `!` excludes, `-` means none. */
export const ruleSessionRow = z.object({ rule_id: text, sessions: text, why: text });
/** What happened to one session or deadline, as somebody reported it. */
export const statusClaimRow = z.object({ subject: text, status: z.enum(["confirmed", "provisional", "cancelled", "suspended"]), confidence: text, source: text, why: text });

export type SessionRow = z.infer<typeof sessionRow>;
export type UprRow = z.infer<typeof uprRow>;
export type RuleRow = z.infer<typeof ruleRow>;
export type RuleSessionRow = z.infer<typeof ruleSessionRow>;
export type StatusClaimRow = z.infer<typeof statusClaimRow>;
export type NetworkRow = z.infer<typeof networkRow>;
export type NetworkCountryRow = z.infer<typeof networkCountryRow>;

export type Shipped = {
  sessions: SessionRow[];
  upr: UprRow[];
  rules: RuleRow[];
  ruleSessions: RuleSessionRow[];
  statusClaims: StatusClaimRow[];
  networks: NetworkRow[];
  networkCountries: NetworkCountryRow[];
  /** Day the files were last read against their sources, for "last checked". */
  checkedOn: string;
};
