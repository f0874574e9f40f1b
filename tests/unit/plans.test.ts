import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Deadline } from "../../src/calendar/deadline-row.ts";
import { nextDigest } from "../../src/jobs/digest.ts";
import { nextLook } from "../../src/jobs/look.ts";
import { planObservance } from "../../src/jobs/observances.ts";
import { planQuestion } from "../../src/jobs/question.ts";
import { firstWorkingWeekday, isAwakeAt, isOpenAt, isWakingTime, isWorkingDay, landAfter, landBefore, landOnDay, postingTime } from "../../src/planning/hours.ts";
import { NOTHING_LAID, planDeadline, type PlannedLead, readReminder, reminderOccasion, whySilent } from "../../src/planning/plans.ts";
import type { Room } from "../../src/rooms/rooms.ts";
import { addDays, addDuration, DAY, HOUR, instantOf, isTimed, MINUTE, negateDuration, overAt, roughLength, wallOf } from "../../src/time.ts";
import { deadlineWith, hearingOf, roomWith } from "../support/planning.ts";

const NOVEMBER = Date.parse("2026-11-20T12:00:00Z");

function laid(deadline: Deadline, room: Room, now = NOVEMBER): PlannedLead[] {
  return planDeadline(deadline, room, now).filter((plan) => plan.skipped === null);
}
/** `P14D 2027-01-27 09:00`, on the room's own clock. */
function lines(plans: readonly PlannedLead[]): string[] {
  return plans.map((plan) => `${plan.lead} ${plan.wallOn} ${plan.wallTime}`);
}

