import type { ArgumentType } from "../command.ts";
import { foldName } from "../names.ts";
import { listNetworks } from "../rooms/networks.ts";
import { nearest } from "./near.ts";

/** A network by its id or name; its value is the id. */
export const network: ArgumentType<string> = {
  name: "network",
  listed: true,
  async parse(words, { db }) {
    const known = await listNetworks(db);
    const folded = foldName(words[0] ?? "");
    const found = known.find((candidate) => candidate.id === folded || foldName(candidate.name) === folded);
    if (found !== undefined) return { value: found.id, used: 1 };
    return { near: nearest(words.slice(0, 1), known.map((candidate) => candidate.id)) };
  },
  print: (value) => value,
  async complete(prefix, { db }) {
    const start = foldName(prefix);
    const known = await listNetworks(db);
    return known.filter((candidate) => candidate.id.startsWith(start)).map(({ id, name }) => ({ value: id, label: name }));
  },
};
