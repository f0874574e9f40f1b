/** The labelled lines of a deadline card. Each gives its value, or undefined when there is nothing to say. */
import type { Deadline } from "../calendar/deadline-row.ts";
import type { WhoMay } from "../directory.ts";
import { foreign, type Span } from "../message.ts";
import { permissionOf } from "../planning/standing.ts";
import type { Standing } from "../rooms/networks.ts";
import type { Details } from "./details.ts";
import { checkedSpans, dayText, dueSpan, durationWords, hostSpan } from "./parts.ts";
import { deadlineTitle, type Naming } from "./titles.ts";

/** How a partner with status can stand in, by what the rule asks for. */
function wayRound(rule: string | null): string {
  if (rule === null) return "other";
  if (/written-statement/.test(rule)) return "written";
  if (/oral-statement|speak/.test(rule)) return "oral";
  if (/side-event/.test(rule)) return "event";
  if (/accreditation|attend|register/.test(rule)) return "badge";
  return "other";
}

/** What this room may do itself, and the way round where it may not: "you have no ECOSOC status: ask a partner to …". */
export function forYouText({ whoMay, rule }: { whoMay: WhoMay; rule: string | null }, standing: Standing, { say }: Naming): string {
  const { may, wayRoundKey } = permissionOf(whoMay, standing);
  const way = wayRound(rule);
  if (wayRoundKey !== null) return say(wayRoundKey, { way: say(may === "partner" ? `foryou.partner.${way}` : `foryou.way.${way}`) });
  return say(whoMay === "ecosoc" ? "foryou.status" : "foryou.anyone");
}

/** The rule's own note; outside text in English until the catalogue has it. */
export function noteSpan(rule: string | null, { say, directory }: Naming): Span | undefined {
  if (rule === null) return undefined;
  const key = `rule.${rule}.note`;
  if (say.has(key)) return say(key);
  const note = directory.rule(rule)?.note ?? "";
  return note === "" ? undefined : foreign(note);
}

/** What must be true first. */
export function conditionSpan(deadline: Deadline, { say }: Naming): Span | undefined {
  if (deadline.onlyIf === null || deadline.conditionMet) return undefined;
  const key = `rule.${deadline.rule ?? ""}.only_if`;
  return say.has(key) ? say(key) : foreign(deadline.onlyIf);
}

/** "usually 2 weeks before the session opens, on Wed 24 Feb 2027"; nothing where a person has set the date. */
export function whyThenSpans({ deadline, session, base }: Details, naming: Naming): Span[] | undefined {
  const { say, directory } = naming;
  const lead = deadline.leadFromBase;
  if (deadline.confidence === "person" && deadline.kind !== "internal") return undefined;
  // `--12-01` is a day of every year, not a lead.
  if (lead === null || lead.startsWith("--")) {
    const from = deadline.rule === null ? undefined : directory.rule(deadline.rule)?.offsetFrom;
    return from === "fixed_date" ? [say("why.fixed_date")] : undefined;
  }
  const words = durationWords(lead, say);
  const side = lead.startsWith("-") ? "before" : "after";
  const sure = deadline.confidence === "official" || deadline.kind === "internal" ? "yes" : "no";
  if (base !== undefined) {
    const title = deadlineTitle(base, undefined, naming);
    return base.dueOn === null
      ? say.spans("why.deadline.undated", { lead: words, side, sure, title })
      : say.spans("why.deadline", { lead: words, side, sure, title, date: dayText(base.dueOn, say) });
  }
  const opens = session?.startsOn ?? null;
  if (opens === null) return say.spans("why.session.undated", { lead: words, side, sure });
  return say.spans("why.session", { lead: words, side, sure, date: dayText(opens, say), about: opens.length === 10 ? "no" : "yes" });
}

/** "hrcportal.ohchr.org (secondary source) · last checked 20 Nov 2026"; a date entered by hand names the network that did it. */
export function saysWhoSpans({ deadline, personBy }: Details, names: ReadonlyMap<string, string>, { say }: Naming): Span[] {
  // Its day follows the official one, but that it is a day at all is the network's own word.
  if (deadline.kind === "internal") return say.spans("says.person", { network: foreign(names.get(deadline.network ?? "") ?? deadline.network ?? "") });
  const host = hostSpan(deadline.link);
  const confidence = say(`confidence.${deadline.confidence}`);
  const network = personBy?.replace(/^network:/, "") ?? "";
  const who: Span[] =
    deadline.confidence === "person" ? say.spans("says.person", { network: foreign(names.get(network) ?? network) })
    : host === undefined ? [confidence]
    : say.spans("says.page", { page: host, confidence });
  const status = deadline.status === "provisional" && deadline.confidence !== "secondary" ? [` · ${say("status.provisional")}`] : [];
  return [...who, ...status, ...checkedSpans(deadline.checkedOn, say)];
}

/** "www.ohchr.org now says Fri 12 Feb 2027": an official date that has come after a person's. */
export function nowSaysSpans({ deadline, disagrees }: Details, { say }: Naming): Span[] | undefined {
  const [newest] = disagrees.toSorted((one, other) => other.sequence - one.sequence);
  if (newest === undefined) return undefined;
  const { on, time = null, zone = deadline.zone } = newest.value;
  const date = dueSpan({ on, time, zone });
  if (date === undefined) return undefined;
  return say.spans("says.now", { page: hostSpan(newest.link) ?? say("says.official"), date });
}

/** The label of a rule's note: "Send" where this room sends something, and not only plans to, or watches a State do so. */
export function noteLabel({ rule, kind, whoMay }: Pick<Deadline, "rule" | "kind" | "whoMay">): string {
  const isOurs = (kind === "deadline" || kind === "note") && whoMay !== "states";
  return isOurs && rule !== null && /statement$|submission|report|paper|input/.test(rule) ? "send" : "note";
}

/** Who took it, as far as this room may know: itself, and in coordination all. */
export function takenSpans(takers: readonly string[], own: boolean, { say }: Naming): Span[] | undefined {
  if (takers.length === 0 && !own) return undefined;
  const others: Span[] = takers.flatMap((name, index): Span[] => [...(index === 0 ? [] : [say("line.comma")]), foreign(name)]);
  if (!own) return say.spans("taken.others", { names: others });
  return takers.length === 0 ? [say("taken.you")] : say.spans("taken.you.and", { names: others });
}
