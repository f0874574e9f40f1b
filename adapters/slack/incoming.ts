/** What every listener of one workspace works with. */
import type { Language } from "../../src/message.ts";
import type { Actor, Clock, Inbox, Log, RoomAddress } from "../../src/ports.ts";
import type { Flights } from "./flights.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Workspace } from "./workspace.ts";

export type Incoming = {
  /** Where the app is installed: rooms are its rooms, whoever speaks in them. */
  workspace: Workspace;
  inbox: Inbox;
  outgoing: Outgoing;
  flights: Flights;
  clock: Pick<Clock, "now">;
  log: Log;
  /** For what is said outside any room. */
  language: Language;
  actorOf(team: string, user: string): string;
  /** The language of a room, for what is said before the core has answered. */
  languageIn(room: RoomAddress): Promise<Language>;
};

/** Slack vouches for nobody: it grants no roles. In a shared channel the person's own team is another than the app's. */
export function actorIn(incoming: Incoming, person: { team?: string | null | undefined; user: string }): Actor {
  return { id: incoming.actorOf(person.team ?? incoming.workspace.team, person.user), grants: [] };
}

/** Slack is told at once that we have it. What fails there stays there: the work is done all the same, and its answer has other ways. */
export async function acknowledge(ack: (answer?: never) => Promise<unknown>): Promise<void> {
  await ack().catch(() => undefined);
}

/** The text of a command or a mention as it was typed: Slack escapes three signs. */
export function unescape(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: "&", lt: "<", gt: ">" })[name] ?? "");
}

