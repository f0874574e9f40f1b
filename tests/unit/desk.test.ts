import { afterEach, describe, expect, it } from "vitest";
import { createDesk, type Desk } from "../../src/desk.ts";
import { spansText } from "../../src/plain.ts";
import { isDay, mondayOf } from "../../src/time.ts";
import { openTestApp, testDirectory, type TestApp } from "../support/app.ts";

let opened: TestApp | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(now = "2026-11-20T12:00:00Z"): Promise<{ app: TestApp; desk: Desk }> {
  const app = await openTestApp({ now });
  opened = app;
  const desk = createDesk({ store: app.store, clock: app.clock, directory: testDirectory, complete: (line, room) => app.app.complete(line, room) });
  return { app, desk };
}

describe("the desk", () => {
  it("lists every room with its name, language and direction", async () => {
    const { desk } = await open();
    const rooms = await desk.rooms();
    expect(rooms.find((room) => room.address === "web:menanpud")).toMatchObject({ network: "menanpud", name: "MENANPUD", language: "ar", direction: "rtl", paused: false });
    expect(rooms.find((room) => room.address === "web:coordination")).toMatchObject({ direction: "ltr" });
  });

  it("puts each day under its Monday and each month under about, in order and without what is over", async () => {
    const { desk } = await open();
    const agenda = await desk.agenda("web:anpud", 200);
    expect(agenda.weeks.length).toBeGreaterThan(5);
    const mondays = agenda.weeks.map((week) => week.monday);
    expect(mondays).toEqual(mondays.toSorted());
    for (const week of agenda.weeks) {
      for (const entry of week.entries) {
        expect(isDay(entry.on)).toBe(true);
        expect(mondayOf(entry.on)).toBe(week.monday);
        expect(entry.on >= "2026-11-20").toBe(true);
      }
    }
    for (const { month, entries } of agenda.about) for (const entry of entries) expect(entry.on).toBe(month);
    const months = agenda.about.map(({ month }) => month);
    expect(months).toEqual(months.toSorted());
  });

  it("shows deadlines, sessions and days of the room with the line that opens each", async () => {
    const { desk } = await open();
    const agenda = await desk.agenda("web:anpud", 200);
    const entries = agenda.weeks.flatMap((week) => week.entries);
    expect(entries.find((entry) => entry.id === "hrc-64-written-statement")).toMatchObject({
      kind: "deadline", on: "2027-02-10", time: null, zone: "Europe/Zurich", movedFrom: null, taken: false, command: "deadline show hrc-64-written-statement",
    });
    expect(entries.find((entry) => entry.id === "hrc-64")).toMatchObject({ kind: "session", on: "2027-02-24", command: "session show hrc-64" });
    expect(entries.find((entry) => entry.id === "day-world-aids-day-2026")).toMatchObject({ kind: "observance" });
  });

  it("keeps States of other regions and what the room has hidden out", async () => {
    const { app, desk } = await open();
    await app.say("web:anpud", "/hide hrc-64-written-statement");
    const agenda = await desk.agenda("web:anpud", 400);
    const entries = [...agenda.weeks, ...agenda.about].flatMap((group) => group.entries);
    const papers = entries.filter((entry) => /^upr5[56]-[a-z]{3}$/.test(entry.id));
    expect(papers.length).toBeGreaterThan(0);
    expect(papers.map((entry) => entry.id)).not.toContain("upr55-bra");
    expect(papers.every((entry) => entry.networks.includes("anpud"))).toBe(true);
    expect(entries.map((entry) => entry.id)).not.toContain("hrc-64-written-statement");
  });

  it("shows the old date of what has moved, and who took it to the network itself only", async () => {
    const { app, desk } = await open();
    const rehearsed = await app.say("web:anpud", "/deadline move hrc-64-written-statement 2027-02-12", { roles: ["coordinator"] });
    await app.say("web:anpud", rehearsed.message.actions[0]?.command ?? "", { roles: ["coordinator"] });
    await app.say("web:anpud", "/take hrc-64-written-statement");
    const find = async (room: "web:anpud" | "web:lanpud") =>
      (await desk.agenda(room, 200)).weeks.flatMap((week) => week.entries).find((entry) => entry.id === "hrc-64-written-statement");
    expect(await find("web:anpud")).toMatchObject({ on: "2027-02-12", movedFrom: "2027-02-10", status: "moved", taken: true });
    expect(await find("web:lanpud")).toMatchObject({ on: "2027-02-12", taken: false });
  });

  it("makes one entry of many States that share a date, and leads to their session", async () => {
    const { desk } = await open();
    const agenda = await desk.agenda("web:coordination", 200);
    const papers = agenda.about.flatMap((group) => group.entries).filter((entry) => entry.on === "2027-03" && /^upr55-[a-z]{3}$/.test(entry.id));
    expect(papers).toHaveLength(1);
    expect(papers[0]).toMatchObject({ command: "session show upr-wg-55" });
    expect(spansText(papers[0]?.title ?? [], "en")).toMatch(/^UPR of 14 States: /);
    expect(papers[0]?.networks.length).toBeGreaterThan(3);
  });

  it("speaks the room's language", async () => {
    const { desk } = await open();
    const agenda = await desk.agenda("web:lanpud", 200);
    const title = agenda.weeks.flatMap((week) => week.entries).find((entry) => entry.id === "hrc-64")?.title ?? [];
    expect(spansText(title, "es")).toContain("Consejo de Derechos Humanos");
  });

  it("refuses a room that is not open", async () => {
    const { desk } = await open();
    await expect(desk.agenda("web:nowhere", 30)).rejects.toMatchObject({ code: "not_a_room" });
  });
});
