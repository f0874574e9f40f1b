/**
 * Socket Mode that does not go deaf. Two connections stand at any time, so that each can be renewed while the other listens. The library's own
 * reconnecting is switched off: it closes before it opens (seconds without ears), and what it meets while reconnecting ends the process. Here a
 * connection that Slack wants to renew stays until its successor stands, and a failure is a value.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type App, SocketModeReceiver } from "@slack/bolt";
import type { Logger } from "@slack/logger";
import { z } from "zod";
import type { Chance, Log } from "../../../src/ports.ts";
import { codeOf, retryAfterOf } from "../failures.ts";

/** All in milliseconds. */
export type SocketPace = {
  /** How long one attempt to connect may take. */
  connect: number;
  /** Wait after the first failure; doubled with each further one, up to `longestWait`. */
  firstWait: number;
  longestWait: number;
  /** A connection that stood this long was a good one. */
  steady: number;
  /** How often each connection is looked at: one that Slack no longer answers is replaced long before it is closed. */
  look: number;
  /** How long Slack may take to answer a ping. */
  pong: number;
  /** How long after its successor one is kept that Slack has only warned of: it still brings envelopes. */
  keep: number;
  /** How long a connection may take to close. */
  close: number;
};
const USUAL_PACE: SocketPace = { connect: 15_000, firstWait: 1_000, longestWait: 60_000, steady: 5_000, look: 1_000, pong: 5_000, keep: 30_000, close: 2_000 };
/** Slack allows ten. */
const CONNECTIONS = 2;

export type SocketOptions = {
  appToken: string;
  app: App;
  /** Of the workspace, for the log. */
  team: string;
  apiUrl?: string;
  logger: Logger;
  log: Log;
  chance: Chance;
  pace?: Partial<SocketPace>;
};

export interface SocketReceiver {
  /** Resolves when one connection stands, or when the first attempts have taken too long; the rest goes on by itself. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

type Connection = {
  /** Slack asked for a successor, or the connection is no longer sound. */
  leaving: Promise<void>;
  /** Nothing more comes here: Slack has let go of it, or it broke. */
  ended: Promise<void>;
  close(): Promise<void>;
};

export function createSocketReceiver(options: SocketOptions): SocketReceiver {
  const pace = { ...USUAL_PACE, ...options.pace };
  const { log, team } = options;
  let stopping = new AbortController();
  let lines: Promise<void>[] = [];

  /** Keeps one connection standing until `signal`. `opened` is called at the first one, and does no harm later. */
  async function keepLine(signal: AbortSignal, opened: () => void): Promise<void> {
    const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    let failures = 0;
    let lastCode = "";
    let current: Connection | undefined;
    let retiring: Promise<void> | undefined;
    while (!signal.aborted) {
      let least = 0;
      try {
        const next = await openConnection(options, pace, signal);
        opened();
        if (lastCode !== "") log.info("slack.socket_recovered", { team });
        lastCode = "";
        if (current !== undefined) retiring = retire(current, stopped);
        current = next;
        let isSteady = false;
        const steady = setTimeout(() => (isSteady = true), pace.steady).unref();
        await Promise.race([next.leaving, next.ended, stopped]);
        clearTimeout(steady);
        failures = isSteady ? 0 : failures + 1;
        // One that stood is replaced at once; only one after another that does not is waited for.
        if (failures <= 1) continue;
      } catch (error) {
        failures += 1;
        const code = codeOf(error);
        if (!signal.aborted && code !== lastCode) log.warn("slack.socket_failed", { team, code });
        lastCode = code;
        least = retryAfterOf(error) ?? 0;
      }
      await pause(Math.max(waitAfter(failures), least), undefined, { signal }).catch(() => undefined);
    }
    await Promise.all([retiring, current?.close()]);
  }

  /** Its successor stands. Closing first and asking later would lose what Slack is just sending. */
  async function retire(connection: Connection, stopped: Promise<void>): Promise<void> {
    const patience = new AbortController();
    const kept = pause(pace.keep, undefined, { signal: patience.signal, ref: false }).catch(() => undefined);
    await Promise.race([connection.ended, stopped, kept]);
    patience.abort();
    await connection.close();
  }

  function waitAfter(failures: number): number {
    const longest = Math.min(pace.longestWait, pace.firstWait * 2 ** Math.min(failures - 1, 16));
    return longest * (0.5 + options.chance.fraction() / 2);
  }

  return {
    async start() {
      stopping = new AbortController();
      const { signal } = stopping;
      const openings = Array.from({ length: CONNECTIONS }, () => {
        const opening = Promise.withResolvers<void>();
        lines.push(keepLine(signal, opening.resolve));
        return opening.promise;
      });
      const patience = new AbortController();
      await Promise.race([
        Promise.race(openings),
        pause(pace.connect, undefined, { signal: patience.signal }).then(
          () => log.warn("slack.socket_waiting", { team }),
          () => undefined,
        ),
      ]);
      patience.abort();
    },
    async stop() {
      stopping.abort();
      await Promise.all(lines);
      lines = [];
    },
  };
}

