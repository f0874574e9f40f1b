import { itemArgument } from "../src/arguments/item.ts";
import { drawExplanation, drawItem } from "../src/cards/explanation.ts";
import { type CommandContext, defineCommand, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { explainItem } from "../src/sources/explain.ts";
import { findItem } from "../src/sources/items.ts";
import { findSource } from "../src/sources/sources.ts";

/** One item: where it comes from, what it is about, what changed in it. */
export const item = defineCommand({
  name: "item",
  arguments: { item: required(itemArgument) },
  who: "anyone",
  effect: "look",
  async run(context, values) {
    const found = await findItem(context.db, values.item);
    const source = found === undefined ? undefined : await findSource(context.db, found.source);
    if (found === undefined || source === undefined) throw new UserError("unknown_subject");
    return { to: "asker", show: drawItem(found, source, context) };
  },
});

async function runExplain(context: CommandContext, id: string) {
  const explanation = await explainItem(context.db, id, context.room, context);
  if (explanation === undefined) throw new UserError("unknown_subject");
  const { say, zone, now, directory, room } = context;
  return { to: "asker" as const, show: drawExplanation(explanation, { say, zone, now, directory, room: room.address }) };
}

/** Why an item was or was not posted in this room, rule by rule. */
export const explain = defineCommand({
  name: "explain",
  arguments: { item: required(itemArgument) },
  who: "anyone",
  effect: "look",
  run: (context, values) => runExplain(context, values.item),
});

/** The same, for those who look for it among the commands of sources. */
export const sourceExplain = defineCommand({
  name: "source explain",
  arguments: { item: required(itemArgument) },
  who: "anyone",
  effect: "look",
  run: (context, values) => runExplain(context, values.item),
});
