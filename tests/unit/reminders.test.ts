import { afterEach, describe, expect, it } from "vitest";
import { stateClaims } from "../../src/calendar/claims.ts";
import { takeDeadline } from "../../src/calendar/deadlines.ts";
import { toPlain } from "../../src/plain.ts";
import { layDeadlines, layRoom, layWhereNeeded, pauseRoom, previewRoom, resumeRoom, snooze } from "../../src/planning/reminders.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { hideSubject, NO_END, unhideSubject } from "../../src/rooms/rooms.ts";
import { addDays, DAY, HOUR, instantOf, MINUTE } from "../../src/time.ts";
import { testDirectory } from "../support/app.ts";
import { seededChance } from "../support/clock.ts";
import { openPlanningApp, type PlanningApp } from "../support/planning-app.ts";

const ANPUD: RoomAddress = "web:anpud";
const ENPUD: RoomAddress = "web:enpud";
const COORDINATION: RoomAddress = "web:coordination";

let open: PlanningApp | undefined;
async function start(rooms: RoomAddress[] = [ANPUD], now = "2026-11-20T12:00:00Z"): Promise<PlanningApp> {
  open = await openPlanningApp(rooms, { now });
  return open;
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** Without the digest, look and observance that come by themselves. */
const own = (lines: string[]): string[] => lines.filter((line) => !/^(digest|look|observance) /.test(line));
const plans = async (app: PlanningApp, room: RoomAddress = ANPUD): Promise<string[]> => {
  const rows = await app.store.reading.selectFrom("plans").selectAll().where("room", "=", room).where("kind", "=", "reminder").orderBy("planned_at").orderBy("id").execute();
  return rows.map((row) => `${row.lead} ${row.wall_on} ${row.wall_time} ${row.state}`);
};

function lastText(app: PlanningApp): string {
  const last = app.standing(ANPUD).at(-1);
  return last === undefined ? "" : toPlain(last, {});
}

describe("a deadline that somebody adds", () => {
  it("is reminded of twice, in time, in order, and never again", async () => {
    const app = await start();
    await app.add("Written statement", "2027-02-10");
    expect(await plans(app)).toEqual(["P14D 2027-01-27 09:00 planned", "P2D 2027-02-08 09:00 planned"]);
    await app.run("2027-02-12T00:00:00Z", 6 * HOUR);
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10", "deadline reminder:P2D@2027-02-10"]);
    expect(await plans(app)).toEqual(["P14D 2027-01-27 09:00 posted", "P2D 2027-02-08 09:00 posted"]);
  });

  it("lays nothing twice when its plans are laid again, and keeps its ladder", async () => {
    const app = await start();
    await app.add("Written statement", "2027-02-10");
    const before = await plans(app);
    await app.run("2027-01-30T00:00:00Z", 12 * HOUR);
    await app.inRoom(ANPUD, (trx, room) => layRoom(trx, room, app.context()));
    await app.inRoom(ANPUD, (trx, room) => layRoom(trx, room, app.context()));
    expect(await plans(app)).toEqual(before.map((line) => (line.startsWith("P14D") ? line.replace("planned", "posted") : line)));
  });

  it("is told at once when it is learned of on its last day", async () => {
    const app = await start();
    await app.run("2027-02-10T03:00:00Z", 7 * DAY);
    await app.add("Late call", "2027-02-10T18:00");
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P2D@2027-02-10"]);
  });

  it("is one post for several States of one family", async () => {
    const app = await start([COORDINATION]);
    const ids = [await app.add("Paper", "2027-02-10", { country: "PHL" }), await app.add("Paper", "2027-02-10", { country: "THA" })];
    await app.store.write((trx) => trx.updateTable("deadlines").set({ family: "upr-55/paper" }).where("id", "in", ids).execute());
    await app.run("2027-02-11T00:00:00Z", 12 * HOUR);
    const reminders = (await app.store.reading.selectFrom("posts").select(["subject", "occasion"]).where("card", "=", "deadline").execute()).map((row) => `${row.subject} ${row.occasion}`);
    expect(reminders).toEqual(["upr-55/paper reminder:P14D@2027-02-10", "upr-55/paper reminder:P2D@2027-02-10"]);
    expect(app.standing(COORDINATION).map((message) => toPlain(message, {})).find((text) => text.includes("Paper") && text.includes("Philippines"))).toMatch(/Philippines[\s\S]*Thailand/);
  });
});

describe("too much at once", () => {
  it("posts three a day and puts the rest into that day's digest", async () => {
    const app = await start();
    for (let count = 1; count <= 5; count += 1) await app.add(`Call ${count}`, "2027-02-11");
    // Thursday two weeks before; the room's digest comes on Mondays.
    await app.run("2027-01-28T12:00:00Z", 6 * HOUR);
    const today = (await app.posted(ANPUD)).filter((line) => /P14D|2027-01-28/.test(line));
    expect(today).toEqual([...Array<string>(3).fill("deadline reminder:P14D@2027-02-11"), "digest 2027-01-28"]);
    expect((await plans(app)).filter((line) => line.includes("P14D")).sort()).toEqual([
      ...Array<string>(2).fill("P14D 2027-01-28 09:00 digested"), ...Array<string>(3).fill("P14D 2027-01-28 09:00 posted"),
    ]);
  });

  it("begins a new count each day", async () => {
    const app = await start();
    for (let count = 1; count <= 3; count += 1) await app.add(`Call ${count}`, "2027-02-11");
    for (let count = 4; count <= 6; count += 1) await app.add(`Call ${count}`, "2027-02-12");
    await app.run("2027-01-30T00:00:00Z", 6 * HOUR);
    expect(own(await app.posted(ANPUD))).toHaveLength(6);
  });

  it("gives a room that asked for digests nothing else", async () => {
    const app = await start();
    await app.set(ANPUD, { rhythm: "digest" });
    await app.add("Written statement", "2027-02-10");
    await app.run("2027-02-11T00:00:00Z", 6 * HOUR);
    expect(own(await app.posted(ANPUD))).toEqual([]);
    expect((await app.posted(ANPUD)).length).toBeGreaterThan(5);
  });
});

describe("after downtime", () => {
  it("posts late within the grace and says so", async () => {
    const app = await start();
    await app.add("Written statement", "2027-02-10");
    app.clock.set(instantOf("2027-01-29", "14:00", "Asia/Bangkok"));
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10"]);
    expect(app.standing(ANPUD).some((message) => message.tone === "late")).toBe(true);
  });

  it("collapses several overdue leads into the most urgent", async () => {
    const app = await start();
    await app.add("Written statement", "2027-02-10");
    app.clock.set(instantOf("2027-02-09", "14:00", "Asia/Bangkok"));
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P2D@2027-02-10"]);
    expect(await plans(app)).toEqual(["P14D 2027-01-27 09:00 collapsed", "P2D 2027-02-08 09:00 posted"]);
  });

  it("waits for the room to wake", async () => {
    const app = await start();
    await app.add("Written statement", "2027-02-10");
    app.clock.set(instantOf("2027-01-28", "02:00", "Asia/Bangkok"));
    await app.settle();
    expect(await app.posted(ANPUD)).toEqual([]);
    app.clock.set(instantOf("2027-01-28", "08:00", "Asia/Bangkok"));
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10"]);
  });

  it("posts on a day off only what cannot wait for the next working day", async () => {
    const app = await start();
    await app.add("Due on Sunday", "2027-02-14T18:00");
    await app.add("Due on Tuesday", "2027-02-16");
    // Both were planned for Friday the 12th; it is Saturday.
    app.clock.set(instantOf("2027-02-13", "10:00", "Asia/Bangkok"));
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P2D@2027-02-14"]);
    app.clock.set(instantOf("2027-02-15", "09:00", "Asia/Bangkok"));
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P2D@2027-02-14", "deadline reminder:P2D@2027-02-16"]);
  });

  it("lists in the next digest what passed meanwhile", async () => {
    const app = await start();
    await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-26T12:00:00Z", 12 * HOUR);
    app.clock.set("2027-02-11T12:00:00Z");
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual([]);
    expect((await plans(app)).map((line) => line.split(" ").at(-1))).toEqual(["collapsed", "passed"]);
    await app.run("2027-02-15T06:00:00Z", 6 * HOUR);
    expect(lastText(app)).toContain("Written statement");
    await app.run("2027-02-22T06:00:00Z", 6 * HOUR);
    expect((await app.posted(ANPUD)).at(-1)).not.toBe("digest 2027-02-22");
  });

  it("keeps what is overdue when plans are laid again before the first tick", async () => {
    const app = await start();
    await app.add("Written statement", "2027-02-10");
    app.clock.set(instantOf("2027-01-28", "12:00", "Asia/Bangkok"));
    await app.store.write((trx) => trx.updateTable("meta").set({ value: "1999a" }).where("key", "=", "zone_rules").execute());
    expect(await layWhereNeeded({ store: app.store, directory: testDirectory, clock: app.clock })).toBe(1);
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10"]);
  });
});

describe("a date that moves", () => {
  it("lays its reminders again and corrects every room that was told", async () => {
    const app = await start([ANPUD, ENPUD]);
    await app.set(ENPUD, { follow: { mechanisms: ["cnd"], countries: [], programmes: [], topics: [], kinds: [] } });
    const id = await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-28T06:00:00Z", 12 * HOUR);
    await app.move(id, "2027-03-10");
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10", "moved moved:2"]);
    expect(own(await app.posted(ENPUD))).toEqual([]);
    const text = app.standing(ANPUD).map((message) => toPlain(message, {})).find((plain) => /moved/i.test(plain));
    expect(text).toMatch(/10 Feb 2027/);
    expect(text).toMatch(/10 Mar 2027/);
    await app.run("2027-03-11T00:00:00Z", 12 * HOUR);
    expect(own(await app.posted(ANPUD)).slice(2)).toEqual(["deadline reminder:P14D@2027-03-10", "deadline reminder:P2D@2027-03-10"]);
  });

  it("goes back without posting again what was posted for that date", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-28T06:00:00Z", 12 * HOUR);
    await app.move(id, "2027-03-10");
    await app.settle();
    await app.move(id, "2027-02-10");
    await app.run("2027-02-11T00:00:00Z", 12 * HOUR);
    expect(own(await app.posted(ANPUD))).toEqual([
      "deadline reminder:P14D@2027-02-10", "moved moved:2", "moved moved:3", "deadline reminder:P2D@2027-02-10",
    ]);
  });

  it("is corrected in the morning where it is night, once, from what the room was told first", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-28T18:00:00Z", 12 * HOUR);
    await app.move(id, "2027-03-10");
    await app.settle();
    await app.move(id, "2027-03-17");
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10"]);
    await app.run("2027-01-29T12:00:00Z", HOUR);
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10", "moved moved:2"]);
    expect(lastText(app)).toMatch(/10 Feb 2027[\s\S]*17 Mar 2027/);
    const [post] = await app.store.reading.selectFrom("posts").select("created_at").where("card", "=", "moved").execute();
    expect(post?.created_at).toBe(instantOf("2027-01-29", "08:00", "Asia/Bangkok"));
  });

  it("says nothing in the morning when it came back in the night", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-28T18:00:00Z", 12 * HOUR);
    await app.move(id, "2027-03-10");
    await app.move(id, "2027-02-10");
    await app.run("2027-01-29T12:00:00Z", HOUR);
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10"]);
  });

  it("says nothing in the morning when it came back in the night, although the posts had been edited meanwhile", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-28T18:00:00Z", 12 * HOUR);
    await app.move(id, "2027-03-10");
    await app.settle();
    await app.move(id, "2027-02-10");
    await app.settle();
    await app.run("2027-01-29T12:00:00Z", HOUR);
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10"]);
    expect(lastText(app)).toContain("Wed 10 Feb 2027");
  });

  it("is corrected when a cancellation is taken back in the night", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-28T06:00:00Z", 6 * HOUR);
    await app.setStatus(id, "cancelled");
    await app.run("2027-01-28T18:00:00Z", 6 * HOUR);
    await app.setStatus(id, "confirmed");
    await app.run("2027-01-29T12:00:00Z", HOUR);
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10", "moved moved:2", "moved moved:3"]);
  });

  it("edits the post that named it", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-28T06:00:00Z", 12 * HOUR);
    const edits = () => app.chat.posts.reduce((sum, post) => sum + post.edits.length, 0);
    const before = edits();
    await app.move(id, "2027-03-10");
    await app.settle();
    expect(edits()).toBeGreaterThan(before);
  });

  it("says nothing to a room that was told nothing yet", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.move(id, "2027-03-10");
    await app.run("2026-12-01T00:00:00Z", 12 * HOUR);
    expect(own(await app.posted(ANPUD))).toEqual([]);
  });

  it("corrects a room whose reminder was on its way when the date moved", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    app.clock.set(instantOf("2027-01-27", "09:00", "Asia/Bangkok"));
    app.chat.failNext("send", "lost");
    app.chat.failNext("send", "lost");
    await app.settle();
    await app.move(id, "2027-03-10");
    await app.run(new Date(app.clock.now() + HOUR).toISOString(), 10 * MINUTE);
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10", "moved moved:2"]);
  });

  it("does not correct a month that became a day of that month", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02");
    // The digest says "about February".
    await app.run("2027-01-12T06:00:00Z", 12 * HOUR);
    const told = await app.store.reading.selectFrom("tellings").select("told").where("deadline", "=", id).execute();
    expect(told).toHaveLength(1);
    await app.move(id, "2027-02-24");
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual([]);
    await app.move(id, "2027-03-03");
    await app.settle();
    expect(own(await app.posted(ANPUD))).toEqual(["moved moved:3"]);
  });

  it("stops reminding of what was cancelled, and says so once", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-28T06:00:00Z", 12 * HOUR);
    await app.setStatus(id, "cancelled");
    await app.run("2027-02-12T00:00:00Z", 12 * HOUR);
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10", "moved moved:2"]);
  });
});

