/** One request and its reply, by undici's own events: its streams cost more than all the rest of an unchanged reading. */
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { Body, LARGE_BODY } from "./body.ts";
import type { Deadline } from "./deadline.ts";

export type Limits = {
  deadline: Deadline;
  /** Bytes of the reply as it travels. */
  maxBytes: number;
  /** Asked before a large body is held. */
  admitLarge(): Promise<void>;
};

export type Exchange = { status: number; headers: IncomingHttpHeaders; /** Empty where the status has none, or it was of no use. */ bytes: Buffer };

/** What a redirect says beside where it leads is read only to keep the connection. */
const NEEDLESS_LIMIT = 16 * 1024;
const EMPTY = Buffer.alloc(0);

/** The overall deadline has passed. */
export class TooSlow extends Error {
  constructor() {
    super("too slow");
    this.name = "TimeoutError";
  }
}

/** Rejects with `TooSlow`, `TooLarge`, or whatever broke the connection. */
export function exchange(dispatcher: Dispatcher, url: URL, headers: Record<string, string>, limits: Limits): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const handler = new Receiver(limits, resolve, reject);
    try {
      dispatcher.dispatch({ origin: url.origin, path: `${url.pathname}${url.search}`, method: "GET", headers }, handler);
    } catch (error) {
      handler.onResponseError(undefined, error instanceof Error ? error : new Error("unknown"));
    }
  });
}

class Receiver implements Dispatcher.DispatchHandler {
  readonly #limits: Limits;
  readonly #resolve: (result: Exchange) => void;
  readonly #reject: (error: Error) => void;
  readonly #forget: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #body: Body | undefined;
  #needless = 0;
  #isAdmitted = false;
  #isDone = false;

  constructor(limits: Limits, resolve: (result: Exchange) => void, reject: (error: Error) => void) {
    this.#limits = limits;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#forget = limits.deadline.onOver(() => this.#fail(new TooSlow()));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isDone) controller.abort(new TooSlow());
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    if (statusCode < 200) return;
    this.#controller = controller;
    this.#status = statusCode;
    this.#headers = headers;
    if (statusCode === 304 || isRedirect(statusCode)) return;
    try {
      const expected = lengthOf(headers);
      this.#body = new Body(this.#limits.maxBytes, expected);
      if (expected !== undefined && expected > LARGE_BODY) void this.#admit(controller);
    } catch (error) {
      this.#fail(error);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isDone) return;
    if (this.#body === undefined) {
      this.#needless += chunk.length;
      if (this.#needless > NEEDLESS_LIMIT) this.#finish(true);
      return;
    }
    try {
      this.#body.add(chunk);
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#body.size > LARGE_BODY) void this.#admit(controller);
  }

  onResponseEnd(): void {
    this.#finish(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(error);
  }

  /** Lets the site wait until there is room for a large body; that wait is not the site's. */
  async #admit(controller: Dispatcher.DispatchController): Promise<void> {
    if (this.#isAdmitted) return;
    this.#isAdmitted = true;
    controller.pause();
    this.#limits.deadline.pause();
    await this.#limits.admitLarge();
    this.#limits.deadline.resume();
    if (!this.#isDone) controller.resume();
  }

  #finish(abort: boolean): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#forget();
    if (abort) this.#controller?.abort(new Error("not needed"));
    this.#resolve({ status: this.#status, headers: this.#headers, bytes: this.#body?.bytes() ?? EMPTY });
  }

  #fail(error: unknown): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#forget();
    const reason = error instanceof Error ? error : new Error("unknown");
    // Also closes the connection, so nothing more is read.
    this.#controller?.abort(reason);
    this.#body = undefined;
    this.#reject(reason);
  }
}

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function lengthOf(headers: IncomingHttpHeaders): number | undefined {
  const value = headers["content-length"];
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
