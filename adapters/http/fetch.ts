/**
 * Reads one address for the core: with an end to how long and how much, never into a private network, and honest about who asks.
 * A site that refuses is left alone; nothing here tries to look like a browser.
 */
import { hash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Agent } from "undici";
import type { Fetch, FetchFailure, FetchReply, FetchRequest, Validators } from "../../src/ports.ts";
import { TooLarge } from "./body.ts";
import { isChallenge } from "./challenge.ts";
import { Deadline } from "./deadline.ts";
import { type Exchange, exchange, isRedirect, type Limits } from "./exchange.ts";
import { AddressRefused, guardedLookup, isUrlAllowed, type Resolve } from "./guard.ts";
import { createPace } from "./pace.ts";
import { unpack } from "./unpack.ts";

export type FetchOptions = {
  /** Hosts (`name`, or `name:port` when the port is not the usual one) that may be private, for every source. */
  allowPrivate?: readonly string[] | ((host: string) => boolean);
  /** Says who asks, with a line where its keeper can be reached. */
  userAgent: string;
  /** From the first byte sent to the last one read, redirects included. */
  timeoutMilliseconds?: number;
  /** For the reply as it travels, and again for what is unpacked from it. */
  maxBytes?: number;
  /** Milliseconds between two requests to one host. */
  perHostPace?: number;
  /** Milliseconds for which a connection that is not used is kept, unless the site says less. */
  keepAlive?: number;
  /** In place of the system's own name look-up. */
  resolve?: Resolve;
};

const REDIRECTS = 5;
const ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, text/calendar;q=0.9, */*;q=0.5";
/** Longer ones, and letters that no header may carry back, are not kept. */
const VALIDATOR = /^[\x21-\x7e](?:[\x20-\x7e]{0,998}[\x21-\x7e])?$/;

type Failed = Extract<FetchReply, { status: "failed" }>;
type Header = (name: string) => string | undefined;

export type GuardedFetch = Fetch & {
  /** Closes the connections that are kept open. */
  close(): Promise<void>;
};

export function createFetch(options: FetchOptions): GuardedFetch {
  const { allowPrivate = [], userAgent, timeoutMilliseconds = 30_000, maxBytes = 5_000_000, perHostPace = 1_000, keepAlive = 5_000, resolve } = options;
  const isListed = typeof allowPrivate === "function" ? allowPrivate : (host: string) => allowPrivate.includes(host);
  const pace = createPace(perHostPace);
  const agentFor = (privateAllowed: boolean): Agent =>
    new Agent({
      allowH2: false,
      connect: { lookup: guardedLookup(privateAllowed, resolve), timeout: timeoutMilliseconds },
      headersTimeout: timeoutMilliseconds,
      bodyTimeout: timeoutMilliseconds,
      keepAliveTimeout: keepAlive,
      maxHeaderSize: 32_768,
    });
  // Two sets of connections, so that one opened for a private address is never lent to a request that may not have it.
  const guarded = agentFor(false);
  const opened = agentFor(true);

  const read = async (asked: FetchRequest, start: URL, limits: Limits): Promise<FetchReply> => {
    const headers = {
      "user-agent": userAgent,
      accept: ACCEPT,
      "accept-encoding": "gzip, br, deflate",
      ...(asked.etag === undefined ? {} : { "if-none-match": asked.etag }),
      ...(asked.lastModified === undefined ? {} : { "if-modified-since": asked.lastModified }),
    };
    let url = start;
    for (let hops = 0; hops <= REDIRECTS; hops += 1) {
      // What an operator allowed is this one host, not wherever it points to.
      const mayBePrivate = isListed(url.host) || (asked.privateAllowed === true && url.host === start.host);
      if (!isUrlAllowed(url, mayBePrivate)) return { status: "failed", code: "refused" };
      const reply = await exchange(mayBePrivate ? opened : guarded, url, headers, limits);
      if (!isRedirect(reply.status)) return await judge(reply, asked, url, limits);
      const location = headerOf(reply, "location");
      if (location === undefined || !URL.canParse(location, url.href)) return { status: "failed", code: "server_error" };
      url = new URL(location, url.href);
      // Its connection is free in the next turn, and then used again.
      await nextTurn();
    }
    return { status: "failed", code: "server_error" };
  };

  const fetch: Fetch = async (asked) => {
    if (!URL.canParse(asked.url)) return { status: "failed", code: "refused" };
    const start = new URL(asked.url);
    try {
      return await pace(start.host, async () => {
        const deadline = new Deadline(timeoutMilliseconds);
        try {
          return await read(asked, start, { deadline, maxBytes, admitLarge: once(asked.admitLarge) });
        } finally {
          deadline.end();
        }
      });
    } catch (error) {
      return { status: "failed", code: failureOf(error) };
    }
  };
  return Object.assign(fetch, {
    close: async () => {
      await Promise.all([guarded.destroy(), opened.destroy()]);
    },
  });
}

