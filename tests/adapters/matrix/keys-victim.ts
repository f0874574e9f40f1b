/**
 * The bot's client in a process of its own, to be killed. Says what happens as lines of JSON and takes orders as lines of JSON. It can kill
 * itself right after a chosen commit of its file of keys.
 */
import { flushCompileCache } from "node:module";
import { createInterface } from "node:readline";
import Sqlite from "better-sqlite3";
import { KnownMembership, MatrixEventEvent, RoomEvent, RoomMemberEvent } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import { z } from "zod";
import { openMatrixClient, type OpenedClient } from "../../../adapters/matrix/client.ts";
import { recoverMatrix } from "../../../adapters/matrix/recover.ts";
import { systemChance, systemClock } from "../../../adapters/node/machine.ts";
import { OperatorError } from "../../../src/operator-error.ts";
import { openFileStore } from "../../support/store.ts";

const optionsShape = z.object({
  url: z.string(),
  userId: z.string(),
  password: z.string().optional(),
  accessToken: z.string().optional(),
  recoveryKey: z.string().optional(),
  storeKey: z.string().optional(),
  folder: z.string(),
  recover: z.boolean().optional(),
  /** Without this rule a sync is several commits, as the library has it. */
  splitSyncs: z.boolean().optional(),
  /** Kills itself after so many commits of the first sync that brings messages to this device, counted from its beginning. */
  dieAfterCommit: z.number().optional(),
  /** Kills itself when the homeserver has answered so many requests. */
  dieAfterRequest: z.number().optional(),
  /** Its file of keys is written only when nothing has changed for so long, as by a store that saves snapshots of itself. */
  writeLateMilliseconds: z.number().optional(),
});
const orderShape = z.discriminatedUnion("do", [
  z.object({ do: z.literal("send"), room: z.string(), body: z.string(), transactionId: z.string(), die: z.boolean().optional() }),
  z.object({ do: z.literal("look"), room: z.string(), event: z.string() }),
  z.object({ do: z.literal("verify"), user: z.string(), agree: z.boolean() }),
  z.object({ do: z.literal("stop") }),
]);

const options = optionsShape.parse(JSON.parse(process.argv[2] ?? "{}"));
const say = (what: string, values: Record<string, unknown> = {}): void => console.log(JSON.stringify({ what, ...values }));

let counting = false;
let commits = 0;
/** Of the file of keys, since the process began. */
let allCommits = 0;
countCommits();
countRequests();
if (options.writeLateMilliseconds !== undefined) writeLate(options.writeLateMilliseconds);
const store = await openFileStore(options.folder);
try {
  await run();
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  say("refused", { code: error.code });
  await store.close();
}

async function run(): Promise<void> {
  const { url, userId, password, accessToken, recoveryKey, storeKey, folder } = options;
  const quiet = (level: string) => (event: string, values: object = {}) => say("log", { level, event, ...values });
  const opened = await (options.recover === true ? recoverMatrix : openMatrixClient)({
    account: {
      homeserverUrl: url,
      userId,
      allowedInviters: [],
      ...(password === undefined ? {} : { password }),
      ...(accessToken === undefined ? {} : { accessToken }),
      ...(recoveryKey === undefined ? {} : { recoveryKey }),
      ...(storeKey === undefined ? {} : { storeKey }),
    },
    folder,
    store,
    clock: systemClock,
    chance: systemChance,
    log: { info: quiet("info"), warn: quiet("warn"), error: quiet("error") },
    onFatal: (error) => {
      say("fatal", { code: error instanceof OperatorError ? error.code : error.name });
      process.exit(70);
    },
  });
  watchSyncs(opened);
  const { client, deviceId, fingerprint, isNew } = opened;
  client.on(RoomMemberEvent.Membership, (_event, member) => {
    if (member.userId === userId && member.membership === KnownMembership.Invite) void client.joinRoom(member.roomId);
  });
  client.on(RoomEvent.MyMembership, (room, membership) => {
    if (membership === KnownMembership.Join) say("joined", { room: room.roomId });
  });
  client.on(RoomEvent.Timeline, (event) => {
    if (event.isEncrypted()) void client.decryptEventIfNeeded(event);
  });
  client.on(MatrixEventEvent.Decrypted, (event) => say(event.isDecryptionFailure() ? "unreadable" : "read", { event: event.getId(), body: event.getContent()["body"] }));
  client.on(CryptoEvent.KeyBackupSessionsRemaining, (left) => {
    if (left === 0) say("backed-up");
  });
  // Whoever is killed could not leave it behind.
  flushCompileCache();
  say("opened", { deviceId, fingerprint, isNew });
  await opened.start();
  say("synced");
  void untilQuiet().then(() => say("quiet"));
  for await (const line of createInterface({ input: process.stdin })) {
    if (await obey(opened, orderShape.parse(JSON.parse(line)))) return;
  }
}

