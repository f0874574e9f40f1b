/** How Slack's ids become room addresses and post references, and back. */
import type { Ref, RoomAddress } from "../../src/ports.ts";

/** A channel of a workspace, by Slack's own ids. */
export type Place = { team: string; channel: string };
/** A post: the message itself, then its continuations, which stand in its thread. */
export type Standing = Place & { timestamps: [string, ...string[]] };

const PLACE = /^slack:([A-Z0-9]+)\/([A-Z0-9]+)$/;
const STANDING = /^([A-Z0-9]+)\/([A-Z0-9]+)\/(\d+\.\d+(?:\+\d+\.\d+)*)$/;

export function addressOf({ team, channel }: Place): RoomAddress {
  return `slack:${team}/${channel}`;
}

/** Undefined when it is not the address of a room on Slack. */
export function placeOf(address: string): Place | undefined {
  const [, team, channel] = PLACE.exec(address) ?? [];
  return team === undefined || channel === undefined ? undefined : { team, channel };
}

export function refOf({ team, channel, timestamps }: Standing): Ref {
  return `${team}/${channel}/${timestamps.join("+")}`;
}

/** Undefined when it is not a reference to a post on Slack. */
export function standingOf(ref: Ref): Standing | undefined {
  const [, team, channel, joined] = STANDING.exec(ref) ?? [];
  const [first, ...rest] = joined?.split("+") ?? [];
  return team === undefined || channel === undefined || first === undefined ? undefined : { team, channel, timestamps: [first, ...rest] };
}
