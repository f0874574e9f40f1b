/** A reading thread: loads the reader it is told of, then answers one request after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { originOf } from "../../src/errors.ts";
import type { FromThread, Reader, Result, ToThread } from "./messages.ts";

// Written by thread.ts; the module is checked by whoever names it.
const { module } = workerData as { module: string };
const reader = (await import(module)) as Reader;

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}

async function answer(asked: ToThread): Promise<void> {
  let result: Result = { error: "broken" };
  let fault: string | null = null;
  try {
    result = await (asked.ask === "read" ? reader.readHere(asked.request) : reader.understandHere(asked.request));
  } catch (error) {
    fault = originOf(error) || (error instanceof Error ? error.name : "unknown");
  }
  say({ is: "read", result, fault });
}

parentPort?.on("message", (asked: ToThread) => void answer(asked));
say({ is: "ready" });
