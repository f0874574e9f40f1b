import { wholeNumber } from "../src/arguments/whole-number.ts";
import { defineCommand, required } from "../src/command.ts";
import { sentence } from "../src/message.ts";

/** Said by a chat that was away for long: so many lines came meanwhile that are too old to be carried out. */
export const missed = defineCommand({
  name: "missed",
  arguments: { count: required(wholeNumber("call_goal", 1, 100_000)) },
  who: "anyone",
  effect: "look",
  hidden: true,
  async run({ say }, { count }) {
    return { to: "room", show: sentence(say("missed.title", { count }), say.language) };
  },
});
