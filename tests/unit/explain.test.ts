import { describe, expect, it } from "vitest";
import { drawExplanation, drawItem } from "../../src/cards/explanation.ts";
import { speak } from "../../src/i18n.ts";
import { LANGUAGES, type Language } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { hideSubject, type RoomSettings } from "../../src/rooms/rooms.ts";
import { explainItem } from "../../src/sources/explain.ts";
import { ruleOut, setWords } from "../../src/sources/filters.ts";
import { findItem } from "../../src/sources/items.ts";
import { gatherOccasion, gatherWaiting } from "../../src/sources/tellings.ts";
import { directory, NO_FOLLOW } from "../support/directory.ts";
import { openNews, type Told } from "../support/items.ts";
import { tellNews } from "../support/news.ts";
import { openMemoryStore } from "../support/store.ts";

const ROOM: RoomAddress = "test:one";

async function openOne(more: Partial<RoomSettings> = {}, asked = true) {
  const news = await openNews();
  await news.addRoom(ROOM, more);
  const source = await news.follow("https://example.org/feed", { rooms: asked ? [ROOM] : [] });
  await news.read(source, [{ id: "0", title: "Old" }]);
  const explain = async (id: string, language: Language = "en"): Promise<string> => {
    const explanation = await explainItem(news.store.reading, id, await news.room(ROOM), { directory, now: news.clock.now() });
    if (explanation === undefined) throw new Error("nothing to explain");
    return toPlain(drawExplanation(explanation, { say: speak(language), zone: "UTC", now: news.clock.now(), directory, room: ROOM }));
  };
  return { ...news, source, explain };
}
const call: Told = { id: "1", title: "Call on prisons", about: { mechanisms: ["hrc"], countries: ["NPL"], why: [{ reason: "field", words: "people who use drugs" }, { reason: "states", words: "Nepal" }] } };

