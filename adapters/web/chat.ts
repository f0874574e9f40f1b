/** The page as a chat: rooms `web:NAME`, posts kept in the store, and a server that only this machine can reach. */
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { Desk } from "../../src/desk.ts";
import { ChatError } from "../../src/errors.ts";
import { speak } from "../../src/i18n.ts";
import type { Language } from "../../src/message.ts";
import type { Chance, Chat, Clock, Inbox, Log, RoomAddress, Store, Writing } from "../../src/ports.ts";
import { readAssets } from "./assets.ts";
import type { ReadCalendarFile } from "./calendar.ts";
import { drawMessage } from "./draw.ts";
import { drawActions, type FormFrame } from "./forms.ts";
import { roomPath } from "./frame.ts";
import { LOOPBACK } from "./guard.ts";
import { html } from "./html.ts";
import { createLive } from "./live.ts";
import { drawPost, SHORT_VIEW_DAYS } from "./panes.ts";
import { addPost, editPost, removePost, type Change } from "./posts.ts";
import { createRoutes } from "./routes.ts";
import { createTokens } from "./tokens.ts";

export type WebChatOptions = {
  store: Store;
  desk: Desk;
  /** 0 takes a free one. */
  port: number;
  /** Anything but this machine is refused: the page grants operator rights to whoever opens it. */
  host?: string;
  clock: Clock;
  chance: Chance;
  log: Log;
  /** For what is said outside any room. */
  language: Language;
  /** Who the page acts as. */
  actorId: string;
  /** Signs the forms; without it, pages opened before a restart have to be sent once more. */
  secret?: string;
  /** Calendars by their secret tokens; without it every address of one is unknown. */
  calendars?: ReadCalendarFile;
};

export interface WebChat extends Chat {
  /** `http://127.0.0.1:PORT`. Throws before `start`. */
  address(): string;
  /** Answers one request without a socket. It must carry a `host` header, as every request of a browser does. */
  handle(request: Request): Promise<Response>;
}

/** How long open requests may take to end when the page stops. */
const STOP_MILLISECONDS = 2_000;

export function createWebChat(options: WebChatOptions): WebChat {
  const { store, desk, clock, chance, log } = options;
  if (options.host !== undefined && options.host !== LOOPBACK) {
    throw new Error(`The page listens on ${LOOPBACK} only. To reach it from elsewhere, use a tunnel such as ssh -L.`);
  }
  const tokens = createTokens(options.secret ?? [1, 2, 3, 4].map(() => chance.id()).join(), chance);
  let inbox: Inbox | undefined;
  let server: Server | undefined;
  let port = options.port;
  let forget: (() => void) | undefined;

  const live = createLive({ reading: store.reading, log, draw: drawChange });
  const app = createRoutes({
    store, desk, chance, log, tokens, live, ...readAssets(),
    language: options.language,
    actorId: options.actorId,
    calendars: options.calendars ?? (async () => undefined),
    port: () => port,
    inbox: () => inbox,
  });

  async function drawChange(address: RoomAddress, change: Change): Promise<string> {
    const room = (await desk.rooms()).find((candidate) => candidate.address === address);
    if (room === undefined || change.post === null) return "";
    const view = { room, path: roomPath(room), say: speak(room.language), tokens, show: undefined, days: SHORT_VIEW_DAYS, networks: new Map() };
    return String(await drawPost(view, change.post));
  }

  /** Failing to write is never final: the same key or reference can be tried again. */
  async function write<T>(body: (trx: Writing) => Promise<T>): Promise<T> {
    try {
      return await store.write(body);
    } catch (cause) {
      throw new ChatError("later", { scope: "chat", cause });
    }
  }

  return {
    id: "web",
    async start(given) {
      inbox = given;
      const listening = await listen(options.port, (request) => app.fetch(request));
      server = listening.server;
      server.on("error", (error) => log.error("web.server", { name: error.name }));
      port = listening.port;
      forget = store.onForeignChange(() => live.notify());
      log.info("web.started", { port });
    },
    async stop() {
      forget?.();
      live.close();
      if (server !== undefined) await close(server);
      server = undefined;
      inbox = undefined;
    },
    address() {
      if (server === undefined) throw new Error("The page has no address before it is started.");
      return `http://${LOOPBACK}:${port}`;
    },
    handle: async (request) => app.fetch(request),
    async capabilities() {
      return { encrypted: false, edits: true, readers: "this-machine", shared: false, hears: "addressed" };
    },
    async send(room, message, key) {
      if (!room.startsWith("web:")) throw new ChatError("refused");
      const reference = chance.id();
      const standing = await write((trx) => addPost(trx, { reference, room, key, message }, clock.now()));
      live.notify(room);
      return standing;
    },
    async edit(reference, message) {
      const edited = await write((trx) => editPost(trx, reference, message, clock.now()));
      if (!edited) throw new ChatError("gone");
      live.notify();
    },
    async remove(reference) {
      if (await write((trx) => removePost(trx, reference, clock.now()))) live.notify();
    },
    async whisper(to, message) {
      const say = speak(message.language);
      const frame: FormFrame = { say, tokens, path: roomPath({ address: to.room }), pane: "room" };
      const card = drawMessage(message, {
        say,
        id: "answer-room",
        classes: "answer",
        above: html`<p class="above">${say("page.private")}</p>`,
        actions: drawActions(message.actions, frame),
      });
      await live.whisper(to, String(await card));
    },
  };
}

/** Rejects with the system's error (`EADDRINUSE`, `EACCES`) when the port cannot be had. */
function listen(port: number, fetch: (request: Request) => Response | Promise<Response>): Promise<{ server: Server; port: number }> {
  // Without options the adaptor makes a plain HTTP server.
  const server = createAdaptorServer({ fetch }) as Server;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, () => {
      server.off("error", reject);
      const bound = server.address();
      resolve({ server, port: typeof bound === "object" && bound !== null ? bound.port : port });
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), STOP_MILLISECONDS);
    server.close(() => {
      clearTimeout(impatience);
      resolve();
    });
  });
}
