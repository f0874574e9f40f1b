/**
 * From dates read in a text to proposals in the review room. A text that is read again moves what still waits, asks again about what was
 * confirmed and is another date now, and never asks a second time about what a person dismissed.
 */
import { post, touch } from "../delivery/outbox.ts";
import type { Directory } from "../directory.ts";
import type { Instant, Zone } from "../message.ts";
import type { RoomAddress, Writing } from "../ports.ts";
import { COORDINATION } from "../rooms/networks.ts";
import { listRooms } from "../rooms/rooms.ts";
import type { FoundDeadline, Understanding } from "../sources/document.ts";
import { isTime, isZone } from "../time.ts";
import { cutPassage } from "./passage.ts";
import { endOf, insertProposal, listOfOrigins, type Proposal, PROPOSAL_CARD, type ProposalFacts, reviseProposal, turnProposal } from "./proposals.ts";

/** One text that was read and understood. `text` is what the dates' places point into. `isRevision`: what it does not say any more is gone. */
export type ReadText = { origin: string; title: string; link: string; text: string; understood: Understanding; isRevision: boolean };
export type ProposeTools = { directory: Directory; now: Instant; newId(): string };
/** `room`: where somebody pasted the text. `asked`: rooms that follow the source by name, used where there is no coordination. */
export type Where = { room: RoomAddress | null; asked: readonly RoomAddress[] };

export const WAITING_CARD = "proposals";
export const NEW_OCCASION = "new";
/** More than these from one reading are told in one post. */
const SINGLE_POSTS = 3;
/** A text that names more is a calendar or a trap. */
const DATES_A_TEXT = 12;
const TITLE_LIMIT = 300;
/** Bodies that texts name and the calendar files under another. */
const FILED_UNDER: Readonly<Record<string, string>> = { ohchr: "ohchr-calls", wgad: "special-procedures", unaids: "unaids-pcb" };
const PURPOSE_LIMIT = 200;

/**
 * Proposes what the texts say and tells the review rooms. With `quietly`, as at the first reading of a source, one post says how many there are.
 * Returns how many dates are new.
 */
export async function propose(trx: Writing, texts: readonly ReadText[], where: Where, tools: ProposeTools, { quietly = false } = {}): Promise<number> {
  const known = Map.groupBy(await listOfOrigins(trx, texts.map(({ origin }) => origin)), ({ origin }) => origin);
  const fresh: string[] = [];
  for (const text of texts) fresh.push(...(await proposeOne(trx, text, known.get(text.origin) ?? [], where.room, tools)));
  await tell(trx, fresh, where, quietly, tools);
  return fresh.length;
}

async function proposeOne(trx: Writing, read: ReadText, before: readonly Proposal[], room: RoomAddress | null, tools: ProposeTools): Promise<string[]> {
  const { now } = tools;
  const found = datesOf(read, tools).filter((facts) => endOf(facts) > now);
  const left = new Set(before);
  const fresh: string[] = [];
  const unmatched: ProposalFacts[] = [];
  for (const facts of found) {
    const same = [...left].filter((proposal) => sameDate(proposal, facts)).at(-1);
    if (same === undefined) unmatched.push(facts);
    else left.delete(same);
  }
  for (const facts of unmatched) {
    const older = olderOf([...left], facts, unmatched.length);
    if (older !== undefined) left.delete(older);
    if (older?.state === "dismissed") continue;
    if (older?.state === "waiting") {
      if (await reviseProposal(trx, older.id, facts)) await touch(trx, { card: PROPOSAL_CARD, subject: older.id }, { haste: "now", which: "all" }, now);
      continue;
    }
    const id = tools.newId();
    await insertProposal(trx, { ...facts, id, origin: read.origin, room, deadline: older?.deadline ?? null }, now);
    fresh.push(id);
  }
  for (const { id, state } of left) {
    if (state !== "waiting" || !read.isRevision) continue;
    await turnProposal(trx, id, { from: ["waiting"], to: "gone" }, now);
    await touch(trx, { card: PROPOSAL_CARD, subject: id }, { haste: "now", which: "all" }, now);
  }
  return fresh;
}

function sameDate(one: ProposalFacts, other: ProposalFacts): boolean {
  return one.dueOn === other.dueOn && one.dueTime === other.dueTime;
}

/** What this date was before the text changed: the one for the same purpose, or the only one on both sides. The newest of them counts. */
function olderOf(left: readonly Proposal[], facts: ProposalFacts, unmatched: number): Proposal | undefined {
  const alike = left.filter(({ purpose }) => purpose !== "" && purpose === facts.purpose);
  return alike.at(-1) ?? (left.length === 1 && unmatched === 1 ? left[0] : undefined);
}

function datesOf(read: ReadText, { directory }: Pick<ProposeTools, "directory">): ProposalFacts[] {
  const { understood, text, title, link } = read;
  const mechanism = understood.mechanisms.map((key) => FILED_UNDER[key] ?? key).find((key) => directory.body(key) !== undefined) ?? "";
  const zone = directory.body(mechanism)?.zone ?? "UTC";
  const country = understood.countries.length === 1 ? (understood.countries[0] ?? null) : null;
  return understood.deadlines.slice(0, DATES_A_TEXT).map((found): ProposalFacts => {
    const passage = cutPassage(text, found);
    return {
      title: title.slice(0, TITLE_LIMIT),
      link,
      passage: passage.text,
      markFrom: passage.from,
      markUntil: passage.until,
      purpose: found.what.slice(0, PURPOSE_LIMIT),
      dueOn: found.on,
      // 24:00 is the end of the day, which is what a day without an hour means.
      dueTime: found.time !== null && isTime(found.time) ? found.time : null,
      zone: zoneOf(found.zone) ?? zone,
      mechanism,
      country: directory.country(country ?? "") === undefined ? null : country,
      topics: understood.topics.filter((topic) => directory.topics.includes(topic)),
    };
  });
}

/** `Europe/Zurich` as it is; `UTC+2` and `GMT-03:00`, whole hours, by the zone of that offset (whose name has the sign turned round). */
function zoneOf(said: FoundDeadline["zone"]): Zone | undefined {
  if (said === null) return undefined;
  const offset = /^(?:UTC|GMT)\s?([+\-−])0?(\d{1,2})(?::?00)?$/.exec(said);
  if (offset !== null) return Number(offset[2]) === 0 ? "UTC" : `Etc/GMT${offset[1] === "+" ? "-" : "+"}${Number(offset[2])}`;
  return isZone(said) ? said : undefined;
}

/** Where proposals are judged: the room of a paste and coordination's rooms; the rooms that asked for the source where there is no coordination. */
async function tell(trx: Writing, fresh: readonly string[], { room, asked }: Where, quietly: boolean, { now }: ProposeTools): Promise<void> {
  if (fresh.length === 0) return;
  const reviewing = (await listRooms(trx)).filter(({ network }) => network === COORDINATION).map(({ address }) => address);
  const rooms = new Set([...(room === null ? [] : [room]), ...(reviewing.length > 0 || room !== null ? reviewing : asked)]);
  const single = quietly ? [] : fresh.slice(0, SINGLE_POSTS);
  for (const address of rooms) {
    for (const id of single) await post(trx, { room: address, card: PROPOSAL_CARD, subject: id, occasion: NEW_OCCASION, plannedAt: now }, now);
    if (fresh.length > single.length) await post(trx, { room: address, card: WAITING_CARD, subject: fresh[single.length] ?? "", occasion: NEW_OCCASION, plannedAt: now }, now);
  }
}
