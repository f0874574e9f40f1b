/** Every unit of work, broken at every step it has: done again afterwards, it ends as if nothing had happened. */
import { describe, expect, it } from "vitest";
import { createMemoryChat, type MemoryChat } from "../../adapters/memory/chat.ts";
import { claimInbound } from "../../src/audit.ts";
import { LEASE_MILLISECONDS } from "../../src/delivery/deliver.ts";
import { post, reply, takeDown, touch } from "../../src/delivery/outbox.ts";
import { sentence } from "../../src/message.ts";
import type { RoomAddress, Store } from "../../src/ports.ts";
import type { Shipped } from "../../src/shipped.ts";
import { openTestApp, type TestApp } from "../support/app.ts";
import { emptyCalendar, sessionRow, uprRow } from "../support/calendar.ts";
import { setNote } from "../support/delivery.ts";
import { compareDumps, copyTables, type Dump, dumpTables } from "../support/dump.ts";
import { forEveryStatement } from "../support/failing-store.ts";
import { changed, openReading } from "../support/reading.ts";
import { openMemoryStore } from "../support/store.ts";

const ROOM: RoomAddress = "web:anpud";
const WRITTEN = "hrc-64-written-statement";
/** A fortnight before the written statements are due, after nine in every room of the small calendar. */
const REMINDER_DAY = "2027-01-27T12:00:00Z";
const COORDINATOR = { as: "coordinator", roles: ["coordinator" as const] };

const COUNCIL = sessionRow("hrc-64", { start: "2027-02-24", end: "2027-04-02" });
const REVIEWED = uprRow("55", "PHL", { stakeholder_deadline: "2027-03-26", confidence: "secondary" });

/** A session, a review and three rooms: enough for every kind of row, small enough to be tried hundreds of times. */
function smallCalendar(rows: Partial<Shipped> = {}): Shipped {
  const calendar = emptyCalendar();
  const networks = ["anpud", "enpud", "coordination"];
  return {
    ...calendar,
    networks: calendar.networks.filter((network) => networks.includes(network.id)),
    networkCountries: calendar.networkCountries.filter((pair) => pair.iso3 === "PHL" && networks.includes(pair.network)),
    rules: calendar.rules.filter((rule) => rule.mechanism === "hrc" || rule.mechanism === "upr"),
    sessions: [COUNCIL],
    upr: [REVIEWED],
    ...rows,
  };
}

type Prepared = { store: Store; chat: MemoryChat };
type Unit = {
  /** The same world each time; the chat outlives the failure, as a platform does. */
  open: () => Promise<Prepared>;
  run: (world: TestApp) => Promise<unknown>;
  now?: string;
  shipped?: Shipped;
};

/** Everything there is after the work: the tables, and what stands in the rooms. */
async function stateOf({ store, chat }: Prepared): Promise<Dump> {
  const posted = chat.posts.map(({ room, key, message, edits, removed }) => JSON.stringify({ room, key, message: edits.at(-1) ?? message, removed }));
  return { ...(await dumpTables(store)), "the chat": posted };
}

/** The app as a program that has just started on this store, with nothing imported. */
function openOver({ store, chat }: Prepared, unit: Unit, seed: number): Promise<TestApp> {
  const parts = { shipped: unit.shipped ?? smallCalendar() };
  return openTestApp({ store, chat, prepare: false, seed, parts, now: unit.now ?? REMINDER_DAY });
}

/** Breaks the unit at every step in turn, does it again, and compares. Returns the number of steps. */
async function breakEverywhere(unit: Unit, change: (store: Store) => Store = (store) => store): Promise<number> {
  const open = await readyToCopy(unit.open);
  const whole = await open();
  const before = await stateOf(whole);
  await unit.run(await openOver(whole, unit, 11));
  const expected = await stateOf(whole);
  expect(compareDumps(before, expected), "the unit of work has an effect").not.toEqual([]);
  await whole.store.close();

  let prepared: Prepared;
  return forEveryStatement({
    open: async () => {
      prepared = await open();
      return change(prepared.store);
    },
    run: async (store) => unit.run(await openOver({ ...prepared, store }, unit, 12)),
    check: async () => {
      await unit.run(await openOver(prepared, unit, 13));
      expect(compareDumps(expected, await stateOf(prepared)).join("\n")).toBe("");
    },
  });
}

/** Prepares once; each call gives a world of its own that looks the same. */
async function readyToCopy(open: () => Promise<Prepared>): Promise<() => Promise<Prepared>> {
  const original = await open();
  return async () => {
    const copy = await openEmpty();
    await copyTables(original.store, copy.store);
    // Said again in the same order, everything has the same reference.
    for (const { room, message, key, edits, removed } of original.chat.posts) {
      const reference = await copy.chat.send(room, message, key);
      for (const [index, edit] of edits.entries()) await copy.chat.edit(reference, edit, `copied ${index}`);
      if (removed) await copy.chat.remove(reference);
    }
    return copy;
  };
}

