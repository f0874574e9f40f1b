/**
 * The program that polls and is killed: the real core, store, engine, fetch and reading threads. Says `ready`, `read ID` for each reading that was
 * recorded, and in the end `finished`. Told `finish`, it goes on until every source was read once more and nothing waits, and ends.
 */
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { createFetch } from "../../adapters/http/fetch.ts";
import { createMemoryChat } from "../../adapters/memory/chat.ts";
import { systemChance, systemClock } from "../../adapters/node/machine.ts";
import { createReadingPool } from "../../adapters/reading/pool.ts";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import { createEmbeddedEngine } from "../../adapters/sqlite/engine.ts";
import { acquireServerLock } from "../../adapters/sqlite/lock.ts";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import { createApp } from "../../src/app.ts";
import { countWaiting } from "../../src/delivery/outbox.ts";
import type { Clock, Log, LogValues, Store } from "../../src/ports.ts";
import { openRoom } from "../../src/rooms/rooms.ts";
import type { ReadSource } from "../../src/sources/document.ts";
import { addSource } from "../../src/sources/sources.ts";
import { SOURCES_KEY } from "../../src/wake-keys.ts";
import { testParts } from "../support/app.ts";

export const ROOM = "test:all";
/** Milliseconds between committing what is known of a text and what it holds, in the control. */
const APART = 20;

/**
 * - `whole`: as the program is.
 * - `apart`: what is known of a text is committed before what it holds.
 */
export const SOURCES_VARIANTS = ["whole", "apart"] as const;
export const sourcesVictimOptions = z.object({
  folder: z.string(),
  urls: z.array(z.string()),
  variant: z.enum(SOURCES_VARIANTS),
  /** Its clock showed `beginning` at the instant `since` of the real one, and runs `speed` times as fast. */
  clock: z.object({ beginning: z.number(), since: z.number(), speed: z.number() }),
});
export type SourcesVictimOptions = z.infer<typeof sourcesVictimOptions>;

async function run(options: SourcesVictimOptions): Promise<void> {
  const releaseLock = await acquireServerLock(options.folder);
  const store = await openSqliteStore({ file: path.join(options.folder, DATABASE_FILE) });
  const { beginning, since, speed } = options.clock;
  const clock: Clock = { zoneRules: systemClock.zoneRules, now: () => Math.round(beginning + (systemClock.now() - since) * speed) };
  const engine = createEmbeddedEngine({ store, clock, log });
  const fetch = createFetch({ userAgent: "Clarion torture", perHostPace: 0, timeoutMilliseconds: 5_000 });
  const pool = createReadingPool({ reader: new URL("../support/readers/unjudging.ts", import.meta.url), log, threads: 2 });
  const parts = { ...testParts, readSource: options.variant === "apart" ? keepApart(pool.read, store) : pool.read, understandText: pool.understand };
  const app = createApp({ store, engine, chats: [createMemoryChat("test")], fetch, clock, chance: systemChance, log }, parts);
  await follow(store, options.urls, clock);
  await app.start();
  console.log("ready");

  const finishing = new AbortController();
  let finishAt = Number.POSITIVE_INFINITY;
  createInterface({ input: process.stdin }).on("line", (line) => {
    if (line !== "finish") return;
    finishAt = clock.now();
    finishing.abort();
  });
  // On a fast clock the engine's own timers come late.
  while (!(finishing.signal.aborted && (await isDone(store, finishAt)))) {
    await store.write((trx) => engine.wake(trx, SOURCES_KEY));
    await sleep(15);
  }
  await app.stop();
  await fetch.close();
  await pool.close();
  await store.close();
  releaseLock();
  console.log("finished");
  process.exit(0);
}

async function follow(store: Store, urls: readonly string[], clock: Clock): Promise<void> {
  await store.write(async (trx) => {
    await openRoom(trx, ROOM, {
      network: "anpud", zone: "UTC", language: "en", wakingFrom: "00:00", wakingUntil: "24:00", workingWeek: [1, 2, 3, 4, 5, 6, 7], audience: "network",
      ladder: null, rhythm: "instant", discreet: true, follow: { mechanisms: [], countries: [], programmes: [], topics: [], kinds: [] }, pausedUntil: null,
    });
    for (const url of urls) await addSource(trx, { url, title: "", topics: [], room: ROOM, privateAllowed: true } as Parameters<typeof addSource>[1], clock.now());
  });
}

async function isDone(store: Store, since: number): Promise<boolean> {
  const late = await store.reading
    .selectFrom("sources")
    .select("id")
    .where((eb) => eb.or([eb("read_at", "is", null), eb("read_at", "<=", since), eb("failure", "is not", null)]))
    .execute();
  return late.length === 0 && (await countWaiting(store.reading)).waiting === 0;
}

/** The mistake of the control. */
function keepApart(read: ReadSource, store: Store): ReadSource {
  return async (request) => {
    const { url } = request;
    const result = await read(request);
    if ("error" in result) return result;
    await store.write((trx) => trx.updateTable("sources").set({ slices: result.slices.join(" ") }).where("url", "=", url).execute());
    console.log("kept");
    await sleep(APART);
    return result;
  };
}

const log: Log = {
  info: (event, values) => {
    if (event === "source_read") console.log(`read ${String(values?.["source"])}`);
  },
  warn: () => {},
  error: (event: string, values: LogValues = {}) => console.log(`error ${event} ${JSON.stringify(values)}`),
};

if (import.meta.main) await run(sourcesVictimOptions.parse(JSON.parse(process.argv[2] ?? "")));
