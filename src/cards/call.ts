/**
 * A call to action as it stands in a room: what is asked, by whom, until when, the text in the room's language, and how many
 * organisations have answered. The same post is edited as answers come in and when the call is held, closed or withdrawn.
 */
import { type Call, type CallText, type Tally, CALL_CARD, chooseText, countAnswers, findCall, listTexts } from "../calls/calls.ts";
import { printLine } from "../command.ts";
import type { Say } from "../i18n.ts";
import { foreign, linkTo, type Action, type Block, type Instant, type Language, type Message, type MomentSpan, type Span, type Zone } from "../message.ts";
import type { Database } from "../ports.ts";
import { findNetwork } from "../rooms/networks.ts";
import type { Room } from "../rooms/rooms.ts";
import { addDays, formatDistance, wallOf } from "../time.ts";
import { type CardKey, type CardView, defineCard } from "./card.ts";
import { placeOf } from "./titles.ts";

/** Why a call is posted. Two leads share `closing`, so that a room is reminded once at most. */
export const CALL_OCCASIONS = { open: "open", closing: "closing", closed: "closed" } as const;

/** Characters of the text that a card shows; the rest is one command away. */
const EXCERPT_LIMIT = 600;

export type CallState = { call: Call; texts: readonly CallText[]; tally: Tally; networkName: string };
type Reader = { say: Say; now: Instant; zone: Zone };

/** Everything there is to draw of a call, or null when it does not exist. */
export async function loadCall(db: Database, id: string): Promise<CallState | null> {
  const call = await findCall(db, id);
  if (call === undefined) return null;
  const network = await findNetwork(db, call.network);
  return { call, texts: await listTexts(db, id), tally: await countAnswers(db, id), networkName: network?.name ?? call.network };
}

export const callCard = defineCard<CallState>({
  kind: CALL_CARD,
  async load(db, key, room) {
    const state = await loadCall(db, key.subject);
    if (state === null || state.call.state === "draft") return null;
    // What ended before it reached the room need not come at all; what stands there is edited.
    const over = state.call.state === "withdrawn" || (state.call.state === "closed" && key.occasion !== CALL_OCCASIONS.closed);
    return over && !(await isStanding(db, key, room)) ? null : state;
  },
  draw: drawCall,
});

async function isStanding(db: Database, key: CardKey, room: Room): Promise<boolean> {
  const row = await db
    .selectFrom("posts")
    .select("reference")
    .where("room", "=", room.address)
    .where("card", "=", key.card)
    .where("subject", "=", key.subject)
    .where("occasion", "=", key.occasion)
    .executeTakeFirst();
  return row !== undefined && row.reference !== null;
}

function drawCall(state: CallState, view: CardView): Message {
  const { call } = state;
  const { say } = view;
  const base = { language: view.language, discreet: say("call.discreet") };
  if (call.state === "withdrawn") {
    // Neither title nor text: what was withdrawn should not go on being read.
    return { ...base, title: [say("call.title.withdrawn")], tone: "quiet", blocks: [{ text: [say("call.withdrawn")] }], actions: [] };
  }
  if (call.state === "closed") {
    const tone = view.occasion === CALL_OCCASIONS.closing ? "quiet" : "done";
    return { ...base, title: titleOf(state, say), tone, blocks: summaryBlocks(state, say), actions: readingActions(call, say) };
  }
  const reminding = view.occasion === CALL_OCCASIONS.closing && call.state === "open";
  return {
    ...base,
    title: reminding ? say.spans("call.title.closing", { title: titleSpan(state, say.language) }) : titleOf(state, say),
    tone: call.state === "held" || reminding ? "quiet" : call.kind === "urgent" ? "urgent" : "plain",
    blocks: [
      { text: [say(call.state === "held" ? "call.held" : reminding ? "call.closing" : `call.ask.${call.kind}`)] },
      { fields: callFields(state, view) },
      ...(reminding ? [] : excerptBlocks(call, state.texts, say)),
      ...progressBlocks(state, say),
    ],
    actions: call.state === "held" ? readingActions(call, say) : [supportAction(call, say), ...readingActions(call, say)],
  };
}

/* Parts that `call show` and the rehearsal use too */

export function titleSpan({ call, texts }: Pick<CallState, "call" | "texts">, language: Language): Span {
  return foreign(chooseText(texts, language)?.title ?? call.id, 160);
}

/** "Urgent action: …", "On hold: …", "Closed: …". */
export function titleOf(state: Pick<CallState, "call" | "texts">, say: Say): Span[] {
  const { call } = state;
  const key = call.state === "open" ? `call.title.${call.kind}` : `call.title.${call.state}`;
  return say.spans(key, { title: titleSpan(state, say.language) });
}

/** Who calls, until when in the caller's zone and in the reader's, and where to read more. */
export function callFields({ call, networkName }: Pick<CallState, "call" | "networkName">, reader: Reader): [label: string, value: Span[]][] {
  const { say } = reader;
  const fields: [label: string, value: Span[]][] = [[say("call.field.from"), [foreign(networkName)]]];
  if (call.closesAt !== null) fields.push([say("call.field.until"), untilSpans(call.closesAt, call.zone, reader)]);
  if (call.link !== "") fields.push([say("call.field.link"), [linkTo(call.link, foreign(call.link, 120))]]);
  return fields;
}

