/** Under which names the parts of a feed travel: a prefix is whatever a feed likes, a namespace is not. */

/** Namespaces to the prefix that we use for them; "" for those of the feed formats themselves. In small letters. */
const PREFIXES: Readonly<Record<string, string>> = {
  "http://backend.userland.com/rss": "", "http://blogs.law.harvard.edu/tech/rss": "", "http://purl.org/rss/1.0/": "",
  "http://my.netscape.com/rdf/simple/0.9/": "", "http://channel.netscape.com/rdf/simple/0.9/": "", "http://example.com/newformat#": "",
  "http://example.com/necho": "", "http://purl.org/echo/": "", "uri/of/echo/namespace#": "", "http://purl.org/pie/": "",
  "http://purl.org/atom/ns#": "", "http://www.w3.org/2005/atom": "", "http://purl.org/rss/1.0/modules/rss091#": "", "http://purl.org/net/rss1.1#": "",
  "http://purl.org/rss/1.0/modules/content/": "content", "http://purl.org/dc/elements/1.1/": "dc", "http://purl.org/dc/elements/1.0/": "dc",
  "http://purl.org/dc/terms/": "dcterms", "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes", "http://example.com/dtds/podcast-1.0.dtd": "itunes",
  "http://search.yahoo.com/mrss": "media", "http://search.yahoo.com/mrss/": "media", "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
  "http://www.w3.org/1999/xhtml": "xhtml", "http://www.w3.org/xml/1998/namespace": "xml",
};

/** Our prefix for a namespace; undefined when it is none that we read. */
export function prefixOf(namespace: string): string | undefined {
  const lower = namespace.trim().toLowerCase();
  return PREFIXES[lower] ?? (lower.startsWith("http://backend.userland.com/rss") ? "" : undefined);
}

/**
 * What is done with an element: `root` and `channel` hold all, `item` is one of them, `value` is handed on with its text, `text` is a text
 * to be shown, `date` a date, `inside` does not matter itself but what it holds does; all else is left out with what it holds.
 */
export type Role = "root" | "channel" | "item" | "value" | "text" | "date" | "inside";

const NAMED: readonly [Role, string][] = [
  ["root", "rss rdf:rdf feed"],
  ["channel", "channel"],
  ["item", "item entry"],
  ["value", "link guid id language title dc:title dc:language media:title"],
  ["date", "pubdate published issued updated modified lastbuilddate dc:date dcterms:issued dcterms:modified"],
  ["text", "description dc:description media:description abstract summary itunes:summary subtitle tagline itunes:subtitle content content:encoded fullitem body xhtml:body"],
  ["inside", "media:group media:content"],
];
/** Names for the same thing. */
const ALIASES: Readonly<Record<string, string>> = {
  "dc:title": "title", "dc:language": "language",
  pubdate: "published", issued: "published", "dcterms:issued": "published",
  modified: "updated", lastbuilddate: "updated", "dc:date": "updated", "dcterms:modified": "updated",
};

/** The name under which an element travels. */
export function travelName(name: string): string {
  return ALIASES[name] ?? name;
}

const ROLES = new Map(NAMED.flatMap(([role, names]) => names.split(" ").map((name) => [name, role])));

export function roleOf(name: string): Role | undefined {
  return ROLES.get(name);
}
