import { describe, expect, it } from "vitest";
import type { RoomAddress } from "../../src/ports.ts";
import type { RoomSettings } from "../../src/rooms/rooms.ts";
import { allow, findPhrase, judgeFollow, readPhrases, ruleOut, setRelevant, setWords } from "../../src/sources/filters.ts";
import { directory, NO_FOLLOW } from "../support/directory.ts";
import { openNews, type Told } from "../support/items.ts";

const ROOM = "test:one";
const bench = { directory, networkCountries: new Map([["anpud", new Set(["NPL", "THA"])]]) };
const about = (more: { topics?: string[]; mechanisms?: string[]; countries?: string[] }) => ({ topics: [], mechanisms: [], countries: [], ...more });
const passes = (follow: Partial<typeof NO_FOLLOW>, item: ReturnType<typeof about>) => judgeFollow({ ...NO_FOLLOW, ...follow }, item, bench).passes;

describe("what a room follows", () => {
  it("lets through what shares a topic, a body or a country", () => {
    expect(passes({ topics: ["women"] as never }, about({ topics: ["women"] }))).toBe(true);
    expect(passes({ mechanisms: ["cnd"] as never }, about({ mechanisms: ["cnd"] }))).toBe(true);
    expect(passes({ countries: ["anpud"] as never }, about({ countries: ["NPL"] }))).toBe(true);
    expect(passes({ mechanisms: ["cnd"] as never }, about({ mechanisms: ["upr"] }))).toBe(false);
    expect(passes({ topics: ["women"] as never }, about({}))).toBe(false);
  });

  it("lets through what is about a part of what is followed, and bodies that only news is about", () => {
    expect(passes({ mechanisms: ["special-procedures"] as never }, about({ mechanisms: ["wgad"] }))).toBe(true);
    expect(passes({ mechanisms: ["unodc"] as never }, about({ mechanisms: ["unodc"] }))).toBe(true);
  });

  it("keeps out what is about other countries only, whatever else it is about", () => {
    const room = { mechanisms: ["upr"], countries: ["anpud"] } as never;
    expect(passes(room, about({ mechanisms: ["upr"], countries: ["BRA"] }))).toBe(false);
    expect(passes(room, about({ mechanisms: ["upr"], countries: ["BRA", "THA"] }))).toBe(true);
    expect(passes(room, about({ mechanisms: ["upr"] }))).toBe(true);
    expect(passes(room, about({ mechanisms: ["cedaw"], countries: ["NPL"] }))).toBe(true);
  });

  it("lets everything through where nothing was chosen, or the topic news was", () => {
    expect(passes({}, about({ countries: ["BRA"] }))).toBe(true);
    expect(passes({ mechanisms: ["upr"], topics: ["news"] } as never, about({ mechanisms: ["cnd"] }))).toBe(true);
    expect(passes({ mechanisms: ["none"] } as never, about({ mechanisms: ["cnd"] }))).toBe(false);
    expect(passes({ kinds: ["deadline"] } as never, about({ mechanisms: ["cnd"] }))).toBe(false);
  });
});

describe("words", () => {
  it.each([
    ["overdose", "An Overdose crisis", true],
    ["overdose", "Overdoses rise", false],
    ["overdos*", "Overdoses rise", true],
    ["people who use drugs", "Rights of people who  use drugs.", true],
    ["prevención", "La prevencion de sobredosis", true],
    ["тюрьм*", "Права в тюрьмах", true],
    ["السجون", "حقوق الإنسان في السجون", true],
    ["aid", "The said plan", false],
  ])("%s in “%s”: %s", (phrase, text, found) => {
    expect(findPhrase(text, [phrase]) !== undefined).toBe(found);
  });

  it("are read with commas of every script between them", () => {
    expect(readPhrases(" overdose, naloxone ; people who use drugs، , !")).toEqual(["overdose", "naloxone", "people who use drugs"]);
  });
});

