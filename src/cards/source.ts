/** How sources show themselves when asked. Drawn for replies, not kept as posts. */
import type { Directory } from "../directory.ts";
import { UserError } from "../errors.ts";
import { listText, type Say } from "../i18n.ts";
import { type Instant, type Message, type Span, type Zone, foreign, linkTo } from "../message.ts";
import type { Database, RoomAddress } from "../ports.ts";
import { listHidden } from "../rooms/rooms.ts";
import { type Item, listItems } from "../sources/items.ts";
import { type Source, findSource, healthOf, hostOf } from "../sources/sources.ts";
import { itemDay, itemTitle, sourceName } from "./item.ts";

const LISTED = 40;
const LATEST = 5;

type View = { say: Say; zone: Zone; now: Instant };
type Naming = { directory: Directory };

/** The reply that shows one source as it stands, in the room that asks. */
export async function showSource(
  context: View & Naming & { db: Database; room: { address: RoomAddress } },
  id: string,
): Promise<{ to: "asker"; show: Message }> {
  const source = await findSource(context.db, id);
  if (source === undefined) throw new UserError("unknown_subject");
  const hidden = (await listHidden(context.db, context.room.address)).has(id);
  const items = await listItems(context.db, id, LATEST);
  return { to: "asker", show: drawSource(source, items, { say: context.say, zone: context.zone, now: context.now, directory: context.directory, hidden }) };
}

export function drawSources(sources: readonly Source[], view: View): Message {
  const { say, zone, now } = view;
  const list = sources.slice(0, LISTED).map((source): Span[] => [{ code: source.id }, " ", sourceName(source), " · ", healthOf(source, now, zone, say)]);
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

export function drawSource(source: Source, items: readonly Item[], view: View & Naming & { hidden: boolean }): Message {
  const { say, zone, now, hidden } = view;
  const paused = source.state === "paused";
  const fields: [string, Span[]][] = [
    [say("source.field.address"), [linkTo(source.url, foreign(hostOf(source.url)))]],
    [say("source.field.health"), [healthOf(source, now, zone, say)]],
    ...(paused ? [] : [[say("source.field.next"), [{ moment: Math.max(now, source.nextAt), zone }]] satisfies [string, Span[]]]),
    ...(source.topics.length > 0 ? [[say("source.field.topics"), [subjectsText(source.topics, view)]] satisfies [string, Span[]]] : []),
    [say("source.field.rooms"), [say(hidden ? "source.rooms.hidden" : "source.rooms", { count: source.rooms.length })]],
  ];
  return {
    title: [sourceName(source)],
    tone: source.failingSince === null ? "plain" : "quiet",
    blocks: [
      { fields },
      ...(items.length > 0 ? [{ text: [say("source.latest")] }, { list: items.map((item): Span[] => [itemTitle(item, say), ...itemDay(item, zone)]) }] : []),
    ],
    actions: [
      { label: say("source.action.read"), command: `source resume ${source.id}` },
      ...(paused ? [] : [{ label: say("source.action.pause"), command: `source pause ${source.id}` }]),
      hidden ? { label: say("source.action.unhide"), command: `source unhide ${source.id}` } : { label: say("item.action.hide"), command: `source hide ${source.id}` },
      { label: say("source.action.remove"), command: `source remove ${source.id}`, style: "danger", confirm: say("source.remove.confirm") },
    ],
    language: say.language,
  };
}

/** Topics by their words and bodies by their short names. */
function subjectsText(subjects: readonly string[], { say, directory }: Pick<View, "say"> & Naming): string {
  return listText(subjects.map((key) => (directory.topics.includes(key) ? say(`topic.${key}`) : directory.bodyName(key, say.language, "short"))), say);
}