describe("the ladder of a deadline", () => {
  it("has two posts, two weeks and two days before, at nine on the room's own clock", () => {
    const room = roomWith();
    const plans = laid(deadlineWith(), room);
    expect(lines(plans)).toEqual(["P14D 2027-01-27 09:00", "P2D 2027-02-08 09:00"]);
    expect(plans.map((plan) => plan.plannedAt)).toEqual([instantOf("2027-01-27", "09:00", room.zone), instantOf("2027-02-08", "09:00", room.zone)]);
  });

  it("counts from the calendar day in the official zone, wherever the room is", () => {
    const late = deadlineWith({ dueTime: "23:30", zone: "America/New_York" });
    // 23:30 in New York is already the 11th in Bangkok.
    expect(lines(laid(late, roomWith()))).toEqual(["P14D 2027-01-27 09:00", "P2D 2027-02-08 09:00"]);
  });

  it("moves back to the last working day before", () => {
    const friday = deadlineWith({ dueOn: "2027-02-16" });
    expect(lines(laid(friday, roomWith()))).toEqual(["P14D 2027-02-02 09:00", "P2D 2027-02-12 09:00"]);
  });

  it("takes Friday and Saturday for the days off where they are", () => {
    const cairo = roomWith({ zone: "Africa/Cairo", workingWeek: [7, 1, 2, 3, 4] });
    const sunday = deadlineWith({ dueOn: "2027-02-14" });
    expect(lines(laid(sunday, cairo))).toEqual(["P14D 2027-01-31 09:00", "P2D 2027-02-11 09:00"]);
  });

  it("is short for what became known less than two weeks before", () => {
    const room = roomWith({ zone: "Europe/Zurich" });
    const known = instantOf("2027-02-01", "10:00", room.zone);
    expect(lines(laid(deadlineWith({ dueTime: "18:00" }), room, known))).toEqual(["P2D 2027-02-08 09:00", "PT2H 2027-02-10 16:00"]);
    // Without an hour the day ends at midnight, when the room sleeps: an hour before its evening ends.
    expect(lines(laid(deadlineWith(), room, known))).toEqual(["P2D 2027-02-08 09:00", "PT2H 2027-02-10 20:00"]);
  });

  it("stays long once it was begun", () => {
    const now = instantOf("2027-02-01", "10:00", "Europe/Zurich");
    const begun = planDeadline(deadlineWith(), roomWith(), now, { leads: new Set(["P14D", "P2D"]), told: true });
    expect(begun.map((plan) => [plan.lead, plan.skipped])).toEqual([["P14D", "past"], ["P2D", null]]);
  });

  it("tells a room at once what it learns of in the last two days, in its waking hours", () => {
    const room = roomWith({ zone: "Europe/Zurich" });
    const night = instantOf("2027-02-09", "23:10", room.zone);
    expect(lines(laid(deadlineWith({ dueTime: "18:00" }), room, night))).toEqual(["P2D 2027-02-10 08:00", "PT2H 2027-02-10 16:00"]);
    const told = planDeadline(deadlineWith({ dueTime: "18:00" }), room, night, { leads: new Set(), told: true });
    expect(lines(told.filter((plan) => plan.skipped === null))).toEqual(["PT2H 2027-02-10 16:00"]);
  });

  it("collapses a lead that lands on or before the one ahead of it", () => {
    const room = roomWith({ ladder: { deadline: ["P3D", "P2D", "P1D"] } });
    // Monday: three, two and one day before all fall on Friday.
    const monday = planDeadline(deadlineWith({ dueOn: "2027-02-15" }), room, NOVEMBER);
    expect(monday.map((plan) => [plan.lead, plan.wallOn, plan.skipped])).toEqual([
      ["P3D", "2027-02-12", null], ["P2D", "2027-02-12", "collapsed"], ["P1D", "2027-02-12", "collapsed"],
    ]);
  });

  it("follows the room's own ladder, and ignores what is no lead", () => {
    const room = roomWith({ ladder: { deadline: ["P2D", "soon", "P56D", "-P3D", "P14D"] } });
    expect(laid(deadlineWith(), room).map((plan) => plan.lead)).toEqual(["P56D", "P14D", "P2D"]);
  });

  it("says of an opening just before its moment", () => {
    const room = roomWith({ zone: "Europe/Zurich" });
    expect(lines(laid(deadlineWith({ kind: "opening" }), room))).toEqual(["P1D 2027-02-09 09:00"]);
    expect(lines(laid(deadlineWith({ kind: "opening", dueTime: "14:00" }), room))).toEqual(["PT1H 2027-02-10 13:00"]);
  });

  it("is useful late by a third of a long lead, and to the end of a short one", () => {
    const deadline = deadlineWith({ dueTime: "18:00" });
    const [far, near] = laid(deadline, roomWith());
    expect((far?.usefulUntil ?? 0) - (far?.plannedAt ?? 0)).toBe(5 * DAY);
    expect(near?.usefulUntil).toBe(deadline.overAt);
    const [opening] = laid(deadlineWith({ kind: "opening", dueTime: "14:00" }), roomWith());
    expect(opening?.usefulUntil).toBe(overAt("2027-02-10", null, "Europe/Zurich"));
  });

  it("has no step for what is known to the month or not at all", () => {
    expect(planDeadline(deadlineWith({ dueOn: "2027-03" }), roomWith(), NOVEMBER)).toEqual([]);
    expect(planDeadline(deadlineWith({ dueOn: null }), roomWith(), NOVEMBER)).toEqual([]);
  });
});

