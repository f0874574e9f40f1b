import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../src/answer.ts";
import { callWorker } from "../../src/jobs/calls.ts";
import { spansText, toPlain } from "../../src/plain.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const NETWORKS = ["anpud", "enpud", "euronpud", "lanpud", "menanpud", "nanpud", "africanpud", "oceania", "inwud"] as const;
const ROOMS = NETWORKS.map((network): RoomAddress => `web:${network}`);
const COORDINATION: RoomAddress = "web:coordination";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: TestApp;
beforeEach(async () => {
  world = await openTestApp({ now: "2026-12-01T10:00Z" });
  await world.settle();
});
afterEach(() => world.close());

const asCoordinator = { as: "coordinator", roles: ["coordinator" as const] };

function wordsOf(answer: Answer): string {
  return toPlain(answer.message);
}

/** A draft in English and Russian. Returns its id, as the answer's buttons carry it. */
async function draft(room: RoomAddress = COORDINATION, line = 'call new sign-on --title "A seat for us" --until "5 January 2027" --goal 188'): Promise<string> {
  const made = await world.say(room, `${line} --language en`, { ...asCoordinator, body: "We ask the Commission for a seat." });
  expect(wordsOf(made)).toContain("Nobody has been told yet");
  const id = made.message.actions[0]?.command.split(" ")[2];
  if (id === undefined) throw new Error("The draft has no id.");
  await world.say(room, `call text ${id} ru --title "Место для нас"`, { ...asCoordinator, body: "Мы просим Комиссию о месте." });
  return id;
}

/** Says a broadcasting line, and then presses the button that sends it. */
async function confirm(room: RoomAddress, line: string, who: { as: string; roles: "coordinator"[] } = asCoordinator): Promise<Answer> {
  const rehearsed = await world.say(room, line, who);
  const send = rehearsed.message.actions[0];
  if (!rehearsed.ok || send === undefined) throw new Error(`Not rehearsed: ${wordsOf(rehearsed)}`);
  return world.say(room, send.command, who);
}

async function publish(line?: string): Promise<string> {
  const id = await draft(COORDINATION, line);
  expect((await confirm(COORDINATION, `call publish ${id}`)).ok).toBe(true);
  await world.settle();
  return id;
}

/** The copies of calls in one room, oldest first, as they stand. */
function copies(room: RoomAddress, id: string) {
  return world.chat.posts.filter(
    (post) => post.room === room && [post.message, ...post.edits].some((message) => message.actions.some((action) => action.command.includes(id))),
  );
}

function shownIn(room: RoomAddress, id: string): string {
  const [copy] = copies(room, id);
  if (copy === undefined) throw new Error(`No copy in ${room}.`);
  return toPlain(copy.edits.at(-1) ?? copy.message);
}

async function pass(milliseconds: number): Promise<void> {
  world.clock.advance(milliseconds);
  await world.settle();
}

async function work(id: string): Promise<void> {
  await callWorker.run(world.app, `call:${id}`);
  await world.settle();
}

