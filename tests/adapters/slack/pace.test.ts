/** One post a second in a channel, a few a second in a workspace, and nothing where Slack has asked to wait. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPace, createWaits } from "../../../adapters/slack/pace.ts";

const RULES = { postMilliseconds: 1_000 };
const PATIENCE = 5_000;

describe("the pace of posts", () => {
  it("keeps two posts of one channel a second apart, counted from the answer to the first", () => {
    const pace = createPace(RULES);
    expect(pace.claim("C1", 0, PATIENCE)).toBe(0);
    pace.posted("C1", 300);
    expect(pace.claim("C1", 400, PATIENCE)).toBe(900);
    expect(pace.claim("C2", 400, PATIENCE)).toBe(0);
    expect(pace.claim("C1", 1_300, PATIENCE)).toBe(0);
  });

  it("never waits longer than one spacing when the clock was set back", () => {
    const pace = createPace(RULES);
    pace.posted("C1", 10_000_000);
    expect(pace.claim("C1", 0, PATIENCE)).toBe(1_000);
  });

  it("stops a channel and a workspace no longer than Slack said when the clock was set back", () => {
    const pace = createPace(RULES);
    pace.limited("C1", 10_000_000, 30_000);
    pace.limited("C2", 10_000_000, 30_000);
    expect(pace.pause("C1", 5_000_000)).toBeLessThan(32_000);
    expect(pace.pause("C3", 5_031_000)).toBe(0);
    const waits = createWaits();
    waits.limited("chat.delete", 10_000_000, 30_000);
    expect(waits.remaining("chat.delete", 0)).toBe(30_000);
    expect(waits.remaining("chat.delete", 10_000)).toBe(20_000);
    expect(waits.remaining("chat.delete", 30_000)).toBe(0);
  });

  it("stops one channel for as long as Slack said, and no other", () => {
    const pace = createPace(RULES);
    expect(pace.limited("C1", 0, 30_000)).toBe(30_000);
    expect(pace.pause("C1", 10_000)).toBe(20_000);
    expect(pace.pause("C2", 10_000)).toBe(0);
    expect(pace.pause("C1", 30_000)).toBe(0);
  });

  it("stops the whole workspace when a second channel is limited while the first still waits, and brings its rooms back one after another", () => {
    const pace = createPace(RULES);
    pace.limited("C1", 0, 30_000);
    pace.limited("C2", 100, 20_000);
    const others = ["C3", "C4", "C5"].map((channel) => pace.pause(channel, 100));
    expect(others.every((wait) => wait >= 20_000)).toBe(true);
    expect(new Set(others).size).toBe(3);
    expect(pace.pause("C3", 20_100)).toBe(0);
    expect(pace.pause("C1", 20_100)).toBe(9_900);
  });

  it("takes two limits one after the other for two accidents", () => {
    const pace = createPace(RULES);
    pace.limited("C1", 0, 1_000);
    pace.limited("C2", 2_000, 1_000);
    expect(pace.pause("C3", 2_000)).toBe(0);
  });

  it("stays under 300 posts in any minute, over however many channels", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 400 })), { maxLength: 600 }), (asks) => {
        const pace = createPace(RULES);
        const posts: number[] = [];
        let now = 0;
        for (const [step, channel] of asks) {
          now += step;
          const wait = pace.claim(`C${channel}`, now, PATIENCE);
          if (wait > PATIENCE) continue;
          posts.push(now + wait);
          pace.posted(`C${channel}`, now + wait);
        }
        for (const at of posts) expect(posts.filter((other) => other >= at && other < at + 60_000).length).toBeLessThan(300);
      }),
    );
  });

  it("lets a burst of forty channels go at once after a rest", () => {
    const pace = createPace(RULES);
    const waits = Array.from({ length: 45 }, (_, index) => pace.claim(`C${index}`, 0, PATIENCE));
    expect(waits.slice(0, 40).every((wait) => wait === 0)).toBe(true);
    expect(waits.slice(40)).toEqual([250, 500, 750, 1_000, 1_250]);
  });

  it("does not count a place that was too far away to be taken", () => {
    const pace = createPace(RULES);
    for (let count = 0; count < 60; count += 1) pace.claim(`C${count}`, 0, PATIENCE);
    const first = pace.claim("C98", 0, PATIENCE);
    expect(first).toBeGreaterThan(PATIENCE);
    expect(pace.claim("C99", 0, PATIENCE)).toBe(first);
  });
});

describe("the pace of other calls", () => {
  it("stops one method for as long as Slack said", () => {
    const waits = createWaits();
    waits.limited("chat.delete", 0, 5_000);
    expect(waits.remaining("chat.delete", 1_000)).toBe(4_000);
    expect(waits.remaining("conversations.info", 1_000)).toBe(0);
    expect(waits.remaining("chat.delete", 5_000)).toBe(0);
  });
});
