/** Told to coordination: a room of a network cannot be reached, why, and what brings it back. */
import type { Unreachable } from "../errors.ts";
import type { Instant, Message } from "../message.ts";
import type { RoomAddress } from "../ports.ts";
import { networkNames } from "../rooms/networks.ts";
import { findRoom } from "../rooms/rooms.ts";
import { type CardView, defineCard } from "./card.ts";

export const REACH_CARD = "reach";

type ReachState = { network: string; chat: string; unreachable: { why: Unreachable; since: Instant } | null };

export const reachCard = defineCard<ReachState>({
  kind: REACH_CARD,
  async load(db, key) {
    // Written by reach.ts from a RoomAddress.
    const room = await findRoom(db, key.subject as RoomAddress);
    if (room === undefined) return null;
    const network = (await networkNames(db)).get(room.network) ?? room.network;
    return { network, chat: chatOf(room.address), unreachable: room.unreachable };
  },
  draw,
});

/** The id of a room's chat, such as `slack`; `chat.ID` is its name. */
export function chatOf(address: RoomAddress): string {
  return address.slice(0, address.indexOf(":"));
}

function draw({ network, chat, unreachable }: ReachState, { say, zone }: CardView): Message {
  const names = { network, chat: say(`chat.${chat}`) };
  const base = { actions: [], language: say.language, discreet: say("discreet.rooms") };
  if (unreachable === null) return { ...base, tone: "done", title: [say("reach.back.title", names)], blocks: [{ text: [say("reach.back")] }] };
  return {
    ...base,
    tone: "urgent",
    title: [say("reach.title", names)],
    blocks: [
      { text: [say(`reach.${unreachable.why}`)] },
      { text: [say("reach.waits"), " ", ...say.spans("reach.since", { moment: { moment: unreachable.since, zone } })] },
    ],
  };
}