describe("what is never posted by itself", () => {
  const silence = (more: Partial<Deadline>, standing: "yes" | "no" | "partner" | "unknown" = "no") => whySilent(deadlineWith(more), hearingOf(roomWith(), { standing }));

  it("reminds of deadlines, openings and internal ones", () => {
    expect(silence({})).toBeNull();
    expect(silence({ kind: "opening" })).toBeNull();
    expect(silence({ kind: "internal", network: "anpud", whoMay: "ecosoc" })).toBeNull();
  });

  it.each([
    ["a planning day", { kind: "planning" }, "digest_only"],
    ["a note", { kind: "note" }, "digest_only"],
    ["a route", { kind: "route" }, "digest_only"],
    ["a month", { dueOn: "2027-03" }, "digest_only"],
    ["our own projection", { confidence: "projected" }, "digest_only"],
    ["a projected day", { status: "projected" }, "digest_only"],
    ["what only States may do", { whoMay: "states" }, "digest_only"],
    ["what only the person may do", { whoMay: "person" }, "digest_only"],
    ["what needs observer status", { whoMay: "observer" }, "digest_only"],
    ["what needs official relations", { whoMay: "relations" }, "digest_only"],
    ["what was cancelled", { status: "cancelled" }, "called_off"],
    ["what was suspended", { status: "suspended" }, "called_off"],
    ["a condition that nobody has confirmed", { onlyIf: "a session is announced", conditionMet: false }, "condition"],
  ] satisfies [string, Partial<Deadline>, string][])("keeps %s out", (_what, more, reason) => {
    expect(silence(more)).toBe(reason);
  });

  it("reminds of ECOSOC deadlines unless the network has no status", () => {
    expect((["yes", "partner", "unknown"] as const).map((standing) => silence({ whoMay: "ecosoc" }, standing))).toEqual([null, null, null]);
    expect(silence({ whoMay: "ecosoc" }, "no")).toBe("digest_only");
  });

  it("keeps out what the room hid or does not follow", () => {
    const room = roomWith({ follow: { mechanisms: ["upr"], countries: [], programmes: [], topics: [], kinds: [] } });
    expect(whySilent(deadlineWith(), hearingOf(room))).toBe("not_followed");
    expect(whySilent(deadlineWith(), hearingOf(roomWith(), { hidden: new Set(["hrc-64-written-statement"]) }))).toBe("hidden");
    expect(whySilent(deadlineWith({ id: "a", family: "f" }), hearingOf(roomWith(), { hidden: new Set(["f"]) }))).toBe("hidden");
  });
});

const ZONES = [
  "Asia/Kathmandu", "Europe/Zurich", "America/New_York", "Africa/Cairo", "Asia/Bangkok", "America/Lima", "Africa/Lagos", "Pacific/Fiji",
  "Australia/Lord_Howe", "Pacific/Kiritimati", "Africa/Casablanca", "America/Vancouver", "Pacific/Honolulu", "Asia/Gaza",
];
const times = fc.integer({ min: 0, max: 95 }).map((quarter) => `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`);
const rooms = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    wakingFrom: times,
    wakingUntil: times,
    workingWeek: fc.constantFrom<number[]>([1, 2, 3, 4, 5], [7, 1, 2, 3, 4], [6, 7, 1, 2, 3], [1, 3, 5], [2], [1, 2, 3, 4, 5, 6, 7]),
    ladder: fc.constantFrom<Room["ladder"]>(null, { deadline: ["P56D", "P14D", "P7D", "P2D", "PT12H", "PT2H"] }, { deadline: ["P1M", "P0D"] }),
  })
  .map((room): Room => roomWith(room));
const deadlines = fc
  .record({
    dueOn: fc.integer({ min: 0, max: 700 }).map((days) => addDays("2026-12-01", days)),
    dueTime: fc.option(times),
    zone: fc.constantFrom(...ZONES),
    kind: fc.constantFrom("deadline", "opening", "internal"),
  } as const)
  .map((deadline): Deadline => deadlineWith(deadline));
/** How long before the end the deadline became known. */
const notice = fc.integer({ min: 1, max: 120 * 24 * 60 }).map((minutes) => minutes * MINUTE);

