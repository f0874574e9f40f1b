/** One life of a source that touches every statement of items, tellings and filters; for each database. */
import { expect } from "vitest";
import type { RoomAddress, Store } from "../../src/ports.ts";
import { explainItem } from "../../src/sources/explain.ts";
import { setWords } from "../../src/sources/filters.ts";
import { sweepItems } from "../../src/sources/items.ts";
import { removeSource } from "../../src/sources/sources.ts";
import { gatherOccasion, gatherWaiting, listGathered, sweepTellings } from "../../src/sources/tellings.ts";
import { directory } from "./directory.ts";
import { openNews } from "./items.ts";

export async function tellNews(store: Store): Promise<void> {
  const [room, quiet]: RoomAddress[] = ["test:one", "test:digest"];
  if (room === undefined || quiet === undefined) return;
  const news = await openNews({ store });
  await news.addRoom(room);
  await news.addRoom(quiet, { rhythm: "digest", language: "fr" });
  const source = await news.follow("https://example.org/feed", { rooms: [room, quiet] });
  const old = { id: "g1", title: "Old", link: "https://example.org/en/old" };
  await news.read(source, [old]);
  await store.write((trx) => setWords(trx, room, source, "without", ["football"]));
  await store.write((trx) => setWords(trx, room, source, "without", ["football", "tennis"]));
  const call = { id: "g2", title: "Call", link: "https://example.org/en/call", summary: "Until 15 March 2027", dates: ["2027-03-15"] };
  const game = { id: "g3", title: "Tennis", link: "https://example.org/en/tennis" };
  await news.read(source, [call, game, old]);
  expect((await news.posts(room)).filter((post) => post.startsWith("item:"))).toEqual(["item: Call (https://example.org/en/call)"]);
  await news.deliver();
  await news.read(source, [{ ...call, summary: "Until 31 March 2027", dates: ["2027-03-31"] }, game, { id: "g4", title: "Appel", link: "https://example.org/fr/call", about: { language: "fr" } }, old]);
  expect((await news.posts(room)).filter((post) => post.startsWith("item"))).toHaveLength(2);
  const explained = await explainItem(store.reading, "i3", await news.room(room), { directory, now: news.clock.now() });
  expect(explained).toMatchObject({ conclusion: "left_out", verdicts: expect.arrayContaining([{ rule: "without", says: "no", what: "tennis" }]) });
  await news.tick();
  const occasion = gatherOccasion("digest", "2026-11-23");
  await store.write((trx) => gatherWaiting(trx, quiet, occasion));
  expect((await listGathered(store.reading, quiet, occasion)).map(({ title }) => title).sort()).toEqual(["Call", "Tennis"]);
  // One name for two things: from now on this feed is told by its links, and what was kept goes by them.
  await news.read(source, [{ ...old, bytes: "1" }, { id: "g1", title: "Another thing", link: "https://example.org/en/other" }]);
  expect((await news.find(source)).identity).toBe("link");
  expect((await store.reading.selectFrom("items").select("identity").where("id", "=", "i1").executeTakeFirst())?.identity).toBe("link example.org/en/old");
  await news.fail(source, "blocked", 1);
  await news.fail(source, "blocked", 30);
  expect(await news.newest(room, "source-health")).toContain("cannot be read any more");
  const later = news.clock.now() + 500 * 24 * 3_600_000;
  await store.write(async (trx) => {
    await sweepItems(trx, later);
    await sweepTellings(trx, later);
  });
  // What stands in the feed to this day is kept, or it would come again as new.
  expect((await store.reading.selectFrom("items").select("title").execute()).map(({ title }) => title).sort()).toEqual(["Another thing", "Old"]);
  await store.write((trx) => removeSource(trx, source));
  expect(await store.reading.selectFrom("items").select("id").execute()).toEqual([]);
}
