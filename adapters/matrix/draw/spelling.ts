/** How a command is said in Matrix: behind `!`, because clients keep `/` for themselves. */
import type { AnyCommand } from "../../../src/command.ts";
import { namesOf, respell, spellNames, type Spelling } from "../../../src/spelling.ts";

/** The sign alone at the end of a sentence, as in "a line beginning with /.", with or without isolates around it. */
const SIGN = /(?<=[\s\u2068])\/(?=[.\u2069])/gu;

export function createSpelling(commands: readonly AnyCommand[]): Spelling {
  const spell = spellNames([...namesOf(commands), "clarion"], (name) => `!${name}`);
  return (message) => respell(message, (text) => spell(text).replace(SIGN, "!"));
}
