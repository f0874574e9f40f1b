import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readShipped } from "../../adapters/data/read.ts";
import { audience } from "../../src/arguments/audience.ts";
import { body } from "../../src/arguments/body.ts";
import { AFTERNOON, FROM_NOW, MONTHS, NUMBERS, RELATIVE_DAYS, UNITS, WEEKDAYS } from "../../src/arguments/calendar-words.ts";
import { choice } from "../../src/arguments/choice.ts";
import { country } from "../../src/arguments/country.ts";
import { date } from "../../src/arguments/date.ts";
import { day } from "../../src/arguments/day.ts";
import { deadline } from "../../src/arguments/deadline.ts";
import { duration } from "../../src/arguments/duration.ts";
import { filter } from "../../src/arguments/filter.ts";
import { follow, followsAll, printFollow, readFollow } from "../../src/arguments/follow.ts";
import { identifier } from "../../src/arguments/identifier.ts";
import { language } from "../../src/arguments/language.ts";
import { moment } from "../../src/arguments/moment.ts";
import { network } from "../../src/arguments/network.ts";
import { networks } from "../../src/arguments/networks.ts";
import { organisation } from "../../src/arguments/organisation.ts";
import { programme } from "../../src/arguments/programme.ts";
import { rhythm } from "../../src/arguments/rhythm.ts";
import { room } from "../../src/arguments/room.ts";
import { session } from "../../src/arguments/session.ts";
import { standing } from "../../src/arguments/standing.ts";
import { text } from "../../src/arguments/text.ts";
import { time } from "../../src/arguments/time.ts";
import { topic } from "../../src/arguments/topic.ts";
import { url } from "../../src/arguments/url.ts";
import { wholeNumber } from "../../src/arguments/whole-number.ts";
import { workingWeek } from "../../src/arguments/working-week.ts";
import { zone } from "../../src/arguments/zone.ts";
import type { ArgumentScope, ArgumentType } from "../../src/command.ts";
import { createDirectory, TOPICS } from "../../src/directory.ts";
import { speak } from "../../src/i18n.ts";
import type { Language } from "../../src/message.ts";
import type { Store } from "../../src/ports.ts";
import { importNetworks } from "../../src/rooms/networks.ts";
import { findRoom } from "../../src/rooms/rooms.ts";
import { openShippedRooms } from "../../src/shipped-rooms.ts";
import { addDays } from "../../src/time.ts";
import { openMemoryStore } from "../support/store.ts";

const { shipped, directorySources } = readShipped("data");
const directory = createDirectory(directorySources);

let store: Store;
let scope: ArgumentScope;

const DEADLINE = {
  rule: null, session: null, base: null, lead_from_base: null, title: null, family: "f", who_may: "anyone", topics: "", zone: "Europe/Zurich",
  due_on: "2027-02-10", due_time: null, precision: "day", status: "confirmed", confidence: "official", only_if: null, condition_met: 1, link: "",
  checked_on: null, revision: 1,
};
const SESSION = { title: "", place: "Geneva", zone: "Europe/Zurich", kind: "session", precision: "day", status: "confirmed", confidence: "official", link: "", checked_on: null, revision: 1 };

