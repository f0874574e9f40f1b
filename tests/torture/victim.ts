/**
 * The program that is killed: the real core, store and engine with a chat over HTTP, changing state by itself while it delivers. Says
 * on standard output `ready`, `did LANE INDEX` for each step that was answered, and in the end what it came to. Told `finish`, it stops
 * changing things, delivers what is left and ends.
 */
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readShipped } from "../../adapters/data/read.ts";
import { fingerprint, systemChance, systemClock } from "../../adapters/node/machine.ts";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import { createEmbeddedEngine } from "../../adapters/sqlite/engine.ts";
import { acquireServerLock } from "../../adapters/sqlite/lock.ts";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import { commands } from "../../commands/index.ts";
import { readHere, understandHere } from "../../reader.ts";
import { type App, createApp } from "../../src/app.ts";
import { cards } from "../../src/cards/index.ts";
import { countWaiting } from "../../src/delivery/outbox.ts";
import { createDirectory } from "../../src/directory.ts";
import { workers } from "../../src/jobs/index.ts";
import { LANGUAGES } from "../../src/message.ts";
import type { Clock, Log, LogValues, Store } from "../../src/ports.ts";
import { openRoom } from "../../src/rooms/rooms.ts";
import { createHttpChat } from "./http-chat.ts";
import { callTitle, type Lane, LANES, MORE_ROOMS, NETWORKS, type Progress, stepOf } from "./script.ts";
import { stampCards } from "./stamp.ts";

const PAUSE_MILLISECONDS = 25;

/**
 * - `whole`: as the program is.
 * - `blind`: each attempt to send has a key of its own.
 * - `redrawing`: what was on its way when it died is drawn anew under the key it had.
 */
export const VARIANTS = ["whole", "blind", "redrawing"] as const;
export const victimOptions = z.object({
  folder: z.string(),
  url: z.string(),
  variant: z.enum(VARIANTS),
  /** The index of the first step to do in each lane; null does none. */
  from: z.object({ calls: z.number(), dates: z.number() }).nullable(),
  /** Its clock showed `beginning` at the instant `since` of the real one, and runs `speed` times as fast. */
  clock: z.object({ beginning: z.number(), since: z.number(), speed: z.number() }),
});
export type VictimOptions = z.infer<typeof victimOptions>;

async function run(options: VictimOptions): Promise<void> {
  const releaseLock = await acquireServerLock(options.folder);
  const store = await openSqliteStore({ file: path.join(options.folder, DATABASE_FILE) });
  const { beginning, since, speed } = options.clock;
  const clock: Clock = { zoneRules: systemClock.zoneRules, now: () => Math.round(beginning + (systemClock.now() - since) * speed) };
  const { shipped, directorySources } = readShipped(path.join(import.meta.dirname, "../../data"));
  const engine = createEmbeddedEngine({ store, clock, log });
  const chat = createHttpChat("web", options.url, options.variant === "blind" ? (key) => `${key} ${systemChance.id()}` : undefined);
  const parts = {
    commands, workers, shipped, readSource: readHere, readList: () => undefined, understandText: understandHere, fingerprint, cards: stampCards(cards), directory: createDirectory(directorySources), language: "en" as const,
  };
  const offline = async () => ({ status: "failed", code: "unreachable" }) as const;
  const app = createApp({ store, engine, chats: [chat], fetch: offline, clock, chance: systemChance, log }, parts);
  await openMoreRooms(store);
  await app.prepare();
  if (options.variant === "redrawing") await forgetWhatWasSent(store);
  await app.start();
  console.log("ready");

  const finishing = new AbortController();
  createInterface({ input: process.stdin }).on("line", (line) => {
    if (line === "finish") finishing.abort();
  });
  // On a fast clock the engine's own timers come late, so it is asked to look often.
  const stopping = new AbortController();
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      await engine.settle();
      await sleep(5);
    }
  })();

  const progress: Progress = options.from ?? { calls: 0, dates: 0 };
  const work = async (lane: Lane): Promise<void> => {
    while (!finishing.signal.aborted) {
      await doStep(app, lane, progress[lane]);
      console.log(`did ${lane} ${progress[lane]}`);
      progress[lane] += 1;
      await sleep(PAUSE_MILLISECONDS);
    }
  };
  if (options.from !== null) await Promise.all(LANES.map(work));
  while (!finishing.signal.aborted) await sleep(5);

  while ((await countWaiting(store.reading)).waiting > 0) await sleep(20);
  stopping.abort();
  await looking;
  await app.stop();
  console.log(`finished ${JSON.stringify({ progress, now: clock.now() })}`);
  await store.close();
  releaseLock();
  process.exit(0);
}

async function openMoreRooms(store: Store): Promise<void> {
  await store.write(async (trx) => {
    for (const [index, address] of MORE_ROOMS.entries()) {
      await openRoom(trx, address, {
        network: NETWORKS[index % NETWORKS.length] ?? "anpud",
        zone: "Asia/Bangkok",
        language: LANGUAGES[index % LANGUAGES.length] ?? "en",
        wakingFrom: "08:00",
        wakingUntil: "21:00",
        workingWeek: [1, 2, 3, 4, 5],
        audience: "network",
        ladder: null,
        rhythm: "instant",
        discreet: true,
        follow: { mechanisms: [], countries: [], programmes: [], topics: [], kinds: [] },
        pausedUntil: null,
      });
    }
  });
}

/** The mistake of the control `redrawing`: the newest state counts as sent under the old key. */
async function forgetWhatWasSent(store: Store): Promise<void> {
  const revision = z.object({ revision: z.number() });
  await store.write(async (trx) => {
    const rows = await trx.selectFrom("posts").select(["id", "sending", "reference"]).where("state", "=", "sending").execute();
    for (const row of rows) {
      const sent = revision.parse(JSON.parse(row.sending ?? "null"));
      const state = row.reference === null ? "pending" : "stale";
      await trx.updateTable("posts").set({ state, sending: null, wanted: sent.revision }).where("id", "=", row.id).execute();
    }
  });
}

/** A step that was done before the death is done again here, as a platform redelivers, and must have no second effect. */
async function doStep(app: App, lane: Lane, index: number): Promise<void> {
  const step = stepOf(lane, index);
  const call = await app.ports.store.reading.selectFrom("call_texts").select("call").where("title", "=", callTitle(index)).executeTakeFirst();
  const say = (line: string) =>
    app.dispatch({
      key: step.key,
      line: line.replace("{call}", call?.call ?? ""),
      room: step.room,
      actor: { id: fingerprint(lane), grants: step.coordinator ? ["coordinator"] : [] },
      ...(step.body === undefined ? {} : { body: step.body }),
    });
  let answer = await say(step.line);
  const send = answer.message.actions.find(({ command }) => command.startsWith(step.command) && command.includes("--seen"));
  if (step.pressed && answer.ok && send !== undefined) answer = await say(send.command);
  // Publishing again what is published is refused, and rightly so.
  if (!answer.ok && answer.code !== "already_done") console.log(`refused ${lane} ${index} ${step.command}: ${answer.code}`);
}

/** Only what should not happen; the parent keeps it for the report. */
const log: Log = { info: () => {}, warn: () => {}, error: (event: string, values: LogValues = {}) => console.log(`error ${event} ${JSON.stringify(values)}`) };

if (import.meta.main) await run(victimOptions.parse(JSON.parse(process.argv[2] ?? "")));
