/**
 * The program that is killed while it posts to Slack: the real core, store and engine with the real adapter, and notes whose words change while
 * they are delivered. Says `ready`, `did INDEX` for each step, and in the end `finished`. Told `finish`, it delivers what is left and ends.
 */
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readShipped } from "../../adapters/data/read.ts";
import { fingerprint, pseudonym, systemChance, systemClock } from "../../adapters/node/machine.ts";
import { addressOf } from "../../adapters/slack/address.ts";
import { createSlackChat } from "../../adapters/slack/chat.ts";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import { createEmbeddedEngine } from "../../adapters/sqlite/engine.ts";
import { acquireServerLock } from "../../adapters/sqlite/lock.ts";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import { createApp } from "../../src/app.ts";
import type { AnyCard } from "../../src/cards/card.ts";
import { countWaiting, post, touch } from "../../src/delivery/outbox.ts";
import { createDirectory } from "../../src/directory.ts";
import { workers } from "../../src/jobs/index.ts";
import type { Chat, Log, LogValues, RoomAddress, Writing } from "../../src/ports.ts";
import { noteCard, openTestRoom, setNote } from "../support/delivery.ts";

/** Much faster than Slack, whose double is as fast: what is tried here is order and death, not patience. */
export const HASTE = { postMilliseconds: 15, editsPerMinute: 6_000, requestMilliseconds: 400, settleMilliseconds: 30 };
/** Posts of a step, and how far back the note lies that it changes. */
export const POSTS_A_STEP = 6;
const CHANGED_BACK = 4;
const PAUSE_MILLISECONDS = 20;

/**
 * - `whole`: as the program is.
 * - `blind`: it never says that it has tried before, so nothing is looked up.
 */
export const VARIANTS = ["whole", "blind"] as const;
export const victimOptions = z.object({
  folder: z.string(),
  apiUrl: z.string(),
  secrets: z.object({ botToken: z.string(), appToken: z.string() }),
  team: z.string(),
  channels: z.array(z.string()),
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

/** What stands below a note until it changes: of three, one has more than a post holds, one a line, one nothing. Changed, it is a title and nothing else. */
const noteOfAnySize: AnyCard = {
  ...noteCard,
  draw: (state, view) => {
    const index = Number(/^Note (\d+)\.$/.exec(String(state))?.[1] ?? 2);
    const lines = [8, 1, 0][index % 3] ?? 0;
    return { ...noteCard.draw(state, view), blocks: Array.from({ length: lines }, () => ({ text: ["word ".repeat(400)] })) };
  },
};

/** The channels a note is posted to: every one in turn. */
export function channelsOf(index: number, channels: readonly string[]): string[] {
  return Array.from({ length: POSTS_A_STEP }, (_, place) => channels[(index * POSTS_A_STEP + place) % channels.length] ?? "");
}

async function run(options: VictimOptions): Promise<void> {
  const releaseLock = await acquireServerLock(options.folder);
  const store = await openSqliteStore({ file: path.join(options.folder, DATABASE_FILE) });
  const { shipped, directorySources } = readShipped(path.join(import.meta.dirname, "../../data"));
  const directory = createDirectory(directorySources);
  const engine = createEmbeddedEngine({ store, clock: systemClock, log });
  const slack = createSlackChat({
    workspaces: [options.secrets], apiUrl: options.apiUrl, commands: [], store, directory, clock: systemClock, chance: systemChance, log,
    actorOf: (team, user) => pseudonym("torture", "slack", `${team}/${user}`),
    language: "en", pace: HASTE,
  });
  const parts = {
    commands: [], workers, shipped: { ...shipped, networks: [] }, directory, fingerprint, cards: [noteOfAnySize], language: "en" as const,
    readSource: async () => ({ error: "not_a_feed" }) as const,
    readList: () => undefined, understandText: async () => ({ error: "not_a_feed" }) as const,
  };
  const offline = async () => ({ status: "failed", code: "unreachable" }) as const;
  const chat: Chat = options.variant === "blind" ? { ...slack, send: (room, message, key) => slack.send(room, message, key) } : slack;
  const app = createApp({ store, engine, chats: [chat], fetch: offline, clock: systemClock, chance: systemChance, log }, parts);
  const rooms = options.channels.map((channel): RoomAddress => addressOf({ team: options.team, channel }));
  await store.write(async (trx) => {
    for (const room of rooms) await openTestRoom(trx, room);
  });
  await app.start();
  console.log("ready");

  const finishing = new AbortController();
  createInterface({ input: process.stdin }).on("line", (line) => {
    if (line === "finish") finishing.abort();
  });
  for (let index = options.from; index !== null && !finishing.signal.aborted; index += 1) {
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
async function doStep(trx: Writing, index: number, { team, channels }: VictimOptions): Promise<void> {
  const now = systemClock.now();
  await setNote(trx, noteOf(index), wordsOf(index, index + 1));
  for (const channel of channelsOf(index, channels)) {
    await post(trx, { room: addressOf({ team, channel }), card: noteCard.kind, subject: noteOf(index), occasion: "first", plannedAt: now }, now);
  }
  const changed = index - CHANGED_BACK;
  if (changed < 0) return;
  await setNote(trx, noteOf(changed), wordsOf(changed, index + 1));
  await touch(trx, { card: noteCard.kind, subject: noteOf(changed) }, { haste: "now", which: "all" }, now);
}

/** What nobody can know to have arrived is told to the parent, and what should not happen. */
const log: Log = {
  info: () => {},
  warn: (event, values: LogValues = {}) => {
    if (event === "send_refused" && values["code"] === "unsure") console.log(`unsure ${values["post"]}`);
  },
  error: (event, values: LogValues = {}) => console.log(`error ${event} ${JSON.stringify(values)}`),
};

if (import.meta.main) await run(victimOptions.parse(JSON.parse(process.argv[2] ?? "")));
