import { afterEach, describe, expect, it } from "vitest";
import { takeDeadline } from "../../src/calendar/deadlines.ts";
import { digestAt } from "../../src/jobs/digest.ts";
import { toPlain } from "../../src/plain.ts";
import { digestContent, digestDeadlines, digestOf, isEmptyDigest, lookContent, lookOf } from "../../src/planning/digest.ts";
import { previewRoom } from "../../src/planning/reminders.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { HOUR, instantOf } from "../../src/time.ts";
import { testDirectory } from "../support/app.ts";
import { openPlanningApp, type PlanningApp } from "../support/planning-app.ts";
import { deadlineWith, hearingOf, roomWith } from "../support/planning.ts";

const ROOM = roomWith({ zone: "Europe/Zurich" });
const MONDAY = digestAt("2027-01-25", ROOM);
const ids = (entries: readonly { deadline: { id: string } }[]): string[] => entries.map((entry) => entry.deadline.id);

describe("a digest's lists", () => {
  const content = digestOf(
    [
      deadlineWith({ id: "due" }),
      deadlineWith({ id: "last-day", dueOn: "2027-03-22" }),
      deadlineWith({ id: "too-far", dueOn: "2027-03-23" }),
      deadlineWith({ id: "over", dueOn: "2027-01-24" }),
      deadlineWith({ id: "today-later", dueOn: "2027-01-25", dueTime: "18:00" }),
      deadlineWith({ id: "our-day", kind: "planning", confidence: "projected" }),
      deadlineWith({ id: "month", dueOn: "2027-03" }),
      deadlineWith({ id: "far-month", dueOn: "2027-04" }),
      deadlineWith({ id: "projected", confidence: "projected" }),
      deadlineWith({ id: "condition", onlyIf: "a session is announced", conditionMet: false }),
      deadlineWith({ id: "ecosoc", whoMay: "ecosoc" }),
      deadlineWith({ id: "states", whoMay: "states" }),
      deadlineWith({ id: "route", kind: "route" }),
      deadlineWith({ id: "note", kind: "note" }),
      deadlineWith({ id: "cancelled", status: "cancelled" }),
      deadlineWith({ id: "hidden" }),
      deadlineWith({ id: "ecosoc-planning", kind: "planning", whoMay: "ecosoc" }),
      deadlineWith({ id: "internal", kind: "internal", network: "anpud", whoMay: "ecosoc" }),
      deadlineWith({ id: "of-others", kind: "internal", network: "enpud" }),
    ],
    hearingOf(ROOM, { hidden: new Set(["hidden"]) }),
    MONDAY,
  );

  it("looks eight weeks ahead, nearest first", () => {
    expect([content.from, content.until]).toEqual(["2027-01-25", "2027-03-22"]);
    expect(ids(content.due)).toEqual(["today-later", "due", "internal", "last-day"]);
  });

  it("keeps our own planning days apart from what is due", () => {
    expect(ids(content.plan)).toEqual(["our-day"]);
  });

  it("says 'about' of months, projections and what must come true first", () => {
    expect(ids(content.about)).toEqual(["condition", "projected", "month"]);
  });

  it("gives the way round with what the network may not do", () => {
    expect(content.notForYou.map((entry) => [entry.deadline.id, entry.wayRoundKey])).toEqual([["ecosoc", "standing.ecosoc.no"], ["states", "standing.states"]]);
  });

  it("names nothing else, and each once", () => {
    expect(digestDeadlines(content)).toEqual(["condition", "due", "ecosoc", "internal", "last-day", "month", "our-day", "projected", "states", "today-later"]);
    expect(isEmptyDigest(content)).toBe(false);
    expect(isEmptyDigest(digestOf([deadlineWith({ kind: "route" })], hearingOf(ROOM), MONDAY))).toBe(true);
  });
});

describe("a look's list", () => {
  it("holds the months of the next nine that nobody has given a day", () => {
    const found = lookOf(
      [
        deadlineWith({ id: "now", dueOn: "2027-01" }), deadlineWith({ id: "last", dueOn: "2027-10" }), deadlineWith({ id: "too-far", dueOn: "2027-11" }),
        deadlineWith({ id: "day" }), deadlineWith({ id: "ours", kind: "planning", dueOn: "2027-03" }), deadlineWith({ id: "suspended", dueOn: "2027-03", status: "suspended" }),
      ],
      hearingOf(ROOM),
      "2027-01",
    );
    expect(found.map((deadline) => deadline.id)).toEqual(["now", "last"]);
  });
});

