/** Recurrence rules, held against the examples of RFC 5545 and against ical.js where that knows the rule. */
import fc from "fast-check";
import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import { dayNumber, dayOf } from "../../feeds/calendar/moments.ts";
import { expandRule, readRule } from "../../feeds/calendar/rule.ts";

const STEPS = 500_000;

/** The first starts of a rule, as `1997-09-02T09:00`. */
function startsOf(rule: string, start: string, most: number, years = 60): string[] {
  const read = readRule(rule);
  if (read === null) return [];
  const [day = "", time = ""] = start.split("T");
  const seconds = Number(time.slice(0, 2)) * 3_600 + Number(time.slice(3, 5)) * 60;
  const found: string[] = [];
  const from = dayNumber(day);
  for (const wall of expandRule(read, { day: from, seconds }, from + years * 366, { steps: STEPS })) {
    if (found.length === most) break;
    const at = wall.seconds ?? 0;
    found.push(`${dayOf(wall.day)}T${String(Math.floor(at / 3_600)).padStart(2, "0")}:${String(Math.floor(at / 60) % 60).padStart(2, "0")}`);
  }
  return found;
}

function daysOf(rule: string, start: string, most: number): string {
  return startsOf(rule, start, most).map((text) => text.slice(0, 10)).join(" ");
}

