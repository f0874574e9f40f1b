/** The account's one device and its keys, against a real homeserver: kept over restarts and kills, given up only on purpose. */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemChance } from "../../../adapters/node/machine.ts";
import { describeMatrix } from "../../support/matrix/describe-matrix.ts";
import { findReusedKeys } from "../../support/matrix/heard.ts";
import { type Bot, openStage, type Stage } from "./keys-stage.ts";
import { dieAfterEachCommit, dieAtRandom } from "./keys-ordeal.ts";

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
    const fates = await dieAfterEachCommit(stage, bot, room, true);
    expect(fates.filter(({ readable }) => !readable).map(({ killed }) => killed)).toContain(true);
  });
});
