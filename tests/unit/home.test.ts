import type { KyselyPlugin } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { drawHomeEmpty, drawHomeTop, type HomeSection, loadHome } from "../../src/home.ts";
import { speak } from "../../src/i18n.ts";
import { LANGUAGES, type Message } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import type { Database, RoomAddress } from "../../src/ports.ts";
import { openTestApp, type TestApp, testDirectory } from "../support/app.ts";

const COORDINATOR = { roles: ["coordinator" as const] };

let opened: TestApp | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(now = "2026-11-20T12:00:00Z"): Promise<TestApp> {
  opened = await openTestApp({ now });
  return opened;
}

function home(app: TestApp, ...addresses: RoomAddress[]): Promise<HomeSection[]> {
  return loadHome(app.store.reading, addresses, testDirectory, app.clock.now());
}

async function section(app: TestApp, address: RoomAddress): Promise<Message> {
  const [only] = await home(app, address);
  if (only === undefined) throw new Error(`${address} has no section.`);
  return only.message;
}

async function allRooms(app: TestApp): Promise<RoomAddress[]> {
  const rows = await app.store.reading.selectFrom("rooms").select("address").orderBy("address").execute();
  // Opened by `prepare`, from the shipped files.
  return rows.map(({ address }) => address as RoomAddress);
}

function lines(message: Message): string[] {
  return message.actions.map((action) => action.command);
}

/** Publishes a sign-on letter from one room to the networks named; returns its id. */
async function publish(app: TestApp, from: RoomAddress, to: string, title: string, until = "5 January 2027"): Promise<string> {
  await app.say(from, `/call new sign-on --title "${title}" --until "${until}"`, { ...COORDINATOR, body: "The text." });
  const newest = await app.store.reading.selectFrom("calls").select("id").where("state", "=", "draft").executeTakeFirstOrThrow();
  const rehearsed = await app.say(from, `/call publish ${newest.id} --networks ${to}`, COORDINATOR);
  await app.say(from, rehearsed.message.actions[0]?.command ?? "", COORDINATOR);
  return newest.id;
}

