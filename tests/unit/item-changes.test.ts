import { describe, expect, it } from "vitest";
import { compareVersions, type Version } from "../../src/sources/compare.ts";
import { printText, shareChanged } from "../../src/sources/print.ts";
import { deadline, itemOf, openNews, type Told } from "../support/items.ts";

const ROOM = "test:one";
const NOW = Date.parse("2026-11-20T12:00:00Z");

const TEXT = `The Special Rapporteur invites all interested parties to send contributions to a report on the human rights of people who use drugs in places of
detention. Contributions may be sent in English, French or Spanish and should not exceed 2,500 words. They will be published unless their authors ask for confidentiality.`;

function version(title: string, text = TEXT, dates: string[] = [], event: Version["event"] = null): Version {
  return { title, address: "example.org/call", textPrint: printText(`${title}\n${text}`), dates: dates.map((on) => deadline(on)), event };
}
const compare = (old: Version, now: Version) => compareVersions(old, now, [], NOW);

describe("what counts as a change", () => {
  it.each([
    ["quotes and dashes", "Call for input: “prisons” – report", 'Call for input: "prisons" - report'],
    ["case", "CALL FOR INPUT: prisons report", "Call for input: prisons report"],
    ["white space", "Call for input:  prisons report ", "Call for input: prisons report"],
    ["an apostrophe", "Women's day: prisons report", "Women’s day: prisons report"],
    ["how letters are put together", "Détention: rapport", "De\u0301tention: rapport"],
    ["a counter", "Call for input: prisons report (1,204 views)", "Call for input: prisons report (1,377 views)"],
    ["a counter in Russian", "Доклад о тюрьмах (12 просмотров)", "Доклад о тюрьмах (13 просмотров)"],
  ])("is not %s", (_what, old, now) => {
    expect(compare(version(old), version(now))).toEqual({ shows: false, tells: false, changes: [] });
  });

  it("is a word of the title", () => {
    expect(compare(version("Call for input"), version("Call for input: extended"))).toMatchObject({ shows: true, tells: true, changes: [{ what: "title", old: "Call for input" }] });
  });

  it("is a number in the title", () => {
    expect(compare(version("Input due by 15 March"), version("Input due by 31 March")).tells).toBe(true);
  });

  it("shows a slip that was put right, and says nothing of it", () => {
    expect(compare(version("Report on humna rights"), version("Report on human rights"))).toMatchObject({ shows: true, tells: false });
    expect(compare(version("Report on detention"), version("Report on detentions"))).toMatchObject({ shows: true, tells: false });
    expect(compare(version("Report finds it legal"), version("Report finds it illegal"))).toMatchObject({ tells: true });
  });

  it("is a date in the text that moved", () => {
    const change = compare(version("Call", `${TEXT} Deadline: 15 March 2027.`, ["2027-03-15"]), version("Call", `${TEXT} Deadline: 31 March 2027.`, ["2027-03-31"]));
    expect(change).toMatchObject({ shows: true, tells: true, changes: [{ what: "dates", old: [{ on: "2027-03-15" }], new: [{ on: "2027-03-31" }] }] });
  });

  it("is not a date that is only read better in the same words", () => {
    expect(compare(version("Call", TEXT, []), version("Call", TEXT, ["2027-03-31"])).changes).toEqual([]);
  });

  it("is kept, but not told, of dates that are over on both sides", () => {
    const change = compare(version("Call", `${TEXT} 1 March 2026`, ["2026-03-01"]), version("Call", `${TEXT} 2 March 2026`, ["2026-03-02"]));
    expect(change).toMatchObject({ tells: false, changes: [{ what: "dates" }] });
  });

  it("shows a text that has become another, and says nothing of a word more", () => {
    expect(compare(version("Call"), version("Call", `${TEXT} Thank you.`)).changes).toEqual([]);
    expect(compare(version("Call"), version("Call", `${TEXT} ${"It is now held online, in three sessions, and nobody needs to travel to Geneva for it.".repeat(2)}`))).toMatchObject({
      shows: true, tells: false, changes: [{ what: "text" }],
    });
  });

  it("is when an event moves or is called off", () => {
    const times = { start: "2027-03-01", end: "2027-03-06", lastDay: "2027-03-05", status: "confirmed" as const, zone: null };
    expect(compare(version("Session", TEXT, [], times), version("Session", TEXT, [], { ...times, start: "2027-03-08" })).tells).toBe(true);
    expect(compare(version("Session", TEXT, [], times), version("Session", TEXT, [], { ...times, status: "cancelled" })).tells).toBe(true);
    expect(compare(version("Session", TEXT, [], times), version("Session", TEXT, [], times)).changes).toEqual([]);
  });

  it("is not a headline that goes back and forth", () => {
    const back = [{ what: "title" as const, at: 0, old: "First headline", new: "Second headline" }];
    expect(compareVersions(version("Second headline"), version("First headline"), back, NOW)).toMatchObject({ shows: true, tells: false });
  });

  it("estimates the share of words that changed", () => {
    const words = (from: number, count: number) => Array.from({ length: count }, (_, index) => `word${from + index}`).join(" ");
    expect(shareChanged(printText(words(0, 400)), printText(words(0, 400)))).toBe(0);
    expect(shareChanged(printText(words(0, 400)), printText(words(1_000, 400)))).toBe(1);
    const half = shareChanged(printText(words(0, 400)), printText(words(200, 400)));
    expect(half).toBeGreaterThan(0.45);
    expect(half).toBeLessThan(0.85);
  });
});

