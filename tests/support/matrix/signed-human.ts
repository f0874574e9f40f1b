/**
 * People whose client cross-signs: a second matrix-js-sdk in memory. It shares code with the bot, so it shows what a client makes of the bot's
 * identity (shields, verification, what it refuses to read); that what is sent is right on the wire, the people of `human.ts` show.
 */
import { ClientEvent, createClient, type MatrixClient, MemoryStore, PendingEventOrdering, Preset, SyncState } from "matrix-js-sdk";
import { AllDevicesIsolationMode, type CryptoApi, EventShieldColour, EventShieldReason, OnlySignedDevicesIsolationMode } from "matrix-js-sdk/lib/crypto-api/index.js";
import { type Account, loginAccount } from "./accounts.ts";
import { createHearing, type Hearing } from "./hearing.ts";
import type { SendOptions } from "./human.ts";
import { soon } from "./patience.ts";
import { quietSdk, silentLogger } from "./quiet.ts";
import { createTimeline } from "./sdk-timeline.ts";
import { signingAuthority } from "./signing-authority.ts";
import { answerVerification, askToVerify, type Compare } from "./verifying.ts";
import { type Content, editContent, reactionContent, textContent, type WriteOptions } from "./writing.ts";

export interface SignedHumanOptions {
  /** Reads and encrypts only what comes from and goes to devices signed by their owner, as Element now does. True unless said otherwise. */
  signedDevicesOnly?: boolean;
  deviceId?: string;
}

export interface Shield {
  colour: "none" | "grey" | "red";
  /** The SDK's name of the reason. */
  reason: string | undefined;
}

export interface SignedHuman extends Hearing {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
  readonly client: MatrixClient;
  readonly crypto: CryptoApi;
  /** `encryption`: what the room's event of it says besides the algorithm. */
  createRoom(options?: { invite?: readonly string[]; name?: string; direct?: boolean; encryption?: Content }): Promise<string>;
  invite(roomId: string, userId: string): Promise<void>;
  join(roomId: string): Promise<void>;
  /** All of these return the event's id. */
  say(roomId: string, body: string, options?: WriteOptions & Pick<SendOptions, "transactionId">): Promise<string>;
  react(roomId: string, eventId: string, key: string): Promise<string>;
  edit(roomId: string, eventId: string, body: string, options?: WriteOptions): Promise<string>;
  send(roomId: string, type: string, content: Content, transactionId?: string): Promise<string>;
  /** Takes in what has come, or waits that long for something. */
  listen(milliseconds?: number): Promise<void>;
  /** What this client paints beside a message. Throws when it never came. */
  shieldOf(roomId: string, eventId: string): Promise<Shield>;
  /** Whether this person has verified another, and whether the other's identity changed since. */
  trustIn(userId: string): Promise<{ verified: boolean; needsApproval: boolean }>;
  /** Signs another device of this same person, say one of `human.ts`. */
  signDevice(deviceId: string): Promise<void>;
  /** Asks for verification by emoji in a room with that person; compares nothing unless told. Returns the emoji. */
  verify(userId: string, roomId: string, compare?: Compare): Promise<string[]>;
  /** Answers the next request. */
  answerVerification(compare?: Compare): Promise<string[]>;
  /** Throws the identity away and makes another, as after losing every key. */
  replaceIdentity(): Promise<void>;
  close(): Promise<void>;
}

interface Sender {
  sendEvent(roomId: string, type: string, content: Content, transactionId?: string): Promise<{ event_id: string }>;
}

const agree: Compare = () => true;