const farewellSchema = z.object({ type: z.literal("disconnect"), reason: z.string().catch("") });

/** Rejects when Slack refuses, cannot be reached, or takes too long. */
async function openConnection(options: SocketOptions, pace: SocketPace, signal: AbortSignal): Promise<Connection> {
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    logger: options.logger,
    autoReconnectEnabled: false,
    clientPingTimeout: pace.pong,
    installerOptions: {
      // An object of its own each time: the libraries write into it.
      clientOptions: {
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: pace.connect,
        ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
      },
    },
    // Whatever goes wrong with one envelope stays there: an answer that could not be sent any more, for one.
    processEventErrorHandler: async ({ error }) => {
      options.log.warn("slack.envelope_failed", { team: options.team, code: codeOf(error) });
      return false;
    },
  });
  receiver.init(options.app);
  const { client } = receiver;
  const leaving = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  client.once("disconnected", () => ended.resolve());

  const [handle] = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  client.on("ws_message", (data: unknown, isBinary: unknown) => {
    const farewell = readFarewell(data);
    if (farewell !== undefined) {
      // The library would close at once; the successor comes first. After a warning there are some seconds in which it still brings envelopes.
      leaving.resolve();
      if (farewell !== "warning") ended.resolve();
      return;
    }
    Promise.resolve(handle?.(data, isBinary)).catch((error: unknown) =>
      options.log.warn("slack.envelope_failed", { team: options.team, code: codeOf(error) }),
    );
  });

  let look: NodeJS.Timeout | undefined;
  const close = async (): Promise<void> => {
    clearInterval(look);
    const closed = client.disconnect();
    const patience = new AbortController();
    await Promise.race([closed, pause(pace.close, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    // A second time cuts the connection without waiting for Slack.
    if (client.websocket !== undefined && client.websocket.readyState !== undefined) client.websocket.disconnect();
  };

  const started = client.start();
  const patience = new AbortController();
  const cut = (): void => patience.abort();
  signal.addEventListener("abort", cut, { once: true });
  try {
    await Promise.race([
      started,
      pause(pace.connect, undefined, { signal: patience.signal }).catch(() => undefined).then(() => {
        throw Object.assign(new Error("No connection in time."), { name: "ConnectTimeout" });
      }),
    ]);
  } catch (error) {
    // What was still under way may come to stand after all, and nobody would listen.
    void started.then(close, () => undefined);
    void close();
    throw error;
  } finally {
    signal.removeEventListener("abort", cut);
    patience.abort();
  }
  look = setInterval(() => {
    if (client.websocket?.isActive() === true) return;
    leaving.resolve();
    ended.resolve();
  }, pace.look).unref();
  void ended.promise.then(() => clearInterval(look));
  return { leaving: leaving.promise, ended: ended.promise, close };
}

/** Why Slack asks for the connection to be renewed; undefined for any other message. */
function readFarewell(data: unknown): string | undefined {
  if (typeof data !== "string" || !data.includes('"disconnect"')) return undefined;
  try {
    return farewellSchema.safeParse(JSON.parse(data)).data?.reason;
  } catch {
    return undefined;
  }
}