beforeAll(async () => {
  store = await openMemoryStore();
  await store.write(async (trx) => {
    await importNetworks(trx, shipped);
    await openShippedRooms(trx, shipped, directory);
    const over = Date.parse("2027-02-10T23:00Z");
    await trx
      .insertInto("deadlines")
      .values([
        { ...DEADLINE, id: "hrc-64-written-statement", kind: "deadline", mechanism: "hrc", country: null, network: null, over_at: over },
        { ...DEADLINE, id: "hrc-64-oral-statement", kind: "opening", mechanism: "hrc", country: null, network: null, over_at: over + 1 },
        { ...DEADLINE, id: "upr55-phl", kind: "deadline", mechanism: "upr", country: "PHL", network: null, over_at: over + 2 },
        { ...DEADLINE, id: "upr55-phl-anpud", kind: "internal", mechanism: "upr", country: "PHL", network: "anpud", over_at: over - 5 },
        { ...DEADLINE, id: "upr55-phl-enpud", kind: "internal", mechanism: "upr", country: "PHL", network: "enpud", over_at: over - 9 },
      ])
      .execute();
    await trx
      .insertInto("sessions")
      .values([
        { ...SESSION, id: "hrc-63", mechanism: "hrc", number: "63", starts_on: "2026-09-07", ends_on: "2026-10-07" },
        { ...SESSION, id: "hrc-64", mechanism: "hrc", number: "64", starts_on: "2027-02-24", ends_on: "2027-04-02" },
        { ...SESSION, id: "hrc-65", mechanism: "hrc", number: "65", starts_on: "2027-06", ends_on: null },
        { ...SESSION, id: "cnd-69", mechanism: "cnd", number: "69", starts_on: "2026-11", ends_on: "2026-11" },
      ])
      .execute();
  });
  const here = await findRoom(store.reading, "web:anpud");
  if (here === undefined) throw new Error("the shipped room is missing");
  // Friday 20 November 2026, 21:30 in Bangkok.
  scope = { db: store.reading, directory, language: "en", zone: "Asia/Bangkok", now: Date.parse("2026-11-20T14:30:20Z"), room: here };
});
afterAll(() => store.close());

/** What a type makes of a line: its printed value and how many words it took, or what it offers instead. */
async function read<T>(type: ArgumentType<T>, line: string): Promise<string | string[]> {
  const parsed = await type.parse(line.split(" "), scope);
  return "value" in parsed ? `${type.print(parsed.value)} /${parsed.used}` : parsed.near;
}

