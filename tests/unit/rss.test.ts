import { describe, expect, it } from "vitest";
import { cleanText } from "../../feeds/clean.ts";
import { parsePublished } from "../../feeds/published.ts";
import { readFeed } from "../../feeds/rss.ts";
import type { FeedItem } from "../../src/parts.ts";

const URL_OF_FEED = "https://feeds.example.org/all/rss.xml";

async function read(body: string): Promise<{ title: string; items: FeedItem[] }> {
  const feed = await readFeed(body, "application/xml", URL_OF_FEED);
  if ("error" in feed) throw new Error(feed.error);
  return feed;
}
const rss = (items: string, head = "<title>News</title>") => `<?xml version="1.0"?><rss version="2.0"><channel>${head}${items}</channel></rss>`;
const atom = (entries: string) => `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>${entries}</feed>`;
const first = async (body: string): Promise<FeedItem> => {
  const item = (await read(body)).items[0];
  if (item === undefined) throw new Error("no item");
  return item;
};

describe("a feed in order", () => {
  it("gives title, link, date and summary of an RSS item", async () => {
    const feed = await read(
      rss(`<item><title>Council opens</title><link>https://example.org/1</link><guid isPermaLink="false">n-1</guid>
        <pubDate>Fri, 20 Nov 2026 12:00:00 +0100</pubDate><description>&lt;p&gt;The &lt;b&gt;first&lt;/b&gt; day&lt;/p&gt;</description></item>`),
    );
    expect(feed).toEqual({
      title: "News",
      items: [{ identity: "n-1", title: "Council opens", link: "https://example.org/1", publishedAt: Date.UTC(2026, 10, 20, 11), summary: "The first day" }],
    });
  });

  it("reads Atom, where a link without rel is the page and self is not", async () => {
    const item = await first(
      atom(`<entry><id>tag:1</id><title type="html">A &amp;lt;em&amp;gt;new&amp;lt;/em&amp;gt; call</title><link rel="self" href="https://example.org/1.atom"/>
        <link href="/1"/><updated>2026-11-20T10:00:00Z</updated><content type="html">Text</content></entry>`),
    );
    expect(item).toEqual({ identity: "tag:1", title: "A new call", link: "https://feeds.example.org/1", publishedAt: Date.UTC(2026, 10, 20, 10), summary: "Text" });
  });

  it("reads RSS 1.0 and an RSS without a version", async () => {
    const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel><title>Old</title></channel><item><title>One</title><link>https://example.org/1</link></item></rdf:RDF>`;
    expect((await read(rdf)).items.map((item) => item.title)).toEqual(["One"]);
    const bare = `<rss><channel><item><title>Two</title></item></channel></rss>`;
    expect((await read(bare)).items.map((item) => item.title)).toEqual(["Two"]);
  });

  it("keeps a title written as markup", async () => {
    const item = await first(atom(`<entry><id>1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Call <b>open</b></div></title></entry>`));
    expect(item.title).toContain("Call");
    expect(item.title).toContain("open");
  });
});

describe("what makes an item the same item", () => {
  it("is the guid, else the link, else title and date", async () => {
    const { items } = await read(
      rss(`<item><title>A</title><link>https://example.org/a</link><guid>g</guid></item>
        <item><title>B</title><link>https://example.org/b</link></item>
        <item><title>C</title><pubDate>Fri, 20 Nov 2026 12:00:00 GMT</pubDate></item>`),
    );
    expect(items.map((item) => item.identity)).toEqual(["g", "https://example.org/b", `C ${Date.UTC(2026, 10, 20, 12)}`]);
  });

  it("is not a guid that several different items share, nor 0", async () => {
    const { items } = await read(
      rss(`<item><title>A</title><link>https://example.org/a</link><guid isPermaLink="false">0</guid></item>
        <item><title>B</title><link>https://example.org/b</link><guid isPermaLink="false">same</guid></item>
        <item><title>C</title><link>https://example.org/c</link><guid isPermaLink="false">same</guid></item>`),
    );
    expect(items.map((item) => item.identity)).toEqual(["https://example.org/a", "https://example.org/b", "https://example.org/c"]);
  });

  it("lists an item once that the feed lists twice", async () => {
    const twice = `<item><title>A</title><link>https://example.org/a</link><guid>g</guid></item>`;
    expect((await read(rss(twice + twice))).items).toHaveLength(1);
  });

  it("takes a guid as link only when it may be one", async () => {
    expect((await first(rss(`<item><title>A</title><guid>https://example.org/a</guid></item>`))).link).toBe("https://example.org/a");
    expect((await first(rss(`<item><title>A</title><guid isPermaLink="false">https://example.org/a</guid></item>`))).link).toBe("");
  });
});

