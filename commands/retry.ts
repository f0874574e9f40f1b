import { defineCommand } from "../src/command.ts";
import { retryDead } from "../src/delivery/outbox.ts";
import { sentence } from "../src/message.ts";

/** Tries once more what was given up, in every room. */
export const retry = defineCommand({
  name: "retry",
  arguments: {},
  who: "operator",
  effect: "change",
  async run({ db, say, now }) {
    const rooms = await retryDead(db, now);
    return { to: "asker", show: sentence(say("retry.done", { count: rooms.length }), say.language) };
  },
});
