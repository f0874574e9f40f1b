/** A proxy on loopback before a homeserver, which loses, delays, refuses and counts requests as a test tells it to. */
import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request as requestUpstream, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Which requests: tested against "METHOD /path?query", with percent signs as sent. */
export type Pattern = RegExp;

export type Mischief =
  /** The homeserver did what was asked, and the connection breaks before the answer. */
  | { kind: "lose the reply" }
  /** The connection breaks and the homeserver never hears of it. */
  | { kind: "lose the request" }
  /** Waits before it hands the request on. */
  | { kind: "delay"; milliseconds: number }
  | { kind: "refuse"; retryAfterMilliseconds: number }
  | { kind: "answer"; status: number; body: unknown }
  /** Keeps the request until `release`. */
  | { kind: "hold" };

export interface RuleOptions {
  /** How many requests it is for; all unless said. */
  times?: number;
  /** Between 0 and 1: how likely it is for a request. From 0 up to 1 is asked of `chance`. */
  likelihood?: number;
  chance?: () => number;
}

export interface Rule {
  /** How many requests it was applied to. */
  readonly applied: number;
  /** When it has been applied to that many. A lost reply counts after the homeserver has answered. */
  reached(times?: number): Promise<void>;
  /** Lets go of what is held. The rule goes on holding what comes later, unless `stop` came first. */
  release(): void;
  /** Applies to no further request, and lets go of what is held. */
  stop(): void;
}

export interface Proxy {
  readonly url: string;
  /** The first rule that matches and is not used up applies. */
  on(pattern: Pattern, mischief: Mischief, options?: RuleOptions): Rule;
  /** Requests that arrived, with or without mischief. */
  count(pattern: Pattern): number;
  /** Forgets all rules and lets go of what is held. */
  calm(): void;
  close(): Promise<void>;
}

/** Sending an event, whatever its type. */
export const SENDING = /^PUT \/_matrix\/client\/v3\/rooms\/[^/]+\/send\//;
export const SYNCING = /^GET \/_matrix\/client\/v3\/sync\b/;
export const UPLOADING_KEYS = /^POST \/_matrix\/client\/v3\/keys\/upload\b/;
export const SENDING_TO_DEVICES = /^PUT \/_matrix\/client\/v3\/sendToDevice\//;

export async function openProxy(upstream: string): Promise<Proxy> {
  const rules: ActiveRule[] = [];
  const seen: string[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const what = `${request.method} ${request.url}`;
    seen.push(what);
    const rule = rules.find((candidate) => candidate.takes(what));
    void pass(agent, upstream, request, response, rule).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The proxy has no port.");
  const calm = (): void => {
    for (const rule of rules.splice(0)) rule.stop();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    on(pattern, mischief, options = {}) {
      const rule = new ActiveRule(pattern, mischief, options);
      rules.push(rule);
      return rule;
    },
    count: (pattern) => seen.filter((what) => pattern.test(what)).length,
    calm,
    async close() {
      calm();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

class ActiveRule implements Rule {
  readonly mischief: Mischief;
  applied = 0;
  readonly #pattern: Pattern;
  readonly #options: RuleOptions;
  #taken = 0;
  #stopped = false;
  #waiting: { times: number; tell: () => void }[] = [];
  #held: (() => void)[] = [];

  constructor(pattern: Pattern, mischief: Mischief, options: RuleOptions) {
    if (options.likelihood !== undefined && options.chance === undefined) throw new Error("A likelihood needs a chance.");
    this.mischief = mischief;
    this.#pattern = pattern;
    this.#options = options;
  }

  takes(what: string): boolean {
    const { times = Number.POSITIVE_INFINITY, likelihood = 1, chance = (): number => 0 } = this.#options;
    if (this.#stopped || this.#taken >= times || !this.#pattern.test(what) || chance() >= likelihood) return false;
    this.#taken += 1;
    return true;
  }

  count(): void {
    this.applied += 1;
    for (const { tell } of this.#waiting.filter(({ times }) => times <= this.applied)) tell();
    this.#waiting = this.#waiting.filter(({ times }) => times > this.applied);
  }

  hold(): Promise<void> {
    return new Promise((resolve) => void this.#held.push(resolve));
  }

  reached(times = 1): Promise<void> {
    return this.applied >= times ? Promise.resolve() : new Promise((tell) => void this.#waiting.push({ times, tell }));
  }

  release(): void {
    for (const letGo of this.#held.splice(0)) letGo();
  }

  stop(): void {
    this.#stopped = true;
    this.release();
  }
}

async function pass(agent: Agent, upstream: string, request: IncomingMessage, response: ServerResponse, rule: ActiveRule | undefined): Promise<void> {
  const body = await readAll(request);
  const mischief = rule?.mischief;
  if (mischief?.kind !== "lose the reply") rule?.count();
  switch (mischief?.kind) {
    case "lose the request":
      response.destroy();
      return;
    case "refuse":
      answer(response, 429, { errcode: "M_LIMIT_EXCEEDED", error: "Too Many Requests", retry_after_ms: mischief.retryAfterMilliseconds });
      return;
    case "answer":
      answer(response, mischief.status, mischief.body);
      return;
    case "delay":
      await sleep(mischief.milliseconds);
      break;
    case "hold":
      await rule?.hold();
      break;
    case "lose the reply":
    case undefined:
      break;
  }
  const reply = await handOn(agent, upstream, request, response, body);
  if (mischief?.kind === "lose the reply") {
    response.destroy();
    rule?.count();
    return;
  }
  response.writeHead(reply.status, reply.headers).end(reply.body);
}

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * A request that changes something is finished even when the client is gone: a killed client's last send takes effect, as on the real network.
 * One that only reads ends with its client, else killed clients would leave their long polls behind.
 */
function handOn(agent: Agent, upstream: string, request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { ...withoutConnection(request.headers), "content-length": String(body.length) };
    const onward = requestUpstream(`${upstream}${request.url ?? "/"}`, { agent, method: request.method, headers }, (reply) => {
      readAll(reply).then((text) => {
        resolve({ status: reply.statusCode ?? 502, headers: withoutConnection(reply.headers), body: text });
      }, reject);
    });
    onward.once("error", reject);
    if (request.method === "GET") response.once("close", () => onward.destroy());
    onward.end(body);
  });
}

/** Headers of one connection, which are not another's. */
const OF_THE_CONNECTION = ["connection", "keep-alive", "transfer-encoding"];

function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name)));
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const seconds = typeof body === "object" && body !== null && "retry_after_ms" in body ? { "retry-after": String(Math.ceil(Number(body.retry_after_ms) / 1000)) } : {};
  response.writeHead(status, { "content-type": "application/json", ...seconds }).end(JSON.stringify(body));
}
