import { describe, expect, it } from "vitest";
import { GIVE_UP_MILLISECONDS, LEASE_MILLISECONDS } from "../../src/delivery/deliver.ts";
import { GATHER_MILLISECONDS, post, reply, retryDead, takeDown, touch } from "../../src/delivery/outbox.ts";
import { ChatError } from "../../src/errors.ts";
import { sentence } from "../../src/message.ts";
import { openTestApp } from "../support/app.ts";
import { FAULTY, openDelivery, ROOM, setNote } from "../support/delivery.ts";

type Delivery = Awaited<ReturnType<typeof openDelivery>>;

async function postNote(delivery: Delivery, subject: string, value: string): Promise<string | null> {
  const now = delivery.clock.now();
  return delivery.store.write(async (trx) => {
    await setNote(trx, subject, value);
    return post(trx, { room: ROOM, card: "note", subject, occasion: "first", plannedAt: now }, now);
  });
}

async function changeNote(delivery: Delivery, subject: string, value: string, haste: "now" | "gather" = "now"): Promise<void> {
  await delivery.store.write(async (trx) => {
    await setNote(trx, subject, value);
    await touch(trx, { card: "note", subject }, { haste, which: "all" }, delivery.clock.now());
  });
}

const texts = (delivery: Delivery) => delivery.chat.standing(ROOM).map((message) => message.title[0]);
const stateOf = (delivery: Delivery, subject: string) =>
  delivery.store.reading.selectFrom("posts").selectAll().where("subject", "=", subject).executeTakeFirstOrThrow();

describe("what a lock screen shows of a post", () => {
  it("says no more than that there is one, also of a reply to the room", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    await delivery.store.write((trx) => reply(trx, { room: ROOM, key: "k" }, sentence("Taken.", "en"), delivery.clock.now()));
    await delivery.deliver();
    expect(delivery.chat.standing(ROOM).map(({ discreet }) => discreet)).toEqual(["Clarion: something new", "Clarion: something new"]);
  });

  it("is the post itself where the room chose so", async () => {
    const delivery = await openDelivery();
    await delivery.store.write((trx) => trx.updateTable("rooms").set({ discreet: 0 }).execute());
    await postNote(delivery, "a", "A");
    await delivery.deliver();
    expect(delivery.chat.standing(ROOM)[0]?.discreet).toBeUndefined();
  });
});

