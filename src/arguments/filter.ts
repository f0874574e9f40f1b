import type { ArgumentScope, ArgumentType, Completion, Parsed } from "../command.ts";
import { body } from "./body.ts";
import { country } from "./country.ts";
import { network } from "./network.ts";
import { programme } from "./programme.ts";
import { topic } from "./topic.ts";

export const FILTERS = ["network", "country", "mechanism", "programme", "topic"] as const;
/** What a list is narrowed to. `id`: the network's or programme's id, ISO alpha-3, the body's key, the topic. */
export type Filter = { by: (typeof FILTERS)[number]; id: string };

type Reader = { by: Filter["by"]; parse(words: readonly string[], scope: ArgumentScope): Promise<Parsed<string>> };

function reader<T>(by: Filter["by"], type: ArgumentType<T>): Reader {
  return {
    by,
    async parse(words, scope) {
      const parsed = await type.parse(words, scope);
      return "value" in parsed ? { value: type.print(parsed.value), used: parsed.used } : parsed;
    },
  };
}

/** In this order where two take equally many words. */
const READERS: readonly Reader[] = [
  reader("network", network), reader("country", country), reader("mechanism", body), reader("programme", programme), reader("topic", topic),
];

/** A network, country, body, programme or topic; `country:SGP` says which where it could be two. */
export const filter: ArgumentType<Filter> = {
  name: "filter",
  async parse(words, scope) {
    const [, by, rest] = /^([a-z]+):(.+)$/su.exec(words[0] ?? "") ?? [];
    const named = READERS.find((candidate) => candidate.by === by);
    if (named !== undefined && rest !== undefined) {
      const parsed = await named.parse([rest, ...words.slice(1)], scope);
      return "value" in parsed ? { value: { by: named.by, id: parsed.value }, used: parsed.used } : parsed;
    }
    let best: { value: Filter; used: number } | undefined;
    const near: string[] = [];
    for (const candidate of READERS) {
      const parsed = await candidate.parse(words, scope);
      if (!("value" in parsed)) near.push(...parsed.near.slice(0, 2));
      else if (best === undefined || parsed.used > best.used) best = { value: { by: candidate.by, id: parsed.value }, used: parsed.used };
    }
    return best ?? { near: [...new Set(near)].slice(0, 4) };
  },
  print: ({ by, id }) => `${by}:${id}`,
  async complete(prefix, scope): Promise<Completion[]> {
    const lists = await Promise.all([network, country, body, programme, topic].map(async (type) => type.complete?.(prefix, scope)));
    return lists.flatMap((list) => list ?? []);
  },
};
