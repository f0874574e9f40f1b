/** Every door of the house on one page. The core reaches the world only through these. */
import type { Kysely, Transaction } from "kysely";
import type { Answer } from "./answer.ts";
import type { Instant, Language, Message, Zone } from "./message.ts";
import type { Schema } from "./store/schema.ts";

/** One channel on one chat: `web:anpud`, `slack:T1/C123`, `matrix:!x:example.org`. The part before `:` is the chat's id. */
export type RoomAddress = `${string}:${string}`;
/** What a chat calls one of its posts. Opaque to the core. */
export type Ref = string;
/** Where a chat can answer one person only. Opaque to the core; kept no longer than the reply that waits for it. */
export type Asker = { room: RoomAddress; token: string };

export type Role = "coordinator" | "operator";
/**
 * Who acts. `id` is an HMAC of the platform's id, made by `rights.ts` with a key outside the database. `grants` are roles the chat
 * itself vouches for: the page, which listens on loopback only, grants operator.
 */
export type Actor = { id: string; grants: Role[] };

/** One thing a person did, as a command line. `key` makes it count once, however often it arrives. */
export type Inbound = {
  key: string;
  line: string;
  /** Long text that travels beside the line, such as the text of a call. */
  body?: string;
  actor: Actor;
  room: RoomAddress;
  /** The post it answers, when the chat knows: a bare number is resolved against the actions that post shows. */
  about?: Ref;
  language?: Language;
  zone?: Zone;
  /**
   * The message that said it, where everybody in the room sees what is asked: then answers for the asker stand in the room too, as replies to
   * it, and only what is private by nature is left to the chat.
   */
  origin?: Ref;
  /** How far the room has been read, in the chat's own words; kept with the effect (see `markers.ts`). */
  marker?: string;
  /** When it was said, where that may be long ago: an answer says that it comes late. */
  saidAt?: Instant;
  /** When given, an answer for the asker alone is queued and whispered there; when absent, the caller shows what `dispatch` returns. */
  asker?: Asker;
};
/** What a chat hands each inbound to; the answer is there for chats that show it themselves. */
export type Inbox = (inbound: Inbound) => Promise<Answer>;

/** What a room is told about itself: who reads it, and what Clarion can read there. */
export type Capabilities = {
  encrypted: boolean;
  edits: boolean;
  /** Who can read what is posted. */
  readers: "this-machine" | "members" | "members-and-operator";
  /** People of another workspace or organisation are in the room too. */
  shared: boolean;
  /** What the bot receives there: only what is addressed to it, or every message (of which it keeps none). */
  hears: "addressed" | "everything";
};

/** `repeatOf`: this key was tried before, first at that instant, and may stand in the room already. */
export type SendOptions = { replyTo?: Ref; repeatOf?: Instant };

/** A chat platform. `send` and `edit` throw `ChatError`. */
export interface Chat {
  readonly id: string;
  start(inbox: Inbox): Promise<void>;
  stop(): Promise<void>;
  /** Throws `ChatError("unreachable")` when nothing can be posted there at present. */
  capabilities(room: RoomAddress): Promise<Capabilities>;
  /** The same key is the same post: a repeat returns the ref of the first. */
  send(room: RoomAddress, message: Message, key: string, options?: SendOptions): Promise<Ref>;
  /** Throws `gone` when the post no longer exists: then it is posted anew. */
  edit(ref: Ref, message: Message, key: string): Promise<void>;
  remove(ref: Ref): Promise<void>;
  whisper(to: Asker, message: Message): Promise<void>;
}

/** A database to read from: a read-only connection, or the transaction one is in. */
export type Database = Kysely<Schema>;
/** The only way to write. Inside its body nothing else is in scope and nothing else is awaited. */
export type Writing = Transaction<Schema>;

export interface Store {
  /** Look-ups: never waits for a writer. */
  readonly reading: Database;
  /** Runs `body` in one immediate transaction. The body may run twice, so it has no effect outside `trx`. */
  write<T>(body: (trx: Writing) => Promise<T>): Promise<T>;
  /** Calls back after each write of this process has committed. */
  onCommit(listener: () => void): () => void;
  /** Calls back after another process has committed to the same database. */
  onForeignChange(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Wakes the core. The rows it points at are the truth; a wake may come late or twice without harm. */
export interface Engine {
  /** At least once after `trx` commits and not before `at`; one pending per key, the earliest time wins. */
  wake(trx: Writing, key: string, at?: Instant): Promise<void>;
  /** The handler returns when this key wants to be woken next, or null. */
  work(handler: (key: string) => Promise<Instant | null>): void;
  /** `cron` is read in UTC. One replica runs each tick. */
  every(name: string, cron: string, run: () => Promise<void>): void;
  start(): Promise<void>;
  /** Stops taking work and waits for what is in flight. */
  stop(): Promise<void>;
}

export type FetchRequest = {
  url: string;
  /** What the last reply was known by; with any of them the reply may be `unchanged`. */
  etag?: string;
  lastModified?: string;
  bodyHash?: string;
  /** An operator allowed this address although it may be private, or has a port of its own. */
  privateAllowed?: boolean;
  /** Kept when there is room for a large body; asked once at the most. Whoever gave it knows how long the body is held. */
  admitLarge?: () => Promise<void>;
};
/** Of what a reply is known by, next time. */
export type Validators = { etag?: string; lastModified?: string };
export type FetchReply =
  /** The site says so, or the same bytes came; then with what they are known by now. */
  | ({ status: "unchanged" } & Validators)
  /** `body`: unpacked and not decoded, its memory its own. `bodyHash`: of the bytes as they came, and of how they are to be read. */
  | ({ status: "changed"; body: Uint8Array; contentType: string; bodyHash?: string; finalUrl: string } & Validators)
  /** `retryAfter`: milliseconds from now, when the site named a time. */
  | { status: "failed"; code: FetchFailure; retryAfter?: number };
/** `refused`: a private address or forbidden scheme; `blocked`: the site answered 401, 403 or a challenge page. */
export type FetchFailure = "refused" | "blocked" | "missing" | "too_large" | "timeout" | "unreachable" | "server_error";
export type Fetch = (request: FetchRequest) => Promise<FetchReply>;

export interface Clock {
  now(): Instant;
  /** Version of the time-zone rules this runtime converts with, such as `2026c`. Plans laid under another are laid again. */
  readonly zoneRules: string;
}
/** Source of ids that nobody can guess. */
export interface Chance {
  /** A fresh id of lower-case letters and digits, beginning with a letter. */
  id(): string;
  /** A number from 0 up to but not including 1, for jitter. */
  fraction(): number;
}

/** Logs carry ids and codes, never text that a person wrote. */
export interface Log {
  info(event: string, values?: LogValues): void;
  warn(event: string, values?: LogValues): void;
  error(event: string, values?: LogValues): void;
}
export type LogValues = Record<string, string | number | boolean | null>;

export type Ports = { store: Store; engine: Engine; chats: Chat[]; fetch: Fetch; clock: Clock; chance: Chance; log: Log };
