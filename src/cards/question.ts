/** Asked in coordination, once, near the end of what nobody took. No network is named, and letting go needs no reason. */
import { type Deadline, familyDeadlines, findDeadline } from "../calendar/deadlines.ts";
import { printLine } from "../command.ts";
import { listText } from "../i18n.ts";
import { listUntaken } from "../jobs/question.ts";
import type { Message, Span } from "../message.ts";
import { formatDistance } from "../time.ts";
import { defineCard, type CardView } from "./card.ts";
import { loadDetails, type Details } from "./details.ts";
import { composed, dueOf, dueSpan, isOver, isThisWeek, whenSpans } from "./parts.ts";
import { deadlineTitle } from "./titles.ts";

export const QUESTION_CARD = "question";

/** `untaken`: other States of the same family that close on the same day and that nobody took either. */
export type QuestionState = { asked: Details; untaken: Deadline[] };

export const questionCard = defineCard<QuestionState>({
  kind: QUESTION_CARD,
  waitsForMorning: true,
  async load(db, key) {
    const deadline = await findDeadline(db, key.subject);
    if (deadline === undefined) return null;
    const [asked] = await loadDetails(db, [deadline]);
    if (asked === undefined) return null;
    const family = (await familyDeadlines(db, deadline.family)).filter(({ id, dueOn }) => id !== deadline.id && dueOn === deadline.dueOn);
    const open = await listUntaken(db, family.map(({ id }) => id));
    return { asked, untaken: family.filter(({ id }) => open.has(id)) };
  },
  draw: drawQuestion,
  tells: ({ asked, untaken }) => [asked.deadline, ...untaken].map((deadline) => ({ deadline: deadline.id, value: dueOf(deadline) })),
});

export function drawQuestion({ asked, untaken }: QuestionState, view: CardView): Message {
  const { say, directory } = view;
  const { deadline, session, takers } = asked;
  const others = untaken.flatMap(({ country }) => (country === null ? [] : [directory.countryName(country, view.language)]));
  const date = dueSpan(dueOf(deadline));
  const passed = isOver(deadline, view.now) || date === undefined;
  const settled = passed || takers.length > 0;
  const called = deadline.status === "cancelled" || deadline.status === "suspended";
  return composed(say, {
    title: deadlineTitle(deadline, session, view),
    tone: settled || called ? "done" : "quiet",
    blocks: [
      { text: questionSpans() },
      ...(others.length > 0 && !settled && !called ? [{ text: [say("question.others", { countries: listText(others, say) })] }] : []),
    ],
    actions:
      settled || called
        ? []
        : [
            { label: say("action.take"), command: printLine("take", [deadline.id], { seen: deadline.revision }), style: "primary" },
            { label: say("action.let_go"), command: printLine("hide", [deadline.id]) },
            { label: say("action.show"), command: printLine("deadline show", [deadline.id]) },
          ],
    dates: untaken.length + 1,
    thisWeek: isThisWeek(deadline, view.now),
  });

  function questionSpans(): Span[] {
    if (called) return whenSpans(deadline, view);
    if (takers.length > 0) return [say("question.taken")];
    if (passed) return [say("question.passed")];
    return say.spans("question.ask", { date, distance: formatDistance(view.now, deadline.dueOn ?? date.moment, view.zone, say) });
  }
}