/** A store that keeps what a failed transaction had done so far. */
function withoutRollback(store: Store): Store {
  return {
    reading: store.reading,
    async write(body) {
      let failure: unknown;
      const result = await store.write(async (trx) => {
        try {
          return { value: await body(trx) };
        } catch (error) {
          failure = error;
          return undefined;
        }
      });
      if (result === undefined) throw failure;
      return result.value;
    },
    onCommit: (listener) => store.onCommit(listener),
    onForeignChange: (listener) => store.onForeignChange(listener),
    close: () => store.close(),
  };
}

async function openEmpty(): Promise<Prepared> {
  return { store: await openMemoryStore(), chat: createMemoryChat("web") };
}

/** The small calendar imported and its plans laid, on a day before any reminder is due. */
async function openPrepared(): Promise<Prepared> {
  const prepared = await openEmpty();
  const world = await openTestApp({ ...prepared, now: "2027-01-20T12:00:00Z", parts: { shipped: smallCalendar() } });
  await world.settle();
  return prepared;
}

/** The same, after the first reminder stands in the rooms. */
async function openReminded(): Promise<Prepared> {
  const prepared = await openPrepared();
  await (await openOver(prepared, { ...take, open: openPrepared }, 2)).settle();
  expect(prepared.chat.posts.some((each) => each.room === ROOM)).toBe(true);
  return prepared;
}

let callId = "";
/** A published call that stands in its rooms. */
async function openWithCall(): Promise<Prepared> {
  const prepared = await openPrepared();
  const world = await openOver(prepared, { ...take, open: openPrepared }, 3);
  await world.say("web:coordination", "call new sign-on --title Seat --until 2027-03-01", { ...COORDINATOR, body: "We ask for a seat." });
  callId = (await prepared.store.reading.selectFrom("calls").select("id").executeTakeFirstOrThrow()).id;
  await world.say("web:coordination", `call publish ${callId} --seen 1`, COORDINATOR);
  await world.settle();
  return prepared;
}

/** Says a line and presses the button that sends, if it only rehearsed; every press has the same key, as a redelivered one has. */
async function press(world: TestApp, room: RoomAddress, line: string): Promise<void> {
  const rehearsed = await world.say(room, line, { ...COORDINATOR, key: "press" });
  const send = rehearsed.message.actions.find((action) => action.command.includes("--seen"));
  if (send !== undefined) await world.say(room, send.command, { ...COORDINATOR, key: "press" });
}

const take: Unit = { open: openReminded, run: (world) => world.say(ROOM, `take ${WRITTEN}`, { key: "take" }) };

