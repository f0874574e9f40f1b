/** Under which heading help shows a command: what is for a role stands together, and all else by what it is about. */
import type { AnyCommand } from "../../src/command.ts";

/** Words to type behind `/help`, in the order of help; catalogue keys `help.group.WORD` are their headings. */
export const HELP_GROUPS = ["dates", "tasks", "calls", "rooms", "sources", "more", "coordinators", "operators"] as const;
export type HelpGroup = (typeof HELP_GROUPS)[number];

/** By the first word of a command. */
const GROUPS: Readonly<Record<string, HelpGroup>> = {
  deadlines: "dates", session: "dates", upr: "dates", preview: "dates", deadline: "dates", copy: "dates",
  take: "tasks", release: "tasks", snooze: "tasks", hide: "tasks", unhide: "tasks",
  call: "calls",
  room: "rooms", join: "rooms", leave: "rooms", follow: "rooms", unfollow: "rooms", pause: "rooms", resume: "rooms", network: "rooms",
  source: "sources", item: "sources", explain: "sources", propose: "sources", proposals: "sources", proposal: "sources", calendar: "sources",
};

export function groupOf(command: Pick<AnyCommand, "name" | "who">): HelpGroup {
  if (command.who === "coordinator") return "coordinators";
  if (command.who === "operator") return "operators";
  return GROUPS[firstWord(command)] ?? "more";
}

export function firstWord({ name }: Pick<AnyCommand, "name">): string {
  return name.split(" ")[0] ?? name;
}
