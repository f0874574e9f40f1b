/** What a source brought, as rooms see it: one item a post, and one post for those beyond the first five. */
import type { Say } from "../i18n.ts";
import { type Action, type Block, type Message, type Span, type Zone, foreign, linkTo } from "../message.ts";
import { type Item, findItem, listItemsRead } from "../sources/items.ts";
import { hears, splitFlood } from "../sources/news.ts";
import { ITEM_CARD, ITEMS_CARD, parseSpan } from "../sources/reading.ts";
import { type Source, findSource } from "../sources/sources.ts";
import { wallOf } from "../time.ts";
import { defineCard } from "./card.ts";

const TITLE_LIMIT = 200;
/** As many as can be read in one post; the rest is counted. */
const LISTED = 10;

/** The title, as a link where the item has one. A title is never made up. */
export function itemTitle(item: Item, say: Say): Span {
  return linkTo(item.link, item.title === "" ? say("item.untitled") : foreign(item.title, TITLE_LIMIT));
}

/** The day it was published in the room's zone; nothing when the source does not say. */
export function itemDay(item: Item, zone: Zone): Span[] {
  return item.publishedAt === null ? [] : [" · ", { moment: wallOf(item.publishedAt, zone).on, zone }];
}

export function sourceName(source: Source): Span {
  return foreign(source.title, 100);
}

function hideAction(source: Source, say: Say): Action {
  return { label: say("item.action.hide"), command: `source hide ${source.id}` };
}

function composed(say: Say, title: Span[], blocks: Block[], actions: Action[], count: number): Message {
  return { title, tone: "plain", blocks, actions, language: say.language, discreet: say("item.discreet", { count }) };
}

export const itemCard = defineCard<{ item: Item; source: Source }>({
  kind: ITEM_CARD,
  async load(db, key) {
    const item = await findItem(db, key.subject);
    const source = item === undefined ? undefined : await findSource(db, item.source);
    return item === undefined || source === undefined ? null : { item, source };
  },
  draw({ item, source }, { say, zone }) {
    const line: Span[] = [sourceName(source), ...itemDay(item, zone)];
    return composed(say, [itemTitle(item, say)], [{ text: line }], [hideAction(source, say)], 1);
  },
});

export const itemsCard = defineCard<{ items: Item[]; source: Source }>({
  kind: ITEMS_CARD,
  async load(db, key, room, directory) {
    const source = await findSource(db, key.subject);
    const span = parseSpan(key.occasion);
    if (source === undefined || span === undefined) return null;
    const heard = (await listItemsRead(db, source.id, span.from, span.until)).filter((item) => hears(room, source, item, directory));
    const { rest } = splitFlood(heard);
    return rest.length === 0 ? null : { items: rest, source };
  },
  draw({ items, source }, { say, zone }) {
    const shown = items.slice(0, LISTED).map((item): Span[] => [itemTitle(item, say), ...itemDay(item, zone)]);
    const left = items.length - shown.length;
    const blocks: Block[] = [{ list: shown }, ...(left > 0 ? [{ text: [say("items.left", { count: left })] }] : [])];
    const title = say.spans("items.title", { count: items.length, source: sourceName(source) });
    return composed(say, title, blocks, [{ label: say("items.action.show"), command: `source show ${source.id}` }, hideAction(source, say)], items.length);
  },
});
