import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identitiesOf, identityOf, chooseIdentity, identifiedOf, matchItems, type Kept } from "../../src/sources/identify.ts";
import { printText } from "../../src/sources/print.ts";
import { itemOf, openNews, type Told } from "../support/items.ts";

const ROOM = "test:one";
const NONE = () => false;

function identified(...told: Told[]) {
  return told.map(itemOf).map((item) => identifiedOf(item, printText(`${item.title} ${item.summary}`)));
}
const keep = (items: ReturnType<typeof identified>): Kept[] => items.map((item, index) => ({ ...item, id: `i${index}`, identity: identityOf(item, "guid") }));

/** A source whose first reading, of `first`, was quiet; asked for by one room. */
async function openRead(first: Told[]) {
  const news = await openNews();
  await news.addRoom(ROOM);
  const source = await news.follow("https://example.org/feed", { rooms: [ROOM] });
  await news.read(source, first);
  await news.deliver();
  return { ...news, source, titles: async () => (await news.posts(ROOM)).filter((post) => post.startsWith("item")) };
}

describe("how a feed tells its items apart", () => {
  it("is by what it calls them, when it calls different things by different names", () => {
    const items = identified({ id: "1 at https://example.org", title: "One" }, { id: "2 at https://example.org", title: "Two" });
    expect(chooseIdentity("guid", items, [], NONE)).toBe("guid");
  });

  it("is by link when one name is given to different items of one reading", () => {
    const items = identified({ id: "news", title: "One", link: "https://example.org/1" }, { id: "news", title: "Two", link: "https://example.org/2" });
    expect(chooseIdentity("guid", items, [], NONE)).toBe("link");
  });

  it("is by link when a new item bears the name of one that still stands there", () => {
    const [old, other] = [identified({ id: "news", title: "One", link: "https://example.org/1" }), identified({ id: "news", title: "Two", link: "https://example.org/2" })];
    const kept = keep(old);
    expect(chooseIdentity("guid", other, kept, (slice) => slice === kept[0]?.slice)).toBe("link");
  });

  it("is by link when the only item has always the same name and is each time another", () => {
    const [old, other] = [
      identified({ id: "latest", title: "Session opens in Vienna", link: "https://example.org/1", publishedAt: 0 }),
      identified({ id: "latest", title: "Report about prisons", link: "https://example.org/2", publishedAt: 9e8 }),
    ];
    expect(chooseIdentity("guid", other, keep(old), NONE)).toBe("link");
  });

  it("is by title when links lead all to one page", () => {
    const items = identified(...["One", "Two", "Three", "Four"].map((title) => ({ title, link: "https://example.org/news?page" })));
    expect(chooseIdentity("guid", items, [], NONE)).toBe("title");
  });

  it("is not spoilt by an entry that stands there twice", () => {
    const items = identified({ id: "1", title: "One", link: "http://example.org/1" }, { id: "1", title: "One!", link: "https://www.example.org/1/?utm_source=rss" });
    expect(chooseIdentity("guid", items, [], NONE)).toBe("guid");
    expect(matchItems("guid", items, [], NONE)).toHaveLength(1);
  });

  it.each(["0", "", "null", "-1"])("takes the name %j for none", (id) => {
    const [item] = identified({ id, title: "One", link: "https://example.org/1" });
    expect(item === undefined ? "" : identityOf(item, "guid")).toBe("link example.org/1");
  });

  it("goes on by a weaker way once the stronger has failed", () => {
    expect(chooseIdentity("link", identified({ id: "1", title: "One", link: "https://example.org/1" }), [], NONE)).toBe("link");
  });

  it("finds every item again that it has kept, whatever they are", () => {
    const told = fc.record({
      id: fc.constantFrom("", "0", "a", "b", "https://example.org/1"),
      title: fc.constantFrom("", "One", "Two", "one.", "Два", "ثلاثة"),
      link: fc.constantFrom("", "https://example.org/1", "http://www.example.org/1/", "https://example.org/2?p=3", "https://example.org/"),
      publishedAt: fc.constantFrom(null, 0, 86_400_000),
      summary: fc.constantFrom("", "words", "other words"),
    });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 8 }), (feed) => {
        const items = identified(...feed);
        const mode = chooseIdentity("guid", items, [], NONE);
        const first = matchItems(mode, items, [], NONE);
        const kept = first.map(({ index, identity }): Kept => ({ ...(items[index] ?? identified({})[0] ?? never()), id: `i${index}`, identity }));
        // All there is was read again, as after a loss of what slices were known: nothing is new.
        const again = matchItems(chooseIdentity(mode, items, kept, () => true), items, kept, () => true);
        expect(again.filter(({ old }) => old === undefined)).toEqual([]);
        // And what a database holds of one source is told apart by its identity.
        expect(new Set(kept.map(({ identity }) => identity)).size).toBe(kept.length);
        for (const { index, identity } of first) expect(identitiesOf(items[index] ?? never(), mode)).toContain(identity);
      }),
    );
  });
});