/** From RFC 5545, 3.8.5.3; all start on Tuesday 2 September 1997 at 9:00 unless they say otherwise. */
const EXAMPLES: [rule: string, start: string, days: string][] = [
  ["FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02", "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12"],
  ["FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02", "1997-09-02 1997-09-16 1997-09-30 1997-10-14"],
  ["FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09-02", "1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30 1997-10-02 1997-10-14 1997-10-16"],
  ["FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "1997-09-05", "1997-09-05 1997-10-03 1997-11-07 1997-12-05"],
  ["FREQ=MONTHLY;INTERVAL=2;COUNT=6;BYDAY=1SU,-1SU", "1997-09-07", "1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25"],
  ["FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22", "1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16"],
  ["FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28", "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26"],
  ["FREQ=MONTHLY;COUNT=5;BYMONTHDAY=1,-1", "1997-09-30", "1997-09-30 1997-10-01 1997-10-31 1997-11-01 1997-11-30"],
  ["FREQ=YEARLY;COUNT=4;BYMONTH=6,7", "1997-06-10", "1997-06-10 1997-07-10 1998-06-10 1998-07-10"],
  ["FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200", "1997-01-01", "1997-01-01 1997-04-10 1997-07-19 2000-01-01"],
  ["FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "1997-05-19 1998-05-18 1999-05-17"],
  ["FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12", "1997-05-12 1998-05-11 1999-05-17"],
  ["FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13", "1997-03-13 1997-03-20 1997-03-27 1998-03-05"],
  ["FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13", "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13"],
  ["FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05", "1996-11-05 2000-11-07 2004-11-02"],
  ["FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "1997-09-04 1997-10-07 1997-11-06"],
  ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29", "1997-09-29 1997-10-30 1997-11-27 1997-12-30"],
  ["FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"],
  ["FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"],
  ["FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15", "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30"],
  // Beyond the examples: the last working day of a year, a leap day, a rule that its start does not fit.
  ["FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-12-31", "2026-12-31 2027-12-31 2028-12-29"],
  ["FREQ=YEARLY", "2024-02-29", "2024-02-29 2028-02-29 2032-02-29"],
  ["FREQ=WEEKLY;BYDAY=TU;COUNT=3", "2027-03-01", "2027-03-01 2027-03-02 2027-03-09"],
];

describe("recurrence rules", () => {
  it.each(EXAMPLES)("follows %s from %s", (rule, start, days) => {
    expect(daysOf(rule, `${start}T09:00`, days.split(" ").length)).toBe(days);
  });

  it("counts hours and minutes", () => {
    expect(startsOf("FREQ=HOURLY;INTERVAL=3;COUNT=4", "1997-09-02T09:00", 9)).toEqual(["1997-09-02T09:00", "1997-09-02T12:00", "1997-09-02T15:00", "1997-09-02T18:00"]);
    expect(startsOf("FREQ=MINUTELY;INTERVAL=90;COUNT=4", "1997-09-02T09:00", 9)).toEqual(["1997-09-02T09:00", "1997-09-02T10:30", "1997-09-02T12:00", "1997-09-02T13:30"]);
    expect(startsOf("FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40;COUNT=7", "1997-09-02T09:00", 9).at(-1)).toBe("1997-09-03T09:00");
  });

  it("gives what ical.js gives, for rules that both know", () => {
    const weekdays = fc.uniqueArray(fc.constantFrom("MO", "TU", "WE", "TH", "FR", "SA", "SU"), { minLength: 1, maxLength: 3 });
    const rules = fc.oneof(
      fc.record({ frequency: fc.constantFrom("DAILY", "WEEKLY", "MONTHLY", "YEARLY"), interval: fc.integer({ min: 1, max: 5 }) })
        .map(({ frequency, interval }) => `FREQ=${frequency};INTERVAL=${interval}`),
      fc.tuple(fc.integer({ min: 1, max: 4 }), weekdays).map(([interval, days]) => `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${days.join(",")}`),
      fc.tuple(fc.constantFrom(1, 2, 3, 4, -1, -2), fc.constantFrom("MO", "WE", "FR")).map(([nth, day]) => `FREQ=MONTHLY;BYDAY=${nth}${day}`),
      fc.integer({ min: 1, max: 12 }).map((month) => `FREQ=YEARLY;BYMONTH=${month};BYDAY=-1SU`),
    );
    fc.assert(
      fc.property(rules, fc.integer({ min: 10_000, max: 25_000 }), (rule, number) => {
        const start = `${dayOf(number)}T09:00`;
        const iterator = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromData({ year: Number(start.slice(0, 4)), month: Number(start.slice(5, 7)), day: Number(start.slice(8, 10)), hour: 9 }));
        const theirs = Array.from({ length: 8 }, () => iterator.next()?.toString().slice(0, 16)).filter((text) => text !== undefined && text > start);
        // ical.js leaves out a start that does not fit its rule.
        const ours = startsOf(rule, start, 40).filter((text) => text > start);
        expect(ours.slice(0, theirs.length)).toEqual(theirs);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    "FREQ=SECONDLY",
    "FREQ=SECONDLY;COUNT=1000000000",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=3",
    "FREQ=YEARLY;INTERVAL=99999999;COUNT=99999999",
    "FREQ=SECONDLY;INTERVAL=86399;BYHOUR=3;BYDAY=-5MO",
    `FREQ=YEARLY;BYSETPOS=-1;BYSECOND=${Array.from({ length: 60 }, (_, index) => index).join(",")};BYMINUTE=${Array.from({ length: 60 }, (_, index) => index).join(",")};BYDAY=MO`,
  ])("ends for %s within its budget", (text) => {
    const rule = readRule(text);
    const budget = { steps: STEPS };
    let given = 0;
    if (rule !== null) for (const wall of expandRule(rule, { day: 20_000, seconds: 0 }, 20_000 + 36_525, budget)) given += wall.day < 0 ? 2 : 1;
    expect(rule).not.toBeNull();
    expect(given).toBeGreaterThan(0);
    expect(given).toBeLessThanOrEqual(STEPS);
  });

  it("takes a rule of which a part makes no sense for none", () => {
    expect([readRule("FREQ=FORTNIGHTLY"), readRule("BYDAY=MO"), readRule("FREQ=WEEKLY;BYDAY=XX"), readRule("")]).toEqual([null, null, null, null]);
    expect(readRule("freq=weekly;byday=mo, we;interval=0")).toMatchObject({ frequency: "WEEKLY", interval: 1, weekdays: [{ weekday: 1 }, { weekday: 3 }] });
  });
});
