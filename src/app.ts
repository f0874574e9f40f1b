/** The core as one value: what comes in goes through `dispatch`, what goes out through `deliver`, and time through `tick`. */
import type { Answer, Completion } from "./command.ts";
import type { Instant, Language } from "./message.ts";
import type { Parts } from "./parts.ts";
import type { Inbound, Ports, RoomAddress, Writing } from "./ports.ts";

export interface App {
  readonly ports: Ports;
  readonly parts: Parts;
  /** Imports the shipped calendar, opens the shipped rooms, lays plans again if zone rules changed. */
  prepare(): Promise<void>;
  /** `prepare`, then chats, engine and heartbeat. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** One transaction, after which every room that got something to deliver is woken. */
  change<T>(body: (trx: Writing) => Promise<T>): Promise<T>;
  dispatch(inbound: Inbound): Promise<Answer>;
  complete(line: string, room: RoomAddress, language: Language): Promise<Completion[]>;
  /** Posts what is due by now; safe to call at any time and any number of times. */
  tick(): Promise<void>;
  /** Sends what waits for one room, in order; returns when it should be called again, or null when nothing waits. */
  deliver(room: RoomAddress): Promise<Instant | null>;
}
