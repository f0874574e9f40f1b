/** One story in several versions: which of them a room is shown. */
import type { Database, RoomAddress } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";
import { loadRules, refuses, type RoomRules } from "./filters.ts";
import { findItem, type Item, listVersions } from "./items.ts";
import { findSource, type Source } from "./sources.ts";

export type Version = { item: Item; source: Source };

/** The version in the room's own language where one has been read and the room does not refuse its source; else the one that was judged. */
export async function shownVersion(db: Database, id: string, room: Pick<Room, "address" | "language">): Promise<Version | undefined> {
  const item = await findItem(db, id);
  if (item === undefined) return undefined;
  const source = await findSource(db, item.source);
  if (source === undefined) return undefined;
  return (item.language === room.language ? undefined : await inLanguage(db, item, room)) ?? { item, source };
}

async function inLanguage(db: Database, { id, story }: Item, room: Pick<Room, "address" | "language">): Promise<Version | undefined> {
  const others = (await listVersions(db, story)).filter((item) => item.id !== id && item.language === room.language);
  if (others.length === 0) return undefined;
  const rules = await rulesOf(db, room.address);
  for (const item of others) {
    const source = await findSource(db, item.source);
    if (source !== undefined && !refuses(item, `${item.title}\n${item.summary}`, source, rules)) return { item, source };
  }
  return undefined;
}

async function rulesOf(db: Database, room: RoomAddress): Promise<RoomRules> {
  return (await loadRules(db, room))(room);
}
