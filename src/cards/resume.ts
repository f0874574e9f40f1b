/** After a pause: one quiet summary of what is still ahead. What went by meanwhile is not counted up. */
import { printLine } from "../command.ts";
import type { Block, Message } from "../message.ts";
import type { DigestContent, DigestEntry } from "../planning/digest.ts";
import { defineCard, type CardView, type Told } from "./card.ts";
import { type DigestState, linesAhead, loadDigest, newsBlocks } from "./digest.ts";
import { kindMark, lineTitle } from "./lines.ts";
import { composed, dueOf, isThisWeek, shortWhenSpans } from "./parts.ts";

export const RESUME_CARD = "resume";

/** What comes first is enough to begin with. */
const LINE_LIMIT = 5;

export const resumeCard = defineCard<DigestState>({
  kind: RESUME_CARD,
  load: (db, { occasion }, room, directory) => loadDigest(db, { card: "resume", occasion }, room, directory),
  draw: drawResume,
  tells: ({ content }) => shownEntries(content).map(({ deadline }): Told => ({ deadline: deadline.id, value: dueOf(deadline) })),
});

function shownEntries(content: DigestContent): DigestEntry[] {
  return linesAhead(content).slice(0, LINE_LIMIT).flatMap(({ entries }) => entries);
}

export function drawResume({ content, news }: DigestState, view: CardView): Message {
  const { say } = view;
  const lines = linesAhead(content);
  const shown = lines.slice(0, LINE_LIMIT);
  const entries = shownEntries(content);
  const rest = lines.length - shown.length;
  const blocks: Block[] =
    shown.length === 0
      ? [{ text: [say("resume.nothing")] }]
      : [
          { text: [say("resume.next")] },
          { list: shown.map((line) => [...lineTitle(line, view), ...kindMark(line.first.deadline, view), " · ", ...shortWhenSpans(line.first.deadline, view)]) },
          ...(rest > 0 ? [{ text: [say("resume.more", { count: rest })] }] : []),
        ];
  return composed(say, {
    title: [say("resume.title")],
    tone: "quiet",
    blocks: [...blocks, ...newsBlocks("resume.news", news, LINE_LIMIT, view)],
    actions: [{ label: say("action.all_dates"), command: printLine("deadlines", ["P56D"]) }],
    dates: entries.length,
    thisWeek: entries.some(({ deadline }) => isThisWeek(deadline, view.now)),
  });
}
