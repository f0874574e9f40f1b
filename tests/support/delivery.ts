/** Delivery alone: one real store, one chat in memory, and one card whose state is a row of `meta`. */
import { createMemoryChat } from "../../adapters/memory/chat.ts";
import { type AnyCard, defineCard } from "../../src/cards/card.ts";
import { deliverRoom } from "../../src/delivery/deliver.ts";
import type { Directory } from "../../src/directory.ts";
import { sentence } from "../../src/message.ts";
import type { Parts } from "../../src/parts.ts";
import type { Chat, Ports, RoomAddress, Store, Writing } from "../../src/ports.ts";
import { openRoom } from "../../src/rooms/rooms.ts";
import { handClock, seededChance } from "./clock.ts";
import { recordingLog } from "./log.ts";
import { roomWith } from "./planning.ts";
import { openMemoryStore } from "./store.ts";

export const ROOM: RoomAddress = "memory:one";

/** A note of which the card makes an error. */
export const FAULTY = "a note that breaks its card";

/** Shows the value kept under its subject; nothing when there is none. */
export const noteCard = defineCard<string>({
  kind: "note",
  load: async (db, key) => (await db.selectFrom("meta").select("value").where("key", "=", key.subject).executeTakeFirst())?.value ?? null,
  draw: (state, view) => {
    if (state === FAULTY) throw new Error(`cannot draw: ${state}`);
    return sentence(state, view.language, [{ label: "Take", command: `take ${state}` }]);
  },
  tells: (state) => [{ deadline: "note", value: { on: null, time: null, zone: state } }],
});

/** The same, planned for waking hours. */
export const morningCard: AnyCard = { ...noteCard, kind: "morning", waitsForMorning: true };

export async function setNote(trx: Writing, subject: string, value: string): Promise<void> {
  await trx
    .insertInto("meta")
    .values({ key: subject, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute();
}

export async function openDelivery(options: { store?: Store; chat?: Chat; now?: string; seed?: number } = {}) {
  const store = options.store ?? (await openMemoryStore());
  const memory = createMemoryChat("memory");
  const clock = handClock(options.now ?? "2027-01-05T09:00:00Z");
  const log = recordingLog();
  // Delivery asks the directory for nothing but to hand it to cards, and the note card ignores it.
  const directory = {} as Directory;
  const ports = { store, chats: [options.chat ?? memory], clock, chance: seededChance(options.seed ?? 7), log } as unknown as Ports;
  const parts = { cards: [noteCard, morningCard], directory } as unknown as Parts;
  const change = <T>(body: (trx: Writing) => Promise<T>): Promise<T> => store.write(body);
  await store.write((trx) => openTestRoom(trx, ROOM));
  return { store, chat: memory, clock, log, ports, parts, deliver: (room: RoomAddress = ROOM) => deliverRoom({ ports, parts, change }, room) };
}

export async function openTestRoom(trx: Writing, address: RoomAddress): Promise<void> {
  await openRoom(trx, address, roomWith());
}
