/** Posts on Matrix do not stand for ever. */
import { describe, expect, it } from "vitest";
import { createMemoryChat } from "../../adapters/memory/chat.ts";
import { listWaitingRooms, post, touch } from "../../src/delivery/outbox.ts";
import { POSTS_KEPT_MILLISECONDS, redactOutlived } from "../../src/delivery/retention.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { openDelivery, openTestRoom, setNote } from "../support/delivery.ts";

const ROOM: RoomAddress = "matrix:!one:localhost";
const DAY = 24 * 3_600_000;

async function openRoom() {
  const chat = createMemoryChat("matrix");
  const delivery = await openDelivery({ chat });
  const { store, clock } = delivery;
  await store.write((trx) => openTestRoom(trx, ROOM));
  const say = async (words: string): Promise<void> => {
    await store.write(async (trx) => {
      await setNote(trx, words, words);
      await post(trx, { room: ROOM, card: "note", subject: words, occasion: "first", plannedAt: clock.now() }, clock.now());
    });
    await delivery.deliver(ROOM);
  };
  const night = (): Promise<number> => store.write((trx) => redactOutlived(trx, clock.now()));
  const standing = (): string[] => chat.standing(ROOM).map(({ title }) => String(title[0]));
  return { ...delivery, say, night, standing };
}

describe("posts on Matrix", () => {
  it("are taken away when they are older than they are kept, and not before", async () => {
    const { clock, say, night, standing, store, deliver } = await openRoom();
    await say("old");
    clock.advance(DAY);
    await say("newer");
    clock.advance(POSTS_KEPT_MILLISECONDS - DAY);
    expect(await night()).toBe(0);
    clock.advance(1);
    expect(await night()).toBe(1);
    expect(await listWaitingRooms(store.reading, clock.now())).toEqual([ROOM]);
    await deliver(ROOM);
    expect(standing()).toEqual(["newer"]);
    expect(await night()).toBe(0);
  });

  it("do not come back, whatever changes afterwards", async () => {
    const { clock, say, night, standing, store, deliver } = await openRoom();
    await say("old");
    clock.advance(POSTS_KEPT_MILLISECONDS + DAY);
    await night();
    await deliver(ROOM);
    await store.write((trx) => touch(trx, { card: "note", subject: "old" }, { haste: "now", which: "all" }, clock.now()));
    await say("old");
    expect(standing()).toEqual([]);
  });

  it("go a few each night, the oldest first", async () => {
    const { clock, say, night, standing, deliver } = await openRoom();
    for (let count = 0; count < 60; count += 1) {
      await say(`number ${count}`);
      clock.advance(1);
    }
    clock.advance(POSTS_KEPT_MILLISECONDS + DAY);
    expect(await night()).toBe(50);
    await deliver(ROOM);
    expect(standing()).toEqual(Array.from({ length: 10 }, (_, index) => `number ${index + 50}`));
    expect(await night()).toBe(10);
  });
});
