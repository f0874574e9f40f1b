/** Feeds of the kinds and sizes that are met, made up: as WordPress, Drupal, Atom and RDF sites write them, long and short, in several scripts. */

export type MixedFeed = { name: string; items: number; write(newest: number): Uint8Array };

const WORDS: Record<string, string> = {
  en: "the committee invites written submissions on harm reduction services drug policy detention health rights of people who use drugs before its next session",
  fr: "le comité invite à soumettre des contributions écrites sur la réduction des risques la santé et les droits des personnes usagères de drogues",
  ru: "комитет приглашает направить письменные материалы о снижении вреда лечении и правах людей употребляющих наркотики до начала сессии",
  es: "el comité invita a presentar contribuciones por escrito sobre la reducción de daños la salud y los derechos de las personas que usan drogas",
};

/** The same words for the same numbers, in every run. */
function sentence(language: string, seed: number, length: number): string {
  const words = (WORDS[language] ?? "").split(" ");
  const chosen = Array.from({ length }, (_, index) => words[(seed * 7 + index * (3 + (seed % 5))) % words.length] ?? "");
  return chosen.join(" ");
}

const escaped = (markup: string): string => markup.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const day = (number: number): string => new Date(Date.UTC(2026, 10, 20) - number * 7_200_000).toUTCString();
const link = (feed: number, item: number): string => `https://site-${feed}.example.org/2026/11/item-${item}/?utm_source=rss&amp;utm_medium=feed`;

function article(language: string, seed: number, paragraphs: number): string {
  return Array.from({ length: paragraphs }, (_, index) =>
    `<p class="wp-block-paragraph">${sentence(language, seed + index, 45)} <a href="https://example.org/${seed}?a=1&amp;b=2">${sentence(language, seed, 3)}</a>&#8217;s <strong>${sentence(language, seed + 1, 4)}</strong>.</p>\n`,
  ).join("") + `<ul><li>${sentence(language, seed, 6)}</li><li>${sentence(language, seed + 2, 6)}</li></ul><img src="https://example.org/${seed}.jpg" alt="" width="640" />`;
}

type Site = { open: string; close: string; item(feed: number, number: number, language: string): string };

const SITES: Record<string, Site> = {
  wordpress: {
    open: `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Site</title><atom:link href="https://example.org/feed/" rel="self" type="application/rss+xml" /><link>https://example.org</link><description>News</description><lastBuildDate>${day(0)}</lastBuildDate><language>en</language>\n`,
    close: "</channel></rss>",
    item: (feed, number, language) => `<item>
\t<title>${sentence(language, number, 9)}</title>\n\t<link>${link(feed, number)}</link>\n\t<dc:creator><![CDATA[editor]]></dc:creator>
\t<pubDate>${day(number)}</pubDate>\n\t<category><![CDATA[${sentence(language, number, 2)}]]></category><category><![CDATA[News]]></category>
\t<guid isPermaLink="false">https://site-${feed}.example.org/?p=${number}</guid>
\t<description><![CDATA[<p>${sentence(language, number, 50)} [&#8230;]</p>\n<p>The post <a href="x">y</a> appeared first on <a href="z">Site</a>.</p>]]></description>
\t<content:encoded><![CDATA[${article(language, number, 6)}]]></content:encoded>\n</item>\n`,
  },
  drupal: {
    open: `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xml:base="https://example.org/en"><channel><title>Press</title><link>https://example.org/en</link><description/>\n`,
    close: "</channel></rss>",
    item: (feed, number, language) => `<item><title>${sentence(language, number, 11)}</title><link>${link(feed, number)}</link>
<description>${escaped(article(language, number, 3))}</description><pubDate>${day(number)}</pubDate><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">admin</dc:creator><guid isPermaLink="false">${number} at https://example.org</guid></item>\n`,
  },
  atom: {
    open: `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Journal</title><id>tag:example.org,2026:feed</id><link rel="self" href="https://example.org/atom.xml"/><link href="https://example.org/"/><updated>2026-11-20T10:00:00Z</updated>\n`,
    close: "</feed>",
    item: (feed, number, language) => `<entry><id>tag:example.org,2026:${feed}/${number}</id><title type="html">${sentence(language, number, 8)} &amp;amp; more</title><link rel="alternate" type="text/html" href="${link(feed, number)}"/><published>2026-11-20T10:00:00Z</published><updated>2026-11-20T10:00:00Z</updated><author><name>editor</name></author><content type="html">${escaped(article(language, number, 2))}</content></entry>\n`,
  },
  short: {
    open: `<?xml version="1.0"?><rss version="2.0"><channel><title>Topics</title><link>https://news.example.org/</link><description>All</description>\n`,
    close: "</channel></rss>",
    item: (feed, number, language) => `<item><title>${sentence(language, number, 10)}</title><link>${link(feed, number)}</link><guid>https://news.example.org/feed/view/story/${feed}/${number}</guid><pubDate>${day(number)}</pubDate><description>${sentence(language, number, 28)}</description></item>\n`,
  },
};

const LANGUAGES = ["en", "fr", "ru", "es", "en"];

/** `count` feeds; `write(n)` gives one whose newest item is number n. */
export function makeMixedFeeds(count: number): MixedFeed[] {
  const sites = Object.entries(SITES);
  return Array.from({ length: count }, (_, feed) => {
    const [name, site] = sites[feed % sites.length] ?? ["short", SITES["short"]];
    const items = 10 + ((feed * 13) % 51);
    const language = LANGUAGES[feed % LANGUAGES.length] ?? "en";
    const write = (newest: number): Uint8Array => {
      if (site === undefined) throw new Error("no site");
      const parts = Array.from({ length: items }, (_item, index) => site.item(feed, newest - index, language));
      return new TextEncoder().encode(site.open + parts.join("") + site.close);
    };
    return { name, items, write };
  });
}
