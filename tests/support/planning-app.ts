/** The whole app with the shipped networks and rooms but an empty calendar, so that a test sees only its own deadlines. */
import type { Change } from "../../src/calendar/claims.ts";
import { stateClaim } from "../../src/calendar/claims.ts";
import { addDeadline, type NewDeadline } from "../../src/calendar/deadlines.ts";
import type { Instant } from "../../src/message.ts";
import { announceChanges } from "../../src/planning/announce.ts";
import { type LayContext, layRoom } from "../../src/planning/reminders.ts";
import type { RoomAddress, Writing } from "../../src/ports.ts";
import { findRoom, type Room, saveRoom } from "../../src/rooms/rooms.ts";
import { isMonth, precisionOf } from "../../src/time.ts";
import { openTestApp, type TestApp, type TestAppOptions, testParts } from "./app.ts";
import { seededChance } from "./clock.ts";

export type PlanningApp = TestApp & {
  context(): LayContext;
  /** One transaction, with what came of it announced. */
  announce(body: (trx: Writing) => Promise<Change[]>): Promise<void>;
  /** A person adds a deadline: `2027-02-10`, `2027-02-10T18:00` in Geneva, or a month. Returns its id. */
  add(title: string, due: string, more?: Partial<NewDeadline>): Promise<string>;
  /** A person moves it. */
  move(id: string, due: string): Promise<void>;
  setStatus(id: string, status: "confirmed" | "cancelled" | "suspended"): Promise<void>;
  set(room: RoomAddress, more: Partial<Room>): Promise<void>;
  room(address: RoomAddress): Promise<Room>;
  /** One transaction on a room as it stands. */
  inRoom<T>(address: RoomAddress, body: (trx: Writing, room: Room) => Promise<T>): Promise<T>;
  /** What was posted in a room, in order: `deadline reminder:P14D@2027-02-10`. */
  posted(room: RoomAddress): Promise<string[]>;
  /** Goes through the hours until then, ticking and delivering at each. */
  run(until: string, step?: number): Promise<void>;
};

const GENEVA = "Europe/Zurich";
const HOUR = 3_600_000;

/** Only these rooms follow anything, so that a test is quick to read and to run. */
export async function openPlanningApp(rooms: readonly RoomAddress[], options: TestAppOptions = {}): Promise<PlanningApp> {
  const shipped = { ...testParts.shipped, sessions: [], upr: [], rules: [], ruleSessions: [], statusClaims: [] };
  const directory = { ...testParts.directory, rules: [] };
  const app = await openTestApp({ now: "2026-11-20T12:00:00Z", ...options, parts: { shipped, directory } });
  const { clock, store } = app;
  const chance = seededChance(99);
  const context = (): LayContext => ({ directory: testParts.directory, now: clock.now() });
  const announce: PlanningApp["announce"] = (body) =>
    app.app.change(async (trx) => {
      await announceChanges(trx, await body(trx), context());
    });
  const valueOf = (due: string) => {
    const [on = "", time = null] = due.split("T");
    return { on, time: isMonth(on) ? null : time, zone: GENEVA };
  };
  const room = async (address: RoomAddress): Promise<Room> => {
    const found = await findRoom(store.reading, address);
    if (found === undefined) throw new Error(`no room ${address}`);
    return found;
  };
  const unused = await store.reading.selectFrom("rooms").select("address").where("address", "not in", [...rooms]).execute();
  await store.write(async (trx) => {
    for (const { address } of unused) {
      await trx.deleteFrom("rooms").where("address", "=", address).execute();
      await trx.deleteFrom("plans").where("room", "=", address).execute();
    }
  });
  return {
    ...app,
    context,
    announce,
    room,
    inRoom: async (address, body) => {
      const known = await room(address);
      return app.app.change((trx) => body(trx, known));
    },
    async add(title, due, more = {}) {
      let id = "";
      await announce(async (trx) => {
        const value = valueOf(due);
        precisionOf(value.on);
        const added = await addDeadline(trx, { mechanism: "hrc", title, value, network: "coordination", ...more }, { now: clock.now(), chance });
        id = added.id;
        return added.changes;
      });
      return id;
    },
    move: (id, due) => {
      const { on, time, zone } = valueOf(due);
      const value = { field: "date" as const, on, zone, ...(time === null ? {} : { time }) };
      return announce((trx) => stateClaim(trx, { subject: id, value, confidence: "person", statedBy: "network:coordination", reason: "claim.moved" }, { now: clock.now(), chance }));
    },
    setStatus: (id, status) =>
      announce((trx) =>
        stateClaim(trx, { subject: id, value: { field: "status", status }, confidence: "person", statedBy: "network:coordination", reason: "claim.status" }, { now: clock.now(), chance }),
      ),
    set: async (address, more) => {
      const known = await room(address);
      await app.app.change(async (trx) => {
        const changed = { ...known, ...more };
        await saveRoom(trx, changed);
        await layRoom(trx, changed, context());
      });
    },
    posted: async (address) => {
      const rows = await store.reading.selectFrom("posts").select(["card", "occasion"]).where("room", "=", address).where("card", "!=", "reply").orderBy("sequence").execute();
      return rows.map((row) => `${row.card} ${row.occasion}`);
    },
    run: async (until, step = HOUR) => {
      const end: Instant = Date.parse(until);
      while (clock.now() < end) {
        clock.set(Math.min(end, clock.now() + step));
        await app.settle();
      }
    },
  };
}
