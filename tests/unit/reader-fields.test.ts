import { describe, expect, it } from "vitest";
import { atom, readFirst, readSource, rss, URL_OF_FEED } from "../support/documents.ts";

describe("a feed in order", () => {
  it("gives all that RSS says of itself and of an item", async () => {
    const feed = await readSource(
      rss(
        `<item><title>Council opens</title><link>https://example.org/1?utm_source=rss</link><guid isPermaLink="false">n-1</guid>
        <pubDate>Fri, 20 Nov 2026 12:00:00 +0100</pubDate><description>&lt;p&gt;The &lt;b&gt;first&lt;/b&gt; day&lt;/p&gt;</description>
        <content:encoded><![CDATA[<p>All of it.</p><p>And more.</p>]]></content:encoded></item>`,
        `<title>News</title><link>https://example.org/</link><description>All news</description><language>en-GB</language><lastBuildDate>Fri, 20 Nov 2026 13:00:00 GMT</lastBuildDate>`,
      ),
    );
    expect(feed).toEqual({
      head: { format: "rss", title: "News", link: "https://example.org/", id: "", summary: "All news", updatedAt: Date.UTC(2026, 10, 20, 13), language: "en-GB" },
      items: [
        {
          id: "n-1", title: "Council opens", link: "https://example.org/1?utm_source=rss", publishedAt: Date.UTC(2026, 10, 20, 11), updatedAt: null,
          summary: "The first day", content: "All of it.\nAnd more.", language: "", event: null,
        },
      ],
    });
  });

  it("gives all that Atom says of itself and of an entry", async () => {
    const feed = await readSource(
      atom(
        `<entry xml:lang="fr"><id>tag:1</id><title type="html">Appel &amp;amp; réponse</title><link href="/1"/><published>2026-11-19T10:00:00Z</published>
        <updated>2026-11-20T10:00:00Z</updated><summary>Court</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Long &amp; <b>gras</b></p></div></content></entry>`,
        `<title>Journal</title><subtitle>Of the house</subtitle><id>tag:0</id><link rel="self" href="/atom.xml"/><link href="/"/><updated>2026-11-20T10:00:00+01:00</updated>`,
      ),
    );
    expect(feed.head).toEqual({ format: "atom", title: "Journal", link: "https://feeds.example.org/", id: "tag:0", summary: "Of the house", updatedAt: Date.UTC(2026, 10, 20, 9), language: "" });
    expect(feed.items[0]).toEqual({
      id: "tag:1", title: "Appel & réponse", link: "https://feeds.example.org/1", publishedAt: Date.UTC(2026, 10, 19, 10), updatedAt: Date.UTC(2026, 10, 20, 10),
      summary: "Court", content: "Long & gras", language: "fr", event: null,
    });
  });

  it("reads RSS 1.0, where items stand beside the channel and have an address as name", async () => {
    const feed = await readSource(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://example.org/x"><title>Old</title><link>https://example.org/</link></channel>
      <item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link><dc:date>2026-11-20</dc:date></item></rdf:RDF>`);
    expect(feed.head.title).toBe("Old");
    expect(feed.items[0]).toMatchObject({ id: "https://example.org/1", title: "One", updatedAt: Date.UTC(2026, 10, 20), publishedAt: null });
  });

  it("reads an RSS without version or channel, the channel files of old browsers, and Atom 0.3", async () => {
    expect((await readFirst(`<rss><item><title>Two</title></item></rss>`)).title).toBe("Two");
    expect(await readFirst(`<CHANNEL><ITEM HREF="https://example.org/3" LASTMOD="2026-11-20T10:00Z"><TITLE>Three</TITLE><ABSTRACT>Short</ABSTRACT></ITEM></CHANNEL>`)).toMatchObject({
      title: "Three", link: "https://example.org/3", summary: "Short", updatedAt: Date.UTC(2026, 10, 20, 10),
    });
    expect(
      await readFirst(`<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="base64">${btoa("Four")}</title><issued>2026-11-20T10:00:00Z</issued><content type="text/html" mode="escaped">&lt;p&gt;Text&lt;/p&gt;</content></entry></feed>`),
    ).toMatchObject({ title: "Four", publishedAt: Date.UTC(2026, 10, 20, 10), content: "Text", summary: "Text" });
  });
});

describe("the link of an item", () => {
  it("is the page in Atom, not the file itself, an enclosure or a feed", async () => {
    const item = await readFirst(
      atom(`<entry><link rel="enclosure" href="/a.mp3"/><link rel="self" href="/1.atom"/><link rel="alternate" type="application/atom+xml" href="/x"/><link rel="alternate" type="text/html" href="/1"/><link rel="replies" href="/r"/></entry>`),
    );
    expect(item.link).toBe("https://feeds.example.org/1");
  });
  it("is the page in Atom also where its kind is written as an address", async () => {
    const item = await readFirst(atom(`<entry><id>7</id><link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/></entry>`));
    expect(item.link).toBe("https://feeds.example.org/1");
  });
  it("may stand as text in Atom", async () => {
    expect((await readFirst(atom(`<entry><link>https://example.org/a</link></entry>`))).link).toBe("https://example.org/a");
  });
  it("is not an empty one before it", async () => {
    expect((await readFirst(rss(`<item><link></link><link>https://example.org/a</link></item>`))).link).toBe("https://example.org/a");
  });
  it("is a guid when there is none, unless the guid says that it is no address", async () => {
    expect((await readFirst(rss(`<item><guid>https://example.org/a</guid></item>`))).link).toBe("https://example.org/a");
    expect((await readFirst(rss(`<item><guid isPermaLink="false">https://example.org/a</guid></item>`))).link).toBe("");
    expect((await readFirst(rss(`<item><guid>4711 at site</guid></item>`))).link).toBe("");
  });
  it("is resolved with the bases around it and the address of the document", async () => {
    const body = `<rss version="2.0" xml:base="https://example.org/news/"><channel><item xml:base="2026/"><link>a?b=1&amp;c=2</link></item><item><link>/d</link></item></channel></rss>`;
    expect((await readSource(body)).items.map(({ link }) => link)).toEqual(["https://example.org/news/2026/a?b=1&c=2", "https://example.org/d"]);
    expect((await readFirst(rss(`<item><link>b</link></item>`))).link).toBe("https://feeds.example.org/all/b");
  });
  it("is a web address or none", async () => {
    expect((await readFirst(rss(`<item><title>A</title><link>javascript:alert(1)</link></item>`))).link).toBe("");
    expect((await readFirst(rss(`<item><title>A</title><link>https://</link></item>`))).link).toBe("");
  });
});

describe("which text is which", () => {
  it("takes the first description as summary and one after it as content", async () => {
    expect(await readFirst(rss(`<item><description>Short</description><itunes:summary>Long</itunes:summary></item>`))).toMatchObject({ summary: "Short", content: "Long" });
    expect(await readFirst(rss(`<item><content:encoded>Long</content:encoded><description>Short</description></item>`))).toMatchObject({ summary: "Short", content: "Long" });
  });
  it("lets the content stand for a missing summary", async () => {
    expect(await readFirst(rss(`<item><content:encoded>Long</content:encoded></item>`))).toMatchObject({ summary: "Long", content: "Long" });
  });
  it("finds the description of a film, and a subtitle where there is nothing else", async () => {
    const film = `<entry><media:group xmlns:media="http://search.yahoo.com/mrss/"><media:title>Film</media:title><media:description>About it</media:description></media:group></entry>`;
    expect(await readFirst(atom(film))).toMatchObject({ title: "Film", summary: "About it" });
    expect((await readFirst(rss(`<item><itunes:subtitle>Sub</itunes:subtitle></item>`))).summary).toBe("Sub");
  });
  it("keeps the titles of pictures, authors and sources apart from the item's", async () => {
    const item = await readFirst(
      rss(`<item><media:content url="x"><media:title>Avatar</media:title></media:content><source url="https://other.org/">Other</source><title>Own</title></item>`, `<image><title>Logo</title><link>https://logo.org/</link></image><title>News</title>`),
    );
    expect(item.title).toBe("Own");
    expect((await readFirst(atom(`<entry><source><title>Other</title><id>o</id></source><author><name>A</name></author><title>Own</title><id>i</id></entry>`)))).toMatchObject({ title: "Own", id: "i" });
  });
  it("knows namespaces under any prefix", async () => {
    const body = `<r:rss xmlns:r="http://backend.userland.com/rss2" xmlns:x="http://purl.org/dc/elements/1.1/" xmlns:y="http://purl.org/rss/1.0/modules/content/" version="2.0">
      <r:channel><r:item><x:title>Title</x:title><y:encoded>Text</y:encoded><x:date>2026-11-20T10:00:00Z</x:date></r:item></r:channel></r:rss>`;
    expect(await readFirst(body)).toMatchObject({ title: "Title", content: "Text", updatedAt: Date.UTC(2026, 10, 20, 10) });
  });
  it("reads the body of a page as content", async () => {
    expect((await readFirst(rss(`<item><body xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>Two &lt; three</p></body></item>`))).content).toBe("One\nTwo < three");
  });
  it("decodes what is wrapped in base64, and shows no picture as text", async () => {
    expect((await readFirst(atom(`<entry><content type="application/octet-stream">${btoa("<p>Text</p>")}</content></entry>`))).content).toBe("Text");
    expect((await readFirst(atom(`<entry><title>A</title><content type="image/png">${btoa("\u0089PNG\u0000\u0001")}</content></entry>`))).content).toBe("");
  });
});

describe("JSON Feed", () => {
  it("is read, also with an id that is a number and fields that are not what they should be", async () => {
    const body = JSON.stringify({
      version: "https://jsonfeed.org/version/1.1", title: "News", home_page_url: "/", language: "en",
      items: [{ id: 7, url: "/7", title: "Seven &amp; more", content_html: "<p>Text</p>", date_published: "2026-11-20T10:00:00Z", summary: 5 }, "nothing", { id: "8", content_text: "1 < 2" }],
    });
    const feed = await readSource(body, "application/feed+json");
    expect(feed.head).toMatchObject({ format: "json", title: "News", link: "https://feeds.example.org/" });
    expect(feed.items).toMatchObject([{ id: "7", link: "https://feeds.example.org/7", title: "Seven & more", content: "Text", summary: "", publishedAt: Date.UTC(2026, 10, 20, 10) }, { id: "8", content: "1 < 2" }]);
  });
});

describe("an address that is not known", () => {
  it("leaves relative links as they are", async () => {
    const read = await readSource(rss(`<item><link>/a</link></item>`), "", "");
    expect(read.items[0]?.link).toBe("/a");
    expect(URL_OF_FEED).toContain("https:");
  });
});