describe("dates", () => {
  it("are never invented", async () => {
    expect((await first(rss(`<item><title>A</title></item>`))).publishedAt).toBeNull();
    expect((await first(rss(`<item><title>A</title><pubDate>soon</pubDate></item>`))).publishedAt).toBeNull();
  });

  it("that cannot be read lose neither the Atom entry nor the feed", async () => {
    const { items } = await read(atom(`<entry><id>1</id><title>A</title><updated>yesterday</updated></entry><entry><id>2</id><title>B</title><updated>2026-11-20T10:00:00+01:00</updated></entry>`));
    expect(items.map((item) => item.publishedAt)).toEqual([null, Date.UTC(2026, 10, 20, 9)]);
  });

  it.each([
    ["Mon, 20 Nov 2026 12:00:00 GMT", Date.UTC(2026, 10, 20, 12)],
    ["20 Nov 2026 12:00 EST", Date.UTC(2026, 10, 20, 17)],
    ["20 November 2026", Date.UTC(2026, 10, 20)],
    ["2026-11-20", Date.UTC(2026, 10, 20)],
    ["2026-11-20 12:00:00", Date.UTC(2026, 10, 20, 12)],
    ["2026-11-20T12:00:00.123+05:45", Date.UTC(2026, 10, 20, 6, 15)],
    ["31 Feb 2026 12:00 GMT", null],
    ["0001-01-01T00:00:00Z", null],
    ["20 Nov 2026 12:00 MARS", null],
    ["", null],
  ])("reads %s", (text, at) => {
    expect(parsePublished(text)).toBe(at);
  });
});

describe("broken feeds keep what they can", () => {
  it("reads on past a bare & and an unknown entity", async () => {
    const { items } = await read(rss(`<item><title>Health & rights &nosuch; here</title><link>https://example.org/?a=1&b=2</link></item>`));
    expect(items[0]?.title).toBe("Health & rights &nosuch; here");
    expect(items[0]?.link).toBe("https://example.org/?a=1&b=2");
  });

  it("leaves an & inside CDATA as it is", async () => {
    expect((await first(rss(`<item><title><![CDATA[Law & order]]></title></item>`))).title).toBe("Law & order");
  });

  it("loses only the item that is cut off", async () => {
    const cut = rss(`<item><title>A</title><guid>1</guid></item><item><title>B</title><guid>2</guid></item>`).slice(0, -40);
    const feed = await read(cut);
    expect(feed.title).toBe("News");
    expect(feed.items.map((item) => item.title)).toEqual(["A"]);
  });

  it("loses only the item with the unclosed CDATA", async () => {
    const { items } = await read(rss(`<item><title><![CDATA[A</title></item><item><title>B</title></item><item><title><![CDATA[C]]></title></item>`));
    expect(items.map((item) => item.title)).toEqual(["B", "C"]);
  });

  it("reads on after blank lines, a mark of byte order and a document type", async () => {
    const body = `\ufeff\n\n<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x "y">]><rss version="2.0"><channel><item><title>A</title></item></channel></rss>`;
    expect((await read(body)).items).toHaveLength(1);
  });

  it("finds the first link that is not empty", async () => {
    expect((await first(rss(`<item><title>A</title><link></link><link>https://example.org/a</link></item>`))).link).toBe("https://example.org/a");
  });

  it.each([
    ["a page", "<!doctype html><html><body>Hello</body></html>", "not_a_feed"],
    ["JSON", `{"items":[]}`, "not_a_feed"],
    ["nothing", "", "not_a_feed"],
    ["a feed of rubbish", `<rss version="2.0"><channel><item><title>A`, "broken"],
  ])("says of %s what it is", async (_name, body, error) => {
    expect(await readFeed(body, "text/xml", URL_OF_FEED)).toEqual({ error });
  });

  it("is done soon with text made to take long", async () => {
    const hostile = ["<b".repeat(200_000), "<br".repeat(150_000), "&lt;".repeat(100_000), "<!--".repeat(100_000), "<![CDATA[".repeat(50_000), "<a>".repeat(50_000)];
    for (const text of hostile) {
      const feed = await readFeed(rss(`<item><title>A</title><description>${text.replaceAll("<", "&lt;")}</description></item>`), "", URL_OF_FEED);
      expect(feed).toHaveProperty("items.0.title", "A");
      const raw = await readFeed(rss(`<item><title>A</title><description>${text}</description></item>`), "", URL_OF_FEED);
      expect(raw).toBeDefined();
    }
  });
});

describe("text", () => {
  it("loses markup, scripts and invisible letters", () => {
    expect(cleanText(`<script>alert(1)</script><p>One</p><p>t\u202ewo &eacute;&#8217;&amp;</p>`, 100)).toBe("One t wo é’&");
  });
  it("keeps signs that are no markup", () => {
    expect(cleanText("5 < 6 and 7 > 6", 100)).toBe("5 < 6 and 7 > 6");
  });
  it("is cut with a sign that it was", async () => {
    const { title, summary } = await first(rss(`<item><title>${"a".repeat(400)}</title><description>${"b".repeat(900)}</description></item>`));
    expect([...title]).toHaveLength(300);
    expect(title.endsWith("…")).toBe(true);
    expect([...summary]).toHaveLength(600);
  });
  it("gives https links only, without counters", async () => {
    expect((await first(rss(`<item><title>A</title><link>http://example.org/a</link></item>`))).link).toBe("");
    expect((await first(rss(`<item><title>A</title><link>javascript:alert(1)</link></item>`))).link).toBe("");
    expect((await first(rss(`<item><title>A</title><link>https://example.org/a?utm_source=rss&amp;id=1</link></item>`))).link).toBe("https://example.org/a?id=1");
  });
});
