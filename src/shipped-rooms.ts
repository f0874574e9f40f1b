/** The room each shipped network has on the local page, with the follow filter the shipped file gives it. */
import { readFollow } from "./arguments/follow.ts";
import type { Directory } from "./directory.ts";
import type { RoomAddress, Writing } from "./ports.ts";
import { COORDINATION, listNetworks } from "./rooms/networks.ts";
import { openRoom, USUAL_SETTINGS } from "./rooms/rooms.ts";
import type { Shipped } from "./shipped.ts";

/** The room of a network on the local page, which its rooms on other chats begin as copies of. */
export function pageRoom(network: string): RoomAddress {
  return `web:${network}`;
}

/** Opens `web:NETWORK` for every network; a room that exists keeps what people have set. */
export async function openShippedRooms(trx: Writing, shipped: Shipped, directory: Directory): Promise<void> {
  const follow = new Map(shipped.networks.map((row) => [row.id, row.follow]));
  for (const network of await listNetworks(trx)) {
    await openRoom(trx, pageRoom(network.id), {
      ...USUAL_SETTINGS,
      network: network.id,
      zone: network.zone,
      language: network.language,
      workingWeek: network.workingWeek,
      audience: network.id === COORDINATION ? "coordination" : "network",
      follow: readFollow(follow.get(network.id) ?? "", directory),
    });
  }
}
