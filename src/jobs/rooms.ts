/** Asks the chat what it knows of a room: who reads there, and whether it can be reached. Once a day, and whenever the chat hints at a change. */
import { isMoreOpen, OPENNESS_CARD } from "../cards/openness.ts";
import { post } from "../delivery/outbox.ts";
import { reportReachable, reportUnreachable, UNREACHABLE_RETRY_MILLISECONDS } from "../delivery/reach.ts";
import { ChatError, originOf } from "../errors.ts";
import type { Worker, WorkerContext } from "../parts.ts";
import type { Capabilities, RoomAddress } from "../ports.ts";
import { saveOpenness } from "../rooms/openness.ts";
import { findRoom } from "../rooms/rooms.ts";
import { CHECK_PREFIX } from "../wake-keys.ts";

export const roomWorker: Worker = {
  prefix: CHECK_PREFIX,
  // Only `checkKey` writes such keys, from a RoomAddress.
  run: (context, key) => checkRoom(context, key.slice(CHECK_PREFIX.length + 1) as RoomAddress),
};

async function checkRoom({ ports, change }: WorkerContext, address: RoomAddress): Promise<number | null> {
  const chat = ports.chats.find(({ id }) => address.startsWith(`${id}:`));
  if (chat === undefined) return null;
  let openness: Capabilities;
  try {
    openness = await chat.capabilities(address);
  } catch (error) {
    const now = ports.clock.now();
    const { why, afterMilliseconds } = error instanceof ChatError ? error : { why: undefined, afterMilliseconds: undefined };
    if (error instanceof ChatError && error.code === "refused") return null;
    if (why === undefined) {
      ports.log.warn("room_not_checked", { room: address, at: originOf(error) });
      return now + Math.min(afterMilliseconds ?? UNREACHABLE_RETRY_MILLISECONDS, UNREACHABLE_RETRY_MILLISECONDS);
    }
    await change((trx) => reportUnreachable(trx, address, why, now));
    return null;
  }
  const now = ports.clock.now();
  await change(async (trx) => {
    const room = await findRoom(trx, address);
    if (room === undefined) return;
    await saveOpenness(trx, address, openness);
    await reportReachable(trx, address, now);
    if (room.openness !== null && isMoreOpen(room.openness, openness)) {
      await post(trx, { room: address, card: OPENNESS_CARD, subject: address, occasion: `changed:${now}`, plannedAt: now }, now);
    }
  });
  return null;
}
