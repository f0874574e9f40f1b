/**
 * When a workspace takes the next post: one a second in each channel, and nothing where Slack has asked to wait. Pure: the time is given.
 *
 * Slack allows "1 message per second per channel" and short bursts; it says Retry-After for one method, and for posts it means the channel, or
 * the whole workspace when its unnamed ceiling is met (docs.slack.dev/apis/web-api/rate-limits).
 */
import type { Instant } from "../../src/message.ts";

export type PaceRules = {
  /** Between two posts in one channel. */
  postMilliseconds: number;
  /** chat.update in any 60 seconds, over all posts of a workspace; Slack allows 50. */
  editsPerMinute: number;
  /** How long a reply may take. */
  requestMilliseconds: number;
  /** After an uncertain post, how long until history surely shows it. */
  settleMilliseconds: number;
};
export const PACE_RULES: PaceRules = { postMilliseconds: 1_000, editsPerMinute: 45, requestMilliseconds: 10_000, settleMilliseconds: 3_000 };

/** After a pause of the whole workspace its rooms come back one after another, this far apart: 240 a minute. */
const RETURN_MILLISECONDS = 250;

export type Pace = {
  /** Milliseconds until this channel may be posted to: its own spacing only. Never more than one spacing, whatever the clock does. */
  spacing(channel: string, now: Instant): number;
  /** Milliseconds Slack asked to wait, in this channel or the whole workspace; 0 when it did not. Each asker of a paused workspace is given another. */
  pause(channel: string, now: Instant): number;
  posted(channel: string, now: Instant): void;
  /** Slack answered 429. Returns how long this channel waits now. */
  limited(channel: string, now: Instant, milliseconds: number): number;
};

export function createPace(rules: Pick<PaceRules, "postMilliseconds">): Pace {
  const postedAt = new Map<string, Instant>();
  const pausedUntil = new Map<string, Instant>();
  let allPausedUntil: Instant = Number.NEGATIVE_INFINITY;
  let returning = 0;

  /** What lies behind is forgotten, so that the maps hold only what still waits. */
  const prune = (now: Instant): void => {
    for (const [channel, at] of postedAt) if (at + rules.postMilliseconds <= now) postedAt.delete(channel);
    for (const [channel, until] of pausedUntil) if (until <= now) pausedUntil.delete(channel);
    if (allPausedUntil <= now) returning = 0;
  };
  const pause = (channel: string, now: Instant): number => {
    const own = Math.max(0, (pausedUntil.get(channel) ?? now) - now);
    if (allPausedUntil <= now) return own;
    const turn = returning * RETURN_MILLISECONDS;
    returning += 1;
    return Math.max(own, allPausedUntil - now + turn);
  };
  return {
    spacing(channel, now) {
      prune(now);
      const at = postedAt.get(channel);
      return at === undefined ? 0 : Math.min(rules.postMilliseconds, Math.max(0, at + rules.postMilliseconds - now));
    },
    pause(channel, now) {
      prune(now);
      return pause(channel, now);
    },
    posted(channel, now) {
      postedAt.set(channel, now);
    },
    limited(channel, now, milliseconds) {
      prune(now);
      const elsewhere = [...pausedUntil.keys()].some((other) => other !== channel);
      pausedUntil.set(channel, Math.max(pausedUntil.get(channel) ?? 0, now + milliseconds));
      // We keep each channel's own pace, so two at once are not two accidents but the ceiling of the workspace.
      if (elsewhere) allPausedUntil = Math.max(allPausedUntil, now + milliseconds);
      return pause(channel, now);
    },
  };
}
