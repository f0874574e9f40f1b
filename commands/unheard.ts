import { type AnyCommand, defineCommand } from "../src/command.ts";
import { sentence } from "../src/message.ts";

/** Said by a chat of what it could not take, in answer to that: why, and what helps. */
function unheard(why: "clear" | "device" | "key"): AnyCommand {
  return defineCommand({
    name: `unheard ${why}`,
    arguments: {},
    who: "anyone",
    effect: "look",
    hidden: true,
    outside: true,
    async run({ say }) {
      return { to: "asker", show: sentence(say(`matrix.unheard.${why}`), say.language) };
    },
  });
}

/** It came as clear text, where all else is encrypted. */
export const unheardClear = unheard("clear");
/** Its sender's device is not signed by its owner. */
export const unheardDevice = unheard("device");
/** The key to it never came. */
export const unheardKey = unheard("key");
