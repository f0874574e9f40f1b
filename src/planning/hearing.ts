/** Everything about a room that decides what it hears. */
import type { Directory } from "../directory.ts";
import type { Database } from "../ports.ts";
import { listNetworks, networkCountries, type Standing } from "../rooms/networks.ts";
import type { Room } from "../rooms/rooms.ts";
import type { NetworkCountries } from "./follow.ts";

export type Hearing = {
  room: Room;
  standing: Standing;
  networkCountries: NetworkCountries;
  directory: Directory;
  /** Deadline ids, families and session ids this room chose not to see. */
  hidden: ReadonlySet<string>;
};

/** For many rooms with as few questions as for one. */
export async function loadHearings(db: Database, rooms: readonly Room[], directory: Directory): Promise<Hearing[]> {
  if (rooms.length === 0) return [];
  const standings = new Map((await listNetworks(db)).map((network) => [network.id, network.standing]));
  const countries = await networkCountries(db);
  const hidden = new Map<string, Set<string>>();
  let query = db.selectFrom("hidden").select(["room", "subject"]);
  if (rooms.length === 1) query = query.where("room", "=", rooms[0]?.address ?? "");
  for (const { room, subject } of await query.execute()) hidden.set(room, (hidden.get(room) ?? new Set()).add(subject));
  return rooms.map((room) => ({
    room,
    standing: standings.get(room.network) ?? "unknown",
    networkCountries: countries,
    directory,
    hidden: hidden.get(room.address) ?? new Set(),
  }));
}

export async function loadHearing(db: Database, room: Room, directory: Directory): Promise<Hearing> {
  const [hearing] = await loadHearings(db, [room], directory);
  if (hearing === undefined) throw new Error("one room has one hearing");
  return hearing;
}
