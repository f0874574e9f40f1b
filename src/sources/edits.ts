/** What rooms hear of an item that changed since they were told of it: its post is drawn again, and what matters is said in a short note. */
import { z } from "zod";
import { post, touch } from "../delivery/outbox.ts";
import type { Instant } from "../message.ts";
import type { Database, RoomAddress, Writing } from "../ports.ts";
import { listRooms, type Room } from "../rooms/rooms.ts";
import { type ItemChange, itemChange } from "./compare.ts";
import type { Changed, Item } from "./items.ts";
import { shownVersion } from "./stories.ts";
import { ITEM_CARD, ITEM_OCCASION, listToldStory, tellAgain } from "./tellings.ts";

/** The short note: "was 15 March, now 31 March". */
export const CHANGED_CARD = "item-changed";
/** More notes from one reading than this say that a site rewrote its feed, not that so much has happened. */
const NOTES_AT_ONCE = 5;

const toldSchema = z.object({ item: z.string(), changes: z.array(itemChange) });

/** What a note compares with: which item, and what was said of it before. */
export function readTold(told: string | null): z.infer<typeof toldSchema> | undefined {
  return told === null ? undefined : toldSchema.safeParse(JSON.parse(told)).data;
}

/** Dates before titles: they are what people act by. */
function weightOf({ difference }: Changed): number {
  return difference.changes.some(({ what }) => what === "dates" || what === "event") ? 1 : 0;
}

export async function tellChanged(trx: Writing, changed: readonly Changed[], now: Instant): Promise<void> {
  if (changed.length === 0) return;
  const rooms = new Map((await listRooms(trx)).map((room) => [room.address, room]));
  const given = new Map<RoomAddress, number>();
  for (const change of changed.toSorted((one, other) => weightOf(other) - weightOf(one))) {
    for (const { room: address, item: told, occasion } of await listToldStory(trx, change.item.story)) {
      const room = rooms.get(address);
      if (room === undefined || !(await isShown(trx, change.item, told, room))) continue;
      const isPaused = room.pausedUntil !== null && room.pausedUntil > now;
      // A paused room is not disturbed, not even by an edit; it is told at the end of its pause.
      if (!isPaused) await touch(trx, { card: ITEM_CARD, subject: told, rooms: [address] }, { haste: "gather", which: "all" }, now);
      if (!change.difference.tells) continue;
      if (isPaused || room.rhythm === "digest") {
        await tellAgain(trx, address, told);
        continue;
      }
      const notes = given.get(address) ?? 0;
      if (notes < NOTES_AT_ONCE && (await postNote(trx, address, change, occasion, now))) given.set(address, notes + 1);
    }
  }
}

/** A room that is shown the story in its own language hears of changes in that version. */
async function isShown(db: Database, item: Item, told: string, room: Room): Promise<boolean> {
  if (item.id === told && (item.language === room.language || item.story === `item ${item.id}`)) return true;
  return (await shownVersion(db, told, room))?.item.id === item.id;
}

/** Nothing where the first post has not been sent yet, or a note waits already: both will say what is true when they go out. */
async function postNote(trx: Writing, room: RoomAddress, { item, difference }: Changed, occasion: string, now: Instant): Promise<boolean> {
  const waiting = await trx
    .selectFrom("posts")
    .select("id")
    .where("room", "=", room)
    .where("subject", "=", item.id)
    .where("card", "in", occasion === ITEM_OCCASION ? [ITEM_CARD, CHANGED_CARD] : [CHANGED_CARD])
    .where("state", "=", "pending")
    .executeTakeFirst();
  if (waiting !== undefined) return false;
  const told = JSON.stringify({ item: item.id, changes: difference.changes satisfies ItemChange[] });
  return (await post(trx, { room, card: CHANGED_CARD, subject: item.id, occasion: `changed:${now}`, plannedAt: now, told }, now)) !== null;
}
