import type { ArgumentType } from "../command.ts";
import { networks } from "./networks.ts";

const ALL = "all";

/** To whom something goes: several networks, or `all`. */
export const reach: ArgumentType<readonly string[] | typeof ALL> = {
  name: "reach",
  parse: (words, scope) => (words[0]?.toLowerCase() === ALL ? { value: ALL, used: 1 } : networks.parse(words, scope)),
  print: (value) => (value === ALL ? ALL : networks.print([...value])),
  async complete(prefix, scope) {
    const known = (await networks.complete?.(prefix, scope)) ?? [];
    return ALL.startsWith(prefix.toLowerCase()) ? [{ value: ALL, label: ALL }, ...known] : known;
  },
};
