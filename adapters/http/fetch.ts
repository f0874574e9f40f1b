/**
 * Reads one address for the core: with an end to how long and how much, never into a private network, and honest about who asks.
 * A site that refuses is left alone; nothing here tries to look like a browser.
 */
import { Agent, type Dispatcher, request } from "undici";
import type { Fetch, FetchFailure, FetchReply, FetchRequest } from "../../src/ports.ts";
import { isChallenge } from "./challenge.ts";
import { TooLarge, decodeText, unpack } from "./decode.ts";
import { AddressRefused, guardedLookup, isUrlAllowed } from "./guard.ts";
import { createPace } from "./pace.ts";

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
};

const REDIRECTS = 5;
const ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, text/calendar;q=0.9, */*;q=0.5";

type Failed = Extract<FetchReply, { status: "failed" }>;
type Limits = { maxBytes: number; signal: AbortSignal };

export type GuardedFetch = Fetch & {
  /** Closes the connections that are kept open. */
  close(): Promise<void>;
};

export function createFetch(options: FetchOptions): GuardedFetch {
  const { allowPrivate = [], userAgent, timeoutMilliseconds = 30_000, maxBytes = 5_000_000, perHostPace = 1_000 } = options;
  const isListed = typeof allowPrivate === "function" ? allowPrivate : (host: string) => allowPrivate.includes(host);
  const pace = createPace(perHostPace);
  // Two sets of connections, so that one opened for a private address is never lent to a request that may not have it.
  const guarded = agentFor(false, timeoutMilliseconds);
  const opened = agentFor(true, timeoutMilliseconds);

  const read = async (asked: FetchRequest, start: URL): Promise<FetchReply> => {
    const limits: Limits = { maxBytes, signal: AbortSignal.timeout(timeoutMilliseconds) };
    let url = start;
    for (let hops = 0; hops <= REDIRECTS; hops += 1) {
      // What an operator allowed is this one host, not wherever it points to.
      const mayBePrivate = isListed(url.host) || (asked.privateAllowed === true && url.host === start.host);
      if (!isUrlAllowed(url, mayBePrivate)) return { status: "failed", code: "refused" };
      const headers = {
        "user-agent": userAgent,
        accept: ACCEPT,
        "accept-encoding": "gzip, br, deflate",
        ...(asked.etag === undefined ? {} : { "if-none-match": asked.etag }),
        ...(asked.lastModified === undefined ? {} : { "if-modified-since": asked.lastModified }),
      };
      const response = await request(url, { method: "GET", headers, dispatcher: mayBePrivate ? opened : guarded, signal: limits.signal });
      const location = redirectOf(response, url);
      if (location === undefined) return await readReply(response, url, limits);
      response.body.on("error", () => undefined).destroy();
      if (location === null) return { status: "failed", code: "server_error" };
      url = location;
    }
    return { status: "failed", code: "server_error" };
  };

  const fetch: Fetch = async (asked) => {
    if (!URL.canParse(asked.url)) return { status: "failed", code: "refused" };
    const start = new URL(asked.url);
    try {
      return await pace(start.host, () => read(asked, start));
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

function agentFor(privateAllowed: boolean, timeout: number): Agent {
  return new Agent({
    allowH2: false,
    connect: { lookup: guardedLookup(privateAllowed), timeout },
    headersTimeout: timeout,
    bodyTimeout: timeout,
    keepAliveTimeout: 5_000,
    maxHeaderSize: 32_768,
  });
}

/** Where a redirect points to; null when it names no place; undefined when this is no redirect. */
function redirectOf(response: Dispatcher.ResponseData, url: URL): URL | null | undefined {
  if (![301, 302, 303, 307, 308].includes(response.statusCode)) return undefined;
  const location = headerOf(response, "location");
  return location !== undefined && URL.canParse(location, url.href) ? new URL(location, url.href) : null;
}

async function readReply(response: Dispatcher.ResponseData, url: URL, limits: Limits): Promise<FetchReply> {
  const { statusCode } = response;
  const header = (name: string): string | undefined => headerOf(response, name);
  if (statusCode === 304) {
    response.body.on("error", () => undefined).destroy();
    return { status: "unchanged" };
  }
  const isFine = statusCode >= 200 && statusCode < 300;
  const contentType = header("content-type") ?? "";
  let body: string;
  try {
    const bytes = await readBody(response, limits.maxBytes);
    body = decodeText(await unpack(bytes, header("content-encoding") ?? "", limits.maxBytes), contentType);
  } catch (error) {
    // An error page is read only to see what kind of refusal it is.
    if (isFine || limits.signal.aborted) throw error;
    body = "";
  }
  if (isChallenge(body, header)) return failure("blocked", header);
  if (!isFine) return failure(failureOfStatus(statusCode), header);
  const etag = header("etag");
  const lastModified = header("last-modified");
  return {
    status: "changed",
    body,
    contentType,
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
    finalUrl: url.href,
  };
}

async function readBody(response: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop by an error also closes the connection, so nothing more is read.
  for await (const chunk of response.body) {
    // undici bodies without an encoding give bytes only.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > maxBytes) throw new TooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function failure(code: FetchFailure, header: (name: string) => string | undefined): Failed {
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

function headerOf(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