function once(ask: (() => Promise<void>) | undefined): () => Promise<void> {
  let asked: Promise<void> | undefined;
  return () => (asked ??= ask === undefined ? Promise.resolve() : ask());
}

async function judge(reply: Exchange, asked: FetchRequest, url: URL, limits: Limits): Promise<FetchReply> {
  const { status } = reply;
  const header: Header = (name) => headerOf(reply, name);
  if (status === 304) {
    // An answer to a question that was not asked: taken for one, the source would stay empty for ever.
    if (asked.etag === undefined && asked.lastModified === undefined) return { status: "failed", code: "server_error" };
    return { status: "unchanged" };
  }
  const isFine = status >= 200 && status < 300;
  const contentType = header("content-type") ?? "";
  const bodyHash = isFine ? hashOf(reply, contentType) : "";
  if (isFine && bodyHash === asked.bodyHash) return { status: "unchanged", ...validatorsOf(header) };
  let body: Buffer;
  try {
    body = await unpack(reply.bytes, header("content-encoding") ?? "", limits);
  } catch (error) {
    // An error page is read only to see what kind of refusal it is.
    if (isFine) throw error;
    body = Buffer.alloc(0);
  }
  if (isChallenge(body, header)) return failure("blocked", header);
  if (!isFine) return failure(failureOfStatus(status), header);
  return { status: "changed", body, contentType, bodyHash, finalUrl: url.href, ...validatorsOf(header) };
}

/** Of what travelled: what is the same need not even be unpacked. The names are part of it, since they decide how the bytes are read. */
function hashOf({ bytes, headers }: Exchange, contentType: string): string {
  const names = hash("sha256", `${contentType}\n${String(headers["content-encoding"] ?? "")}\n`, "base64url");
  return `${hash("sha256", bytes, "base64url").slice(0, 27)}.${names.slice(0, 5)}`;
}

function validatorsOf(header: Header): Validators {
  const etag = header("etag");
  const lastModified = header("last-modified");
  return {
    ...(etag !== undefined && VALIDATOR.test(etag) ? { etag } : {}),
    ...(lastModified !== undefined && VALIDATOR.test(lastModified) ? { lastModified } : {}),
  };
}

function failure(code: FetchFailure, header: Header): Failed {
  const retryAfter = retryAfterOf(header("retry-after"), header("date"));
  return { status: "failed", code, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** Milliseconds to wait. A date counts from the site's own `Date`, so that its clock need not be right. */
export function retryAfterOf(value: string | undefined, date: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1_000;
  const wait = Date.parse(value) - Date.parse(date ?? "");
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

function failureOfStatus(status: number): FetchFailure {
  if ([401, 402, 403, 406, 407, 451].includes(status)) return "blocked";
  if (status === 404 || status === 410) return "missing";
  if (status === 408) return "timeout";
  return "server_error";
}

function failureOf(error: unknown): FetchFailure {
  if (error instanceof TooLarge) return "too_large";
  // undici and the happy-eyeballs dialler wrap what the look-up threw.
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (cause instanceof AddressRefused) return "refused";
    if (cause.name === "TimeoutError" || /Timeout/.test(cause.name)) return "timeout";
  }
  return "unreachable";
}

function headerOf({ headers }: Exchange, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
