/**
 * The week on one page: what is due, what to plan, what is only about, what this room may not do itself with the way round it, and what passed
 * while Clarion was off. It speaks from its own day, however late it is drawn; only dates that move since are corrected in it.
 */
import { printLine } from "../command.ts";
import type { Directory } from "../directory.ts";
import { digestAt } from "../jobs/digest.ts";
import type { Action, Block, Message, Span } from "../message.ts";
import { digestContent, type DigestContent, type DigestEntry } from "../planning/digest.ts";
import type { Database } from "../ports.ts";
import { findNetwork, type Standing } from "../rooms/networks.ts";
import type { Room } from "../rooms/rooms.ts";
import type { Item } from "../sources/items.ts";
import { gatherOccasion, listGathered } from "../sources/tellings.ts";
import { isDay } from "../time.ts";
import { defineCard, type CardView, type Told } from "./card.ts";
import { conditionSpan, forYouText } from "./fields.ts";
import { listBlocks as listBlocksOfItems } from "./item.ts";
import { gatherLines, type Line, lineTitle } from "./lines.ts";
import { composed, dayText, dueOf, dueSpan, durationWords, isThisWeek, shortWhenSpans, type Seen } from "./parts.ts";

export const DIGEST_CARD = "digest";

/** Rows of one table that are read to their end. */
const ROW_LIMIT = 20;
const SHORT_LIMIT = 10;
const BUTTON_LIMIT = 3;
/** As far as a digest looks ahead. */
const RANGE = "P56D";

/** `news`: what sources brought and this post gathers. */
export type DigestState = { content: DigestContent; standing: Standing; news: Item[] };

export async function loadDigest(db: Database, { card, occasion }: { card: "digest" | "resume"; occasion: string }, room: Room, directory: Directory): Promise<DigestState | null> {
  // A summary is posted for a minute (`2027-02-10T19:00`) and tells of the weeks from that day on.
  const day = occasion.split("T")[0] ?? "";
  if (!isDay(day)) return null;
  const network = await findNetwork(db, room.network);
  const news = await listGathered(db, room.address, gatherOccasion(card, occasion));
  return { content: await digestContent(db, room, directory, digestAt(day, room)), standing: network?.standing ?? "unknown", news };
}

export const digestCard = defineCard<DigestState>({
  kind: DIGEST_CARD,
  waitsForMorning: true,
  load: (db, { occasion }, room, directory) => loadDigest(db, { card: "digest", occasion }, room, directory),
  draw: drawDigest,
  tells: ({ content }) =>
    [...content.due, ...content.plan, ...content.about, ...content.notForYou].map(({ deadline }): Told => ({ deadline: deadline.id, value: dueOf(deadline) })),
});

export function drawDigest({ content, standing, news }: DigestState, view: CardView): Message {
  const { say } = view;
  const { due, plan, about, notForYou, passed } = content;
  const blocks: Block[] = [
    ...(due.length === 0 ? [{ text: [say("digest.nothing_due")] }] : dueBlocks(due, standing, view)),
    ...listBlocks("digest.plan", plan, view, (line) => datedLine(line, view)),
    ...listBlocks("digest.about", about, view, (line) => [...datedLine(line, view), ...conditionSpans(line, view)]),
    ...listBlocks("digest.not_for_you", notForYou, view, (line) => [...datedLine(line, view), ` · ${forYouText(line.first.deadline, standing, view)}`]),
    ...listBlocks("digest.passed", passed, view, (line) => datedLine(line, view)),
    ...(passed.length === 0 ? [] : [{ text: [say("digest.passed.note")] }]),
    ...newsBlocks("digest.news", news, SHORT_LIMIT, view),
  ];
  const thisWeek = due.filter(({ deadline }) => isThisWeek(deadline, view.now)).length;
  return composed(say, {
    title: [say("digest.title", { from: dayText(content.from, say), until: dayText(content.until, say) })],
    tone: "quiet",
    blocks,
    actions: digestActions(due, view),
    dates: thisWeek > 0 ? thisWeek : due.length,
    thisWeek: thisWeek > 0,
  });
}

