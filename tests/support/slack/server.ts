/** The HTTP side: reads requests, lets faults happen, records every call. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { Fault, FaultBox } from "./faults.ts";
import type { Interactions } from "./interactions.ts";
import type { JsonObject } from "./json.ts";
import { objectOf, parseJson, textOf } from "./json.ts";
import { answerResponseUrl } from "./response-urls.ts";
import type { Reply } from "./web-api.ts";
import { answerCall, jsonReply, limitKey, limitedReply, pauseScope, workspaceOfToken } from "./web-api.ts";
import type { Workspace, World } from "./world.ts";

export type ServerParts = {
  world: World;
  interactions: Interactions;
  faults: FaultBox;
  openSocketUrl(workspace: Workspace): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
};

export type RunningServer = { origin: string; close(): Promise<void> };

export async function runServer(parts: ServerParts): Promise<RunningServer> {
  const sockets = new Set<Duplex>();
  const server: Server = createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      parts.world.breaches.push(`the double itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("upgrade", parts.upgrade);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function readArguments(world: World, request: IncomingMessage, body: string, name: string): JsonObject {
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("application/json")) {
    const value = parseJson(body);
    if (value === undefined) world.breaches.push(`${name}: the body is not JSON`);
    return objectOf(value);
  }
  return Object.fromEntries(new URLSearchParams(body));
}

async function handle(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world } = parts;
  const url = new URL(request.url ?? "/", world.origin);
  const body = await readBody(request);
  const api = /^\/api\/([\w.]+)$/.exec(url.pathname)?.[1];
  const answered = /^\/actions\/(.+)$/.exec(url.pathname)?.[1];
  if (api === undefined && answered === undefined) {
    world.breaches.push(`${request.method ?? ""} ${url.pathname}: no such address`);
    return send(response, { status: 404, headers: {}, body: "", outcome: "404" });
  }
  if (request.method !== "POST") world.breaches.push(`${url.pathname}: ${request.method ?? ""} instead of POST`);
  const name = api ?? "response_url";
  const args = readArguments(world, request, body, name);
  const carried = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  const token = carried ?? textOf(args["token"]);
  const workspace = api === undefined ? world.workspaces.find(({ team }) => answered?.startsWith(`${team}/`)) : workspaceOfToken(world, token)?.workspace;
  const answer = (): Reply => (api === undefined ? answerResponseUrl(world, parts.interactions, answered ?? "", args) : answerCall({ ...parts, args }, api, { text: token, inHeader: carried !== undefined }));
  const fault = parts.faults.take(name, args);
  const note = (outcome: string, retryAfter?: number) => {
    world.calls.push({ method: name, team: workspace?.team, args: withoutToken(args), at: world.time.now(), outcome, retryAfter });
  };
  if (fault === undefined) {
    const reply = answer();
    note(reply.outcome, reply.retryAfter);
    return send(response, reply);
  }
  return suffer({ fault, response, answer, note, pause: (seconds) => workspace !== undefined && pauseScope(world, workspace, limitKey(name, args), seconds) });
}

function withoutToken(args: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([name]) => name !== "token"));
}

type Suffering = { fault: Fault; response: ServerResponse; answer: () => Reply; note: (outcome: string, retryAfter?: number) => void; pause: (seconds: number) => void };

async function suffer({ fault, response, answer, note, pause }: Suffering): Promise<void> {
  switch (fault.kind) {
    case "slow": {
      await wait(fault.milliseconds);
      const reply = answer();
      note(reply.outcome, reply.retryAfter);
      return send(response, reply);
    }
    case "limited":
      note("ratelimited", fault.seconds);
      pause(fault.seconds);
      return send(response, limitedReply(fault.seconds));
    case "error":
      note(fault.code);
      if (fault.effective === true) answer();
      return send(response, jsonReply({ ok: false, error: fault.code }));
    case "http":
      note(`http ${fault.status}`);
      if (fault.effective === true) answer();
      return send(response, { status: fault.status, headers: { "content-type": "text/html" }, body: "<html>error</html>", outcome: "" });
    case "silent":
      note("silent");
      if (fault.effective === true) answer();
      return undefined;
    case "reset":
      note("reset");
      if (fault.effective === true) answer();
      return reset(response);
    case "cut": {
      const reply = answer();
      note("cut");
      response.writeHead(reply.status, { ...reply.headers, "content-length": Buffer.byteLength(reply.body) });
      response.write(reply.body.slice(0, Math.floor(reply.body.length / 2)), () => reset(response));
      return undefined;
    }
  }
}

/** As a broken network does it: no polite end. */
function reset(response: ServerResponse): void {
  const { socket } = response;
  if (socket === null) return;
  socket.resetAndDestroy();
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { ...reply.headers, "content-length": Buffer.byteLength(reply.body) });
  response.end(reply.body);
}
