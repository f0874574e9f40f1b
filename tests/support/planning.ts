/** Rooms, deadlines and a directory for tests of planning; every field can be set. */
import type { Deadline } from "../../src/calendar/deadline-row.ts";
import type { Directory } from "../../src/directory.ts";
import type { Hearing } from "../../src/planning/hearing.ts";
import type { Room } from "../../src/rooms/rooms.ts";
import { isMonth, overAt } from "../../src/time.ts";

export function roomWith(more: Partial<Room> = {}): Room {
  return {
    address: "web:anpud",
    network: "anpud",
    zone: "Asia/Bangkok",
    language: "en",
    wakingFrom: "08:00",
    wakingUntil: "21:00",
    workingWeek: [1, 2, 3, 4, 5],
    audience: "network",
    ladder: null,
    rhythm: "instant",
    discreet: true,
    follow: { mechanisms: [], countries: [], programmes: [], topics: [], kinds: [] },
    pausedUntil: null,
    revision: 1,
    openness: null,
    unreachable: null,
    ...more,
  };
}

/** Due on Wednesday 10 February 2027 in Geneva, unless told otherwise; what follows from the date is filled in. */
export function deadlineWith(more: Partial<Deadline> = {}): Deadline {
  const { dueOn = "2027-02-10", dueTime = null, zone = "Europe/Zurich" } = more;
  return {
    id: "hrc-64-written-statement",
    kind: "deadline",
    mechanism: "hrc",
    rule: "hrc-written-statement",
    session: "hrc-64",
    country: null,
    network: null,
    base: "hrc-64",
    leadFromBase: "-P14D",
    title: null,
    family: "hrc-64-written-statement",
    whoMay: "anyone",
    topics: [],
    status: "confirmed",
    confidence: "official",
    onlyIf: null,
    conditionMet: true,
    link: "",
    checkedOn: null,
    revision: 1,
    precision: dueOn === null ? "unknown" : isMonth(dueOn) ? "month" : dueTime === null ? "day" : "minute",
    overAt: dueOn === null ? null : overAt(dueOn, dueTime, zone),
    ...more,
    zone,
    dueOn,
    dueTime,
  };
}

/** A directory that knows one programme and one body that carries procedures. */
export const smallDirectory: Directory = {
  countries: [], bodies: [], programmes: [], rules: [], topics: [], listings: [],
  country: () => undefined,
  body: (key) =>
    key === "special-procedures"
      ? { key, names: {} as never, zone: "Europe/Zurich", page: "", topics: [], listings: [], mechanisms: ["sp-health", "sp-torture"] }
      : undefined,
  rule: () => undefined,
  programme: (id) => (id === "love-alliance" ? { id, name: "Love Alliance", countries: ["KEN", "UGA"] } : undefined),
  countryName: (iso3) => iso3,
  bodyName: (key) => key,
  findCountry: () => ({ near: [] }),
  findBody: () => ({ near: [] }),
  countriesLike: () => [],
  bodiesLike: () => [],
};

export function hearingOf(room: Room, more: Partial<Hearing> = {}): Hearing {
  return {
    room,
    standing: "no",
    networkCountries: new Map([["anpud", new Set(["PHL", "THA"])], ["menanpud", new Set(["EGY"])]]),
    directory: smallDirectory,
    hidden: new Set(),
    ...more,
  };
}