describe("a day", () => {
  test.each([
    ["2027-03-15", "2027-03-15 /1"], ["٢٠٢٧-٠٣-١٥", "2027-03-15 /1"], ["15.03.2027", "2027-03-15 /1"], ["15/03/2027", "2027-03-15 /1"], ["2027/3/15", "2027-03-15 /1"],
    ["15 March 2027", "2027-03-15 /3"], ["March 15, 2027", "2027-03-15 /3"], ["the 15th of March", "2027-03-15 /4"], ["15 March hrc", "2027-03-15 /2"],
    ["15 de marzo de 2027", "2027-03-15 /5"], ["1er mars 2027", "2027-03-01 /3"], ["15 août", "2027-08-15 /2"], ["15 марта 2027 года", "2027-03-15 /4"], ["15-го марта", "2027-03-15 /2"],
    ["15 de março", "2027-03-15 /3"], ["15 مارس 2027", "2027-03-15 /3"], ["١٥ مارس", "2027-03-15 /2"], ["15 تشرين الثاني 2027", "2027-11-15 /4"], ["15 آذار", "2027-03-15 /2"],
    ["today", "2026-11-20 /1"], ["mañana", "2026-11-21 /1"], ["après-demain", "2026-11-22 /1"], ["послезавтра", "2026-11-22 /1"], ["depois de amanhã", "2026-11-22 /3"], ["بعد غد", "2026-11-22 /2"], ["غدًا", "2026-11-21 /1"],
    ["in 3 weeks", "2026-12-11 /3"], ["in two weeks", "2026-12-04 /3"], ["en 3 semanas", "2026-12-11 /3"], ["dentro de tres semanas", "2026-12-11 /4"], ["dans 3 semaines", "2026-12-11 /3"], ["через 3 недели", "2026-12-11 /3"],
    ["через неделю", "2026-11-27 /2"], ["daqui a 3 semanas", "2026-12-11 /4"], ["بعد 3 أسابيع", "2026-12-11 /3"], ["بعد أسبوعين", "2026-12-04 /2"], ["in 1 month", "2026-12-20 /3"],
    ["next Monday", "2026-11-23 /2"], ["Friday", "2026-11-27 /1"], ["el próximo lunes", "2026-11-23 /3"], ["lunes que viene", "2026-11-23 /3"], ["lundi prochain", "2026-11-23 /2"],
    ["в следующую среду", "2026-11-25 /3"], ["segunda-feira", "2026-11-23 /1"], ["الاثنين القادم", "2026-11-23 /2"], ["يوم الإثنين", "2026-11-23 /2"], ["Monday 15 March 2027", "2027-03-15 /4"],
  ])("reads %s", async (line, expected) => expect(await read(day, line)).toBe(expected));

  test("without a year is the next such day, today included", async () => {
    expect(await read(day, "20 November")).toBe("2026-11-20 /2");
    expect(await read(day, "19 November")).toBe("2027-11-19 /2");
    expect(await read(day, "29 February")).toBe("2028-02-29 /2");
  });
  test("is the day it is where the room is", async () => {
    const late = { ...scope, now: Date.parse("2026-11-20T18:00Z") };
    expect(await day.parse(["tomorrow"], late)).toEqual({ value: "2026-11-22", used: 1 });
    expect(await day.parse(["tomorrow"], { ...late, zone: "Europe/London" })).toEqual({ value: "2026-11-21", used: 1 });
  });
  test("offers both readings when day and month could be swapped", async () => {
    expect(await read(day, "03/04/2027")).toEqual(["2027-04-03", "2027-03-04"]);
    expect(await read(moment, "03/04/2027")).toEqual(["2027-04-03", "2027-03-04"]);
  });
  test("offers both days when the weekday does not fit the date", async () => {
    expect(await read(day, "Tuesday 15 March 2027")).toEqual(["2027-03-15", "2026-11-24"]);
    expect(await read(moment, "Tuesday 15 March 2027 18:00")).toEqual(["2027-03-15", "2026-11-24"]);
  });
  test("does not take what is no day", async () => {
    for (const line of ["2027-02-30", "31 June", "March", "15", "hrc", "2127-01-01", "in", "de", "in 3 hours"]) {
      expect([line, await read(day, line)]).toEqual([line, []]);
    }
  });
  test("leaves a small word behind it to what follows", async () => {
    expect(await read(day, "15 March de")).toBe("2027-03-15 /2");
    expect(await read(day, "Monday no")).toBe("2026-11-23 /1");
  });
  test("knows every month, weekday and relative word in its lists", async () => {
    for (const [index, words] of MONTHS.entries()) {
      for (const word of words) expect([word, await read(day, `28 ${word} 2027`)]).toEqual([word, `2027-${String(index + 1).padStart(2, "0")}-28 /${2 + word.split(" ").length}`]);
    }
    for (const [index, words] of WEEKDAYS.entries()) {
      for (const word of words) expect([word, await read(day, word)]).toEqual([word, `${addDays("2026-11-20", ((index + 1 - 5 + 6) % 7) + 1)} /1`]);
    }
    for (const { days, words } of RELATIVE_DAYS) {
      for (const word of words) expect([word, await read(day, word)]).toEqual([word, `${addDays("2026-11-20", days)} /${word.split(" ").length}`]);
    }
    for (const before of FROM_NOW) expect([before, await read(day, `${before} 2 days`)]).toEqual([before, `2026-11-22 /${before.split(" ").length + 2}`]);
  });
});

test.each([
  ["2027-03", "2027-03 /1"], ["March 2027", "2027-03 /2"], ["март 2027 г.", "2027-03 /3"], ["marzo de 2027", "2027-03 /3"], ["03/2027", "2027-03 /1"], ["November", "2026-11 /1"], ["مارس", "2027-03 /1"],
  ["October", "2027-10 /1"], ["15 March 2027", "2027-03-15 /3"], ["2027-13", []],
])("a date may be a month: %s", async (line, expected) => expect(await read(date, line)).toEqual(expected));

