import { drawSources } from "../src/cards/source.ts";
import { defineCommand } from "../src/command.ts";
import { listSources } from "../src/sources/sources.ts";

/** What is followed, and how each source fares. */
export const sourceList = defineCommand({
  name: "source list",
  arguments: {},
  who: "anyone",
  effect: "look",
  async run(context) {
    return { to: "asker", show: drawSources(await listSources(context.db), context) };
  },
});