function never(): never {
  throw new Error("an item is missing");
}

describe("an item", () => {
  const call = { id: "7", title: "Call for input on prisons", link: "https://example.org/call" };

  it("is posted once, however its bytes change", async () => {
    const news = await openRead([{ id: "1", title: "Old" }]);
    await news.read(news.source, [call, { id: "1", title: "Old" }]);
    await news.read(news.source, [{ ...call, bytes: "12 views" }, { id: "1", title: "Old" }]);
    await news.read(news.source, [{ ...call, bytes: "13 views" }, { id: "1", title: "Old", bytes: "1" }]);
    expect(await news.titles()).toEqual(["item: Call for input on prisons (https://example.org/call)"]);
  });

  it("stays itself when the site moves and gives it a new name", async () => {
    const news = await openRead([call]);
    await news.read(news.source, [{ ...call, id: "https://example.org/?p=7", link: "http://www.example.org/call/?utm_source=feed" }]);
    expect(await news.titles()).toEqual([]);
    await news.read(news.source, [{ ...call, id: "https://example.org/?p=7", title: "Call for input on prisons and detention" }]);
    expect(await news.store.reading.selectFrom("items").select("title").execute()).toEqual([{ title: "Call for input on prisons and detention" }]);
  });

  it("is not lost where all items lead to one page and have no name", async () => {
    const news = await openRead([{ title: "Old", link: "https://example.org/news?all" }]);
    await news.read(news.source, ["Second", "Third", "Old"].map((title) => ({ title, link: "https://example.org/news?all" })));
    expect((await news.titles()).map((post) => post.split(" ")[1])).toEqual(["Third", "Second"].toSorted((one, other) => (one < other ? 1 : -1)));
  });

  it("is not lost where all items bear one name", async () => {
    const news = await openRead([{ id: "feed", title: "Old", link: "https://example.org/1" }]);
    await news.read(news.source, [{ id: "feed", title: "New", link: "https://example.org/2" }, { id: "feed", title: "Old", link: "https://example.org/1" }]);
    expect(await news.titles()).toEqual(["item: New (https://example.org/2)"]);
    expect((await news.find(news.source)).identity).toBe("link");
    await news.read(news.source, [{ id: "feed", title: "New", link: "https://example.org/2", bytes: "x" }, { id: "feed", title: "Old", link: "https://example.org/1", bytes: "x" }]);
    expect(await news.titles()).toHaveLength(1);
  });

  it("is told by title and day where there is nothing else, and two on one day by what they say", async () => {
    const news = await openRead([{ title: "Old" }]);
    const day = Date.parse("2026-11-20T08:00:00Z");
    await news.read(news.source, [{ title: "Press release", publishedAt: day, summary: "On Nepal" }, { title: "Press release", publishedAt: day, summary: "On Brazil" }, { title: "Old" }]);
    expect(await news.titles()).toHaveLength(2);
    await news.read(news.source, [{ title: "Press release", publishedAt: day + 7, summary: "On Nepal" }, { title: "Press release", publishedAt: day, summary: "On Brazil", bytes: "x" }, { title: "Old" }]);
    expect(await news.titles()).toHaveLength(2);
  });

  it("comes back to a feed that lost it for a while without being told again", async () => {
    const news = await openRead([call, { id: "1", title: "Old" }]);
    await news.read(news.source, []);
    await news.read(news.source, [call, { id: "1", title: "Old" }]);
    expect(await news.titles()).toEqual([]);
  });

  it("is known again in a database of the schema before, whether it was kept by its name or by its link", async () => {
    const news = await openRead([call, { id: "", title: "Linked", link: "https://www.example.org/linked/" }]);
    await news.store.write(async (trx) => {
      await trx.updateTable("items").set({ identity: "7", guid: "", slice: "", text_print: "" }).where("title", "=", call.title).execute();
      await trx.updateTable("items").set({ identity: "https://www.example.org/linked/", slice: "", text_print: "" }).where("title", "=", "Linked").execute();
      await trx.updateTable("sources").set({ identity: "", slices: "" }).execute();
    });
    await news.read(news.source, [{ ...call, title: "Call for input: extended" }, { id: "", title: "Linked", link: "https://www.example.org/linked/" }]);
    expect(await news.titles()).toEqual([]);
    const rows = await news.store.reading.selectFrom("items").select(["title", "identity"]).orderBy("id").execute();
    expect(rows).toEqual([{ title: "Call for input: extended", identity: "guid 7" }, { title: "Linked", identity: "link example.org/linked" }]);
  });

  it("has a name that people can type", async () => {
    const news = await openRead([call, { id: "8", title: "Another" }]);
    await news.read(news.source, [{ id: "9", title: "Third" }]);
    expect((await news.store.reading.selectFrom("items").select("id").orderBy("id").execute()).map(({ id }) => id)).toEqual(["i1", "i2", "i3"]);
  });
});