describe("a unit of work that fails anywhere and is done again", () => {
  it("starts: networks, rooms, calendar and plans", async () => {
    const steps = await breakEverywhere({ open: openEmpty, run: (world) => world.app.prepare(), now: "2027-01-20T12:00:00Z" });
    expect(steps).toBeGreaterThan(40);
  });

  it("imports a newer file, and corrects the rooms that were told the old day once", async () => {
    const newer = smallCalendar({ sessions: [{ ...COUNCIL, start: "2027-03-03", end: "2027-04-09" }], upr: [], checkedOn: "2027-01-26" });
    const steps = await breakEverywhere({ open: openReminded, run: (world) => world.app.prepare(), shipped: newer });
    expect(steps).toBeGreaterThan(40);
  });

  it("ticks: every due reminder once", async () => {
    const steps = await breakEverywhere({ open: openPrepared, run: (world) => world.app.tick() });
    expect(steps).toBeGreaterThan(20);
  });

  it("takes a deadline on for its network", async () => {
    expect(await breakEverywhere(take)).toBeGreaterThan(8);
  });

  it("moves a deadline, and tells every room once", async () => {
    const steps = await breakEverywhere({ open: openReminded, run: (world) => press(world, "web:coordination", `deadline move ${WRITTEN} 2027-02-15`) });
    expect(steps).toBeGreaterThan(30);
  });

  it("pauses a room", async () => {
    const steps = await breakEverywhere({ open: openPrepared, run: (world) => world.say(ROOM, "pause 2027-02-20", { key: "pause" }) });
    expect(steps).toBeGreaterThan(8);
  });

  it("counts an organisation that supports a call", async () => {
    const steps = await breakEverywhere({
      open: openWithCall,
      run: (world) => world.say(ROOM, `call support ${callId} "Réd UD"`, { key: "support" }),
    });
    expect(steps).toBeGreaterThan(8);
  });

  it("delivers: new posts, a reply, an edit and a removal, each once and in order", async () => {
    const steps = await breakEverywhere({ open: openWithWork, run: (world) => world.app.deliver(ROOM) });
    expect(steps).toBeGreaterThan(20);
  });

  it("delivers the rest in the same process once the lease of the failed attempt has ended", async () => {
    const unit: Unit = { open: openWithWork, run: (world) => world.app.deliver(ROOM) };
    const open = await readyToCopy(openWithWork);
    let prepared: Prepared;
    let world: TestApp | undefined;
    await forEveryStatement({
      open: async () => {
        world = undefined;
        prepared = await open();
        return prepared.store;
      },
      run: async (store) => {
        world = await openOver({ ...prepared, store }, unit, 12);
        await world.app.deliver(ROOM);
      },
      check: async (healthy) => {
        // The failure may also come at this second attempt; then there is a third.
        world ??= await openOver(prepared, unit, 13);
        for (let done = false; !done; ) {
          world.clock.advance(LEASE_MILLISECONDS);
          done = await world.app.deliver(ROOM).then(() => true, () => false);
        }
        expect(prepared.chat.standing(ROOM).map((message) => message.title)).toEqual([["edited"], ["first"], ["second"], ["an answer"]]);
        const waiting = await healthy.reading.selectFrom("posts").select("id").where("state", "not in", ["standing", "removed"]).execute();
        expect(waiting).toEqual([]);
      },
    });
  });

  it("records a reading of a feed with its items and posts", async () => {
    const first = [{ title: "Old", guid: "1", on: "Mon, 16 Nov 2026 10:00:00 GMT" }];
    const news = [...first, { title: "Council news", guid: "2", on: "Fri, 20 Nov 2026 10:00:00 GMT" }, { title: "More", guid: "3" }];
    const open = async () => {
      const reading = await openReading({ asking: "test:room" });
      await reading.addRoom("test:room");
      await reading.add();
      await reading.readNext(changed(first));
      const due = await reading.store.reading.selectFrom("sources").select("next_at").executeTakeFirstOrThrow();
      reading.clock.set(due.next_at);
      reading.answer(changed(news, '"2"'));
      return reading;
    };
    const whole = await open();
    await whole.run();
    const expected = await dumpTables(whole.store);
    expect(await whole.posts("test:room")).toHaveLength(2);
    let reading: Awaited<ReturnType<typeof open>>;
    const steps = await forEveryStatement({
      open: async () => (reading = await open()).store,
      run: (store) => reading.run(store),
      check: async () => {
        await reading.run();
        expect(compareDumps(expected, await dumpTables(reading.store)).join("\n")).toBe("");
      },
    });
    expect(steps).toBeGreaterThan(8);
  });
});

/** A room with one of each: two posts to send, a reply, an edit and a removal. */
async function openWithWork(): Promise<Prepared> {
  const prepared = await openPrepared();
  const world = await openOver(prepared, { ...take, open: openPrepared }, 4);
  const now = world.clock.now();
  // Replies carry their own message, so that what stands is known to the letter.
  const say = (key: string, text: string) => prepared.store.write((trx) => reply(trx, { room: ROOM, key }, sentence(text, "en"), now));
  for (const [key, text] of [["stays", "old"], ["goes", "gone"]] as const) await say(key, text);
  await world.app.deliver(ROOM);
  await prepared.store.write(async (trx) => {
    await trx.updateTable("posts").set({ rendered: JSON.stringify(sentence("edited", "en")) }).where("subject", "=", "stays").execute();
    await touch(trx, { card: "reply", subject: "stays" }, { haste: "now", which: "all" }, now);
    await takeDown(trx, { card: "reply", subject: "goes" }, now);
  });
  for (const [key, text] of [["a", "first"], ["b", "second"], ["c", "an answer"]] as const) await say(key, text);
  return prepared;
}

describe("work without the protection", () => {
  it("is exposed when transactions do not roll back", async () => {
    await expect(breakEverywhere(take, withoutRollback)).rejects.toThrow("After a failure");
    await expect(breakEverywhere({ open: openPrepared, run: (world) => world.app.tick() }, withoutRollback)).rejects.toThrow("After a failure");
  });

  it("is exposed when the post is queued outside the transaction of the change", async () => {
    const careless: Unit = {
      open: openPrepared,
      async run({ app, store, clock }) {
        const isNew = await store.write(async (trx) => {
          await setNote(trx, "careless", "taken");
          return claimInbound(trx, "careless", clock.now());
        });
        if (!isNew) return;
        await app.change((trx) => post(trx, { room: ROOM, card: "deadline", subject: WRITTEN, occasion: "careless", plannedAt: clock.now() }, clock.now()));
      },
    };
    await expect(breakEverywhere(careless)).rejects.toThrow("missing in posts");
  });
});