describe("a person's page", () => {
  it("shows the next dates of a room under the name of its network, real ones first", async () => {
    const app = await open();
    const text = toPlain(await section(app, "web:anpud"));
    expect(text).toMatch(/^ANPUD\nNext\n- HRC: written statement · Wed 10 Feb 2027 · in 2 months\n/);
    expect(text.indexOf("Next")).toBeLessThan(text.indexOf("Good to know"));
    expect(text.match(/^- /gm)).toHaveLength(5);
  });

  it("marks what is ours, what is an estimate and what needs something to happen first", async () => {
    const app = await open();
    const planning = toPlain(await section(app, "web:anpud"));
    expect(planning).toMatch(/\(our planning day\) · about November 2026$/m);
    app.clock.set("2026-12-01T12:00:00Z");
    const text = toPlain(await section(app, "web:inwud"));
    expect(text).toMatch(/^- CRC: additional submission \(January session\) \(only if it takes place\) · about Tue 15 Dec 2026$/m);
  });

  it("names the way round for what a network may not do itself", async () => {
    const app = await open();
    expect(toPlain(await section(app, "web:anpud"))).toMatch(/^- WHO: .* · for groups in official relations with WHO\. Without it: ask a partner that has it$/m);
  });

  it("shows nothing of a room whose address was not given, and no section for an address that is no room", async () => {
    const app = await open();
    const id = await publish(app, "web:lanpud", "lanpud", "Only in the south");
    await app.say("web:lanpud", "/take hrc-64-written-statement");
    const sections = await home(app, "web:anpud", "web:nowhere");
    expect(sections.map(({ room }) => room.address)).toEqual(["web:anpud"]);
    const everything = JSON.stringify(sections.map(({ message }) => message));
    for (const secret of ["LANPUD", "lanpud", "Only in the south", id, "taken by"]) expect(everything).not.toContain(secret);
    expect(await home(app)).toEqual([]);
    expect(await home(app, "web:nowhere")).toEqual([]);
  });

  it("puts the room with the nearest date first", async () => {
    const app = await open();
    await app.say("web:oceania", '/deadline internal hrc-64-written-statement P78D --title "our draft"', COORDINATOR);
    expect(toPlain(await section(app, "web:oceania"))).toContain("Tue 24 Nov 2026 · in 4 days");
    expect(toPlain(await section(app, "web:anpud"))).not.toContain("our draft");
    const order = (await home(app, "web:anpud", "web:oceania")).map(({ room }) => room.address);
    expect(order).toEqual(["web:oceania", "web:anpud"]);
    expect((await home(app, "web:oceania", "web:anpud")).map(({ room }) => room.address)).toEqual(order);
  });

  it("says to a network what it has taken, to coordination who has, and to no other", async () => {
    const app = await open();
    await app.say("web:anpud", "/take hrc-64-written-statement");
    expect(toPlain(await section(app, "web:anpud"))).toContain("HRC: written statement · Wed 10 Feb 2027 · in 2 months · taken by you\n");
    expect(toPlain(await section(app, "web:coordination"))).toContain("· taken by ANPUD\n");
    expect(toPlain(await section(app, "web:lanpud"))).not.toMatch(/ANPUD(?<!LANPUD)/);
  });

  it("offers to take or put off the nearest date that is still free, as it stands now", async () => {
    const app = await open();
    const before = lines(await section(app, "web:anpud"));
    expect(before[0]).toMatch(/^take hrc-64-written-statement --seen \d+$/);
    expect(before[1]).toBe("snooze hrc-64-written-statement");
    const pressed = await app.say("web:anpud", before[0] ?? "");
    expect(toPlain(pressed.message)).toContain("Your network takes");
    expect(lines(await section(app, "web:anpud"))).toEqual(["deadlines", "room", "help"]);
    await app.say("web:anpud", '/deadline internal hrc-64-written-statement P10D --title "our draft"', COORDINATOR);
    expect(lines(await section(app, "web:anpud"))[0]).toMatch(/^take hrc-64-written-statement-anpud --seen \d+$/);
  });

  it("has lines behind every button that the room understands", async () => {
    const app = await open();
    await publish(app, "web:anpud", "all", "Open letter");
    for (const { room, message } of await home(app, ...(await allRooms(app)))) {
      expect(lines(message).slice(-4)).toEqual(["deadlines", "call list", "room", "help"]);
      for (const line of lines(message)) expect((await app.say(room.address, line)).ok, `${room.address} ${line}`).toBe(true);
    }
  });

  it("shows open calls with how many have signed, the one that ends first before the others", async () => {
    const app = await open();
    await publish(app, "web:anpud", "all", "The later letter", "20 January 2027");
    const id = await publish(app, "web:anpud", "all", "The nearer letter", "5 January 2027");
    await app.say("web:lanpud", `/call support ${id} "Red Sur"`);
    const message = await section(app, "web:oceania");
    expect(toPlain(message)).toMatch(
      /2 open calls\n- Sign-on letter: The nearer letter · until Tue 5 Jan 2027, in 6 weeks · 1 organisation\n- Sign-on letter: The later letter · .* · no organisation yet/,
    );
    expect(lines(message)).toContain(`call support ${id}`);
    expect(lines(await section(app, "web:coordination")).join("\n")).not.toContain("call support");
  });

  it("drops a call that is on hold, has ended, was hidden or went to others", async () => {
    const app = await open();
    const held = await publish(app, "web:anpud", "all", "On hold");
    await app.say("web:anpud", `/call hold ${held}`, COORDINATOR);
    await publish(app, "web:anpud", "anpud,lanpud", "Not for all");
    const short = await publish(app, "web:anpud", "all", "Ends soon", "25 November 2026");
    expect(toPlain(await section(app, "web:oceania"))).toContain("1 open call\n- Sign-on letter: Ends soon");
    for (const title of ["Not for all", "Ends soon"]) expect(toPlain(await section(app, "web:lanpud"))).toContain(title);
    await app.say("web:lanpud", `/hide ${short}`);
    expect(toPlain(await section(app, "web:lanpud"))).not.toContain("Ends soon");
    app.clock.set("2026-11-27T12:00:00Z");
    const after = await section(app, "web:oceania");
    expect(toPlain(after)).not.toContain("open call");
    expect(lines(after)).not.toContain("call list");
  });

  it("asks nothing of a room that rests, and says until when it does", async () => {
    const app = await open();
    await publish(app, "web:anpud", "all", "Open letter");
    await app.say("web:anpud", "/pause 3 weeks");
    const message = await section(app, "web:anpud");
    expect(toPlain(message)).toMatch(/^ANPUD\nThis room is quiet now · until Fri 11 Dec 2026/);
    expect(message.tone).toBe("quiet");
    expect(lines(message)).toEqual(["resume", "deadlines", "call list", "room", "help"]);
  });

  it("calls nobody to act on the day of mourning", async () => {
    const app = await open("2027-07-19T09:00:00Z");
    const id = await publish(app, "web:anpud", "anpud", "Open letter", "5 August 2027");
    app.clock.set("2027-07-21T09:00:00Z");
    const message = await section(app, "web:anpud");
    expect(toPlain(message)).toContain("Open letter");
    expect(lines(message).join("\n")).not.toContain("call support");
    app.clock.set("2027-07-22T09:00:00Z");
    expect(lines(await section(app, "web:anpud"))).toContain(`call support ${id}`);
  });

  it("is never empty: with nothing ahead it says so and what to do", async () => {
    const app = await open();
    for (const body of testDirectory.bodies) await app.say("web:anpud", `/unfollow ${body.key}`);
    const text = toPlain(await section(app, "web:anpud"));
    expect(text).toMatch(/^ANPUD\nNothing is known to come for this room in the next six months\. /);
    expect(text).toContain("/follow");
    expect(lines(await section(app, "web:anpud"))).toEqual(["deadlines P365D", "room", "help"]);
    const order = (await home(app, "web:anpud", "web:oceania")).map(({ room }) => room.address);
    expect(order).toEqual(["web:oceania", "web:anpud"]);
  });

  it("keeps hidden dates out", async () => {
    const app = await open();
    await app.say("web:anpud", "/hide hrc-64-written-statement");
    expect(toPlain(await section(app, "web:anpud"))).not.toContain("written statement");
    expect(toPlain(await section(app, "web:oceania"))).toContain("written statement");
  });

  it("says nothing of what it is about on a lock screen", async () => {
    const app = await open();
    for (const { message } of await home(app, ...(await allRooms(app)))) expect(message.discreet).toMatch(/^Clarion: \d+ \S+$/);
    expect(drawHomeTop(speak("en")).discreet).toBe("Clarion");
  });

  it("is drawn in the language of each room, in all of them", async () => {
    const app = await open();
    await publish(app, "web:anpud", "all", "Open letter");
    await app.say("web:anpud", "/take hrc-64-written-statement");
    for (const language of LANGUAGES) {
      await app.say("web:anpud", `/room set --language ${language}`);
      const message = await section(app, "web:anpud");
      expect(message.language).toBe(language);
      expect(toPlain(message)).toMatch(/^\u2068?ANPUD/);
      // A sentence that the catalogue lacks is shown as its key.
      for (const drawn of [message, drawHomeTop(speak(language)), drawHomeEmpty(speak(language))]) expect(toPlain(drawn, { numbers: true })).not.toContain("home.");
    }
  });

  it("tells a person who is in no room what Clarion is and how to begin", () => {
    const text = toPlain(drawHomeEmpty(speak("en")));
    expect(text).toContain("dates at the United Nations");
    expect(text).toContain("/clarion join NETWORK");
    expect(toPlain(drawHomeEmpty(speak("en"), [{ id: "anpud", name: "ANPUD" }]))).toContain("/clarion join anpud · ANPUD");
  });

  it("asks as little of the database for ten rooms as for one", async () => {
    const app = await open();
    await publish(app, "web:anpud", "all", "Open letter");
    const ask = async (addresses: readonly RoomAddress[]): Promise<number> => {
      let questions = 0;
      const counter: KyselyPlugin = {
        transformQuery: ({ node }) => ((questions += 1), node),
        transformResult: async ({ result }) => result,
      };
      const counted: Database = app.store.reading.withPlugin(counter);
      await loadHome(counted, addresses, testDirectory, app.clock.now());
      return questions;
    };
    const rooms = await allRooms(app);
    expect(rooms.length).toBeGreaterThanOrEqual(10);
    const forOne = await ask(["web:anpud"]);
    expect(await ask(rooms)).toBe(forOne);
    expect(forOne).toBeLessThanOrEqual(12);
  });
});