describe("which items a room hears", () => {
  async function openOne(more: Partial<RoomSettings> = {}, asked = true) {
    const news = await openNews();
    await news.addRoom(ROOM, more);
    await news.addRoom("test:other");
    const rooms: RoomAddress[] = asked ? [ROOM, "test:other"] : ["test:other"];
    const source = await news.follow("https://news.example.org/feed", { rooms });
    await news.read(source, [{ id: "0", title: "Old" }]);
    let number = 0;
    const heard = async (told: Told, room: RoomAddress = ROOM): Promise<boolean> => {
      number += 1;
      await news.read(source, [{ id: `n${number}`, ...told }]);
      return (await news.posts(room)).some((post) => post.startsWith(`item: ${told.title}`));
    };
    const change = (body: (trx: Parameters<typeof setWords>[0]) => Promise<unknown>) => news.store.write(body);
    return { ...news, source, heard, change };
  }
  const irrelevant = { relevant: false };

  it("are all of a source that it asked for by name, unless it says only relevant", async () => {
    const news = await openOne({ follow: { ...NO_FOLLOW, mechanisms: ["upr"] } });
    expect(await news.heard({ title: "Football", about: irrelevant })).toBe(true);
    await news.change((trx) => setRelevant(trx, ROOM, news.source, true));
    expect(await news.heard({ title: "Tennis", about: irrelevant })).toBe(false);
    expect(await news.heard({ title: "Naloxone" })).toBe(true);
    await news.change((trx) => setRelevant(trx, ROOM, news.source, false));
    expect(await news.heard({ title: "Chess", about: irrelevant })).toBe(true);
  });

  it("are only relevant ones where it follows topics, or everything", async () => {
    const news = await openOne({}, false);
    expect(await news.heard({ title: "Football", about: irrelevant })).toBe(false);
    expect(await news.heard({ title: "Naloxone" })).toBe(true);
  });

  it("hold one of the words it asked for, anywhere in the text, and none of those it does not want", async () => {
    const news = await openOne();
    await news.change((trx) => setWords(trx, ROOM, news.source, "only", ["overdose", "naloxon*"]));
    expect(await news.heard({ title: "One", content: `${"words ".repeat(300)} about naloxone` })).toBe(true);
    expect(await news.heard({ title: "Two", content: "about prisons" })).toBe(false);
    await news.change((trx) => setWords(trx, ROOM, news.source, "without", ["football"]));
    expect(await news.heard({ title: "Three", summary: "An overdose at a football match" })).toBe(false);
    expect(await news.heard({ title: "Three", summary: "An overdose at a football match" }, "test:other")).toBe(true);
    await news.change((trx) => setWords(trx, ROOM, news.source, "only", []));
    expect(await news.heard({ title: "Four", content: "about prisons" })).toBe(true);
  });

  it.each([
    ["the source itself", "news-example-org", { title: "Anything" }],
    ["its host", "example.org", { title: "Anything" }],
    ["a page of that host", "banned.example.com", { title: "A link", link: "https://www.banned.example.com/page" }],
    ["a page under that host", "example.com", { title: "A link", link: "https://banned.example.com/page" }],
    ["a text that names the host", "banned.example.com", { title: "More", content: "See banned.example.com/page for more" }],
    ["a text that names the publisher", "Bañned Foundation", { title: "According to the Banned Foundation, prisons are full" }],
  ])("are never %s, once it said so, and can be again", async (_what, entry, told: Told) => {
    const news = await openOne();
    await news.change((trx) => ruleOut(trx, ROOM, entry));
    expect(await news.heard(told)).toBe(false);
    expect(await news.heard({ ...told, title: `${told.title} again` }, "test:other")).toBe(true);
    await news.change((trx) => allow(trx, ROOM, entry));
    expect(await news.heard({ ...told, title: `Third: ${told.title}` })).toBe(true);
  });

  it("do not belong to a host that only ends like it", async () => {
    const news = await openOne();
    await news.change((trx) => ruleOut(trx, ROOM, "ample.com"));
    expect(await news.heard({ title: "A link", link: "https://example.com/page", content: "See example.com" })).toBe(true);
  });

  it("wait for the morning while it sleeps, and are five and one post when they were many", async () => {
    const news = await openOne({ wakingFrom: "18:00" });
    for (let index = 0; index < 8; index += 1) await news.read(news.source, [{ id: `m${index}`, title: `Item ${index}` }]);
    expect(await news.posts(ROOM)).toEqual([expect.stringContaining("source-first")]);
    news.clock.set("2026-11-20T18:00:00Z");
    await news.tick();
    await news.tick();
    expect((await news.posts(ROOM)).slice(1)).toEqual(["item: Item 3", "item: Item 4", "item: Item 5", "item: Item 6", "item: Item 7", "items: And 3 more from Example news"]);
  });

  it("are told of several sources in one post, where the flood came from several", async () => {
    const news = await openOne({ wakingFrom: "18:00" });
    const other = await news.follow("https://example.net/feed", { rooms: [ROOM] });
    await news.read(other, [{ id: "0", title: "Old" }]);
    for (let index = 0; index < 4; index += 1) {
      await news.read(news.source, [{ id: `m${index}`, title: `Item ${index}` }]);
      await news.read(other, [{ id: `m${index}`, title: `Other ${index}` }]);
    }
    news.clock.set("2026-11-20T18:00:00Z");
    await news.tick();
    expect((await news.posts(ROOM)).at(-1)).toBe("items: And 3 more items");
  });

  it("are told in the digest of a room of digests, all of them once", async () => {
    const news = await openOne({ rhythm: "digest" });
    expect(await news.heard({ title: "Naloxone" })).toBe(false);
    await news.tick();
    expect(await news.store.reading.selectFrom("item_tellings").select("state").where("room", "=", ROOM).execute()).toEqual([{ state: "waiting" }]);
  });
});
