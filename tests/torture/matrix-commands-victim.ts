/**
 * The program that is killed while people on Matrix ask it things: the real core, store, engine and commands with the real adapter, and one command
 * more, that counts. Says `ready` when it listens and `finished` in the end. Told `finish`, it says what is left to say and ends.
 */
import { flushCompileCache } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readShipped } from "../../adapters/data/read.ts";
import { addressOf } from "../../adapters/matrix/address.ts";
import { createMatrixChat } from "../../adapters/matrix/chat.ts";
import { fingerprint, pseudonym, systemChance, systemClock } from "../../adapters/node/machine.ts";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import { createEmbeddedEngine } from "../../adapters/sqlite/engine.ts";
import { acquireServerLock } from "../../adapters/sqlite/lock.ts";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import { commands } from "../../commands/index.ts";
import { createApp } from "../../src/app.ts";
import { wholeNumber } from "../../src/arguments/whole-number.ts";
import { cards } from "../../src/cards/index.ts";
import { defineCommand, required } from "../../src/command.ts";
import { countWaiting } from "../../src/delivery/outbox.ts";
import { createDirectory } from "../../src/directory.ts";
import { workers } from "../../src/jobs/index.ts";
import { sentence } from "../../src/message.ts";
import type { Chat, Inbound, Log, LogValues } from "../../src/ports.ts";
import { openTestRoom } from "../support/delivery.ts";

/** Small enough for a life of seconds; the one for events makes the library forget what was read, as after a long time. */
const PACE = { startMilliseconds: 4_000, markerMilliseconds: 300, joinAgainMilliseconds: 1_000, timelineEvents: 40 };

/**
 * - `whole`: as the program is.
 * - `forgetful`: nothing is kept of what was asked, neither how far the room was read nor which line was carried out.
 * - `blind`: each attempt to send has an id of its own, so that nobody can know a repeat.
 */
export const VARIANTS = ["whole", "forgetful", "blind"] as const;
export const victimOptions = z.object({
  folder: z.string(),
  url: z.string(),
  userId: z.string(),
  password: z.string(),
  /** Whose invitations it follows. */
  inviter: z.string(),
  room: z.string(),
  variant: z.enum(VARIANTS),
});
export type VictimOptions = z.infer<typeof victimOptions>;

/** The row of `meta` with the numbers that were counted, in the order in which they were. */
export const TALLY = "torture-tally";

/** Done twice, it would be seen twice; done out of turn, too. */
const tally = defineCommand({
  name: "tally",
  arguments: { number: required(wholeNumber("call_goal", 0, 100_000)) },
  who: "anyone",
  effect: "change",
  async run({ db, say }, { number }) {
    const before = await db.selectFrom("meta").select("value").where("key", "=", TALLY).executeTakeFirst();
    const value = before === undefined ? `${number}` : `${before.value} ${number}`;
    await db.insertInto("meta").values({ key: TALLY, value }).onConflict((conflict) => conflict.column("key").doUpdateSet({ value })).execute();
    return { to: "asker", show: sentence(`Counted ${number}.`, say.language) };
  },
});

function vary(chat: Chat, variant: VictimOptions["variant"]): Chat {
  switch (variant) {
    case "whole":
      return chat;
    case "blind":
      return { ...chat, send: (room, message, key, more) => chat.send(room, message, `${key}~${systemChance.id()}`, more) };
    case "forgetful":
      return { ...chat, start: (inbox) => chat.start((inbound) => inbox(forget(inbound))) };
  }
}

function forget(inbound: Inbound): Inbound {
  const { marker: _marker, ...rest } = inbound;
  return { ...rest, key: systemChance.id() };
}

async function run(options: VictimOptions): Promise<void> {
  const releaseLock = await acquireServerLock(options.folder);
  const store = await openSqliteStore({ file: path.join(options.folder, DATABASE_FILE) });
  const { shipped, directorySources } = readShipped(path.join(import.meta.dirname, "../../data"));
  const directory = createDirectory(directorySources);
  const engine = createEmbeddedEngine({ store, clock: systemClock, log });
  const all = [...commands, tally];
  const matrix = createMatrixChat({
    account: { homeserverUrl: options.url, userId: options.userId, password: options.password, allowedInviters: [options.inviter] },
    folder: options.folder, commands: all, store, clock: systemClock, chance: systemChance, log, actorOf: (user) => pseudonym("torture", "matrix", user), language: "en",
    // The place in a room is kept with what a line does, and now and then besides.
    pace: options.variant === "forgetful" ? { ...PACE, markerMilliseconds: 3_600_000 } : PACE,
  });
  const parts = {
    commands: all, workers, shipped: { ...shipped, networks: [] }, directory, fingerprint, cards, language: "en" as const,
    readSource: async () => ({ error: "not_a_feed" }) as const,
    readList: () => undefined, understandText: async () => ({ error: "not_a_feed" }) as const,
  };
  const offline = async () => ({ status: "failed", code: "unreachable" }) as const;
  const app = createApp({ store, engine, chats: [vary(matrix, options.variant)], fetch: offline, clock: systemClock, chance: systemChance, log }, parts);
  await store.write((trx) => openTestRoom(trx, addressOf(options.room)));
  await app.start();
  // Whoever is killed could not leave it behind.
  flushCompileCache();
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) if (line === "finish") break;
  while ((await countWaiting(store.reading)).waiting > 0) await sleep(20);
  await app.stop();
  console.log("finished");
  await store.close();
  releaseLock();
  process.exit(0);
}

/** What should not happen is told to the parent. That requests fail should: it is what is tried. */
const log: Log = {
  info: () => {},
  warn: () => {},
  error: (event, values: LogValues = {}) => {
    if (event !== "matrix.library" && event !== "matrix.start_failed") console.log(`error ${event} ${JSON.stringify(values)}`);
  },
};

if (import.meta.main) await run(victimOptions.parse(JSON.parse(process.argv[2] ?? "")));
