/**
 * How a command is said in Slack, in all that Clarion says there. The core names `/status`, which is Slack's own, and `/leave`, by which people leave
 * the channel: these are said behind `/clarion`, and with a prefix every other name has it.
 */
import type { AnyCommand } from "../../src/command.ts";
import { namesOf, respell, spellNames, type Spelling } from "../../src/spelling.ts";
import { listOffered, UMBRELLA } from "./manifest.ts";

/** A message that was spelled once is not changed by a second time. */
export function createSpelling(commands: readonly AnyCommand[], prefix: string): Spelling {
  const offered = new Set(listOffered(commands, { prefix }));
  const spell = spellNames(namesOf(commands), (name) => (offered.has(name) ? `/${prefix}${name}` : `/${UMBRELLA} ${name}`));
  return (message) => respell(message, spell);
}
