import type { ArgumentType } from "../command.ts";
import type { Body } from "../directory.ts";

const COMPLETIONS = 12;

/** A body of the calendar, by its key or any usual name of it, or of a procedure it carries, in six languages. */
export const body: ArgumentType<Body> = {
  name: "mechanism",
  parse: (words, { directory, language }) => directory.findBody(words, language),
  print: (value) => value.key,
  complete: (prefix, { directory, language }) =>
    directory.bodiesLike(prefix, COMPLETIONS).map((found) => ({ value: found.key, label: directory.bodyName(found.key, language, "short") })),
};
