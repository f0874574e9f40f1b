import { DEADLINE_KINDS } from "../calendar/deadlines.ts";
import { type ArgumentType, NOT_MINE } from "../command.ts";
import type { Ladder } from "../rooms/rooms.ts";
import { isDuration } from "../time.ts";

const LEADS_LIMIT = 6;

/** Leads by kind, one kind after another: `deadline P56D,P14D,P2D opening P1D`. */
export const ladder: ArgumentType<Ladder> = {
  name: "ladder",
  parse(words) {
    const value: Ladder = {};
    let used = 0;
    for (; used < words.length; used += 2) {
      const [kind = "", list = ""] = words.slice(used);
      const known = DEADLINE_KINDS.find((candidate) => candidate === kind.toLowerCase());
      if (known === undefined) break;
      const leads = list.toUpperCase().split(",").filter((lead) => lead !== "");
      if (leads.length === 0 || leads.length > LEADS_LIMIT || !leads.every((lead) => lead.startsWith("P") && isDuration(lead))) return NOT_MINE;
      value[known] = leads;
    }
    if (used > 0) return { value, used };
    return { near: (words[0] ?? "") === "" ? [] : [...DEADLINE_KINDS] };
  },
  print: (value) => Object.entries(value).map(([kind, leads]) => `${kind} ${leads.join(",")}`).join(" "),
};
