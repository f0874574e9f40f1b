/**
 * What rooms hear of a source itself: whether adding it worked, and, once, that it fails or works again. Never more: a source's own page and `source list`
 * say the rest.
 */
import { post, touch } from "../delivery/outbox.ts";
import type { Instant } from "../message.ts";
import type { RoomAddress, Writing } from "../ports.ts";
import { COORDINATION } from "../rooms/networks.ts";
import { listRooms } from "../rooms/rooms.ts";
import { DAY, HOUR } from "../time.ts";
import type { Source } from "./sources.ts";

/** "It works: these are the newest three", in the rooms that asked for the source. */
export const FIRST_CARD = "source-first";
export const FIRST_OCCASION = "first";
/** That it fails, or works again. */
export const HEALTH_CARD = "source-health";

/** A room that brings in a whole list of sources sees the first of them; `source list` shows all. */
const FIRST_AN_HOUR = 5;
/** A site may have a bad night. */
export const FAILING_TOLD_AFTER = DAY;
/** A site that comes and goes is told of as seldom as this. */
const NOTICES_APART = 7 * DAY;

export type HealthOccasion = { says: "failing" | "works"; since: Instant };

export function printHealth({ says, since }: HealthOccasion): string {
  return `${says}:${since}`;
}

export function parseHealth(occasion: string): HealthOccasion | undefined {
  const [, says, since] = /^(failing|works):(\d{1,15})$/.exec(occasion) ?? [];
  return (says === "failing" || says === "works") && since !== undefined ? { says, since: Number(since) } : undefined;
}

/** After the first try of a source: to whoever asked for it, what came of it; when it works at last, the same post says so. */
export async function tellFirst(trx: Writing, source: Source, now: Instant): Promise<void> {
  if (source.triedAt === null) {
    for (const room of source.rooms) {
      if ((await countFirst(trx, room, now - HOUR)) < FIRST_AN_HOUR) await post(trx, { room, card: FIRST_CARD, subject: source.id, occasion: FIRST_OCCASION, plannedAt: now }, now);
    }
  }
  await touch(trx, { card: FIRST_CARD, subject: source.id }, { haste: "now", which: "all" }, now);
}

async function countFirst(trx: Writing, room: RoomAddress, after: Instant): Promise<number> {
  const rows = await trx.selectFrom("posts").select("id").where("room", "=", room).where("card", "=", FIRST_CARD).where("created_at", ">", after).limit(FIRST_AN_HOUR).execute();
  return rows.length;
}

/** `failingSince`: after this reading. Returns what `noticed_at` of the source becomes. */
export async function tellHealth(trx: Writing, source: Source, failingSince: Instant | null, now: Instant): Promise<Instant | null> {
  const { noticedAt, firstReadAt } = source;
  // One that never worked has said so in its first post.
  if (firstReadAt === null) return noticedAt;
  if (failingSince !== null) {
    if (now - failingSince < FAILING_TOLD_AFTER) return noticedAt;
    if (noticedAt !== null && (noticedAt >= failingSince || now - noticedAt < NOTICES_APART)) return noticedAt;
    await notify(trx, source, { says: "failing", since: failingSince }, now);
    return now;
  }
  // Only who was told that it fails is told that it works.
  if (source.failingSince === null || noticedAt === null || noticedAt < source.failingSince) return noticedAt;
  await touch(trx, { card: HEALTH_CARD, subject: source.id }, { haste: "now", which: "newest" }, now);
  await notify(trx, source, { says: "works", since: source.failingSince }, now);
  return noticedAt;
}

async function notify(trx: Writing, source: Source, occasion: HealthOccasion, now: Instant): Promise<void> {
  const coordination = (await listRooms(trx)).filter(({ network }) => network === COORDINATION).map(({ address }) => address);
  const rooms = new Set<RoomAddress>([...source.rooms, ...coordination]);
  for (const room of rooms) await post(trx, { room, card: HEALTH_CARD, subject: source.id, occasion: printHealth(occasion), plannedAt: now }, now);
}