describe("States of one family that move together", () => {
  /** A paper that is due from three States on one day; the network's room follows the first two. */
  async function family(app: PlanningApp): Promise<[philippines: string, thailand: string, brazil: string]> {
    const ids: [string, string, string] = [
      await app.add("Paper", "2027-02-10", { country: "PHL" }),
      await app.add("Paper", "2027-02-10", { country: "THA" }),
      await app.add("Paper", "2027-02-10", { country: "BRA" }),
    ];
    await app.store.write((trx) => trx.updateTable("deadlines").set({ family: "upr-55/paper" }).where("id", "in", ids).execute());
    return ids;
  }
  let moves = 0;
  const moveAll = (app: PlanningApp, ids: readonly string[], on: string): Promise<void> =>
    app.announce((trx) =>
      stateClaims(
        trx,
        ids.map((subject) => ({ subject, value: { field: "date", on, zone: "Europe/Zurich" }, confidence: "person", statedBy: "network:coordination", reason: "claim.moved" })),
        { now: app.clock.now(), chance: seededChance((moves += 1) + 500) },
      ),
    );
  const corrections = async (app: PlanningApp, room: RoomAddress): Promise<string[]> => (await app.posted(room)).filter((line) => line.startsWith("moved "));
  const texts = (app: PlanningApp, room: RoomAddress): string[] => app.standing(room).map((message) => toPlain(message, {}));
  const told = async (app: PlanningApp, room: RoomAddress): Promise<string[]> => {
    const rows = await app.store.reading.selectFrom("tellings").select(["deadline", "told"]).where("room", "=", room).orderBy("deadline").execute();
    return rows.map((row) => `${row.deadline} ${JSON.parse(row.told).on}`);
  };
  /** Noon in Bangkok, where the network's room is; coordination is awake a few hours later. */
  const DAYTIME = "2027-01-28T10:00:00Z";
  const NIGHT = "2027-01-28T23:00:00Z";

  it("are one correction in each room, of the States that it was told of", async () => {
    const app = await start([ANPUD, COORDINATION]);
    const ids = await family(app);
    await app.run(DAYTIME, 6 * HOUR);
    await moveAll(app, ids, "2027-03-10");
    await app.settle();
    expect(await corrections(app, ANPUD)).toEqual(["moved moved:2@hrc-paper"]);
    expect(await corrections(app, COORDINATION)).toEqual(["moved moved:2@hrc-paper"]);
    const network = texts(app, ANPUD).find((text) => text.startsWith("Moved:")) ?? "";
    expect(network).toMatch(/moved from ~Wed 10 Feb 2027~ to Wed 10 Mar 2027/);
    expect(network).toMatch(/Philippines[\s\S]*Thailand/);
    expect(network).not.toMatch(/Brazil/);
    expect(texts(app, COORDINATION).find((text) => text.startsWith("Moved:"))).toMatch(/Philippines[\s\S]*Thailand[\s\S]*Brazil/);
    expect(await told(app, COORDINATION)).toEqual(ids.toSorted().map((id) => `${id} 2027-03-10`));
  });

  it("are one correction again when all move back, and when they move once more to the same day", async () => {
    const app = await start([ANPUD]);
    const ids = await family(app);
    await app.run(DAYTIME, 6 * HOUR);
    for (const on of ["2027-03-10", "2027-02-10", "2027-03-10"]) {
      await moveAll(app, ids, on);
      await app.settle();
    }
    expect(await corrections(app, ANPUD)).toEqual(["moved moved:2@hrc-paper", "moved moved:3@hrc-paper", "moved moved:4@hrc-paper"]);
    expect(texts(app, ANPUD).findLast((text) => text.startsWith("Moved:"))).toMatch(/moved from ~Wed 10 Feb 2027~ to Wed 10 Mar 2027/);
    // The second said that they had left 10 March; now that is their day again.
    expect(texts(app, ANPUD).filter((text) => /^As before:[\s\S]*10 Mar 2027/.test(text))).toHaveLength(1);
  });

  it("are one correction in the morning where it is night, as the preview says", async () => {
    const app = await start([ANPUD]);
    const [philippines, thailand, brazil] = await family(app);
    await app.run(NIGHT, 6 * HOUR);
    await moveAll(app, [philippines, thailand, brazil], "2027-03-10");
    await moveAll(app, [philippines, thailand, brazil], "2027-03-17");
    await app.settle();
    expect(await corrections(app, ANPUD)).toEqual([]);
    const end = Date.parse("2027-01-29T12:00:00Z");
    const foretold = await previewRoom(app.store.reading, await app.room(ANPUD), testDirectory, app.clock.now(), end);
    expect(foretold.map(({ kind, subject, occasion, deadlines, at }) => ({ kind, subject, occasion, deadlines, at }))).toEqual([
      { kind: "correction", subject: "upr-55/paper", occasion: "moved:2@hrc-paper", deadlines: [philippines, thailand], at: instantOf("2027-01-29", "08:00", "Asia/Bangkok") },
    ]);
    await app.run(new Date(end).toISOString(), HOUR);
    expect(await corrections(app, ANPUD)).toEqual(["moved moved:2@hrc-paper"]);
    expect(lastText(app)).toMatch(/from ~Wed 10 Feb 2027~ to Wed 17 Mar 2027/);
  });

  it("leave out one that came back in the night, and one that went to another day gets its own", async () => {
    const app = await start([COORDINATION]);
    const [philippines, thailand, brazil] = await family(app);
    const fourth = await app.add("Paper", "2027-02-10", { country: "IDN" });
    await app.store.write((trx) => trx.updateTable("deadlines").set({ family: "upr-55/paper" }).where("id", "=", fourth).execute());
    await app.run(NIGHT, 6 * HOUR);
    await moveAll(app, [philippines, thailand, brazil, fourth], "2027-03-10");
    await app.move(thailand, "2027-02-10");
    await app.move(fourth, "2027-03-24");
    const room = await app.room(COORDINATION);
    const foretold = await previewRoom(app.store.reading, room, testDirectory, app.clock.now(), Date.parse("2027-01-29T12:00:00Z"));
    await app.run("2027-01-29T12:00:00Z", HOUR);
    const rows = await app.store.reading.selectFrom("posts").select(["subject", "occasion", "created_at"]).where("card", "=", "moved").orderBy("sequence").execute();
    expect(rows.map((row) => `${row.subject} ${row.occasion}`)).toEqual([`upr-55/paper moved:2@${philippines}`, `${fourth} moved:2`]);
    expect(foretold.map(({ at, subject, occasion }) => ({ created_at: at, subject, occasion }))).toEqual(rows.map(({ created_at, subject, occasion }) => ({ created_at, subject, occasion })));
    expect(await told(app, COORDINATION)).toEqual([`${philippines} 2027-03-10`, `${thailand} 2027-02-10`, `${brazil} 2027-03-10`, `${fourth} 2027-03-24`].sort());
  });

  it("stay true in one post when one of them moves on, which gets a correction of its own", async () => {
    const app = await start([COORDINATION]);
    const [philippines, thailand, brazil] = await family(app);
    await app.run(DAYTIME, 6 * HOUR);
    await moveAll(app, [philippines, thailand, brazil], "2027-03-10");
    await app.settle();
    await app.move(philippines, "2027-03-24");
    await app.settle();
    expect(await corrections(app, COORDINATION)).toEqual([`moved moved:2@${philippines}`, "moved moved:3"]);
    const [together, own] = texts(app, COORDINATION).filter((text) => text.startsWith("Moved:"));
    expect(together).toMatch(/from ~Wed 10 Feb 2027~ to Wed 10 Mar 2027[\s\S]*Thailand\n[\s\S]*Brazil\n[\s\S]*Philippines · moved from ~Wed 10 Feb 2027~ to Wed 24 Mar 2027/);
    expect(own).toMatch(/from ~Wed 10 Mar 2027~ to Wed 24 Mar 2027/);
  });

  it("are one correction after a pause too, with one that moved before it and was not told yet", async () => {
    const app = await start([COORDINATION]);
    const [philippines, thailand, brazil] = await family(app);
    await app.run(DAYTIME, 6 * HOUR);
    await app.inRoom(COORDINATION, (trx, room) => pauseRoom(trx, room, NO_END, app.context()));
    await moveAll(app, [thailand, brazil], "2027-03-10");
    await app.move(philippines, "2027-03-10");
    await app.settle();
    expect(await corrections(app, COORDINATION)).toEqual([]);
    await app.inRoom(COORDINATION, (trx, room) => resumeRoom(trx, room, app.context()));
    await app.settle();
    expect(await corrections(app, COORDINATION)).toEqual([`moved moved:2@${philippines}`]);
  });

  it("are not said again while their correction waits to be sent, and it says then what is true", async () => {
    const app = await start([COORDINATION]);
    const ids = await family(app);
    await app.run(DAYTIME, 6 * HOUR);
    await moveAll(app, ids, "2027-03-10");
    await moveAll(app, ids, "2027-03-17");
    await app.settle();
    expect(await corrections(app, COORDINATION)).toEqual(["moved moved:2@hrc-paper"]);
    expect(texts(app, COORDINATION).find((text) => text.startsWith("Moved:"))).toMatch(/from ~Wed 10 Feb 2027~ to Wed 17 Mar 2027/);
  });

  it("are cancelled in one post as well", async () => {
    const app = await start([COORDINATION]);
    const ids = await family(app);
    await app.run(DAYTIME, 6 * HOUR);
    await app.announce((trx) =>
      stateClaims(
        trx,
        ids.map((subject) => ({ subject, value: { field: "status", status: "cancelled" }, confidence: "person", statedBy: "network:coordination", reason: "claim.status" })),
        { now: app.clock.now(), chance: seededChance(900) },
      ),
    );
    await app.settle();
    expect(await corrections(app, COORDINATION)).toEqual(["moved moved:2@hrc-paper"]);
    expect(texts(app, COORDINATION).find((text) => text.startsWith("Cancelled:"))).toMatch(/~Wed 10 Feb 2027~ cancelled[\s\S]*Philippines\n[\s\S]*Thailand\n[\s\S]*Brazil\n/);
  });
});

