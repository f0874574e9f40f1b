/** One item when asked for: what it is and what became of it, and why this room was told of it or not. */
import { listText } from "../i18n.ts";
import type { Block, Message, Span } from "../message.ts";
import { foreign } from "../message.ts";
import { NEWS } from "../planning/follow.ts";
import type { RoomAddress } from "../ports.ts";
import type { ItemChange } from "../sources/compare.ts";
import type { Explanation } from "../sources/explain.ts";
import type { Verdict } from "../sources/filters.ts";
import type { Item } from "../sources/items.ts";
import { healthOf, type Source } from "../sources/sources.ts";
import { explainAction, itemFields, type ItemView, itemTitle, showAction, sourceName, subjectName } from "./item-parts.ts";
import { changeFields } from "./item.ts";

const REASONS = 6;
const WORDS_LIMIT = 80;
const SUMMARY_LIMIT = 300;

/** `item ID`. */
export function drawItem(item: Item, source: Source, view: ItemView): Message {
  const { say, zone } = view;
  const fields: [string, Span[]][] = [
    [say("item.field.source"), [sourceName(source)]],
    ...(item.publishedAt === null ? [] : [[say("item.field.published"), [{ moment: item.publishedAt, zone }]] satisfies [string, Span[]]]),
    [say("item.field.read"), [{ moment: item.readAt, zone }]],
    [say("item.field.kind"), [say(`item.kind.${item.kind}`)]],
    [say("item.field.relevant"), [say(item.relevant ? "item.relevant.yes" : "item.relevant.no")]],
    ...(item.changedAt === null ? [] : [[say("item.field.changed"), [{ moment: item.changedAt, zone }]] satisfies [string, Span[]]]),
    ...item.changes.flatMap((change, index) => pastChange(change, item, index, view)),
    // A feed that cannot be read says nothing of what has changed since.
    ...(source.failingSince === null ? [] : [[say("source.field.health"), [healthOf(source, view.now, zone, say)]] satisfies [string, Span[]]]),
  ];
  const blocks: Block[] = [...(item.summary === "" ? [] : [{ quote: [foreign(item.summary, SUMMARY_LIMIT)] }]), ...itemFields(item, view), { fields }, ...whyBlocks(item, view)];
  return {
    title: [itemTitle(item, say)],
    tone: "plain",
    blocks,
    actions: [explainAction(item, say), { label: say("items.action.show"), command: `source show ${source.id}` }],
    language: say.language,
    discreet: say("item.discreet", { count: 1 }),
  };
}

/** The newest change against what stands now, each older one against the one after it. */
function pastChange(change: ItemChange, item: Item, index: number, view: ItemView): [string, Span[]][] {
  if (change.what === "text") return [];
  const isNewest = item.changes.findIndex(({ what }) => what === change.what) === index;
  if (isNewest) return changeFields(change, item, view);
  const then = { title: item.title, dates: item.dates, event: item.event };
  if (change.what === "title") return changeFields(change, { ...then, title: change.new }, view);
  return change.what === "dates" ? changeFields(change, { ...then, dates: change.new }, view) : changeFields(change, { ...then, event: change.new }, view);
}

/** Each reason with the words of the text that carried it. */
function whyBlocks({ why }: Item, { say }: ItemView): Block[] {
  const list = why.slice(0, REASONS).map(({ reason, words }): Span[] => {
    const values = { words: foreign(words, WORDS_LIMIT) };
    const [, group, rest] = /^(against|kind)_(.+)$/.exec(reason) ?? [];
    if (group === undefined) return say.spans(`why.${reason}`, values);
    return group === "kind" ? say.spans(`why.kind_${rest}`, values) : say.spans(`why.against_${rest}`, values);
  });
  return list.length === 0 ? [] : [{ text: [{ strong: say("item.why") }] }, { list }];
}

/** `explain ITEM`. */
export function drawExplanation(explanation: Explanation, view: ItemView & { room: RoomAddress }): Message {
  const { say, zone } = view;
  const { item, source, verdicts, conclusion, other, at } = explanation;
  const rules = verdicts.flatMap((verdict) => ruleLine(verdict, explanation, view));
  const moment: Span[] = at === null ? [] : [{ moment: at, zone }];
  const ending = say.spans(`explain.conclusion.${conclusion}`, { at: moment, other: other === undefined ? "" : sourceName(other.source) });
  return {
    title: ending,
    tone: "plain",
    blocks: [{ text: [itemTitle(item, say), " · ", sourceName(source)] }, { list: rules }],
    actions: [showAction(item, say), { label: say("items.action.show"), command: `source show ${source.id}` }, { label: say("explain.action.follow"), command: "follow" }],
    language: say.language,
    discreet: say("item.discreet", { count: 1 }),
  };
}

/** A rule that has nothing to say in this room is not named, except where that itself explains something. */
function ruleLine({ rule, says, what }: Verdict, { source }: Explanation, view: ItemView & { room: RoomAddress }): Span[][] {
  const { say } = view;
  const isAsked = source.rooms.includes(view.room);
  if (says === "aside" && (rule === "never" || rule === "hidden" || rule === "without" || rule === "only")) return [];
  if (says === "aside" && rule === "asked") return [[say("explain.asked.no")]];
  if (says === "aside") return isAsked && rule === "follow" ? [[say("explain.follow.aside")]] : [];
  const named = whatText({ rule, says, what }, view);
  return [[{ strong: say(says === "yes" ? "explain.yes" : "explain.no") }, " ", ...say.spans(`explain.${rule}.${says}`, { what: foreign(named, WORDS_LIMIT), some: named === "" ? "no" : "yes" })]];
}

function whatText({ rule, what }: Verdict, view: ItemView): string {
  if (rule !== "follow" || what === "" || what === NEWS) return what === NEWS ? view.say("topic.news") : what;
  return listText(what.split(" ").map((subject) => subjectName(subject, view)), view.say);
}
