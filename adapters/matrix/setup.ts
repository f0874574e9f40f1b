/** From nothing to a first post on Matrix: the steps while the account is missing, then log in, the checks, the rooms, and one room made a network's. */
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { App } from "../../src/app.ts";
import { ChatError } from "../../src/errors.ts";
import type { Say } from "../../src/i18n.ts";
import type { MatrixAccount } from "../../src/matrix-settings.ts";
import { OperatorError } from "../../src/operator-error.ts";
import type { Actor, Chat, Log, Store } from "../../src/ports.ts";
import { networkNames } from "../../src/rooms/networks.ts";
import { listRooms } from "../../src/rooms/rooms.ts";
import { type Finding, printFindings } from "../console/findings.ts";
import { joinAndPost } from "../console/first-post.ts";
import { safeForTerminal } from "../console/safe.ts";
import { systemChance, systemClock } from "../node/machine.ts";
import type { Asking } from "./asking.ts";
import { checkLimit, checkMatrix } from "./check.ts";
import { openMatrixClient, type OpenedClient } from "./client.ts";
import { matrixPaths } from "./files.ts";
import { createObserver } from "./observe.ts";
import { createOutgoing } from "./outgoing.ts";
import { listJoined, type MatrixRoomReport, reportRoom } from "./room-report.ts";
import { KnownMembership, type MatrixClient } from "./sdk.ts";

type Write = (text: string) => void;

/** What to do while there is no account. */
export function printMatrixSteps(say: Say, write: Write): void {
  const lines = ["   MATRIX_HOMESERVER_URL=https://matrix.example.org", "   MATRIX_USER_ID=@clarion:example.org", "   MATRIX_PASSWORD=…", "   MATRIX_ALLOWED_INVITERS=@you:example.org"];
  const steps = [
    say("console.setup.matrix.account"),
    [say("console.setup.matrix.settings"), "", ...lines, "", "   chmod 600 .env"].join("\n"),
    `${say("console.setup.matrix.again")}\n   npm run -s clarion -- setup matrix`,
  ];
  write(`${say("console.setup.matrix.begin")}\n\n`);
  for (const [index, step] of steps.entries()) write(`${index + 1}. ${step}\n\n`);
}

export type MatrixSetupOptions = {
  account: MatrixAccount;
  /** The data folder. */
  folder: string;
  say: Say;
  log: Log;
  write: Write;
  /** The core with these chats beside, on the data folder. */
  open(chats: (store: Store) => Promise<Chat[]>): Promise<{ app: App; close(): Promise<void> }>;
  /** Whether a server runs on the data folder; then it holds the keys and posts, not we. */
  served(): boolean;
  actor: Actor;
  /** To become a room of `network`: an id such as `!abc:example.org`, or an alias such as `#room:example.org`. */
  room?: string;
  network?: string;
};