test.each([
  ["18:00", "18:00 /1"], ["9:05", "09:05 /1"], ["18h", "18:00 /1"], ["18h30", "18:30 /1"], ["6 pm", "18:00 /2"], ["6:30pm", "18:30 /1"], ["6 p.m.", "18:00 /2"], ["12 am", "00:00 /2"], ["at 18", "18:00 /2"],
  ["noon", "12:00 /1"], ["midnight", "24:00 /1"], ["mediodía", "12:00 /1"], ["minuit", "24:00 /1"], ["в полдень", "12:00 /2"], ["meia-noite", "24:00 /1"], ["منتصف الليل", "24:00 /2"], ["الساعة 18", "18:00 /2"],
  ["a las 6 de la tarde", "18:00 /6"], ["18 heures", "18:00 /2"], ["18 часов", "18:00 /2"], ["в 6 вечера", "18:00 /3"], ["6 مساء", "18:00 /2"], ["٦ مساءً", "18:00 /2"], ["às 18 horas", "18:00 /3"], ["9 утра", "09:00 /2"],
  ["18", []], ["25:00", []], ["18:60", []], ["24:30", []], ["13 pm", []], ["0 am", []], ["hrc", []],
])("a time: %s", async (line, expected) => expect(await read(time, line)).toEqual(expected));

test.each([
  ["90d", "P90D /1"], ["2w", "P2W /1"], ["3 weeks", "P3W /2"], ["P14D", "P14D /1"], ["p1m2w", "P1M2W /1"], ["PT2H", "PT2H /1"], ["two weeks", "P2W /2"], ["dos semanas", "P2W /2"], ["deux semaines", "P2W /2"],
  ["две недели", "P2W /2"], ["duas semanas", "P2W /2"], ["أسبوعين", "P2W /1"], ["ثلاثة أيام", "P3D /2"], ["٣ أسابيع", "P3W /2"], ["2 h", "PT2H /2"], ["in 3 weeks", "P3W /3"], ["90d hrc", "P90D /1"], ["3 мес.", "P3M /2"],
  ["0d", []], ["P0D", []], ["-P3D", []], ["week", []], ["3m", []], ["9999y", []], ["P", []], ["PT", []], ["P1.5D", []], ["hrc", []],
])("a duration: %s", async (line, expected) => expect(await read(duration, line)).toEqual(expected));

test("knows every number and unit in its lists", async () => {
  for (const [count, words] of NUMBERS.entries()) for (const word of words) expect([word, await read(duration, `${word} days`)]).toEqual([word, `P${count}D /2`]);
  for (const { unit, words, dual } of UNITS) {
    const iso = (count: number): string => (unit.length === 2 ? `PT${count}${unit.slice(1)}` : `P${count}${unit}`);
    for (const word of words) expect([word, await read(duration, `3 ${word}`)]).toEqual([word, `${iso(3)} /2`]);
    for (const word of dual) expect([word, await read(duration, word)]).toEqual([word, `${iso(2)} /1`]);
  }
  for (const word of AFTERNOON) expect([word, await read(time, `6 ${word}`)]).toEqual([word, `18:00 /${1 + word.split(" ").length}`]);
});

