import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toPlain } from "../../src/plain.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { findRoom } from "../../src/rooms/rooms.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const OLD: RoomAddress = "web:!old";
const NEW: RoomAddress = "web:!new";
const DEADLINE = "hrc-64-written-statement";
let at: TestApp;
beforeEach(async () => {
  at = await openTestApp();
  await at.say(OLD, "join anpud");
  await at.settle();
});
afterEach(() => at.close());

const move = () => at.say(NEW, `room moved ${OLD}`, { roles: ["operator"] });
const plansOf = (room: RoomAddress) => at.store.reading.selectFrom("plans").selectAll().where("room", "=", room).orderBy("id").execute();
const standing = (room: RoomAddress) => at.standing(room).map((message) => toPlain(message));

describe("a room that goes on in another place", () => {
  it("keeps its settings, and says there that it goes on", async () => {
    await at.say(OLD, "room set --zone Europe/Zurich --language es");
    const before = await findRoom(at.store.reading, OLD);
    expect((await move()).ok).toBe(true);
    await at.settle();
    expect(await findRoom(at.store.reading, OLD)).toBeUndefined();
    const after = await findRoom(at.store.reading, NEW);
    expect(after).toMatchObject({ network: "anpud", zone: "Europe/Zurich", language: "es", follow: before?.follow });
    expect(standing(NEW)).toHaveLength(1);
  });

  it("keeps its plans and lays none twice, and what it hid stays hidden", async () => {
    await at.say(OLD, `hide ${DEADLINE}`);
    const before = await plansOf(OLD);
    expect(before.length).toBeGreaterThan(10);
    await move();
    expect(await plansOf(OLD)).toEqual([]);
    expect((await plansOf(NEW)).map(({ lead, planned_at, state }) => [lead, planned_at, state]).sort()).toEqual(before.map(({ lead, planned_at, state }) => [lead, planned_at, state]).sort());
    // Laying again, as after any change of settings, finds every plan under the name it would give it.
    await at.say(NEW, "room set --language fr");
    expect((await plansOf(NEW)).filter(({ state }) => state === "planned").map(({ id }) => id)).toEqual(
      before.filter(({ state }) => state === "planned").map(({ id }) => id.replaceAll(OLD, NEW)).sort(),
    );
    expect(await at.store.reading.selectFrom("hidden").selectAll().execute()).toEqual([{ room: NEW, subject: DEADLINE }]);
  });

  it("is brought what waited for it, and what it was told is corrected there", async () => {
    at.clock.set("2027-01-13T02:00:00Z");
    await at.settle();
    const told = await at.store.reading.selectFrom("tellings").selectAll().where("room", "=", OLD).execute();
    expect(told.length).toBeGreaterThan(0);
    await at.app.dispatch({ key: "waits", line: "status", actor: { id: "somebody", grants: [] }, room: OLD, origin: "$asked" });
    await move();
    await at.settle();
    expect(standing(NEW).length).toBe(2);
    expect(await at.store.reading.selectFrom("tellings").select("room").where("room", "=", OLD).execute()).toEqual([]);
    expect(await at.store.reading.selectFrom("posts").select("id").where("room", "=", OLD).where("state", "not in", ["standing", "removed"]).execute()).toEqual([]);
  });

  it("is moved by its chat only, once, and never onto another room", async () => {
    expect(await at.say(NEW, `room moved ${OLD}`)).toMatchObject({ ok: false, code: "not_allowed" });
    expect(await at.say("web:enpud", `room moved ${OLD}`, { roles: ["operator"] })).toMatchObject({ ok: false, code: "already_room" });
    expect((await move()).ok).toBe(true);
    expect(await at.say("web:!third", `room moved ${OLD}`, { roles: ["operator"] })).toMatchObject({ ok: false, code: "not_a_room" });
  });
});

describe("what a chat could not take", () => {
  it("is answered with what helps, in a room and where none is", async () => {
    for (const why of ["clear", "device", "key"]) {
      expect((await at.say(OLD, `unheard ${why}`)).ok).toBe(true);
      expect((await at.say("web:!nowhere", `unheard ${why}`)).ok).toBe(true);
    }
    expect(toPlain((await at.say(OLD, "unheard key")).message)).toContain("Please send it again");
  });
});
