/** Dates read in texts: proposed, judged, and asked about again when the text changes. The readers are the real ones. */
import { afterEach, describe, expect, it } from "vitest";
import { findDeadline } from "../../src/calendar/deadlines.ts";
import { toPlain } from "../../src/plain.ts";
import type { Fetch, Role } from "../../src/ports.ts";
import { cutPassage } from "../../src/proposals/passage.ts";
import { pasteKey } from "../../src/proposals/pastes.ts";
import { openTestApp, type TestApp, type TestAppOptions } from "../support/app.ts";

const ROOM = "web:anpud";
const REVIEW = "web:coordination";
const COORDINATOR: { roles: Role[] } = { roles: ["coordinator"] };
const CALL = `Call for input: drug policy and the right to health

The Special Rapporteur on the right to health invites civil society to send written input on harm reduction and people who use drugs.

Deadline: 15 March 2027, 6 p.m. Geneva time.`;

let open: TestApp | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function openApp(options: TestAppOptions = {}): Promise<TestApp> {
  open = await openTestApp({ now: "2026-11-23T10:00:00Z", ...options });
  await open.settle();
  return open;
}

/** Pastes, and lets what it sets off happen. */
async function paste(app: TestApp, line: string, body?: string): Promise<void> {
  await app.say(ROOM, line, { ...COORDINATOR, ...(body === undefined ? {} : { body }) });
  const [waiting] = await app.store.reading.selectFrom("pastes").select("id").where("state", "=", "waiting").execute();
  if (waiting !== undefined) await app.wake(pasteKey(waiting.id));
  await app.settle();
}

const texts = (app: TestApp, room: typeof ROOM | typeof REVIEW): string[] => app.standing(room).map((message) => toPlain(message));
const proposalIn = (app: TestApp, room: typeof ROOM | typeof REVIEW) => app.standing(room).filter((message) => message.actions.some(({ command }) => command.startsWith("proposal "))).at(-1);
const press = async (app: TestApp, room: typeof ROOM | typeof REVIEW, verb: string) => {
  const command = proposalIn(app, room)?.actions.find((action) => action.command.startsWith(`proposal ${verb}`))?.command;
  if (command === undefined) throw new Error(`nothing to ${verb}`);
  return app.say(room, command, COORDINATOR);
};
const pageOf = (html: () => string): Fetch => async ({ url }) => ({ status: "changed", body: Buffer.from(html()), contentType: "text/html; charset=utf-8", finalUrl: url });

describe("a pasted text", () => {
  it("is proposed where it was pasted and in coordination, with the date marked in its passage", async () => {
    const app = await openApp();
    await paste(app, "propose", CALL);
    const here = proposalIn(app, ROOM);
    expect(texts(app, ROOM).at(-1)).toContain("Is this a deadline? Call for input: drug policy and the right to health");
    expect(here?.blocks.find((block) => "quote" in block)).toMatchObject({ quote: expect.arrayContaining([{ strong: "15 March 2027" }]) });
    expect(toPlain(proposalIn(app, REVIEW) ?? expect.fail("nothing in coordination"))).toContain("15 Mar 2027");
  });

  it("becomes a deadline in its official zone when a coordinator confirms it, and every copy says so", async () => {
    const app = await openApp();
    await paste(app, "propose", CALL);
    const answer = await press(app, REVIEW, "confirm");
    expect(answer.ok).toBe(true);
    await app.settle();
    const { deadline } = await app.store.reading.selectFrom("proposals").select("deadline").executeTakeFirstOrThrow();
    expect(await findDeadline(app.store.reading, deadline ?? "")).toMatchObject({
      mechanism: "special-procedures", dueOn: "2027-03-15", dueTime: "18:00", zone: "Europe/Zurich", confidence: "person", status: "confirmed",
    });
    for (const room of [ROOM, REVIEW] as const) expect(texts(app, room).filter((text) => text.includes("In the calendar:"))).toHaveLength(1);
  });

  it("is confirmed by a coordinator only", async () => {
    const app = await openApp();
    await paste(app, "propose", CALL);
    const command = proposalIn(app, ROOM)?.actions[0]?.command ?? "";
    expect(await app.say(ROOM, command)).toMatchObject({ ok: false });
    expect(await app.store.reading.selectFrom("deadlines").select("id").where("title", "like", "Call for input%").execute()).toEqual([]);
  });

  it("asks for what should be otherwise, filled with what was read, and takes the corrected day", async () => {
    const app = await openApp();
    await paste(app, "propose", CALL);
    const { form } = await press(app, ROOM, "correct");
    expect(form?.fields.find(({ name }) => name === "on")).toMatchObject({ value: "2027-03-15" });
    const id = (await app.store.reading.selectFrom("proposals").select("id").executeTakeFirstOrThrow()).id;
    await app.say(ROOM, `proposal correct ${id} --on 2027-03-20 --title "Input on drug policy"`, COORDINATOR);
    const { deadline } = await app.store.reading.selectFrom("proposals").select("deadline").executeTakeFirstOrThrow();
    expect(await findDeadline(app.store.reading, deadline ?? "")).toMatchObject({ dueOn: "2027-03-20", dueTime: null, title: "Input on drug policy" });
  });

  it("is put away, can be brought back, and is not proposed a second time", async () => {
    const app = await openApp();
    await paste(app, "propose", CALL);
    await press(app, ROOM, "dismiss");
    await app.settle();
    expect(texts(app, REVIEW).at(-1)).toContain("Put away.");
    await paste(app, "propose", CALL);
    expect(await app.store.reading.selectFrom("proposals").select("state").execute()).toEqual([{ state: "dismissed" }]);
    expect(texts(app, ROOM).at(-1)).toContain("No new date");
    await press(app, REVIEW, "reopen");
    expect(await app.store.reading.selectFrom("proposals").select("state").execute()).toEqual([{ state: "waiting" }]);
  });

  it("shows the new state to whoever presses an old button", async () => {
    const app = await openApp();
    await paste(app, "propose", CALL);
    const old = proposalIn(app, ROOM)?.actions[0]?.command ?? "";
    await app.say(REVIEW, old, COORDINATOR);
    const answer = await app.say(ROOM, old, COORDINATOR);
    expect(toPlain(answer.message)).toContain("In the calendar:");
    expect(await app.store.reading.selectFrom("deadlines").select("id").where("title", "like", "Call for input%").execute()).toHaveLength(1);
  });

  it("says when it holds no date, and keeps nothing of it", async () => {
    const app = await openApp();
    await paste(app, "propose", "The Council met on 3 March 2026 and heard the report.");
    expect(texts(app, ROOM).at(-1)).toContain("No new date in the text");
    expect(await app.store.reading.selectFrom("pastes").select(["state", "text"]).execute()).toEqual([{ state: "read", text: "" }]);
  });

  it("names a body by a person's choice when the text names none", async () => {
    const app = await openApp();
    await paste(app, "propose", "Sign-on letter on naloxone\n\nOrganisations of people who use drugs can sign until 5 February 2027.");
    const first = proposalIn(app, ROOM)?.actions[0];
    expect(first?.command).toMatch(/^proposal correct /);
    const id = first?.command.split(" ").at(-1) ?? "";
    expect(await app.say(ROOM, `proposal confirm ${id}`, COORDINATOR)).toMatchObject({ ok: false, code: "argument_missing" });
    await app.say(ROOM, `proposal correct ${id} --mechanism who`, COORDINATOR);
    expect(await app.store.reading.selectFrom("proposals").select("state").execute()).toEqual([{ state: "confirmed" }]);
  });
});