describe("why an item was posted here or not", () => {
  it("says when it was posted, and that the room asked for its source", async () => {
    const news = await openOne();
    await news.read(news.source, [call]);
    const text = await news.explain("i2");
    expect(text).toMatch(/^It was posted in this room, .*20 Nov 2026/);
    expect(text).toContain("Passed: This room asked for this source by name.");
    expect(text).toContain("So what this room follows does not matter here.");
  });

  it("says which words made it relevant, and what of it the room follows", async () => {
    const news = await openOne({ follow: { ...NO_FOLLOW, mechanisms: ["hrc"] } }, false);
    await news.read(news.source, [call]);
    const text = await news.explain("i2");
    expect(text).toContain("Passed: It is about our field, because of: people who use drugs.");
    expect(text).toContain("Passed: This room follows HRC.");
    expect(text).not.toContain("Nepal");
  });

  it("says that it is about other things than the room follows", async () => {
    const news = await openOne({ follow: { ...NO_FOLLOW, mechanisms: ["upr"] } }, false);
    await news.read(news.source, [call]);
    const text = await news.explain("i2");
    expect(text).toMatch(/^It was not posted in this room\./);
    expect(text).toContain("Stopped: It is about HRC, and this room follows other things.");
  });

  it("stops at the first rule that keeps it out", async () => {
    const news = await openOne();
    await news.store.write((trx) => hideSubject(trx, ROOM, news.source));
    await news.read(news.source, [call]);
    const lines = (await news.explain("i2")).split("\n").filter((line) => line.includes("Passed") || line.includes("Stopped"));
    expect(lines).toEqual([expect.stringContaining("Stopped: This source is hidden in this room.")]);
  });

  it("names the word that decided, also where it stood deep in the text", async () => {
    const news = await openOne();
    await news.store.write((trx) => setWords(trx, ROOM, news.source, "without", ["football"]));
    await news.read(news.source, [{ ...call, content: `${"words ".repeat(500)} football` }]);
    expect(await news.explain("i2")).toContain("Stopped: It holds a word that this room does not want from this source: football.");
  });

  it("goes by the words that counted when it was read", async () => {
    const news = await openOne();
    await news.store.write((trx) => setWords(trx, ROOM, news.source, "only", ["naloxone"]));
    await news.read(news.source, [{ ...call, content: `${"words ".repeat(500)} naloxone` }]);
    expect(await news.explain("i2")).toMatch(/It was posted[^]*It held a word that this room asked for when it was read/);
  });

  it("says that the room never wants it", async () => {
    const news = await openOne();
    await news.store.write((trx) => ruleOut(trx, ROOM, "example.net"));
    await news.read(news.source, [{ ...call, link: "https://example.net/call" }]);
    expect(await news.explain("i2")).toContain("Stopped: This room never wants anything from example.net");
  });

  it("says that the first reading is quiet", async () => {
    const news = await openOne();
    expect(await news.explain("i1")).toMatch(/stood there already when the source was first read/);
  });

  it("says that the room was told the same story from another source", async () => {
    const news = await openOne();
    const other = await news.follow("https://example.net/feed", { rooms: [ROOM] });
    await news.read(other, [{ id: "0", title: "Old" }], "Other news");
    await news.read(news.source, [{ ...call, link: "https://example.org/call" }]);
    await news.read(other, [{ ...call, link: "http://www.example.org/call/?utm_source=x" }], "Other news");
    expect(await news.explain("i4")).toMatch(/told the same story from Example news/);
  });

  it.each([
    [{ rhythm: "digest" as const }, /next digest/],
    [{ wakingFrom: "18:00" }, /when this room is awake/],
    [{ pausedUntil: Date.parse("2026-12-01T00:00:00Z") }, /when this room’s pause ends/],
  ])("says what it waits for: %j", async (settings, words) => {
    const news = await openOne(settings);
    await news.read(news.source, [call]);
    expect(await news.explain("i2")).toMatch(words);
  });

  it("says in which post it was told with others", async () => {
    const news = await openOne({ rhythm: "digest" });
    await news.read(news.source, [call]);
    await news.store.write((trx) => gatherWaiting(trx, ROOM, gatherOccasion("digest", "2026-11-23")));
    expect(await news.explain("i2")).toContain("It was told in this room’s digest.");
    const busy = await openOne();
    await busy.read(busy.source, Array.from({ length: 9 }, (_, index) => ({ id: `n${index}`, title: `Item ${index}` })));
    expect(await busy.explain("i10")).toContain("together with others");
  });

  it("says that the settings were others when it was read", async () => {
    const news = await openOne();
    await news.store.write((trx) => hideSubject(trx, ROOM, news.source));
    await news.read(news.source, [call]);
    await news.store.write((trx) => trx.deleteFrom("hidden").execute());
    expect(await news.explain("i2")).toMatch(/would let it through now/);
  });

  it.each(LANGUAGES)("can be said in %s, as can the item itself", async (language) => {
    const news = await openOne();
    await news.store.write((trx) => setWords(trx, ROOM, news.source, "only", ["prisons"]));
    await news.read(news.source, [{ ...call, dates: ["2027-03-15"] }]);
    await news.read(news.source, [{ ...call, title: "Call on prisons: extended", summary: "x", dates: ["2027-03-31"] }]);
    const item = await findItem(news.store.reading, "i2");
    const source = await news.find(news.source);
    const texts = [await news.explain("i2", language), item === undefined ? "" : toPlain(drawItem(item, source, { say: speak(language), zone: "UTC", now: news.clock.now(), directory }))];
    for (const text of texts) expect(text).not.toMatch(/(?<![\w./-])(item|explain|source|why)\.[a-z_]+|undefined|\[object/);
    expect(texts[1]).toContain("Call on prisons: extended");
  });

  it("holds through a whole life of a source", async () => {
    await tellNews(await openMemoryStore());
  });
});
