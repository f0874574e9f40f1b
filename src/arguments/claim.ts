import { findClaim } from "../calendar/claims.ts";
import { type ArgumentType, NOT_MINE } from "../command.ts";

/** A claim by its id, as buttons and `undo` name it. */
export const claim: ArgumentType<string> = {
  name: "claim",
  async parse(words, { db }) {
    const id = (words[0] ?? "").toLowerCase();
    if (!/^[a-z0-9-]{1,60}$/.test(id)) return NOT_MINE;
    return (await findClaim(db, id)) === undefined ? NOT_MINE : { value: id, used: 1 };
  },
  print: (value) => value,
};