/** Returns whether everything asked for was done. Throws `OperatorError`. */
export async function setUpMatrix(options: MatrixSetupOptions): Promise<boolean> {
  if ((options.room === undefined) !== (options.network === undefined)) throw new OperatorError("matrix_setup_incomplete");
  if (options.room !== undefined && !/^[!#]\S{1,254}$/.test(options.room)) throw new OperatorError("matrix_room_wrong");
  return options.served() ? setUpBesideServer(options) : setUpAlone(options);
}

/** The server holds the keys and posts; its access token is enough to ask, and takes nothing from it. */
async function setUpBesideServer(options: MatrixSetupOptions): Promise<boolean> {
  const ask = await check(options, "console.setup.matrix.server_without");
  if (ask === undefined) return false;
  const { app, close } = await options.open(async () => [createObserver(ask, options.account.userId)]);
  try {
    return await useRooms(app, ask, undefined, options);
  } finally {
    await close();
  }
}

async function setUpAlone(options: MatrixSetupOptions): Promise<boolean> {
  const { account, folder, log, say } = options;
  const recoveryFile = matrixPaths(folder).recoveryKey;
  const hadKey = account.recoveryKey !== undefined || existsSync(recoveryFile);
  const stopping = new AbortController();
  let device: OpenedClient | undefined;
  const connect = async (store: Store): Promise<Chat[]> => {
    device = await openMatrixClient({ account, folder, store, log, clock: systemClock, chance: systemChance });
    const sender = openSender(device, log, stopping.signal);
    await device.start();
    return [sender];
  };
  const { app, close } = await options.open(connect).catch(async (error: unknown) => {
    // Its store is closed already, so what it would note there cannot be noted; the first error says more.
    await device?.stop().catch(() => undefined);
    throw error;
  });
  try {
    if (!hadKey && existsSync(recoveryFile)) printRecoveryKey(recoveryFile, options);
    const ask = await check(options, "console.setup.mend");
    if (ask === undefined) return false;
    const done = await useRooms(app, ask, device?.client, options);
    printLimit(await checkLimit(ask, account, say), options);
    return done;
  } finally {
    stopping.abort();
    await device?.stop();
    await close();
  }
}

/** Prints what was found. Undefined when something is to mend; `unheard` is said where there is no token to try. */
async function check({ account, folder, say, write }: MatrixSetupOptions, unheard: string): Promise<Asking | undefined> {
  // The keys are in use in either case: by the server, or by us.
  const { findings, ask } = await checkMatrix(account, { say, folder, served: true });
  const isSound = printFindings(findings, say, write);
  if (isSound && ask !== undefined) return ask;
  write(`\n${say(isSound ? unheard : "console.setup.mend")}\n`);
  return undefined;
}

/** The sending half of the chat: it posts, and answers nothing. */
function openSender(opened: OpenedClient, log: Log, stopping: AbortSignal): Chat {
  const outgoing = createOutgoing({ opened, log, clock: systemClock, stopping });
  return { id: "matrix", ...outgoing, whisper: () => Promise.reject(new ChatError("refused")), start: async () => undefined, stop: async () => undefined };
}

function printRecoveryKey(file: string, { say, write }: MatrixSetupOptions): void {
  const key = readFileSync(file, "utf8").trim();
  write(`${say("console.setup.matrix.recovery")}\n\n   ${key}\n\n${say("console.setup.matrix.recovery_kept", { file })}\n\n`);
}

/** Only worth a line where it is on. */
function printLimit(findings: readonly Finding[], { say, write }: MatrixSetupOptions): void {
  const on = findings.filter(({ remedy }) => remedy !== undefined);
  if (on.length === 0) return;
  write("\n");
  printFindings(on, say, write);
}

async function useRooms(app: App, ask: Asking, client: MatrixClient | undefined, options: MatrixSetupOptions): Promise<boolean> {
  const { account, room, network } = options;
  if (room === undefined || network === undefined) {
    const rooms: MatrixRoomReport[] = [];
    for (const id of await listJoined(ask)) rooms.push(await reportRoom(ask, id, account.userId));
    await printRooms(app, rooms.filter(({ replacedBy }) => replacedBy === undefined), client, options);
    return true;
  }
  const id = await enter(ask, room, account);
  const report = await reportRoom(ask, id, account.userId);
  if (client !== undefined) await waitForClient(client, report);
  return join(app, report, network, options);
}

/** Joins where it is not in yet: whoever asks for it at the terminal may. */
async function enter(ask: Asking, room: string, { userId }: MatrixAccount): Promise<string> {
  const server = room.includes(":") ? `?via=${encodeURIComponent(room.slice(room.indexOf(":") + 1))}` : "";
  const { status, body, code } = await ask("POST", `/_matrix/client/v3/join/${encodeURIComponent(room)}${server}`, {});
  const joined = z.object({ room_id: z.string() }).safeParse(body);
  if (status === 200 && joined.success) return joined.data.room_id;
  throw new OperatorError("matrix_room_closed", { room: room.slice(0, 255), user: userId, code: code === "" ? String(status) : code });
}

const LOOK_MILLISECONDS = 100;
const PATIENCE_MILLISECONDS = 30_000;

/** A message sent before the client has seen the room would be refused; never sent in clear. */
async function waitForClient(client: MatrixClient, { id, encrypted }: MatrixRoomReport): Promise<void> {
  const giveUpAt = systemClock.now() + PATIENCE_MILLISECONDS;
  const isReady = async (): Promise<boolean> => {
    if (client.getRoom(id)?.getMyMembership() !== KnownMembership.Join) return false;
    return !encrypted || (await client.getCrypto()?.isEncryptionEnabledInRoom(id)) === true;
  };
  while (!(await isReady()) && systemClock.now() < giveUpAt) await sleep(LOOK_MILLISECONDS);
}

async function printRooms(app: App, rooms: readonly MatrixRoomReport[], client: MatrixClient | undefined, options: MatrixSetupOptions): Promise<void> {
  const { say, write, account } = options;
  const networks = new Map((await listRooms(app.ports.store.reading)).map((room) => [room.address, room.network]));
  const names = await networkNames(app.ports.store.reading);
  if (rooms.length > 0) write(`\n${say("console.setup.matrix.rooms")}\n`);
  for (const { address, id, name, encrypted } of rooms) {
    const network = networks.get(address);
    const what = network === undefined ? say("console.setup.no_room") : say("console.setup.room", { network: names.get(network) ?? network });
    const how = say(encrypted ? "console.setup.matrix.encrypted" : "console.setup.matrix.unencrypted");
    write(`   ${safeForTerminal(name)}  ${safeForTerminal(id)}  ${how}  ${what}\n`);
  }
  const invited = (client?.getRooms() ?? []).filter((room) => room.getMyMembership() === KnownMembership.Invite);
  if (invited.length > 0) write(`\n${say("console.setup.matrix.invitations")}\n`);
  for (const room of invited) write(`   ${safeForTerminal(room.name)}  ${safeForTerminal(room.roomId)}\n`);
  const free = rooms.find(({ address }) => !networks.has(address))?.id ?? invited[0]?.roomId;
  if (free !== undefined) return writeExample(names, free, options);
  if (rooms.length === 0) write(`\n${say("console.setup.matrix.no_room", { user: account.userId })}\n`);
}

function writeExample(networks: ReadonlyMap<string, string>, id: string, { say, write }: MatrixSetupOptions): void {
  const ids = [...networks.keys()];
  // In quotes: "!" has a meaning of its own in many shells, and so has "#".
  write(`\n${say("console.setup.join", { networks: ids.join(", ") })}\n   npm run -s clarion -- setup matrix --room '${safeForTerminal(id).replaceAll("'", "")}' --network ${ids[0] ?? ""}\n`);
}

async function join(app: App, { address, id, name }: MatrixRoomReport, network: string, options: MatrixSetupOptions): Promise<boolean> {
  const { say, write, actor } = options;
  const served = options.served();
  const outcome = await joinAndPost(app, address, network, { say, write, actor, served, writeExample: (names) => writeExample(names, id, options) });
  if (outcome === "not_joined") return false;
  write(`\n${say(`console.setup.matrix.${outcome}`, { room: safeForTerminal(name) })}\n`);
  if (!served) write(`${say("console.setup.start")}\n   npm start\n`);
  return outcome === "posted" || outcome === "posted_by_server";
}
