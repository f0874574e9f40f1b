/** Matrix as a chat: one account, one device, every room it is in. */
import { setTimeout as sleep } from "node:timers/promises";
import type { AnyCommand } from "../../src/command.ts";
import { ChatError } from "../../src/errors.ts";
import type { Chat, Inbox } from "../../src/ports.ts";
import type { MatrixChatOptions as MatrixOptions } from "./account.ts";
import { openMatrixClient, type OpenedClient } from "./client.ts";
import { createDirect } from "./direct.ts";
import { createSpelling } from "./draw/spelling.ts";
import { createFlights, type Flights } from "./flights.ts";
import { actorIn, addressIn, type Incoming, keyOf } from "./incoming.ts";
import { createOutgoing, type Outgoing } from "./outgoing.ts";
import { MATRIX_PACE, type MatrixPace } from "./pace.ts";
import { codeOfError } from "./quiet-logger.ts";
import { createInvitations } from "./rooms.ts";
import { ClientEvent, KnownMembership, type Room, RoomEvent, SyncState } from "./sdk.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import { createUpgrades } from "./upgrade.ts";
import type { OpenWindow, VerificationWindow } from "./verify.ts";

export type MatrixChatOptions = MatrixOptions & {
  commands: readonly AnyCommand[];
  pace?: Partial<MatrixPace>;
};

export interface MatrixChat extends Chat {
  /** Answers one person's verification within a time. Throws before `start`. */
  openVerification(window: VerificationWindow): OpenWindow;
}

/** How long what is under way may take to end when the chat stops. */
const STOP_MILLISECONDS = 5_000;

type Started = { opened: OpenedClient; outgoing: Outgoing; timeline: Timeline; flights: Flights; stopping: AbortController };

export function createMatrixChat(options: MatrixChatOptions): MatrixChat {
  const { account, store, clock, chance, log, language, commands, actorOf } = options;
  const pace = { ...MATRIX_PACE, ...options.pace };
  const spell = createSpelling(commands);
  let started: Started | undefined;

  /** Listens from the first sync on; what is kept of before says nothing new. */
  function listen({ opened: { client, userId }, outgoing, flights }: Omit<Started, "timeline">, inbox: Inbox): Timeline {
    const incoming: Incoming = {
      client, userId, store, commands, flights, clock, chance, log, pace, language, actorOf, inbox,
      outgoing: { send: (room, message, key, more) => outgoing.send(room, spell(message), key, more) },
      direct: createDirect(client, userId),
    };
    const upgrades = createUpgrades(incoming);
    const invitations = createInvitations(incoming, account.allowedInviters, upgrades);
    const timeline = createTimeline(incoming, upgrades);
    let synced = false;
    client.on(ClientEvent.Sync, (state) => {
      if (state !== SyncState.Syncing || flights.ending) return;
      timeline.readAll();
      invitations.look();
      if (synced) return;
      synced = true;
      for (const room of client.getRooms()) void flights.run("upgrade", () => upgrades.follow(room));
    });
    client.on(RoomEvent.MyMembership, (room: Room, membership) => {
      const event = room.getMember(userId)?.events.member?.getId();
      if (!synced || flights.ending || event === undefined || (membership !== KnownMembership.Leave && membership !== KnownMembership.Ban)) return;
      void flights.run("membership", async () => {
        await inbox({ key: keyOf(event), line: "room check", actor: actorIn(incoming, userId), room: addressIn(room) });
      });
    });
    return timeline;
  }

  /** Nothing is posted before the start, and after the stop it has to wait for the next. */
  function running(): Started {
    if (started === undefined) throw new ChatError("later", { scope: "chat" });
    return started;
  }

  return {
    id: "matrix",
    async start(inbox) {
      const opened = await openMatrixClient(options);
      const stopping = new AbortController();
      const flights = createFlights(log);
      const outgoing = createOutgoing({ opened, clock, log, pace, stopping: stopping.signal });
      const parts = { opened, outgoing, flights, stopping };
      started = { ...parts, timeline: listen(parts, inbox) };
      const synced = opened.start().then(
        () => log.info("matrix.started", { device: opened.deviceId }),
        (error: unknown) => {
          if (!flights.ending) log.error("matrix.start_failed", { code: codeOfError(error) });
        },
      );
      // A homeserver that is down for the moment must not hold up all other chats.
      await Promise.race([synced, flights.wait(pace.startMilliseconds)]);
    },
    async stop() {
      if (started === undefined) return;
      const { opened, outgoing, timeline, flights, stopping } = started;
      // First nothing more comes in, then what is under way is answered, then the way out is closed.
      await flights.end(STOP_MILLISECONDS);
      stopping.abort();
      // What is being encrypted or sent needs the keys, which are closed below.
      await Promise.race([outgoing.settled(), sleep(STOP_MILLISECONDS, undefined, { ref: false })]);
      await timeline.close();
      await opened.stop();
      started = undefined;
    },
    openVerification: (window) => running().opened.openVerification(window),
    capabilities: async (room) => running().outgoing.capabilities(room),
    send: async (room, message, key, more) => running().outgoing.send(room, spell(message), key, more),
    edit: async (ref, message, key) => running().outgoing.edit(ref, spell(message), key),
    remove: async (ref) => running().outgoing.remove(ref),
    // Nothing is said to one person in a room: no line from here names an asker.
    whisper: async () => {
      throw new ChatError("refused");
    },
  };
}
