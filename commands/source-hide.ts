import { sourceArgument } from "../src/arguments/source.ts";
import { showSource } from "../src/cards/source.ts";
import { defineCommand, required } from "../src/command.ts";
import { hideSubject, unhideSubject } from "../src/rooms/rooms.ts";

/** Keeps a source out of this room only. Nobody else is told. */
export const sourceHide = defineCommand({
  name: "source hide",
  arguments: { source: required(sourceArgument) },
  who: "anyone",
  effect: "change",
  async run(context, values) {
    await hideSubject(context.db, context.room.address, values.source);
    return showSource(context, values.source);
  },
});

/** Lets a source back into this room. */
export const sourceUnhide = defineCommand({
  name: "source unhide",
  arguments: { source: required(sourceArgument) },
  who: "anyone",
  effect: "change",
  async run(context, values) {
    await unhideSubject(context.db, context.room.address, values.source);
    return showSource(context, values.source);
  },
});
