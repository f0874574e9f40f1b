/**
 * What makes an item the same item. Each feed has one way, decided at its first items and kept until it proves wrong: what the feed calls its items
 * (guid), else their link, else title and day. An item that lacks what its feed is told by falls to the next way, alone.
 */
import { wallOf } from "../time.ts";
import { addressOf } from "./address.ts";
import type { DocumentItem } from "./document.ts";
import { wordsOf } from "./print.ts";

export const IDENTITIES = ["guid", "link", "title"] as const;
export type Identity = (typeof IDENTITIES)[number];

/** What stands for an item here, of a reading or kept from an earlier one. `slice`: the bytes it came from. */
export type Identified = { guid: string; address: string; title: string; publishedAt: number | null; slice: string; textPrint: string };
export type Kept = Identified & { id: string; identity: string };

const LONGEST = 1_000;
/** Of two titles, the part of their words that makes them titles of one thing. */
const ALIKE = 0.5;
/** Of a feed's links, the part that may stand for two things before links stop telling its items apart. */
const MOST_SHARED = 0.25;

export function identifiedOf(item: Pick<DocumentItem, "id" | "link" | "title" | "publishedAt"> & { slice: string }, textPrint: string): Identified {
  const guid = item.id.trim();
  return { guid: isGuid(guid) ? guid : "", address: addressOf(item.link), title: item.title, publishedAt: item.publishedAt, slice: item.slice, textPrint };
}

/** Numbers that count nothing, and words that programs put where they had none, name no item. */
function isGuid(text: string): boolean {
  return text !== "" && text.length <= LONGEST && !/^(0+|-1|null|undefined|none|nan|false|n\/a|guid|id)$/i.test(text);
}

function titleKey({ title }: Identified): string {
  return wordsOf(title).join(" ");
}

function dayOf({ publishedAt }: Identified): string {
  return publishedAt === null ? "" : wallOf(publishedAt, "UTC").on;
}

/** The identity of one item where its feed is told by `mode`. */
export function identityOf(item: Identified, mode: Identity): string {
  if (mode === "guid" && item.guid !== "") return `guid ${item.guid}`;
  if (mode !== "title" && item.address !== "") return `link ${item.address}`;
  const title = titleKey(item).slice(0, LONGEST);
  // Without a title, its first words must do.
  return `title ${title === "" ? item.textPrint : title} ${dayOf(item)}`.trimEnd();
}

/** Whether two things under one identity are two things all the same: another page and another title. */
export function isAnother(one: Identified, other: Identified): boolean {
  if (titleKey(one) === titleKey(other) && (one.address === other.address || one.address === "" || other.address === "")) return false;
  return one.address !== other.address || alike(one, other) < ALIKE;
}

function alike(one: Identified, other: Identified): number {
  const [before, after] = [new Set(wordsOf(one.title)), new Set(wordsOf(other.title))];
  const union = new Set([...before, ...after]);
  return union.size === 0 ? 1 : [...before].filter((word) => after.has(word)).length / union.size;
}

/** Whether what came in the place of an old item under its identity cannot be that item edited: page, title and day are all others. */
export function isReplaced(old: Identified, item: Identified): boolean {
  const otherPage = old.address === "" || item.address === "" ? titleKey(old) !== titleKey(item) : old.address !== item.address;
  return otherPage && alike(old, item) < ALIKE / 2 && dayOf(old) !== dayOf(item);
}

/**
 * The strongest way, from `mode` on, by which no two different items of this feed are one. `kept` are items of earlier readings that may be meant;
 * `present` says whether the text still holds the bytes that one of them came from.
 */
export function chooseIdentity(mode: Identity, items: readonly Identified[], kept: readonly Kept[], present: (slice: string) => boolean): Identity {
  for (const candidate of IDENTITIES.slice(IDENTITIES.indexOf(mode))) {
    if (candidate === "title" || !isFooled(candidate, items, kept, present)) return candidate;
  }
  return "title";
}

/** One guid on two things spoils them all; a link may be shared now and then, by a page with two notes on it. */
function isFooled(mode: Identity, items: readonly Identified[], kept: readonly Kept[], present: (slice: string) => boolean): boolean {
  const seen = new Map<string, Identified>();
  let fooled = 0;
  for (const item of items) {
    const key = identityOf(item, mode);
    const other = seen.get(key);
    if (other !== undefined && isAnother(other, item)) fooled += 1;
    seen.set(key, item);
  }
  // What shares its link with something kept is told apart from it by what it says; no feed is judged by that.
  if (mode !== "guid") return fooled > items.length * MOST_SHARED;
  const known = new Set(kept.map(({ slice }) => slice));
  for (const old of kept) {
    const item = seen.get(identityOf(old, mode));
    // Bytes that were read before had their say then.
    if (item === undefined || known.has(item.slice)) continue;
    // Both stand in the text at this moment, or one took the other's place and has nothing in common with it.
    if (present(old.slice) ? isAnother(old, item) : isReplaced(old, item)) fooled += 1;
  }
  return fooled > 0;
}

/** All that an item may be kept under, so that its row is found. */
export function identitiesOf(item: Identified, mode: Identity): string[] {
  const identity = identityOf(item, mode);
  // Rows of an older schema hold it bare.
  return [identity, apart(identity, item), ...(item.guid === "" ? [] : [item.guid])];
}

function apart(identity: string, item: Identified): string {
  return `${identity} ${item.address} ${item.textPrint}`;
}

export type Match = { index: number; old: Kept | undefined; identity: string };

/**
 * Which kept item each item of a reading is; `old` is undefined for one that is new, and an item that says the same as another of this reading is left
 * out. Every kept item is matched once at most.
 */
export function matchItems(mode: Identity, items: readonly Identified[], kept: readonly Kept[], present: (slice: string) => boolean): Match[] {
  const named = new Map<string, Kept>();
  for (const old of kept) for (const key of [old.identity, identityOf(old, mode)]) if (!named.has(key)) named.set(key, old);
  const byPage = Map.groupBy(kept.filter(({ address }) => address !== ""), (old) => `${old.address} ${titleKey(old)}`);
  const taken = new Set<string>();
  const given = new Map<string, Identified>();
  const matches: Match[] = [];
  const isFree = (old: Kept | undefined): old is Kept => old !== undefined && !taken.has(old.id);
  for (const [index, item] of items.entries()) {
    let identity = identityOf(item, mode);
    const holder = named.get(identity) ?? named.get(item.guid);
    // Another thing of that name stands beside it, in this reading or in the text since earlier ones.
    const twin = given.get(identity) ?? (holder !== undefined && holder.slice !== item.slice && present(holder.slice) ? holder : undefined);
    // Of a title and a day there may be two that nothing tells apart but what they say.
    const saysOther = twin !== undefined && identity.startsWith("title ") && twin.textPrint !== item.textPrint;
    if (twin !== undefined && (saysOther || isAnother(twin, item))) identity = apart(identity, item);
    if (given.has(identity)) continue;
    given.set(identity, item);
    const known = identity === identityOf(item, mode) ? holder : named.get(identity);
    // A site that moved gives its items new names; page and title remain, and the old entry is gone.
    const moved = byPage.get(`${item.address} ${titleKey(item)}`)?.find((old) => isFree(old) && (old.slice === item.slice || !present(old.slice)));
    const old = isFree(known) ? known : moved;
    if (old !== undefined) taken.add(old.id);
    matches.push({ index, old, identity: old === undefined && named.has(identity) ? apart(identity, item) : identity });
  }
  return matches;
}
