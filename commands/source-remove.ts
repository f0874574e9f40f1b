import { sourceArgument } from "../src/arguments/source.ts";
import { defineCommand, required } from "../src/command.ts";
import { sentence } from "../src/message.ts";
import { removeSource } from "../src/sources/sources.ts";

/** Follows a source no longer and forgets its items. What was posted stays. */
export const sourceRemove = defineCommand({
  name: "source remove",
  arguments: { source: required(sourceArgument) },
  who: "coordinator",
  effect: "change",
  targets: (values) => [values.source],
  async run(context, values) {
    const { db, say } = context;
    await removeSource(db, values.source);
    return { to: "asker", show: sentence(say("source.removed", { source: values.source }), say.language) };
  },
});
