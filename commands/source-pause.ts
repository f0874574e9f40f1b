import { sourceArgument } from "../src/arguments/source.ts";
import { showSource } from "../src/cards/source.ts";
import { defineCommand, required } from "../src/command.ts";
import { pauseSource, resumeSource, sourceKey } from "../src/sources/sources.ts";

/** Stops reading a source, for all rooms. */
export const sourcePause = defineCommand({
  name: "source pause",
  arguments: { source: required(sourceArgument) },
  who: "coordinator",
  effect: "change",
  targets: (values) => [values.source],
  async run(context, values) {
    await pauseSource(context.db, values.source);
    return showSource(context, values.source);
  },
});

/** Reads a source again, and at once. */
export const sourceResume = defineCommand({
  name: "source resume",
  arguments: { source: required(sourceArgument) },
  who: "coordinator",
  effect: "change",
  targets: (values) => [values.source],
  async run(context, values) {
    await resumeSource(context.db, values.source, context.now);
    context.wake(sourceKey(values.source));
    return showSource(context, values.source);
  },
});
