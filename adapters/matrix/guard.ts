/** Stops everything at once and for good when going on could lose or reveal a message. */
import { OperatorError } from "../../src/operator-error.ts";
import type { Log } from "../../src/ports.ts";

export type Guard = {
  /** Nothing is sent after this. The first error counts; later ones follow from it. */
  stop(error: Error): void;
  /** The ordinary end: nothing is sent any more, and nobody is told. */
  end(): void;
  /** Throws the error that stopped it. */
  assertGoing(): void;
  readonly stopped: Error | undefined;
  /** Called when it stops, before `onFatal`. */
  whenStopped(listener: () => void): void;
  /** An error of the cryptography's own code leaves its memory in a state that nobody knows. Others are left to the caller. */
  notice(error: unknown): void;
};

export function createGuard(log: Log, onFatal: (error: Error) => void = throwLater): Guard {
  const listeners: (() => void)[] = [];
  let stopped: Error | undefined;
  let ended = false;
  const stop = (error: Error): void => {
    if (stopped !== undefined || ended) return;
    stopped = error;
    log.error("matrix.stopped", { code: error instanceof OperatorError ? error.code : error.name });
    for (const listener of listeners) listener();
    onFatal(error);
  };
  return {
    stop,
    end: () => void (ended = true),
    assertGoing() {
      if (stopped !== undefined) throw stopped;
      if (ended) throw new Error("The client was stopped.");
    },
    get stopped() {
      return stopped;
    },
    whenStopped: (listener) => void listeners.push(listener),
    notice(error) {
      if (error instanceof WebAssembly.RuntimeError) stop(new OperatorError("matrix_crypto_failed", {}, error));
    },
  };
}

/** Outside of every handler that would swallow it, so that the process ends. */
function throwLater(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
