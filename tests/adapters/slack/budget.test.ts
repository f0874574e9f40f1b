/** The edits of a workspace, shared among its posts. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Budget, createBudget } from "../../../adapters/slack/budget.ts";

const MINUTE = 60_000;
const RULES = { editsPerMinute: 45 };

/** Asks again when told, as the core does: a little late. Returns when each edit was given. */
function run(budget: Budget, posts: readonly { name: string; every: number; cost: number; lag: number }[], until: number): Map<string, number[]> {
  const given = new Map(posts.map(({ name }): [string, number[]] => [name, []]));
  const due = new Map(posts.map(({ name }): [string, number] => [name, 0]));
  for (let now = 0; now <= until; now += 100) {
    for (const { name, every, cost, lag } of posts) {
      if ((due.get(name) ?? 0) > now) continue;
      const wait = budget.claim(name, cost, now);
      if (wait === 0) given.get(name)?.push(now);
      due.set(name, now + (wait === 0 ? every : wait + lag));
    }
  }
  return given;
}

describe("the budget of edits", () => {
  it("gives what is asked while there is enough", () => {
    const budget = createBudget(RULES);
    for (let count = 0; count < 45; count += 1) expect(budget.claim(`post-${count}`, 1, count)).toBe(0);
    expect(budget.claim("post-46", 1, 45)).toBeGreaterThan(0);
  });

  it("makes nobody wait longer than a minute for it when the clock was set back", () => {
    const budget = createBudget(RULES);
    for (let count = 0; count < 45; count += 1) budget.claim(`post-${count}`, 1, 10 * 3_600_000);
    expect(budget.claim("late", 1, 9 * 3_600_000)).toBeLessThanOrEqual(MINUTE);
    expect(budget.claim("late", 1, 9 * 3_600_000 + MINUTE)).toBe(0);
    budget.limited("late", 9 * 3_600_000 + MINUTE, 5_000);
    expect(budget.claim("late", 1, 1_000)).toBeLessThanOrEqual(5_000);
    expect(budget.claim("late", 1, 6_000)).toBe(0);
  });

  it("tells each that must wait another time, so that they do not come back in one instant", () => {
    const budget = createBudget(RULES);
    for (let count = 0; count < 45; count += 1) budget.claim(`post-${count}`, 1, 0);
    const waits = Array.from({ length: 20 }, (_, index) => budget.claim(`late-${index}`, 1, 1_000 + index));
    expect(new Set(waits).size).toBe(20);
    expect(Math.min(...waits)).toBeGreaterThan(MINUTE - 1_100);
  });

  it("keeps the place of one that waits from whoever comes meanwhile", () => {
    const budget = createBudget({ editsPerMinute: 2 });
    budget.claim("one", 1, 0);
    budget.claim("two", 1, 1_000);
    const wait = budget.claim("waiting", 1, 2_000);
    expect(budget.claim("other", 1, 2_000 + wait - 1)).toBeGreaterThan(0);
    expect(budget.claim("waiting", 1, 2_000 + wait)).toBe(0);
  });

  it("lets the post go first that was edited longest ago", () => {
    const budget = createBudget({ editsPerMinute: 3 });
    budget.claim("old", 1, 0);
    budget.claim("new", 1, 50_000);
    budget.claim("filler", 1, 55_000);
    budget.claim("filler two", 1, 60_000);
    // Nothing is free until 110,000. The newer one asks first and still goes second.
    const wanted = [budget.claim("new", 1, 61_000), budget.claim("old", 1, 61_100)].map((wait, index) => 61_000 + index * 100 + wait);
    expect(wanted[1]).toBeLessThan(110_000 + 1_000);
    expect(budget.claim("new", 1, 110_000)).toBeGreaterThan(0);
    expect(budget.claim("old", 1, 110_000)).toBe(0);
  });

  it("edits one hot tally at once, then ever more rarely, and its last state for certain", () => {
    const given = run(createBudget(RULES), [{ name: "tally", every: 100, cost: 1, lag: 0 }], MINUTE).get("tally") ?? [];
    expect(given.slice(0, 3)).toEqual([0, 100, 200]);
    expect(given.length).toBeGreaterThan(5);
    expect(given.length).toBeLessThan(12);
    const gaps = given.slice(1).map((at, index) => at - (given[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(17_000);
  });

  it("does not let ten hot tallies keep a quiet post waiting", () => {
    const hot = Array.from({ length: 10 }, (_, index) => ({ name: `hot-${index}`, every: 100, cost: 1, lag: 50 }));
    const quiet = { name: "quiet", every: 20 * MINUTE, cost: 1, lag: 50 };
    const budget = createBudget(RULES);
    run(budget, hot, MINUTE);
    const waits: number[] = [];
    for (let now = 2 * MINUTE; now < 3 * MINUTE; now += 10_000) waits.push(budget.claim(`${quiet.name}-${now}`, 1, now));
    expect(waits).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("stops when Slack says so, and lets the one that was refused go first afterwards", () => {
    const budget = createBudget({ editsPerMinute: 5 });
    expect(budget.claim("refused", 1, 0)).toBe(0);
    const wait = budget.limited("refused", 10, 30_000);
    expect(wait).toBeGreaterThanOrEqual(30_000);
    expect(budget.claim("other", 1, 20)).toBeGreaterThanOrEqual(30_000 - 10);
    expect(budget.claim("refused", 1, 10 + wait)).toBe(0);
  });

  it("gives an edit of many pages all or nothing, and one that is larger than the budget too", () => {
    const budget = createBudget({ editsPerMinute: 5 });
    expect(budget.claim("small", 3, 0)).toBe(0);
    expect(budget.claim("large", 3, 1)).toBeGreaterThan(0);
    expect(budget.claim("huge", 50, MINUTE * 10)).toBe(0);
  });

  const postsArbitrary = fc.array(
    fc.record({ every: fc.integer({ min: 100, max: 30_000 }), cost: fc.integer({ min: 1, max: 3 }), lag: fc.integer({ min: 0, max: 6_000 }) }),
    { minLength: 1, maxLength: 80 },
  );

  it("never gives more than the budget in any minute, whoever asks however often", () => {
    fc.assert(
      fc.property(postsArbitrary, fc.integer({ min: 3, max: 45 }), (wanted, editsPerMinute) => {
        const posts = wanted.map((post, index) => ({ ...post, name: `post-${index}` }));
        const given = run(createBudget({ editsPerMinute }), posts, 4 * MINUTE);
        const edits = posts.flatMap(({ name, cost }) => (given.get(name) ?? []).flatMap((at) => Array.from({ length: cost }, () => at))).sort((one, other) => one - other);
        edits.forEach((at, index) => expect((edits[index + editsPerMinute] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(MINUTE));
      }),
      { numRuns: 60 },
    );
  });

  it("starves nobody: each gets its edit in the time that all of them need in turn", () => {
    fc.assert(
      fc.property(postsArbitrary, fc.integer({ min: 3, max: 45 }), (wanted, editsPerMinute) => {
        const posts = wanted.map((post, index) => ({ ...post, name: `post-${index}` }));
        const round = Math.ceil(posts.reduce((sum, { cost }) => sum + cost, 0) / editsPerMinute) * MINUTE;
        const longest = 2 * round + 2 * MINUTE;
        const given = run(createBudget({ editsPerMinute }), posts, 2 * longest);
        for (const { name } of posts) {
          const edits = [0, ...(given.get(name) ?? []), 2 * longest];
          const gaps = edits.slice(1).map((at, index) => at - (edits[index] ?? 0));
          expect(Math.max(...gaps)).toBeLessThanOrEqual(longest + 30_000);
        }
      }),
      { numRuns: 25 },
    );
  });
});
