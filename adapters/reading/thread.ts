/** One reading thread and the one text it has in hands. */
import { Worker } from "node:worker_threads";
import type { FromThread, Result, ToThread } from "./messages.ts";

export type ThreadOptions = {
  /** Module that exports a `Reader`. */
  reader: URL;
  /** Milliseconds for one text, and for the thread's own start. */
  patience: number;
  startPatience: number;
  /** A thread that needs more dies, and with it only what it was reading. */
  memoryMegabytes: number;
};

/** `hung`: it took too long and was ended. `died`: memory, or an error nobody caught. `unstarted`: it never came up, so no text is to blame. */
export type ThreadEnd = "hung" | "died" | "unstarted" | "closed";
export type ThreadEvents = {
  onFree(thread: Thread): void;
  onResult(result: Result, fault: string | null): void;
  /** Called once; the text in hands, if any, gets no result. */
  onEnd(thread: Thread, end: ThreadEnd, error: unknown): void;
};

/** Little, so that memory stays flat: a text leaves little behind. */
const YOUNG_MEGABYTES = 4;

export class Thread {
  readonly #worker: Worker;
  readonly #options: ThreadOptions;
  readonly #events: ThreadEvents;
  #state: "starting" | "free" | "busy" | "ended" = "starting";
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ThreadOptions, events: ThreadEvents) {
    this.#options = options;
    this.#events = events;
    this.#worker = new Worker(new URL("worker.ts", import.meta.url), {
      workerData: { module: options.reader.href },
      // Nothing in it needs the settings, and what is read must not find secrets.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMegabytes, maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    this.#worker.on("message", (message: FromThread) => this.#hear(message));
    this.#worker.on("error", (error) => this.#end(this.#state === "starting" ? "unstarted" : "died", error));
    this.#worker.on("exit", () => this.#end(this.#state === "starting" ? "unstarted" : "died", undefined));
    this.#arm(options.startPatience);
  }

  get isFree(): boolean {
    return this.#state === "free";
  }

  ask(asked: ToThread): void {
    this.#state = "busy";
    this.#worker.ref();
    this.#arm(this.#options.patience);
    const body = "body" in asked.request ? asked.request.body : undefined;
    this.#worker.postMessage(asked, body !== undefined && isOwn(body) ? [body.buffer] : []);
  }

  async close(): Promise<void> {
    this.#end("closed", undefined);
    await this.#worker.terminate();
  }

  #hear(message: FromThread): void {
    if (this.#state === "ended") return;
    clearTimeout(this.#timer);
    this.#state = "free";
    // A free thread keeps no program alive.
    this.#worker.unref();
    if (message.is === "read") this.#events.onResult(message.result, message.fault);
    this.#events.onFree(this);
  }

  #arm(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#end(this.#state === "starting" ? "unstarted" : "hung", undefined), milliseconds).unref();
  }

  #end(end: ThreadEnd, error: unknown): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    clearTimeout(this.#timer);
    void this.#worker.terminate();
    this.#events.onEnd(this, end, error);
  }
}

/** A whole memory of its own goes over as it is; a part of a shared one has to be copied. */
function isOwn(body: Uint8Array): body is Uint8Array<ArrayBuffer> {
  return body.buffer instanceof ArrayBuffer && body.byteLength * 2 >= body.buffer.byteLength;
}
