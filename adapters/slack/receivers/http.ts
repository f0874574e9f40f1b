/**
 * One small server for every workspace that reaches us over HTTP: events, commands and clicks all come to `/slack/events`. Whose request it is,
 * the signature says. It refuses what is too old, from the future or changed on the way. What was seen before is answered and not handed on.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ReceiverEvent } from "@slack/bolt";
import { z } from "zod";
import type { Instant } from "../../../src/message.ts";
import type { Clock, Log } from "../../../src/ports.ts";
import { codeOf } from "../failures.ts";

/** Where one workspace's requests go. It opens when Slack has said whose key it is; until then they are to come again. */
export type Door = { signingSecret: string; open?: { team: string; receive(event: ReceiverEvent): Promise<void> } };

export type HttpOptions = {
  host: string;
  /** 0 takes a free one. */
  port: number;
  doors: readonly Door[];
  clock: Pick<Clock, "now">;
  log: Log;
};

export interface HttpReceiver {
  /** Rejects with the system's error (`EADDRINUSE`, `EACCES`) when the port cannot be had. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** `http://HOST:PORT/slack/events`. Throws before `start`. */
  address(): string;
}

/** Where Slack calls, whatever it brings. */
export const EVENTS_PATH = "/slack/events";
const BODY_BYTES = 1_000_000;
/** Slack's own rule for the past; the same for the future, or a stolen request could be kept for later. */
const WINDOW_MILLISECONDS = 5 * 60_000;
/** Slack gives up after this. */
const ACKNOWLEDGE_MILLISECONDS = 3_000;
const REQUEST_MILLISECONDS = 10_000;
const STOP_MILLISECONDS = 3_000;

type Refusal = { status: number; again?: boolean };

export function createHttpReceiver(options: HttpOptions): HttpReceiver {
  const { doors, clock, log } = options;
  const seen = createSeen(clock);
  let server: Server | undefined;
  let stopping = false;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path] = (request.url ?? "").split("?");
    if (path !== EVENTS_PATH) return refuse(response, { status: 404 });
    if (request.method !== "POST") {
      response.setHeader("allow", "POST");
      return refuse(response, { status: 405 });
    }
    if (stopping) return refuse(response, { status: 503, again: true });
    const raw = await readBody(request);
    if (raw === undefined) {
      response.setHeader("connection", "close");
      return refuse(response, { status: 413 });
    }
    const body = parseBody(raw, request.headers["content-type"] ?? "");
    // Slack's look at our certificate carries nothing else and needs no answer but 200.
    if (body !== undefined && body["ssl_check"] !== undefined) return finish(response, 200);
    const signature = headerOf(request, "x-slack-signature");
    const timestamp = headerOf(request, "x-slack-request-timestamp");
    const standing = /^\d{1,12}$/.test(timestamp) && Math.abs(clock.now() - Number(timestamp) * 1_000) <= WINDOW_MILLISECONDS;
    const signed = standing ? doors.filter((door) => isSignedBy(door.signingSecret, timestamp, raw, signature)) : [];
    if (signed.length === 0) {
      log.warn("slack.request_refused", { reason: standing ? "signature" : "time" });
      return refuse(response, { status: 401 });
    }
    if (body === undefined) return refuse(response, { status: 400 });
    if (body["type"] === "url_verification") return finish(response, 200, { challenge: body["challenge"] });
    const opened = signed.flatMap((door) => (door.open === undefined ? [] : [door.open]));
    // Two workspaces with one secret can only be told apart by what they say. Who speaks in a shared channel may be of neither.
    const door = opened.find((each) => each.team === teamOf(body)) ?? (opened.length === signed.length ? opened[0] : undefined);
    if (door === undefined) return refuse(response, { status: 503, again: true });
    if (!seen.add(signature)) return finish(response, 200);
    try {
      await pass(door, body, request, response);
    } catch (error) {
      // It was not taken, so that Slack's next attempt, perhaps in the same second, is no repeat.
      seen.forget(signature);
      throw error;
    }
  }

  async function pass(door: NonNullable<Door["open"]>, body: Record<string, unknown>, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const late = setTimeout(() => {
      log.warn("slack.acknowledged_late", { team: door.team });
      finish(response, 500);
    }, ACKNOWLEDGE_MILLISECONDS);
    response.once("close", () => clearTimeout(late));
    const retryNumber = Number(headerOf(request, "x-slack-retry-num"));
    const retryReason = headerOf(request, "x-slack-retry-reason");
    await door.receive({
      body,
      ...(retryNumber > 0 ? { retryNum: retryNumber } : {}),
      ...(retryReason === "" ? {} : { retryReason }),
      ack: async (answer?: unknown) => finish(response, 200, answer),
    });
    // Nobody listened to it, and sending it again would not change that.
    finish(response, 200);
  }

  return {
    async start() {
      stopping = false;
      const listening = createServer({ requestTimeout: REQUEST_MILLISECONDS, headersTimeout: REQUEST_MILLISECONDS }, (request, response) => {
        handle(request, response).catch((error: unknown) => {
          log.error("slack.request_failed", { code: codeOf(error) });
          finish(response, 500);
        });
      });
      await new Promise<void>((resolve, reject) => {
        listening.once("error", reject);
        listening.listen(options.port, options.host, () => {
          listening.off("error", reject);
          resolve();
        });
      });
      listening.on("error", (error) => log.error("slack.server", { code: codeOf(error) }));
      server = listening;
    },
    async stop() {
      stopping = true;
      const closing = server;
      if (closing === undefined) return;
      await new Promise<void>((resolve) => {
        const impatience = setTimeout(() => closing.closeAllConnections(), STOP_MILLISECONDS);
        closing.close(() => {
          clearTimeout(impatience);
          resolve();
        });
        closing.closeIdleConnections();
      });
      server = undefined;
    },
    address() {
      const bound = server?.address();
      if (typeof bound !== "object" || bound === null) throw new Error("The listener has no address before it is started.");
      const host = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
      return `http://${host}:${bound.port}${EVENTS_PATH}`;
    },
  };
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