describe("what a room asks for itself", () => {
  it("is reminded again when it said, and not before", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-28T00:00:00Z", 12 * HOUR);
    const at = await app.inRoom(ANPUD, (trx, room) => snooze(trx, room, id, instantOf("2027-02-09", "23:00", "Asia/Bangkok"), app.context()));
    expect(at).toBe(instantOf("2027-02-10", "08:00", "Asia/Bangkok"));
    await app.run("2027-02-12T00:00:00Z", 6 * HOUR);
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:P14D@2027-02-10", "deadline reminder:snooze-2027-02-10T08:00@2027-02-10"]);
  });

  it("is reminded when it says the same day twice, at the same hour or another, before and after it was", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    const putOff = (day: string, time: string) =>
      app.inRoom(ANPUD, (trx, room) => snooze(trx, room, id, instantOf(day, time, "Asia/Bangkok"), app.context()));
    const day = "2027-01-25";
    for (const time of ["09:00", "09:00", "14:00"]) expect(await putOff(day, time)).toBe(instantOf(day, time, "Asia/Bangkok"));
    await app.run("2027-01-25T08:00:00Z");
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:snooze-2027-01-25T14:00@2027-02-10"]);
    expect(app.standing(ANPUD).filter((message) => toPlain(message, {}).includes("Written statement"))).not.toEqual([]);
    await putOff(day, "17:00");
    await app.run("2027-01-26T00:00:00Z");
    expect(own(await app.posted(ANPUD))).toEqual([
      "deadline reminder:snooze-2027-01-25T14:00@2027-02-10", "deadline reminder:snooze-2027-01-25T17:00@2027-02-10",
    ]);
  });

  it("is reminded when it goes back to the hour it said first", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    for (const time of ["09:00", "14:00", "09:00"]) {
      await app.inRoom(ANPUD, (trx, room) => snooze(trx, room, id, instantOf("2027-01-25", time, "Asia/Bangkok"), app.context()));
    }
    await app.run("2027-01-25T03:00:00Z");
    expect(own(await app.posted(ANPUD))).toEqual(["deadline reminder:snooze-2027-01-25T09:00@2027-02-10"]);
  });

  it("cannot put off to the very minute it asks", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    const at = instantOf("2027-01-25", "09:00", "Asia/Bangkok");
    app.clock.set(at);
    expect(await app.inRoom(ANPUD, (trx, room) => snooze(trx, room, id, at, app.context()))).toBeNull();
  });

  it("cannot put off past the end", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10T18:00");
    const room = await app.room(ANPUD);
    const until = (day: string) => app.app.change((trx) => snooze(trx, room, id, instantOf(day, "12:00", "Asia/Bangkok"), app.context()));
    expect(await until("2027-02-20")).toBeLessThan(instantOf("2027-02-10", "18:00", "Europe/Zurich"));
    expect(await until("2026-11-01")).toBeNull();
    expect(await app.app.change((trx) => snooze(trx, room, "no-such", app.clock.now() + DAY, app.context()))).toBeNull();
  });

  it("hides one thing, and gets it back", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    const turn = (change: typeof hideSubject) =>
      app.app.change(async (trx) => {
        await change(trx, ANPUD, id);
        await layDeadlines(trx, [id], app.context());
      });
    await turn(hideSubject);
    expect((await plans(app)).map((line) => line.split(" ").at(-1))).toEqual(["dropped", "dropped"]);
    await turn(unhideSubject);
    expect((await plans(app)).map((line) => line.split(" ").at(-1))).toEqual(["planned", "planned"]);
  });

  it("keeps what it put off through hiding and showing again, and is not told of it meanwhile", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    const turn = (change: typeof hideSubject) =>
      app.app.change(async (trx) => {
        await change(trx, ANPUD, id);
        await layDeadlines(trx, [id], app.context());
      });
    await app.inRoom(ANPUD, (trx, room) => snooze(trx, room, id, instantOf("2027-01-29", "10:00", "Asia/Bangkok"), app.context()));
    const before = await plans(app);
    const promised = async () =>
      (await previewRoom(app.store.reading, await app.room(ANPUD), app.context().directory, app.clock.now(), app.clock.now() + 90 * DAY))
        .filter((post) => post.kind === "reminder")
        .map((post) => post.lead);
    expect(await promised()).toEqual(["snooze", "P2D"]);
    await turn(hideSubject);
    expect(await promised()).toEqual([]);
    await turn(unhideSubject);
    expect(await plans(app)).toEqual(before);
    expect(await promised()).toEqual(["snooze", "P2D"]);
    await turn(hideSubject);
    await app.run("2027-01-30T00:00:00Z", 6 * HOUR);
    expect(own(await app.posted(ANPUD))).toEqual([]);
  });

  it.each(["suspended", "cancelled"] as const)("keeps what it put off when the deadline is %s and stands again, and is not told of it meanwhile", async (status) => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.inRoom(ANPUD, (trx, room) => snooze(trx, room, id, instantOf("2027-01-29", "10:00", "Asia/Bangkok"), app.context()));
    const snoozes = async () => (await plans(app)).filter((line) => line.startsWith("snooze ")).map((line) => line.split(" ").at(-1));
    const promised = async () =>
      (await previewRoom(app.store.reading, await app.room(ANPUD), app.context().directory, app.clock.now(), app.clock.now() + 90 * DAY))
        .filter((post) => post.kind === "reminder")
        .map((post) => post.lead);
    await app.setStatus(id, status);
    expect(await promised()).toEqual([]);
    await app.setStatus(id, "confirmed");
    expect(await promised()).toEqual(["snooze", "P2D"]);
    expect(await snoozes()).toEqual(["planned"]);
    await app.setStatus(id, status);
    await app.run("2027-01-30T00:00:00Z", 6 * HOUR);
    expect(await snoozes()).toEqual(["dropped"]);
    expect(own(await app.posted(ANPUD))).toEqual([]);
  });

  it("is not reminded of what was hidden by hand after it was planned", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.store.write((trx) => hideSubject(trx, ANPUD, id));
    await app.run("2027-01-28T00:00:00Z", 12 * HOUR);
    expect(own(await app.posted(ANPUD))).toEqual([]);
  });

  it("is left alone while paused, and gets one quiet summary on return", async () => {
    const app = await start();
    const id = await app.add("Written statement", "2027-02-10");
    await app.run("2027-01-28T00:00:00Z", 12 * HOUR);
    const before = await app.posted(ANPUD);
    await app.inRoom(ANPUD, (trx, room) => pauseRoom(trx, room, NO_END, app.context()));
    await app.move(id, "2027-02-12");
    await app.run("2027-02-10T12:00:00Z", 12 * HOUR);
    expect(await app.posted(ANPUD)).toEqual(before);
    await app.inRoom(ANPUD, (trx, room) => resumeRoom(trx, room, app.context()));
    await app.settle();
    expect((await app.posted(ANPUD)).slice(before.length)).toEqual(["resume 2027-02-10T19:00", "moved moved:2"]);
    expect(await app.inRoom(ANPUD, (trx, room) => resumeRoom(trx, room, app.context()))).toBe(false);
  });

  it("comes back by itself when a pause had an end, in its waking hours", async () => {
    const app = await start();
    await app.add("Written statement", "2027-02-10");
    await app.add("Oral statement", "2027-03-10");
    await app.run("2027-01-26T00:00:00Z", 12 * HOUR);
    const before = await app.posted(ANPUD);
    await app.inRoom(ANPUD, (trx, room) => pauseRoom(trx, room, instantOf("2027-02-04", "23:00", "Asia/Bangkok"), app.context()));
    // Nothing runs until long after the end of the pause: what was planned during it stays unsaid.
    app.clock.set(instantOf("2027-02-05", "10:00", "Asia/Bangkok"));
    await app.settle();
    expect((await app.posted(ANPUD)).slice(before.length)).toEqual(["resume 2027-02-05T08:00"]);
    await app.run("2027-02-08T04:00:00Z", 6 * HOUR);
    expect(own((await app.posted(ANPUD)).slice(before.length))).toEqual(["resume 2027-02-05T08:00", "deadline reminder:P2D@2027-02-10"]);
  });

  it("gets a summary after each pause of one day, whoever ended it", async () => {
    const app = await start();
    await app.add("Written statement", "2027-02-10");
    app.clock.set(instantOf("2027-01-25", "08:10", "Asia/Bangkok"));
    await app.settle();
    const before = await app.posted(ANPUD);
    const summaries = async () => (await app.posted(ANPUD)).slice(before.length).filter((line) => line.startsWith("resume "));
    const pause = (time: string) => app.inRoom(ANPUD, (trx, room) => pauseRoom(trx, room, instantOf("2027-01-25", time, "Asia/Bangkok"), app.context()));
    for (const hour of ["10:00", "11:00"]) {
      await pause("20:00");
      app.clock.set(instantOf("2027-01-25", hour, "Asia/Bangkok"));
      await app.inRoom(ANPUD, (trx, room) => resumeRoom(trx, room, app.context()));
      await app.settle();
    }
    for (const hour of ["13:00", "15:00"]) {
      await pause(hour);
      app.clock.set(instantOf("2027-01-25", hour, "Asia/Bangkok"));
      await app.settle();
      expect((await app.room(ANPUD)).pausedUntil).toBeNull();
    }
    expect(await summaries()).toEqual(["10:00", "11:00", "13:00", "15:00"].map((time) => `resume 2027-01-25T${time}`));
    expect(app.standing(ANPUD).slice(-4).map((message) => toPlain(message, {}))).toEqual(Array<unknown>(4).fill(expect.stringContaining("Written statement")));
  });
});