describe("a moment", () => {
  test.each([
    ["2027-03-15T18:00Z", "2027-03-15T18:00Z /1"], ["2027-03-15T18:00", "2027-03-15T11:00Z /1"], ["2027-03-15 18:00", "2027-03-15T11:00Z /2"], ["15 March 18:00", "2027-03-15T11:00Z /3"],
    ["15 March at 6 pm", "2027-03-15T11:00Z /5"], ["tomorrow at 18:00", "2026-11-21T11:00Z /3"], ["завтра в 18:00", "2026-11-21T11:00Z /3"], ["غدا الساعة 18", "2026-11-21T11:00Z /3"],
    ["in 2 hours", "2026-11-20T16:31Z /3"], ["2h", "2026-11-20T16:31Z /1"], ["3 days", "2026-11-23T14:30Z /2"], ["tomorrow midnight", "2026-11-21T17:00Z /2"],
  ])("reads %s", async (line, expected) => expect(await read(moment, line)).toBe(expected));
  test("begins with the room's waking hours when it is a day alone", async () => expect(await read(moment, "next Monday")).toBe("2026-11-23T01:00Z /2"));
  test("is tomorrow when the time has passed today", async () => {
    expect(await read(moment, "22:00")).toBe("2026-11-20T15:00Z /1");
    expect(await read(moment, "21:00")).toBe("2026-11-21T14:00Z /1");
  });
  test("keeps the wall time over a change of the clocks", async () => {
    const before = { ...scope, zone: "Europe/Zurich", now: Date.parse("2027-03-27T09:00Z") };
    expect(await moment.parse(["2", "days"], before)).toEqual({ value: Date.parse("2027-03-29T08:00Z"), used: 2 });
  });
});

describe("names", () => {
  test.each<[ArgumentType<never>, string, string | string[]]>([
    [country, "South Korea", "KOR /2"], [country, "Signapore", ["Singapore"]], [body, "Human Rights Council next", "hrc /3"],
    [network, "EuroNPUD", "euronpud /1"], [network, "anpu", ["anpud"]], [networks, "anpud,enpud", "anpud,enpud /1"], [networks, "anpud enpud hrc", "anpud,enpud /2"],
    [room, "anpud", "web:anpud /1"], [room, "WEB:ANPUD", "web:anpud /1"], [room, "anpd", ["anpud"]], [programme, "Love Alliance", "love-alliance /2"], [programme, "love-alliance", "love-alliance /1"],
    [topic, "drug policy", "drug-policy /2"], [topic, "womn", ["women"]], [standing, "partner", "partner /1"], [audience, "network", "network /1"], [rhythm, "digest", "digest /1"],
    [language, "español", "es /1"], [language, "Spanish", "es /1"], [language, "арабский", "ar /1"], [language, "pt", "pt /1"], [language, "de", []],
    [zone, "Bangkok", "Asia/Bangkok /1"], [zone, "asia/bangkok", "Asia/Bangkok /1"], [zone, "Europe/Kyiv", "Europe/Kyiv /1"], [zone, "New York", "America/New_York /2"], [zone, "Bankok", ["Bangkok"]], [zone, "+05:00", []],
    [workingWeek, "Mon-Fri", "1,2,3,4,5 /1"], [workingWeek, "Sun-Thu", "7,1,2,3,4 /1"], [workingWeek, "1,2,3", "1,2,3 /1"], [workingWeek, "lunes a viernes", "1,2,3,4,5 /3"], [workingWeek, "пн-пт", "1,2,3,4,5 /1"],
    [workingWeek, "Mon, Tue, Thu", "1,2,4 /3"], [workingWeek, "الأحد-الخميس", "7,1,2,3,4 /1"], [workingWeek, "8", []],
    [url, "https://example.org/a", "https://example.org/a /1"], [url, "<https://example.org>", "https://example.org /1"], [url, "http://example.org", []], [url, "https://name:secret@example.org", []], [url, "javascript:alert(1)", []],
    [organisation, "Réd UD e.V. and friends", "Réd UD e.V. and friends /5"], [organisation, "?!", []], [organisation, "x", []],
    [filter, "anpud", "network:anpud /1"], [filter, "Singapore 90d", "country:SGP /1"], [filter, "cnd", "mechanism:cnd /1"], [filter, "women", "topic:women /1"], [filter, "love-alliance", "programme:love-alliance /1"],
    [filter, "country:South Korea", "country:KOR /2"], [filter, "Signapore", ["Singapore"]], [filter, "nonsense:hrc", []],
  ] as never)("%s", async (type, line, expected) => expect(await read(type, line)).toEqual(expected));

  test("a choice is typed as its word or its label in any language", async () => {
    const answer = choice("yes_no", ["yes", "no"], (value) => `word.${value}`);
    expect(await read(answer, "YES")).toBe("yes /1");
    expect(answer.choices).toEqual([{ value: "yes", label: "word.yes" }, { value: "no", label: "word.no" }]);
    expect(await answer.complete?.("y", scope)).toEqual([{ value: "yes", label: "yes" }]);
  });
  test("a number stays within its bounds", async () => {
    const goal = wholeNumber("call_goal", 1, 500);
    expect([await read(goal, "500"), await read(goal, "١٢"), await read(goal, "0"), await read(goal, "501"), await read(goal, "1.5")]).toEqual(["500 /1", "12 /1", [], [], []]);
  });
  test("a text keeps its words, loses what could hide in it, and has an end", async () => {
    const title = text("call_title", 20);
    expect(await read(title, "Open \u202eletter  now")).toBe("Open letter now /4");
    expect(await title.parse(["x".repeat(21)], scope)).toEqual({ near: [], limit: 20 });
  });
});

