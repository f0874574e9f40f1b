/** The whole program on a real file, with the embedded engine, except that its chat is held in memory and its clock stands still. */
import path from "node:path";
import { createMemoryChat, type MemoryChat } from "../../adapters/memory/chat.ts";
import { systemChance } from "../../adapters/node/machine.ts";
import { createEmbeddedEngine, type EmbeddedEngine } from "../../adapters/sqlite/engine.ts";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import { type App, createApp } from "../../src/app.ts";
import type { Language } from "../../src/message.ts";
import type { Parts } from "../../src/parts.ts";
import type { Fetch, RoomAddress, Store } from "../../src/ports.ts";
import { openRoom } from "../../src/rooms/rooms.ts";
import { testParts } from "../../tests/support/app.ts";
import { handClock } from "../../tests/support/clock.ts";
import { recordingLog } from "../../tests/support/log.ts";

/** Two weeks and some hours before the written statements of the Council's 64th session are due. */
export const NOW = "2027-01-27T09:00:00Z";

export type ServedApp = {
  app: App;
  store: Store;
  engine: EmbeddedEngine;
  chat: MemoryChat;
  clock: ReturnType<typeof handClock>;
  log: ReturnType<typeof recordingLog>;
  file: string;
  close(): Promise<void>;
};

const offline: Fetch = async () => ({ status: "failed", code: "unreachable" });

/** Prepared with everything that is shipped, and started. */
export async function openServedApp(folder: string, options: { parts?: Partial<Parts>; fetch?: Fetch } = {}): Promise<ServedApp> {
  const file = path.join(folder, "clarion.sqlite");
  const store = await openSqliteStore({ file });
  const clock = handClock(NOW);
  const log = recordingLog();
  const chat = createMemoryChat("memory");
  const engine = createEmbeddedEngine({ store, clock, log });
  const ports = { store, engine, chats: [chat], fetch: options.fetch ?? offline, clock, chance: systemChance, log };
  const app = createApp(ports, { ...testParts, ...options.parts });
  await app.prepare();
  await app.start();
  await engine.settle();
  return {
    app, store, engine, chat, clock, log, file,
    async close() {
      await app.stop();
      await store.close();
    },
  };
}

const NETWORKS = ["anpud", "enpud", "euronpud", "lanpud", "menanpud", "nanpud", "africanpud", "coordination"];
const LANGUAGES: Language[] = ["en", "es", "fr", "ru", "pt", "ar"];
/** Twelve zones, with half hours, quarter hours and none of them alike in when the clocks change. */
export const ZONES = [
  "Asia/Bangkok", "Europe/Zurich", "America/New_York", "America/Sao_Paulo", "Africa/Nairobi", "Africa/Cairo",
  "Asia/Kathmandu", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland", "Europe/Kyiv", "America/Mexico_City",
];

/** Opens rooms `memory:1`, `memory:2` … that differ in network, language and zone and follow everything. */
export async function openRooms({ store }: ServedApp, count: number): Promise<RoomAddress[]> {
  const addresses = Array.from({ length: count }, (_, index): RoomAddress => `memory:${index + 1}`);
  await store.write(async (trx) => {
    for (const [index, address] of addresses.entries()) {
      await openRoom(trx, address, {
        network: NETWORKS[index % NETWORKS.length] ?? "coordination",
        zone: ZONES[index % ZONES.length] ?? "Europe/Zurich",
        language: LANGUAGES[index % LANGUAGES.length] ?? "en",
        // Always awake, so that a tick posts at any hour.
        wakingFrom: "00:00",
        wakingUntil: "24:00",
        workingWeek: [1, 2, 3, 4, 5, 6, 7],
        audience: "network",
        ladder: null,
        rhythm: "instant",
        discreet: true,
        follow: { mechanisms: [], countries: [], programmes: [], topics: [], kinds: [] },
        pausedUntil: null,
      });
    }
  });
  return addresses;
}
