/**
 * Rooms for two: where one person is shown what is for nobody else. Which they are is kept by the homeserver, in the account's own list of
 * conversations; nothing of it is kept here.
 */
import { z } from "zod";
import { isJoined } from "./incoming.ts";
import { EventType, KnownMembership, type MatrixClient, Preset, type Room, Visibility } from "./sdk.ts";

export type Direct = {
  /** The encrypted room with that person; made, or the person invited again, where needed. `waits`: the person is not in it yet. */
  roomWith(user: string): Promise<{ room: string; waits: boolean }>;
  /** Whether a room is a conversation with one person, by the account's own list or by its invitation. */
  isDirect(room: Room): boolean;
  /** Adds a room to the list. */
  remember(user: string, room: string): Promise<void>;
};

/** The account's own list of conversations, by person. */
export const listSchema = z.record(z.string(), z.array(z.string()).catch([])).catch({});
/** How long a room that was just made may take to come with the next sync. */
const ARRIVAL_MILLISECONDS = 15_000;

export function createDirect(client: MatrixClient, userId: string): Direct {
  const known = (): Record<string, string[]> => listOf(client);
  /** One after another, because each writes the whole list. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work, work);
    turn = done.catch(() => undefined);
    return done;
  };

  async function remember(user: string, room: string): Promise<void> {
    const list = known();
    if (list[user]?.includes(room) === true) return;
    // The newest first, as other clients write it.
    await client.setAccountData(EventType.Direct, { ...list, [user]: [room, ...(list[user] ?? [])] });
  }

  /** A room that somebody else came into, or that is not encrypted, is not for two. */
  async function isForTwo(room: Room, user: string): Promise<boolean> {
    if (!isJoined(room) || !room.hasEncryptionStateEvent()) return false;
    await room.loadMembersIfNeeded();
    const present = room.getMembers().filter(({ membership }) => membership === KnownMembership.Join || membership === KnownMembership.Invite);
    return present.every((member) => member.userId === user || member.userId === userId) && room.getMember(user)?.membership !== KnownMembership.Ban;
  }

  async function make(user: string): Promise<string> {
    const { room_id: room } = await client.createRoom({
      is_direct: true,
      invite: [user],
      preset: Preset.TrustedPrivateChat,
      visibility: Visibility.Private,
      initial_state: [
        { type: EventType.RoomEncryption, state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
        { type: EventType.RoomGuestAccess, state_key: "", content: { guest_access: "forbidden" } },
      ],
    });
    await remember(user, room);
    await untilHere(client, room);
    return room;
  }

  return {
    roomWith: (user) =>
      inTurn(async () => {
        for (const id of known()[user] ?? []) {
          const room = client.getRoom(id);
          if (room === null || !(await isForTwo(room, user))) continue;
          const membership = room.getMember(user)?.membership;
          if (membership === KnownMembership.Join) return { room: id, waits: false };
          if (membership !== KnownMembership.Invite) await client.invite(id, user);
          return { room: id, waits: true };
        }
        return { room: await make(user), waits: true };
      }),
    isDirect: (room) => isDirect(client, room, userId),
    remember: (user, room) => inTurn(() => remember(user, room)),
  };
}

function listOf(client: MatrixClient): Record<string, string[]> {
  return listSchema.parse(client.getAccountData(EventType.Direct)?.getContent() ?? {});
}

/** Whether a room is a conversation with one person, by the account's own list or by its invitation. */
export function isDirect(client: MatrixClient, room: Room, userId: string): boolean {
  return Object.values(listOf(client)).some((rooms) => rooms.includes(room.roomId)) || isInvitedDirectly(room, userId);
}

/** The event of our own membership keeps what the invitation said. */
function isInvitedDirectly(room: Room, userId: string): boolean {
  const event = room.getMember(userId)?.events.member;
  return event?.getContent()["is_direct"] === true || event?.getPrevContent()["is_direct"] === true;
}

/** Before that a send would meet a room that is not known. */
async function untilHere(client: MatrixClient, id: string): Promise<void> {
  const end = performance.now() + ARRIVAL_MILLISECONDS;
  while (performance.now() < end) {
    const room = client.getRoom(id);
    if (isJoined(room) && room.hasEncryptionStateEvent() && (await client.getCrypto()?.isEncryptionEnabledInRoom(id)) === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
