/**
 * The correction that every room gets which was told a date that no longer stands: "moved from … to …", or cancelled, or suspended; one
 * post for all States of a family that moved together. `told` holds the `DueValue` the room was given, and which deadlines it is about
 * when they are several; the card keeps it true when a date moves once more.
 */
import type { DueValue } from "../calendar/certainty.ts";
import { type Deadline, findDeadlines } from "../calendar/deadline-row.ts";
import { printLine } from "../command.ts";
import type { Action, Block, Message, Span } from "../message.ts";
import { correctedBy } from "../planning/corrections.ts";
import type { Database } from "../ports.ts";
import { listNetworks } from "../rooms/networks.ts";
import { defineCard, type CardView, type Told } from "./card.ts";
import { loadDetails, readDue, type Details } from "./details.ts";
import { saysWhoSpans } from "./fields.ts";
import { stateButtons } from "./lines.ts";
import { composed, dueOf, dueSpan, isSameDue, isThisWeek, isUrgent, whenSpans } from "./parts.ts";
import { deadlineTitle } from "./titles.ts";

export const MOVED_CARD = "moved";

export type MovedState = {
  details: Details;
  /** Other States that moved together with it. */
  others: Details[];
  names: Map<string, string>;
  wasProjected: boolean;
};

export const movedCard = defineCard<MovedState>({
  kind: MOVED_CARD,
  waitsForMorning: true,
  async load(db, key, _room, _directory, told = null) {
    const revisions = correctedBy(key, told);
    const found = await findDeadlines(db, [...revisions.keys()]);
    const all = await loadDetails(db, [...revisions.keys()].flatMap((id) => found.get(id) ?? []));
    const [details, ...others] = mostAlikeFirst(all);
    if (details === undefined) return null;
    const names = new Map((await listNetworks(db)).map((network) => [network.id, network.name]));
    return { details, others, names, wasProjected: await wereProjected(db, revisions) };
  },
  draw: drawMoved,
  tells: ({ details, others }) => [details, ...others].map(({ deadline }): Told => ({ deadline: deadline.id, value: dueOf(deadline) })),
});

/** One may have moved away since: the date of most of them stands at the head, and the others have theirs beside their names. */
function mostAlikeFirst(all: readonly Details[]): Details[] {
  const groups = [...Map.groupBy(all, ({ deadline }) => JSON.stringify([dueOf(deadline), deadline.status])).values()];
  return groups.toSorted((one, other) => other.length - one.length).flat();
}

/** Before these changes, the status said whether a date was our own. */
async function wereProjected(db: Database, revisions: ReadonlyMap<string, number>): Promise<boolean> {
  const rows = await db
    .selectFrom("history")
    .select(["subject", "revision", "old"])
    .where("subject", "in", [...revisions.keys()])
    .where("field", "=", "status")
    .execute();
  return rows.some(({ subject, revision, old }) => revision === revisions.get(subject) && JSON.parse(old ?? "null") === "projected");
}

type Fate = "cancelled" | "suspended" | "moved" | "unknown" | "stands";

/** What has become of it, as the key of its sentences. */
function fateOf(deadline: Deadline, from: DueValue | undefined): Fate {
  if (deadline.status === "cancelled" || deadline.status === "suspended") return deadline.status;
  if (deadline.dueOn === null) return "unknown";
  return from === undefined || isSameDue(from, dueOf(deadline)) ? "stands" : "moved";
}

export function drawMoved({ details, others, names, wasProjected }: MovedState, view: CardView): Message {
  const { say } = view;
  const { deadline, session } = details;
  const all = [details, ...others];
  const several = others.length > 0;
  const from = readDue(view.told) ?? details.left[0];
  const fate = fateOf(deadline, from);
  const apology: Block[] = wasProjected && (fate === "moved" || fate === "unknown") ? [{ text: [say("moved.sorry")] }] : [];
  const states: Block[] = several ? [{ list: all.map((one) => stateLine(one.deadline, deadline, from, view)) }] : [];
  return composed(say, {
    title: say.spans(`moved.title.${fate}`, { title: deadlineTitle(deadline, session, view, { country: !several }) }),
    tone: fate === "cancelled" || fate === "suspended" ? "quiet" : isUrgent(deadline, view.now) ? "urgent" : "plain",
    blocks: [{ text: fateSpans(deadline, from, fate, view) }, ...states, ...apology, { fields: [[say("field.says_who"), saysWhoSpans(details, names, view)]] }],
    actions: several ? stateButtons(all, view) : actionsForOne(deadline, view),
    dates: all.length,
    thisWeek: isThisWeek(deadline, view.now),
  });
}

function actionsForOne({ id }: Deadline, { say }: CardView): Action[] {
  return [
    { label: say("action.show"), command: printLine("deadline show", [id]) },
    { label: say("action.history"), command: printLine("deadline history", [id]) },
    { label: say("action.copy"), command: printLine("copy", [id]) },
  ];
}

/** One State of several; what became of it only where that differs from the one at the head. */
function stateLine(deadline: Deadline, head: Deadline, from: DueValue | undefined, view: CardView): Span[] {
  const name = view.directory.countryName(deadline.country ?? "", view.language);
  const fate = fateOf(deadline, from);
  const same = isSameDue(dueOf(deadline), dueOf(head)) && fate === fateOf(head, from);
  return same ? [name] : [name, " · ", ...fateSpans(deadline, from, fate, view)];
}

function fateSpans(deadline: Deadline, from: DueValue | undefined, fate: Fate, view: CardView): Span[] {
  const { say } = view;
  const old = from === undefined ? undefined : dueSpan(from);
  const now = whenSpans(deadline, view);
  if (fate === "moved" && old !== undefined) return say.spans("moved.from_to", { old: { struck: old }, new: now });
  if (fate === "unknown" && old !== undefined) return say.spans("moved.unknown", { old: { struck: old } });
  if (fate === "cancelled" || fate === "suspended") return [...now, ". ", say(`moved.${fate}`)];
  return fate === "stands" ? say.spans("moved.stands", { date: now }) : now;
}
