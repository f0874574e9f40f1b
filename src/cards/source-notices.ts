/** What a room hears of a source itself: that adding it worked, with its newest items; and once that it fails, or works again. */
import type { Span } from "../message.ts";
import { type Item, listItems } from "../sources/items.ts";
import { FIRST_CARD, HEALTH_CARD, parseHealth } from "../sources/notices.ts";
import { findSource, healthOf, type Source } from "../sources/sources.ts";
import { defineCard } from "./card.ts";
import { composedItem, hideAction, sourceName } from "./item-parts.ts";
import { latestBlocks } from "./source.ts";

/** Enough to see that it is the right feed. */
const PREVIEWED = 3;

export const sourceFirstCard = defineCard<{ source: Source; items: Item[] }>({
  kind: FIRST_CARD,
  async load(db, key) {
    const source = await findSource(db, key.subject);
    return source === undefined ? null : { source, items: await listItems(db, source.id, PREVIEWED) };
  },
  draw({ source, items }, { say, zone, now }) {
    const show = { label: say("source.action.show"), command: `source show ${source.id}` };
    if (source.firstReadAt === null) {
      const blocks = [{ text: [healthOf(source, now, zone, say)] }, { text: [say("source.first.failed.next")] }];
      return composedItem(say, say.spans("source.first.failed", { title: sourceName(source) }), blocks, [show], 1);
    }
    const blocks = items.length === 0 ? [{ text: [say("source.first.empty")] }] : latestBlocks(items, { say, zone });
    return composedItem(say, say.spans("source.first.works", { title: sourceName(source), count: items.length }), [...blocks, { text: [say("source.first.next")] }], [show, hideAction(source, say)], 1);
  },
});

export const sourceHealthCard = defineCard<{ source: Source; says: "failing" | "works" }>({
  kind: HEALTH_CARD,
  waitsForMorning: true,
  async load(db, key) {
    const [source, occasion] = [await findSource(db, key.subject), parseHealth(key.occasion)];
    if (source === undefined || occasion === undefined) return null;
    return { source, says: occasion.says };
  },
  draw({ source, says }, { say, zone, now }) {
    // What was told as failing may work again by the time the post is drawn.
    const isFailing = says === "failing" && source.failingSince !== null;
    const title = say.spans(isFailing ? "source.notice.failing" : "source.notice.works", { title: sourceName(source) });
    const health: Span[] = [healthOf(source, now, zone, say)];
    const blocks = [{ text: health }, ...(isFailing ? [{ text: [say("source.notice.failing.next")] }] : [])];
    return { ...composedItem(say, title, blocks, [{ label: say("source.action.show"), command: `source show ${source.id}` }], 1), tone: isFailing ? "quiet" : "done" };
  },
});
