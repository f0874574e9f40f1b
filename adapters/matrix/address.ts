/** How Matrix's ids become room addresses and post references, and back. */
import type { Ref, RoomAddress } from "../../src/ports.ts";

/** A post: the event itself, then its continuations. */
export type Standing = { room: string; events: [string, ...string[]] };

export function addressOf(room: string): RoomAddress {
  return `matrix:${room}`;
}

/** The room's id; undefined when it is not the address of a room on Matrix. Ids of newer rooms name no server. */
export function roomOf(address: string): string | undefined {
  return /^matrix:(![^\s]+)$/.exec(address)?.[1];
}

export function refOf({ room, events }: Standing): Ref {
  return [room, ...events].join(" ");
}

/** Undefined when it is not a reference to a post on Matrix. */
export function standingOf(ref: Ref): Standing | undefined {
  const [room, first, ...rest] = ref.split(" ");
  return room?.startsWith("!") === true && first?.startsWith("$") === true ? { room, events: [first, ...rest] } : undefined;
}