describe("every plan, whatever the room and the deadline", () => {
  const runs = { numRuns: 3_000 };

  it("lands in waking hours on a working day, before the deadline, and never later than its lead", () => {
    fc.assert(
      fc.property(rooms, deadlines, notice, (room, deadline, ahead) => {
        const end = deadline.overAt ?? 0;
        const now = end - ahead;
        for (const plan of laid(deadline, room, now)) {
          expect(plan.plannedAt).toBeGreaterThanOrEqual(now);
          expect(plan.plannedAt).toBeLessThan(end);
          expect(isAwakeAt(room, plan.plannedAt)).toBe(true);
          expect(wallOf(plan.plannedAt, room.zone)).toMatchObject({ on: plan.wallOn, time: plan.wallTime });
          const lead = isTimed(plan.lead)
            ? end - roughLength(plan.lead)
            : instantOf(addDuration(deadline.dueOn ?? "", negateDuration(plan.lead)), postingTime(room), room.zone);
          const landed = isTimed(plan.lead) ? landBefore(room, lead) : landOnDay(room, wallOf(lead, room.zone).on);
          // Told at once is the one exception: what is learned after its own last lead, on a day off too.
          if (plan.plannedAt !== landed?.at) expect(landed?.at).toBeLessThan(now);
          else {
            expect(plan.plannedAt).toBeLessThanOrEqual(lead);
            expect(isWorkingDay(room, plan.wallOn)).toBe(true);
          }
        }
      }),
      runs,
    );
  });

  it("is useful from its time on, and not after the deadline's day", () => {
    fc.assert(
      fc.property(rooms, deadlines, notice, (room, deadline, ahead) => {
        for (const plan of laid(deadline, room, (deadline.overAt ?? 0) - ahead)) {
          expect(plan.usefulUntil).toBeGreaterThan(plan.plannedAt);
          expect(plan.usefulUntil).toBeLessThanOrEqual(overAt(deadline.dueOn ?? "", null, deadline.zone));
        }
      }),
      runs,
    );
  });

  it("comes in order, each lead once, and the same each time it is asked", () => {
    fc.assert(
      fc.property(rooms, deadlines, notice, (room, deadline, ahead) => {
        const now = (deadline.overAt ?? 0) - ahead;
        const plans = laid(deadline, room, now);
        expect(plans.map((plan) => plan.plannedAt)).toEqual([...new Set(plans.map((plan) => plan.plannedAt))].sort((a, b) => a - b));
        expect(new Set(plans.map((plan) => plan.lead)).size).toBe(plans.length);
        expect(planDeadline(deadline, room, now, NOTHING_LAID)).toEqual(planDeadline(deadline, room, now));
      }),
      runs,
    );
  });

  it("gains no lead when it is laid again later", () => {
    fc.assert(
      fc.property(rooms, deadlines, notice, fc.double({ min: 0, max: 1, noNaN: true }), (room, deadline, ahead, share) => {
        const end = deadline.overAt ?? 0;
        const first = new Set(laid(deadline, room, end - ahead).map((plan) => plan.lead));
        fc.pre(first.size > 0);
        const again = planDeadline(deadline, room, end - Math.round(ahead * share), { leads: first, told: false });
        for (const plan of again.filter((step) => step.skipped === null)) expect([...first]).toContain(plan.lead);
      }),
      runs,
    );
  });

  it("gives a reason for each step that is not laid", () => {
    fc.assert(
      fc.property(rooms, deadlines, notice, (room, deadline, ahead) => {
        const steps = planDeadline(deadline, room, (deadline.overAt ?? 0) - ahead);
        expect(steps.length).toBeGreaterThan(0);
        for (const step of steps) expect([null, "past", "over", "collapsed", "quiet"]).toContain(step.skipped);
      }),
      runs,
    );
  });
});

