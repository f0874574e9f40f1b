import { type ArgumentType, NOT_MINE } from "../command.ts";

/** A one-use code. It is compared by its fingerprint and never echoed. */
export const secretCode: ArgumentType<string> = {
  name: "code",
  parse(words) {
    const word = words[0]?.toLowerCase() ?? "";
    return /^[a-z0-9]{10,40}$/.test(word) ? { value: word, used: 1 } : NOT_MINE;
  },
  print: (value) => value,
};
