import type { ArgumentScope, ArgumentType, Parsed } from "../command.ts";
import { network } from "./network.ts";

/** Several networks, `anpud,enpud`; its value is their ids. */
export const networks: ArgumentType<string[]> = {
  name: "networks",
  async parse(words, scope): Promise<Parsed<string[]>> {
    const found: string[] = [];
    let used = 0;
    for (const word of words) {
      const here: string[] = [];
      for (const part of word.split(/[,;،\s]+/u).filter((piece) => piece !== "")) {
        const parsed = await network.parse([part], scope);
        if (!("value" in parsed)) return used > 0 ? { value: [...new Set(found)], used } : parsed;
        here.push(parsed.value);
      }
      if (here.length === 0) break;
      found.push(...here);
      used += 1;
    }
    return used > 0 ? { value: [...new Set(found)], used } : { near: [] };
  },
  print: (value) => value.join(","),
  async complete(prefix: string, scope: ArgumentScope) {
    const cut = prefix.lastIndexOf(",") + 1;
    const known = (await network.complete?.(prefix.slice(cut), scope)) ?? [];
    return known.map(({ value, label }) => ({ value: prefix.slice(0, cut) + value, label }));
  },
};
