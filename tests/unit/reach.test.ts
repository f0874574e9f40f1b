import { describe, expect, it } from "vitest";
import { GATHER_MILLISECONDS, post, reply, touch } from "../../src/delivery/outbox.ts";
import { UNREACHABLE_RETRY_MILLISECONDS } from "../../src/delivery/reach.ts";
import { ChatError } from "../../src/errors.ts";
import { sentence } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { openTestApp, type TestApp } from "../support/app.ts";
import { openDelivery, ROOM, setNote } from "../support/delivery.ts";

type Delivery = Awaited<ReturnType<typeof openDelivery>>;

async function postNote(delivery: Delivery, subject: string): Promise<void> {
  const now = delivery.clock.now();
  await delivery.store.write(async (trx) => {
    await setNote(trx, subject, subject);
    await post(trx, { room: ROOM, card: "note", subject, occasion: "first", plannedAt: now }, now);
  });
}
async function whisper(delivery: Delivery, key: string): Promise<void> {
  const asker = { room: ROOM, token: "r0" };
  await delivery.store.write((trx) => reply(trx, { room: ROOM, key, asker }, sentence(`answer to ${key}`, "en"), delivery.clock.now()));
}
const heard = (delivery: Delivery) => delivery.chat.whispers.map(({ message }) => message.title[0]);
const standing = (delivery: Delivery) => delivery.chat.standing(ROOM).map((message) => message.title[0]);
const roomRow = (delivery: Delivery) => delivery.store.reading.selectFrom("rooms").selectAll().where("address", "=", ROOM).executeTakeFirstOrThrow();

describe("an answer for one person", () => {
  it("goes before posts that wait", async () => {
    const delivery = await openDelivery();
    const order: string[] = [];
    const { send, whisper: say } = delivery.chat;
    delivery.chat.send = (...given) => (order.push("post"), send(...given));
    delivery.chat.whisper = (...given) => (order.push("whisper"), say(...given));
    await postNote(delivery, "a");
    await postNote(delivery, "b");
    await whisper(delivery, "question");
    await delivery.deliver();
    expect(order).toEqual(["whisper", "post", "post"]);
  });

  it("is heard while the chat has the room's posts wait", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a");
    delivery.chat.failNext("send", new ChatError("later", { after: 60_000 }));
    await delivery.deliver();
    await whisper(delivery, "question");
    await delivery.deliver();
    expect(heard(delivery)).toEqual(["answer to question"]);
    expect(standing(delivery)).toEqual([]);
  });

  it("is heard while a post is on its way and nobody knows whether it arrived", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a");
    delivery.chat.failNext("send", "lost");
    await delivery.deliver();
    await whisper(delivery, "question");
    await delivery.deliver();
    expect(heard(delivery)).toEqual(["answer to question"]);
  });

  it("says that the chat must show it where no room is", async () => {
    const delivery = await openDelivery();
    const nowhere: RoomAddress = "memory:nowhere";
    expect(await delivery.store.write((trx) => reply(trx, { room: nowhere, key: "k" }, sentence("x", "en"), delivery.clock.now()))).toBe(false);
  });
});

describe("a repeat", () => {
  it("tells the chat since when it has been tried, and a first attempt does not", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a");
    delivery.chat.failNext("send", "lost");
    const first = delivery.clock.now();
    await delivery.deliver();
    delivery.clock.advance(60_000);
    await delivery.deliver();
    expect(delivery.chat.posts[0]?.options).toEqual([{}, { repeatOf: first }]);
  });
});

