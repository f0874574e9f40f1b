/** What a source brought, as rooms see it: one item a post, one post for those beyond the first five, and a note when one has changed. */
import type { Block, Span } from "../message.ts";
import type { ItemChange } from "../sources/compare.ts";
import { CHANGED_CARD, readTold } from "../sources/edits.ts";
import type { Item } from "../sources/items.ts";
import { findSource, type Source } from "../sources/sources.ts";
import { shownVersion, type Version } from "../sources/stories.ts";
import { ITEM_CARD, ITEMS_CARD, listGathered } from "../sources/tellings.ts";
import { wallOf } from "../time.ts";
import { defineCard, type CardView } from "./card.ts";
import { composedItem, eventSpans, explainAction, foundDatesSpans, hideAction, itemDay, itemFields, itemTitle, showAction, sourceName } from "./item-parts.ts";

/** As many as can be read in one post; the rest is counted. */
const LISTED = 10;

export const itemCard = defineCard<Version>({
  kind: ITEM_CARD,
  load: async (db, key, room) => (await shownVersion(db, key.subject, room)) ?? null,
  draw({ item, source }, view) {
    const { say, zone } = view;
    const changed: Span[] = item.changedAt === null ? [] : [" · ", ...say.spans("item.changed_on", { date: { moment: wallOf(item.changedAt, zone).on, zone } })];
    const line: Span[] = [sourceName(source), ...itemDay(item, zone), " · ", ...say.spans("item.read_at", { at: { moment: item.readAt, zone } }), ...changed];
    const blocks: Block[] = [{ text: line }, ...itemFields(item, view)];
    return composedItem(say, [itemTitle(item, say)], blocks, [explainAction(item, say), hideAction(source, say)], 1);
  },
});

export const itemsCard = defineCard<{ items: Item[]; source: Source | undefined }>({
  kind: ITEMS_CARD,
  async load(db, key, room) {
    const items = await listGathered(db, room.address, key.occasion, key.subject);
    return items.length === 0 ? null : { items, source: await findSource(db, key.subject) };
  },
  draw({ items, source }, { say, zone }) {
    const blocks = listBlocks(items, LISTED, { say, zone });
    if (source === undefined) return composedItem(say, [say("items.title.several", { count: items.length })], blocks, [{ label: say("source.action.list"), command: "source list" }], items.length);
    const title = say.spans("items.title", { count: items.length, source: sourceName(source) });
    return composedItem(say, title, blocks, [{ label: say("items.action.show"), command: `source show ${source.id}` }, hideAction(source, say)], items.length);
  },
});

/** Items by title and day, the first of them; the others are counted. */
export function listBlocks(items: readonly Item[], limit: number, { say, zone }: Pick<CardView, "say" | "zone">): Block[] {
  const shown = items.slice(0, limit).map((item): Span[] => [itemTitle(item, say), ...itemDay(item, zone)]);
  const left = items.length - shown.length;
  return [{ list: shown }, ...(left > 0 ? [{ text: [say("items.left", { count: left })] }] : [])];
}

export const changedCard = defineCard<Version & { changes: ItemChange[] }>({
  kind: CHANGED_CARD,
  waitsForMorning: true,
  async load(db, _key, room, _directory, told = null) {
    const known = readTold(told);
    const version = known === undefined ? undefined : await shownVersion(db, known.item, room);
    if (known === undefined || version === undefined) return null;
    const changes = version.item.id === known.item ? known.changes.filter((change) => stillTrue(change, version.item)) : [];
    return changes.length === 0 ? null : { ...version, changes };
  },
  draw({ item, source, changes }, view) {
    const { say } = view;
    const isDated = changes.some(({ what }) => what === "dates" || what === "event");
    const title = say.spans(isDated ? "item.changed.title.dates" : "item.changed.title", { title: itemTitle(item, say) });
    const blocks: Block[] = [{ fields: changes.flatMap((change) => changeFields(change, item, view)) }, { text: [sourceName(source)] }];
    return composedItem(say, title, blocks, [showAction(item, say), explainAction(item, say)], 1);
  },
});

/** What went back to what it was before the note was sent is no change to speak of. */
function stillTrue(change: ItemChange, item: Item): boolean {
  if (change.what === "title") return change.old !== item.title;
  if (change.what === "dates") return JSON.stringify(change.old) !== JSON.stringify(item.dates);
  if (change.what === "event") return JSON.stringify(change.old) !== JSON.stringify(item.event);
  return false;
}

/** Old and new side by side; what is new is as it stands now. */
export function changeFields(change: ItemChange, item: Pick<Item, "title" | "dates" | "event">, view: Pick<CardView, "say" | "zone">): [string, Span[]][] {
  const { say } = view;
  if (change.what === "title") return [[say("item.field.old_title"), [itemTitle({ title: change.old, link: "" }, say)]]];
  if (change.what === "event") return item.event === null ? [] : [[say("item.field.event"), say.spans("item.was_now", { old: eventSpans(change.old, view), new: eventSpans(item.event, view) })]];
  if (change.what !== "dates") return [];
  const left = change.old.filter(({ on, time }) => !item.dates.some((date) => date.on === on && date.time === time));
  const came = item.dates.filter(({ on, time }) => !change.old.some((date) => date.on === on && date.time === time));
  if (left.length > 0 && came.length > 0) {
    const struck = foundDatesSpans(left, view).map((span): Span => (typeof span === "string" ? span : { struck: span }));
    return [[say("item.field.date"), say.spans("item.was_now", { old: struck, new: foundDatesSpans(came, view) })]];
  }
  if (came.length > 0) return [[say("item.field.date.new"), foundDatesSpans(came, view)]];
  return [[say("item.field.date.gone"), foundDatesSpans(left, view)]];
}
