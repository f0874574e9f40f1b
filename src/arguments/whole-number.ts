import { type ArgumentType, NOT_MINE } from "../command.ts";
import { plainDigits } from "./read-words.ts";

/** A whole number from `least` to `most`, both included. */
export function wholeNumber(name: string, least: number, most: number): ArgumentType<number> {
  return {
    name,
    parse(words) {
      const text = plainDigits(words[0] ?? "");
      const number = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      // Adding 0 turns -0 into 0.
      return number >= least && number <= most ? { value: number + 0, used: 1 } : NOT_MINE;
    },
    print: String,
  };
}
