/** How much Slack lets an app do (docs.slack.dev/apis/web-api/rate-limits), and the counting of it. */

export type Tier = 1 | 2 | 3 | 4;

export type Rates = {
  /** A channel takes one `chat.postMessage` in this time… */
  postMilliseconds: number;
  /** …and this many at once after a rest ("short bursts are allowed"). */
  postBurst: number;
  /** The ceiling over all channels of a workspace ("several hundred messages per minute"). */
  workspacePostsPerMinute: number;
  /** Calls a minute, for each method of the tier, app and workspace. */
  perMinute: Record<Tier, number>;
  /** The limit that apps which are commercially distributed outside the Marketplace have: history once a minute, 15 messages. */
  restrictedHistory: boolean;
};

export const SLACK_RATES: Rates = {
  postMilliseconds: 1_000,
  postBurst: 4,
  workspacePostsPerMinute: 300,
  perMinute: { 1: 1, 2: 20, 3: 50, 4: 100 },
  restrictedHistory: false,
};

/** For tests that are not about limits: none is ever met. */
export const NO_RATES: Rates = {
  postMilliseconds: 0,
  postBurst: 1_000_000,
  workspacePostsPerMinute: 60_000_000,
  perMinute: { 1: 60_000_000, 2: 60_000_000, 3: 60_000_000, 4: 60_000_000 },
  restrictedHistory: false,
};

/** A bucket that refills by one every `refillMilliseconds`, up to `capacity`. Counts in real time, whatever clock the double shows. */
export type Bucket = {
  /** Undefined when there was room; otherwise whole seconds until there is, at least 1. */
  take(): number | undefined;
};

export function openBucket(capacity: number, refillMilliseconds: number, elapsed: () => number): Bucket {
  let level = capacity;
  let countedAt = elapsed();
  return {
    take() {
      const now = elapsed();
      level = refillMilliseconds <= 0 ? capacity : Math.min(capacity, level + (now - countedAt) / refillMilliseconds);
      countedAt = now;
      if (level >= 1) {
        level -= 1;
        return undefined;
      }
      return Math.max(1, Math.ceil(((1 - level) * refillMilliseconds) / 1_000));
    },
  };
}
