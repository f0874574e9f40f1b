/**
 * What keeping the keys on disk costs on Matrix: against a real Synapse, our client beside the same library with its store in memory, which
 * forgets its device when it ends. Where no homeserver can be installed it says so and measures nothing.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { DeviceId, EncryptionSettings, initAsync, OlmMachine, RoomId, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { ClientEvent, createClient, type MatrixClient, MemoryStore, PendingEventOrdering, SyncState } from "matrix-js-sdk";
import { type CryptoApi, OnlySignedDevicesIsolationMode } from "matrix-js-sdk/lib/crypto-api/index.js";
import { z } from "zod";
import type { MatrixAccount } from "../adapters/matrix/account.ts";
import { openMatrixClient, type OpenedClient } from "../adapters/matrix/client.ts";
import { limitRequests } from "../adapters/matrix/fetching.ts";
import { secureDevice } from "../adapters/matrix/identity.ts";
import { createRecoveryKey } from "../adapters/matrix/recovery-key.ts";
import { systemChance, systemClock } from "../adapters/node/machine.ts";
import { type Account, type Login, loginAccount } from "../tests/support/matrix/accounts.ts";
import { type Homeserver, openHomeserver } from "../tests/support/matrix/homeserver.ts";
import { whyNoHomeserver } from "../tests/support/matrix/install.ts";
import { silentLogger } from "../tests/support/matrix/quiet.ts";
import { openSignedHuman } from "../tests/support/matrix/signed-human.ts";
import { openFileStore } from "../tests/support/store.ts";
import { withFolder } from "./support/commits.ts";
import { median } from "./support/median.ts";
import { type Form, type Measured, printMachine, printMeasured } from "./support/report.ts";
import { inRounds } from "./support/rounds.ts";

/** Sends of one side in one round. The library takes a new key after a hundred, so both sides do in the same round. */
const SENDS: Record<Form, number> = { short: 20, long: 100 };
/** So many in a row before the other side's turn: enough that what a side leaves to be done falls to itself, few enough that both meet the same load. */
const IN_A_ROW = 10;
const LEAST_ROUNDS = 3;
const SESSIONS: Record<Form, number> = { short: 2_000, long: 20_000 };
const OPENINGS: Record<Form, number> = { short: 1, long: 3 };
/** Rooms of an account besides the one it sends to. */
const ROOMS: Record<Form, number> = { short: 5, long: 20 };
/** Past the age at which keys that are in the backup go. */
const LATER_MILLISECONDS = 61 * 24 * 60 * 60_000;
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** A client and how it is closed; both kinds look alike from here. */
type Side = { client: MatrixClient; crypto: CryptoApi; close(): Promise<void> };

/** Tells `report` of each of three as soon as it is measured; of none where there can be no homeserver. */
export async function measureMatrix(form: Form, report: (measured: Measured) => void): Promise<void> {
  const why = await whyNoHomeserver();
  if (why !== undefined) {
    console.log(`SKIPPED everything on Matrix: ${why}`);
    return;
  }
  // As others run them: what is measured is a share of what both need for each message.
  const server = await openHomeserver({ durable: true });
  try {
    await withFolder(async (folder) => {
      await measureClients(server, folder, form, report);
      report(await measureMemory(server, path.join(folder, "keys"), form));
    });
  } finally {
    await server.close();
  }
}

async function measureClients(server: Homeserver, folder: string, form: Form, report: (measured: Measured) => void): Promise<void> {
  const ours = await server.register("kept");
  const theirs = await server.register("forgetful");
  for (const account of [ours, theirs]) await openRooms(server, await server.login(account), ROOMS[form]);
  const home = path.join(folder, "kept");
  const kept = await openKept(server.url, ours, home);
  const forgetful = await openForgetful(server.url, theirs, await server.login(theirs), folder);
  try {
    report(await measureSends(server, form, { kept, forgetful }));
  } finally {
    await kept.close();
    await forgetful.close();
  }
  report(await measureStarts(server, form, { folder, home, ours, theirs }));
}

