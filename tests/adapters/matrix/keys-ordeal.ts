/** What the file of keys goes through: killed after each commit of a sync, and at any moment, a new sending device each time. */
import { z } from "zod";
import type { Chance } from "../../../src/ports.ts";
import { findReusedKeys } from "../../support/matrix/heard.ts";
import { killAtRandom } from "../../support/processes.ts";
import type { Bot, Stage } from "./keys-stage.ts";

/** More commits than one sync has ever made. */
const MOST_COMMITS = 15;

/** A key that has not come after this long was not sent. */
const KEY_MILLISECONDS = 5_000;

export type Fate = { commit: number; killed: boolean; readable: boolean };

/**
 * A room key comes from a new device, and the bot is killed right after the n-th commit, for every n there is. Then it starts again: can it read
 * what was said? The last fate is that of a bot which lived through the whole sync, or the first that lost something.
 */
export async function dieAfterEachCommit(stage: Stage, bot: Bot, room: string, splitSyncs: boolean): Promise<Fate[]> {
  const fates: Fate[] = [];
  for (let commit = 1; commit <= MOST_COMMITS; commit += 1) {
    const device = await stage.device();
    const victim = bot.run({ dieAfterCommit: commit, splitSyncs });
    await victim.says("quiet");
    const event = await device.say(room, `word ${commit}`);
    const killed = await Promise.race([victim.child.ended.then(() => true), settled(victim.look(room, event)).then(() => false)]);
    await victim.child.kill();
    fates.push({ commit, killed, readable: (await lookAgain(bot, room, event, splitSyncs)) === `word ${commit}` });
    await device.logout();
    // One loss is all the control has to show.
    if (!killed || fates.at(-1)?.readable === false) return fates;
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

/** Kills it at a random moment around the arrival of a new device's room key, so often. Whoever can read it afterwards is the next to be killed. */
export async function dieAtRandom(stage: Stage, bot: Bot, room: string, times: number, chance: Pick<Chance, "fraction">): Promise<KillReport> {
  const report: KillReport = { kills: 0, unreadable: 0, devices: new Set(), fingerprints: new Set() };
  const said: { event: string; body: string }[] = [];
  let running = bot.run();
  await running.synced();
  for (let round = 0; round < times; round += 1) {
    const device = await stage.device();
    const body = `round ${round}`;
    const dying = killAtRandom(running.child, chance, 0, 250);
    said.push({ event: await device.say(room, body), body });
    await dying;
    report.kills += 1;
    running = bot.run();
    const { deviceId, fingerprint } = await running.opened();
    report.devices.add(deviceId);
    report.fingerprints.add(fingerprint);
    await running.synced();
    for (const { event, body: wanted } of round === times - 1 ? said : said.slice(-1)) {
      if ((await running.look(room, event)) !== wanted) report.unreadable += 1;
    }
    // Not earlier: nobody could then tell who had signed it.
    await device.logout();
  }
  await running.child.kill();
  return report;
}

export type SendReport = { sent: string[]; missing: string[]; reused: string[] };

/**
 * Sends and ends in order, then sends and is killed as soon as the homeserver has the message, so often. A person who was there all along reads it all.
 * `choices` as `keys-victim.ts` takes them.
 */
export async function dieAfterEachSend(stage: Stage, bot: Bot, room: string, times: number, choices: Record<string, unknown> = {}): Promise<SendReport> {
  const reader = await stage.device();
  await reader.listen();
  const orderly = bot.run(choices);
  await orderly.synced();
  const sent = [await orderly.send(room, "sent in order", `send-${reader.deviceId}`)];
  await orderly.stop();
  for (let round = 0; round < times; round += 1) {
    const victim = bot.run(choices);
    await victim.synced();
    sent.push(await victim.send(room, `sent ${round}`, `send-${reader.deviceId}-${round}`, true));
    await victim.child.ended;
  }
  await reader.until(room, () => (reader.heard(room).some(({ eventId }) => eventId === sent.at(-1)) ? true : undefined));
  // Its key may come a moment later.
  await reader.read(room, `sent ${times - 1}`, KEY_MILLISECONDS).catch(() => undefined);
  const heard = reader.heard(room).filter(({ sender }) => sender === bot.account.userId);
  const read = new Set(heard.filter(({ readable }) => readable).map(({ eventId }) => eventId));
  const report = { sent, missing: sent.filter((event) => !read.has(event)), reused: findReusedKeys(heard) };
  await reader.logout();
  return report;
}

export type FirstStart = { request: number; shield: string; otherDevices: string[]; unreadable: boolean };

/** First starts, each killed after the n-th answer of the homeserver and then made again: what stands in the end? */
export async function cutFirstStarts(stage: Stage, requests: readonly number[]): Promise<FirstStart[]> {
  const ends: FirstStart[] = [];
  for (const request of requests) {
    const bot = await stage.hire(`fresh-${request}`);
    await bot.run({ dieAfterRequest: request }).child.ended;
    const again = bot.run();
    const { deviceId } = await again.opened();
    await again.synced();
    const room = await bot.meet();
    await again.says("joined", room);
    const event = await again.send(room, "here", "here");
    const unreadable = await stage.owner.read(room, "here").then(() => false, () => true);
    const devices = await stage.server.callAsAdmin("GET", `/_synapse/admin/v2/users/${bot.account.userId}/devices`);
    const otherDevices = devicesShape.parse(devices.body).devices.map(({ device_id: id }) => id).filter((id) => id !== deviceId);
    ends.push({ request, shield: (await stage.owner.shieldOf(room, event)).colour, otherDevices, unreadable });
    await again.child.kill();
  }
  return ends;
}

const devicesShape = z.object({ devices: z.array(z.object({ device_id: z.string() })) });
