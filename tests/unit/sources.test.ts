import { describe, expect, it } from "vitest";
import type { CardKey, CardView } from "../../src/cards/card.ts";
import { itemCard, itemsCard } from "../../src/cards/item.ts";
import { speak } from "../../src/i18n.ts";
import type { Message } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import type { RoomAddress, Store } from "../../src/ports.ts";
import { type Room, findRoom, hideSubject } from "../../src/rooms/rooms.ts";
import { recogniseBodies } from "../../src/sources/bodies.ts";
import { judgeFollow } from "../../src/sources/filters.ts";
import { nextReading } from "../../src/sources/reading.ts";
import { addSource, findSource, healthOf, listSources, pauseSource, removeSource, resumeSource } from "../../src/sources/sources.ts";
import { forEveryStatement } from "../support/failing-store.ts";
import { ADDRESS, NO_FOLLOW, SOURCE, changed, directory, openReading } from "../support/reading.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ROOM = "test:one";
const old = { title: "Old", guid: "1" };
const fresh = { title: "New", guid: "2" };

async function sourceOf(store: Store) {
  const source = await findSource(store.reading, SOURCE);
  if (source === undefined) throw new Error("no source");
  return source;
}

/** A source with one item that was read quietly, in a house with one room that asked for it. */
async function openRead(more: Parameters<typeof openReading>[0] = {}) {
  const reading = await openReading({ asking: ROOM, ...more });
  await reading.addRoom(ROOM);
  await reading.add();
  await reading.readNext(changed([old], '"1"'));
  return reading;
}

describe("reading a source", () => {
  it("posts nothing the first time, but keeps what was there", async () => {
    const reading = await openRead();
    expect(await reading.posts(ROOM)).toEqual([]);
    expect(await reading.store.reading.selectFrom("items").select("title").execute()).toEqual([{ title: "Old" }]);
    expect(await sourceOf(reading.store)).toMatchObject({ title: "Example news", brought: 1, etag: '"1"', failure: null });
  });

  it("posts a new item once, however often it is read", async () => {
    const reading = await openRead();
    await reading.readNext(changed([fresh, old]));
    await reading.readNext(changed([fresh, old]));
    expect(await reading.posts(ROOM)).toEqual(["New"]);
  });

  it("asks with the validators it was given", async () => {
    const reading = await openRead();
    await reading.readNext({ status: "unchanged" });
    expect(reading.asked.map(({ etag }) => etag)).toEqual([undefined, '"1"']);
    expect(await sourceOf(reading.store)).toMatchObject({ etag: '"1"', brought: 0 });
  });

  it("drops validators that the site no longer gives", async () => {
    const reading = await openRead();
    await reading.readNext(changed([old]));
    expect((await sourceOf(reading.store)).etag).toBeNull();
  });

  it("does not read before it is time", async () => {
    const reading = await openRead();
    const asked = reading.asked.length;
    await reading.run();
    expect(reading.asked).toHaveLength(asked);
  });

  it("does not take an item for new that only has a new guid", async () => {
    const reading = await openReading({ asking: ROOM });
    await reading.addRoom(ROOM);
    await reading.add();
    const item = { title: "Same", link: "https://example.org/same" };
    await reading.readNext(changed([{ ...item, guid: "http://old/1" }]));
    await reading.readNext(changed([{ ...item, guid: "https://new/1" }]));
    expect(await reading.posts(ROOM)).toEqual([]);
  });

  it("asks for an edit of the post when a title changes, not when only a date does", async () => {
    const reading = await openRead();
    await reading.readNext(changed([fresh, old]));
    await reading.store.write((trx) => trx.updateTable("posts").set({ state: "standing", shown: 1, reference: "r" }).execute());
    const stale = async () => (await reading.store.reading.selectFrom("posts").select("state").where("card", "=", "item").executeTakeFirstOrThrow()).state;
    await reading.readNext(changed([{ ...fresh, on: "Fri, 20 Nov 2026 09:00:00 GMT" }, old]));
    expect(await stale()).toBe("standing");
    await reading.readNext(changed([{ ...fresh, title: "New: extended" }, old]));
    expect(await stale()).toBe("stale");
    expect(await reading.posts(ROOM)).toEqual(["New: extended", expect.stringMatching(/^item-changed i/)]);
  });

  it("keeps no date that lies ahead", async () => {
    const reading = await openRead();
    await reading.readNext(changed([{ ...fresh, on: "Fri, 20 Nov 2037 09:00:00 GMT" }, old]));
    const row = await reading.store.reading.selectFrom("items").select("published_at").where("title", "=", "New").executeTakeFirst();
    expect(row).toEqual({ published_at: null });
  });
});