/** Undefined when it is larger than anything Slack sends. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES) {
    request.resume();
    return undefined;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    // A request without an encoding set gives buffers only.
    const piece = chunk as Buffer;
    bytes += piece.length;
    if (bytes > BODY_BYTES) return undefined;
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

const recordSchema = z.record(z.string(), z.unknown());

/** Events are JSON; commands are fields of a form; clicks and submissions are JSON in the field `payload` of one. */
function parseBody(raw: Buffer, contentType: string): Record<string, unknown> | undefined {
  const text = raw.toString("utf8");
  try {
    if (!contentType.startsWith("application/x-www-form-urlencoded")) return recordSchema.safeParse(JSON.parse(text)).data;
    const fields = Object.fromEntries(new URLSearchParams(text));
    const payload = fields["payload"];
    return payload === undefined ? fields : recordSchema.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
}

function isSignedBy(secret: string, timestamp: string, raw: Buffer, signature: string): boolean {
  const expected = Buffer.from(`v0=${createHmac("sha256", secret).update(`v0:${timestamp}:`).update(raw).digest("hex")}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const teamSchema = z.object({
  team_id: z.string().optional().catch(undefined),
  team: z.object({ id: z.string() }).optional().catch(undefined),
  authorizations: z.array(z.object({ team_id: z.string().nullish() })).optional().catch(undefined),
});

function teamOf(body: Record<string, unknown>): string | undefined {
  const read = teamSchema.safeParse(body).data;
  return read?.authorizations?.[0]?.team_id ?? read?.team_id ?? read?.team?.id;
}

/** Signatures that came in while they were valid. Older ones are refused by their time. */
function createSeen(clock: Pick<Clock, "now">): { add(signature: string): boolean; forget(signature: string): void } {
  const until = new Map<string, Instant>();
  return {
    add(signature) {
      const now = clock.now();
      for (const [old, end] of until) {
        if (end > now) break;
        until.delete(old);
      }
      if (until.has(signature)) return false;
      until.set(signature, now + 2 * WINDOW_MILLISECONDS);
      return true;
    },
    forget: (signature) => void until.delete(signature),
  };
}

function finish(response: ServerResponse, status: number, answer?: unknown): void {
  if (response.writableEnded) return;
  if (answer === undefined || answer === "" || typeof answer === "string") {
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(answer ?? "");
    return;
  }
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(answer));
}

/** What Slack should send `again` later it does by itself; anything else would be refused again, and it is told so. */
function refuse(response: ServerResponse, { status, again }: Refusal): void {
  if (again !== true) response.setHeader("x-slack-no-retry", "1");
  finish(response, status);
}
