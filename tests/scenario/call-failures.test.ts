import { expect, it } from "vitest";
import { createCall } from "../../src/calls/calls.ts";
import type { RoomAddress, Store } from "../../src/ports.ts";
import { openRoom } from "../../src/rooms/rooms.ts";
import { openTestApp, type TestApp } from "../support/app.ts";
import { seededChance } from "../support/clock.ts";
import { forEveryStatement } from "../support/failing-store.ts";
import { openMemoryStore } from "../support/store.ts";

const NOW = "2026-12-01T10:00Z";
const COORDINATION: RoomAddress = "web:coordination";
const NETWORKS = ["anpud", "enpud", "lanpud"];
const COORDINATOR = { as: "coordinator", roles: ["coordinator" as const] };

async function openWithDraft(): Promise<{ store: Store; id: string }> {
  const store = await openMemoryStore();
  const id = await store.write(async (trx) => {
    for (const network of [...NETWORKS, "coordination"]) {
      await openRoom(trx, `web:${network}`, {
        network,
        zone: "Europe/Zurich",
        language: "en",
        wakingFrom: "08:00",
        wakingUntil: "21:00",
        workingWeek: [1, 2, 3, 4, 5],
        audience: network === "coordination" ? "coordination" : "network",
        ladder: null,
        rhythm: "instant",
        discreet: true,
        follow: { mechanisms: [], countries: [], programmes: [], topics: [], kinds: [] },
        pausedUntil: null,
      });
    }
    const draft = { kind: "sign-on" as const, network: "coordination", closesAt: Date.parse("2027-01-05T23:00Z"), zone: "Europe/Zurich", goal: null, link: "" };
    return createCall(trx, { ...draft, text: { language: "en", title: "A seat", text: "We ask for a seat." } }, seededChance(3), Date.parse(NOW));
  });
  return { store, id };
}

/** The app over a store as it is: nothing imported, so that every statement that fails belongs to the work under test. */
function openOver(store: Store, seed: number): Promise<TestApp> {
  return openTestApp({ store, prepare: false, now: NOW, seed });
}

it("publishes wholly or not at all, wherever the store fails, and once when the button is pressed again", async () => {
  let id = "";
  const press = (world: TestApp) => world.say(COORDINATION, `call publish ${id} --seen 1`, { ...COORDINATOR, key: "press" });
  const steps = await forEveryStatement({
    open: async () => {
      const opened = await openWithDraft();
      id = opened.id;
      return opened.store;
    },
    run: async (store) => press(await openOver(store, 11)),
    check: async (healthy) => {
      const state = await healthy.reading.selectFrom("calls").select(["state", "fingerprint"]).executeTakeFirstOrThrow();
      const before = await healthy.reading.selectFrom("posts").select("room").where("card", "=", "call").execute();
      expect(before.length).toBe(state.state === "open" ? NETWORKS.length : 0);
      expect(state.fingerprint === null).toBe(state.state === "draft");
      const world = await openOver(healthy, 12);
      await press(world);
      await world.settle();
      expect(world.chat.posts.map((post) => post.room)).toEqual(NETWORKS.map((network) => `web:${network}`));
      const count = async (table: "broadcasts" | "audit" | "call_rooms") =>
        (await healthy.reading.selectFrom(table).selectAll().execute()).length;
      expect(await count("broadcasts")).toBe(1);
      expect(await count("audit")).toBe(1);
      expect(await count("call_rooms")).toBe(NETWORKS.length);
      const wake = await healthy.reading.selectFrom("wakes").select("at").where("key", "=", `call:${id}`).executeTakeFirst();
      expect(wake?.at).toBeGreaterThan(Date.parse(NOW));
    },
  });
  expect(steps).toBeGreaterThan(20);
});

it("counts an organisation once, wherever the store fails, and asks every copy for one edit", async () => {
  let id = "";
  const support = (world: TestApp) => world.say("web:anpud", `call support ${id} "Réd UD"`, { key: "support" });
  const steps = await forEveryStatement({
    open: async () => {
      const opened = await openWithDraft();
      id = opened.id;
      const world = await openOver(opened.store, 21);
      await world.say(COORDINATION, `call publish ${id} --seen 1`, COORDINATOR);
      await world.settle();
      expect(world.chat.posts.length).toBe(NETWORKS.length);
      return opened.store;
    },
    run: async (store) => support(await openOver(store, 22)),
    check: async (healthy) => {
      const copies = () => healthy.reading.selectFrom("posts").select(["state", "wanted"]).where("card", "=", "call").execute();
      const answers = () => healthy.reading.selectFrom("answers").select("organisation_key").execute();
      const counted = (await answers()).length === 1;
      expect(await copies()).toEqual(NETWORKS.map(() => (counted ? { state: "stale", wanted: 2 } : { state: "standing", wanted: 1 })));
      expect((await support(await openOver(healthy, 23))).ok).toBe(true);
      expect(await answers()).toEqual([{ organisation_key: "red ud" }]);
      expect(await copies()).toEqual(NETWORKS.map(() => ({ state: "stale", wanted: 2 })));
    },
  });
  expect(steps).toBeGreaterThan(10);
});
