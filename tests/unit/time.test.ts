import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { speak } from "../../src/i18n.ts";
import { LANGUAGES } from "../../src/message.ts";
import {
  addDays, addDuration, DAY, daysBetween, endOfDay, endOfMonth, formatDistance, formatMoment, HOUR, instantOf, isDay, isDuration, isTime, isZone,
  mondayOf, negateDuration, overAt, precisionOf, roughLength, shiftInstant, startOfDay, wallOf, weekdayOf,
} from "../../src/time.ts";

const utc = (text: string): number => Date.parse(text);

/** Wall time, zone, instant; from the IANA rules of 2026. */
const CLOCKS: [what: string, day: string, time: string, zone: string, instant: string][] = [
  ["a usual winter day", "2027-02-10", "18:00", "Europe/Zurich", "2027-02-10T17:00:00Z"],
  ["a usual summer day", "2027-06-14", "09:00", "Europe/Zurich", "2027-06-14T07:00:00Z"],
  ["a time skipped in spring becomes the one after", "2027-03-28", "02:30", "Europe/Zurich", "2027-03-28T01:30:00Z"],
  ["a time skipped in New York", "2027-03-14", "02:30", "America/New_York", "2027-03-14T07:30:00Z"],
  ["a time that occurs twice is the first", "2026-10-25", "02:30", "Europe/Zurich", "2026-10-25T00:30:00Z"],
  ["a time that occurs twice in New York", "2026-11-01", "01:30", "America/New_York", "2026-11-01T05:30:00Z"],
  ["the hour after the one that occurs twice", "2026-10-25", "03:00", "Europe/Zurich", "2026-10-25T02:00:00Z"],
  ["Nepal is 5:45 ahead", "2027-02-10", "09:00", "Asia/Kathmandu", "2027-02-10T03:15:00Z"],
  ["Lord Howe is 11 hours ahead in summer", "2027-02-10", "09:00", "Australia/Lord_Howe", "2027-02-09T22:00:00Z"],
  ["Lord Howe is 10:30 ahead in winter", "2027-07-10", "09:00", "Australia/Lord_Howe", "2027-07-09T22:30:00Z"],
  ["half an hour skipped on Lord Howe", "2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00Z"],
  ["half an hour twice on Lord Howe is the first", "2027-04-04", "01:45", "Australia/Lord_Howe", "2027-04-03T14:45:00Z"],
  ["Chatham is 13:45 ahead in summer", "2027-02-10", "09:00", "Pacific/Chatham", "2027-02-09T19:15:00Z"],
  ["India is 5:30 ahead", "2027-02-10", "09:00", "Asia/Kolkata", "2027-02-10T03:30:00Z"],
  ["Kiritimati is a day ahead of Hawaii", "2027-02-10", "09:00", "Pacific/Kiritimati", "2027-02-09T19:00:00Z"],
  ["Hawaii at the same wall time", "2027-02-10", "09:00", "Pacific/Honolulu", "2027-02-10T19:00:00Z"],
  ["a day Samoa never had becomes the next", "2011-12-30", "12:00", "Pacific/Apia", "2011-12-30T22:00:00Z"],
  ["midnight skipped in Cairo becomes one o'clock", "2027-04-30", "00:00", "Africa/Cairo", "2027-04-29T22:00:00Z"],
  ["the end of a day is the next midnight", "2027-02-10", "24:00", "Europe/Zurich", "2027-02-10T23:00:00Z"],
  // Since September 2026 Morocco keeps UTC all year; older rules give 08:00Z.
  ["Casablanca under the rules of 2026", "2026-12-01", "09:00", "Africa/Casablanca", "2026-12-01T09:00:00Z"],
  // British Columbia stays on summer time; older rules give 17:00Z.
  ["Vancouver under the rules of 2026", "2026-12-01", "09:00", "America/Vancouver", "2026-12-01T16:00:00Z"],
];