describe("a room's hours", () => {
  it("may pass midnight, and equal ends mean the whole day", () => {
    const night = roomWith({ wakingFrom: "20:00", wakingUntil: "04:00" });
    expect(["19:59", "20:00", "23:30", "03:59", "04:00"].map((time) => isWakingTime(night, time))).toEqual([false, true, true, true, false]);
    expect(isWakingTime(roomWith({ wakingFrom: "06:00", wakingUntil: "06:00" }), "03:00")).toBe(true);
    expect(postingTime(night)).toBe("20:00");
    expect(postingTime(roomWith({ wakingFrom: "10:00" }))).toBe("10:00");
    expect(postingTime(roomWith())).toBe("09:00");
  });

  it("finds an open moment before and after any instant, and none in between is skipped", () => {
    fc.assert(
      fc.property(rooms, fc.integer({ min: 0, max: 700 * 24 * 60 }), (room, minutes) => {
        const at = NOVEMBER + minutes * MINUTE;
        const [before, after] = [landBefore(room, at), landAfter(room, at)];
        for (const found of [before, after]) if (found !== null) expect(isOpenAt(room, found.at)).toBe(true);
        expect(before?.at ?? at).toBeLessThanOrEqual(at);
        expect(after?.at ?? at).toBeGreaterThanOrEqual(at);
        for (let step = at; step < (after?.at ?? 0); step += 15 * MINUTE) expect(isOpenAt(room, step)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it("begins the week after the days off", () => {
    const weeks: [number[], number][] = [[[1, 2, 3, 4, 5], 1], [[7, 1, 2, 3, 4], 7], [[6, 7, 1, 2, 3], 6], [[1, 2, 3, 4, 5, 6, 7], 1], [[], 1], [[1, 2, 4, 5], 1], [[3], 3]];
    for (const [workingWeek, first] of weeks) expect(firstWorkingWeekday(roomWith({ workingWeek }))).toBe(first);
  });

  it("puts off nothing to a day that does not exist there", () => {
    // Samoa went from Thursday 29 to Saturday 31 December 2011.
    const apia = roomWith({ zone: "Pacific/Apia" });
    expect(landOnDay(apia, "2011-12-30")?.on).toBe("2011-12-29");
  });
});

describe("what returns", () => {
  it("brings the digest on the first working day of each week at nine", () => {
    const cairo = roomWith({ zone: "Africa/Cairo", workingWeek: [7, 1, 2, 3, 4] });
    let at = NOVEMBER;
    const days: string[] = [];
    for (let week = 0; week < 30; week += 1) {
      const next = nextDigest(cairo, at);
      expect(next).not.toBeNull();
      at = next?.at ?? at;
      days.push(wallOf(at, cairo.zone).on);
      expect(wallOf(at, cairo.zone)).toMatchObject({ weekday: 7, time: "09:00" });
    }
    expect(days.slice(0, 2)).toEqual(["2026-11-22", "2026-11-29"]);
    expect(new Set(days).size).toBe(30);
  });

  it("asks for a look on the first working day of each month", () => {
    const room = roomWith({ zone: "Europe/Zurich" });
    const days: string[] = [];
    for (let at = NOVEMBER; days.length < 4; ) {
      const next = nextLook(room, at);
      at = next?.at ?? Number.POSITIVE_INFINITY;
      days.push(next?.on ?? "");
    }
    expect(days).toEqual(["2026-12-01", "2027-01-01", "2027-02-01", "2027-03-01"]);
  });

  it("marks a day on the day itself, also on a day off", () => {
    // 26 June 2027 is a Saturday.
    expect(planObservance("2027-06-26", roomWith())).toMatchObject({ on: "2027-06-26", time: "09:00" });
  });

  it("asks coordination three working days before, and nobody else", () => {
    const coordination = roomWith({ address: "web:coordination", network: "coordination", zone: "Europe/Zurich" });
    expect(planQuestion(deadlineWith(), coordination)).toMatchObject({ on: "2027-02-05", time: "09:00" });
    expect(planQuestion(deadlineWith(), roomWith())).toBeNull();
    for (const more of [{ kind: "opening" }, { whoMay: "states" }, { status: "cancelled" }, { confidence: "projected" }, { dueOn: "2027-03" }] satisfies Partial<Deadline>[]) {
      expect(planQuestion(deadlineWith(more), coordination)).toBeNull();
    }
  });

  it("names its occasion so that it can be read again", () => {
    expect(readReminder(reminderOccasion("P14D", "2027-02-10"))).toEqual({ lead: "P14D", dueOn: "2027-02-10" });
    expect(readReminder("moved:3")).toBeNull();
    expect(HOUR).toBe(3_600_000);
  });
});
