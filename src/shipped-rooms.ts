/** The room each shipped network has on the local page, with the follow filter the shipped file gives it. */
import { readFollow } from "./arguments/follow.ts";
import type { Directory } from "./directory.ts";
import type { Writing } from "./ports.ts";
import { COORDINATION, listNetworks } from "./rooms/networks.ts";
import { openRoom } from "./rooms/rooms.ts";
import type { Shipped } from "./shipped.ts";

/** Posts land from 08:00 until 21:00 where nobody has said otherwise; reminders at 09:00. */
export const WAKING_FROM = "08:00";
export const WAKING_UNTIL = "21:00";

/** Opens `web:NETWORK` for every network; a room that exists keeps what people have set. */
export async function openShippedRooms(trx: Writing, shipped: Shipped, directory: Directory): Promise<void> {
  const follow = new Map(shipped.networks.map((row) => [row.id, row.follow]));
  for (const network of await listNetworks(trx)) {
    await openRoom(trx, `web:${network.id}`, {
      network: network.id,
      zone: network.zone,
      language: network.language,
      wakingFrom: WAKING_FROM,
      wakingUntil: WAKING_UNTIL,
      workingWeek: network.workingWeek,
      audience: network.id === COORDINATION ? "coordination" : "network",
      ladder: null,
      rhythm: "instant",
      discreet: true,
      follow: readFollow(follow.get(network.id) ?? "", directory),
      pausedUntil: null,
    });
  }
}
