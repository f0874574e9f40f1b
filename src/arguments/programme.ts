import type { ArgumentType } from "../command.ts";
import { foldName } from "../names.ts";
import { nearest } from "./near.ts";

const LONGEST_NAME = 4;

/** A programme by its id or name; its value is the id. */
export const programme: ArgumentType<string> = {
  name: "programme",
  parse(words, { directory }) {
    for (let used = Math.min(words.length, LONGEST_NAME); used > 0; used -= 1) {
      const folded = foldName(words.slice(0, used).join(" "));
      if (folded === "" || (words[used - 1] ?? "").trim() === "") continue;
      const found = directory.programmes.find(({ id, name }) => foldName(id) === folded || foldName(name) === folded);
      if (found !== undefined) return { value: found.id, used };
    }
    return { near: nearest(words, directory.programmes.map(({ id }) => id)) };
  },
  print: (value) => value,
  complete: (prefix, { directory }) =>
    directory.programmes.filter(({ id }) => id.startsWith(foldName(prefix).replaceAll(" ", "-"))).map(({ id, name }) => ({ value: id, label: name })),
};
