/**
 * When a workspace takes the next call: posts one a second in each channel and a few a second over all, and nothing where Slack has asked to
 * wait. Pure: the time is given.
 *
 * Slack allows one message a second in a channel, short bursts, and "several hundred messages per minute" in a workspace, which it does not
 * number; Retry-After is for one method (docs.slack.dev/apis/web-api/rate-limits), and of posts it means the channel or that ceiling.
 */
import type { Instant } from "../../src/message.ts";
import { createSteady } from "./steady.ts";

export type PaceRules = {
  /** Between two posts in one channel; over all channels a quarter of it. */
  postMilliseconds: number;
  /** chat.update in any 60 seconds, over all posts of a workspace; Slack allows 50. */
  editsPerMinute: number;
  /** How long a reply may take. */
  requestMilliseconds: number;
  /** After an uncertain post, how long until history surely shows it. */
  settleMilliseconds: number;
};
export const PACE_RULES: PaceRules = { postMilliseconds: 1_000, editsPerMinute: 45, requestMilliseconds: 10_000, settleMilliseconds: 3_000 };

/** Posts of a workspace for each that one channel may have: 240 a minute. */
const CHANNELS_AT_ONCE = 4;
/** After a rest, so many go without a gap over all channels. */
const BURST = 40;

export type Pace = {
  /**
   * Takes the next place for a post in this channel and returns in how many milliseconds it is. One that is further away than `patience` is
   * not taken.
   */
  claim(channel: string, now: Instant, patience: number): number;
  /** Milliseconds Slack asked to wait, in this channel or the whole workspace; 0 when it did not. Each asker of a paused workspace is given another. */
  pause(channel: string, now: Instant): number;
  /** A post in this channel has been answered, however. */
  posted(channel: string, now: Instant): void;
  /** Slack answered 429 to a post. Returns how long this channel waits now. */
  limited(channel: string, now: Instant, milliseconds: number): number;
};

export function createPace({ postMilliseconds }: Pick<PaceRules, "postMilliseconds">): Pace {
  const gap = postMilliseconds / CHANNELS_AT_ONCE;
  const steady = createSteady();
  const postedAt = new Map<string, Instant>();
  const pausedUntil = new Map<string, Instant>();
  let allPausedUntil: Instant = Number.NEGATIVE_INFINITY;
  let returning = 0;
  /** When all that was posted would have been due, had each waited for the one before. */
  let postedUntil: Instant = Number.NEGATIVE_INFINITY;

  /** What lies behind is forgotten, so that the maps hold only what still waits. */
  const prune = (now: Instant): void => {
    for (const [channel, at] of postedAt) if (at + postMilliseconds <= now) postedAt.delete(channel);
    for (const [channel, until] of pausedUntil) if (until <= now) pausedUntil.delete(channel);
    if (allPausedUntil <= now) returning = 0;
  };
  const spacing = (channel: string, now: Instant): number => Math.max(0, (postedAt.get(channel) ?? Number.NEGATIVE_INFINITY) + postMilliseconds - now);
  const pause = (channel: string, now: Instant): number => {
    const own = Math.max(0, (pausedUntil.get(channel) ?? now) - now);
    if (allPausedUntil <= now) return own;
    // They come back one after another, as fast as posts may go, and not all in one instant.
    returning += 1;
    return Math.max(own, allPausedUntil - now + (returning - 1) * gap);
  };
  return {
    claim(channel, read, patience) {
      const now = steady(read);
      prune(now);
      const overall = Math.max(0, Math.max(postedUntil, now) + gap - BURST * gap - now);
      const wait = Math.max(overall, spacing(channel, now));
      if (wait <= patience) postedUntil = Math.max(postedUntil, now) + gap;
      return wait;
    },
    pause(channel, read) {
      const now = steady(read);
      prune(now);
      return pause(channel, now);
    },
    posted(channel, read) {
      postedAt.set(channel, steady(read));
    },
    limited(channel, read, milliseconds) {
      const now = steady(read);
      prune(now);
      const elsewhere = [...pausedUntil.keys()].some((other) => other !== channel);
      pausedUntil.set(channel, Math.max(pausedUntil.get(channel) ?? now, now + milliseconds));
      // We keep each channel's own pace, so two at once are not two accidents but the ceiling of the workspace.
      if (elsewhere) allPausedUntil = Math.max(allPausedUntil, now + milliseconds);
      return pause(channel, now);
    },
  };
}

/** The other methods: Retry-After means the method in the whole workspace. */
export type Waits = {
  /** Milliseconds; 0 when it may be called. */
  remaining(method: string, now: Instant): number;
  limited(method: string, now: Instant, milliseconds: number): void;
};

export function createWaits(): Waits {
  const steady = createSteady();
  const until = new Map<string, Instant>();
  return {
    remaining(method, read) {
      const now = steady(read);
      return Math.max(0, (until.get(method) ?? now) - now);
    },
    limited(method, read, milliseconds) {
      const now = steady(read);
      until.set(method, Math.max(until.get(method) ?? now, now + milliseconds));
    },
  };
}
