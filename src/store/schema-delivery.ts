/** The tables of what is planned, what waits and what stands in rooms. Read `schema.ts` first. */

/** 0 or 1. */
type Flag = number;
/** Text holding JSON; parsed by the module that owns the table. */
type Json = string;

/* plans.ts: what is to be posted, when, in which room */
export interface PlansTable {
  id: string;
  room: string;
  /** `reminder`, `digest`, `observance`, `look`, `question`, `resume`, `correction`. */
  kind: string;
  /** A deadline id for reminders and questions; a session id for observances; else the room's address. */
  subject: string;
  /** ISO duration before the deadline (`P14D`), `opening`, `snooze`, or the day of a digest. */
  lead: string;
  planned_at: number;
  /** Wall day and time the instant was computed from, with the zone rules' version. */
  wall_on: string;
  wall_time: string;
  zone: string;
  zone_rules: string;
  /** After this instant it is listed as passed instead of posted late. */
  useful_until: number;
  /** Revision of the subject it was laid for. */
  revision: number;
  /** `planned`, `posted`, `collapsed`, `digested`, `passed`, `dropped`. */
  state: string;
  posted_at: number | null;
}

/* outbox.ts: what should stand in a room, and what does stand there */
export interface PostsTable {
  id: string;
  room: string;
  /** Card kind, subject and occasion: `deadline`, `hrc-64-written-statement`, `reminder:P14D@2027-02-10`. */
  card: string;
  subject: string;
  occasion: string;
  /** Order within the room. */
  sequence: number;
  /** The state of the world that should be shown; rises with every change. */
  wanted: number;
  /** What stands in the room; 0 before the first send. */
  shown: number;
  planned_at: number;
  created_at: number;
  /** Not before this instant: gathers many changes into one edit, and holds retries. */
  due_at: number;
  /** What this room was told before, for corrections. */
  told: Json | null;
  /** The message itself, for replies, whose state is not kept elsewhere. */
  rendered: Json | null;
  /** For a reply to one person only: the chat's token. Cleared when delivered or expired. */
  asker: string | null;
  reply_to: string | null;
  /** `whisper` (for one person, not sent yet), `pending` (never sent), `sending`, `standing`, `stale` (an edit is wanted), `removing`, `removed`, `dead`. */
  state: string;
  /** While sending: the exact revision and message on its way, and what the message tells (`Sending` in outbox.ts). */
  sending: Json | null;
  /** The actions of the revision shown, which numbers and reactions are resolved against. */
  actions: Json;
  reference: string | null;
  /** First failed attempt of the current change; null when none failed. Retries end by age. */
  failing_since: number | null;
  attempts: number;
  /** A ChatError code, for the operator. */
  failure: string | null;
  expires_at: number | null;
}

/* engine */
export interface WakesTable {
  key: string;
  at: number;
  /** Rises with every wake, so that one that comes while its key is handled is not lost. */
  revision: number;
  /** The earliest wake asked for since `at` came due; null when none. It counts only if the due one was already being handled. */
  next_at: number | null;
}

/* adapters/web: the page is its own chat, and keeps what was posted to it */
export interface WebPostsTable {
  reference: string;
  room: string;
  sequence: number;
  key: string;
  message: Json;
  posted_at: number;
  edited_at: number | null;
  removed: Flag;
}
