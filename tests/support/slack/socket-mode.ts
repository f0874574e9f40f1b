/** Socket Mode: the WebSockets of one app (docs.slack.dev/apis/events-api/using-socket-mode). */
import { randomInt, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { RawData, WebSocket } from "ws";
import { WebSocketServer } from "ws";
import type { Ack, Carrier, Parcel } from "./delivery.ts";
import { isObject, parseJson, textOf } from "./json.ts";
import type { Workspace, World } from "./world.ts";
import { makeSecret } from "./world.ts";

export type Connection = { readonly id: string; /** Half-open: it takes and gives nothing, and does not say so. */ readonly frozen: boolean };

export type SocketHub = Carrier & {
  openUrl(): string;
  /** True when the request carries one of this hub's tickets. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  connections(): Connection[];
  /** As when Slack renews a connection: `warning`, then `refresh_requested`, then it closes. Resolves when all that were open are closed. */
  refreshSockets(): Promise<void>;
  /** The connections break without a word. */
  dropSockets(): void;
  halfOpen(): void;
  disable(): void;
  close(): void;
};

const CONNECTION_LIMIT = 10;

type Line = { id: string; socket: WebSocket; frozen: boolean; leaving: boolean };
type Waiting = { sentAt: number; settle: (ack: Ack) => void; late: boolean; answered: boolean; accepts: boolean; kind: string };

export function openSocketHub(world: World, workspace: Workspace): SocketHub {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const tickets = new Set<string>();
  const lines = new Set<Line>();
  const waiting = new Map<string, Waiting>();

  const openLines = () => [...lines].filter((line) => line.socket.readyState === line.socket.OPEN);

  const greet = (line: Line) => {
    line.socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: openLines().length,
        debug_info: { host: "applink-double", build_number: 1, approximate_connection_time: 18_060 },
        connection_info: { app_id: workspace.appId },
      }),
    );
  };

  const acknowledge = (data: RawData) => {
    const message = parseJson(data.toString());
    if (!isObject(message) || typeof message["envelope_id"] !== "string") {
      world.breaches.push("socket: a message without envelope_id");
      return;
    }
    const id = message["envelope_id"];
    const entry = waiting.get(id);
    if (entry === undefined) {
      world.breaches.push("socket: an acknowledgement of an unknown envelope");
      return;
    }
    if (entry.answered) {
      world.breaches.push(`socket: a second acknowledgement of one ${entry.kind} envelope`);
      return;
    }
    entry.answered = true;
    const payload = message["payload"];
    const body = isObject(payload) && Object.keys(payload).length === 0 ? undefined : payload;
    if (body !== undefined && entry.kind === "block_actions") world.breaches.push("socket: the acknowledgement of a block action says something that nobody sees");
    if (body !== undefined && !entry.accepts) world.breaches.push(`socket: a payload in the acknowledgement of ${entry.kind}, which accepts none`);
    const after = world.time.elapsed() - entry.sentAt;
    if (entry.late) {
      world.breaches.push(`socket: ${entry.kind} acknowledged after ${Math.round(after)} ms`);
      return;
    }
    entry.settle({ after, body, envelopeId: id, delivered: true, noRetry: false });
  };

  const join = (socket: WebSocket) => {
    const line: Line = { id: randomUUID(), socket, frozen: false, leaving: false };
    lines.add(line);
    const pings = setInterval(() => {
      if (!line.frozen) socket.ping(`Ping from double`);
    }, world.times.pingMilliseconds);
    pings.unref();
    socket.on("ping", (data) => {
      if (!line.frozen) socket.pong(data);
    });
    socket.on("message", (data) => {
      if (!line.frozen) acknowledge(data);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(pings);
      lines.delete(line);
    });
    greet(line);
  };

  const disconnect = (line: Line, reason: string) => {
    if (!line.frozen) line.socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "applink-double" } }));
  };

  return {
    openUrl() {
      const ticket = makeSecret(16);
      tickets.add(ticket);
      return `${world.origin.replace(/^http/, "ws")}/link/?ticket=${ticket}&app_id=${workspace.appId}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? "/", world.origin).searchParams.get("ticket") ?? "";
      if (!tickets.delete(ticket)) return false;
      if (world.socketsLinger) socket.end = () => socket;
      server.handleUpgrade(request, socket, head, (webSocket) => {
        if (openLines().length >= CONNECTION_LIMIT) {
          world.breaches.push("socket: more than 10 connections");
          webSocket.send(JSON.stringify({ type: "disconnect", reason: "too_many_websockets", debug_info: { host: "applink-double" } }));
          webSocket.close(1000);
          return;
        }
        join(webSocket);
      });
      return true;
    },
    deliver(parcel: Parcel) {
      const able = openLines().filter((line) => !line.leaving);
      const line = able[randomInt(Math.max(1, able.length))];
      const envelopeId = randomUUID();
      if (line === undefined) return Promise.resolve({ after: null, body: undefined, envelopeId, delivered: false, noRetry: false });
      const accepts = parcel.kind !== "events_api";
      return new Promise<Ack>((resolve) => {
        const entry: Waiting = { sentAt: world.time.elapsed(), settle: resolve, late: false, answered: false, accepts, kind: kindOf(parcel) };
        waiting.set(envelopeId, entry);
        const timer = setTimeout(() => {
          if (entry.answered) return;
          entry.late = true;
          resolve({ after: null, body: undefined, envelopeId, delivered: true, noRetry: false });
        }, world.times.ackMilliseconds);
        timer.unref();
        if (line.frozen) return;
        line.socket.send(
          JSON.stringify({
            envelope_id: envelopeId,
            payload: parcel.payload,
            type: parcel.kind,
            accepts_response_payload: accepts,
            ...(parcel.kind === "events_api" ? { retry_attempt: parcel.retryAttempt, retry_reason: parcel.retryReason } : {}),
          }),
        );
      });
    },
    connections: () => openLines().map((line) => ({ id: line.id, frozen: line.frozen })),
    async refreshSockets() {
      const old = [...lines];
      for (const line of old) disconnect(line, "warning");
      await wait(world.times.warningMilliseconds);
      for (const line of old) {
        line.leaving = true;
        disconnect(line, "refresh_requested");
      }
      await Promise.all(old.map((line) => closed(line.socket)));
    },
    dropSockets() {
      for (const line of lines) line.socket.terminate();
    },
    halfOpen() {
      for (const line of lines) line.frozen = true;
    },
    disable() {
      for (const line of lines) {
        disconnect(line, "link_disabled");
        line.socket.close(1000);
      }
    },
    close() {
      for (const line of lines) line.socket.terminate();
      server.close();
    },
  };
}

function kindOf(parcel: Parcel): string {
  return parcel.kind === "interactive" ? textOf(parcel.payload["type"]) : parcel.kind;
}

/** Waits a second for the app to close; then Slack does. */
async function closed(socket: WebSocket): Promise<void> {
  if (socket.readyState !== socket.OPEN) return;
  // Not `close`, which comes when TCP ends: Slack leaves that to the client.
  const leaving = new Promise<void>((resolve) => {
    const check = setInterval(() => {
      if (socket.readyState === socket.OPEN) return;
      clearInterval(check);
      resolve();
    }, 10);
  });
  const timer = setTimeout(() => socket.close(1000), 1_000);
  timer.unref();
  await leaving;
  clearTimeout(timer);
}