describe("an edit that waits for its turn", () => {
  it("holds back no post of the room, has not failed, and comes later with the newest state", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a");
    await delivery.deliver();
    const change = (value: string) =>
      delivery.store.write(async (trx) => {
        await setNote(trx, "a", value);
        await touch(trx, { card: "note", subject: "a" }, { haste: "now", which: "all" }, delivery.clock.now());
      });
    await change("second");
    delivery.chat.failNext("edit", new ChatError("later", { after: 30_000, scope: "post" }));
    await delivery.deliver();
    await postNote(delivery, "b");
    await delivery.deliver();
    expect(standing(delivery)).toEqual(["a", "b"]);
    const row = await delivery.store.reading.selectFrom("posts").selectAll().where("subject", "=", "a").executeTakeFirstOrThrow();
    expect(row.failing_since).toBeNull();
    await change("third");
    delivery.clock.advance(GATHER_MILLISECONDS);
    await delivery.deliver();
    expect(standing(delivery)).toEqual(["third", "b"]);
    expect(delivery.chat.posts[0]?.edits).toHaveLength(1);
  });
});

describe("a room that cannot be reached", () => {
  const archived = () => new ChatError("unreachable", { why: "archived" });

  it("keeps its posts, says why and since when, and is tried again within the hour", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a");
    delivery.chat.failNext("send", archived());
    const wake = await delivery.deliver();
    expect(wake).toBe(delivery.clock.now() + UNREACHABLE_RETRY_MILLISECONDS);
    expect(await roomRow(delivery)).toMatchObject({ unreachable: "archived", unreachable_since: delivery.clock.now() });
    delivery.clock.advance(UNREACHABLE_RETRY_MILLISECONDS);
    await delivery.deliver();
    expect(standing(delivery)).toEqual(["a"]);
    expect(await roomRow(delivery)).toMatchObject({ unreachable: null, unreachable_since: null });
  });

  const ANPUD: RoomAddress = "web:anpud";
  const COORDINATION: RoomAddress = "web:coordination";
  const check = (at: TestApp) => at.wake(`check:${ANPUD}`);
  const told = (at: TestApp) => at.standing(COORDINATION).map((message) => toPlain(message)).filter((text) => text.includes("reached"));

  it("is told to coordination once, with the remedy, and again when it is back", async () => {
    const at = await openTestApp();
    await at.settle();
    at.chat.failNext("capabilities", archived());
    await check(at);
    at.chat.failNext("capabilities", archived());
    await check(at);
    await at.settle();
    expect(told(at)).toHaveLength(1);
    expect(told(at)[0]).toContain("Its channel is archived.");
    await check(at);
    await at.settle();
    expect(told(at)).toHaveLength(1);
    expect(told(at)[0]).toContain("can be reached again");
    await at.close();
  });

  it("gets what waited as soon as the chat hints that it is back", async () => {
    const at = await openTestApp();
    await at.app.welcome();
    at.chat.failNext("send", archived());
    await at.app.deliver(ANPUD);
    expect(at.standing(ANPUD)).toEqual([]);
    expect((await at.say(ANPUD, "room check")).ok).toBe(true);
    await check(at);
    await at.app.deliver(ANPUD);
    expect(at.standing(ANPUD)).toHaveLength(1);
    await at.close();
  });

  it("is looked at again as soon as the chat has time, when it asked to wait", async () => {
    const at = await openTestApp();
    at.chat.failNext("capabilities", new ChatError("later", { after: 30_000 }));
    expect(await check(at)).toBe(at.clock.now() + 30_000);
    at.chat.failNext("capabilities", new ChatError("later"));
    expect(await check(at)).toBe(at.clock.now() + UNREACHABLE_RETRY_MILLISECONDS);
    await at.close();
  });

  it("is told in the room itself when more people can read it than before, once", async () => {
    const at = await openTestApp();
    at.chat.become({ readers: "members" });
    await check(at);
    await at.app.deliver(ANPUD);
    expect(at.standing(ANPUD)).toEqual([]);
    at.chat.become({ shared: true });
    await check(at);
    await check(at);
    await at.app.deliver(ANPUD);
    const texts = at.standing(ANPUD).map((message) => toPlain(message));
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain("People of another workspace are in this channel too.");
    await at.close();
  });
});
