/** The account's one device and its keys, against a real homeserver: kept over restarts and kills, given up only on purpose. */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemChance } from "../../../adapters/node/machine.ts";
import { describeMatrix } from "../../support/matrix/describe-matrix.ts";
import { findReusedKeys } from "../../support/matrix/heard.ts";
import { cutFirstStarts, dieAfterEachCommit, dieAfterEachSend, dieAtRandom, type Fate } from "./keys-ordeal.ts";
import { type Bot, openStage, type Stage } from "./keys-stage.ts";

describeMatrix("the keys of Matrix", () => {
  let stage: Stage;
  let bot: Bot;
  let room: string;

  beforeAll(async () => {
    stage = await openStage();
    bot = await stage.hire("clarion");
    const first = bot.run();
    await first.synced();
    room = await bot.meet();
    await first.says("joined", room);
    await first.stop();
  });

  afterAll(async () => {
    await stage.close();
  });

  it("keeps the same device and identity over restarts and kills", async () => {
    const seen: unknown[] = [];
    for (const ending of ["stop", "kill", "stop"] as const) {
      const run = bot.run();
      seen.push(await run.opened());
      await run.synced();
      await (ending === "stop" ? run.stop() : run.child.kill());
    }
    const [first] = seen;
    expect(seen).toEqual([first, first, first]);
    expect(first).toMatchObject({ isNew: false });
  });

  it("loses no room key when it is killed after any commit of the sync that brings it", { timeout: 180_000 }, async () => {
    const fates = await dieAfterEachCommit(stage, bot, room, false);
    expect(fates.filter(({ killed }) => killed).length).toBeGreaterThan(0);
    expect(fates.filter(({ readable }) => !readable)).toEqual([]);
  });

  it("would lose one if a sync were several commits", { timeout: 180_000 }, async () => {
    const fates: Fate[] = [];
    // The library may write something of its own in between, and the moment that counts is then missed.
    for (let round = 0; round < 3 && fates.every(({ readable }) => readable); round += 1) fates.push(...(await dieAfterEachCommit(stage, bot, room, true)));
    expect(fates.filter(({ readable }) => !readable).map(({ killed }) => killed)).toContain(true);
  });

  it("loses no room key when it is killed at any moment, a new sending device each time", { timeout: 180_000 }, async () => {
    const report = await dieAtRandom(stage, bot, room, 10, systemChance);
    expect(report).toMatchObject({ kills: 10, unreadable: 0 });
    expect([report.devices.size, report.fingerprints.size]).toEqual([1, 1]);
  });

  it("uses no message key twice when it is killed after each send, and all of it can be read", { timeout: 180_000 }, async () => {
    const report = await dieAfterEachSend(stage, bot, room, 10);
    expect(report).toMatchObject({ missing: [], reused: [] });
    expect(new Set(report.sent).size).toBe(11);
  });

  it("would use one twice if its file were written a moment later", { timeout: 180_000 }, async () => {
    const careless = await stage.hire("careless");
    const first = careless.run();
    await first.synced();
    const where = await careless.meet();
    await first.says("joined", where);
    await first.stop();
    const report = await dieAfterEachSend(stage, careless, where, 2, { writeLateMilliseconds: 1_500 });
    expect(new Set(report.sent).size).toBe(3);
    expect(report.reused.length).toBeGreaterThan(0);
  });

  it("takes new keys for a room in their turn over restarts and kills, uses none twice, and stays the same device", { timeout: 180_000 }, async () => {
    const where = await bot.meet({ rotation_period_msgs: 2 });
    const reader = await stage.device();
    await reader.listen();
    const joining = bot.run();
    await joining.says("joined", where);
    const { deviceId } = await joining.opened();
    await joining.stop();
    const sent: string[] = [];
    for (const ending of ["stop", "kill", "stop"] as const) {
      const run = bot.run();
      await run.synced();
      for (let count = 0; count < 3; count += 1) sent.push(await run.send(where, `said ${sent.length}`, `rotated-${sent.length}`));
      await (ending === "stop" ? run.stop() : run.child.kill());
    }
    await reader.read(where, `said ${sent.length - 1}`);
    const heard = reader.heard(where).filter(({ sender }) => sender === bot.account.userId);
    expect(heard.filter(({ readable, encrypted }) => readable && encrypted).map(({ eventId }) => eventId)).toEqual(expect.arrayContaining(sent));
    expect([...reader.unreadable(where), ...findReusedKeys(heard)]).toEqual([]);
    expect(new Set(heard.flatMap(({ megolm }) => megolm?.session ?? [])).size).toBeGreaterThanOrEqual(sent.length / 2);
    expect(new Set(heard.flatMap(({ megolm }) => megolm?.device ?? []))).toEqual(new Set([deviceId]));
    await reader.logout();
  });

  it("writes for a device that was added while it was down, with keys that it had not used", async () => {
    const before = bot.run();
    await before.synced();
    await before.send(room, "before", "before-new-device");
    await before.stop();
    const device = await stage.device();
    const after = bot.run();
    await after.synced();
    await after.send(room, "for the new device", "for-new-device");
    await device.read(room, "for the new device");
    expect(findReusedKeys(device.heard(room).filter(({ sender }) => sender === bot.account.userId))).toEqual([]);
    await after.stop();
    await device.logout();
  });

  it("is read without a warning by those who trust only signed devices", async () => {
    const run = bot.run();
    await run.synced();
    const event = await run.send(room, "signed", "signed");
    await stage.owner.read(room, "signed");
    expect(await stage.owner.shieldOf(room, event)).toMatchObject({ colour: "none" });
    await run.stop();
  });

  it("keeps its files to itself, and says nothing of the library's own", async () => {
    const run = bot.run();
    await run.synced();
    await run.stop();
    expect(run.child.lines.filter((line) => !/^\{"what":"[a-z-]+"/.test(line))).toEqual([]);
    const folder = path.join(bot.folder, "matrix");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = readdirSync(folder);
    expect(files).toEqual(expect.arrayContaining(["crypto.sqlite", "recovery.key", "session.json", "store.key"]));
    expect(files.filter((name) => (statSync(path.join(folder, name)).mode & 0o077) !== 0)).toEqual([]);
  });

  it("lets nobody else use the file of keys meanwhile", async () => {
    const run = bot.run();
    await run.synced();
    const second = bot.run();
    expect(await second.says("refused")).toMatchObject({ code: "matrix_keys_in_use" });
    await run.stop();
  });

  it("ends a first start that was cut short anywhere with one device, which its owner has signed", { timeout: 180_000 }, async () => {
    const ends = await cutFirstStarts(stage, [3, 7, 8, 13, 21, 30]);
    expect(ends).toEqual(ends.map(({ request }) => ({ request, shield: "none", otherDevices: [], unreadable: false })));
  });
});
