/** Calendar files as they are: with exceptions, odd zones, and broken in the ways that real ones are. */
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { readCalendar, type CalendarOptions } from "../../feeds/calendar/read.ts";
import { sliceCalendar } from "../../feeds/calendar/slice.ts";
import { readDocument } from "../../feeds/read.ts";
import type { DocumentItem, SourceDocument } from "../../src/sources/document.ts";

function calendar(...lines: string[]): string {
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", ...lines, "END:VCALENDAR", ""].join("\r\n");
}
function event(...lines: string[]): string[] {
  return ["BEGIN:VEVENT", "DTSTAMP:20261121T120000Z", ...(lines.some((line) => line.startsWith("UID")) ? [] : ["UID:one@example.org"]), ...lines, "END:VEVENT"];
}
function read(text: string, options: CalendarOptions = {}): SourceDocument {
  const document = readCalendar(text, options);
  if ("error" in document) throw new Error(document.error);
  return document;
}
/** The one item of a calendar, its instants as ISO text. */
function readOne(lines: string[], options: CalendarOptions = {}): { item: DocumentItem; start: unknown; end: unknown; lastDay: unknown; status: unknown; occurrences: unknown[] } {
  const [item, ...others] = read(calendar(...lines), options).items;
  if (item === undefined || item.event === null || others.length > 0) throw new Error("not one event");
  const { start, end, lastDay, status, occurrences } = item.event;
  return { item, start: iso(start), end: iso(end), lastDay, status, occurrences: occurrences.map(iso) };
}
function iso(value: string | number | null): string | null {
  return typeof value === "number" ? Temporal.Instant.fromEpochMilliseconds(value).toString() : value;
}

describe("an event of a calendar", () => {
  it("has instants in UTC and texts without escapes", () => {
    const { item, start, end } = readOne(
      event("SUMMARY;LANGUAGE=fr:Session 64\\, part 1\\; Geneva", "DTSTART;TZID=Europe/Zurich:20270224T100000", "DTEND;TZID=Europe/Zurich:20270224T130000",
        "DESCRIPTION:<p>Register &amp; speak</p><script>x</script>", "URL:https://example.org/session?id=64", "SEQUENCE:3", "LAST-MODIFIED:20261101T080000Z"),
    );
    expect(item).toMatchObject({ id: "one@example.org", title: "Session 64, part 1; Geneva", link: "https://example.org/session?id=64", summary: "Register & speak", language: "fr" });
    expect([start, end, item.event?.zone, item.event?.sequence]).toEqual(["2027-02-24T09:00:00Z", "2027-02-24T12:00:00Z", "Europe/Zurich", 3]);
    expect(iso(item.updatedAt)).toBe("2026-11-01T08:00:00Z");
  });

  it("keeps days as in the file and says the last one", () => {
    expect(readOne(event("SUMMARY:Session", "DTSTART;VALUE=DATE:20270224", "DTEND;VALUE=DATE:20270402"))).toMatchObject({ start: "2027-02-24", end: "2027-04-02", lastDay: "2027-04-01" });
    expect(readOne(event("SUMMARY:One day", "DTSTART;VALUE=DATE:20270224"))).toMatchObject({ start: "2027-02-24", end: null, lastDay: "2027-02-24" });
    expect(readOne(event("SUMMARY:Same day", "DTSTART;VALUE=DATE:20270224", "DTEND;VALUE=DATE:20270224"))).toMatchObject({ end: "2027-02-24", lastDay: "2027-02-24" });
    expect(readOne(event("SUMMARY:Three", "DTSTART;VALUE=DATE:20270226", "DURATION:P3D"))).toMatchObject({ end: "2027-03-01", lastDay: "2027-02-28" });
    expect(readOne(event("SUMMARY:No type", "DTSTART:20270224"))).toMatchObject({ start: "2027-02-24", lastDay: "2027-02-24" });
  });

  it("reckons an end from a duration, in days of the calendar and hours that pass", () => {
    // Clocks go forward on 28 March 2027: the day has 23 hours.
    expect(readOne(event("SUMMARY:A", "DTSTART;TZID=Europe/Zurich:20270327T120000", "DURATION:P1D")).end).toBe("2027-03-28T10:00:00Z");
    expect(readOne(event("SUMMARY:A", "DTSTART;TZID=Europe/Zurich:20270327T120000", "DURATION:PT24H")).end).toBe("2027-03-28T11:00:00Z");
    expect(readOne(event("SUMMARY:A", "DTSTART:20270327T120000Z", "DURATION:-PT1H")).end).toBeNull();
    expect(readOne(event("SUMMARY:A", "DTSTART:20270327T120000Z")).end).toBeNull();
  });

  it("says its status in small letters, confirmed when it says none", () => {
    expect(["STATUS:TENTATIVE", "STATUS:Cancelled", "STATUS:SOMETHING", "X-A:1"].map((line) => readOne(event("SUMMARY:A", "DTSTART:20270327T120000Z", line)).status)).toEqual([
      "tentative", "cancelled", "confirmed", "confirmed",
    ]);
    expect(read(calendar("METHOD:CANCEL", ...event("SUMMARY:A", "DTSTART:20270327T120000Z"))).items[0]?.event?.status).toBe("cancelled");
  });

  it("has no start when its date is none, and is kept", () => {
    expect(readOne(event("SUMMARY:A", "DTSTART:20271345T120000Z"))).toMatchObject({ start: null, end: null, occurrences: [] });
    expect(readOne(event("SUMMARY:A"))).toMatchObject({ start: null, occurrences: [] });
  });
});

