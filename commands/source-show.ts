import { sourceArgument } from "../src/arguments/source.ts";
import { showSource } from "../src/cards/source.ts";
import { defineCommand, required } from "../src/command.ts";

/** One source with its health and its newest items. */
export const sourceShow = defineCommand({
  name: "source show",
  arguments: { source: required(sourceArgument) },
  who: "anyone",
  effect: "look",
  run: (context, values) => showSource(context, values.source),
});
