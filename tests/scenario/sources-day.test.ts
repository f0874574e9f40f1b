/**
 * A few days of a network that follows two feeds of one site, in English and in French: real pages on loopback, the real fetch and readers, the whole app.
 * It reads aloud: what the site publishes, what people say, what rooms are shown.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createFetch } from "../../adapters/http/fetch.ts";
import { sourceWorker } from "../../src/jobs/sources.ts";
import { toPlain } from "../../src/plain.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { sourceKey } from "../../src/sources/sources.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const COORDINATION: RoomAddress = "web:coordination";
const ASIA: RoomAddress = "web:anpud";
const EUROPE: RoomAddress = "web:euronpud";
/** A Friday: noon in London, evening in Bangkok. */
const NOON = "2026-11-20T12:00:00Z";
const MINUTE = 60_000;

type Article = { id: number; language: "en" | "fr"; title: string; text: string };

const CALL: Article = {
  id: 41, language: "en", title: "Call for input: human rights of people who use drugs in prisons",
  text: "The Special Rapporteur on health invites civil society to send input for her report to the Human Rights Council on people who use drugs in prisons. The deadline for submissions is 15 March 2027.",
};
const EXTENDED: Article = { ...CALL, text: CALL.text.replace("is 15 March 2027", "has been extended to 31 March 2027") };
const CALL_IN_FRENCH: Article = {
  id: 41, language: "fr", title: "Appel à contributions : droits humains des personnes qui consomment des drogues en prison",
  text: "La Rapporteuse spéciale sur la santé invite la société civile à contribuer à son rapport au Conseil des droits de l’homme. Date limite : 15 mars 2027.",
};
const FOOTBALL: Article = { id: 42, language: "en", title: "Football final moved to Sunday", text: "The match will be played in the evening." };
const NEPAL: Article = { id: 43, language: "en", title: "Nepal: harm reduction services for people who use drugs are closed by police", text: "Police in Kathmandu closed three needle and syringe programmes." };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** One site with a feed for each language; its items lead to addresses that hold the language, as those of UN News do. */
async function openSite() {
  const articles: Article[] = [{ id: 40, language: "en", title: "Harm reduction saves lives", text: "An old story." }];
  let refuses = false;
  const server = createServer((request, response) => {
    if (refuses) return void response.writeHead(403, { "content-type": "text/html" }).end("<html><title>Just a moment...</title></html>");
    const language = request.url?.includes("/fr/") === true ? "fr" : "en";
    const items = articles
      .filter((article) => article.language === language)
      .map(({ id, title, text }) => `<item><guid>https://news.example.org/feed/view/${language}/story/2026/11/${id}</guid><title>${title}</title>
        <link>https://news.example.org/feed/view/${language}/story/2026/11/${id}</link><description>${text}</description><pubDate>Fri, 20 Nov 2026 12:00:00 +0000</pubDate></item>`);
    response
      .writeHead(200, { "content-type": "application/rss+xml" })
      .end(`<?xml version="1.0"?><rss version="2.0"><channel><title>Example ${language === "fr" ? "en français" : "News"}</title><language>${language}</language>${items.join("")}</channel></rss>`);
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
    english: `http://127.0.0.1:${port}/en/rss.xml`,
    french: `http://127.0.0.1:${port}/fr/rss.xml`,
    fetch,
    publish(...more: Article[]) {
      for (const article of more) {
        const at = articles.findIndex(({ id, language }) => id === article.id && language === article.language);
        if (at >= 0) articles.splice(at, 1);
        articles.unshift(article);
      }
    },
    refuseBots: (refused: boolean) => {
      refuses = refused;
    },
  };
}

async function openDay() {
  const site = await openSite();
  const house: TestApp = await openTestApp({ now: NOON, fetch: site.fetch });
  closing.push(() => house.close());
  const say = async (room: RoomAddress, line: string): Promise<string> => toPlain((await house.say(room, line, { roles: ["operator"] })).message);
  const read = async (minutes = 40): Promise<void> => {
    house.clock.advance(minutes * MINUTE);
    for (const { id } of await house.store.reading.selectFrom("sources").select("id").execute()) await sourceWorker.run(house.app, sourceKey(id));
    await house.settle();
    // Edits gather for a minute.
    house.clock.advance(2 * MINUTE);
    await house.settle();
  };
  /** Posts of a room that hold these words, beside the questions whether a date is one. */
  const shown = (room: RoomAddress, words: string): string[] =>
    house.standing(room).map((message) => toPlain(message)).filter((text) => text.includes(words) && !text.startsWith("Is this a deadline"));
  const follow = async (room: RoomAddress, address: string): Promise<void> => {
    await say(room, `source add ${address} --private yes`);
    await read(1);
  };
  return { site, house, say, read, shown, follow };
}

describe("some days with sources", () => {
  it("a call is published, in two languages, and its deadline is extended", async () => {
    const { site, say, read, shown, follow } = await openDay();

    // Coordination tries the feed out, then follows it, and sees that it works.
    await follow(COORDINATION, site.english);
    expect(shown(COORDINATION, "works. This is its newest item")[0]).toContain("Harm reduction saves lives");

    // A call is published, and football.
    site.publish(CALL, FOOTBALL);
    await read();
    const [post] = shown(COORDINATION, "Call for input");
    expect(post).toMatch(/Date in the text +.*15 Mar 2027/);
    expect(shown(COORDINATION, "Football")).toHaveLength(1);

    // Europe follows bodies, not this feed: it hears of the call, and of no football.
    expect(shown(EUROPE, "Call for input")).toHaveLength(1);
    expect(shown(EUROPE, "Football")).toEqual([]);
    const list = await say(COORDINATION, `source show ${await onlySource(say)}`);
    const named = (title: string): string => new RegExp(`(i\\d+) ${title}`).exec(list)?.[1] ?? "";
    expect(await say(EUROPE, `explain ${named("Football")}`)).toMatch(/^It was not posted in this room[^]*did not ask for this source by name[^]*Stopped: It does not seem to be about our field/);
    expect(await say(COORDINATION, `explain ${named("Football")}`)).toMatch(/^It was posted in this room[^]*Passed: This room asked for this source by name/);

    // The same story in French is told to nobody a second time.
    await follow(COORDINATION, site.french);
    site.publish(CALL_IN_FRENCH);
    await read();
    expect(shown(EUROPE, "Appel à contributions")).toEqual([]);
    expect(shown(EUROPE, "Call for input")).toHaveLength(1);

    // The deadline is extended, under the same name and date: the post is edited, and every room that knew the old day is told.
    site.publish(EXTENDED);
    await read();
    for (const room of [COORDINATION, EUROPE]) {
      const [edited, note] = shown(room, "Call for input");
      expect(edited).toMatch(/31 Mar 2027/);
      expect(edited).not.toMatch(/15 Mar/);
      expect(note).toMatch(/^New date: Call for input[^]*15 Mar 2027.* → .*31 Mar 2027/);
    }
    await read();
    expect(shown(EUROPE, "Call for input")).toHaveLength(2);
  });

  it("rooms choose what they hear, and can ask why", async () => {
    const { site, say, read, shown, follow } = await openDay();
    await follow(EUROPE, site.english);
    const source = await onlySource(say);
    site.publish(FOOTBALL);
    await read();
    expect(shown(EUROPE, "Football final")).toHaveLength(1);

    // Europe has enough of football.
    expect(await say(EUROPE, `source without ${source} football, tennis`)).toMatch(/Not with +football, tennis/);
    expect(await say(EUROPE, `source only ${source} relevant`)).toMatch(/only its items about our field/);
    site.publish({ ...FOOTBALL, id: 50, title: "Tennis final" }, { ...CALL, id: 51, title: "Harm reduction and football in prisons" }, NEPAL);
    await read();
    expect(shown(EUROPE, "Tennis")).toEqual([]);
    expect(shown(EUROPE, "Harm reduction and football")).toEqual([]);
    expect(shown(EUROPE, "Nepal: harm reduction")).toHaveLength(1);
    const list = await say(EUROPE, `source show ${source}`);
    const named = (title: string): string => new RegExp(`(i\\d+) [^\\n]*${title}`).exec(list)?.[1] ?? "";
    expect(await say(EUROPE, `explain ${named("Harm reduction and football")}`)).toMatch(/^It was not posted in this room[^]*Stopped: It holds a word that this room does not want from this source: football/);
    expect(await say(EUROPE, `source explain ${named("Tennis")}`)).toMatch(/Stopped: It does not seem to be about our field/);
    expect(await say(EUROPE, `item ${named("Nepal")}`)).toMatch(/^Nepal: harm reduction[^]*Our field +yes[^]*What the text says/);

    // Asia may not repost this organisation at all.
    expect(await say(ASIA, "source never news.example.org")).toContain("nothing that names it or leads there");
    site.publish({ ...NEPAL, id: 52, title: "Thailand: harm reduction for people who use drugs" });
    await read();
    expect(shown(EUROPE, "Thailand: harm reduction")).toHaveLength(1);
    expect(shown(ASIA, "Thailand: harm reduction")).toEqual([]);
    expect(await say(ASIA, "source never")).toContain("news.example.org");
    expect(await say(ASIA, "source allow news.example.org")).toContain("may be shown in this room again");
  });

  it("a paused room is told in its summary, and a room of digests in its digest", async () => {
    const { site, house, say, read, shown, follow } = await openDay();
    await follow(COORDINATION, site.english);
    await say(EUROPE, "pause");
    await say(ASIA, "room set --rhythm digest");
    site.publish(NEPAL, CALL);
    await read();
    expect([...shown(EUROPE, "Call for input"), ...shown(ASIA, "Nepal: harm")]).toEqual([]);

    await say(EUROPE, "resume");
    await house.settle();
    expect(shown(EUROPE, "Call for input")).toEqual([expect.stringContaining("News from sources meanwhile")]);
    // What is about other countries is not for Europe, here as everywhere.
    expect(shown(EUROPE, "Nepal: harm")).toEqual([]);
    await read();
    expect(shown(EUROPE, "Call for input")).toHaveLength(1);

    // Monday morning in Bangkok.
    house.clock.set("2026-11-23T02:05:00Z");
    await house.settle();
    expect(shown(ASIA, "Nepal: harm")).toEqual([expect.stringContaining("News from sources")]);
    house.clock.set("2026-11-30T02:05:00Z");
    await house.settle();
    expect(shown(ASIA, "Nepal: harm")).toHaveLength(1);
  });

  it("an address is tried out before anybody follows it", async () => {
    const { site, house, say, shown } = await openDay();
    site.publish(CALL);
    expect(await say(COORDINATION, `source test ${site.english} --private yes`)).toContain("Reading 127.0.0.1");
    const tried = async (): Promise<void> => {
      for (const { key } of await house.store.reading.selectFrom("wakes").select("key").where("key", "like", "trial:%").execute()) {
        await house.wake(key);
        await house.wake(key);
      }
      await house.settle();
    };
    await tried();
    expect(shown(COORDINATION, "can be read")).toEqual([expect.stringMatching(/^Example News can be read\. It holds 2 items[^]*Call for input[^]*would hear [12] of them/)]);
    expect(await say(COORDINATION, "source list")).toContain("Nothing is followed");

    site.refuseBots(true);
    house.clock.advance(MINUTE);
    await say(COORDINATION, `source test ${site.french} --private yes`);
    await tried();
    expect(shown(COORDINATION, "cannot be read: the site refuses bots")).toHaveLength(1);
  });
});

async function onlySource(say: (room: RoomAddress, line: string) => Promise<string>): Promise<string> {
  const found = /^- (\S+) /m.exec(await say(COORDINATION, "source list"))?.[1];
  if (found === undefined) throw new Error("nothing is followed");
  return found;
}