describe("zones", () => {
  const TIMEZONE = [
    "BEGIN:VTIMEZONE", "TZID:Our zone", "BEGIN:STANDARD", "DTSTART:19701025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD",
    "BEGIN:DAYLIGHT", "DTSTART:19700329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT", "END:VTIMEZONE",
  ];
  function startIn(zone: string, time: string, ...before: string[]): unknown {
    return readOne([...before, ...event("SUMMARY:A", `DTSTART;TZID=${zone}:${time}`)]).start;
  }

  it.each([
    ["Europe/Zurich", "08:00"],
    ["W. Europe Standard Time", "08:00"],
    ["\"W. Europe Standard Time\"", "08:00"],
    ["Romance Standard Time", "08:00"],
    ["Eastern Standard Time", "13:00"],
    ["India Standard Time", "03:30"],
    ["/freeassociation.sourceforge.net/Europe/Zurich", "08:00"],
    ["\"(UTC+01:00) Amsterdam, Berlin, Bern, Rome\"", "08:00"],
    ["GMT+0300", "06:00"],
    ["UTC", "09:00"],
    ["Nowhere in particular", "09:00"],
  ])("reads 9:00 in %s in March", (zone, time) => {
    expect(startIn(zone, "20270315T090000")).toBe(`2027-03-15T${time}:00Z`);
  });

  it("gives by a file's own rules what Temporal gives, through gaps and hours that come twice", () => {
    for (let day = 1; day <= 31; day += 1)
      for (const month of ["03", "07", "10", "12"])
        for (const time of ["0030", "0130", "0200", "0230", "0300", "0330", "1200"]) {
          const date = `2027${month}${String(day).padStart(2, "0")}`;
          const wall = Temporal.PlainDateTime.from(`2027-${month}-${String(Math.min(day, 30)).padStart(2, "0")}T${time.slice(0, 2)}:${time.slice(2)}`);
          if (day > 30) continue;
          expect([date, time, startIn("Our zone", `${date}T${time}00`, ...TIMEZONE)]).toEqual([date, time, wall.toZonedDateTime("Europe/Zurich").toInstant().toString()]);
        }
  });

  it("reads floating times in the calendar's zone, else in the one that is given, else in UTC", () => {
    const floating = event("SUMMARY:A", "DTSTART:20270315T090000");
    expect(readOne(["X-WR-TIMEZONE:Europe/Zurich", ...floating]).start).toBe("2027-03-15T08:00:00Z");
    expect(readOne(floating, { zone: "Asia/Bangkok" }).start).toBe("2027-03-15T02:00:00Z");
    expect(readOne(floating)).toMatchObject({ start: "2027-03-15T09:00:00Z", item: { event: { zone: null } } });
  });

  it("is not held up by rules of a zone that change it every second", () => {
    const hostile = TIMEZONE.map((line) => line.replace("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=SECONDLY"));
    expect(startIn("Our zone", "20270115T090000", ...hostile)).toBe("2027-01-15T08:00:00Z");
  });
});

