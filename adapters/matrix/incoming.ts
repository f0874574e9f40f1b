/** What every listener works with, and what they all ask of a room. */
import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import type { AnyCommand } from "../../src/command.ts";
import type { Language } from "../../src/message.ts";
import type { Actor, Chat, Clock, Inbox, Log, Ref, RoomAddress, Chance, Store } from "../../src/ports.ts";
import { addressOf, refOf } from "./address.ts";
import type { Direct } from "./direct.ts";
import type { Flights } from "./flights.ts";
import type { MatrixPace } from "./pace.ts";

export type Incoming = {
  client: MatrixClient;
  userId: string;
  inbox: Inbox;
  store: Pick<Store, "reading" | "write">;
  commands: readonly AnyCommand[];
  outgoing: Pick<Chat, "send">;
  direct: Direct;
  flights: Flights;
  clock: Pick<Clock, "now">;
  chance: Chance;
  log: Log;
  pace: MatrixPace;
  /** For what is said outside any room. */
  language: Language;
  actorOf(user: string): string;
};

/** Matrix vouches for nobody: it grants no roles. */
export function actorIn({ actorOf }: Incoming, user: string): Actor {
  return { id: actorOf(user), grants: [] };
}

/** One thing that happened counts once, by its event's id. */
export function keyOf(event: string): string {
  return `matrix:e:${event}`;
}

export function refOfEvent(room: string, event: string): Ref {
  return refOf({ room, events: [event] });
}

export function addressIn(room: Room): RoomAddress {
  return addressOf(room.roomId);
}

/** The part of a user's id behind its name. */
export function serverOf(user: string): string {
  return user.slice(user.indexOf(":") + 1);
}

/** The newest state of one kind, if there is any. */
export function stateOf(room: Room, type: string): MatrixEvent | undefined {
  return room.currentState.getStateEvents(type, "") ?? undefined;
}

export function isJoined(room: Room | null): room is Room {
  return room?.getMyMembership() === "join";
}