describe("an item that changed", () => {
  const call: Told = { id: "7", title: "Call for input on prisons", link: "https://example.org/call", summary: "Send it by 15 March 2027.", dates: ["2027-03-15"] };
  const moved: Told = { ...call, summary: "Send it by 31 March 2027.", dates: ["2027-03-31"] };

  async function openTold(first: Told[], more: Parameters<Awaited<ReturnType<typeof openNews>>["addRoom"]>[1] = {}) {
    const news = await openNews();
    await news.addRoom(ROOM, more);
    const source = await news.follow("https://example.org/feed", { rooms: [ROOM] });
    await news.read(source, [{ id: "1", title: "Old" }]);
    await news.deliver();
    await news.read(source, first);
    await news.deliver();
    return { ...news, source, state: async () => (await news.store.reading.selectFrom("posts").select("state").where("card", "=", "item").execute()).map(({ state }) => state) };
  }

  it("says the old and the new date when a deadline in its text moves, and the post shows the new one", async () => {
    const news = await openTold([call]);
    expect(await news.newest(ROOM, "item")).toMatch(/15 Mar 2027/);
    await news.read(news.source, [moved]);
    expect(await news.state()).toEqual(["stale"]);
    const note = await news.newest(ROOM, "item-changed");
    expect(note).toMatch(/^New date: Call for input on prisons/);
    expect(note).toMatch(/15 Mar 2027.* → .*31 Mar 2027/);
    expect(await news.newest(ROOM, "item")).toMatch(/31 Mar 2027/);
  });

  it("is told nowhere when only its bytes changed", async () => {
    const news = await openTold([call]);
    await news.read(news.source, [{ ...call, publishedAt: NOW, bytes: "pubDate" }]);
    await news.read(news.source, [{ ...call, title: "Call for input on  prisons", bytes: "markup" }]);
    expect(await news.state()).toEqual(["standing"]);
    expect(await news.newest(ROOM, "item-changed")).toBe("");
  });

  it("is told once for a night of changes", async () => {
    const news = await openTold([call]);
    await news.read(news.source, [moved]);
    await news.read(news.source, [{ ...moved, summary: "Send it by 9 April 2027.", dates: ["2027-04-09"] }]);
    const posts = (await news.posts(ROOM)).filter((post) => post.startsWith("item-changed"));
    expect(posts).toHaveLength(1);
    expect(await news.newest(ROOM, "item-changed")).toMatch(/15 Mar 2027.* → .*9 Apr 2027/);
  });

  it("is not told at all when it is what it was before the note could be sent", async () => {
    const news = await openTold([call]);
    await news.read(news.source, [moved]);
    await news.read(news.source, [{ ...call, bytes: "back" }]);
    expect(await news.newest(ROOM, "item-changed")).toBe("");
  });

  it("is news to a room that was never told of it: a call from before the first reading is extended", async () => {
    const news = await openNews();
    await news.addRoom(ROOM);
    const source = await news.follow("https://example.org/feed", { rooms: [ROOM] });
    await news.read(source, [call]);
    await news.read(source, [moved]);
    expect(await news.newest(ROOM, "item")).toMatch(/changed .*20 Nov 2026[^]*31 Mar 2027/);
  });

  it("does not disturb a room that is paused, and is in its summary afterwards", async () => {
    const news = await openTold([call]);
    await news.store.write((trx) => trx.updateTable("rooms").set({ paused_until: Date.parse("2026-12-20T00:00:00Z") }).execute());
    await news.read(news.source, [moved]);
    expect(await news.state()).toEqual(["standing"]);
    expect(await news.newest(ROOM, "item-changed")).toBe("");
    expect(await news.store.reading.selectFrom("item_tellings").select("state").execute()).toEqual([{ state: "waiting" }]);
  });

  it("is told with five others at most when a site rewrites its whole feed", async () => {
    const many = Array.from({ length: 5 }, (_, index): Told => ({ id: `n${index}`, title: `Item number ${index}`, link: `https://example.org/${index}` }));
    const news = await openTold(many);
    await news.read(news.source, [...many, { id: "n5", title: "Item number 5", link: "https://example.org/5" }]);
    await news.deliver();
    await news.read(news.source, [...many, { id: "n5", title: "Item number 5", link: "https://example.org/5" }].map((item) => ({ ...item, title: `${item.title} of our archive` })));
    expect((await news.posts(ROOM)).filter((post) => post.startsWith("item-changed"))).toHaveLength(5);
    expect(await news.state()).toEqual(Array.from({ length: 6 }, () => "stale"));
  });

  it("says that an event is called off", async () => {
    const event = { start: "2027-03-01", end: "2027-03-06", lastDay: "2027-03-05", status: "confirmed" as const, occurrences: [], zone: null, sequence: null };
    const news = await openTold([{ id: "e", title: "Session", event }]);
    expect(await news.newest(ROOM, "item")).toMatch(/1 Mar 2027 to .*5 Mar 2027/);
    await news.read(news.source, [{ id: "e", title: "Session", event: { ...event, status: "cancelled" } }]);
    expect(await news.newest(ROOM, "item-changed")).toMatch(/cancelled/);
  });

  it("can be asked what changed", () => {
    expect(itemOf(call).slice).not.toBe(itemOf(moved).slice);
  });
});
