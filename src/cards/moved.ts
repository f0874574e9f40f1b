/**
 * The correction that every room gets which was told a date that no longer stands: "moved from … to …", or cancelled, or suspended. `told` is
 * the `DueValue` the room was given; the card keeps it true when the date moves once more.
 */
import type { DueValue } from "../certainty.ts";
import { printLine } from "../command.ts";
import { findDeadline, type Deadline } from "../deadline-row.ts";
import type { Block, Message, Span } from "../message.ts";
import { listNetworks } from "../networks.ts";
import { historyOf } from "../claims.ts";
import { defineCard, type CardView } from "./card.ts";
import { loadDetails, readDue, type Details } from "./details.ts";
import { saysWhoSpans } from "./fields.ts";
import { composed, dueOf, dueSpan, isSameDue, isThisWeek, isUrgent, whenSpans } from "./parts.ts";
import { deadlineTitle } from "./titles.ts";

export const MOVED_CARD = "moved";

export type MovedState = { details: Details; names: Map<string, string>; wasProjected: boolean };

export const movedCard = defineCard<MovedState>({
  kind: MOVED_CARD,
  async load(db, key) {
    const deadline = await findDeadline(db, key.subject);
    if (deadline === undefined) return null;
    const [details] = await loadDetails(db, [deadline]);
    if (details === undefined) return null;
    const names = new Map((await listNetworks(db)).map((network) => [network.id, network.name]));
    // `moved:3` is the correction that revision 3 brought; before it the status said whether the date was ours.
    const revision = Number(/^moved:(\d+)/.exec(key.occasion)?.[1] ?? deadline.revision);
    const changed = (await historyOf(db, deadline.id)).find((entry) => entry.field === "status" && entry.revision === revision);
    return { details, names, wasProjected: changed?.old === "projected" };
  },
  draw: drawMoved,
  tells: ({ details: { deadline } }) => [{ deadline: deadline.id, value: dueOf(deadline) }],
});

/** What has become of it, as the key of its sentences. */
function fateOf(deadline: Deadline, from: DueValue | undefined): "cancelled" | "suspended" | "moved" | "unknown" | "stands" {
  if (deadline.status === "cancelled" || deadline.status === "suspended") return deadline.status;
  if (deadline.dueOn === null) return "unknown";
  return from === undefined || isSameDue(from, dueOf(deadline)) ? "stands" : "moved";
}

export function drawMoved({ details, names, wasProjected }: MovedState, view: CardView): Message {
  const { say } = view;
  const { deadline, session } = details;
  const from = readDue(view.told) ?? details.left[0];
  const fate = fateOf(deadline, from);
  const apology: Block[] = wasProjected && (fate === "moved" || fate === "unknown") ? [{ text: [say("moved.sorry")] }] : [];
  return composed(say, {
    title: say.spans(`moved.title.${fate}`, { title: deadlineTitle(deadline, session, view) }),
    tone: fate === "cancelled" || fate === "suspended" ? "quiet" : isUrgent(deadline, view.now) ? "urgent" : "plain",
    blocks: [{ text: fateSpans(deadline, from, fate, view) }, ...apology, { fields: [[say("field.says_who"), saysWhoSpans(details, names, view)]] }],
    actions: [
      { label: say("action.show"), command: printLine("deadline show", [deadline.id]) },
      { label: say("action.history"), command: printLine("deadline history", [deadline.id]) },
      { label: say("action.copy"), command: printLine("copy", [deadline.id]) },
    ],
    thisWeek: isThisWeek(deadline, view.now),
  });
}

function fateSpans(deadline: Deadline, from: DueValue | undefined, fate: ReturnType<typeof fateOf>, view: CardView): Span[] {
  const { say } = view;
  const old = from === undefined ? undefined : dueSpan(from);
  const now = whenSpans(deadline, view);
  if (fate === "moved" && old !== undefined) return say.spans("moved.from_to", { old: { struck: old }, new: now });
  if (fate === "unknown" && old !== undefined) return say.spans("moved.unknown", { old: { struck: old } });
  if (fate === "cancelled" || fate === "suspended") return [...now, ". ", say(`moved.${fate}`)];
  return fate === "stands" ? say.spans("moved.stands", { date: now }) : now;
}