describe("wall clocks", () => {
  it.each(CLOCKS)("knows %s", (_what, day, time, zone, instant) => {
    expect(new Date(instantOf(day, time, zone)).toISOString()).toBe(new Date(utc(instant)).toISOString());
  });

  it("gives the wall time back wherever it exists once", () => {
    for (const [, day, time, zone, instant] of CLOCKS.filter(([what]) => !/skipped|never|end of a day/.test(what))) {
      expect(wallOf(utc(instant), zone)).toMatchObject({ on: day, time });
    }
  });

  it("says the same as the runtime's own calendar at every hour of a year, in zones that change at odd times", () => {
    const zones = ["Europe/Zurich", "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo", "America/Vancouver", "Asia/Kathmandu", "America/Havana", "Asia/Gaza"];
    for (const zone of zones) {
      const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
      for (let at = utc("2026-01-01T00:30:00Z"); at < utc("2027-01-01T00:00:00Z"); at += HOUR) {
        const { on, time } = wallOf(at, zone);
        expect(`${on} ${time}`).toBe(format.format(at));
        // Going back gives this instant, or the first of two that show the same.
        const back = instantOf(on, time, zone);
        expect(back === at || (back < at && at - back <= 2 * HOUR)).toBe(true);
      }
    }
  });

  it("moves a skipped time forward and never back", () => {
    const zones = fc.constantFrom("Europe/Zurich", "Australia/Lord_Howe", "America/New_York", "Africa/Cairo", "Pacific/Apia", "Asia/Kathmandu");
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 18_000 }), fc.integer({ min: 0, max: 1439 }), (zone, offset, minute) => {
        const on = addDays("1990-01-01", offset);
        const time = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
        const wall = wallOf(instantOf(on, time, zone), zone);
        expect(`${wall.on} ${wall.time}` >= `${on} ${time}`).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("ends days and months at midnight of the official zone, however long they are", () => {
    expect(endOfDay("2027-03-28", "Europe/Zurich") - startOfDay("2027-03-28", "Europe/Zurich")).toBe(23 * HOUR);
    expect(endOfDay("2026-10-25", "Europe/Zurich") - startOfDay("2026-10-25", "Europe/Zurich")).toBe(25 * HOUR);
    expect(endOfDay("2027-04-04", "Australia/Lord_Howe") - startOfDay("2027-04-04", "Australia/Lord_Howe")).toBe(24.5 * HOUR);
    expect(endOfMonth("2027-02", "Europe/Zurich")).toBe(utc("2027-02-28T23:00:00Z"));
    expect(overAt("2027-02-10", null, "Europe/Zurich")).toBe(utc("2027-02-10T23:00:00Z"));
    expect(overAt("2027-02-10", "18:00", "Europe/Zurich")).toBe(utc("2027-02-10T17:00:00Z"));
    expect(overAt("2027-02", null, "America/New_York")).toBe(utc("2027-03-01T05:00:00Z"));
    expect(overAt("2027", null, "UTC")).toBe(utc("2028-01-01T00:00:00Z"));
  });
});

describe("days and durations", () => {
  it("knows days from what only looks like one", () => {
    expect(["2027-02-28", "2028-02-29"].every(isDay)).toBe(true);
    expect(["2027-02-29", "2027-02-30", "2027-13-01", "2027-00-10", "27-02-10", "2027-2-1", "2027-02-10T00:00", ""].some(isDay)).toBe(false);
    expect(["2027-02-10", "2027-02", "2027"].map(precisionOf)).toEqual(["day", "month", "year"]);
    expect(() => precisionOf("soon")).toThrow(RangeError);
    expect(["00:00", "23:59", "24:00"].every(isTime)).toBe(true);
    expect(["24:01", "9:00", "12:60"].some(isTime)).toBe(false);
  });

  it("counts days and weekdays as a calendar does", () => {
    fc.assert(
      fc.property(fc.integer({ min: -20_000, max: 40_000 }), fc.integer({ min: -400, max: 400 }), (offset, count) => {
        const day = addDays("2000-01-01", offset);
        const at = utc(`${day}T00:00:00Z`);
        expect(at).toBe(utc("2000-01-01T00:00:00Z") + offset * DAY);
        expect(weekdayOf(day)).toBe(new Date(at).getUTCDay() || 7);
        expect(daysBetween(day, addDays(day, count))).toBe(count);
      }),
    );
    expect(mondayOf("2026-11-22")).toBe("2026-11-16");
    expect(mondayOf("2026-11-16")).toBe("2026-11-16");
  });

  it("moves a day by days, weeks, months and whole days of hours", () => {
    expect(addDuration("2027-02-24", "-P14D")).toBe("2027-02-10");
    expect(addDuration("2027-02-24", "-P8W")).toBe("2026-12-30");
    expect(addDuration("2027-03-31", "-P1M")).toBe("2027-02-28");
    expect(addDuration("2027-02-24", "P0D")).toBe("2027-02-24");
    expect(addDuration("2027-02-24", "-PT24H")).toBe("2027-02-23");
    expect(() => addDuration("2027-02-24", "-PT5H")).toThrow(RangeError);
  });

  it("gives a month for a month, the earliest it can be", () => {
    expect(addDuration("2027-11", "-P221D")).toBe("2027-03");
    expect(addDuration("2027-02", "-P14D")).toBe("2027-01");
    expect(addDuration("2027-11", "P4M")).toBe("2028-03");
  });

  it("moves an instant by hours and minutes only", () => {
    expect(shiftInstant(10 * HOUR, "-PT2H")).toBe(8 * HOUR);
    expect(shiftInstant(0, "PT90M")).toBe(1.5 * HOUR);
    expect(() => shiftInstant(0, "P1D")).toThrow(RangeError);
  });

  it("orders durations and turns them round", () => {
    expect(negateDuration("P14D")).toBe("-P14D");
    expect(negateDuration("-PT2H")).toBe("PT2H");
    expect(["PT2H", "P14D", "P1M", "P2D"].sort((a, b) => roughLength(b) - roughLength(a))).toEqual(["P1M", "P14D", "P2D", "PT2H"]);
    expect(["P14D", "-P8W", "PT2H", "P1M"].every(isDuration)).toBe(true);
    expect(["14D", "--12-01", "", "P"].some(isDuration)).toBe(false);
  });

  it("takes names of zones, and no bare offsets", () => {
    expect(["Europe/Zurich", "UTC", "America/Argentina/Buenos_Aires"].every(isZone)).toBe(true);
    expect(["Mars/Olympus", "+05:00", "", "europe zurich", "../etc"].some(isZone)).toBe(false);
  });
});

describe("time in words", () => {
  const say = speak("en");
  const zone = "Europe/Zurich";
  const now = instantOf("2027-01-27", "09:00", zone);

  it("shows a moment, a day and a month as they are known", () => {
    expect(formatMoment(instantOf("2027-02-10", "18:00", zone), zone, "en")).toBe("Wed 10 Feb 2027, 18:00");
    expect(formatMoment("2027-02-10", zone, "en")).toBe("Wed 10 Feb 2027");
    expect(formatMoment("2027-02-10", zone, "en", { weekday: false, year: false })).toBe("10 Feb");
    expect(formatMoment("2027-02", zone, "en")).toBe("February 2027");
    expect(formatMoment("2027", zone, "en")).toBe("2027");
    expect(formatMoment("2027-02-10", "Pacific/Honolulu", "fr")).toContain("10 févr. 2027");
    expect(formatMoment("2027-03-01", zone, "fr")).toBe("lun. 1er mars 2027");
    expect(formatMoment("2027-03-01", zone, "fr", { weekday: false, year: false })).toBe("1er mars");
    expect(formatMoment("2027-03-21", zone, "fr", { weekday: false })).toBe("21 mars 2027");
  });

  it("uses Western digits and the Gregorian calendar in every language", () => {
    for (const language of LANGUAGES) expect(formatMoment("2027-02-10", zone, language)).toMatch(/10.*2027/);
  });

  it.each([
    ["2027-01-27", "today"], ["2027-01-28", "tomorrow"], ["2027-01-26", "yesterday"], ["2027-02-01", "in 5 days"], ["2027-02-09", "in 13 days"],
    ["2027-02-10", "in 2 weeks"], ["2027-02-11", "in 15 days"], ["2027-02-19", "in 3 weeks"], ["2027-03-28", "in 8 weeks"], ["2027-04-10", "in 2 months"],
    ["2027-01-15", "12 days ago"], ["2027-05", "about May 2027"],
  ])("says how far %s is: %s", (to, words) => {
    expect(formatDistance(now, to, zone, say)).toBe(words);
  });

  it("counts hours and minutes within a day, and calendar days beyond", () => {
    expect(formatDistance(now, now + 3 * HOUR, zone, say)).toBe("in 3 hours");
    expect(formatDistance(now, now + HOUR, zone, say)).toBe("in 1 hour");
    expect(formatDistance(now, now - 40 * 60_000, zone, say)).toBe("40 minutes ago");
    expect(formatDistance(now, now, zone, say)).toBe("now");
    expect(formatDistance(now, now + 30 * HOUR, zone, say)).toBe("tomorrow");
    // The same instant is another day elsewhere.
    expect(formatDistance(utc("2027-01-27T20:00:00Z"), "2027-01-28", "Asia/Bangkok", say)).toBe("today");
  });

  it("has every distance in each language", () => {
    for (const language of LANGUAGES) {
      for (const to of ["2027-01-27", "2027-01-28", "2027-02-01", "2027-02-10", "2027-05-10", "2027-05", "2027-01-15"]) {
        expect(formatDistance(now, to, zone, speak(language))).not.toMatch(/distance\.|[{}]/);
      }
    }
  });
});