describe("delivering to a room", () => {
  it("sends posts in the order they were queued, and each card once", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    await postNote(delivery, "b", "B");
    expect(await postNote(delivery, "a", "A again")).toBeNull();
    expect(await delivery.deliver()).toBeNull();
    expect(texts(delivery)).toEqual(["A again", "B"]);
  });

  it("edits what stands when the state changes, and gathers many changes into one edit", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "0 answers");
    await delivery.deliver();
    for (let count = 1; count <= 40; count += 1) {
      await changeNote(delivery, "a", `${count} answers`, "gather");
      delivery.clock.advance(1_000);
      await delivery.deliver();
    }
    expect(delivery.chat.posts[0]?.edits).toHaveLength(0);
    delivery.clock.advance(GATHER_MILLISECONDS);
    await delivery.deliver();
    expect(delivery.chat.posts[0]?.edits).toHaveLength(1);
    expect(texts(delivery)).toEqual(["40 answers"]);
  });

  it("repeats exactly what it was unsure of, and only then shows the newer state", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "old");
    delivery.chat.failNext("send", "lost");
    await delivery.deliver();
    await changeNote(delivery, "a", "new");
    delivery.clock.advance(60_000);
    await delivery.deliver();
    expect(delivery.chat.posts).toHaveLength(1);
    expect(delivery.chat.posts[0]?.message.title).toEqual(["old"]);
    expect(texts(delivery)).toEqual(["new"]);
  });

  it("sends new posts while nobody knows whether an edit arrived, and repeats the edit after them", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "old");
    await delivery.deliver();
    await changeNote(delivery, "a", "new");
    delivery.chat.failNext("edit", new ChatError("unsure"));
    await delivery.deliver();
    await postNote(delivery, "b", "B");
    await delivery.deliver();
    expect(texts(delivery)).toEqual(["old", "B"]);
    delivery.clock.advance(60_000);
    await delivery.deliver();
    expect(texts(delivery)).toEqual(["new", "B"]);
  });

  it("still repeats exactly what it was unsure of when the chat asks for patience in between", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "old");
    delivery.chat.failNext("send", "lost");
    delivery.chat.failNext("send", new ChatError("later", { after: 5_000 }));
    await delivery.deliver();
    delivery.clock.advance(60_000);
    await delivery.deliver();
    await changeNote(delivery, "a", "new");
    delivery.clock.advance(60_000);
    await delivery.deliver();
    expect(delivery.chat.posts).toHaveLength(1);
    expect(texts(delivery)).toEqual(["new"]);
  });

  it("repeats exactly what it was unsure of when an operator retries after a refusal", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "old");
    delivery.chat.failNext("send", "lost");
    delivery.chat.failNext("send", new ChatError("refused"));
    await delivery.deliver();
    delivery.clock.advance(60_000);
    await delivery.deliver();
    expect((await stateOf(delivery, "a")).state).toBe("dead");
    await changeNote(delivery, "a", "new");
    await delivery.store.write((trx) => retryDead(trx, delivery.clock.now()));
    await delivery.deliver();
    expect(delivery.chat.posts).toHaveLength(1);
    expect(texts(delivery)).toEqual(["new"]);
  });

  it("draws a refused post anew after the pause the chat asked for, and lets nothing overtake it", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    await postNote(delivery, "b", "B");
    delivery.chat.failNext("send", new ChatError("later", { after: 5_000 }));
    const wakeAt = await delivery.deliver();
    expect(wakeAt).toBe(delivery.clock.now() + 5_000);
    expect(texts(delivery)).toEqual([]);
    delivery.clock.advance(5_000);
    await delivery.deliver();
    expect(texts(delivery)).toEqual(["A", "B"]);
  });

  it("pauses every room of the chat when the chat as a whole asks for it", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    delivery.chat.failNext("send", new ChatError("later", { after: 9_000, scope: "chat" }));
    await delivery.deliver();
    const rows = await delivery.store.reading.selectFrom("rooms").select("next_send_at").execute();
    expect(rows.every((row) => row.next_send_at === delivery.clock.now() + 9_000)).toBe(true);
  });

  it("posts anew when what stood there is gone", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "one");
    await delivery.deliver();
    delivery.chat.failNext("edit", new ChatError("gone"));
    await changeNote(delivery, "a", "two");
    await delivery.deliver();
    expect(delivery.chat.posts).toHaveLength(2);
    expect(delivery.chat.posts[1]?.message.title).toEqual(["two"]);
  });

  it("does not let a dead post block its room, and sends it when an operator retries", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    await postNote(delivery, "b", "B");
    delivery.chat.failNext("send", new ChatError("refused"));
    await delivery.deliver();
    expect(texts(delivery)).toEqual(["B"]);
    expect((await stateOf(delivery, "a")).state).toBe("dead");
    await delivery.store.write((trx) => retryDead(trx, delivery.clock.now()));
    await delivery.deliver();
    expect(texts(delivery)).toEqual(["B", "A"]);
  });

  it("gives up a post that cannot be drawn, keeps what was sent before it, and goes on with the next", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    await postNote(delivery, "b", FAULTY);
    await postNote(delivery, "c", "C");
    expect(await delivery.deliver()).toBeNull();
    expect(texts(delivery)).toEqual(["A", "C"]);
    expect(await stateOf(delivery, "b")).toMatchObject({ state: "dead", failure: "undrawable" });
    expect(delivery.log.entries.map(({ event }) => event)).toContain("draw_failed");
    expect(JSON.stringify(delivery.log.entries)).not.toContain(FAULTY);
  });

  it("tries again to edit what stands when it changes once more, and to take it away, although an edit was refused", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "one");
    await delivery.deliver();
    delivery.chat.failNext("edit", new ChatError("refused"));
    await changeNote(delivery, "a", "two");
    await delivery.deliver();
    expect((await stateOf(delivery, "a")).state).toBe("dead");
    await changeNote(delivery, "a", "three");
    await delivery.deliver();
    expect(texts(delivery)).toEqual(["three"]);

    delivery.chat.failNext("edit", new ChatError("refused"));
    await changeNote(delivery, "a", "four");
    await delivery.deliver();
    await delivery.store.write((trx) => takeDown(trx, { card: "note", subject: "a" }, delivery.clock.now()));
    await delivery.deliver();
    expect(texts(delivery)).toEqual([]);
  });

  it("brings what was planned for the day in the morning when the chat comes back at night, and answers meanwhile", async () => {
    const delivery = await openDelivery();
    await delivery.store.write(async (trx) => {
      await setNote(trx, "a", "A reminder");
      await post(trx, { room: ROOM, card: "morning", subject: "a", occasion: "first", plannedAt: delivery.clock.now() }, delivery.clock.now());
    });
    // 16:00 in Bangkok; the chat is back at 03:00.
    delivery.chat.failNext("send", new ChatError("later", { after: 11 * 3_600_000 }));
    await delivery.deliver();
    delivery.clock.set("2027-01-05T20:00:00Z");
    await delivery.store.write((trx) => reply(trx, { room: ROOM, key: "k1" }, sentence("an answer", "en"), delivery.clock.now()));
    const wakeAt = await delivery.deliver();
    expect(wakeAt === null ? null : new Date(wakeAt).toISOString()).toBe("2027-01-06T01:00:00.000Z");
    delivery.clock.set(wakeAt ?? 0);
    await delivery.deliver();
    expect(texts(delivery)).toEqual(["an answer", "A reminder"]);
  });

  it("asks to be called when the first may go again, not at once for what waits behind it", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    await postNote(delivery, "b", "B");
    delivery.chat.failNext("send", new ChatError("unsure"));
    const wakeAt = await delivery.deliver();
    expect(wakeAt ?? 0).toBeGreaterThan(delivery.clock.now());
    expect(await delivery.deliver()).toBe(wakeAt);
  });

  it("keeps nothing of a whisper that the chat refuses", async () => {
    const delivery = await openDelivery();
    await delivery.store.write((trx) =>
      reply(trx, { room: ROOM, key: "k1", asker: { room: ROOM, token: "somebody" } }, sentence("for you", "en"), delivery.clock.now()),
    );
    delivery.chat.failNext("whisper", new ChatError("gone"));
    await delivery.deliver();
    expect(await delivery.store.reading.selectFrom("posts").selectAll().execute()).toEqual([]);
  });

  it("whispers later what the chat could not take just now, and meanwhile keeps nobody else's answer waiting", async () => {
    const delivery = await openDelivery();
    const whisper = (key: string) =>
      delivery.store.write((trx) => reply(trx, { room: ROOM, key, asker: { room: ROOM, token: key } }, sentence(`for ${key}`, "en"), delivery.clock.now()));
    const heard = () => delivery.chat.whispers.map(({ to }) => to.token);
    await whisper("one");
    delivery.chat.failNext("whisper", new ChatError("later", { after: 5_000, scope: "post" }));
    expect(await delivery.deliver()).toBe(delivery.clock.now() + 5_000);
    await whisper("two");
    await delivery.deliver();
    expect(heard()).toEqual(["two"]);
    delivery.clock.advance(5_000);
    expect(await delivery.deliver()).toBeNull();
    expect(heard()).toEqual(["two", "one"]);
    expect(await delivery.store.reading.selectFrom("posts").selectAll().execute()).toEqual([]);
  });

  it("waits after a failure no longer for having waited before because the chat asked for it", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    for (let asked = 0; asked < 12; asked += 1) {
      delivery.chat.failNext("send", new ChatError("later", { after: 1_000, scope: "room" }));
      await delivery.deliver();
      delivery.clock.advance(1_000);
    }
    delivery.chat.failNext("send", new ChatError("unsure"));
    const wakeAt = await delivery.deliver();
    expect((wakeAt ?? Number.POSITIVE_INFINITY) - delivery.clock.now()).toBeLessThanOrEqual(2_000);
  });

  it("gives up by age, not by count", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    let attempts = 0;
    const started = delivery.clock.now();
    while ((await stateOf(delivery, "a")).state !== "dead") {
      delivery.chat.failNext("send", new ChatError("unsure"));
      const wakeAt = await delivery.deliver();
      attempts += 1;
      if (wakeAt !== null) delivery.clock.set(wakeAt);
    }
    expect(delivery.clock.now() - started).toBeGreaterThanOrEqual(GIVE_UP_MILLISECONDS);
    expect(attempts).toBeGreaterThan(50);
  });

  it("takes a post down, also one that is just on its way", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    await delivery.deliver();
    await delivery.store.write((trx) => takeDown(trx, { card: "note", subject: "a" }, delivery.clock.now()));
    await delivery.deliver();
    expect(texts(delivery)).toEqual([]);

    await postNote(delivery, "b", "B");
    delivery.chat.failNext("send", "lost");
    await delivery.deliver();
    await delivery.store.write((trx) => takeDown(trx, { card: "note", subject: "b" }, delivery.clock.now()));
    delivery.clock.advance(60_000);
    await delivery.deliver();
    expect(texts(delivery)).toEqual([]);
  });

  it("never sends what was taken back before it went out", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    await delivery.store.write((trx) => takeDown(trx, { card: "note", subject: "a" }, delivery.clock.now()));
    await delivery.deliver();
    expect(delivery.chat.posts).toHaveLength(0);
  });

  it("keeps the actions of the revision shown, not of the newest", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "one");
    await delivery.deliver();
    await changeNote(delivery, "a", "two", "gather");
    expect(JSON.parse((await stateOf(delivery, "a")).actions)).toEqual([{ label: "Take", command: "take one" }]);
  });

  it("remembers what a room was told only when it was delivered", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "Europe/Zurich");
    const tellings = () => delivery.store.reading.selectFrom("tellings").select("told").execute();
    expect(await tellings()).toEqual([]);
    await delivery.deliver();
    expect((await tellings()).map((row) => JSON.parse(row.told).zone)).toEqual(["Europe/Zurich"]);
  });

  it("lets one process at a time send to a room, and another take over when the lease has ended", async () => {
    const delivery = await openDelivery();
    await postNote(delivery, "a", "A");
    await delivery.store.write((trx) =>
      trx.updateTable("rooms").set({ lease_token: "dead process", lease_until: delivery.clock.now() + LEASE_MILLISECONDS }).execute(),
    );
    expect(await delivery.deliver()).toBe(delivery.clock.now() + LEASE_MILLISECONDS);
    expect(delivery.chat.posts).toHaveLength(0);
    delivery.clock.advance(LEASE_MILLISECONDS);
    await delivery.deliver();
    expect(texts(delivery)).toEqual(["A"]);
  });

  it("whispers a private reply once and keeps nothing of it", async () => {
    const delivery = await openDelivery();
    const now = delivery.clock.now();
    await delivery.store.write((trx) =>
      reply(trx, { room: ROOM, key: "k1", asker: { room: ROOM, token: "somebody" } }, sentence("for you", "en"), now),
    );
    await delivery.deliver();
    await delivery.deliver();
    expect(delivery.chat.whispers).toHaveLength(1);
    expect(await delivery.store.reading.selectFrom("posts").selectAll().execute()).toEqual([]);
  });

  it("drops a private reply that is too old to be of use", async () => {
    const delivery = await openDelivery();
    await delivery.store.write((trx) =>
      reply(trx, { room: ROOM, key: "k1", asker: { room: ROOM, token: "somebody" } }, sentence("for you", "en"), delivery.clock.now()),
    );
    delivery.clock.advance(31 * 60_000);
    await delivery.deliver();
    expect(delivery.chat.whispers).toHaveLength(0);
    expect(await delivery.store.reading.selectFrom("posts").selectAll().execute()).toEqual([]);
  });

  it("forgets a private reply that nobody can be given any more, although its chat is gone for good", async () => {
    const at = await openTestApp();
    const token = "r0 https://hooks.slack.com/secret";
    await at.store.write((trx) => reply(trx, { room: "web:anpud", key: "k1", asker: { room: "web:anpud", token } }, sentence("for you", "en"), at.clock.now()));
    const kept = () => at.store.reading.selectFrom("posts").selectAll().where("asker", "is not", null).execute();
    await at.beat("sweep-records");
    expect(await kept()).toHaveLength(1);
    at.clock.advance(31 * 60_000);
    await at.beat("sweep-records");
    expect(await kept()).toEqual([]);
    await at.close();
  });

  it("keeps a reply's text only until the room has it", async () => {
    const delivery = await openDelivery();
    await delivery.store.write((trx) => reply(trx, { room: ROOM, key: "k1" }, sentence("for all", "en"), delivery.clock.now()));
    await delivery.deliver();
    expect(texts(delivery)).toEqual(["for all"]);
    expect((await stateOf(delivery, "k1")).rendered).toBeNull();
  });
});