async function obey(opened: OpenedClient, order: z.infer<typeof orderShape>): Promise<boolean> {
  const { client } = opened;
  switch (order.do) {
    case "send": {
      const sent = await client.sendEvent(order.room, "m.room.message" as never, { msgtype: "m.notice", body: order.body } as never, order.transactionId);
      say("sent", { event: sent.event_id });
      if (order.die === true) process.kill(process.pid, "SIGKILL");
      return false;
    }
    case "look":
      say("looked", { event: order.event, ...(await look(opened, order.room, order.event)) });
      return false;
    case "verify": {
      const window = opened.openVerification({
        user: order.user,
        minutes: 1,
        show: (emoji) => {
          say("emoji", { emoji: emoji.map(([sign]) => sign) });
          return order.agree;
        },
      });
      say("window");
      void window.outcome.then((outcome) => say("outcome", { outcome }));
      return false;
    }
    case "stop":
      await opened.stop();
      await store.close();
      say("stopped");
      // The process then ends by itself, if nothing was left behind.
      process.stdin.destroy();
      return true;
  }
}

/** An event as the server has it now. Without a text when its key does not come in time either. */
async function look({ client }: OpenedClient, room: string, id: string): Promise<{ body: string | null; reason: string | null }> {
  let reason: string | null = null;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const event = client.getEventMapper()(await client.fetchRoomEvent(room, id));
    await client.decryptEventIfNeeded(event);
    if (!event.isDecryptionFailure()) return { body: String(event.getContent()["body"]), reason };
    reason = event.decryptionFailureReason;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { body: null, reason };
}

/** What a start brings with it has been written: commits from here on belong to what comes. */
async function untilQuiet(): Promise<void> {
  for (let before = -1; before !== allCommits; ) {
    before = allCommits;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

type Machine = { receiveSyncChanges: (events: string, ...rest: unknown[]) => Promise<unknown> };

/** From the first sync that brings messages to this device on, commits count. */
function watchSyncs({ crypto }: OpenedClient): void {
  // As the adapter does, which has checked that it is there.
  const machine = (crypto as unknown as { olmMachine: Machine }).olmMachine;
  if (options.splitSyncs === true) Reflect.deleteProperty(machine, "receiveSyncChanges");
  const receive = machine.receiveSyncChanges.bind(machine);
  machine.receiveSyncChanges = (events, ...rest) => {
    if (events !== "[]") {
      say("brought");
      counting = true;
    }
    return receive(events, ...rest);
  };
}

function countCommits(): void {
  const { transaction } = Sqlite.prototype;
  // Only `immediate` is called on what this returns, by the file of keys; the main database has statements of its own.
  Sqlite.prototype.transaction = function (this: Sqlite.Database, body: never) {
    const original = transaction.call(this, body);
    const immediate = (...given: never[]): unknown => {
      const result: unknown = original.immediate(...given);
      if (!this.name.endsWith("crypto.sqlite")) return result;
      allCommits += 1;
      if (counting) {
        commits += 1;
        if (commits === options.dieAfterCommit) process.kill(process.pid, "SIGKILL");
      }
      return result;
    };
    return Object.assign((...given: never[]) => original(...given), { immediate, deferred: original.deferred, exclusive: original.exclusive, default: original.default });
  } as typeof transaction;
}

function countRequests(): void {
  const { fetch } = globalThis;
  let requests = 0;
  globalThis.fetch = async (...given) => {
    const response = await fetch(...given);
    requests += 1;
    if (requests === options.dieAfterRequest) process.kill(process.pid, "SIGKILL");
    return response;
  };
}

function writeLate(milliseconds: number): void {
  const { transaction, close } = Sqlite.prototype;
  const waiting: (() => unknown)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    for (const commit of waiting.splice(0)) commit();
  };
  Sqlite.prototype.transaction = function (this: Sqlite.Database, body: never) {
    const original = transaction.call(this, body);
    if (!this.name.endsWith("crypto.sqlite")) return original;
    const immediate = (...given: never[]): void => {
      waiting.push(() => original.immediate(...given));
      clearTimeout(timer);
      timer = setTimeout(write, milliseconds);
    };
    return Object.assign((...given: never[]) => original(...given), { immediate, deferred: original.deferred, exclusive: original.exclusive, default: original.default });
  } as typeof transaction;
  // An ordinary end loses nothing.
  Sqlite.prototype.close = function (this: Sqlite.Database) {
    if (this.name.endsWith("crypto.sqlite")) write();
    return close.call(this);
  };
}
