import { type ArgumentType, NOT_MINE } from "../command.ts";
import type { RoomAddress } from "../ports.ts";
import { listRooms } from "../rooms/rooms.ts";
import { nearest } from "./near.ts";

function shortOf(address: string): string {
  return address.slice(address.indexOf(":") + 1);
}

/** A room by its address, or by what follows the chat in it when only one room is called so: `anpud` for `web:anpud`. */
export const room: ArgumentType<RoomAddress> = {
  name: "room",
  async parse(words, { db }) {
    const word = words[0] ?? "";
    if (word.trim() === "") return NOT_MINE;
    const known = (await listRooms(db)).map((candidate) => candidate.address);
    const exact = known.find((address) => address === word) ?? known.find((address) => address.toLowerCase() === word.toLowerCase());
    if (exact !== undefined) return { value: exact, used: 1 };
    const short = known.filter((address) => shortOf(address).toLowerCase() === word.toLowerCase());
    // The page has one room for each network, so its address is what a network's name means.
    const chosen = short.length === 1 ? short[0] : short.find((address) => address.startsWith("web:"));
    return chosen === undefined ? { near: short.length > 0 ? short.slice(0, 4) : nearest([word], known.map(shortOf)) } : { value: chosen, used: 1 };
  },
  print: (value) => value,
  async complete(prefix, { db }) {
    const start = prefix.toLowerCase();
    const known = await listRooms(db);
    return known
      .filter(({ address }) => address.toLowerCase().startsWith(start) || shortOf(address).toLowerCase().startsWith(start))
      .slice(0, 12)
      .map(({ address }) => ({ value: address, label: address }));
  },
};