describe("a deadline", () => {
  test("is found by its id, or by a beginning that only one has", async () => {
    expect(await read(deadline, "hrc-64-written-statement")).toBe("hrc-64-written-statement /1");
    expect(await read(deadline, "HRC-64-W")).toBe("hrc-64-written-statement /1");
    expect(await read(deadline, "hrc-64")).toEqual(["hrc-64-oral-statement", "hrc-64-written-statement"]);
    expect(await read(deadline, "hrc-64-writen-statement")).toContain("hrc-64-written-statement");
  });
  test("is offered for a country or a body, the next first", async () => {
    expect(await read(deadline, "Philippines")).toEqual(["upr55-phl-anpud", "upr55-phl"]);
    expect(await read(deadline, "Human Rights Council")).toEqual(["hrc-64-written-statement", "hrc-64-oral-statement"]);
  });
  test("of another network does not exist here, under any word", async () => {
    for (const word of ["upr55-phl-enpud", "upr55-phl-e", "upr55", "Philippines", "upr55-phl-enpdu"]) expect(JSON.stringify(await read(deadline, word))).not.toContain("phl-enpud");
    expect(JSON.stringify(await deadline.complete?.("upr", scope))).not.toContain("phl-enpud");
    expect(JSON.stringify(await deadline.complete?.("", scope))).not.toContain("phl-enpud");
  });
  test("is completed with what people call it", async () => {
    const [first] = (await deadline.complete?.("upr55-phl", scope)) ?? [];
    expect(first?.value).toBe("upr55-phl");
    expect(first?.label).toContain("Philippines");
  });
});

test.each([
  ["hrc-64", "hrc-64 /1"], ["hrc 64", "hrc-64 /2"], ["hrc next", "hrc-64 /2"], ["hrc", "hrc-64 /1"], ["Human Rights Council 63", "hrc-63 /4"], ["Conseil des droits de l'homme", "hrc-64 /5"], ["cnd", "cnd-69 /1"], ["nothing-here", []],
])("a session: %s", async (line, expected) => expect(await read(session, line)).toEqual(expected));

test("offers a near choice in the language of the room, by a slip in any", async () => {
  const inLanguage = async (text: string, language: Language) => {
    const parsed = await topic.parse([text], { ...scope, language });
    return "value" in parsed ? parsed.value : parsed.near;
  };
  expect(await inLanguage("fundng", "en")).toEqual(["funding"]);
  expect(await inLanguage("fundng", "fr")).toEqual([speak("fr")("topic.funding")]);
  expect(await inLanguage("финансирвание", "en")).toEqual(["funding"]);
});

