import { expect, it } from "vitest";
import { openTestApp } from "../support/app.ts";

it("gives every other room its turn when one room's turn fails, and says which without its words", async () => {
  const test = await openTestApp();
  await test.store.write((trx) => trx.updateTable("rooms").set({ follow: "not a filter" }).where("address", "=", "web:anpud").execute());
  test.clock.set("2026-11-24T15:00:00Z");
  await test.app.tick();
  const rooms = await test.store.reading.selectFrom("posts").select("room").distinct().execute();
  expect(rooms.length).toBeGreaterThan(5);
  expect(rooms.map(({ room }) => room)).not.toContain("web:anpud");
  const faults = test.log.entries.filter(({ event }) => event === "tick_failed");
  expect(faults.map(({ values }) => values["room"])).toEqual(["web:anpud"]);
  expect(JSON.stringify(faults)).not.toContain("not a filter");
});
