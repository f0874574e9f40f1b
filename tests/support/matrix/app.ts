/** The whole app on a real homeserver: the real Matrix adapter, store and engine, a clock that goes on and can be put forward, and no other network. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createMatrixChat, type MatrixChat, type MatrixChatOptions } from "../../../adapters/matrix/chat.ts";
import { createMemoryChat } from "../../../adapters/memory/chat.ts";
import { fingerprint } from "../../../adapters/node/machine.ts";
import { createEmbeddedEngine } from "../../../adapters/sqlite/engine.ts";
import { type App, createApp } from "../../../src/app.ts";
import type { Chance, Clock, Fetch, Store } from "../../../src/ports.ts";
import { testParts } from "../app.ts";
import { seededChance } from "../clock.ts";
import { recordingLog } from "../log.ts";
import { openFileStore } from "../store.ts";
import type { Account } from "./accounts.ts";
import type { Homeserver } from "./homeserver.ts";
import { type Human, openPeople, type People } from "./human.ts";
import { openSignedHuman, type SignedHuman } from "./signed-human.ts";

const offline: Fetch = async () => ({ status: "failed", code: "unreachable" });

/** What outlives the app: its data folder, its account, and the time. */
export type MatrixSurroundings = {
  server: Homeserver;
  bot: Account;
  folder: string;
  store: Store;
  clock: Clock & { advance(milliseconds: number): void };
  chance: Chance;
  /** Somebody whose client shares no code with the bot's, on a device that they have signed with another, unless they have not. */
  person(name: string, options?: { signed?: boolean }): Promise<Human>;
  /** Somebody on a device that nobody has signed. */
  stranger(name: string): Promise<Human>;
  /** The device with which that person signs others. */
  signer(name: string): Promise<SignedHuman>;
  close(): Promise<void>;
};

export async function openMatrixSurroundings(server: Homeserver, bot = "clarion"): Promise<MatrixSurroundings> {
  const folder = mkdtempSync(path.join(tmpdir(), "clarion-matrix-"));
  const store = await openFileStore(folder);
  const people: People = await openPeople(server.url);
  const signers = new Map<string, Promise<{ account: Account; human: SignedHuman }>>();
  let ahead = 0;
  const signerOf = (name: string) => {
    const known = signers.get(name) ?? server.register(name).then(async (account) => ({ account, human: await openSignedHuman(server.url, account) }));
    signers.set(name, known);
    return known;
  };
  return {
    server, folder, store,
    bot: await server.register(bot),
    // The homeserver's time is the real one.
    clock: { zoneRules: process.versions.tz ?? "unknown", now: () => Date.now() + ahead, advance: (milliseconds) => void (ahead += milliseconds) },
    chance: seededChance(1),
    async person(name, { signed = true } = {}) {
      const { account, human } = await signerOf(name);
      const person = await people.login(account);
      if (signed) await human.signDevice(person.deviceId);
      return person;
    },
    stranger: async (name) => people.login(await server.register(name)),
    signer: async (name) => (await signerOf(name)).human,
    async close() {
      for (const each of signers.values()) await (await each).human.close();
      await people.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type MatrixApp = { app: App; chat: MatrixChat; log: ReturnType<typeof recordingLog>; stop(): Promise<void> };
export type MatrixAppOptions = { allowedInviters?: readonly string[]; url?: string; pace?: MatrixChatOptions["pace"]; onFatal?: (error: Error) => void };

export async function openMatrixApp(surroundings: MatrixSurroundings, options: MatrixAppOptions = {}): Promise<MatrixApp> {
  const { server, bot, folder, store, clock, chance } = surroundings;
  const log = recordingLog();
  const engine = createEmbeddedEngine({ store, clock, log });
  const chat = createMatrixChat({
    account: { homeserverUrl: options.url ?? server.url, userId: bot.userId, password: bot.password, allowedInviters: options.allowedInviters ?? [`*:${server.serverName}`] },
    folder, store, clock, chance, log,
    commands: testParts.commands,
    actorOf: (user) => fingerprint(`matrix ${user}`),
    language: "en",
    pace: { markerMilliseconds: 50, joinAgainMilliseconds: 1_000, deviceMilliseconds: 2_000, ...options.pace },
    ...(options.onFatal === undefined ? {} : { onFatal: options.onFatal }),
  });
  const app = createApp({ store, engine, chats: [createMemoryChat("web"), chat], fetch: offline, clock, chance, log }, testParts);
  await app.prepare();
  await app.start();
  return { app, chat, log, stop: () => app.stop() };
}
