import { DEADLINE_KINDS } from "../calendar/deadlines.ts";
import { type ArgumentType, NOT_MINE } from "../command.ts";
import type { Ladder } from "../rooms/rooms.ts";
import { isDuration } from "../time.ts";

const LEADS_LIMIT = 6;

/** Leads by kind: `deadline P56D,P14D,P2D`. `deadline default` gives the usual ones back. */
export const ladder: ArgumentType<Ladder> = {
  name: "ladder",
  parse(words) {
    const [kind = "", list = ""] = words;
    const known = DEADLINE_KINDS.find((candidate) => candidate === kind.toLowerCase());
    if (known === undefined) return { near: kind === "" ? [] : [...DEADLINE_KINDS] };
    const leads = list.toUpperCase().split(",").filter((lead) => lead !== "");
    if (leads.length === 0 || leads.length > LEADS_LIMIT || !leads.every((lead) => lead.startsWith("P") && isDuration(lead))) return NOT_MINE;
    return { value: { [known]: leads }, used: 2 };
  },
  print: (value) => Object.entries(value).map(([kind, leads]) => `${kind} ${leads.join(",")}`).join(" "),
};
