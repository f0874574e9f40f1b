import { type ArgumentType, NOT_MINE } from "../command.ts";
import { foreign } from "../message.ts";
import { hostIn } from "../sources/address.ts";
import { isHost } from "../sources/filters.ts";
import { listSources } from "../sources/sources.ts";

const LIMIT = 80;

/** What a room never wants: a source by its id, a host (also given as an address), or a publisher by name. Takes every word. */
export const unwanted: ArgumentType<string> = {
  name: "unwanted",
  limit: LIMIT,
  async parse(words, { db }) {
    const { foreign: text } = foreign(words.join(" ").replace(/^<|>$/g, ""), Number.POSITIVE_INFINITY);
    if ([...text].length > LIMIT) return { near: [], limit: LIMIT };
    if (!/[\p{L}\p{N}]/u.test(text)) return NOT_MINE;
    const lower = text.toLowerCase();
    const sources = await listSources(db);
    if (sources.some(({ id }) => id === lower)) return { value: lower, used: words.length };
    const host = hostIn(/^https?:/.test(lower) ? lower : `https://${lower}`);
    return { value: !/\s/.test(lower) && isHost(host) ? host : text, used: words.length };
  },
  print: (value) => value,
  async complete(prefix, { db }) {
    const sources = await listSources(db);
    return sources.filter(({ id }) => id.startsWith(prefix.toLowerCase())).map(({ id, title }) => ({ value: id, label: title }));
  },
};