describe("the one question", () => {
  it("is asked once, in coordination alone, when a network was reminded and nobody took it", async () => {
    const app = await start([ANPUD, COORDINATION]);
    await app.add("Written statement", "2027-02-10");
    await app.run("2027-02-11T00:00:00Z", 6 * HOUR);
    expect((await app.posted(COORDINATION)).filter((line) => line.startsWith("question"))).toEqual(["question untaken"]);
    expect((await app.posted(ANPUD)).filter((line) => line.startsWith("question"))).toEqual([]);
  });

  it("is not asked about what was taken", async () => {
    const app = await start([ANPUD, COORDINATION]);
    const id = await app.add("Written statement", "2027-02-10");
    await app.store.write((trx) => takeDeadline(trx, id, "anpud", app.clock.now()));
    await app.run("2027-02-11T00:00:00Z", 6 * HOUR);
    expect((await app.posted(COORDINATION)).filter((line) => line.startsWith("question"))).toEqual([]);
  });

  it("is not asked where no network was reminded", async () => {
    const app = await start([COORDINATION]);
    await app.add("Written statement", "2027-02-10");
    await app.run("2027-02-11T00:00:00Z", 6 * HOUR);
    expect((await app.posted(COORDINATION)).filter((line) => line.startsWith("question"))).toEqual([]);
  });
});

