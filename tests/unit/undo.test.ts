import { describe, expect, it } from "vitest";
import { toPlain } from "../../src/plain.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const COORDINATOR = { roles: ["coordinator" as const], as: "secretariat" };
const STATEMENT = "hrc-64-written-statement";

/** Presses the button of a rehearsal. */
async function press(test: TestApp, line: string, who = COORDINATOR) {
  const rehearsal = await test.say("web:coordination", line, who);
  expect(rehearsal.ok, toPlain(rehearsal.message)).toBe(true);
  return { rehearsal, done: await test.say("web:coordination", rehearsal.message.actions[0]?.command ?? "", who) };
}

const dueOn = async (test: TestApp) =>
  (await test.store.reading.selectFrom("deadlines").select("due_on").where("id", "=", STATEMENT).executeTakeFirstOrThrow()).due_on;

describe("undo", () => {
  it("names the last broadcast, warns that it was read, and takes it back when the button is pressed", async () => {
    const test = await openTestApp();
    await press(test, `/deadline move ${STATEMENT} 2027-02-12`);
    expect(await dueOn(test)).toBe("2027-02-12");
    const { rehearsal, done } = await press(test, "/undo");
    const words = toPlain(rehearsal.message);
    expect(words).toContain("Take back the new date of Human Rights Council, 64th session: written statement?");
    expect(words).not.toContain("deadline move");
    expect(words).not.toContain(STATEMENT);
    expect(words).toContain("Notifications have already gone out");
    expect(done.ok).toBe(true);
    expect(await dueOn(test)).toBe("2027-02-10");
  });

  it.each([
    [`/deadline cancel ${STATEMENT}`, "Let Human Rights Council, 64th session: written statement stand again?"],
    [`/deadline confirm ${STATEMENT}`, "Take back the confirmation of Human Rights Council, 64th session: written statement?"],
    ["/pause 2027-01-04 --for all", "End the pause of every room?"],
  ])("names in people's words what %s did", async (line, words) => {
    const test = await openTestApp();
    await press(test, line);
    expect(toPlain((await test.say("web:coordination", "/undo", COORDINATOR)).message)).toContain(words);
  });

  it("names a call by its title, and a network that was paused by its name", async () => {
    const test = await openTestApp();
    const draft = await test.say("web:coordination", '/call new sign-on --title "An open letter" --until 2027-01-05 --body Text', COORDINATOR);
    const id = JSON.stringify(draft.message).match(/sign-on-[a-z0-9]+/)?.[0] ?? "";
    await press(test, `/call publish ${id} --networks anpud`);
    const { rehearsal } = await press(test, "/undo");
    expect(toPlain(rehearsal.message)).toContain("Take back the call “An open letter”?");
    expect(toPlain(rehearsal.message)).not.toContain(id);
    await press(test, "/pause --for anpud");
    expect(toPlain((await test.say("web:coordination", "/undo", COORDINATOR)).message)).toContain("End the pause of ANPUD?");
  });

  it("corrects every room that was told what is taken back", async () => {
    const test = await openTestApp({ now: "2027-01-26T12:00:00Z" });
    test.clock.set("2027-01-27T09:30:00Z");
    await test.settle();
    await press(test, `/deadline move ${STATEMENT} 2027-02-12`);
    await test.settle();
    await press(test, "/undo");
    test.clock.advance(86_400_000);
    await test.settle();
    const texts = test.standing("web:coordination").map((message) => toPlain(message));
    expect(texts.some((text) => text.includes("12 Feb 2027") && text.includes("10 Feb 2027"))).toBe(true);
  });

  it("takes back one's own broadcasts only, newest first, each once", async () => {
    const test = await openTestApp();
    await press(test, `/deadline move ${STATEMENT} 2027-02-12`);
    await press(test, `/deadline move ${STATEMENT} 2027-02-15`);
    expect(await test.say("web:coordination", "/undo", { ...COORDINATOR, as: "somebody else" })).toMatchObject({ ok: false, code: "nothing_to_undo" });
    await press(test, "/undo");
    expect(await dueOn(test)).toBe("2027-02-12");
    await press(test, "/undo");
    expect(await dueOn(test)).toBe("2027-02-10");
    expect(await test.say("web:coordination", "/undo", COORDINATOR)).toMatchObject({ ok: false, code: "nothing_to_undo" });
  });

  it("brings back the date a person gave to what hangs on a deadline, when the deadline's own move is taken back", async () => {
    const test = await openTestApp();
    const paper = "upr55-idn";
    const id = `${paper}-start-drafting-the-stakeholder-paper`;
    const on = async () => (await test.store.reading.selectFrom("deadlines").select("due_on").where("id", "=", id).executeTakeFirstOrThrow()).due_on;
    await press(test, `/deadline move ${id} 2026-12-15`);
    test.clock.advance(1_000);
    await press(test, `/deadline move ${paper} 2027-05-14`);
    expect(await on()).not.toBe("2026-12-15");
    await press(test, "/undo");
    expect(await on()).toBe("2026-12-15");
  });

  it("is refused to somebody who has lost the role since", async () => {
    const test = await openTestApp();
    await press(test, `/deadline move ${STATEMENT} 2027-02-12`);
    const rehearsal = await test.say("web:coordination", "/undo", { as: "secretariat" });
    const answer = await test.say("web:coordination", rehearsal.message.actions[0]?.command ?? "", { as: "secretariat" });
    expect(answer).toMatchObject({ ok: false, code: "not_allowed" });
    expect(await dueOn(test)).toBe("2027-02-12");
    // Refused whole: it can still be taken back by somebody who may.
    expect((await press(test, "/undo")).done.ok).toBe(true);
  });

  it("asks again when another broadcast came between looking and pressing", async () => {
    const test = await openTestApp();
    await press(test, `/deadline move ${STATEMENT} 2027-02-12`);
    const rehearsal = await test.say("web:coordination", "/undo", COORDINATOR);
    test.clock.advance(1_000);
    await press(test, `/deadline move ${STATEMENT} 2027-02-15`);
    const answer = await test.say("web:coordination", rehearsal.message.actions[0]?.command ?? "", COORDINATOR);
    expect(answer.message.actions[0]?.command).toContain("undo --seen");
    expect(await dueOn(test)).toBe("2027-02-15");
  });
});
