/** The whole app for tests: the real store, a chat held in memory, a clock moved by hand, and no network. */
import path from "node:path";
import { readShipped } from "../../adapters/data/read.ts";
import { createMemoryChat, type MemoryChat } from "../../adapters/memory/chat.ts";
import { fingerprint } from "../../adapters/node/machine.ts";
import { commands } from "../../commands/index.ts";
import { readOpml } from "../../feeds/opml.ts";
import { readHere, understandHere } from "../../reader.ts";
import type { Answer } from "../../src/answer.ts";
import { type App, createApp } from "../../src/app.ts";
import { cards } from "../../src/cards/index.ts";
import { createDirectory } from "../../src/directory.ts";
import { workers } from "../../src/jobs/index.ts";
import type { Instant, Message } from "../../src/message.ts";
import type { Parts } from "../../src/parts.ts";
import type { Engine, Fetch, Role, RoomAddress, Store } from "../../src/ports.ts";
import { handClock, seededChance } from "./clock.ts";
import { recordingLog } from "./log.ts";
import { openMemoryStore } from "./store.ts";

const shippedFiles = readShipped(path.join(import.meta.dirname, "../../data"));
export const testDirectory = createDirectory(shippedFiles.directorySources);
export const testParts: Parts = {
  commands,
  cards,
  workers,
  directory: testDirectory,
  shipped: shippedFiles.shipped,
  readSource: readHere,
  understandText: understandHere,
  language: "en",
  fingerprint,
  readList: readOpml,
};

/** Keeps wakes in the store like the embedded engine, but runs nothing by itself: tests call `settle`, and `beat` for a beat by its name. */
export function handEngine(): Engine & { beat(name: string): Promise<void>; run(key: string): Promise<Instant | null> } {
  const beats = new Map<string, () => Promise<void>>();
  let handle: (key: string) => Promise<Instant | null> = () => Promise.reject(new Error("Nothing works here yet."));
  return {
    run: (key) => handle(key),
    beat: async (name) => {
      const run = beats.get(name);
      if (run === undefined) throw new Error(`There is no beat ${name}.`);
      await run();
    },
    wake: async (trx, key, at = 0) => {
      await trx
        .insertInto("wakes")
        .values({ key, at, revision: 1 })
        .onConflict((conflict) => conflict.column("key").doUpdateSet((eb) => ({ at, revision: eb("wakes.revision", "+", 1) })))
        .execute();
    },
    work: (handler) => {
      handle = handler;
    },
    every: (name, _cron, run) => {
      beats.set(name, run);
    },
    start: async () => undefined,
    stop: async () => undefined,
  };
}

const offline: Fetch = async () => ({ status: "failed", code: "unreachable" });

export type TestApp = {
  app: App;
  store: Store;
  chat: MemoryChat;
  clock: ReturnType<typeof handClock>;
  log: ReturnType<typeof recordingLog>;
  /** Says a line as somebody in a room; `as` names the person, `roles` what the chat grants. */
  say(room: RoomAddress, line: string, more?: { as?: string; roles?: Role[]; body?: string; key?: string }): Promise<Answer>;
  /** Ticks, then delivers to every room until nothing more is due at this moment. */
  settle(): Promise<void>;
  /** Handles one wake as the engine would, `check:web:anpud` for one. */
  wake(key: string): Promise<Instant | null>;
  /** What the engine does by the clock, `sweep-records` for one. */
  beat(name: string): Promise<void>;
  /** What stands in a room now. */
  standing(room: RoomAddress): Message[];
  close(): Promise<void>;
};

export type TestAppOptions = { now?: string; store?: Store; seed?: number; prepare?: boolean; fetch?: Fetch; parts?: Partial<Parts>; chat?: MemoryChat };

/** The memory chat stands in for the page: rooms are `web:anpud`, `web:enpud` …, as shipped. */
export async function openTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const store = options.store ?? (await openMemoryStore());
  const clock = handClock(options.now ?? "2026-11-20T12:00:00Z");
  const chance = seededChance(options.seed ?? 1);
  const chat = options.chat ?? createMemoryChat("web");
  const log = recordingLog();
  const parts = { ...testParts, ...options.parts };
  const engine = handEngine();
  const app = createApp({ store, engine, chats: [chat], fetch: options.fetch ?? offline, clock, chance, log }, parts);
  if (options.prepare !== false) await app.prepare();
  await app.start();
  const settle = async (): Promise<void> => {
    await app.tick();
    const rooms = await store.reading.selectFrom("rooms").select("address").orderBy("address").execute();
    for (const { address } of rooms) await app.deliver(address as RoomAddress);
  };
  return {
    app, store, chat, clock, log, settle,
    beat: engine.beat,
    wake: engine.run,
    say: (room, line, more = {}) =>
      app.dispatch({
        key: more.key ?? chance.id(),
        line,
        room,
        actor: { id: fingerprint(more.as ?? "somebody"), grants: more.roles ?? [] },
        ...(more.body === undefined ? {} : { body: more.body }),
      }),
    standing: (room) => chat.standing(room),
    close: async () => {
      await app.stop();
      await store.close();
    },
  };
}
