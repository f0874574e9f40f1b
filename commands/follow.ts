import { follow as followArgument } from "../src/arguments/follow.ts";
import { followText } from "../src/cards/room.ts";
import { type CommandContext, defineCommand, optional, required } from "../src/command.ts";
import { sentence } from "../src/message.ts";
import { NEWS } from "../src/planning/follow.ts";
import { layRoom } from "../src/planning/reminders.ts";
import type { Database, Writing } from "../src/ports.ts";
import { networkNames } from "../src/rooms/networks.ts";
import { type Follow, NOTHING_FOLLOWED, findRoom, saveRoom } from "../src/rooms/rooms.ts";

type Key = keyof Follow;
const KEYS: readonly Key[] = ["mechanisms", "countries", "programmes", "topics", "kinds"];

async function answer(context: CommandContext<Database>, follow: Follow) {
  const { say, directory } = context;
  const message = sentence(say("follow.now", { list: followText(follow, say, directory, await networkNames(context.db)) }), say.language, [
    { label: say("room.action.preview"), command: "preview" },
  ]);
  return { to: "asker" as const, show: message };
}

type Combine = (old: string[], named: string[], key: Key) => string[];

async function change(context: CommandContext<Writing>, combine: Combine, patch: Partial<Follow>) {
  const room = (await findRoom(context.db, context.room.address)) ?? context.room;
  const follow: Follow = { ...room.follow };
  for (const key of KEYS) {
    const named = patch[key];
    if (named !== undefined) follow[key] = combine(follow[key], named, key);
  }
  const changed = { ...room, follow };
  await saveRoom(context.db, changed);
  await layRoom(context.db, changed, { directory: context.directory, now: context.now });
  return answer(context, follow);
}

/** Adds to what this room follows; without words it says what that is. */
export const follow = defineCommand({
  name: "follow",
  arguments: { what: optional(followArgument) },
  who: "anyone",
  effect: "change",
  async run(context, values) {
    if (values.what === undefined) return answer(context, context.room.follow);
    // "All" comes as an empty list; adding to "every body" leaves every body.
    return change(
      context,
      (old, named) => (named.length === 0 ? [] : [...new Set([...old, ...named])].filter((entry) => entry !== NOTHING_FOLLOWED)),
      values.what,
    );
  },
});

/** Takes away from what this room follows. */
export const unfollow = defineCommand({
  name: "unfollow",
  arguments: { what: required(followArgument) },
  who: "anyone",
  effect: "change",
  run(context, values) {
    const everyBody = context.directory.bodies.map((body) => body.key);
    return change(
      context,
      (old, named, key) => {
        const from = key === "mechanisms" && old.length === 0 ? everyBody : old;
        const left = from.filter((entry) => !named.includes(entry));
        // An empty list would mean "any": somebody who takes the last entry away means none.
        return left.length === 0 && from.some((entry) => entry !== NEWS) ? [NOTHING_FOLLOWED] : left;
      },
      values.what,
    );
  },
});
