/** A mended feed to its raw nodes, by rss-parser. */
import Parser from "rss-parser";
import { FIELDS } from "./names.ts";
import type { Mended } from "./mend.ts";

/** An element: its text and its attributes. */
export type Node = { text: string; attributes: Readonly<Record<string, string>> };
/** What a feed or an item holds, by name. */
export type Nodes = { own: Node; of(name: string): Node[] };

type Raw = Readonly<Record<string, unknown>>;

/** Hands an element over as it is, with attributes and repetitions, whatever the parser itself makes of it. */
const KEPT = [...FIELDS, "$"].map((name) => [name, `raw ${name}`, { keepArray: true }]);

const NONE: Node = { text: "", attributes: {} };

/** Undefined when the parser refuses it. */
export async function parseMended({ text }: Mended): Promise<{ head: Nodes; items: Nodes[] } | undefined> {
  // The parser's types know fields by name only; it takes pairs with options as well.
  const fields = KEPT as unknown as string[];
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

function nodesOf(raw: Raw): Nodes {
  return {
    own: { text: "", attributes: attributesOf(raw["raw $"]) },
    of(name) {
      const found = raw[`raw ${name}`];
      return Array.isArray(found) ? found.map(nodeOf) : [];
    },
  };
}

function nodeOf(value: unknown): Node {
  if (typeof value === "string") return { text: value, attributes: NONE.attributes };
  if (!isRaw(value)) return NONE;
  return { text: typeof value["_"] === "string" ? value["_"] : "", attributes: attributesOf(value["$"]) };
}

function attributesOf(value: unknown): Record<string, string> {
  if (!isRaw(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