export async function openSignedHuman(url: string, account: Account, options: SignedHumanOptions = {}): Promise<SignedHuman> {
  quietSdk();
  const login = await loginAccount(url, account, options.deviceId);
  const client = createClient({ baseUrl: url, ...login, store: new MemoryStore(), logger: silentLogger, disableVoip: true, verificationMethods: ["m.sas.v1"] });
  await client.initRustCrypto({ useIndexedDB: false });
  const crypto = client.getCrypto();
  if (crypto === undefined) throw new Error("matrix-js-sdk has no crypto after it was set up.");
  crypto.setDeviceIsolationMode(options.signedDevicesOnly === false ? new AllDevicesIsolationMode(false) : new OnlySignedDevicesIsolationMode());
  await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: signingAuthority(account) });
  const timeline = createTimeline(client);
  await startSyncing(client);
  const listen = async (milliseconds = 0): Promise<void> => {
    await timeline.wait(milliseconds);
    hearing.hear(await timeline.collect());
  };
  const hearing = createHearing(listen);
  // Its types know only the events it has a use for; at run time it sends any.
  const sender = client as unknown as Sender;
  const send: SignedHuman["send"] = async (roomId, type, content, transactionId) => (await sender.sendEvent(roomId, type, content, transactionId)).event_id;
  const arrive = async (roomId: string): Promise<void> => {
    while (client.getRoom(roomId)?.getMyMembership() !== "join" || !(await crypto.isEncryptionEnabledInRoom(roomId))) await timeline.wait(2_000);
  };
  return {
    ...login,
    client,
    crypto,
    heard: hearing.heard,
    shown: hearing.shown,
    unreadable: hearing.unreadable,
    until: hearing.until,
    read: hearing.read,
    async createRoom({ invite = [], name, direct = false, encryption: more = {} } = {}) {
      const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2", ...more } };
      const { room_id: roomId } = await client.createRoom({
        invite: [...invite],
        is_direct: direct,
        preset: Preset.PrivateChat,
        initial_state: [encryption],
        ...(name === undefined ? {} : { name }),
      });
      await soon("the room is known, and encrypted", arrive(roomId));
      return roomId;
    },
    invite: async (roomId, userId) => void (await client.invite(roomId, userId)),
    async join(roomId) {
      await client.joinRoom(roomId);
      await soon("the room is known, and encrypted", arrive(roomId));
    },
    say: (roomId, body, said) => send(roomId, "m.room.message", textContent(body, said), said?.transactionId),
    react: (roomId, eventId, key) => send(roomId, "m.reaction", reactionContent(eventId, key)),
    edit: (roomId, eventId, body, said) => send(roomId, "m.room.message", editContent(eventId, body, said)),
    send,
    listen,
    async shieldOf(roomId, eventId) {
      const info = await crypto.getEncryptionInfoForEvent(timeline.find(roomId, eventId));
      if (info === null) throw new Error("That message was not encrypted, or could not be read.");
      return { colour: COLOURS[info.shieldColour], reason: info.shieldReason === null ? undefined : EventShieldReason[info.shieldReason] };
    },
    async trustIn(userId) {
      await crypto.userHasCrossSigningKeys(userId, true);
      const status = await crypto.getUserVerificationStatus(userId);
      return { verified: status.isCrossSigningVerified(), needsApproval: status.needsUserApproval };
    },
    async signDevice(deviceId) {
      // The news of it comes with a sync.
      const isKnown = async (): Promise<boolean> => (await crypto.getUserDeviceInfo([login.userId], true)).get(login.userId)?.has(deviceId) === true;
      await soon("the device is known", untilSo(isKnown), DEVICE_MILLISECONDS);
      await crypto.crossSignDevice(deviceId);
    },
    verify: (userId, roomId, compare = agree) => askToVerify(client, crypto, userId, roomId, compare),
    answerVerification: (compare = agree) => answerVerification(client, crypto, compare),
    replaceIdentity: () => crypto.bootstrapCrossSigning({ setupNewCrossSigning: true, authUploadDeviceSigningKeys: signingAuthority(account) }),
    async close() {
      timeline.close();
      client.stopClient();
    },
  };
}

const DEVICE_MILLISECONDS = 60_000;

async function untilSo(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const COLOURS = { [EventShieldColour.NONE]: "none", [EventShieldColour.GREY]: "grey", [EventShieldColour.RED]: "red" } as const;

async function startSyncing(client: MatrixClient): Promise<void> {
  const synced = new Promise<void>((resolve) => {
    const look = (state: SyncState): void => {
      if (state !== SyncState.Syncing) return;
      client.off(ClientEvent.Sync, look);
      resolve();
    };
    client.on(ClientEvent.Sync, look);
  });
  await client.startClient({ initialSyncLimit: 100, pendingEventOrdering: PendingEventOrdering.Detached });
  await soon("the first sync", synced);
}
