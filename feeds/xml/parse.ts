/** A mended feed to its raw nodes, by rss-parser. */
import Parser from "rss-parser";
import type { Mended } from "./mend.ts";

/** An element: its text and its attributes. */
export type Node = { text: string; attributes: Attributes };
export type Attributes = Readonly<Record<string, string | undefined>>;
/** What a feed or an item holds, by name. */
export type Nodes = { own: Attributes; of(name: string): readonly Node[] };

type Raw = Readonly<Record<string, unknown>>;

const NO_ATTRIBUTES: Attributes = {};
const NO_NODES: readonly Node[] = [];

/** Undefined when the parser refuses it. */
export async function parseMended({ text, names }: Mended): Promise<{ head: Nodes; items: Nodes[] } | undefined> {
  // Each element is handed over as it is, with attributes and repetitions, whatever the parser itself makes of it.
  const kept = [...names, "$"].map((name) => [name, rawName(name), { keepArray: true }]);
  // The parser's types know fields by name only; it takes pairs with options as well.
  const fields = kept as unknown as string[];
  // One that has failed keeps what it had read, so each text gets its own.
  const parser = new Parser<Raw, Raw>({ defaultRSS: 2, customFields: { feed: fields, item: fields } });
  try {
    const feed: Raw = await parser.parseString(text);
    const items = Array.isArray(feed["items"]) ? feed["items"].filter(isRaw) : [];
    return { head: nodesOf(feed), items: items.map(nodesOf) };
  } catch {
    return undefined;
  }
}

/** Kept, because making them anew for every item takes longer than looking them up. */
const rawNames = new Map<string, string>();

function rawName(name: string): string {
  const known = rawNames.get(name);
  if (known !== undefined) return known;
  rawNames.set(name, `raw ${name}`);
  return `raw ${name}`;
}

function nodesOf(raw: Raw): Nodes {
  return {
    own: attributesOf(raw["raw $"]),
    of(name) {
      const found = raw[rawName(name)];
      return Array.isArray(found) ? found.map(nodeOf) : NO_NODES;
    },
  };
}

function nodeOf(value: unknown): Node {
  if (typeof value === "string") return { text: value, attributes: NO_ATTRIBUTES };
  if (!isRaw(value)) return { text: "", attributes: NO_ATTRIBUTES };
  return { text: typeof value["_"] === "string" ? value["_"] : "", attributes: attributesOf(value["$"]) };
}

function attributesOf(value: unknown): Attributes {
  // The parser gives every attribute as a text.
  return isRaw(value) ? (value as Attributes) : NO_ATTRIBUTES;
}

function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
