import { type ArgumentType, NOT_MINE } from "../command.ts";

/** The name of a command, for `help`. Which names exist is known to the command that asks. */
export const commandName: ArgumentType<string> = {
  name: "command",
  parse(words) {
    const text = words.slice(0, 2).join(" ").replace(/^[/!]/u, "").toLowerCase();
    return /^[a-z -]{1,40}$/.test(text) ? { value: text, used: Math.min(words.length, 2) } : NOT_MINE;
  },
  print: (value) => value,
};
