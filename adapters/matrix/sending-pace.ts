/** How long sending waits, and for what. Tests shorten it. */
export type SendingPace = {
  /** For its turn, at most: the core lends out a room for a minute. */
  patienceMilliseconds: number;
  /** For the answer to one request that sends. */
  requestMilliseconds: number;
  /** Between the pages of one message, altogether. */
  longestMilliseconds: number;
  /** For the keys of an earlier device's messages to come from their backup. */
  keyMilliseconds: number;
  /** Until a room that was joined, or has become encrypted, is known here too. */
  settleMilliseconds: number;
  /** For so long a homeserver surely knows a transaction id again. */
  repeatMilliseconds: number;
};

export const SENDING_PACE: SendingPace = {
  patienceMilliseconds: 15_000,
  requestMilliseconds: 20_000,
  longestMilliseconds: 30_000,
  keyMilliseconds: 5_000,
  settleMilliseconds: 1_000,
  // Synapse keeps them for 24 hours.
  repeatMilliseconds: 23 * 3_600_000,
};