describe("publishing a call", () => {
  it("rehearses first: how many rooms, in which languages, with which text, and tells nobody", async () => {
    const id = await draft();
    const before = world.chat.posts.length;
    const words = wordsOf(await world.say(COORDINATION, `call publish ${id}`, asCoordinator));
    await world.settle();
    expect(words).toContain("9 rooms: AfricaNPUD, ANPUD, ");
    expect(words).toContain("We ask the Commission for a seat.");
    expect(words).toContain("Мы просим Комиссию о месте.");
    expect(words).toContain("There is no text in Spanish, so they get the one in English.");
    expect(world.chat.posts.length).toBe(before);
  });

  it("puts one card into every network's room, each in its language, and none into coordination", async () => {
    const id = await publish();
    for (const room of ROOMS) expect(copies(room, id).length, room).toBe(1);
    expect(copies(COORDINATION, id).length).toBe(0);
    expect(shownIn("web:anpud", id)).toContain("We ask the Commission for a seat.");
    expect(shownIn("web:enpud", id)).toContain("Мы просим Комиссию о месте.");
    expect(shownIn("web:enpud", id)).not.toContain("We ask");
    expect(copies("web:lanpud", id)[0]?.message.language).toBe("es");
    expect(shownIn("web:lanpud", id)).toContain("We ask the Commission for a seat.");
  });

  it("reaches only the networks that are named", async () => {
    const id = await draft();
    await confirm(COORDINATION, `call publish ${id} --networks anpud,enpud`);
    await world.settle();
    expect(ROOMS.filter((room) => copies(room, id).length > 0)).toEqual(["web:anpud", "web:enpud"]);
    expect((await world.say("web:lanpud", `call show ${id}`)).code).toBe("unknown_subject");
  });

  it("asks again when a text was added after the rehearsal", async () => {
    const id = await draft();
    const rehearsed = await world.say(COORDINATION, `call publish ${id}`, asCoordinator);
    await world.say(COORDINATION, `call text ${id} es --title "Un lugar"`, { ...asCoordinator, body: "Pedimos un lugar." });
    const again = await world.say(COORDINATION, rehearsed.message.actions[0]?.command ?? "", asCoordinator);
    await world.settle();
    expect(wordsOf(again)).toContain("Pedimos un lugar.");
    expect(copies("web:lanpud", id).length).toBe(0);
  });

  it("freezes the texts and shows their fingerprint", async () => {
    const id = await publish();
    const late = await world.say(COORDINATION, `call text ${id} es --title "Un lugar"`, { ...asCoordinator, body: "Pedimos un lugar." });
    expect(late.code).toBe("call_frozen");
    expect(wordsOf(await world.say("web:anpud", `call show ${id}`))).toMatch(/[0-9a-f]{64}/);
  });

  it("is for coordinators of the calling network or of coordination", async () => {
    const id = await draft("web:anpud");
    expect((await world.say("web:anpud", `call publish ${id}`)).code).toBe("not_allowed");
    expect((await world.say("web:enpud", `call publish ${id}`, asCoordinator)).code).toBe("unknown_subject");
    expect((await world.say(COORDINATION, `call publish ${id}`, asCoordinator)).ok).toBe(true);
  });

  it("asks for what is missing", async () => {
    const asked = await world.say(COORDINATION, "call new sign-on", asCoordinator);
    expect(asked.form?.fields.filter((field) => field.required).map((field) => field.name)).toEqual(["title", "until", "body"]);
  });

  it("does not go out on Remembrance Day, unless it is urgent", async () => {
    world.clock.set("2027-07-21T10:00Z");
    const until = '--until "5 September 2027"';
    const id = await draft(COORDINATION, `call new sign-on --title "A seat" ${until}`);
    const refused = await world.say(COORDINATION, `call publish ${id}`, asCoordinator);
    expect(refused.code).toBe("day_of_mourning");
    const urgent = await draft(COORDINATION, `call new urgent --title "A life at risk" ${until}`);
    expect((await world.say(COORDINATION, `call publish ${urgent}`, asCoordinator)).ok).toBe(true);
  });

  it("reaches a paused room when it comes back", async () => {
    await world.store.write((trx) =>
      trx.updateTable("rooms").set({ paused_until: world.clock.now() + HOUR }).where("address", "=", "web:anpud").execute(),
    );
    const id = await publish();
    expect(copies("web:anpud", id).length).toBe(0);
    world.clock.advance(HOUR);
    await work(id);
    expect(copies("web:anpud", id).length).toBe(1);
    expect(copies("web:enpud", id).length).toBe(1);
  });
});

