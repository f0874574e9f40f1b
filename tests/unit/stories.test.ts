import { describe, expect, it } from "vitest";
import type { RoomSettings } from "../../src/rooms/rooms.ts";
import { hideSubject } from "../../src/rooms/rooms.ts";
import { addressOf, hostIn, languageInLink, storyOf } from "../../src/sources/address.ts";
import { openNews, type Told } from "../support/items.ts";

const ENGLISH = "https://news.un.org/feed/view/en/story/2026/11/1166543";
const FRENCH = "https://news.un.org/feed/view/fr/story/2026/11/1166543";

describe("the address of a page", () => {
  it.each([
    ["https://www.example.org/news/prisons/", "example.org/news/prisons"],
    ["http://example.org/news/prisons", "example.org/news/prisons"],
    ["https://example.org/news/prisons?utm_source=rss&utm_medium=feed&fbclid=x", "example.org/news/prisons"],
    ["https://example.org/news/prisons?ref=newsletter", "example.org/news/prisons"],
    ["https://example.org/news/prisons/amp/", "example.org/news/prisons"],
    ["https://example.org/news/prisons?amp=1", "example.org/news/prisons"],
    ["https://m.example.org/news/prisons/index.html", "example.org/news/prisons"],
    ["https://example.org/news/prisons#comments", "example.org/news/prisons"],
    ["HTTPS://EXAMPLE.ORG/News/Prisons", "example.org/News/Prisons"],
    ["https://example.org/?p=123", "example.org?p=123"],
    ["https://example.org/show?b=2&a=1", "example.org/show?a=1&b=2"],
    ["https://example.org/show?ref=A/HRC/64/12", "example.org/show?ref=A/HRC/64/12"],
    ["https://example.org/app#/item/7", "example.org/app#/item/7"],
  ])("of %s is %s", (link, address) => {
    expect(addressOf(link)).toBe(address);
  });

  it.each(["", "mailto:a@example.org", "https://example.org", "https://www.example.org/", "https://example.org/en/", "https://example.org/?lang=fr", "javascript:x"])(
    "is none for %j, which is no page of its own",
    (link) => {
      expect([addressOf(link), storyOf(link)]).toEqual(["", ""]);
    },
  );
});

describe("a story", () => {
  it.each([
    [ENGLISH, FRENCH],
    [ENGLISH, "https://news.un.org/ar/story/2026/11/1166543"],
    ["https://www.ohchr.org/en/press-releases/2026/11/prisons", "https://www.ohchr.org/es/press-releases/2026/11/prisons"],
    ["https://example.org/en-us/prisons.html", "https://example.org/pt-br/prisons"],
    ["https://fr.example.org/prisons", "https://es.example.org/prisons"],
    ["https://example.org/prisons?lang=en", "https://example.org/prisons?lang=ru"],
  ])("is one in every language: %s and %s", (one, other) => {
    expect(storyOf(one)).toBe(storyOf(other));
    expect(languageInLink(one)).not.toBe(languageInLink(other));
  });

  it.each([
    [ENGLISH, "https://news.un.org/en/story/2026/11/1166544"],
    ["https://example.org/prisons", "https://example.net/prisons"],
    ["https://example.org/en/prisons/2026", "https://example.org/fr/prisons/2027"],
    ["https://example.org/?p=1", "https://example.org/?p=2"],
    ["https://it.org/prisons", "https://org/prisons"],
  ])("is not %s and %s", (one, other) => {
    expect(storyOf(one)).not.toBe(storyOf(other));
  });

  it("has a host without its dressing", () => {
    expect(hostIn("https://www.example.org:8443/x")).toBe("example.org");
  });
});

describe("a room", () => {
  const item = (link: string, language: string, title: string): Told => ({ id: link, link, title, about: { language } });

  async function openTwo(more: Record<string, Partial<RoomSettings>> = { "test:en": {} }) {
    const news = await openNews();
    const rooms = Object.keys(more) as `test:${string}`[];
    for (const room of rooms) await news.addRoom(room, more[room]);
    const english = await news.follow("https://news.un.org/feed/en/rss.xml", { rooms });
    const french = await news.follow("https://news.un.org/feed/fr/rss.xml", { rooms });
    for (const source of [english, french]) await news.read(source, [{ id: "0", title: "Old" }]);
    await news.deliver();
    const told = async (room: `test:${string}`) => (await news.posts(room)).filter((post) => post.startsWith("item"));
    return { ...news, english, french, told };
  }

  it("hears a story once, whatever feeds it is in", async () => {
    const news = await openTwo();
    const rights = await news.follow("https://news.un.org/feed/en/human-rights.xml", { rooms: ["test:en"] });
    await news.read(rights, [{ id: "0", title: "Old" }]);
    await news.read(news.english, [item(ENGLISH, "en", "Prisons")]);
    await news.read(rights, [item("https://news.un.org/en/story/2026/11/1166543", "en", "Prisons")]);
    await news.read(news.french, [item(FRENCH, "fr", "Les prisons")]);
    expect(await news.told("test:en")).toHaveLength(1);
  });

  it("hears it in its own language, once that has been read", async () => {
    const news = await openTwo({ "test:en": {}, "test:fr": { language: "fr" } });
    await news.read(news.english, [item(ENGLISH, "en", "Prisons")]);
    expect(await news.told("test:fr")).toEqual([`item: Prisons (${ENGLISH})`]);
    await news.deliver();
    await news.read(news.french, [item(FRENCH, "fr", "Les prisons")]);
    expect(await news.told("test:fr")).toEqual([`item: Les prisons (${FRENCH})`]);
    expect(await news.told("test:en")).toEqual([`item: Prisons (${ENGLISH})`]);
    const states = await news.store.reading.selectFrom("posts").select(["room", "state"]).where("card", "=", "item").orderBy("room").execute();
    expect(states).toEqual([{ room: "test:en", state: "standing" }, { room: "test:fr", state: "stale" }]);
  });

  it("is not shown the version of a source that it hides", async () => {
    const news = await openTwo({ "test:fr": { language: "fr" } });
    await news.store.write((trx) => hideSubject(trx, "test:fr", news.french));
    await news.read(news.english, [item(ENGLISH, "en", "Prisons")]);
    await news.read(news.french, [item(FRENCH, "fr", "Les prisons")]);
    expect(await news.told("test:fr")).toEqual([`item: Prisons (${ENGLISH})`]);
  });

  it("hears of a change in the version it is shown, once", async () => {
    const news = await openTwo({ "test:fr": { language: "fr" } });
    await news.read(news.english, [item(ENGLISH, "en", "Prisons")]);
    await news.read(news.french, [item(FRENCH, "fr", "Les prisons")]);
    await news.deliver();
    await news.read(news.english, [item(ENGLISH, "en", "Prisons of the world")]);
    expect(await news.told("test:fr")).toHaveLength(1);
    await news.read(news.french, [item(FRENCH, "fr", "Les prisons du monde")]);
    expect((await news.told("test:fr")).filter((post) => post.startsWith("item-changed"))).toHaveLength(1);
  });

  it("hears of two items of one feed in one language, though their links say they are one", async () => {
    const news = await openTwo();
    const page = "https://example.org/en/updates";
    await news.read(news.english, [{ id: "1", link: page, title: "First update", about: { language: "en" } }, { id: "2", link: page, title: "Second update", about: { language: "en" } }]);
    expect(await news.told("test:en")).toHaveLength(2);
  });
});