/** A call that ends at midnight ends with the day before, and is said so. */
export function closingMoment(closesAt: Instant, zone: Zone): MomentSpan {
  const wall = wallOf(closesAt, zone);
  return wall.time === "00:00" ? { moment: addDays(wall.on, -1), zone } : { moment: closesAt, zone };
}

function untilSpans(closesAt: Instant, zone: Zone, { say, now, zone: readerZone }: Reader): Span[] {
  const official = closingMoment(closesAt, zone);
  const whole = typeof official.moment === "string";
  const values = { moment: official, place: placeOf(zone, say), distance: formatDistance(now, official.moment, zone, say) };
  const spans = say.spans(whole ? "call.until.day" : "call.until.moment", values);
  const there = wallOf(closesAt, zone);
  const here = wallOf(closesAt, readerZone);
  if (there.on === here.on && there.time === here.time) return spans;
  return [...spans, ...say.spans("call.until.here", { moment: { moment: closesAt, zone: readerZone } })];
}

/** The start of the text, with a note when it is not in the reader's language. */
export function excerptBlocks(call: Call, texts: readonly CallText[], say: Say, language: Language = say.language): Block[] {
  const text = chooseText(texts, language);
  if (text === undefined) return [];
  const blocks: Block[] = languageNote(text, say, language);
  let left = EXCERPT_LIMIT;
  let isWhole = true;
  for (const paragraph of paragraphsOf(text)) {
    if (left <= 0) isWhole = false;
    else {
      const shown = foreign(paragraph, left);
      blocks.push({ quote: [shown] });
      isWhole &&= shown.foreign === paragraph;
      left -= shown.foreign.length;
    }
  }
  if (!isWhole) {
    blocks.push({ text: say.spans("call.read_all", { command: { code: `/${printLine("call show", [call.id])}` } }) });
  }
  return blocks;
}

function languageNote(text: CallText, say: Say, wanted: Language): Block[] {
  if (text.language === wanted) return [];
  return [{ text: [say("call.other_language", { wanted: say(`language.${wanted}`), given: say(`language.${text.language}`) })] }];
}

export function progressBlocks({ call, tally }: Pick<CallState, "call" | "tally">, say: Say): Block[] {
  // "1 / 188 organisations": the word goes with the number it stands beside.
  const label = say("call.progress", { count: call.goal ?? tally.organisations, regions: tally.regions });
  return [{ progress: { done: tally.organisations, ...(call.goal === null ? {} : { goal: call.goal }), label } }];
}

function summaryBlocks(state: CallState, say: Say): Block[] {
  const { call } = state;
  const blocks: Block[] = [{ text: [say("call.closed")] }, ...progressBlocks(state, say)];
  if (call.link !== "") blocks.push({ fields: [[say("call.field.link"), [linkTo(call.link, foreign(call.link, 120))]]] });
  return blocks;
}

/** Each folded to one line; what divides them is an empty line. */
function paragraphsOf(text: CallText): string[] {
  return text.text.split(/\n\s*\n/).map((paragraph) => foreign(paragraph, Number.POSITIVE_INFINITY).foreign).filter((paragraph) => paragraph !== "");
}

/** The whole text, paragraph by paragraph, in pieces that every chat shows uncut. */
export function wholeTextBlocks(texts: readonly CallText[], say: Say, language: Language): Block[] {
  const text = chooseText(texts, language);
  if (text === undefined) return [];
  const pieces = paragraphsOf(text).flatMap(cutAtSpaces);
  return [...languageNote(text, say, language), ...pieces.map((piece): Block => ({ quote: [foreign(piece)] }))];
}

/** Scripts that write without spaces are cut between letters. */
function cutAtSpaces(text: string): string[] {
  const words = text.split(" ").flatMap((word) => {
    const letters = [...word];
    return Array.from({ length: Math.ceil(letters.length / EXCERPT_LIMIT) }, (_, part) =>
      letters.slice(part * EXCERPT_LIMIT, (part + 1) * EXCERPT_LIMIT).join(""),
    );
  });
  const pieces: string[] = [];
  let piece = "";
  for (const word of words) {
    if (piece !== "" && [...piece].length + [...word].length + 1 > EXCERPT_LIMIT) {
      pieces.push(piece);
      piece = word;
    } else piece = piece === "" ? word : `${piece} ${word}`;
  }
  return piece === "" ? pieces : [...pieces, piece];
}

export function supportAction(call: Call, say: Say): Action {
  return { label: say("call.action.support"), command: printLine("call support", [call.id]), style: "primary" };
}

function readingActions(call: Call, say: Say): Action[] {
  return [
    { label: say("call.action.show"), command: printLine("call show", [call.id]) },
    { label: say("call.action.copy"), command: printLine("copy", [call.id]) },
  ];
}

/** What a coordinator can do with it now. */
export function ownerActions(call: Call, say: Say): Action[] {
  const action = (name: string, style?: "danger"): Action => ({
    label: say(`call.action.${name}`),
    command: printLine(`call ${name}`, [call.id]),
    ...(style === undefined ? {} : { style }),
  });
  if (call.state === "draft") return [action("publish"), action("text")];
  if (call.state === "open") return [action("hold", "danger"), action("close")];
  return call.state === "held" ? [action("open"), action("close")] : [];
}
