import { type ArgumentType, NOT_MINE } from "../command.ts";
import { findProposal } from "../proposals/proposals.ts";

/** A proposal by its id, as buttons name it. */
export const proposal: ArgumentType<string> = {
  name: "proposal",
  async parse(words, { db }) {
    const id = (words[0] ?? "").toLowerCase();
    if (!/^[a-z0-9-]{1,60}$/.test(id)) return NOT_MINE;
    return (await findProposal(db, id)) === undefined ? NOT_MINE : { value: id, used: 1 };
  },
  print: (value) => value,
};