describe("recurrences", () => {
  const weekly = ["SUMMARY:Weekly", "DTSTART;TZID=Europe/Zurich:20270315T090000", "DTEND;TZID=Europe/Zurich:20270315T100000", "RRULE:FREQ=WEEKLY;COUNT=4"];

  it("keep their hour on the wall when clocks change", () => {
    expect(readOne(event(...weekly)).occurrences).toEqual(["2027-03-15T08:00:00Z", "2027-03-22T08:00:00Z", "2027-03-29T07:00:00Z", "2027-04-05T07:00:00Z"]);
  });

  it.each([
    ["a date with the zone", "EXDATE;TZID=Europe/Zurich:20270322T090000,20270329T090000"],
    ["Windows' name of the zone", "EXDATE;TZID=W. Europe Standard Time:20270322T090000,20270329T090000"],
    ["UTC", "EXDATE:20270322T080000Z,20270329T070000Z"],
    ["days alone", "EXDATE;VALUE=DATE:20270322,20270329"],
    ["no zone", "EXDATE:20270322T090000,20270329T090000"],
  ])("leave out what is excepted by %s", (_, line) => {
    expect(readOne(event(...weekly, line)).occurrences).toEqual(["2027-03-15T08:00:00Z", "2027-04-05T07:00:00Z"]);
  });

  it("take in added dates, also as periods, none twice", () => {
    const { occurrences } = readOne(event(...weekly.slice(0, 3), "RDATE;TZID=Europe/Zurich:20270401T140000", "RDATE;VALUE=PERIOD:20270310T090000Z/PT1H,20270315T080000Z/PT2H"));
    expect(occurrences).toEqual(["2027-03-10T09:00:00Z", "2027-03-15T08:00:00Z", "2027-04-01T12:00:00Z"]);
  });

  it("move and cancel single instances", () => {
    const { occurrences, item } = readOne([
      ...event("SUMMARY:Moved", "RECURRENCE-ID;TZID=Europe/Zurich:20270322T090000", "DTSTART;TZID=Europe/Zurich:20270323T110000", "SEQUENCE:2"),
      ...event(...weekly, "SEQUENCE:1"),
      ...event("SUMMARY:Off", "RECURRENCE-ID:20270329T070000Z", "DTSTART:20270329T070000Z", "STATUS:CANCELLED"),
    ]);
    expect(occurrences).toEqual(["2027-03-15T08:00:00Z", "2027-03-23T10:00:00Z", "2027-04-05T07:00:00Z"]);
    expect([item.title, item.event?.sequence]).toEqual(["Weekly", 2]);
  });

  it("move this and all later instances, on the wall clock", () => {
    const { occurrences } = readOne([
      ...event(...weekly),
      ...event("SUMMARY:Later", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Zurich:20270322T090000", "DTSTART;TZID=Europe/Zurich:20270322T103000"),
      ...event("SUMMARY:Off", "RECURRENCE-ID;TZID=Europe/Zurich:20270405T090000", "STATUS:CANCELLED"),
    ]);
    expect(occurrences).toEqual(["2027-03-15T08:00:00Z", "2027-03-22T09:30:00Z", "2027-03-29T08:30:00Z"]);
  });

  it("are whole days for events of whole days", () => {
    const days = ["SUMMARY:Days", "DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270303"];
    const { occurrences, lastDay } = readOne([
      ...event(...days, "RRULE:FREQ=MONTHLY;UNTIL=20270601T000000Z", "EXDATE;VALUE=DATE:20270401"),
      ...event("SUMMARY:Moved", "RECURRENCE-ID;VALUE=DATE:20270501", "DTSTART;VALUE=DATE:20270503"),
    ]);
    expect([occurrences, lastDay]).toEqual([["2027-03-01", "2027-05-03", "2027-06-01"], "2027-03-02"]);
  });

  it.each([
    ["UNTIL=20270329T070000Z", 3],
    ["UNTIL=20270329T065959Z", 2],
    ["UNTIL=20270329", 3],
    ["UNTIL=20270329T090000", 3],
  ])("end with %s", (until, count) => {
    expect(readOne(event(...weekly.slice(0, 3), `RRULE:FREQ=WEEKLY;${until}`)).occurrences).toHaveLength(count);
  });

  it("gives instances whose event is not in the file as one item", () => {
    const { occurrences, start } = readOne([
      ...event("SUMMARY:Second", "RECURRENCE-ID:20270322T080000Z", "DTSTART:20270322T090000Z"),
      ...event("SUMMARY:First", "RECURRENCE-ID:20270315T080000Z", "DTSTART:20270315T090000Z"),
    ]);
    expect([start, occurrences]).toEqual(["2027-03-15T09:00:00Z", ["2027-03-15T09:00:00Z", "2027-03-22T09:00:00Z"]]);
  });

  it("follows endless rules as far as anybody plans", () => {
    const now = Date.UTC(2026, 10, 21);
    const endless = (frequency: string): unknown[] => readOne(event("SUMMARY:A", "DTSTART;VALUE=DATE:20200106", `RRULE:FREQ=${frequency}`), { now }).occurrences;
    expect([endless("DAILY").length, endless("WEEKLY").length, endless("MONTHLY").length, endless("YEARLY").length]).toEqual([500, 464, 107, 17]);
    expect([endless("DAILY")[0], endless("WEEKLY").at(-1), endless("MONTHLY")[0], endless("YEARLY").at(-1)]).toEqual(["2026-11-20", "2028-11-20", "2020-01-06", "2036-01-06"]);
  });
});

describe("a calendar that is broken", () => {
  const whole = [...event("UID:a", "SUMMARY:A", "DTSTART:20270301T090000Z"), ...event("UID:b", "SUMMARY:B", "DTSTART:20270302T090000Z")];
  const titles = (text: string): string[] => read(text).items.map(({ title }) => title);

  it("is read with any line ends, a byte order mark, and without its end", () => {
    const text = calendar(...whole);
    expect([text, text.replaceAll("\r\n", "\n"), text.replaceAll("\r\n", "\r"), `\ufeff${text}`, text.replace("END:VCALENDAR", ""), whole.join("\n")].map(titles)).toEqual(
      Array.from({ length: 6 }, () => ["A", "B"]),
    );
  });

  it("loses only the event in the middle of which it breaks off", () => {
    const text = calendar(...whole, ...event("UID:c", "SUMMARY:C", "DTSTART:20270303T090000Z", "EXDATE:20270303T090000Z"));
    for (let length = text.indexOf("SUMMARY:C"); length < text.lastIndexOf("END:VEVENT"); length += 7) expect(titles(text.slice(0, length))).toEqual(["A", "B"]);
  });

  it("loses only what makes no sense", () => {
    expect(titles(calendar(...whole.slice(0, 5), ...whole.slice(6)))).toEqual(["A", "B"]);
    expect(titles(calendar("BEGIN:VEVENT", "garbage", "DTSTART;X", "RRULE:FREQ=", "SUMMARY", "END:VEVENT", ...whole))).toEqual(["A", "B"]);
    expect(titles(calendar(...event("UID:c", "SUMMARY;X=\"open:C", "DTSTART;TZID=\"W. Europe:20270301T090000"), ...whole))).toHaveLength(3);
    expect(titles(calendar("END:VEVENT", ...whole, "END:VALARM"))).toEqual(["A", "B"]);
  });

  it("puts folded lines together, also where the fold was spoilt", () => {
    const folded = ["BEGIN:VEVENT", "UID:a", "SUMMARY:A long ti", " tle with a", "\t tab", "DESCRIPTION:first line", "second: line\\nthird", "", "DTSTART:20270301T0", " 90000Z", "END:VEVENT"];
    const [item] = read(calendar(...folded)).items;
    expect([item?.title, item?.summary, iso(item?.event?.start ?? null)]).toEqual(["A long title with a tab", "first line\nsecond: line\nthird", "2027-03-01T09:00:00Z"]);
  });

  it("puts together a letter that a fold cut in two", async () => {
    const bytes = Buffer.from(calendar(...event("SUMMARY:Réunion", "DTSTART:20270301T090000Z")));
    const middle = bytes.indexOf("é") + 1;
    const body = Buffer.concat([bytes.subarray(0, middle), Buffer.from("\r\n "), bytes.subarray(middle)]);
    const document = await readDocument({ body, contentType: "text/calendar", url: "" });
    expect("items" in document && document.items.map(({ title }) => title)).toEqual(["Réunion"]);
  });

  it("does not take an alarm's lines for the event's", () => {
    const alarm = ["BEGIN:VALARM", "TRIGGER:-PT15M", "DESCRIPTION:Reminder", "SUMMARY:Alarm", "DURATION:PT5M", "END:VALARM"];
    expect(readOne(event(...alarm, "SUMMARY:A", "DTSTART:20270301T090000Z"))).toMatchObject({ item: { title: "A", summary: "" }, end: null });
  });

  it("keeps events that share one UID by mistake, and the newer of two revisions", () => {
    expect(titles(calendar(...event("SUMMARY:A", "DTSTART:20270301T090000Z"), ...event("SUMMARY:B", "DTSTART:20270302T090000Z")))).toEqual(["A", "B"]);
    expect(titles(calendar(...event("SUMMARY:New", "DTSTART:20270301T090000Z", "SEQUENCE:2"), ...event("SUMMARY:Old", "DTSTART:20270302T090000Z", "SEQUENCE:1")))).toEqual(["New"]);
  });

  it("says when a text is no calendar, or nothing of it is left", () => {
    expect([readCalendar("<html></html>"), readCalendar(""), readCalendar("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEV")]).toEqual([{ error: "not_a_feed" }, { error: "not_a_feed" }, { error: "broken" }]);
    expect(read(calendar("X-WR-CALNAME:Empty\\, so far")).head).toMatchObject({ format: "calendar", title: "Empty, so far" });
  });
});

describe("a calendar in slices", () => {
  const text = (stamp: string, title: string): string =>
    calendar(
      "X-WR-CALNAME:Sessions",
      "BEGIN:VEVENT", "UID:a", `DTSTAMP:${stamp}`, "SUMMARY:A", "DTSTART:20270301T090000Z", "RRULE:FREQ=WEEKLY;COUNT=2", "END:VEVENT",
      "BEGIN:VEVENT", "UID:b", `DTSTAMP:${stamp}`, `SUMMARY:${title}`, "DTSTART:20270302T090000Z", "END:VEVENT",
      "BEGIN:VEVENT", "UID:a", "RECURRENCE-ID:20270308T090000Z", "SUMMARY:A", "DTSTART:20270309T090000Z", "END:VEVENT",
    );

  it("reads piece by piece as it reads whole, with all that one UID names in one piece", () => {
    const cut = sliceCalendar(text("20261121T120000Z", "B"));
    const pieces = cut?.slices.flatMap((slice) => read(slice).items) ?? [];
    expect(pieces).toEqual(read(text("20261121T120000Z", "B")).items);
    expect([pieces.length, read(cut?.head ?? "").head.title]).toEqual([2, "Sessions"]);
  });

  it("changes only the slice whose event changed, and none for a new DTSTAMP", () => {
    const before = sliceCalendar(text("20261121T120000Z", "B"))?.slices ?? [];
    expect(sliceCalendar(text("20261122T120000Z", "B"))?.slices).toEqual(before);
    expect(sliceCalendar(text("20261121T120000Z", "B again"))?.slices.map((slice, index) => slice === before[index])).toEqual([true, false]);
  });
});