async function measureSends(server: Homeserver, form: Form, { kept, forgetful }: { kept: Side; forgetful: Side }): Promise<Measured> {
  const person = await openSignedHuman(server.url, await server.register("person"));
  const enter = async (side: Side): Promise<string> => {
    const room = await person.createRoom({ invite: [side.client.getSafeUserId()] });
    await side.client.joinRoom(room);
    while (side.client.getRoom(room)?.getMyMembership() !== "join" || !(await side.crypto.isEncryptionEnabledInRoom(room))) await sleep(20);
    return room;
  };
  const sides = { kept: { side: kept, room: await enter(kept) }, forgetful: { side: forgetful, room: await enter(forgetful) } };
  // Keys still go to the person's device. Reading along would only take the processor's time from both sides.
  await person.close();
  const count = SENDS[form];
  const rounds = await inRounds(
    form,
    async (round) => {
      const taken = { kept: 0, forgetful: 0 };
      for (let sent = 0; sent < count; sent += IN_A_ROW) {
        // Who goes first changes, because the other pays for what the first left to be done.
        const isKeptFirst = (sent / IN_A_ROW + round) % 2 === 0;
        for (const which of isKeptFirst ? (["kept", "forgetful"] as const) : (["forgetful", "kept"] as const)) {
          const { side, room } = sides[which];
          const began = performance.now();
          for (let index = sent; index < sent + IN_A_ROW; index += 1) await send(side.client, room, `${which}-${round}-${index}`);
          taken[which] += (performance.now() - began) / 1_000;
        }
      }
      return { kept: count / taken.kept, forgetful: count / taken.forgetful };
    },
    LEAST_ROUNDS,
  );
  const rate = (of: "kept" | "forgetful") => median(rounds.map((round) => round[of])).toFixed(1);
  const ratios = rounds.map((round) => round.kept / round.forgetful);
  return {
    name: "encrypted sends on Matrix, keys on disk ÷ keys in memory",
    ratio: median(ratios),
    bound: { least: 0.8 },
    conditions: [
      `${rate("kept")}/s ÷ ${rate("forgetful")}/s; median of ${rounds.length} rounds of ${count} sends each, ${IN_A_ROW} in turn; from ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
      "one after another into one encrypted room, each side into its own, with one person in it; the library's own way to send, on both sides",
      `both cross-signed, with a key backup; Synapse on the same machine, ready after ${server.readyMilliseconds.toFixed(0)} ms`,
    ],
  };
}

type Starts = { folder: string; home: string; ours: Account; theirs: Account };

async function measureStarts(server: Homeserver, form: Form, { folder, home, ours, theirs }: Starts): Promise<Measured> {
  const time = async ({ userId, password }: Account, choices: Pick<PartChoices, "folder" | "forgetful">): Promise<number> =>
    (await runPart({ url: server.url, userId, password, ...choices })).milliseconds;
  const rounds = await inRounds(
    form,
    async () => ({
      kept: await time(ours, { folder: home }),
      bare: await time(theirs, { folder, forgetful: "bare" }),
      secured: await time(theirs, { folder, forgetful: "secured" }),
    }),
    LEAST_ROUNDS,
  );
  const taken = (of: "kept" | "bare" | "secured") => median(rounds.map((round) => round[of])).toFixed(0);
  return {
    name: "start to synced on Matrix, kept device ÷ new login with the store in memory",
    ratio: median(rounds.map(({ kept, bare }) => kept / bare)),
    bound: "told",
    conditions: [
      `${taken("kept")} ms ÷ ${taken("bare")} ms; ${taken("secured")} ms with a new login that is also cross-signed and takes its keys back from the backup, as one needs that forgets them`,
      `median of ${rounds.length} starts each, in turn, each in a process that has loaded its modules; ${ROOMS[form] + 1} rooms; the kept one opens its main database and its file of keys too`,
    ],
  };
}

async function measureMemory(server: Homeserver, folder: string, form: Form): Promise<Measured> {
  const { userId, password } = await server.register("collector");
  const sessions = SESSIONS[form];
  const run = (choices: Partial<PartChoices> = {}) => runPart({ url: server.url, userId, password, folder, ...choices });
  const runOften = async (choices: Partial<PartChoices> = {}) => {
    const resident: number[] = [];
    for (let opening = 0; opening < OPENINGS[form]; opening += 1) resident.push((await run(choices)).resident);
    return median(resident);
  };
  // Makes the device, which is more than a start.
  await run();
  const fresh = await runOften();
  const filling = await run({ receive: sessions });
  const full = await run({ count: true });
  if (full.sessions !== sessions) throw new Error(`${full.sessions} of ${sessions} sessions were kept.`);
  const first = await run({ later: LATER_MILLISECONDS, count: true });
  if (first.sessions !== 0) throw new Error(`${first.sessions} of ${sessions} sessions were not pruned.`);
  const pruned = await runOften({ later: LATER_MILLISECONDS });
  return {
    name: `memory on Matrix, ${sessions} sessions received and pruned ÷ fresh`,
    ratio: pruned / fresh,
    bound: { most: 1.2 },
    conditions: [
      `${pruned.toFixed(0)} MB ÷ ${fresh.toFixed(0)} MB resident, median of ${OPENINGS[form]}; ${full.resident.toFixed(0)} MB opened with all of them, ${filling.resident.toFixed(0)} MB when they had just come`,
      "a process that opened its client and synced, in a folder like the program's; pruned as every start does it, by a clock that is 61 days ahead",
      "the sessions were put in as keys of the backup, so that they need not be uploaded to it first",
    ],
  };
}

const partSchema = z.object({
  url: z.string(),
  userId: z.string(),
  password: z.string(),
  folder: z.string(),
  /** With the store in memory and a new login, cross-signed or not. */
  forgetful: z.enum(["bare", "secured"]).optional(),
  /** Milliseconds that its clock is ahead. */
  later: z.number().optional(),
  /** Takes in so many sessions. */
  receive: z.number().optional(),
  /** Counts the sessions there are, after the memory was read. */
  count: z.boolean().optional(),
});
type PartChoices = z.infer<typeof partSchema>;
/** `milliseconds`: from nothing to synced. `resident`: megabytes. */
const figuresSchema = z.object({ milliseconds: z.number(), resident: z.number(), sessions: z.number().optional() });
type Figures = z.infer<typeof figuresSchema>;

async function runPart(choices: PartChoices): Promise<Figures> {
  const parameters = ["--expose-gc", import.meta.filename, "part", JSON.stringify(choices)];
  const { stdout } = await promisify(execFile)(process.execPath, parameters);
  return figuresSchema.parse(JSON.parse(stdout));
}

/** In a child: the library is one per process, and shares its memory between all clients that were ever opened in it. */
async function openPart(choices: PartChoices): Promise<Figures> {
  return choices.forgetful === undefined ? openKeptPart(choices) : openForgetfulPart(choices);
}

async function openForgetfulPart({ url, userId, password, folder, forgetful }: PartChoices): Promise<Figures> {
  const account: Account = { name: "", userId, password };
  const began = performance.now();
  await openForgetful(url, account, await loginAccount(url, account), forgetful === "secured" ? folder : undefined);
  return { milliseconds: performance.now() - began, resident: readResident() };
}

async function openKeptPart({ url, userId, password, folder, later = 0, receive, count }: PartChoices): Promise<Figures> {
  const began = performance.now();
  const store = await openFileStore(folder);
  const opened = await openMatrixClient({
    account: { homeserverUrl: url, userId, password, allowedInviters: [] },
    folder, store, chance: systemChance, log: SILENT,
    clock: { ...systemClock, now: () => systemClock.now() + later },
  });
  await opened.start();
  const milliseconds = performance.now() - began;
  if (receive !== undefined) await receiveSessions(opened, receive);
  // Several times: what one pass frees lets the next free more.
  for (let pass = 0; pass < 5; pass += 1) {
    globalThis.gc?.();
    await sleep(20);
  }
  const resident = readResident();
  const sessions = count === true ? (await opened.crypto.exportRoomKeys()).length : undefined;
  await opened.stop();
  await store.close();
  return { milliseconds, resident, ...(sessions === undefined ? {} : { sessions }) };
}

function readResident(): number {
  return process.memoryUsage().rss / 1e6;
}

/** Sessions of somebody else, each in a room of its own. */
async function receiveSessions({ crypto }: OpenedClient, count: number): Promise<void> {
  const version = await crypto.getActiveSessionBackupVersion();
  if (version === null) throw new Error("There is no backup.");
  await initAsync();
  // The library takes away what it is given: none of these can be used twice.
  const user = (): UserId => new UserId("@sender:localhost");
  // A portion at a time, so that it is our client that the memory is used for.
  for (let begun = 0; begun < count; begun += 1_000) {
    const sender = await OlmMachine.initialize(user(), new DeviceId(`SENDER${begun}`));
    for (let index = begun; index < Math.min(begun + 1_000, count); index += 1) await sender.shareRoomKey(new RoomId(`!${index}:localhost`), [user()], new EncryptionSettings());
    const keys: Parameters<BackupTaker["importBackedUpRoomKeys"]>[0] = JSON.parse(await sender.exportRoomKeys(() => true));
    sender.close();
    // Left out of the library's own type for this object, which has it in the pinned version.
    await (crypto as CryptoApi & BackupTaker).importBackedUpRoomKeys(keys, version);
  }
}

type BackupTaker = { importBackedUpRoomKeys(keys: Record<string, unknown>[], version: string): Promise<void> };

async function openKept(url: string, { userId, password }: Account, home: string): Promise<Side> {
  const store = await openFileStore(home);
  const account = { homeserverUrl: url, userId, password, allowedInviters: [] };
  const opened = await openMatrixClient({ account, folder: home, store, clock: systemClock, chance: systemChance, log: SILENT });
  await opened.start();
  return {
    client: opened.client,
    crypto: opened.crypto,
    async close() {
      await opened.stop();
      await store.close();
    },
  };
}

/** With a `folder` for its recovery key it is cross-signed too, with a backup, as ours is. */
async function openForgetful(url: string, { userId, password }: Account, login: Login, folder?: string): Promise<Side> {
  const recoveryKey = createRecoveryKey({ given: undefined, file: path.join(folder ?? "", "recovery.key"), log: SILENT });
  const client = createClient({
    baseUrl: url,
    ...login,
    store: new MemoryStore(),
    logger: silentLogger,
    disableVoip: true,
    cryptoCallbacks: {
      async getSecretStorageKey({ keys }) {
        const [key, [id]] = [recoveryKey.read(), Object.keys(keys)];
        return key === undefined || id === undefined ? null : [id, key];
      },
    },
  });
  limitRequests(client);
  await client.initRustCrypto({ useIndexedDB: false });
  const crypto = client.getCrypto();
  if (crypto === undefined) throw new Error("matrix-js-sdk has no cryptography after it was started.");
  crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
  const account: MatrixAccount = { homeserverUrl: url, userId, password, allowedInviters: [] };
  if (folder !== undefined) await secureDevice({ client, crypto, account, deviceId: login.deviceId, recoveryKey, log: SILENT });
  const synced = new Promise<void>((resolve) => {
    const look = (state: SyncState): void => {
      if (state !== SyncState.Syncing) return;
      client.off(ClientEvent.Sync, look);
      resolve();
    };
    client.on(ClientEvent.Sync, look);
  });
  await client.startClient({ initialSyncLimit: 20, lazyLoadMembers: true, pendingEventOrdering: PendingEventOrdering.Detached });
  await synced;
  return { client, crypto, close: async () => client.stopClient() };
}

interface Sender {
  sendEvent(room: string, type: string, content: object, transaction: string): Promise<unknown>;
}

async function send(client: MatrixClient, room: string, transaction: string): Promise<void> {
  // Its types know only the events it has a use for; at run time it sends any.
  const sender = client as unknown as Sender;
  await sender.sendEvent(room, "m.room.message", { msgtype: "m.notice", body: "The date of the country report has moved to 14 March.", "m.mentions": {} }, transaction);
}

async function openRooms(server: Homeserver, { accessToken }: Login, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const { status } = await server.call("POST", "/_matrix/client/v3/createRoom", { token: accessToken, body: { preset: "private_chat" } });
    if (status !== 200) throw new Error(`A room was refused with ${status}.`);
  }
}

if (import.meta.main) {
  const [what, choices = ""] = process.argv.slice(2);
  if (what === "part") {
    console.log(JSON.stringify(await openPart(partSchema.parse(JSON.parse(choices)))));
  } else {
    await printMachine();
    await measureMatrix(process.argv.includes("--short") ? "short" : "long", printMeasured);
  }
  // Timers of the library's in-memory clients would hold the process for minutes.
  process.exit();
}