describe("the preview", () => {
  it("says exactly what the tick will post", async () => {
    const app = await start([ANPUD]);
    for (let count = 1; count <= 4; count += 1) await app.add(`Call ${count}`, addDays("2027-02-08", count % 2));
    await app.add("With an hour", "2027-01-20T18:00");
    await app.add("Only a month", "2027-03");
    const [from, to] = [app.clock.now(), Date.parse("2027-02-15T00:00:00Z")];
    const room = await app.room(ANPUD);
    const promised = await previewRoom(app.store.reading, room, testDirectory, from, to, from);
    await app.run(new Date(to).toISOString(), HOUR);
    const rows = await app.store.reading.selectFrom("posts").select(["card", "subject", "occasion", "created_at"]).where("room", "=", ANPUD).orderBy("sequence").execute();
    const line = (at: number, card: string, subject: string, occasion: string) => `${new Date(at).toISOString()} ${card} ${subject} ${occasion}`;
    expect(promised.map((post) => line(post.at, post.card, post.subject, post.occasion)).sort()).toEqual(
      rows.map((row) => line(row.created_at, row.card, row.subject, row.occasion)).sort(),
    );
    expect(promised.length).toBeGreaterThan(15);
    expect(promised.every((post) => !post.late)).toBe(true);
  });

  it("shows only its own days, and changes nothing", async () => {
    const app = await start([ANPUD]);
    await app.add("Written statement", "2027-02-10");
    const room = await app.room(ANPUD);
    const before = await plans(app);
    const [from, to] = [Date.parse("2027-02-01T00:00:00Z"), Date.parse("2027-02-10T00:00:00Z")];
    const posts = await previewRoom(app.store.reading, room, testDirectory, from, to, app.clock.now());
    expect(posts.filter((post) => post.kind === "reminder").map((post) => post.lead)).toEqual(["P2D"]);
    expect(posts.every((post) => post.at >= from && post.at < to)).toBe(true);
    expect(await plans(app)).toEqual(before);
  });
});