/** Items of sources, under a heading of their own. */
export function newsBlocks(heading: string, news: readonly Item[], limit: number, view: CardView): Block[] {
  return news.length === 0 ? [] : [{ text: [{ strong: view.say(heading) }] }, ...listBlocksOfItems(news, limit, view)];
}

/** The nearest dates first, however sure they are: the words beside each say how sure. */
export function linesAhead({ due, plan, about }: DigestContent): Line<DigestEntry>[] {
  const order = ({ deadline }: DigestEntry) => deadline.overAt ?? Number.MAX_SAFE_INTEGER;
  return gatherLines([...due, ...plan, ...about].sort((one, other) => order(one) - order(other)));
}

/** What has moved stands apart from what is due that day anyway. */
function linesOf(entries: readonly DigestEntry[]): Line<DigestEntry>[] {
  return gatherLines(entries, ({ movedFrom }) => movedFrom?.on ?? "");
}

function dueBlocks(due: readonly DigestEntry[], standing: Standing, view: CardView): Block[] {
  const { say } = view;
  const lines = linesOf(due);
  const rows = lines.slice(0, ROW_LIMIT).map((line): Span[][] => [
    [...whenSpans(line.first, view), ...marks(line, view)],
    lineTitle(line, view),
    [forYouText(line.first.deadline, standing, view)],
  ]);
  return [{ table: { head: [say("column.when"), say("column.what"), say("column.for_you")], rows } }, ...moreBlock(lines.length - ROW_LIMIT, view)];
}

function listBlocks(key: string, entries: readonly DigestEntry[], view: CardView, draw: (line: Line<DigestEntry>) => Span[]): Block[] {
  if (entries.length === 0) return [];
  const lines = linesOf(entries);
  return [{ text: [{ strong: view.say(key) }] }, { list: lines.slice(0, SHORT_LIMIT).map(draw) }, ...moreBlock(lines.length - SHORT_LIMIT, view)];
}

function moreBlock(rest: number, { say }: Seen): Block[] {
  return rest > 0 ? [{ text: say.spans("list.more", { count: rest, line: { code: `/deadlines ${durationWords(RANGE, say)}` } }) }] : [];
}

/** The old date struck beside the new one, for as long as it is news. */
function whenSpans({ deadline, movedFrom }: DigestEntry, view: CardView): Span[] {
  const old = movedFrom === null ? undefined : dueSpan(movedFrom);
  return [...(old === undefined ? [] : [{ struck: old }, " "]), ...shortWhenSpans(deadline, view)];
}

function marks({ first }: Line<DigestEntry>, { say }: CardView): Span[] {
  if (first.movedFrom !== null) return [" ", { strong: say("mark.moved") }];
  return first.isNew ? [" ", { strong: say("mark.new") }] : [];
}

function datedLine(line: Line<DigestEntry>, view: CardView): Span[] {
  return [...lineTitle(line, view), " · ", ...whenSpans(line.first, view), ...marks(line, view)];
}

/** What must come true first, for a day that is known and still not sure. */
function conditionSpans({ first }: Line<DigestEntry>, view: CardView): Span[] {
  const condition = conditionSpan(first.deadline, view);
  return condition === undefined ? [] : [" · ", ...view.say.spans("digest.only_if", { condition })];
}

function digestActions(due: readonly DigestEntry[], view: CardView): Action[] {
  const { say, directory, language } = view;
  const shows = due.slice(0, BUTTON_LIMIT).map(({ deadline }): Action => {
    const body = directory.bodyName(deadline.mechanism, language, "short");
    const place = deadline.country === null ? body : `${body}, ${directory.countryName(deadline.country, language)}`;
    return { label: say("action.show_named", { name: `${place}, ${deadline.dueOn === null ? "" : dayText(deadline.dueOn, say)}` }), command: printLine("deadline show", [deadline.id]) };
  });
  return [...shows, { label: say("action.all_dates"), command: printLine("deadlines", [RANGE]) }];
}
