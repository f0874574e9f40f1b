import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChatError } from "../../src/errors.ts";
import { toPlain } from "../../src/plain.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { findRoom } from "../../src/rooms/rooms.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const CHANNEL: RoomAddress = "web:T1/C1";
let at: TestApp;
beforeEach(async () => {
  at = await openTestApp();
});
afterEach(() => at.close());

const stands = () => at.standing(CHANNEL).map((message) => toPlain(message));
const room = () => findRoom(at.store.reading, CHANNEL);
/** Asks to leave, and presses the button of the answer. */
const leave = async () => at.say(CHANNEL, (await at.say(CHANNEL, "leave")).message.actions[0]?.command ?? "");

describe("a channel that is no room yet", () => {
  it("is told how to become one, whatever is said there that needs a room", async () => {
    for (const line of ["room", "take hrc-64-written-statement", "frobnicate", "", "2"]) {
      const answer = await at.say(CHANNEL, line);
      expect(answer).toMatchObject({ ok: false, code: "not_a_room", queued: false });
    }
    expect(toPlain((await at.say(CHANNEL, "room")).message)).toContain("/clarion join");
  });

  it("is answered what is public, without buttons that would be refused there", async () => {
    const said = new Map<string, string>();
    for (const line of ["help", "deadlines", "deadlines cnd", "upr Singapore", "session", "session hrc", "session show hrc-64", "deadline show hrc-64-written-statement"]) {
      const answer = await at.say(CHANNEL, line);
      expect([line, answer.ok, answer.to, answer.queued], toPlain(answer.message)).toEqual([line, true, "asker", false]);
      said.set(line, toPlain(answer.message));
      for (const { command } of answer.message.actions) expect([line, command, (await at.say(CHANNEL, command)).ok]).toEqual([line, command, true]);
    }
    expect(said.get("upr Singapore")).toContain("UPR of Singapore");
    expect(said.get("deadlines")).toMatch(/^Dates, 60 days ahead/);
    expect(await room()).toBeUndefined();
  });

  it("is told nothing that networks keep to themselves", async () => {
    const mine = { roles: ["coordinator" as const] };
    expect(await at.say("web:anpud", 'deadline internal hrc-64-written-statement 2w --title "our draft"', mine)).toMatchObject({ ok: true });
    const row = await at.store.reading.selectFrom("deadlines").select("id").where("network", "=", "anpud").executeTakeFirstOrThrow();
    expect(toPlain((await at.say("web:anpud", "deadlines 120d")).message)).toContain("our draft");
    for (const line of ["deadlines 120d", "session hrc", "session show hrc-64"]) expect(toPlain((await at.say(CHANNEL, line)).message)).not.toContain("our draft");
    expect(await at.say(CHANNEL, `deadline show ${row.id}`)).toMatchObject({ ok: false });
  });

  it("is asked which network it is for, with a button for each, when the bot was added", async () => {
    const answer = await at.say(CHANNEL, "invite");
    expect(answer).toMatchObject({ ok: true, to: "room", queued: false });
    expect(answer.message.actions.map(({ command }) => command)).toContain("join anpud");
    expect(answer.message.actions.map(({ command }) => command)).not.toContain("join coordination");
  });

  it("becomes a room of the network, with the network's own settings, and is welcomed", async () => {
    const answer = await at.say(CHANNEL, "join anpud");
    expect(answer.ok).toBe(true);
    await at.settle();
    expect(await room()).toMatchObject({ network: "anpud", zone: "Asia/Bangkok", language: "en" });
    expect(stands()).toHaveLength(1);
    expect(stands()[0]).toContain("Welcome to the room of ANPUD");
  });

  it("is told who reads there and what Clarion can read and keeps", async () => {
    at.chat.become({ readers: "members", shared: true, hears: "everything" });
    await at.say(CHANNEL, "join anpud");
    await at.settle();
    for (const part of ["It is not encrypted.", "People of another workspace", "I can read messages here", "Never kept:"]) expect(stands()[0]).toContain(part);
  });

  it("does not become a room where nothing could be posted, and is told what to do", async () => {
    at.chat.failNext("capabilities", new ChatError("unreachable", { why: "absent" }));
    const answer = await at.say(CHANNEL, "join anpud");
    expect(answer).toMatchObject({ ok: false, code: "room_unreachable" });
    expect(toPlain(answer.message)).toContain("/invite @Clarion");
    expect(await room()).toBeUndefined();
  });

  it("becomes a room also where the chat may not be asked who reads there", async () => {
    at.chat.failNext("capabilities", new ChatError("refused"));
    expect(await at.say(CHANNEL, "join anpud")).toMatchObject({ ok: true });
    await at.settle();
    expect((await room())?.openness).toBeNull();
    expect(stands()[0]).toContain("Never kept:");
  });

  it("does not become a room of coordination because anybody says so", async () => {
    expect(await at.say(CHANNEL, "join coordination")).toMatchObject({ ok: false, code: "not_allowed" });
    expect(await at.say(CHANNEL, "join coordination", { roles: ["operator"] })).toMatchObject({ ok: true });
  });

  it("asks for the network when none is named, with those there are to choose from", async () => {
    const answer = await at.say(CHANNEL, "join");
    expect(answer.form?.fields.map(({ name }) => name)).toEqual(["network"]);
    const [field] = answer.form?.fields ?? [];
    expect(field?.kind).toBe("choice");
    expect(field?.options).toContainEqual({ value: "anpud", label: "ANPUD" });
    const known = await at.store.reading.selectFrom("networks").select("id").orderBy("id").execute();
    expect(field?.options?.map(({ value }) => value).sort()).toEqual(known.map(({ id }) => id));
  });

  it("is not paused because the network's page is", async () => {
    await at.say("web:anpud", "pause");
    await at.say(CHANNEL, "join anpud");
    expect((await room())?.pausedUntil).toBeNull();
  });
});

