import { describe, expect, it } from "vitest";
import { COORDINATION } from "../../src/rooms/networks.ts";
import { openNews } from "../support/items.ts";

const ROOM = "test:one";

async function openOne() {
  const news = await openNews();
  await news.addRoom(ROOM);
  await news.addRoom("test:other");
  await news.addRoom("test:coordination", { network: COORDINATION });
  const source = await news.follow("https://example.org/feed", { rooms: [ROOM] });
  const notices = async (room: `test:${string}`) => (await news.posts(room)).filter((post) => post.startsWith("source-health"));
  return { ...news, source, notices };
}

describe("a source that was added", () => {
  it("shows its three newest items to the room that asked for it, and to no other", async () => {
    const news = await openOne();
    await news.read(news.source, ["One", "Two", "Three", "Four"].map((title) => ({ id: title, title })));
    const preview = await news.newest(ROOM, "source-first");
    expect(preview).toMatch(/^Example news works\. These are its newest items/);
    expect(preview).toMatch(/i1 One\n- i2 Two\n- i3 Three\nNew items come here from now on/);
    expect(preview).not.toContain("Four");
    expect(await news.posts(ROOM)).toHaveLength(1);
    expect(await news.posts("test:other")).toEqual([]);
  });

  it("says at once why it cannot be read, and in the same post that it works at last", async () => {
    const news = await openOne();
    await news.fail(news.source, "blocked");
    expect(await news.newest(ROOM, "source-first")).toMatch(/could not be read yet[^]*the site refuses bots[^]*I keep trying/);
    await news.deliver();
    await news.fail(news.source, "blocked", 30);
    expect(await news.posts(ROOM)).toHaveLength(1);
    await news.read(news.source, [{ id: "1", title: "One" }]);
    expect(await news.posts(ROOM)).toEqual(["source-first: Example news works. This is its newest item"]);
  });

  it("works also when it holds nothing yet", async () => {
    const news = await openOne();
    await news.read(news.source, []);
    expect(await news.newest(ROOM, "source-first")).toMatch(/works[^]*no items at present/);
  });
});

describe("a whole list of sources", () => {
  it("shows that the first five work, and leaves the others to source list", async () => {
    const news = await openNews();
    await news.addRoom(ROOM);
    for (let index = 0; index < 8; index += 1) {
      const source = await news.follow(`https://s${index}.example.org/feed`, { rooms: [ROOM] });
      await news.read(source, [{ id: "1", title: "One" }]);
      // Half an hour goes by with every reading.
      news.clock.advance(-31 * 60_000);
    }
    expect(await news.posts(ROOM)).toHaveLength(5);
  });
});

describe("a source that fails", () => {
  it("is told of after a day, once, to the rooms that asked for it and to coordination; and once when it works again", async () => {
    const news = await openOne();
    await news.read(news.source, [{ id: "1", title: "One" }]);
    await news.fail(news.source, "blocked");
    await news.fail(news.source, "timeout", 20);
    expect(await news.notices(ROOM)).toEqual([]);
    await news.fail(news.source, "blocked", 10);
    await news.fail(news.source, "blocked", 40);
    expect(await news.notices(ROOM)).toEqual(["source-health: Example news cannot be read any more"]);
    expect(await news.notices("test:coordination")).toHaveLength(1);
    expect(await news.notices("test:other")).toEqual([]);
    expect(await news.newest(ROOM, "source-health")).toMatch(/failing since .*20 Nov.*: the site refuses bots/);
    await news.deliver();
    await news.read(news.source, [{ id: "1", title: "One" }]);
    expect(await news.notices(ROOM)).toEqual(["source-health: Example news can be read again", "source-health: Example news can be read again"]);
    await news.read(news.source, [{ id: "1", title: "One" }]);
    expect(await news.notices(ROOM)).toHaveLength(2);
  });

  it("is told of no more than once a week when it comes and goes", async () => {
    const news = await openOne();
    await news.read(news.source, [{ id: "1", title: "One" }]);
    for (let night = 0; night < 4; night += 1) {
      await news.fail(news.source, "server_error");
      await news.fail(news.source, "server_error", 25);
      await news.read(news.source, [{ id: "1", title: "One" }]);
    }
    expect(await news.notices("test:coordination")).toHaveLength(2);
  });

  it("that was mended within a day is told of nowhere", async () => {
    const news = await openOne();
    await news.read(news.source, [{ id: "1", title: "One" }]);
    await news.fail(news.source, "timeout");
    await news.read(news.source, [{ id: "1", title: "One" }]);
    expect(await news.notices("test:coordination")).toEqual([]);
  });
});
