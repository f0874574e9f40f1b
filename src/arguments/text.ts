import { type ArgumentType, NOT_MINE } from "../command.ts";
import { foreign } from "../message.ts";

/** The rest of the line as one text for everyone to read, without control characters; not longer than `limit` characters. */
export function text(name: string, limit: number, least = 1): ArgumentType<string> {
  return {
    name,
    limit,
    parse(words) {
      const { foreign: cleaned } = foreign(words.join(" "), Number.POSITIVE_INFINITY);
      const length = [...cleaned].length;
      if (length > limit) return { near: [], limit };
      return length >= least ? { value: cleaned, used: words.length } : NOT_MINE;
    },
    print: (value) => value,
  };
}
