/**
 * The program that is killed while it posts to encrypted rooms on Matrix: the real core, store and engine with the real adapter, and notes whose words
 * change while they are delivered. Says `ready`, `did INDEX` for each step, and in the end `finished`. Told `finish`, it delivers what is left and ends.
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
import { createApp } from "../../src/app.ts";
import type { AnyCard } from "../../src/cards/card.ts";
import { countWaiting, post, touch } from "../../src/delivery/outbox.ts";
import { createDirectory } from "../../src/directory.ts";
import { workers } from "../../src/jobs/index.ts";
import type { Chat, Log, LogValues, Writing } from "../../src/ports.ts";
import { noteCard, openTestRoom, setNote } from "../support/delivery.ts";

/** Posts of a step, and how far back the note lies that it changes. */
const POSTS_A_STEP = 4;
const CHANGED_BACK = 4;
const PAUSE_MILLISECONDS = 120;
/** Posts and edits that wait before the next step is done: a step asks for more than a homeserver takes in its pause. */
const MOST_WAITING = 80;

/**
 * - `whole`: as the program is.
 * - `blind`: each attempt has an id of its own, so that nobody can know a repeat.
 */
export const VARIANTS = ["whole", "blind"] as const;
export const victimOptions = z.object({
  folder: z.string(),
  url: z.string(),
  userId: z.string(),
  password: z.string(),
  /** Whose invitations it follows. */
  inviter: z.string(),
  rooms: z.array(z.string()),
  variant: z.enum(VARIANTS),
  /** The first step to do; null does none. */
  from: z.number().nullable(),
});
export type VictimOptions = z.infer<typeof victimOptions>;

export function noteOf(index: number): string {
  return `note-${index}`;
}

/** What a note says once its step and those that change it are done. */
export function wordsOf(index: number, done: number): string {
  return index + CHANGED_BACK < done ? `Note ${index}, changed.` : `Note ${index}.`;
}

/** The rooms a note is posted to: every one in turn. */
export function roomsOf(index: number, rooms: readonly string[]): string[] {
  return Array.from({ length: POSTS_A_STEP }, (_, place) => rooms[(index * POSTS_A_STEP + place) % rooms.length] ?? "");
}

/** What stands below a note until it changes: of three, one has more than an event holds, one a line, one nothing. Changed, it is a title and nothing else. */
const noteOfAnySize: AnyCard = {
  ...noteCard,
  draw: (state, view) => {
    const index = Number(/^Note (\d+)\.$/.exec(String(state))?.[1] ?? 2);
    const lines = [12, 1, 0][index % 3] ?? 0;
    return { ...noteCard.draw(state, view), blocks: Array.from({ length: lines }, () => ({ text: ["word ".repeat(400)] })) };
  },
};

/** Another key for each attempt: another transaction, other words inside. */
function blind(chat: Chat): Chat {
  return { ...chat, send: (room, message, key) => chat.send(room, message, `${key}~${systemChance.id()}`) };
}

async function run(options: VictimOptions): Promise<void> {
  const releaseLock = await acquireServerLock(options.folder);
  const store = await openSqliteStore({ file: path.join(options.folder, DATABASE_FILE) });
  const { shipped, directorySources } = readShipped(path.join(import.meta.dirname, "../../data"));
  const directory = createDirectory(directorySources);
  const engine = createEmbeddedEngine({ store, clock: systemClock, log });
  const matrix = createMatrixChat({
    account: { homeserverUrl: options.url, userId: options.userId, password: options.password, allowedInviters: [options.inviter] },
    folder: options.folder, commands: [], store, clock: systemClock, chance: systemChance, log, actorOf: (user) => pseudonym("torture", "matrix", user), language: "en",
  });
  const parts = {
    commands: [], workers, shipped: { ...shipped, networks: [] }, directory, fingerprint, cards: [noteOfAnySize], language: "en" as const,
    readSource: async () => ({ error: "not_a_feed" }) as const,
    readList: () => undefined, understandText: async () => ({ error: "not_a_feed" }) as const,
  };
  const offline = async () => ({ status: "failed", code: "unreachable" }) as const;
  const chats = [options.variant === "blind" ? blind(matrix) : matrix];
  const app = createApp({ store, engine, chats, fetch: offline, clock: systemClock, chance: systemChance, log }, parts);
  await store.write(async (trx) => {
    for (const room of options.rooms) await openTestRoom(trx, addressOf(room));
  });
  await app.start();
  // Whoever is killed could not leave it behind.
  flushCompileCache();
  console.log("ready");

  const finishing = new AbortController();
  createInterface({ input: process.stdin }).on("line", (line) => {
    if (line === "finish") finishing.abort();
  });
  for (let index = options.from; index !== null && !finishing.signal.aborted; index += 1) {
    while ((await countWaiting(store.reading)).waiting > MOST_WAITING && !finishing.signal.aborted) await sleep(50);
    const step = index;
    await app.change((trx) => doStep(trx, step, options));
    console.log(`did ${index}`);
    await sleep(PAUSE_MILLISECONDS);
  }
  while (!finishing.signal.aborted) await sleep(5);
  while ((await countWaiting(store.reading)).waiting > 0) await sleep(20);
  await app.stop();
  console.log("finished");
  await store.close();
  releaseLock();
  process.exit(0);
}

/** Done again after a death, it changes nothing: a note is posted once, and says what it said. */
async function doStep(trx: Writing, index: number, { rooms }: VictimOptions): Promise<void> {
  const now = systemClock.now();
  await setNote(trx, noteOf(index), wordsOf(index, index + 1));
  for (const room of roomsOf(index, rooms)) {
    await post(trx, { room: addressOf(room), card: noteCard.kind, subject: noteOf(index), occasion: "first", plannedAt: now }, now);
  }
  const changed = index - CHANGED_BACK;
  if (changed < 0) return;
  await setNote(trx, noteOf(changed), wordsOf(changed, index + 1));
  await touch(trx, { card: noteCard.kind, subject: noteOf(changed) }, { haste: "now", which: "all" }, now);
}

/** What should not happen is told to the parent. That requests fail should: it is what is tried. */
const log: Log = {
  info: () => {},
  warn: () => {},
  error: (event, values: LogValues = {}) => {
    if (event !== "matrix.library") console.log(`error ${event} ${JSON.stringify(values)}`);
  },
};

if (import.meta.main) await run(victimOptions.parse(JSON.parse(process.argv[2] ?? "")));
