/** What Matrix's library may write to the log: a code. Its texts quote ids, addresses and payloads. */
import type { Logger } from "matrix-js-sdk/lib/logger.js";
import { logger as globalLogger } from "matrix-js-sdk/lib/logger.js";
import type { Log } from "../../src/ports.ts";
import type { Guard } from "./guard.ts";

/** The library catches errors of its own cryptography and only logs them, so this is where a broken one is noticed. */
export function createQuietLogger(log: Log, guard: Guard): Logger {
  const pass = (write: (event: string, values: { code: string }) => void, texts: readonly unknown[]): void => {
    for (const error of texts) {
      if (!(error instanceof Error)) continue;
      guard.notice(error);
      write("matrix.library", { code: codeOfError(error) });
    }
  };
  const quiet: Logger = {
    trace: () => undefined,
    debug: () => undefined,
    info: (...texts: unknown[]) => pass(() => undefined, texts),
    warn: (...texts: unknown[]) => pass(log.warn, texts),
    error: (...texts: unknown[]) => pass(log.error, texts),
    getChild: () => quiet,
  };
  return quiet;
}

/** Matrix's own code where there is one, else the class of the error. An error of Matrix has whatever the homeserver sent as its name. */
export function codeOfError(error: unknown): string {
  const code = typeof error === "object" && error !== null && "errcode" in error ? error.errcode : error instanceof Error ? error.name : "unknown";
  return typeof code === "string" && /^[A-Z_a-z.0-9]{1,60}$/.test(code) ? code : "no_code";
}

/**
 * Much of the library logs past the logger it is given, into global ones, and a child takes the writer of its parent but not its level. So the
 * writer is what is replaced.
 */
export function silenceGlobalLoggers(): void {
  // These are loggers of the package `loglevel`, whose members the library's types leave out.
  const root = globalLogger as Partial<LogLevelLogger> & Logger;
  const already = MADE_AT_IMPORT.map((name) => root.getChild(name) as Partial<LogLevelLogger> & Logger);
  for (const each of [root, ...already]) {
    if (each.setLevel === undefined || each.rebuild === undefined) throw new Error("The loggers of matrix-js-sdk are others than those that are known here.");
    each.methodFactory = () => () => undefined;
    each.setLevel("silent", false);
    each.rebuild();
  }
}

type LogLevelLogger = { methodFactory: () => () => void; setLevel(level: string, persist: boolean): void; rebuild(): void };
/** Children that modules of the library make while they are loaded. */
const MADE_AT_IMPORT = ["RoomStickyEvents"];

// Already now: some modules of the library keep a writer as they find it while they are loaded, so this one is loaded before them.
silenceGlobalLoggers();
