/** The first post of a room: what comes here, what is next, and what is kept. Speaks from the day the room was opened. */
import type { Message, Span } from "../message.ts";
import type { DigestEntry } from "../planning/digest.ts";
import { findNetwork } from "../rooms/networks.ts";
import { defineCard, type CardView, type Told } from "./card.ts";
import { type DigestState, linesAhead, loadDigest } from "./digest.ts";
import { kindMark, type Line, lineTitle } from "./lines.ts";
import { opennessBlocks } from "./openness.ts";
import { composed, dueOf, shortWhenSpans } from "./parts.ts";

export const WELCOME_CARD = "welcome";
const ROW_LIMIT = 5;

type WelcomeState = DigestState & { name: string };

export const welcomeCard = defineCard<WelcomeState>({
  kind: WELCOME_CARD,
  async load(db, key, room, directory) {
    const digest = await loadDigest(db, { card: "digest", occasion: key.occasion }, room, directory);
    const network = await findNetwork(db, room.network);
    return digest === null ? null : { ...digest, name: network?.name ?? room.network };
  },
  draw,
  tells: (state) => shownLines(state).flatMap(({ entries }) => entries.map(({ deadline }): Told => ({ deadline: deadline.id, value: dueOf(deadline) }))),
});

function shownLines({ content }: WelcomeState): Line<DigestEntry>[] {
  return linesAhead(content).slice(0, ROW_LIMIT);
}

function draw(state: WelcomeState, view: CardView): Message {
  const { say } = view;
  const rows = shownLines(state).map((line): Span[][] => [shortWhenSpans(line.first.deadline, view), [...lineTitle(line, view), ...kindMark(line.first.deadline, view)]]);
  return composed(say, {
    title: [say("welcome.title", { network: state.name })],
    tone: "plain",
    blocks: [
      { text: [say("welcome.what")] },
      ...(rows.length === 0 ? [] : [{ text: [{ strong: say("welcome.next") }] }, { table: { head: [say("column.when"), say("column.what")], rows } }]),
      ...opennessBlocks(view.room, say),
    ],
    actions: [
      { label: say("help.next"), command: "deadlines" },
      { label: say("room.action.preview"), command: "preview" },
      { label: say("help.room"), command: "room" },
      { label: say("welcome.help"), command: "help" },
    ],
    dates: 0,
    thisWeek: false,
  });
}
