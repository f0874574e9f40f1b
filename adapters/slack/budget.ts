/**
 * Who may edit next. Slack takes 50 chat.update a minute for a whole workspace; this gives out fewer, so that none is refused, and gives them
 * to the post whose readers have waited longest. Pure: the time is given.
 *
 * A post that must wait keeps its place until shortly after the instant it was told, so that whoever comes meanwhile cannot take it. One that
 * changes without end is edited at once the first times in a minute and then ever more rarely: its changes fold into fewer edits.
 */
import type { Instant } from "../../src/message.ts";
import type { PaceRules } from "./pace.ts";
import { createSteady } from "./steady.ts";

const MINUTE = 60_000;
/** A place is kept this long after the instant that was told: the core's wake and the work before it lie between. */
const KEPT_MILLISECONDS = 10_000;
/** Those told to wait come back one after another, this far apart, not all in one instant. */
const SPREAD_MILLISECONDS = 100;
/** How many edits of one post in a minute go without a gap. */
const FREE_EDITS = 3;
/** The gap before each further one, in shares of the budget (at 45 a minute: 2, 4, 8, then 16 seconds). */
const GAPS = [1.5, 3, 6, 12];
const REMEMBERED_MILLISECONDS = 10 * MINUTE;

/** `rank`: when it was last edited, or what stands for it; the lowest goes first. `turn`: among equals, who came first. */
type Waiter = { rank: Instant; turn: number; cost: number; due: Instant };

export type Budget = {
  /** Takes `cost` edits for a post, all or none. 0 when they were given; otherwise milliseconds until to come again. */
  claim(post: string, cost: number, now: Instant): number;
  /** Slack answered 429 for an edit: no more until then, and this post keeps its place. Returns when it is to come again, in milliseconds. */
  limited(post: string, now: Instant, milliseconds: number): number;
};

export function createBudget({ editsPerMinute }: Pick<PaceRules, "editsPerMinute">): Budget {
  const steady = createSteady();
  /** When each edit of the last minute was given, oldest first. */
  let given: { post: string; at: Instant }[] = [];
  const editedAt = new Map<string, Instant>();
  const waiting = new Map<string, Waiter>();
  let pausedUntil: Instant = Number.NEGATIVE_INFINITY;
  let turns = 0;

  const prune = (now: Instant): void => {
    given = given.filter(({ at }) => at > now - MINUTE);
    for (const [post, waiter] of waiting) {
      if (waiter.due + KEPT_MILLISECONDS >= now) continue;
      // It gives up its place, not its rank: should it come late, it has waited no less.
      waiting.delete(post);
      editedAt.set(post, waiter.rank);
    }
    for (const [post, at] of editedAt) if (at < now - REMEMBERED_MILLISECONDS) editedAt.delete(post);
  };
  /** A post not edited in living memory counts as edited a minute before it asks: before all the busy ones, behind nobody for ever. */
  const rankOf = (post: string, now: Instant): Instant => waiting.get(post)?.rank ?? editedAt.get(post) ?? now - MINUTE;
  /** When its own gap is over. */
  const openAt = (post: string): Instant => {
    const own = given.filter((each) => each.post === post).map(({ at }) => at);
    const edits = new Set(own).size;
    const gap = edits < FREE_EDITS ? 0 : (GAPS[Math.min(edits - FREE_EDITS, GAPS.length - 1)] ?? 0) * (MINUTE / editsPerMinute);
    return (own.at(-1) ?? Number.NEGATIVE_INFINITY) + gap;
  };
  /** When the budget has room for the `count`-th edit from now. */
  const roomAt = (count: number, now: Instant): Instant => {
    const beyond = count - (editsPerMinute - given.length);
    if (beyond <= 0) return now;
    const rounds = Math.floor((beyond - 1) / editsPerMinute);
    return (given[(beyond - 1) % editsPerMinute]?.at ?? now) + MINUTE * (rounds + 1);
  };

  return {
    claim(post, wanted, read) {
      const now = steady(read);
      prune(now);
      const cost = Math.min(wanted, editsPerMinute);
      const opensAt = openAt(post);
      if (opensAt > now) {
        // While it waits for its own gap it keeps nobody else from theirs.
        waiting.delete(post);
        return opensAt - now;
      }
      const mine: Waiter = { rank: rankOf(post, now), turn: waiting.get(post)?.turn ?? (turns += 1), cost, due: now };
      const before = [...waiting].filter(([other, waiter]) => other !== post && isBefore(waiter, mine)).map(([, waiter]) => waiter);
      const ahead = before.reduce((sum, waiter) => sum + waiter.cost, 0);
      const at = Math.max(roomAt(ahead + cost, now), pausedUntil);
      if (at <= now) {
        for (let count = 0; count < cost; count += 1) given.push({ post, at: now });
        editedAt.set(post, now);
        waiting.delete(post);
        return 0;
      }
      mine.due = at + before.length * SPREAD_MILLISECONDS;
      waiting.set(post, mine);
      return mine.due - now;
    },
    limited(post, read, milliseconds) {
      const now = steady(read);
      prune(now);
      pausedUntil = Math.max(pausedUntil, now + milliseconds);
      const due = pausedUntil + waiting.size * SPREAD_MILLISECONDS;
      waiting.set(post, { rank: now - MINUTE, turn: (turns += 1), cost: 1, due });
      return due - now;
    },
  };
}

function isBefore(one: Waiter, other: Waiter): boolean {
  return one.rank < other.rank || (one.rank === other.rank && one.turn < other.turn);
}
