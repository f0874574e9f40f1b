/** The chat itself is out while Clarion runs: what was queued waits, and comes when it is of use, by day, and says that it is late. */
import { describe, expect, it } from "vitest";
import { ChatError } from "../../src/errors.ts";
import { toPlain } from "../../src/plain.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const ROOM = "web:anpud";
const HOUR = 3_600_000;

/** Queues what is due then, while the chat asks for a pause of so many hours. */
async function queueDuringOutage(at: string, hours: number): Promise<TestApp> {
  const test = await openTestApp({ now: "2026-11-20T12:00:00Z" });
  test.clock.set(Date.parse(at) - HOUR);
  await test.settle();
  test.clock.set(at);
  await test.app.tick();
  test.chat.failNext("send", new ChatError("later", { after: hours * HOUR }));
  await test.app.deliver(ROOM);
  return test;
}

const reminders = (test: TestApp): string[] => test.standing(ROOM).map((message) => toPlain(message)).filter((text) => text.startsWith("Human Rights Council, 64th session: written statement"));

describe("a chat that is out", () => {
  it("brings the reminder in the morning, not in the night it comes back, and says that it is late", async () => {
    const test = await queueDuringOutage("2027-01-27T02:00:00Z", 17);
    test.clock.set("2027-01-27T19:00:00Z");
    await test.app.deliver(ROOM);
    expect(reminders(test)).toEqual([]);
    test.clock.set("2027-01-28T01:00:00Z");
    await test.app.deliver(ROOM);
    expect(reminders(test)).toHaveLength(1);
    expect(reminders(test)[0]).toContain("late");
  });

  it("never brings a reminder after its deadline", async () => {
    const test = await queueDuringOutage("2027-02-08T02:00:00Z", 4 * 24);
    test.clock.set("2027-02-12T04:00:00Z");
    for (let count = 0; count < 5; count += 1) await test.app.deliver(ROOM);
    expect(reminders(test)).toEqual([]);
    const waiting = await test.store.reading.selectFrom("posts").select("id").where("room", "=", ROOM).where("state", "in", ["pending", "sending"]).execute();
    expect(waiting).toEqual([]);
  });

  it("lists in the next digest what it never brought, once, and not what it brought late", async () => {
    const test = await queueDuringOutage("2027-02-08T02:00:00Z", 4 * 24);
    const digests = async (until: string): Promise<string[]> => {
      const before = test.standing(ROOM).length;
      while (test.clock.now() < Date.parse(until)) {
        test.clock.advance(12 * HOUR);
        await test.settle();
      }
      return test.standing(ROOM).slice(before).map((message) => toPlain(message)).filter((text) => text.includes("Passed without a reminder"));
    };
    test.clock.set("2027-02-12T04:00:00Z");
    const [digest, ...more] = await digests("2027-02-16T00:00:00Z");
    expect(digest).toMatch(/Passed without a reminder\n- HRC: written statement .*10 Feb 2027/);
    expect(more).toEqual([]);
    expect(await digests("2027-02-23T00:00:00Z")).toEqual([]);

    const late = await queueDuringOutage("2027-01-27T02:00:00Z", 17);
    late.clock.set("2027-01-28T01:00:00Z");
    await late.app.deliver(ROOM);
    late.clock.set("2027-02-16T02:00:00Z");
    await late.settle();
    expect(late.standing(ROOM).map((message) => toPlain(message)).join("\n")).not.toContain("Passed without a reminder");
  });
});