describe("a follow filter", () => {
  test("reads bodies, countries, networks, programmes, topics and kinds", async () => {
    expect(await follow.parse("upr,cnd country:anpud,SGP programme:love-alliance topic:women kind:deadline".split(" "), scope)).toEqual({
      value: { mechanisms: ["upr", "cnd"], countries: ["anpud", "SGP"], programmes: ["love-alliance"], topics: ["women"], kinds: ["deadline"] },
      used: 5,
    });
    expect(await read(follow, "Human Rights Council Singapore women")).toBe("hrc country:SGP topic:women /5");
  });
  test("says what is near when a name is unknown, and takes nothing", async () => {
    expect(await read(follow, "upr,cnd country:anpdu")).toContain("anpud");
    expect(await read(follow, "xqzwv")).toEqual([]);
    expect(await read(follow, "topic:hrc")).not.toContain("/");
  });
  test("knows all", async () => {
    const parsed = await follow.parse(["all"], scope);
    expect("value" in parsed && followsAll(parsed.value)).toBe(true);
    const some = await follow.parse(["upr"], scope);
    expect("value" in some && followsAll(some.value)).toBe(false);
  });
  test("of every shipped room is read whole and printed back", () => {
    for (const { id, follow: line } of shipped.networks) expect([id, printFollow(readFollow(line, directory))]).toEqual([id, line]);
  });
});

describe("completion", () => {
  test.each<[ArgumentType<never>, string, string]>([
    [country, "sing", "SGP"], [country, "Синг", "SGP"], [body, "narc", "cnd"], [network, "an", "anpud"], [room, "anp", "web:anpud"], [topic, "wom", "women"], [networks, "anpud,en", "anpud,enpud"], [follow, "upr,cn", "upr,cnd"],
    [filter, "oce", "oceania"], [zone, "bangk", "Asia/Bangkok"], [session, "hrc-6", "hrc-63"],
  ] as never)("offers what begins so", async (type, prefix, expected) => {
    const offered = (await type.complete?.(prefix, scope)) ?? [];
    expect(offered.map(({ value }) => value)).toContain(expected);
  });
});

describe("any text at all", () => {
  const types: ArgumentType<unknown>[] = [
    audience, body, country, date, day, deadline, duration, filter, follow, language, moment, network, networks, organisation, programme, rhythm, room,
    session, standing, time, topic, url, workingWeek, zone, identifier("source", "sources"), wholeNumber("n", -5, 5), text("t", 50),
    // Each type is only ever handed its own values, so forgetting what they are is safe here.
  ] as unknown as ArgumentType<unknown>[];
  const known = [...MONTHS.flat(), ...WEEKDAYS.flat(), ...FROM_NOW, ...UNITS.flatMap(({ words }) => words), ...TOPICS, "hrc", "Singapore", "anpud", "country:", "topic:", "all", "Mon-Fri", "P3D", "2027", "18:00", "15", "٣"];
  const word = fc.oneof(
    fc.constantFrom(...known),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.constantFrom("", " ", "__proto__", "constructor", "toString", "country:__proto__", "\u202e", "'; drop table deadlines; --", "%", "_", "x".repeat(3_000), "9".repeat(400), "\ud800", "P9999Y", "9999-99-99"),
    fc.integer().map(String),
  );
  test.each(types.map((type) => [type.name, type] as const))("is %s or is not, never breaks, and what is printed reads back the same", async (_, type) => {
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 8 }), async (words) => {
        const parsed = await type.parse(words, scope);
        await type.complete?.(words[0] ?? "", scope);
        if (!("value" in parsed)) {
          expect(Array.isArray(parsed.near)).toBe(true);
          return;
        }
        expect(parsed.used).toBeGreaterThan(0);
        expect(parsed.used).toBeLessThanOrEqual(words.length);
        const printed = type.print(parsed.value);
        expect(await type.parse([printed], scope)).toEqual({ value: parsed.value, used: 1 });
      }),
      { numRuns: 150 },
    );
  });
});
