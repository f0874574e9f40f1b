/** A feed from its address to the rooms: a real site on loopback, the real fetch, and the whole app. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createFetch } from "../../adapters/http/fetch.ts";
import { sourceWorker } from "../../src/jobs/sources.ts";
import { toPlain } from "../../src/plain.ts";
import type { Fetch, RoomAddress } from "../../src/ports.ts";
import { sourceKey } from "../../src/sources/sources.ts";
import { type TestApp, openTestApp } from "../support/app.ts";
import { type Entry, feedOf } from "../support/reading.ts";

const COORDINATION = "web:coordination";
const NETWORKS: RoomAddress[] = ["web:anpud", "web:enpud", "web:euronpud"];
/** A Friday, 13:00 in London and 20:00 in Bangkok. */
const NOON = "2026-11-20T12:00:00Z";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A site with one feed, which answers 304 to whoever has its newest version. */
async function openSite() {
  let entries: Entry[] = [{ title: "An old story", guid: "1" }];
  let version = 1;
  let bodies = 0;
  const server = createServer((request, response) => {
    if (request.headers["if-none-match"] === `"${version}"`) {
      response.writeHead(304).end();
      return;
    }
    bodies += 1;
    response.writeHead(200, { "content-type": "application/rss+xml", etag: `"${version}"` }).end(feedOf(entries));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // A listening TCP server has an address and a port.
  const { port } = server.address() as AddressInfo;
  const fetch = createFetch({ userAgent: "Clarion test (+https://example.org)", perHostPace: 0 });
  closing.push(() => fetch.close());
  return {
    url: `http://127.0.0.1:${port}/feed`,
    fetch,
    publish(...more: Entry[]) {
      const guids = new Set(more.map(({ guid }) => guid));
      entries = [...more, ...entries.filter(({ guid }) => !guids.has(guid))];
      version += 1;
    },
    /** How often the whole feed was sent. */
    bodies: () => bodies,
  };
}

async function openHouse(options: { fetch: Fetch; store?: TestApp["store"] }): Promise<TestApp> {
  return openTestApp({ now: NOON, ...options });
}

/** Reads every source whose time has come, then delivers. */
async function readDue({ app, store, settle }: TestApp): Promise<void> {
  const rows = await store.reading.selectFrom("sources").select("id").execute();
  for (const { id } of rows) await sourceWorker.run(app, sourceKey(id));
  await settle();
}

const add = (house: TestApp, line: string) => house.say(COORDINATION, line, { roles: ["operator"] });
const news = (house: TestApp, room: RoomAddress): string[] => house.standing(room).map((message) => toPlain(message)).filter((text) => text.includes("Example news") && !text.startsWith("Example news works"));

describe("a feed", () => {
  it("is added, read quietly, and then told to the rooms that follow it, once", async () => {
    const site = await openSite();
    const house = await openHouse(site);
    closing.push(() => house.close());
    const added = await add(house, `source add ${site.url} --private yes`);
    expect(added.ok).toBe(true);
    expect(toPlain(added.message)).toContain("within a minute");
    expect(await house.store.reading.selectFrom("wakes").select("key").where("key", "like", "source:%").execute()).toHaveLength(1);

    await readDue(house);
    expect(news(house, COORDINATION)).toEqual([]);
    const [{ id }] = (await house.store.reading.selectFrom("sources").select("id").execute()) as [{ id: string }];
    const shown = toPlain((await house.say("web:anpud", `source show ${id}`)).message);
    expect(shown).toContain("An old story");
    expect(shown).toContain("1 new");

    site.publish({ title: "Human Rights Council: harm reduction is a right", guid: "2", link: "https://example.org/2" }, { title: "Weather", guid: "3" });
    house.clock.advance(40 * 60_000);
    await readDue(house);
    house.clock.advance(40 * 60_000);
    await readDue(house);
    expect(site.bodies()).toBe(2);
    expect(news(house, COORDINATION)).toHaveLength(2);
    const anpud = news(house, "web:anpud");
    expect(anpud).toHaveLength(1);
    expect(anpud[0]).toContain("Human Rights Council: harm reduction is a right");
  });

  it("survives a stop between the site's answer and the commit, and a start with its validators", async () => {
    const site = await openSite();
    let dies = false;
    const house = await openHouse({
      fetch: async (request) => {
        const reply = await site.fetch(request);
        if (dies) throw new Error("killed");
        return reply;
      },
    });
    closing.push(() => house.close());
    await add(house, `source add ${site.url} --private yes`);
    await readDue(house);
    site.publish({ title: "A new story", guid: "2" });
    house.clock.advance(40 * 60_000);
    dies = true;
    await expect(readDue(house)).rejects.toThrow("killed");
    expect(news(house, COORDINATION)).toEqual([]);
    dies = false;

    const again = await openHouse({ fetch: site.fetch, store: house.store });
    again.clock.set(house.clock.now());
    await readDue(again);
    expect(news(again, COORDINATION)).toHaveLength(1);
    const sent = site.bodies();
    again.clock.advance(40 * 60_000);
    await readDue(again);
    expect(site.bodies()).toBe(sent);
    expect(news(again, COORDINATION)).toHaveLength(1);
  });

  it("edits what stands when its title changes, and says so in a short note", async () => {
    const site = await openSite();
    const house = await openHouse(site);
    closing.push(() => house.close());
    await add(house, `source add ${site.url} --private yes`);
    await readDue(house);
    site.publish({ title: "Call for input", guid: "2" });
    house.clock.advance(40 * 60_000);
    await readDue(house);
    site.publish({ title: "Call for input: extended", guid: "2" });
    house.clock.advance(40 * 60_000);
    await readDue(house);
    house.clock.advance(2 * 60_000);
    await house.settle();
    const [post, note, ...others] = news(house, COORDINATION);
    expect(others).toEqual([]);
    expect(post).toContain("Call for input: extended");
    expect(note).toContain("Changed: Call for input: extended");
    expect(note).toMatch(/Was called +Call for input\n/);
  });
});

describe("the source commands", () => {
  it("are for coordinators; a private address is for an operator", async () => {
    const site = await openSite();
    const house = await openHouse(site);
    closing.push(() => house.close());
    const as = (roles: ("coordinator" | "operator")[], line: string) => house.say(COORDINATION, line, { roles });
    expect((await as([], "source add https://example.org/feed")).code).toBe("not_allowed");
    expect((await as(["coordinator"], "source add https://example.org/feed")).ok).toBe(true);
    expect((await as(["coordinator"], `source add ${site.url}`)).code).toBe("address_refused");
    expect(toPlain((await as(["coordinator"], `source add ${site.url}`)).message)).not.toContain("--private");
    expect(toPlain((await as(["operator"], `source add ${site.url}`)).message)).toContain("--private yes");
    expect((await as(["coordinator"], `source add ${site.url} --private yes`)).code).toBe("not_allowed");
    expect((await as(["operator"], `source add ${site.url} --private yes`)).ok).toBe(true);
    expect((await as(["operator"], "source add https://user:secret@example.org/feed")).ok).toBe(false);
    expect((await as([], "source list")).ok).toBe(true);
    expect((await as([], "source remove example-org")).code).toBe("not_allowed");
  });

  it("name, pause, read now, hide and remove", async () => {
    const site = await openSite();
    const house = await openHouse(site);
    closing.push(() => house.close());
    await add(house, `source add ${site.url} --private yes --title "Our feed" --topics "drug-policy, Human Rights Council"`);
    const [{ id }] = (await house.store.reading.selectFrom("sources").select("id").execute()) as [{ id: string }];
    const said = async (line: string): Promise<string> => toPlain((await add(house, line)).message);
    expect(await said("source list")).toMatch(/Our feed.*not read yet/);
    expect(await said(`source show ${id}`)).toContain("drug policy, HRC");
    expect(await said(`source pause ${id}`)).toContain("paused");
    await readDue(house);
    expect(site.bodies()).toBe(0);
    await said(`source resume ${id}`);
    await readDue(house);
    expect(site.bodies()).toBe(1);

    await house.say("web:anpud", `source hide ${id}`);
    site.publish({ title: "A new story of overdose prevention", guid: "2" });
    house.clock.advance(40 * 60_000);
    await readDue(house);
    const told = NETWORKS.filter((room) => house.standing(room).some((message) => toPlain(message).includes("A new story of")));
    expect(told).toEqual(["web:enpud", "web:euronpud"]);

    expect(await said(`source remove ${id}`)).toContain("no longer followed");
    expect(await said("source list")).toContain("Nothing is followed");
  });
});
