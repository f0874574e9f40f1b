/** Where a date comes from: every change of it, and what each party says. Drawn for replies, not kept as posts. */
import type { Claim } from "../calendar/claim.ts";
import { standing, type HistoryEntry } from "../calendar/claims.ts";
import { printLine } from "../command.ts";
import { foreign, type Action, type Block, type Message, type Span, type Zone } from "../message.ts";
import { isMonth, isDay } from "../time.ts";
import { readDue, type Details } from "./details.ts";
import { checkedSpans, composed, dueSpan, hostSpan, whenSpans, type Seen } from "./parts.ts";
import { deadlineTitle } from "./titles.ts";

/** Rows of each table; what is older is counted. */
const ROW_LIMIT = 15;

export type HistoryState = { details: Details; entries: readonly HistoryEntry[]; claims: readonly Claim[]; names: ReadonlyMap<string, string>; steers: boolean };

export function drawHistory({ details, entries, claims, names, steers }: HistoryState, seen: Seen): Message {
  const { say } = seen;
  const { deadline, session } = details;
  const newest = entries.toReversed();
  const words = standing(claims);
  const counted = [...words.date.ranked, ...words.status.ranked, ...words.condition.ranked];
  const proposals = [...words.date.proposals, ...words.date.disagrees, ...words.status.proposals, ...words.condition.proposals];
  const blocks: Block[] = [
    { text: whenSpans(deadline, seen) },
    newest.length === 0
      ? { text: [say("history.none")] }
      : {
          table: {
            head: [say("column.changed"), say("column.from"), say("column.to"), say("column.who")],
            rows: newest.slice(0, ROW_LIMIT).map((entry) => entryRow(entry, names, seen)),
          },
        },
    ...(newest.length > ROW_LIMIT ? [{ text: [say("history.older", { count: newest.length - ROW_LIMIT })] }] : []),
    ...(counted.length === 0
      ? []
      : [{ text: [{ strong: say("history.claims") }] }, { list: counted.slice(0, ROW_LIMIT).map((claim) => claimLine(claim, deadline.zone, names, seen)) }]),
    ...(proposals.length === 0
      ? []
      : [{ text: [{ strong: say("history.proposals") }] }, { list: proposals.slice(0, ROW_LIMIT).map((claim) => claimLine(claim, deadline.zone, names, seen)) }]),
  ];
  return composed(say, {
    title: say.spans("history.title", { title: deadlineTitle(deadline, session, seen) }),
    blocks,
    actions: [{ label: say("action.show"), command: printLine("deadline show", [deadline.id]) }, ...(steers ? proposalActions(proposals, seen) : [])],
  });
}

function proposalActions(proposals: readonly Claim[], { say }: Seen): Action[] {
  const [newest] = proposals;
  if (newest === undefined) return [];
  return [
    { label: say("action.accept"), command: printLine("claim confirm", [newest.id]) },
    { label: say("action.dismiss"), command: printLine("claim dismiss", [newest.id]) },
  ];
}

function entryRow(entry: HistoryEntry, names: ReadonlyMap<string, string>, seen: Seen): Span[][] {
  const { say } = seen;
  return [
    [{ moment: entry.at, zone: seen.zone }],
    [valueSpan(entry.field, entry.old, seen)],
    [valueSpan(entry.field, entry.new, seen)],
    [partySpan(entry.statedBy, names, seen), ...(say.has(entry.reason) ? [` (${say(entry.reason)})`] : [])],
  ];
}

function valueSpan(field: HistoryEntry["field"], value: unknown, { say }: Seen): Span {
  if (field === "status") return typeof value === "string" ? say(`status.${value}`) : "";
  if (field === "condition") return say(value === true ? "condition.met" : "condition.open");
  const due = readDue(JSON.stringify(value));
  return (due === undefined ? undefined : dueSpan(due)) ?? say("when.unknown");
}

/** Who said so: a network by its name, a followed source by its id, and our own files and rules as such. */
export function partySpan(statedBy: string, names: ReadonlyMap<string, string>, { say }: Seen): Span {
  const [kind = "", id = ""] = [statedBy.slice(0, statedBy.indexOf(":")), statedBy.slice(statedBy.indexOf(":") + 1)];
  if (kind === "network") return foreign(names.get(id) ?? id);
  if (kind === "shipped") return say("party.shipped");
  if (kind === "rule") return say("party.rule");
  return foreign(id);
}

function claimLine(claim: Claim, zone: Zone, names: ReadonlyMap<string, string>, seen: Seen): Span[] {
  const { say } = seen;
  const page = hostSpan(claim.link);
  return [
    ...say.spans("line.pair", { label: partySpan(claim.statedBy, names, seen), value: claimSpan(claim, zone, seen) }),
    ` (${say(`confidence.${claim.confidence}`)})`,
    ...(page === undefined ? [] : [" · ", page]),
    ...checkedSpans(claim.checkedOn, say),
  ];
}

function claimSpan({ value }: Claim, zone: Zone, { say }: Seen): Span {
  if (value.field === "status") return say(`status.${value.status}`);
  if (value.field === "condition") return say(value.met ? "condition.met" : "condition.open");
  const { on, time = null } = value;
  if (on === null || !(isDay(on) || isMonth(on))) return on ?? say("when.unknown");
  return dueSpan({ on, time, zone: value.zone ?? zone }) ?? say("when.unknown");
}