describe("a flood", () => {
  const many = Array.from({ length: 19 }, (_, index) => ({ title: `Item ${index}`, guid: `g${index}`, on: `Fri, 20 Nov 2026 ${String(index).padStart(2, "0")}:00:00 GMT` }));

  it("becomes the five newest posts, oldest of them first, and one that tells of the rest", async () => {
    const reading = await openRead({ now: "2026-11-20T08:30:00Z" });
    await reading.readNext(changed([...many.slice(0, 9), old]));
    expect(await reading.posts(ROOM)).toEqual(["Item 4", "Item 5", "Item 6", "Item 7", "Item 8", `items ${SOURCE}`]);
  });

  it("is told in a post that lists ten and counts the others", async () => {
    const reading = await openRead({ now: "2026-11-20T12:00:00Z" });
    await reading.readNext(changed([...many, old]));
    const post = await reading.store.reading.selectFrom("posts").selectAll().where("card", "=", "items").executeTakeFirstOrThrow();
    const text = await drawn(reading.store, ROOM, itemsCard, post);
    expect(text).toContain("And 14 more from Example news");
    expect(text).toContain("Item 13");
    expect(text).not.toContain("Item 14");
    expect(text).toContain("and 4 more");
  });
});

describe("which rooms hear it", () => {
  it("are those that asked, that follow a body in the title or a topic of the source, or the news, or everything", async () => {
    const reading = await openReading({ topics: ["drug-policy"], asking: "test:asked" });
    const rooms: [RoomAddress, Partial<Room>][] = [
      ["test:asked", { follow: { ...NO_FOLLOW, mechanisms: ["upr"] } }],
      ["test:body", { follow: { ...NO_FOLLOW, mechanisms: ["cnd", "hrc"] } }],
      ["test:topic", { follow: { ...NO_FOLLOW, mechanisms: ["upr"], topics: ["drug-policy"] } }],
      ["test:news", { follow: { ...NO_FOLLOW, mechanisms: ["upr"], topics: ["news"] } }],
      ["test:all", {}],
      ["test:other", { follow: { ...NO_FOLLOW, mechanisms: ["upr"] } }],
      ["test:region", { follow: { ...NO_FOLLOW, countries: ["anpud"] } }],
      ["test:digest", { rhythm: "digest" }],
      ["test:paused", { pausedUntil: Date.parse("2026-12-01T00:00:00Z") }],
      ["test:asleep", { zone: "America/Los_Angeles" }],
      ["test:hidden", {}],
    ];
    for (const [address, more] of rooms) await reading.addRoom(address, more);
    await reading.store.write((trx) => hideSubject(trx, "test:hidden", SOURCE));
    await reading.add();
    await reading.readNext(changed([old]));
    await reading.readNext(changed([{ title: "What the Human Rights Council heard of people who use drugs", guid: "2" }, old]));
    const heard: string[] = [];
    for (const [address] of rooms) if ((await reading.posts(address)).length > 0) heard.push(address);
    expect(heard).toEqual(["test:asked", "test:body", "test:topic", "test:news", "test:all"]);
  });

  it("hear in the morning what was read while they slept, once", async () => {
    const reading = await openRead({ now: "2026-11-20T19:00:00Z" });
    await reading.readNext(changed([fresh, old]), "2026-11-20T19:50:00Z");
    await reading.readNext(changed([{ title: "By night", guid: "3" }, fresh, old]), "2026-11-20T23:00:00Z");
    await reading.readNext(changed([{ title: "On Sunday", guid: "4" }, fresh, old]), "2026-11-22T12:00:00Z");
    expect(await reading.posts(ROOM)).toEqual(["New"]);
    await reading.tick("2026-11-22T12:00:00Z");
    expect(await reading.posts(ROOM)).toEqual(["New"]);
    await reading.tick("2026-11-23T08:10:00Z");
    await reading.tick("2026-11-23T08:50:00Z");
    expect(await reading.posts(ROOM)).toEqual(["New", "By night", "On Sunday"]);
  });

  it("recognise bodies by name or by capitals, and no common words", () => {
    expect(recogniseBodies("Statement to the Human Rights Council", directory)).toContain("hrc");
    expect(recogniseBodies("CND: side events open", directory)).toContain("cnd");
    expect(recogniseBodies("People who use drugs and a cat", directory)).toEqual([]);
    expect(recogniseBodies("PEOPLE WHO USE DRUGS", directory)).toEqual([]);
    expect(recogniseBodies("The Security Council met", directory)).toEqual([]);
    expect(recogniseBodies("Комитет против пыток начал сессию", directory)).toContain("cat");
  });

  it("follow nothing when they chose so", () => {
    const [item, bench] = [{ topics: [], mechanisms: ["hrc"], countries: [] }, { directory, networkCountries: new Map() }];
    expect(judgeFollow({ ...NO_FOLLOW, mechanisms: ["none"] }, item, bench).passes).toBe(false);
    expect(judgeFollow({ ...NO_FOLLOW, kinds: ["deadline"] }, item, bench).passes).toBe(false);
  });
});