describe("a digest from the database", () => {
  const ANPUD: RoomAddress = "web:anpud";
  let app: PlanningApp;
  afterEach(() => app.close());
  const read = async (day: string) => {
    const room = await app.room(ANPUD);
    return digestContent(app.store.reading, room, testDirectory, digestAt(day, room));
  };

  it("marks as new what came since the digest before, and nothing in a room's first", async () => {
    app = await openPlanningApp([ANPUD], { now: "2027-01-05T12:00:00Z" });
    await app.add("Early", "2027-02-20");
    expect((await read("2027-01-11")).due.map((entry) => entry.isNew)).toEqual([false]);
    await app.run("2027-01-12T12:00:00Z", 12 * HOUR);
    await app.add("Late", "2027-02-21");
    expect((await read("2027-01-18")).due.map((entry) => [entry.deadline.id, entry.isNew])).toEqual([["hrc-early", false], ["hrc-late", true]]);
    await app.run("2027-01-19T12:00:00Z", 12 * HOUR);
    expect((await read("2027-01-25")).due.map((entry) => entry.isNew)).toEqual([false, false]);
  });

  it("marks what moved with the date of the digest before, however often it moved since", async () => {
    app = await openPlanningApp([ANPUD], { now: "2027-01-05T12:00:00Z" });
    const id = await app.add("Statement", "2027-02-20");
    await app.run("2027-01-12T12:00:00Z", 12 * HOUR);
    await app.move(id, "2027-02-24");
    await app.move(id, "2027-02-26");
    expect((await read("2027-01-18")).due.map((entry) => entry.movedFrom?.on)).toEqual(["2027-02-20"]);
    expect((await read("2027-01-25")).due.map((entry) => entry.movedFrom)).toEqual([null]);
  });

  it("lists what passed unsaid for one week, but not what another lead had reached", async () => {
    app = await openPlanningApp([ANPUD], { now: "2027-01-05T12:00:00Z" });
    await app.add("Never said", "2027-01-20");
    app.clock.set(instantOf("2027-01-21", "12:00", "Asia/Bangkok"));
    await app.add("Said once", "2027-02-10");
    await app.run("2027-01-28T00:00:00Z", 12 * HOUR);
    expect(ids((await read("2027-01-25")).passed)).toEqual(["hrc-never-said"]);
    app.clock.set("2027-02-12T12:00:00Z");
    await app.settle();
    expect(ids((await read("2027-02-15")).passed)).toEqual([]);
  });

  it("reads the same months for the look", async () => {
    app = await openPlanningApp([ANPUD], { now: "2027-01-05T12:00:00Z" });
    await app.add("Only a month", "2027-06");
    const id = await app.add("A day", "2027-06-05");
    await app.store.write((trx) => takeDeadline(trx, id, "anpud", app.clock.now()));
    const found = await lookContent(app.store.reading, await app.room(ANPUD), testDirectory, "2027-01");
    expect(found.map((deadline) => deadline.id)).toEqual(["hrc-only-a-month"]);
  });

  it("says in the look what the preview foretold, and posts none where the preview has none", async () => {
    app = await openPlanningApp([ANPUD], { now: "2027-01-05T12:00:00Z" });
    await app.add("Too far", "2027-12");
    await app.add("At the edge", "2027-11");
    const end = Date.parse("2027-02-28T00:00:00Z");
    const foretold = async () =>
      (await previewRoom(app.store.reading, await app.room(ANPUD), testDirectory, app.clock.now(), end)).filter((post) => post.kind === "look").map((post) => post.deadlines);
    const looks = () => app.standing(ANPUD).map((message) => toPlain(message)).filter((text) => text.includes("Please look at these pages"));
    expect(await foretold()).toEqual([["hrc-at-the-edge"]]);
    await app.run("2027-01-31T00:00:00Z", 12 * HOUR);
    expect(looks()).toEqual([]);
    await app.run("2027-02-28T00:00:00Z", 12 * HOUR);
    expect(looks()).toHaveLength(1);
    expect(looks()[0]).toContain("At the edge");
    expect(looks()[0]).not.toContain("Too far");
  });
});