describe("a pasted link", () => {
  const page = (day: string): string => `<html><body><nav>Deadline 1 January 2030</nav><main><h1>Call for input on harm reduction</h1><p>The Special Rapporteur on torture invites submissions on compulsory drug detention. ${"More words about it. ".repeat(12)}</p><p>Please send your input by ${day}.</p></main></body></html>`;

  it("is read from the page, and asks to move the deadline when the page says another day", async () => {
    let day = "1 March 2027";
    const app = await openApp({ fetch: pageOf(() => page(day)) });
    await paste(app, "propose https://example.org/call");
    await press(app, REVIEW, "confirm");
    await app.settle();
    day = "15 March 2027";
    await paste(app, "propose https://example.org/call");
    expect(texts(app, REVIEW).at(-1)).toContain("Has this deadline moved?");
    const rehearsal = await press(app, REVIEW, "confirm");
    const move = rehearsal.message.actions.find(({ command }) => command.includes("--seen"));
    await app.say(REVIEW, move?.command ?? "", COORDINATOR);
    const { deadline } = await app.store.reading.selectFrom("proposals").select("deadline").where("due_on", "=", "2027-03-15").executeTakeFirstOrThrow();
    expect(await findDeadline(app.store.reading, deadline ?? "")).toMatchObject({ dueOn: "2027-03-15", status: "moved" });
  });

  it("moves what still waits with the page, and tells that it is gone when the page says it no longer", async () => {
    let html = page("1 March 2027");
    const app = await openApp({ fetch: pageOf(() => html) });
    await paste(app, "propose https://example.org/call");
    html = page("8 March 2027");
    await paste(app, "propose https://example.org/call");
    expect(await app.store.reading.selectFrom("proposals").select(["due_on", "state", "revision"]).execute()).toEqual([{ due_on: "2027-03-08", state: "waiting", revision: 2 }]);
    html = "<html><body><p>This call is closed.</p></body></html>";
    await paste(app, "propose https://example.org/call");
    expect(texts(app, REVIEW).find((text) => text.includes("harm reduction"))).toContain("does not say this any more");
  });

  it("says why a page could not be read and what to do instead", async () => {
    const app = await openApp({ fetch: async () => ({ status: "failed", code: "blocked" }) });
    await paste(app, "propose https://example.org/call");
    expect(texts(app, ROOM).at(-1)).toMatch(/Could not read .*example\.org.*: the site refuses bots[^]*copy its text/);
  });
});

describe("the passage of a date", () => {
  it("holds the date where it says, between whole words", () => {
    const text = `${"before words ".repeat(60)}by 5 May 2027 at the latest ${"after words ".repeat(60)}`;
    const from = text.indexOf("5 May");
    const passage = cutPassage(text, { from, until: from + "5 May 2027".length });
    expect(passage.text.slice(passage.from, passage.until)).toBe("5 May 2027");
    expect(passage.text).toMatch(/^… (before|words)\b[^]*\b(after|words) …$/);
    expect(passage.text.length).toBeLessThan(360);
  });
});
