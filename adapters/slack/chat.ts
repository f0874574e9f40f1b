/** Slack as a chat: one `Chat` for every workspace there are keys for. */
import type { ReceiverEvent } from "@slack/bolt";
import type { AnyCommand } from "../../src/command.ts";
import { findReference } from "../../src/delivery/outbox.ts";
import type { Directory } from "../../src/directory.ts";
import { ChatError } from "../../src/errors.ts";
import type { Language } from "../../src/message.ts";
import type { Chance, Chat, Clock, Inbox, Log, RoomAddress, Store } from "../../src/ports.ts";
import { findRoom, listRooms } from "../../src/rooms/rooms.ts";
import { placeOf } from "./address.ts";
import { createApp } from "./app.ts";
import { createFlights } from "./flights.ts";
import { createHome, type HomePace } from "./home.ts";
import type { Incoming } from "./incoming.ts";
import { createOutgoing, type Outgoing } from "./outgoing.ts";
import type { PaceRules } from "./pace.ts";
import { createQuietLogger } from "./quiet-logger.ts";
import { createHttpReceiver, type Door, type HttpReceiver } from "./receivers/http.ts";
import { createSocketReceiver, type SocketPace, type SocketReceiver } from "./receivers/socket.ts";
import { createSpelling } from "./spelling.ts";
import { openWorkspaces, type Workspace, type Workspaces, type WorkspaceSecrets } from "./workspace.ts";

export type SlackChatOptions = {
  workspaces: readonly WorkspaceSecrets[];
  /** Instead of Slack's own. Ends in a slash. */
  apiUrl?: string;
  /** Where requests are listened for, when a workspace has a signing secret and no app token. */
  http?: { port: number; host: string };
  /** Before each slash command but `/clarion`. */
  prefix?: string;
  commands: readonly AnyCommand[];
  store: Pick<Store, "reading" | "onCommit" | "onForeignChange">;
  directory: Directory;
  clock: Clock;
  chance: Chance;
  log: Log;
  /** A keyed hash: the raw ids go no further. */
  actorOf(team: string, user: string): string;
  /** For what is said outside any room. */
  language: Language;
  pace?: Partial<PaceRules>;
  homePace?: Partial<HomePace>;
  socketPace?: Partial<SocketPace>;
};

export interface SlackChat extends Chat {
  /** Where Slack's requests are taken. Throws when none are, and before `start`. */
  address(): string;
}

/** How long what is under way may take to end when the chat stops. */
const STOP_MILLISECONDS = 5_000;

type Started = { workspaces: Workspaces; outgoing: Outgoing; sockets: SocketReceiver[]; doors: Map<WorkspaceSecrets, Door>; http: HttpReceiver | undefined };

export function createSlackChat(options: SlackChatOptions): SlackChat {
  const { store, clock, chance, log, language, prefix = "" } = options;
  const apiUrl = options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl };
  const flights = createFlights(log);
  const home = createHome({
    store, clock, log, flights, language,
    directory: options.directory,
    ...(options.homePace === undefined ? {} : { pace: options.homePace }),
  });
  const spell = createSpelling(options.commands, prefix);
  let started: Started | undefined;

  /** Listens for one workspace. Resolves when it hears. */
  async function listen(inbox: Inbox, workspace: Workspace, { outgoing, sockets, doors }: Started): Promise<void> {
    const incoming: Incoming = {
      workspace, outgoing, flights, clock, log, language,
      inbox: async (inbound) => {
        const answer = await inbox(inbound);
        return { ...answer, message: spell(answer.message) };
      },
      actorOf: options.actorOf,
      languageIn: async (room) => (await findRoom(store.reading, room))?.language ?? language,
    };
    const app = createApp(incoming, {
      ...apiUrl, log, prefix,
      isMember: (user, room) => home.isMember(workspace, user, room),
      events: {
        homeOpened: (_, user, hash) => home.open(workspace, user, hash),
        postAt: async (room, ref) => (await findReference(store.reading, room, ref)) ?? ref,
        roomsHere: async () => (await listRooms(store.reading)).map(({ address }) => address).filter((address) => placeOf(address)?.team === workspace.team),
      },
    });
    const { appToken } = workspace.secrets;
    const door = doors.get(workspace.secrets);
    if (door !== undefined) {
      door.open = { team: workspace.team, receive: (event: ReceiverEvent) => app.processEvent(event) };
      return;
    }
    if (appToken === undefined) return;
    const socket = createSocketReceiver({
      ...apiUrl, appToken, app, log, chance,
      team: workspace.team,
      logger: createQuietLogger(log),
      ...(options.socketPace === undefined ? {} : { pace: options.socketPace }),
    });
    sockets.push(socket);
    await socket.start();
  }

  /** Nothing is posted before the start, and after the stop it has to wait for the next. */
  function outgoing(): Outgoing {
    if (started === undefined) throw new ChatError("later", { scope: "chat" });
    return started.outgoing;
  }

  return {
    id: "slack",
    async start(inbox) {
      const doors = new Map<WorkspaceSecrets, Door>();
      for (const secrets of options.workspaces) {
        if (secrets.appToken === undefined && secrets.signingSecret !== undefined) doors.set(secrets, { signingSecret: secrets.signingSecret });
      }
      const listener = doors.size === 0 ? undefined : createHttpReceiver({ ...(options.http ?? { host: "127.0.0.1", port: 0 }), doors: [...doors.values()], clock, log });
      // A port that is taken ends the start before anything else has begun.
      await listener?.start();
      const rules = options.pace === undefined ? {} : { rules: options.pace };
      const workspaces = await openWorkspaces(options.workspaces, { ...apiUrl, ...rules, log, clock }).catch(async (error: unknown) => {
        await listener?.stop();
        throw error;
      });
      const running: Started = { workspaces, outgoing: createOutgoing({ workspaces, clock, log, chance, ...rules, ...apiUrl }), sockets: [], doors, http: listener };
      started = running;
      home.start();
      const listening: Promise<void>[] = [];
      workspaces.onKnown((workspace) => listening.push(flights.run("listen", () => listen(inbox, workspace, running))));
      await Promise.all(listening);
      log.info("slack.started", { workspaces: workspaces.known().length });
    },
    async stop() {
      if (started === undefined) return;
      const { workspaces, sockets, http } = started;
      // First nothing more comes in, then what is under way is answered, then the ways out are closed.
      workspaces.stop();
      home.stop();
      await Promise.all([http?.stop(), ...sockets.map((socket) => socket.stop())]);
      await flights.settle(STOP_MILLISECONDS);
      outgoing().stop();
      started = undefined;
    },
    address() {
      if (started?.http === undefined) throw new Error("No requests are listened for: no workspace is in HTTP mode, or it is not started.");
      return started.http.address();
    },
    capabilities: async (room: RoomAddress) => outgoing().capabilities(room),
    send: async (room, message, key, more) => outgoing().send(room, spell(message), key, more),
    edit: async (ref, message, key) => outgoing().edit(ref, spell(message), key),
    remove: async (ref) => outgoing().remove(ref),
    whisper: async (to, message) => outgoing().whisper(to, spell(message)),
  };
}