describe("answers", () => {
  it("of 188 organisations in 9 rooms are counted exactly, with at most one edit a room and minute", async () => {
    const id = await publish();
    const startedAt = world.clock.now();
    for (let index = 0; index < 188; index += 1) {
      const room = ROOMS[index % ROOMS.length] ?? COORDINATION;
      const answer = await world.say(room, `call support ${id} "Organisation ${index}"`, { as: `person-${index}` });
      expect(answer.ok).toBe(true);
      world.clock.advance(2_000);
      if (index % 5 === 0) await world.settle();
    }
    await pass(MINUTE);
    const minutes = Math.ceil((world.clock.now() - startedAt) / MINUTE);
    for (const room of ROOMS) {
      expect(copies(room, id).length, room).toBe(1);
      const edits = copies(room, id)[0]?.edits.length ?? 0;
      expect(edits, room).toBeGreaterThan(1);
      expect(edits, room).toBeLessThanOrEqual(minutes);
      expect(copies(room, id)[0]?.edits.at(-1)?.blocks).toContainEqual({ progress: { done: 188, goal: 188, label: expect.any(String) } });
    }
    expect(shownIn("web:anpud", id)).toContain("188 / 188 organisations from 9 regions");
  });

  it("that come forty in a minute make one edit of each copy", async () => {
    const id = await publish();
    for (let index = 0; index < 40; index += 1) {
      await world.say(ROOMS[index % 3] ?? COORDINATION, `call support ${id} "Organisation ${index}"`);
      await pass(1_000);
    }
    await pass(MINUTE);
    for (const room of ROOMS) expect(copies(room, id)[0]?.edits.length, room).toBe(1);
    expect(shownIn("web:anpud", id)).toContain("40 / 188 organisations from 3 regions");
  });

  it("of one organisation from two rooms count once, and saying it again does no harm", async () => {
    const id = await publish();
    expect(wordsOf(await world.say("web:anpud", `call support ${id} "Réd UD, e.V."`))).toContain("Counted: Réd UD, e.V.");
    const again = await world.say("web:euronpud", `call support ${id} "RED UD"`);
    expect(again.ok).toBe(true);
    expect(wordsOf(again)).toContain("already counted");
    await pass(MINUTE);
    expect(shownIn("web:anpud", id)).toContain("1 / 188 organisations from 1 region");
  });

  it("are for the asker alone, and no room learns who answered or who did not", async () => {
    const id = await publish();
    const answer = await world.say("web:anpud", `call support ${id} "Visible Name"`);
    expect(answer.to).toBe("asker");
    await pass(MINUTE);
    for (const room of ROOMS) {
      const everything = world.chat.standing(room).map((message) => toPlain(message)).join("\n");
      expect(everything, room).not.toContain("Visible Name");
    }
    expect(wordsOf(await world.say("web:enpud", `call show ${id}`))).not.toContain("Visible Name");
    const audit = await world.store.reading.selectFrom("audit").selectAll().execute();
    expect(JSON.stringify(audit)).not.toContain("Visible Name");
  });

  it("are taken back in one step, where they were given", async () => {
    const id = await publish();
    await world.say("web:anpud", `call support ${id} "One"`);
    await world.say("web:euronpud", `call support ${id} "Two"`);
    expect(wordsOf(await world.say("web:euronpud", `call withdraw-support ${id} one`))).toContain("not counted from here");
    expect(wordsOf(await world.say("web:anpud", `call withdraw-support ${id} one`))).toContain("no longer counted");
    await pass(MINUTE);
    expect(shownIn("web:anpud", id)).toContain("1 / 188 organisations from 1 region");
  });
});

