/** What the file of keys goes through: killed after each commit of a sync, and at any moment, a new sending device each time. */
import type { Chance } from "../../../src/ports.ts";
import { killAtRandom } from "../../support/processes.ts";
import type { Bot, Stage } from "./keys-stage.ts";

/** More commits than one sync has ever made. */
const MOST_COMMITS = 15;

export type Fate = { commit: number; killed: boolean; readable: boolean };

/**
 * A room key comes from a new device, and the bot is killed right after the n-th commit, for every n there is. Then it starts again: can it read
 * what was said? The last fate is that of a bot which lived through the whole sync.
 */
export async function dieAfterEachCommit(stage: Stage, bot: Bot, room: string, splitSyncs: boolean): Promise<Fate[]> {
  const fates: Fate[] = [];
  for (let commit = 1; commit <= MOST_COMMITS; commit += 1) {
    const device = await stage.device();
    const victim = bot.run({ dieAfterCommit: commit, splitSyncs });
    await victim.synced();
    const event = await device.say(room, `word ${commit}`);
    const killed = await Promise.race([victim.child.ended.then(() => true), settled(victim.look(room, event)).then(() => false)]);
    await victim.child.kill();
    await device.logout();
    fates.push({ commit, killed, readable: (await lookAgain(bot, room, event, splitSyncs)) === `word ${commit}` });
    if (!killed) return fates;
  }
  throw new Error(`One sync made more than ${MOST_COMMITS} commits.`);
}

/** Neither a text nor a failure matters, only that it came to an end; after a kill it never does. */
async function settled(look: Promise<unknown>): Promise<void> {
  await look.catch(() => new Promise(() => {}));
}

async function lookAgain(bot: Bot, room: string, event: string, splitSyncs: boolean): Promise<string | undefined> {
  const witness = bot.run({ splitSyncs });
  try {
    await witness.synced();
    return await witness.look(room, event);
  } finally {
    await witness.child.kill();
  }
}

export type KillReport = { kills: number; unreadable: number; devices: Set<string>; fingerprints: Set<string> };

/** Kills it at a random moment around the arrival of a new device's room key, so often. */
export async function dieAtRandom(stage: Stage, bot: Bot, room: string, times: number, chance: Pick<Chance, "fraction">): Promise<KillReport> {
  const report: KillReport = { kills: 0, unreadable: 0, devices: new Set(), fingerprints: new Set() };
  const said: { event: string; body: string }[] = [];
  for (let round = 0; round < times; round += 1) {
    const device = await stage.device();
    const victim = bot.run();
    await victim.synced();
    const body = `round ${round}`;
    const dying = killAtRandom(victim.child, chance, 0, 250);
    said.push({ event: await device.say(room, body), body });
    await dying;
    report.kills += 1;
    await device.logout();
    const witness = bot.run();
    const { deviceId, fingerprint } = await witness.opened();
    report.devices.add(deviceId);
    report.fingerprints.add(fingerprint);
    await witness.synced();
    for (const { event, body: wanted } of round === times - 1 ? said : said.slice(-1)) {
      if ((await witness.look(room, event)) !== wanted) report.unreadable += 1;
    }
    await witness.child.kill();
  }
  return report;
}
