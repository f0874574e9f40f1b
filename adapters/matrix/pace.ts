/** How long the parts of the chat wait, and for what. Tests shorten it. */
import { SENDING_PACE, type SendingPace } from "./sending-pace.ts";

export type MatrixPace = SendingPace & {
  /** For the key of a message, before whoever sent it is asked to send it again. */
  unreadableMilliseconds: number;
  /** The same where only the sender's device is not known to be trusted: that is looked up within seconds. */
  deviceMilliseconds: number;
  /** Before it is kept that a room was read on, where nothing was done. */
  markerMilliseconds: number;
  /** A start for the homeserver; behind it the waiting goes on. */
  startMilliseconds: number;
  /** Before an invitation that could not be followed is followed again. */
  joinAgainMilliseconds: number;
  /** How many events of a room, all of them read, may be held in memory. The library itself never lets go of any. */
  timelineEvents: number;
};

export const MATRIX_PACE: MatrixPace = {
  ...SENDING_PACE,
  unreadableMilliseconds: 5 * 60_000,
  deviceMilliseconds: 15_000,
  markerMilliseconds: 10_000,
  startMilliseconds: 10_000,
  joinAgainMilliseconds: 60_000,
  timelineEvents: 500,
};
