/** Everything about a room that decides what it hears. */
import type { Directory } from "./directory.ts";
import type { NetworkCountries } from "./follow.ts";
import { findNetwork, networkCountries, type Standing } from "./networks.ts";
import type { Database } from "./ports.ts";
import { listHidden, type Room } from "./rooms.ts";

export type Hearing = {
  room: Room;
  standing: Standing;
  networkCountries: NetworkCountries;
  directory: Directory;
  /** Deadline ids, families and session ids this room chose not to see. */
  hidden: ReadonlySet<string>;
};

export async function loadHearing(db: Database, room: Room, directory: Directory): Promise<Hearing> {
  const network = await findNetwork(db, room.network);
  return {
    room,
    standing: network?.standing ?? "unknown",
    networkCountries: await networkCountries(db),
    directory,
    hidden: await listHidden(db, room.address),
  };
}