describe("a source that fails", () => {
  it("says since when and why, and is well again after one reading", async () => {
    const reading = await openRead();
    const say = speak("en");
    const health = async () => healthOf(await sourceOf(reading.store), reading.clock.now(), "UTC", say);
    await reading.readNext({ status: "failed", code: "blocked" }, "2026-11-20T13:00:00Z");
    await reading.readNext({ status: "failed", code: "timeout" });
    expect(await health()).toMatch(/^read 1 hour ago; failing since Fri,? 20 Nov.*13:00: the site takes too long to answer$/);
    await reading.readNext({ status: "unchanged" });
    expect(await health()).toContain("nothing new");
    await reading.store.write((trx) => pauseSource(trx, SOURCE));
    expect(await health()).toBe("paused");
  });

  it("keeps items and validators", async () => {
    const reading = await openRead();
    await reading.readNext({ status: "failed", code: "server_error" });
    await reading.readNext({ status: "changed", body: Buffer.from("<html>"), contentType: "text/html", finalUrl: ADDRESS, etag: '"page"' });
    expect(await sourceOf(reading.store)).toMatchObject({ etag: '"1"', failure: "not_a_feed" });
  });

  it("is asked less and less often, up to once a day, and never sooner than it wishes", () => {
    const now = Date.parse("2026-11-20T12:00:00Z");
    expect(nextReading(null, undefined, now, 0) - now).toBe(30 * MINUTE);
    expect(nextReading(now, undefined, now, 0) - now).toBe(15 * MINUTE);
    expect(nextReading(now - HOUR, undefined, now, 0) - now).toBe(HOUR);
    expect(nextReading(now - 90 * DAY, undefined, now, 0) - now).toBe(DAY);
    expect(nextReading(now, 3 * HOUR, now, 0) - now).toBe(3 * HOUR);
    expect(nextReading(now, 900 * DAY, now, 0) - now).toBe(7 * DAY);
    expect(nextReading(now, undefined, now, 0.999) - now).toBeGreaterThan(18 * MINUTE);
  });

  it("that was never read stays quiet at its first success", async () => {
    const reading = await openReading({ asking: ROOM });
    await reading.addRoom(ROOM);
    await reading.add();
    await reading.readNext({ status: "failed", code: "timeout" });
    await reading.readNext(changed([old]));
    expect(await reading.posts(ROOM)).toEqual([]);
  });
});

describe("what happens during a reading", () => {
  it("two readers post an item once", async () => {
    const reading = await openRead();
    reading.clock.set((await sourceOf(reading.store)).nextAt);
    reading.answer(changed([fresh, old]));
    await Promise.all([reading.run(), reading.run()]);
    expect(await reading.posts(ROOM)).toEqual(["New"]);
  });

  it("a pause makes it count for nothing", async () => {
    const reading = await openRead();
    reading.clock.set((await sourceOf(reading.store)).nextAt);
    reading.answer(async () => {
      await reading.store.write((trx) => pauseSource(trx, SOURCE));
      return changed([fresh, old]);
    });
    expect(await reading.run()).toBeNull();
    expect(await reading.posts(ROOM)).toEqual([]);
    await reading.store.write((trx) => resumeSource(trx, SOURCE, reading.clock.now()));
    await reading.readNext(changed([fresh, old]));
    expect(await reading.posts(ROOM)).toEqual(["New"]);
  });

  it("a removal leaves nothing behind", async () => {
    const reading = await openRead();
    reading.clock.set((await sourceOf(reading.store)).nextAt);
    reading.answer(async () => {
      await reading.store.write((trx) => removeSource(trx, SOURCE));
      return changed([fresh, old]);
    });
    expect(await reading.run()).toBeNull();
    expect(await reading.store.reading.selectFrom("items").selectAll().execute()).toEqual([]);
  });

  it("a store that fails at any statement loses nothing and posts nothing twice", async () => {
    let reading: Awaited<ReturnType<typeof openRead>>;
    const steps = await forEveryStatement({
      open: async () => {
        reading = await openRead();
        reading.clock.set((await sourceOf(reading.store)).nextAt);
        reading.answer(changed([{ title: "Third", guid: "3" }, fresh, { ...old, title: "Old, edited" }], '"2"'));
        return reading.store;
      },
      run: (failing) => reading.run(failing),
      check: async (healthy) => {
        const between = await reading.posts(ROOM, healthy);
        // Either nothing of the reading is there, or all of it.
        expect([0, 2]).toContain(between.length);
        expect((await sourceOf(healthy)).etag).toBe(between.length === 0 ? '"1"' : '"2"');
        reading.clock.set((await sourceOf(healthy)).nextAt);
        await reading.run(healthy);
        expect((await reading.posts(ROOM, healthy)).sort()).toEqual(["New", "Third"]);
      },
    });
    expect(steps).toBeGreaterThan(10);
  });
});