describe("a room", () => {
  beforeEach(async () => {
    await at.say(CHANNEL, "join anpud");
    await at.settle();
  });

  it("stays what it is until it is left", async () => {
    const answer = await at.say(CHANNEL, "join enpud");
    expect(answer).toMatchObject({ ok: false, code: "already_room" });
    expect(toPlain(answer.message)).toContain("ANPUD");
    expect((await room())?.network).toBe("anpud");
  });

  it("is greeted as the room it was when the bot is added again", async () => {
    const answer = await at.say(CHANNEL, "invite");
    expect(answer).toMatchObject({ to: "room", queued: true });
    await at.settle();
    expect(stands().at(-1)).toContain("I am back. This is a room of ANPUD");
  });

  it("is not left before its people were told what that means and said yes, of this room as it is", async () => {
    const rehearsal = await at.say(CHANNEL, "leave");
    expect(rehearsal).toMatchObject({ ok: true, to: "asker", message: { actions: [{ label: "Stop posting here", style: "primary" }] } });
    expect(toPlain(rehearsal.message)).toContain("the settings of this room are forgotten");
    expect(await room()).toBeDefined();
    await at.say(CHANNEL, "room set --rhythm digest");
    const again = await at.say(CHANNEL, rehearsal.message.actions[0]?.command ?? "");
    expect(again).toMatchObject({ to: "asker" });
    expect(await room()).toBeDefined();
    expect(await at.say(CHANNEL, again.message.actions[0]?.command ?? "")).toMatchObject({ to: "room" });
    expect(await room()).toBeUndefined();
  });

  it("is forgotten when it is left, and can be joined anew", async () => {
    const answer = await leave();
    expect(answer).toMatchObject({ ok: true, to: "room", queued: false, message: { discreet: "Clarion: about a room" } });
    expect(await room()).toBeUndefined();
    for (const table of ["posts", "plans", "tellings", "hidden", "call_rooms"] as const) {
      expect(await at.store.reading.selectFrom(table).select("room").where("room", "=", CHANNEL).execute()).toEqual([]);
    }
    expect(await at.say(CHANNEL, "join enpud")).toMatchObject({ ok: true });
    expect((await room())?.network).toBe("enpud");
  });

  it("is welcomed again when it is joined anew: what a chat remembers of the old posts stands in nobody's way", async () => {
    const before = stands().length;
    await leave();
    at.clock.advance(60_000);
    await at.say(CHANNEL, "join euronpud");
    await at.settle();
    expect(stands()).toHaveLength(before + 1);
    expect(stands().at(-1)).toContain("Welcome to the room of EuroNPUD");
  });

  it("cannot be left on the local page", async () => {
    expect(await at.say("web:anpud", "leave")).toMatchObject({ ok: false, code: "room_stays" });
  });
});
