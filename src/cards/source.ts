/** How sources show themselves when asked. Drawn for replies, not kept as posts. */
import type { Directory } from "../directory.ts";
import { UserError } from "../errors.ts";
import { listText, type Say } from "../i18n.ts";
import { type Action, type Instant, type Message, type Span, type Zone, foreign, linkTo } from "../message.ts";
import type { Database, RoomAddress } from "../ports.ts";
import { loadRules, NO_WORDS, type RoomRules } from "../sources/filters.ts";
import { type Item, listItems } from "../sources/items.ts";
import { type Source, findSource, healthOf, hostOf } from "../sources/sources.ts";
import { itemDay, itemTitle, sourceName, subjectName } from "./item-parts.ts";

const LISTED = 40;
const LATEST = 5;

type View = { say: Say; zone: Zone; now: Instant };
type Naming = { directory: Directory };
/** `rules`: what the room that asks has set for itself. */
type Asking = { room: RoomAddress; rules: RoomRules };

/** The reply that shows one source as it stands, in the room that asks. */
export async function showSource(
  context: View & Naming & { db: Database; room: { address: RoomAddress } },
  id: string,
): Promise<{ to: "asker"; show: Message }> {
  const { say, zone, now, directory, db } = context;
  const source = await findSource(db, id);
  if (source === undefined) throw new UserError("unknown_subject");
  const rules = (await loadRules(db, context.room.address))(context.room.address);
  const items = await listItems(db, id, LATEST);
  return { to: "asker", show: drawSource(source, items, { say, zone, now, directory, rules, room: context.room.address }) };
}

export function drawSources(sources: readonly Source[], view: View): Message {
  const { say, zone, now } = view;
  // What fails stands first: it is what somebody may have to look at.
  const sorted = sources.toSorted((one, other) => Number(other.failingSince !== null) - Number(one.failingSince !== null));
  const list = sorted.slice(0, LISTED).map((source): Span[] => [{ code: source.id }, " ", sourceName(source), " · ", healthOf(source, now, zone, say)]);
  const left = sources.length - list.length;
  return {
    title: [say("source.list.title", { count: sources.length })],
    tone: "plain",
    blocks: [
      ...(list.length > 0 ? [{ list }] : [{ text: [say("source.list.empty")] }]),
      ...(left > 0 ? [{ text: [say("items.left", { count: left })] }] : []),
    ],
    actions: [{ label: say("source.action.add"), command: "source add" }],
    language: say.language,
  };
}

export function drawSource(source: Source, items: readonly Item[], view: View & Naming & Asking): Message {
  const { say, zone, now, rules } = view;
  const paused = source.state === "paused";
  const hidden = rules.hidden.has(source.id);
  const fields: [string, Span[]][] = [
    [say("source.field.address"), [linkTo(source.url, foreign(hostOf(source.url)))]],
    [say("source.field.health"), [healthOf(source, now, zone, say)]],
    ...(paused ? [] : [[say("source.field.next"), [{ moment: Math.max(now, source.nextAt), zone }]] satisfies [string, Span[]]]),
    ...(source.topics.length > 0 ? [[say("source.field.topics"), [listText(source.topics.map((subject) => subjectName(subject, view)), say)]] satisfies [string, Span[]]] : []),
    [say("source.field.rooms"), [say(hidden ? "source.rooms.hidden" : "source.rooms", { count: source.rooms.length })]],
    ...roomFields(source, view),
  ];
  return {
    title: [sourceName(source)],
    tone: source.failingSince === null ? "plain" : "quiet",
    blocks: [{ fields }, ...latestBlocks(items, view)],
    actions: actionsOf(source, hidden, say),
    language: say.language,
  };
}

/** The newest items of a source, each with what explains it. */
export function latestBlocks(items: readonly Item[], { say, zone }: Pick<View, "say" | "zone">) {
  if (items.length === 0) return [];
  const list = items.map((item): Span[] => [{ code: item.id }, " ", itemTitle(item, say), ...itemDay(item, zone)]);
  return [{ text: [say("source.latest")] }, { list }];
}

/** What this room set for itself; nobody else is shown it. */
function roomFields(source: Source, { say, rules, room }: View & Asking): [string, Span[]][] {
  const { only, without, relevant } = rules.words.get(source.id) ?? NO_WORDS;
  const words = (list: readonly string[]): Span[] => [foreign(listText(list, say))];
  return [
    ...(source.rooms.includes(room) ? [[say("source.field.here"), [say(relevant ? "source.here.relevant" : "source.here.all")]] satisfies [string, Span[]]] : []),
    ...(only.length > 0 ? [[say("source.field.only"), words(only)] satisfies [string, Span[]]] : []),
    ...(without.length > 0 ? [[say("source.field.without"), words(without)] satisfies [string, Span[]]] : []),
  ];
}

function actionsOf({ id, state }: Source, hidden: boolean, say: Say): Action[] {
  return [
    { label: say("source.action.read"), command: `source resume ${id}` },
    ...(state === "paused" ? [] : [{ label: say("source.action.pause"), command: `source pause ${id}` }]),
    hidden ? { label: say("source.action.unhide"), command: `source unhide ${id}` } : { label: say("item.action.hide"), command: `source hide ${id}` },
    { label: say("source.action.remove"), command: `source remove ${id}`, style: "danger", confirm: say("source.remove.confirm") },
  ];
}
