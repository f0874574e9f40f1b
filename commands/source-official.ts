import { choice } from "../src/arguments/choice.ts";
import { sourceArgument } from "../src/arguments/source.ts";
import { showSource } from "../src/cards/source.ts";
import { defineCommand, required } from "../src/command.ts";
import { setOfficial } from "../src/sources/calendar-claims.ts";

/**
 * Says that a calendar is kept by the body itself: from then on the sessions it moves are moved here too. Text in a feed still only proposes, whoever
 * writes it.
 */
export const sourceOfficial = defineCommand({
  name: "source official",
  arguments: { source: required(sourceArgument), official: required(choice("yes_no", ["yes", "no"], (value) => `word.${value}`)) },
  who: "coordinator",
  effect: "change",
  targets: (values) => [values.source],
  async run(context, values) {
    await setOfficial(context.db, values.source, values.official === "yes");
    return showSource(context, values.source);
  },
});
