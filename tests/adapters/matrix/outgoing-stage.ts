/** The sending half of the chat in this process, behind a proxy: closed, opened again and given another device as a test needs it. */
import { setTimeout as sleep } from "node:timers/promises";
import { ClientEvent, type MatrixClient, RoomEvent } from "matrix-js-sdk";
import { openMatrixClient, type OpenedClient } from "../../../adapters/matrix/client.ts";
import { createOutgoing, type Outgoing } from "../../../adapters/matrix/outgoing.ts";
import { recoverMatrix } from "../../../adapters/matrix/recover.ts";
import type { SendingPace } from "../../../adapters/matrix/sending-pace.ts";
import { systemChance, systemClock } from "../../../adapters/node/machine.ts";
import type { Message } from "../../../src/message.ts";
import type { Clock, Store } from "../../../src/ports.ts";
import { type LogEntry, recordingLog } from "../../support/log.ts";
import type { Account } from "../../support/matrix/accounts.ts";
import { openFileStore } from "../../support/store.ts";

export interface Speaker extends Outgoing {
  readonly opened: OpenedClient;
  readonly entries: LogEntry[];
  /** The adapter's clock goes on from the machine's plus this. */
  setAhead(milliseconds: number): void;
  /** Once it has joined, and knows whether the room is encrypted. */
  arrive(room: string, encrypted?: boolean): Promise<void>;
  stop(): Promise<void>;
}

export type SpeakerOptions = { url: string; account: Account; folder: string; pace?: Partial<SendingPace>; recover?: boolean };

export async function openSpeaker({ url, account, folder, pace, recover = false }: SpeakerOptions): Promise<Speaker> {
  const store: Store = await openFileStore(folder);
  const log = recordingLog();
  let ahead = 0;
  const clock: Clock = { zoneRules: systemClock.zoneRules, now: () => systemClock.now() + ahead };
  const opened = await (recover ? recoverMatrix : openMatrixClient)({
    account: { homeserverUrl: url, userId: account.userId, password: account.password, allowedInviters: [] },
    folder,
    store,
    clock,
    chance: systemChance,
    log,
  });
  const stopping = new AbortController();
  const outgoing = createOutgoing({ opened, clock, log, stopping: stopping.signal, ...(pace === undefined ? {} : { pace }) });
  opened.client.on(RoomEvent.MyMembership, (room, membership) => {
    if (membership === "invite") void join(opened, room.roomId);
  });
  await opened.start();
  return {
    ...outgoing,
    opened,
    entries: log.entries,
    setAhead: (milliseconds) => void (ahead = milliseconds),
    async arrive(room, encrypted = true) {
      while (!(await isThere(opened, room, encrypted))) await nextSync(opened.client);
    },
    async stop() {
      stopping.abort();
      await outgoing.settled();
      await opened.stop();
      await store.close();
    },
  };
}

/** A homeserver that slows down messages slows down joining too. */
async function join(opened: OpenedClient, room: string): Promise<void> {
  while (opened.stopped === undefined) {
    try {
      return void (await opened.client.joinRoom(room));
    } catch {
      await sleep(500);
    }
  }
}

async function isThere({ client, crypto }: OpenedClient, room: string, encrypted: boolean): Promise<boolean> {
  return client.getRoom(room)?.getMyMembership() === "join" && (await crypto.isEncryptionEnabledInRoom(room)) === encrypted;
}

async function nextSync(client: MatrixClient): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  client.once(ClientEvent.Sync, () => resolve());
  await Promise.race([promise, sleep(200)]);
}

export function notice(title: string, lines: readonly string[] = []): Message {
  return { language: "en", tone: "plain", title: [title], blocks: lines.map((text) => ({ text: [text] })), actions: [] };
}

/** Long enough for three events. */
export function longNotice(title: string): Message {
  return notice(title, Array.from({ length: 120 }, (_, index) => `${title}, line ${index}. ${"word ".repeat(80)}`));
}
