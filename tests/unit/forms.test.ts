import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { textOf } from "../../adapters/console/ask.ts";
import { ladder } from "../../src/arguments/ladder.ts";
import { workingWeek } from "../../src/arguments/working-week.ts";
import { CALL_TEXT_LIMIT, CALL_TITLE_LIMIT } from "../../src/calls/calls.ts";
import { weekText } from "../../src/cards/room.ts";
import type { ArgumentScope } from "../../src/command.ts";
import { lineOf } from "../../src/forms.ts";
import { speak } from "../../src/i18n.ts";
import { LANGUAGES } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import { findRoom } from "../../src/rooms/rooms.ts";
import { openTestApp, testDirectory, type TestApp } from "../support/app.ts";

const ROOM = "web:anpud";
const COORDINATOR = { roles: ["coordinator" as const] };

let test: TestApp;
beforeEach(async () => {
  test = await openTestApp();
});
afterEach(() => test.close());

async function formOf(line: string, who = {}) {
  const { form } = await test.say(ROOM, line, who);
  if (form === undefined) throw new Error(`${line} asked nothing`);
  return { form, shown: Object.fromEntries(form.fields.map(({ name, value }) => [name, value])) };
}

async function scope(): Promise<ArgumentScope> {
  const db = test.store.reading;
  const here = await findRoom(db, ROOM);
  if (here === undefined) throw new Error("no room");
  return { db, directory: testDirectory, language: "en", zone: "Etc/UTC", now: test.clock.now(), room: here };
}

const room = async () => {
  const { revision: _, ...settings } = await test.store.reading.selectFrom("rooms").selectAll().where("address", "=", ROOM).executeTakeFirstOrThrow();
  return settings;
};

describe("the form of a room's settings", () => {
  it("opens filled with what stands, in words people can type", async () => {
    await test.say(ROOM, "/room set --from 08:30 --ladder deadline P28D,P2D --discreet no");
    const { form, shown } = await formOf("/room set");
    expect(shown).toEqual({
      language: "en",
      zone: "Asia/Bangkok",
      from: "08:30",
      until: "21:00",
      week: "Monday, Tuesday, Wednesday, Thursday, Friday",
      rhythm: "instant",
      audience: "network",
      ladder: "deadline P28D,P2D",
      discreet: "no",
    });
    expect(form.fields.find(({ name }) => name === "audience")).toMatchObject({ kind: "choice", value: "network" });
  });

  it("says of each field what it is for, no two alike", async () => {
    const { form } = await formOf("/room set");
    const labels = form.fields.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(["Posts from", "Posts until"]));
    expect(labels).not.toContain("Yes or no");
    expect(new Set(labels).size).toBe(labels.length);
  });

  it("changes nothing when it is sent as it opened, in any language", async () => {
    for (const language of LANGUAGES) {
      await test.say(ROOM, `/room set --language ${language} --ladder "deadline P28D,P2D"`);
      await test.say(ROOM, `/room set --ladder "opening P3D,PT2H"`);
      const before = await room();
      const { form, shown } = await formOf("/room set");
      const answer = await test.say(ROOM, lineOf(form, shown));
      expect(answer.ok).toBe(true);
      expect(answer.form).toBeUndefined();
      expect(await room()).toEqual(before);
    }
  });

  it("sends only what was changed, so that what another changed meanwhile stays", async () => {
    const { form, shown } = await formOf("/room set");
    await test.say(ROOM, "/room set --zone Asia/Tokyo");
    const line = lineOf(form, { ...shown, until: "20:00", ladder: "" });
    expect(line).toBe("room set --until 20:00");
    await test.say(ROOM, line);
    expect(await room()).toMatchObject({ zone: "Asia/Tokyo", waking_until: "20:00" });
  });

  it("says on a terminal what stands at present, a choice by its name", async () => {
    const text = textOf(await test.say(ROOM, "/room set"));
    expect(text).toContain("Posts from (now: 08:00)");
    expect(text).toContain("(now: this network)");
    expect(text).not.toContain("fill in what is missing");
  });
});

describe("the form of a network's settings", () => {
  it("opens filled with those of one's own network, and changes nothing when it is sent as it opened", async () => {
    await test.say(ROOM, "/network set --standing partner", COORDINATOR);
    const { form, shown } = await formOf("/network set", COORDINATOR);
    expect(shown).toEqual({ network: "anpud", standing: "partner", language: "en", zone: "Asia/Bangkok", week: "Monday, Tuesday, Wednesday, Thursday, Friday" });
    const before = await test.store.reading.selectFrom("networks").selectAll().orderBy("id").execute();
    const answer = await test.say(ROOM, lineOf(form, shown), COORDINATOR);
    expect(answer.ok).toBe(true);
    expect(answer.form).toBeUndefined();
    expect(await test.store.reading.selectFrom("networks").selectAll().orderBy("id").execute()).toEqual(before);
  });

  it("asks of another network when only that is named, and gives it nothing of one's own", async () => {
    const { form, shown } = await formOf("/network set", COORDINATOR);
    const other = await formOf(lineOf(form, { ...shown, network: "enpud" }), COORDINATOR);
    expect(other.form.command).toBe("network set --network enpud");
    expect(other.shown).toMatchObject({ zone: expect.stringContaining("Europe/") });
    expect(lineOf(form, { ...shown, network: "enpud", standing: "yes" })).toBe("network set --network enpud --standing yes");
  });
});

describe("a text that is too long", () => {
  it("is refused with its true limit, at its field, however it was given", async () => {
    const long = "x".repeat(121);
    for (const line of [`/deadline add cnd --on "1 March 2027" --title "${long}"`, `/deadline add cnd --on "1 March 2027" --title "${long} y"`]) {
      const answer = await test.say(ROOM, line, COORDINATOR);
      expect(answer).toMatchObject({ ok: false, code: "text_too_long", field: "title" });
      expect(toPlain(answer.message)).toBe("This text is too long. Please write at most 120 characters.");
    }
    const call = await test.say(ROOM, '/call new sign-on --title "Open letter" --until "5 January 2027"', { ...COORDINATOR, body: "x".repeat(8_001) });
    expect(call).toMatchObject({ code: "text_too_long", field: "body" });
  });

  it("is not even taken by the form", async () => {
    const { form } = await formOf("/call new", COORDINATOR);
    const limits = Object.fromEntries(form.fields.map(({ name, limit }) => [name, limit]));
    expect(limits).toMatchObject({ title: CALL_TITLE_LIMIT, body: CALL_TEXT_LIMIT, goal: undefined });
  });
});

describe("what a form shows filled in", () => {
  it.each(LANGUAGES)("reads a working week in %s as it is shown", async (language) => {
    for (const week of [[1, 2, 3, 4, 5], [7, 1, 2, 3, 4], [6]]) {
      const parsed = await workingWeek.parse([weekText(week, speak(language))], await scope());
      expect(parsed).toEqual({ value: week, used: 1 });
    }
  });

  it("reads reminders of several kinds as they are printed", async () => {
    const value = { deadline: ["P28D", "P2D"], opening: ["PT1H"] };
    expect(await ladder.parse(ladder.print(value).split(" "), await scope())).toEqual({ value, used: 4 });
  });
});
