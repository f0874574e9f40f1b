/** Chats where everybody in the room sees what is asked, and that bring back after a restart what was said meanwhile. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commands } from "../../commands/index.ts";
import type { Answer } from "../../src/answer.ts";
import { isCarriedOut, TOO_LATE_MILLISECONDS } from "../../src/late.ts";
import { toPlain } from "../../src/plain.ts";
import type { Inbound, RoomAddress } from "../../src/ports.ts";
import { markerOf } from "../../src/rooms/markers.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const ROOM: RoomAddress = "web:anpud";
let at: TestApp;
beforeEach(async () => {
  at = await openTestApp();
});
afterEach(() => at.close());

const say = (line: string, event: string, more: Partial<Inbound> = {}): Promise<Answer> =>
  at.app.dispatch({ key: event, line, room: ROOM, actor: { id: "somebody", grants: [] }, origin: event, marker: event, ...more });
const posts = async () => {
  await at.app.deliver(ROOM);
  return at.chat.posts.map(({ message, options }) => ({ text: toPlain(message), replyTo: options[0]?.replyTo }));
};

describe("an answer in a room where everybody sees the question", () => {
  it("stands there as a reply, for a look-up, a refusal and a change alike", async () => {
    for (const [index, line] of ["deadlines", "deadline show nothing-like-it", "take hrc-64-written-statement"].entries()) {
      expect(await say(line, `$${index}`)).toMatchObject({ queued: true });
    }
    expect((await posts()).map(({ replyTo }) => replyTo)).toEqual(["$0", "$1", "$2"]);
  });

  it("is given once, however often the same message comes back", async () => {
    await say("deadlines", "$1");
    expect(await say("deadlines", "$1")).toMatchObject({ repeated: true });
    expect(await posts()).toHaveLength(1);
  });

  it("is left to the chat when it is a form or for the asker's eyes only, and is said to be a repeat the next time", async () => {
    const form = await say("deadline move hrc-64-written-statement", "$1", { actor: { id: "x", grants: ["coordinator"] } });
    expect(form).toMatchObject({ queued: false, repeated: false });
    expect(form.form).toBeDefined();
    expect(await say("role", "$2")).toMatchObject({ queued: false, private: true, repeated: false });
    expect(await say("role", "$2")).toMatchObject({ repeated: true });
    expect(await posts()).toEqual([]);
  });

  it("says when the question was asked, if that was long ago", async () => {
    await say("deadlines", "$1", { saidAt: at.clock.now() - 60_000 });
    await say("deadlines", "$2", { saidAt: at.clock.now() - 10 * 60_000 });
    const [soon, late] = await posts();
    expect(soon?.text).not.toContain("This comes late");
    expect(late?.text).toContain("This comes late: it was said Fri 20 Nov 2026");
  });
});

describe("how far a room has been read", () => {
  it("is kept with what the message did, also when it did nothing", async () => {
    for (const [index, line] of ["deadlines", "nonsense", "take hrc-64-written-statement", "room set", "role"].entries()) {
      await say(line, `$${index}`);
      expect(await markerOf(at.store.reading, ROOM)).toBe(`$${index}`);
    }
  });

  it("is kept where no room is yet", async () => {
    const elsewhere: RoomAddress = "web:elsewhere";
    expect(await say("room", "$1", { room: elsewhere })).toMatchObject({ queued: false, code: "not_a_room" });
    expect(await markerOf(at.store.reading, elsewhere)).toBe("$1");
    expect(await markerOf(at.store.reading, ROOM)).toBeUndefined();
  });
});

describe("what was said while Clarion was away", () => {
  const now = 1_000_000_000;
  it("is carried out when it is recent, or takes something back", () => {
    expect(isCarriedOut(commands, "deadlines", now - TOO_LATE_MILLISECONDS, now)).toBe(true);
    expect(isCarriedOut(commands, "deadlines", now - TOO_LATE_MILLISECONDS - 1, now)).toBe(false);
    for (const line of ["release hrc-64-written-statement", "call withdraw-support sign-on-x", "pause", "!call hold sign-on-x"]) {
      expect(isCarriedOut(commands, line, 0, now)).toBe(true);
    }
    for (const line of ["take hrc-64-written-statement", "nonsense", ""]) expect(isCarriedOut(commands, line, 0, now)).toBe(false);
  });

  it("is told once to be said again", async () => {
    expect(await say("missed 3", "$9")).toMatchObject({ queued: true, to: "room" });
    expect((await posts())[0]?.text).toContain("3 lines came meanwhile that I have not carried out.");
  });
});
