import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toPlain } from "../../src/plain.ts";
import { NO_END } from "../../src/rooms/rooms.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const COORDINATOR = { roles: ["coordinator" as const], as: "secretariat" };
const HOME = "web:coordination";

let test: TestApp;
beforeEach(async () => {
  test = await openTestApp();
});
afterEach(() => test.close());

const ends = async () => {
  const rows = await test.store.reading.selectFrom("rooms").select(["address", "paused_until"]).orderBy("address").execute();
  return new Map(rows.map(({ address, paused_until }) => [address, paused_until === null ? null : paused_until >= NO_END ? "open" : new Date(paused_until).toISOString().slice(0, 10)]));
};
const paused = async () => [...(await ends())].filter(([, end]) => end !== null).map(([address]) => address);

/** Says a line that must rehearse, and presses its first button. */
async function press(line: string, where: "web:coordination" | "web:anpud" = HOME) {
  const before = await paused();
  const rehearsal = await test.say(where, line, COORDINATOR);
  expect(rehearsal.ok, toPlain(rehearsal.message)).toBe(true);
  expect(await paused()).toEqual(before);
  const done = await test.say(where, rehearsal.message.actions[0]?.command ?? "", COORDINATOR);
  expect(done.ok, toPlain(done.message)).toBe(true);
  return { words: toPlain(rehearsal.message), done };
}

describe("a pause", () => {
  it("of one's own room acts at once, and leaves nothing to take back", async () => {
    const answer = await test.say("web:anpud", "/pause 2027-01-04");
    expect(toPlain(answer.message)).toContain("This room is quiet now");
    expect(await paused()).toEqual(["web:anpud"]);
    expect(await test.say("web:anpud", "/undo")).toMatchObject({ code: "nothing_to_undo" });
  });

  it("of every room says first whom it concerns and until when, and acts when the button is pressed", async () => {
    const rooms = (await ends()).size;
    const { words, done } = await press("/pause 2027-01-04 --for all");
    expect(words).toContain(`Keep ${rooms} rooms quiet?`);
    expect(words).toContain("ANPUD");
    expect(words).toContain("4 Jan 2027");
    expect(await paused()).toHaveLength(rooms);
    expect(toPlain(done.message)).toContain(`${rooms} rooms are quiet now`);
    const [audit] = await test.store.reading.selectFrom("audit").select(["command", "targets"]).execute();
    expect(audit).toEqual({ command: "pause", targets: "all" });
  });

  it("of another network is the secretariat's to give, named, and rehearsed", async () => {
    expect(await test.say("web:enpud", "/pause --for anpud", COORDINATOR)).toMatchObject({ code: "not_allowed" });
    expect(await test.say("web:anpud", "/pause --for all", COORDINATOR)).toMatchObject({ code: "not_allowed" });
    const { words } = await press("/pause --for anpud");
    expect(words).toContain("until somebody writes /resume");
    expect(await paused()).toEqual(["web:anpud"]);
  });

  it("of one's own network acts at once where no other room is in it", async () => {
    expect((await test.say("web:anpud", "/pause --for network", COORDINATOR)).message.actions[0]?.command).toBe("resume --for anpud");
    expect(await paused()).toEqual(["web:anpud"]);
  });

  it("never cuts short what a room has asked for itself", async () => {
    await test.say("web:anpud", "/pause 2027-03-01");
    const { words } = await press("/pause 2027-01-04 --for all");
    expect(words).toContain("One room rests longer already");
    expect((await ends()).get("web:anpud")).toBe("2027-03-01");
    expect(await test.say(HOME, "/pause 2027-01-04 --for all", COORDINATOR)).toMatchObject({ ok: false, code: "already_done" });
  });

  it("asks again when a room was paused between looking and pressing", async () => {
    const rehearsal = await test.say(HOME, "/pause 2027-01-04 --for all", COORDINATOR);
    await test.say("web:anpud", "/pause 2027-03-01");
    const again = await test.say(HOME, rehearsal.message.actions[0]?.command ?? "", COORDINATOR);
    expect(toPlain(again.message)).toContain("One room rests longer already");
    expect(await paused()).toEqual(["web:anpud"]);
  });

  it.each(["2027-01-04", ""])("is taken back whole by undo, except where a room has its own (%j)", async (until) => {
    await test.say("web:anpud", `/pause ${until === "" ? "" : "2027-03-01"}`);
    await press(`/pause ${until} --for all`);
    await press("/undo");
    expect(await paused()).toEqual(["web:anpud"]);
  });
});

describe("the end of a pause", () => {
  it("of one's own room comes at once; of all it is rehearsed", async () => {
    await test.say("web:anpud", "/pause");
    expect(toPlain((await test.say("web:anpud", "/resume")).message)).toContain("This room hears from me again");
    await press("/pause --for all");
    const { words } = await press("/resume --for all");
    expect(words).toContain("asked for quiet themselves");
    expect(await paused()).toEqual([]);
  });
});