describe("holding and ending a call", () => {
  it("stops answers everywhere at once, and any coordinator who has the call may do it", async () => {
    const id = await publish();
    await world.say("web:anpud", `call support ${id} "One"`);
    expect((await world.say("web:enpud", `call hold ${id}`)).code).toBe("not_allowed");
    expect((await world.say("web:enpud", `call hold ${id}`, asCoordinator)).ok).toBe(true);
    await world.settle();
    expect(shownIn("web:anpud", id)).toContain("On hold: A seat for us");
    expect((await world.say("web:anpud", `call support ${id} "Two"`)).code).toBe("call_closed");
    expect((await world.say(COORDINATION, `call open ${id}`, asCoordinator)).ok).toBe(true);
    await world.settle();
    expect(shownIn("web:anpud", id)).toContain("Sign-on letter: A seat for us");
    expect((await world.say("web:anpud", `call support ${id} "Two"`)).ok).toBe(true);
  });

  it("closes with the result in every room", async () => {
    const id = await publish();
    await world.say("web:anpud", `call support ${id} "One"`);
    await world.say("web:enpud", `call support ${id} "Two"`);
    expect((await confirm(COORDINATION, `call close ${id}`)).ok).toBe(true);
    await world.settle();
    for (const room of ROOMS) expect(copies(room, id).length, room).toBe(2);
    const [first, result] = copies("web:anpud", id);
    expect(toPlain(first?.edits.at(-1) ?? { title: [], tone: "plain", blocks: [], actions: [], language: "en" })).toContain("Closed: A seat for us");
    expect(spansText(result?.message.title ?? [], "en")).toBe("Closed: A seat for us");
    expect(toPlain(result?.message ?? { title: [], tone: "plain", blocks: [], actions: [], language: "en" })).toContain("2 / 188 organisations from 2 regions");
    expect((await world.say("web:anpud", `call support ${id} "Three"`)).code).toBe("call_closed");
  });

  it("ends by itself when its time is over", async () => {
    const id = await publish();
    world.clock.set("2027-01-06T00:00Z");
    await work(id);
    expect(shownIn("web:anpud", id)).toContain("Closed: A seat for us");
    expect(copies("web:anpud", id).length).toBe(2);
    await work(id);
    expect(copies("web:anpud", id).length).toBe(2);
  });

  it("reminds once, within waking hours, and only where no organisation has answered", async () => {
    const id = await publish();
    await world.say("web:anpud", `call support ${id} "One"`);
    await pass(MINUTE);
    const end = Date.parse("2027-01-06T00:00Z");
    for (world.clock.set("2026-12-31T00:00Z"); world.clock.now() < end; world.clock.advance(30 * MINUTE)) await work(id);
    expect(copies("web:anpud", id).length).toBe(1);
    for (const room of ROOMS.filter((candidate) => candidate !== "web:anpud")) {
      expect(copies(room, id).length, room).toBe(2);
      expect(copies(room, id)[1]?.message.tone, room).toBe("quiet");
    }
  });

  it("loses its text in every copy when it is taken back", async () => {
    const id = await publish();
    const shown = ROOMS.map((room) => copies(room, id)[0]);
    const undone = await confirm(COORDINATION, "undo");
    expect(undone.ok).toBe(true);
    await world.settle();
    for (const copy of shown) {
      const text = toPlain(copy?.edits.at(-1) ?? { title: ["none"], tone: "plain", blocks: [], actions: [], language: "en" });
      expect(text).not.toMatch(/seat|мест/i);
      expect(copy?.edits.at(-1)?.actions).toEqual([]);
    }
    expect((await world.say("web:anpud", `call support ${id} "One"`)).code).toBe("call_closed");
    expect(wordsOf(await world.say("web:anpud", `call show ${id}`))).not.toContain("seat");
  });
});

describe("a long text", () => {
  it("is cut on the card and whole in call show", async () => {
    const body = `${"We ask for a seat at the table. ".repeat(60)}\n\nThe last paragraph.`;
    const made = await world.say(COORDINATION, 'call new statement --title "Long" --until "5 January 2027" --language en', { ...asCoordinator, body });
    const id = made.message.actions[0]?.command.split(" ")[2] ?? "";
    await confirm(COORDINATION, `call publish ${id}`);
    await world.settle();
    expect(shownIn("web:anpud", id)).not.toContain("The last paragraph.");
    expect(shownIn("web:anpud", id)).toContain(`call show ${id}`);
    const whole = await world.say("web:anpud", `call show ${id}`);
    expect(wordsOf(whole)).toContain("The last paragraph.");
    // A piece may end within the sentence.
    expect(wordsOf(whole).replaceAll("\n> ", " ").match(/seat at the table/g)?.length).toBe(60);
  });
});

describe("the list of calls", () => {
  it("shows a room what it may know: its own drafts and what was sent to it", async () => {
    const drafted = await draft("web:anpud");
    const published = await publish();
    const anpud = wordsOf(await world.say("web:anpud", "call list"));
    expect(anpud).toContain(drafted);
    expect(anpud).toContain(published);
    const enpud = wordsOf(await world.say("web:enpud", "call list"));
    expect(enpud).not.toContain(drafted);
    expect(enpud).toContain(published);
  });
});
