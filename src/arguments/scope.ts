import type { ArgumentType } from "../command.ts";
import { choice } from "./choice.ts";
import { network } from "./network.ts";

/** The room one is in, one network's rooms, or all. */
export type Scope = "room" | "all" | { network: string };

const word = choice("scope", ["room", "network", "all"], (value) => `scope.${value}`);

/** "network" stands for the room's own, and is printed by its id, so that a line means the same in every room. */
export const scope: ArgumentType<Scope> = {
  name: "scope",
  async parse(words, where) {
    const said = await word.parse(words, where);
    if ("value" in said) return { value: said.value === "network" ? { network: where.room.network } : said.value, used: said.used };
    const named = await network.parse(words, where);
    return "value" in named ? { value: { network: named.value }, used: named.used } : { near: [...said.near, ...named.near] };
  },
  print: (value) => (typeof value === "string" ? value : value.network),
  complete: async (prefix, where) => [...((await word.complete?.(prefix, where)) ?? []), ...((await network.complete?.(prefix, where)) ?? [])],
};
