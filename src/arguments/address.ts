/** The address of a room on a chat, as programs write it. */
import { type ArgumentType, NOT_MINE } from "../command.ts";
import type { RoomAddress } from "../ports.ts";

export const address: ArgumentType<RoomAddress> = {
  name: "address",
  parse([word = ""]) {
    // Checked to have the one shape there is.
    return /^[a-z]+:\S+$/.test(word) && word.length <= 400 ? { value: word as RoomAddress, used: 1 } : NOT_MINE;
  },
  print: String,
};
