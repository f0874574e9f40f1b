/** Independent people: real clients of another make (matrix-nio), each one device, all of them in one child process. */
import { z } from "zod";
import type { Account } from "./accounts.ts";
import { createHearing, type Hearing } from "./hearing.ts";
import { type Order, type Orders, startOrders } from "./orders.ts";
import { type Content, editContent, reactionContent, textContent, type WriteOptions } from "./writing.ts";

export type Trust = "verified" | "unset" | "blacklisted" | "ignored";

export interface SeenDevice {
  deviceId: string;
  /** Ed25519. */
  fingerprint: string;
  /** Curve25519. */
  identityKey: string;
  deleted: boolean;
  trust: Trust;
}

export interface RoomOptions {
  invite?: readonly string[];
  /** Asks for encryption; a homeserver that encrypts every room does so anyway. True unless said otherwise. */
  encrypted?: boolean;
  name?: string;
  version?: string;
  direct?: boolean;
  powerLevels?: Content;
}

export interface SendOptions {
  transactionId?: string;
  /** Listens before sending, so that devices that appeared meanwhile can read it. True unless said otherwise. */
  fresh?: boolean;
}

/**
 * A person receives only while doing something here, so a test knows what each has seen. Messages go to all devices of the room, verified or
 * not, except blacklisted ones.
 */
export interface Human extends Hearing {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
  /** Ed25519. */
  readonly fingerprint: string;
  /** Curve25519. */
  readonly identityKey: string;
  createRoom(options?: RoomOptions): Promise<string>;
  invite(roomId: string, userId: string): Promise<void>;
  /** Rooms this person is invited to now. */
  invitations(): Promise<string[]>;
  join(roomId: string): Promise<void>;
  leave(roomId: string): Promise<void>;
  /** All of these return the event's id. */
  say(roomId: string, body: string, options?: WriteOptions & SendOptions): Promise<string>;
  react(roomId: string, eventId: string, key: string): Promise<string>;
  edit(roomId: string, eventId: string, body: string, options?: WriteOptions & SendOptions): Promise<string>;
  redact(roomId: string, eventId: string): Promise<string>;
  send(roomId: string, type: string, content: Content, options?: SendOptions): Promise<string>;
  putState(roomId: string, type: string, content: Content, stateKey?: string): Promise<string>;
  /** Receives what is there, or waits that long for something to come. */
  listen(milliseconds?: number): Promise<void>;
  devicesOf(userId: string): Promise<SeenDevice[]>;
  trust(userId: string, deviceId: string, state: Trust): Promise<void>;
  /** Encrypts the next message with a new session, as after /discardsession. */
  rotate(roomId: string): Promise<void>;
  /** Uploads one-time keys when the server is short of them. Listening does too. */
  uploadKeys(): Promise<void>;
  /** Ends this device. */
  logout(): Promise<void>;
}

export interface People {
  /** A new device of this account; with an id to choose, or through a proxy with another address. */
  login(account: Account, options?: { deviceId?: string; url?: string }): Promise<Human>;
  close(): Promise<void>;
}

const loginValue = z.object({ userId: z.string(), deviceId: z.string(), accessToken: z.string(), fingerprint: z.string(), identityKey: z.string() });
const devicesValue = z.array(
  z.object({
    deviceId: z.string(),
    fingerprint: z.string(),
    identityKey: z.string(),
    deleted: z.boolean(),
    trust: z.enum(["verified", "unset", "blacklisted", "ignored"]),
  }),
);

export async function openPeople(url: string): Promise<People> {
  const orders = await startOrders();
  let count = 0;
  return {
    login: (account, options = {}) => loginHuman(orders, options.url ?? url, `${account.name} ${(count += 1)}`, account, options.deviceId),
    close: () => orders.close(),
  };
}

async function loginHuman(orders: Orders, url: string, name: string, account: Account, deviceId: string | undefined): Promise<Human> {
  const hearing = createHearing(async (milliseconds) => void (await give({ do: "listen", milliseconds: Math.ceil(milliseconds) })));
  const give = (order: Order): Promise<unknown> => orders.give(name, url, order, (events) => hearing.hear(events));
  const giveForId = async (order: Order): Promise<string> => z.string().parse(await give(order));
  const send: Human["send"] = (roomId, type, content, { transactionId, fresh = true } = {}) =>
    giveForId({ do: "send", room_id: roomId, type, content, transaction_id: transactionId, fresh });
  const login = loginValue.parse(await give({ do: "login", user: account.userId, password: account.password, device_id: deviceId }));
  return {
    ...login,
    heard: hearing.heard,
    shown: hearing.shown,
    unreadable: hearing.unreadable,
    until: hearing.until,
    read: hearing.read,
    createRoom: ({ invite = [], encrypted = true, name: roomName, version, direct = false, powerLevels } = {}) =>
      giveForId({ do: "create_room", invite, encrypted, name: roomName, room_version: version, direct, power_levels: powerLevels }),
    invite: async (roomId, userId) => void (await give({ do: "invite", room_id: roomId, user_id: userId })),
    invitations: async () => z.array(z.string()).parse(await give({ do: "invited" })),
    join: async (roomId) => void (await give({ do: "join", room_id: roomId })),
    leave: async (roomId) => void (await give({ do: "leave", room_id: roomId })),
    say: (roomId, body, options) => send(roomId, "m.room.message", textContent(body, options), options),
    react: (roomId, eventId, key) => send(roomId, "m.reaction", reactionContent(eventId, key)),
    edit: (roomId, eventId, body, options) => send(roomId, "m.room.message", editContent(eventId, body, options), options),
    redact: (roomId, eventId) => giveForId({ do: "redact", room_id: roomId, event_id: eventId }),
    send,
    putState: (roomId, type, content, stateKey = "") => giveForId({ do: "put_state", room_id: roomId, type, content, state_key: stateKey }),
    listen: async (milliseconds = 0) => void (await give({ do: "listen", milliseconds })),
    devicesOf: async (userId) => devicesValue.parse(await give({ do: "devices", user_id: userId })),
    trust: async (userId, seenDeviceId, state) => void (await give({ do: "trust", user_id: userId, device_id: seenDeviceId, state })),
    rotate: async (roomId) => void (await give({ do: "rotate", room_id: roomId })),
    uploadKeys: async () => void (await give({ do: "upload_keys" })),
    logout: async () => void (await give({ do: "logout" })),
  };
}
