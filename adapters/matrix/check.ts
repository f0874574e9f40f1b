/** Asks the homeserver what works: address, token, device, backup, rooms. Only asks, and not as a client does, so it can be done while a server runs. */
import { z } from "zod";
import type { Say } from "../../src/i18n.ts";
import type { MatrixAccount } from "../../src/matrix-settings.ts";
import { OperatorError } from "../../src/operator-error.ts";
import type { RoomAddress } from "../../src/ports.ts";
import type { Finding } from "../console/findings.ts";
import { roomOf } from "./address.ts";
import { type Asking, createAsking } from "./asking.ts";
import { checkKeyFiles, type KeptSession } from "./check-files.ts";
import { checkRecovery } from "./check-recovery.ts";
import { matrixPaths } from "./files.ts";
import { isLimited, liftLimitCall } from "./limit.ts";
import { listJoined, type MatrixRoomReport, reportRoom } from "./room-report.ts";

/** The library speaks these and newer ones that still do what they did. */
const OLDEST_VERSION = "v1.1";

export type MatrixSurroundings = {
  say: Say;
  /** The data folder. */
  folder: string;
  /** A server runs on it: then the file of keys is held, and the homeserver's patience is the server's. */
  served: boolean;
};
export type MatrixReport = {
  findings: Finding[];
  /** Set when the homeserver accepts the token. */
  ask: Asking | undefined;
};

/** Everything that can be said of Matrix, in one list. */
export async function examineMatrix(account: MatrixAccount | undefined, rooms: readonly RoomAddress[], surroundings: MatrixSurroundings): Promise<Finding[]> {
  const { say, served } = surroundings;
  const ours = rooms.filter((room) => roomOf(room) !== undefined);
  if (account === undefined) {
    if (ours.length === 0) return [{ state: "note", text: say("console.doctor.matrix.none") }];
    return [{ state: "bad", text: say("console.doctor.matrix.none_rooms", { count: ours.length }), remedy: say("console.doctor.matrix.none_remedy") }];
  }
  const { findings, ask } = await checkMatrix(account, surroundings);
  if (ask === undefined) return findings;
  return [...findings, ...(await checkRooms(ask, account, ours, say)), ...(served ? [unasked(say)] : await checkLimit(ask, account, say))];
}

const unasked = (say: Say): Finding => ({ state: "note", text: say("console.doctor.matrix.limit_unasked") });

/** The homeserver, the files here, the token, the device, the recovery key and the backup. */
export async function checkMatrix(account: MatrixAccount, { say, folder, served }: MatrixSurroundings): Promise<MatrixReport> {
  const files = await checkKeyFiles(folder, account, { say, served });
  const inviters: Finding = { state: "note", text: account.allowedInviters.length === 0 ? say("console.doctor.matrix.inviters_none") : say("console.doctor.matrix.inviters", { list: account.allowedInviters.join(", ") }) };
  const server = await checkServer(account.homeserverUrl, say);
  const findings = [...server, ...files.findings, inviters];
  const token = files.session?.accessToken ?? account.accessToken;
  if (server.some(({ state }) => state === "bad") || token === undefined) return { findings, ask: undefined };
  const ask = createAsking(account.homeserverUrl, token);
  try {
    const accepted = await checkToken(ask, account, files.session, say);
    if (accepted.state === "bad") return { findings: [...findings, accepted], ask: undefined };
    const device = files.session?.deviceId ?? account.deviceId ?? "";
    const recovery = await checkRecovery(ask, account, { say, file: matrixPaths(folder).recoveryKey });
    return { findings: [...findings, accepted, ...(await checkDevice(ask, account.userId, device, say)), ...recovery, await checkBackup(ask, say)], ask };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { findings: [...findings, unreached(account.homeserverUrl, say)], ask: undefined };
  }
}

function unreached(url: string, say: Say): Finding {
  return { state: "bad", text: say("console.doctor.matrix.unreached", { url }), remedy: say("console.doctor.matrix.unreached_remedy", { url }) };
}

const versionsSchema = z.object({ versions: z.array(z.string()) });

async function checkServer(url: string, say: Say): Promise<Finding[]> {
  try {
    const parsed = versionsSchema.safeParse((await createAsking(url)("GET", "/_matrix/client/versions")).body);
    if (!parsed.success) return [unreached(url, say)];
    const numbered = parsed.data.versions.filter((version) => /^v\d+\.\d+$/.test(version)).toSorted((one, other) => numberOf(one) - numberOf(other));
    const newest = numbered.at(-1);
    if (newest === undefined || numberOf(newest) < numberOf(OLDEST_VERSION)) {
      return [{ state: "bad", text: say("console.doctor.matrix.old", { url }), remedy: say("console.doctor.matrix.old_remedy", { version: OLDEST_VERSION }) }];
    }
    return [{ state: "good", text: say("console.doctor.matrix.reached", { url, version: newest }) }];
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [unreached(url, say)];
  }
}

/** "v1.13" is 1013: newer than "v1.9". */
function numberOf(version: string): number {
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
  return major * 1000 + minor;
}

const ownerSchema = z.object({ user_id: z.string(), device_id: z.string().optional() });

