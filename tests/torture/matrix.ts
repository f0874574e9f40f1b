/** What the program goes through on Matrix, with a real homeserver: its keys, what it is asked and what it posts, each under many deaths. */
import type { Chance } from "../../src/ports.ts";
import { dieAfterEachSend, dieAtRandom } from "../adapters/matrix/keys-ordeal.ts";
import { type Bot, openStage, type Stage } from "../adapters/matrix/keys-stage.ts";
import { seededChance } from "../support/clock.ts";
import { runMatrixCommands } from "./matrix-commands.ts";
import { runMatrixOrdeal } from "./matrix-ordeal.ts";
import type { Breach } from "./verdict.ts";

export type MatrixPlan = {
  commands: number;
  commandKills: number;
  postKills: number;
  postRooms: number;
  keyKills: number;
  keySends: number;
  /** Of each control. */
  controlKills: number;
};
/** As stores of other bots that save snapshots of themselves. */
const WRITE_LATE_MILLISECONDS = 1_500;

export type Outcome = { name: string; breaches: Breach[]; figures: string; /** Of what must hold: controls count none. */ deaths: number };

type Draws = Pick<Chance, "fraction">;

/** Two parts at a time, each with a homeserver of its own: they wait more than they reckon. What each draws does not depend on the others. */
export async function* tormentMatrix(plan: MatrixPlan, chance: Draws): AsyncGenerator<Outcome> {
  const lanes = [[tormentKeys, tormentPosts], [tormentCommands]].map((parts) => {
    const draws = parts.map(() => seededChance(Math.floor(chance.fraction() * 1_000_000)));
    return runLane(parts.map((part, place) => part(plan, draws[place] ?? chance)));
  });
  // What fails in one while another is waited for is told when its turn comes.
  for (const lane of lanes) lane.catch(() => undefined);
  for (const lane of lanes) yield* await lane;
}

async function runLane(parts: readonly AsyncGenerator<Outcome>[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const part of parts) for await (const outcome of part) outcomes.push(outcome);
  return outcomes;
}

async function* tormentCommands(plan: MatrixPlan, chance: Draws): AsyncGenerator<Outcome> {
  const asked = await runMatrixCommands({ commands: plan.commands, kills: plan.commandKills, variant: "whole", chance });
  const { commands, lostReplies, answeredUnderFire, largeBursts } = asked.figures;
  yield {
    name: "Matrix, commands in an encrypted room",
    breaches: asked.breaches,
    figures: `killed ${plan.commandKills}; ${commands} commands, ${answeredUnderFire} answered meanwhile, ${largeBursts} bursts too large for a sync, ${lostReplies} replies lost`,
    deaths: plan.commandKills,
  };
  for (const variant of ["forgetful", "blind"] as const) {
    const { breaches } = await runMatrixCommands({ commands: 0, kills: plan.controlKills, variant, chance });
    yield control(variant === "forgetful" ? "Matrix, nothing kept of what was asked" : "Matrix, answers with an id of their own for each attempt", breaches);
  }
}

async function* tormentPosts(plan: MatrixPlan, chance: Draws): AsyncGenerator<Outcome> {
  const posted = await runMatrixOrdeal({ kills: plan.postKills, rooms: plan.postRooms, variant: "whole", chance });
  const { steps, posts, sent, lookUps } = posted.figures;
  yield {
    name: `Matrix, posts to ${plan.postRooms} encrypted rooms`,
    breaches: posted.breaches,
    figures: `killed ${plan.postKills}; ${steps} steps, ${posts} posts, ${sent} sendings, ${lookUps} look-ups`,
    deaths: plan.postKills,
  };
}

function control(name: string, breaches: readonly Breach[]): Outcome {
  const found = breaches.filter(({ kind }) => kind === "twice" || kind === "lost").length;
  const missed: Breach[] = found > 0 ? [] : [{ kind: "trouble", what: "it did not fail" }];
  return { name: `control: ${name}`, breaches: missed, figures: `failed as it must, ${found} commands answered twice or not at all`, deaths: 0 };
}

async function* tormentKeys({ keyKills, keySends, controlKills }: MatrixPlan, chance: Draws): AsyncGenerator<Outcome> {
  const stage = await openStage();
  try {
    const { bot, room } = await settle(stage, "clarion");
    const kills = await dieAtRandom(stage, bot, room, keyKills, chance);
    yield {
      name: "Matrix, room keys from new devices",
      breaches: [
        ...(kills.unreadable > 0 ? [{ kind: "lost" as const, what: `${kills.unreadable} messages cannot be read` }] : []),
        ...(kills.devices.size !== 1 || kills.fingerprints.size !== 1 ? [{ kind: "trouble" as const, what: `it had ${kills.devices.size} devices and ${kills.fingerprints.size} identities` }] : []),
      ],
      figures: `killed ${kills.kills}, a new sending device each time; ${kills.unreadable} keys lost`,
      deaths: kills.kills,
    };
    const sends = await dieAfterEachSend(stage, bot, room, keySends);
    yield {
      name: "Matrix, killed after each send",
      breaches: [
        ...sends.missing.map((event) => ({ kind: "lost" as const, what: `${event} cannot be read` })),
        ...sends.reused.map((event) => ({ kind: "trouble" as const, what: `${event} was encrypted with a key that another had` })),
      ],
      figures: `killed ${keySends}; ${new Set(sends.sent).size} messages, ${sends.reused.length} keys used twice`,
      deaths: keySends,
    };
    const careless = await settle(stage, "careless");
    const late = await dieAfterEachSend(stage, careless.bot, careless.room, controlKills, { writeLateMilliseconds: WRITE_LATE_MILLISECONDS });
    yield {
      name: "control: Matrix, a file of keys that is written a moment later",
      breaches: late.reused.length > 0 ? [] : [{ kind: "trouble", what: "it did not fail" }],
      figures: `failed as it must, ${late.reused.length} of ${new Set(late.sent).size} messages encrypted with a key that another had`,
      deaths: 0,
    };
  } finally {
    await stage.close();
  }
}

/** A bot that has been in the person's room and was stopped. */
async function settle(stage: Stage, name: string): Promise<{ bot: Bot; room: string }> {
  const bot = await stage.hire(name);
  const first = bot.run();
  await first.synced();
  const room = await bot.meet();
  await first.says("joined", room);
  await first.stop();
  return { bot, room };
}
