/** Asked in coordination, once, near the end of what nobody took. No network is named, and letting go needs no reason. */
import { printLine } from "../command.ts";
import { findDeadline } from "../deadline-row.ts";
import type { Message, Span } from "../message.ts";
import { formatDistance } from "../time.ts";
import { defineCard, type CardView } from "./card.ts";
import { loadDetails, type Details } from "./details.ts";
import { composed, dueOf, dueSpan, isOver, isThisWeek, whenSpans } from "./parts.ts";
import { deadlineTitle } from "./titles.ts";

export const QUESTION_CARD = "question";

export const questionCard = defineCard<Details>({
  kind: QUESTION_CARD,
  async load(db, key) {
    const deadline = await findDeadline(db, key.subject);
    if (deadline === undefined) return null;
    return (await loadDetails(db, [deadline]))[0] ?? null;
  },
  draw: drawQuestion,
  tells: ({ deadline }) => [{ deadline: deadline.id, value: dueOf(deadline) }],
});

export function drawQuestion({ deadline, session, takers }: Details, view: CardView): Message {
  const { say } = view;
  const date = dueSpan(dueOf(deadline));
  const passed = isOver(deadline, view.now) || date === undefined;
  const settled = passed || takers.length > 0;
  const called = deadline.status === "cancelled" || deadline.status === "suspended";
  return composed(say, {
    title: deadlineTitle(deadline, session, view),
    tone: settled || called ? "done" : "quiet",
    blocks: [{ text: questionSpans() }],
    actions:
      settled || called
        ? []
        : [
            { label: say("action.take"), command: printLine("take", [deadline.id], { seen: deadline.revision }), style: "primary" },
            { label: say("action.let_go"), command: printLine("hide", [deadline.id]) },
            { label: say("action.show"), command: printLine("deadline show", [deadline.id]) },
          ],
    thisWeek: isThisWeek(deadline, view.now),
  });

  function questionSpans(): Span[] {
    if (called) return whenSpans(deadline, view);
    if (takers.length > 0) return [say("question.taken")];
    if (passed) return [say("question.passed")];
    return say.spans("question.ask", { date, distance: formatDistance(view.now, date.moment, view.zone, say) });
  }
}
