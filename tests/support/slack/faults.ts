/** What goes wrong between Slack and an app, on demand. */
import type { JsonObject } from "./json.ts";

/**
 * `effective`: Slack did what was asked, only the answer suffers.
 * - `http`: an HTTP error page. `silent`: no answer ever. `reset`: the connection is reset. `cut`: the answer stops in the middle (always effective).
 * - `limited`: 429 with Retry-After. `error`: `{ ok: false, error }`. `slow`: the right answer, late.
 */
export type Fault =
  | { kind: "http"; status: number; effective?: boolean }
  | { kind: "silent"; effective?: boolean }
  | { kind: "reset"; effective?: boolean }
  | { kind: "cut" }
  | { kind: "limited"; seconds: number }
  | { kind: "error"; code: string; effective?: boolean }
  | { kind: "slow"; milliseconds: number };

/** `method`: a Web API method, `response_url`, `socket` (opening the WebSocket), or `*` for every one of them. */
export type Faults = {
  /** The next call. */
  next(method: string, fault: Fault, where?: (args: JsonObject) => boolean): void;
  /** Each call until the returned function is called. */
  every(method: string, fault: Fault, where?: (args: JsonObject) => boolean): () => void;
  clear(): void;
  /** How many calls have met a fault. */
  readonly met: number;
};

export type FaultBox = Faults & { take(method: string, args: JsonObject): Fault | undefined };

export function openFaults(): FaultBox {
  type Waiting = { method: string; fault: Fault; where: (args: JsonObject) => boolean; once: boolean };
  let waiting: Waiting[] = [];
  let met = 0;
  return {
    next(method, fault, where = () => true) {
      waiting.push({ method, fault, where, once: true });
    },
    every(method, fault, where = () => true) {
      const entry = { method, fault, where, once: false };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    clear() {
      waiting = [];
    },
    get met() {
      return met;
    },
    take(method, args) {
      const entry = waiting.find((candidate) => (candidate.method === method || candidate.method === "*") && candidate.where(args));
      if (entry === undefined) return undefined;
      met += 1;
      if (entry.once) waiting = waiting.filter((other) => other !== entry);
      return entry.fault;
    },
  };
}