async function checkToken(ask: Asking, account: MatrixAccount, session: KeptSession | undefined, say: Say): Promise<Finding> {
  const { status, body, code } = await ask("GET", "/_matrix/client/v3/account/whoami");
  const owner = ownerSchema.safeParse(body).data;
  if (status !== 200 || owner === undefined) {
    const soft = z.object({ soft_logout: z.literal(true) }).safeParse(body).success;
    // The next start logs in again, as the same device.
    if (soft && (account.password !== undefined || session?.refreshToken !== undefined)) return { state: "note", text: say("console.doctor.matrix.token_ended") };
    const remedy = say(soft ? "console.doctor.matrix.token_ended_remedy" : "console.doctor.matrix.token_refused_remedy");
    return { state: "bad", text: say("console.doctor.matrix.token_refused", { code: code === "" ? String(status) : code }), remedy };
  }
  if (owner.user_id !== account.userId) {
    return { state: "bad", text: say("console.doctor.matrix.token_other", { user: owner.user_id, account: account.userId }), remedy: say("console.doctor.matrix.token_other_remedy") };
  }
  const expected = session?.deviceId ?? account.deviceId;
  if (owner.device_id !== undefined && expected !== undefined && owner.device_id !== expected) {
    return { state: "bad", text: say("console.doctor.matrix.device_other", { device: owner.device_id, expected }), remedy: say("console.doctor.matrix.device_other_remedy") };
  }
  return { state: "good", text: say("console.doctor.matrix.accepted", { user: owner.user_id, device: owner.device_id ?? "" }) };
}

const signaturesSchema = z.record(z.string(), z.record(z.string(), z.string())).default({});
const publishedSchema = z.object({ keys: z.record(z.string(), z.string()) });

/** Whether other people's apps can see that this device belongs to the account; those that cannot will not send it keys. */
async function checkDevice(ask: Asking, user: string, device: string, say: Say): Promise<Finding[]> {
  const { body } = await ask("POST", "/_matrix/client/v3/keys/query", { device_keys: { [user]: [] } });
  const answer = z
    .object({
      device_keys: z.record(z.string(), z.record(z.string(), publishedSchema.extend({ signatures: signaturesSchema }))).default({}),
      self_signing_keys: z.record(z.string(), publishedSchema).default({}),
    })
    .parse(body);
  const devices = answer.device_keys[user] ?? {};
  const published = devices[device];
  if (published === undefined) {
    return [{ state: "bad", text: say("console.doctor.matrix.device_missing", { device }), remedy: say("console.doctor.matrix.device_missing_remedy") }];
  }
  const [signer] = Object.keys(answer.self_signing_keys[user]?.keys ?? {});
  const isSigned = signer !== undefined && published.signatures[user]?.[signer] !== undefined;
  const fingerprint = published.keys[`ed25519:${device}`] ?? "";
  const others = Object.keys(devices).length - 1;
  return [
    isSigned
      ? { state: "good", text: say("console.doctor.matrix.device", { device, fingerprint }) }
      : { state: "bad", text: say("console.doctor.matrix.device_unsigned", { device }), remedy: say("console.doctor.matrix.device_unsigned_remedy") },
    ...(others === 0 ? [] : [{ state: "note", text: say("console.doctor.matrix.devices_more", { count: others }) } as const]),
  ];
}

async function checkBackup(ask: Asking, say: Say): Promise<Finding> {
  const { status } = await ask("GET", "/_matrix/client/v3/room_keys/version");
  if (status === 200) return { state: "good", text: say("console.doctor.matrix.backup") };
  return { state: "bad", text: say("console.doctor.matrix.backup_off"), remedy: say("console.doctor.matrix.backup_off_remedy") };
}

async function checkRooms(ask: Asking, { userId, homeserverUrl }: MatrixAccount, ours: readonly RoomAddress[], say: Say): Promise<Finding[]> {
  try {
    const joined = await listJoined(ask);
    const findings: Finding[] = [];
    for (const address of ours) {
      const id = roomOf(address) ?? "";
      if (joined.includes(id)) findings.push(...describeRoom(await reportRoom(ask, id, userId), say));
      else findings.push({ state: "bad", text: say("console.doctor.matrix.room_absent", { room: address }), remedy: say("console.doctor.matrix.room_absent_remedy", { user: userId, room: `'${id}'` }) });
    }
    const free = joined.filter((id) => !ours.some((address) => roomOf(address) === id)).length;
    if (free > 0) findings.push({ state: "note", text: say("console.doctor.matrix.rooms_free", { count: free }) });
    return findings;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [unreached(homeserverUrl, say)];
  }
}

function describeRoom({ id, name, encrypted, replacedBy, canPost }: MatrixRoomReport, say: Say): Finding[] {
  const words = { name, id };
  if (replacedBy !== undefined) return [{ state: "bad", text: say("console.doctor.matrix.room_replaced", words), remedy: say("console.doctor.matrix.room_replaced_remedy", { id: replacedBy }) }];
  if (!canPost) return [{ state: "bad", text: say("console.doctor.matrix.room_mute", words), remedy: say("console.doctor.matrix.room_mute_remedy") }];
  if (encrypted) return [{ state: "good", text: say("console.doctor.matrix.room", words) }];
  return [{ state: "good", text: say("console.doctor.matrix.room_open", words) }, { state: "note", text: say("console.doctor.matrix.room_open_note", words) }];
}

/** With what the homeserver's owner has to type where it is on. */
export async function checkLimit(ask: Asking, { homeserverUrl, userId }: MatrixAccount, say: Say): Promise<Finding[]> {
  const limited = await isLimited(ask, userId);
  if (limited === undefined) return [{ state: "note", text: say("console.doctor.matrix.limit_unsaid") }];
  if (!limited) return [{ state: "good", text: say("console.doctor.matrix.limit_off") }];
  return [{ state: "note", text: say("console.doctor.matrix.limit_on"), remedy: say("console.doctor.matrix.limit_remedy", { call: liftLimitCall(homeserverUrl, userId) }) }];
}
