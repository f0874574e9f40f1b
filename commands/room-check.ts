import { defineCommand } from "../src/command.ts";
import { sentence } from "../src/message.ts";
import { checkKey } from "../src/wake-keys.ts";

/** Said by a chat that has noticed a change of the place: archived, opened again, shared with others. */
export const roomCheck = defineCommand({
  name: "room check",
  arguments: {},
  who: "anyone",
  effect: "change",
  hidden: true,
  async run({ say, room, wake }) {
    wake(checkKey(room.address));
    return { to: "asker", show: sentence(say("room.checking"), say.language) };
  },
});
