/** How long the parts of the chat wait, and for what. Tests shorten it. */
import { SENDING_PACE, type SendingPace } from "./sending-pace.ts";

export type MatrixPace = SendingPace & {
  /** Before an invitation that could not be followed is followed again. */
  joinAgainMilliseconds: number;
};

export const MATRIX_PACE: MatrixPace = {
  ...SENDING_PACE,
  joinAgainMilliseconds: 60_000,
};
