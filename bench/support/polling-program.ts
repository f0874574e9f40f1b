/**
 * The program as it polls, in a process of its own: real store, engine, fetch and reading threads, with rooms that hear what comes. Each line on
 * standard input begins a pass over all sources; it prints what that cost.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { createFetch } from "../../adapters/http/fetch.ts";
import { createReadingPool } from "../../adapters/reading/pool.ts";
import { workers } from "../../src/jobs/index.ts";
import { sourcesWorker } from "../../src/jobs/sources.ts";
import type { Worker } from "../../src/parts.ts";
import { addSource } from "../../src/sources/sources.ts";
import { MINUTE } from "../../src/time.ts";
import { SOURCES_KEY } from "../../src/wake-keys.ts";
import { recordingLog } from "../../tests/support/log.ts";
import { addressOf, HAS_HOSTS } from "./feed-hosts.ts";
import { quantile } from "./median.ts";
import { openRooms, openServedApp } from "./served-app.ts";

const { folder, port, feeds, reader } = z.object({ folder: z.string(), port: z.number(), feeds: z.number(), reader: z.string() }).parse(JSON.parse(process.argv[2] ?? ""));
const ROOMS = 5;
const LINE = "/deadlines";
/** Milliseconds between two look-ups. */
const PAUSE = 25;

const log = recordingLog();
const pool = createReadingPool({ reader: new URL(reader, import.meta.url), log });
// With no hosts of their own all feeds would wait for one another.
const fetch = createFetch({ userAgent: "Clarion bench", ...(HAS_HOSTS ? {} : { perHostPace: 0 }) });
let passed: (() => void) | undefined;
const watched: Worker = {
  ...sourcesWorker,
  async run(context, key) {
    const next = await sourcesWorker.run(context, key);
    passed?.();
    return next;
  },
};
const served = await openServedApp(folder, {
  fetch,
  parts: { readSource: pool.read, understandText: pool.understand, workers: workers.map((worker) => (worker === sourcesWorker ? watched : worker)) },
});
const { app, store, engine, clock } = served;

const count = async (table: "sources" | "items" | "rooms"): Promise<number> =>
  Number((await store.reading.selectFrom(table).select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow()).count);

// A folder that was filled before is only opened.
if ((await count("sources")) === 0) {
  const rooms = await openRooms(served, ROOMS);
  await app.change(async (trx) => {
    for (let feed = 0; feed < feeds; feed += 1) {
      const wanted = { url: addressOf(feed, port), title: `News ${feed}`, topics: [], room: rooms[feed % ROOMS] ?? "memory:1", privateAllowed: true };
      // Due with the first pass and not before: the minute's heartbeat would begin it.
      await addSource(trx, wanted as Parameters<typeof addSource>[1], clock.now() + 35 * MINUTE);
    }
  });
}
// The clock goes on from where the last program left it.
const { latest } = await store.reading.selectFrom("sources").select(({ fn }) => fn.max("next_at").as("latest")).executeTakeFirstOrThrow();
clock.set(Math.max(clock.now(), Number(latest ?? 0) - 30 * MINUTE));
const room = "memory:1";
let looks = 0;

async function look(): Promise<number> {
  const began = performance.now();
  looks += 1;
  const answer = await app.dispatch({ key: `look-${process.pid}-${looks}`, line: LINE, room, actor: { id: "bench", grants: [] }, language: "en" });
  if (!answer.ok) throw new Error(`${LINE} was refused: ${answer.code ?? ""}`);
  return performance.now() - began;
}

async function pass(withLookUps: boolean): Promise<object> {
  clock.advance(40 * MINUTE);
  const before = await count("items");
  const ended = new Promise<void>((resolve) => {
    passed = resolve;
  });
  const waits: number[] = [];
  let isOver = false;
  let peak = process.memoryUsage.rss();
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 10);
  const looking = (async () => {
    while (withLookUps && !isOver) {
      waits.push(await look());
      await sleep(PAUSE);
    }
  })();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  const began = performance.now();
  await store.write((trx) => engine.wake(trx, SOURCES_KEY));
  await ended;
  const milliseconds = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  isOver = true;
  clearInterval(sampling);
  await looking;
  const due = await store.reading.selectFrom("sources").select("id").where("next_at", "<=", clock.now()).execute();
  const failing = await store.reading.selectFrom("sources").select(["id", "failure"]).where("failure", "is not", null).execute();
  // Deliveries of what the pass has posted end before the next one begins.
  await engine.settle();
  return {
    milliseconds,
    cpu: (user + system) / 1_000,
    fresh: (await count("items")) - before,
    left: due.length + failing.length,
    peak,
    loop: delay.percentile(99) / 1e6,
    looks: waits.length === 0 ? null : quantile(waits, 0.99),
  };
}

for (let calm = 0; calm < 3; calm += 1) await sleep(100);
const idle = process.memoryUsage.rss();
// Between two passes the reading threads are there already.
await pool.understand({ now: clock.now(), text: "warm" });
await sleep(300);
console.log(`ready ${JSON.stringify({ idle, withThreads: process.memoryUsage.rss() })}`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "end") break;
  console.log(`took ${JSON.stringify(await pass(line === "busy"))}`);
}
await fetch.close();
await pool.close();
await served.close();
for (const { event, values } of log.entries) console.error(`${event} ${JSON.stringify(values)}`);
process.exit(0);
