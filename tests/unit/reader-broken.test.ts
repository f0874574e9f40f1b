import { describe, expect, it } from "vitest";
import { readDocument } from "../../feeds/read.ts";
import { atom, bytesOf, readFirst, readSource, rss, URL_OF_FEED } from "../support/documents.ts";

const titles = async (body: string): Promise<string[]> => (await readSource(body)).items.map(({ title }) => title);

describe("a broken feed keeps what it can", () => {
  it("reads past a bare &, HTML's entities and unknown ones", async () => {
    const item = await readFirst(rss(`<item><title>Health & rights &nosuch; caf&eacute;&nbsp;here</title><link>https://example.org/?a=1&b=2&copy=3</link></item>`));
    expect(item).toMatchObject({ title: "Health & rights &nosuch; café here", link: "https://example.org/?a=1&b=2&copy=3" });
  });
  it("leaves an & and a tag inside CDATA as they are", async () => {
    expect((await readFirst(rss(`<item><title><![CDATA[Law & order]]></title></item>`))).title).toBe("Law & order");
    expect((await readFirst(atom(`<entry><title><![CDATA[How to use the <blink> tag]]></title></entry>`))).title).toBe("How to use the <blink> tag");
  });
  it("reads a < in the middle of a text", async () => {
    expect(await titles(rss(`<item><title>5 < 6 and I <3 you</title></item><item><title>B</title></item>`))).toEqual(["5 < 6 and I <3 you", "B"]);
  });
  it("keeps what was whole of an item that is cut off", async () => {
    const cut = rss(`<item><title>A</title><guid>1</guid></item><item><title>B</title><description>Half a sent`);
    const feed = await readSource(cut.slice(0, -16));
    expect(feed.items.map(({ title, summary }) => [title, summary])).toEqual([["A", ""], ["B", ""]]);
    expect(feed.head.title).toBe("News");
  });
  it("loses no other item to a CDATA section, a comment, a quote or a tag that is never closed", async () => {
    const around = (bad: string): string => rss(`<item><title>A</title></item><item>${bad}</item><item><title><![CDATA[C]]></title></item>`);
    expect(await titles(around("<title><![CDATA[B</title>"))).toEqual(["A", "B", "C"]);
    expect(await titles(around("<title>B</title><!-- note"))).toEqual(["A", "B", "C"]);
    expect(await titles(around(`<title>B</title><link rel="x>https://example.org/</link>`))).toEqual(["A", "B", "C"]);
    expect(await titles(around("<title>B<link>https://example.org/</link>"))).toEqual(["A", "B", "C"]);
    expect(await titles(around("<title>B</title><description"))).toEqual(["A", "B", "C"]);
  });
  it("ends an item that was not closed where the next begins", async () => {
    expect(await titles(rss(`<item><title>A</title><item><title>B</title></item>`))).toEqual(["A", "B"]);
  });
  it("reads on after blank lines, a mark of byte order and a document type, and knows what that declares", async () => {
    const body = `\ufeff\n\n<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY org "United &#78;ations">]><rss version="2.0"><channel><item><title>&org;</title></item></channel></rss>`;
    expect(await titles(body)).toEqual(["United Nations"]);
  });
  it("reads dates that cannot be read as none", async () => {
    const { items } = await readSource(atom(`<entry><id>1</id><updated>yesterday</updated></entry><entry><id>2</id><updated>2026-11-20T10:00:00+01:00</updated></entry>`));
    expect(items.map(({ updatedAt }) => updatedAt)).toEqual([null, Date.UTC(2026, 10, 20, 9)]);
  });
  it("reads entries with nothing in them", async () => {
    expect((await readSource(atom(`<entry></entry><entry/>`))).items).toHaveLength(2);
    expect((await readSource(`<feed/>`)).items).toEqual([]);
  });
});

describe("what is no feed", () => {
  it.each([
    ["a page", "<!doctype html><html><head><title>Just a moment...</title></head><body><item>x</item></body></html>", "not_a_feed"],
    ["a list of pages", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://example.org/</loc></url></urlset>`, "not_a_feed"],
    ["JSON of another kind", `{"items":[1,2]}`, "not_a_feed"],
    ["nothing", "", "not_a_feed"],
    ["words", "Access denied", "not_a_feed"],
    ["a feed that ends before it says anything", `<rss version="2.0"><channel><title>A`, "broken"],
    ["half a JSON feed", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1"`, "broken"],
  ])("is said of %s", async (_name, body, error) => {
    expect(await readDocument({ body: bytesOf(body), contentType: "text/xml", url: URL_OF_FEED })).toEqual({ error });
  });
});

describe("text made to take long", () => {
  const signs = ["<", "<a>", "<a ", "<!--", "<![CDATA[", "<?", "&", "&lt;", "<a b=\"", "<a b='>", "<!DOCTYPE", "</a>", "<item>", "<title>", "<rss>", "<x:y xmlns:x='u'>", " ", "\n", "&amp;amp;", "<b", "Ã©", "<script>", "a='b' "];
  it.each(signs)("is read to its end: %j", async (sign) => {
    const long = sign.repeat(150_000 / sign.length);
    const bodies = [long, rss(`<item><title>A</title></item>${long}`), rss(`<item><title>A</title><pubDate>${long}</pubDate><description><![CDATA[${long}]]></description></item>`), `<rss ${long}><channel><item ${long}><title>A</title></item></channel></rss>`];
    for (const body of bodies) {
      const read = await readDocument({ body: bytesOf(body), contentType: "", url: URL_OF_FEED });
      if (!("error" in read)) expect(read.items.length).toBeLessThanOrEqual(500);
    }
    const kept = await readSource(rss(`<item><title>A</title></item><item><title>B</title><description>${long.replaceAll("<", "&lt;")}</description></item>`));
    expect(kept.items.map(({ title }) => title)).toEqual(["A", "B"]);
  });
  it("cannot grow by entities", async () => {
    const body = `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><rss><item><title>&c;</title></item></rss>`;
    expect((await readFirst(body)).title.length).toBeLessThan(100);
  });
});