describe("adding a source", () => {
  const wanted = { url: ADDRESS, title: "", topics: [], room: ROOM, privateAllowed: false } as const;

  it("gives it a readable id that no other has", async () => {
    const { store } = await openReading();
    const ids: string[] = [];
    for (const url of [ADDRESS, `${ADDRESS}?2`, "http://10.0.0.1/feed", "https://www.news.un.org/all"]) {
      ids.push((await store.write((trx) => addSource(trx, { ...wanted, url }, 0))).source.id);
    }
    expect(ids).toEqual(["example-org", "example-org-2", "feed-10-0-0-1", "news-un-org"]);
  });

  it("that is followed already lets the room and the operator's word join", async () => {
    const { store } = await openReading();
    await store.write((trx) => addSource(trx, wanted, 0));
    const again = await store.write((trx) => addSource(trx, { ...wanted, room: "test:two", privateAllowed: true }, 1));
    expect(again).toMatchObject({ isNew: false, source: { rooms: [ROOM, "test:two"], privateAllowed: true } });
    expect(await listSources(store.reading)).toHaveLength(1);
  });
});

describe("the card of an item", () => {
  it("shows title, source and day, and cannot mention anybody", async () => {
    const reading = await openRead();
    const title = "@room &lt;b&gt;New&lt;/b&gt; \u202ecall";
    await reading.readNext(changed([{ title, guid: "9", link: "https://example.org/9", on: "Thu, 19 Nov 2026 22:00:00 GMT" }, old]));
    const post = await reading.store.reading.selectFrom("posts").selectAll().where("card", "=", "item").executeTakeFirstOrThrow();
    const message = await draw(reading.store, ROOM, itemCard, post);
    expect(message.title).toEqual([{ link: "https://example.org/9", label: { foreign: "@room New call" } }]);
    expect(toPlain(message)).toMatch(/Example news · .*19 Nov 2026/);
    expect(message.discreet).toBe("Clarion: 1 new item");
  });

  it("does not make up a title, a link or a day", async () => {
    const reading = await openRead();
    const body = `<rss version="2.0"><channel><item><guid isPermaLink="false">x</guid><description>Words</description></item></channel></rss>`;
    await reading.readNext({ status: "changed", body: Buffer.from(body), contentType: "", finalUrl: ADDRESS });
    const post = await reading.store.reading.selectFrom("posts").selectAll().where("card", "=", "item").executeTakeFirstOrThrow();
    const message = await draw(reading.store, ROOM, itemCard, post);
    expect(message.title).toEqual(["(no title)"]);
    // When it was read is known; when it was published is not.
    expect(message.blocks).toEqual([{ text: [{ foreign: "Example news" }, " · ", "read ", { moment: expect.any(Number), zone: "UTC" }] }]);
  });

  it("is not drawn any more when its source is gone", async () => {
    const reading = await openRead();
    await reading.readNext(changed([fresh, old]));
    const post = await reading.store.reading.selectFrom("posts").selectAll().where("card", "=", "item").executeTakeFirstOrThrow();
    await reading.store.write((trx) => removeSource(trx, SOURCE));
    const room = await findRoom(reading.store.reading, ROOM);
    expect(room === undefined ? undefined : await itemCard.load(reading.store.reading, post, room, directory)).toBeNull();
  });
});

async function draw(store: Store, address: RoomAddress, card: typeof itemCard, key: CardKey): Promise<Message> {
  const room = await findRoom(store.reading, address);
  if (room === undefined) throw new Error("no room");
  const state = await card.load(store.reading, key, room, directory);
  if (state === null) throw new Error("nothing to draw");
  const view: CardView = { room, language: "en", zone: room.zone, now: 0, say: speak("en"), directory, occasion: key.occasion, plannedAt: 0, told: null };
  return card.draw(state, view);
}

async function drawn(store: Store, address: RoomAddress, card: typeof itemCard, key: CardKey): Promise<string> {
  return toPlain(await draw(store, address, card, key));
}
