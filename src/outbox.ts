/** What should stand in each room, and what does. Owns `posts`. */
import type { Instant, Message } from "./message.ts";
import type { Asker, RoomAddress, Writing } from "./ports.ts";
import type { CardKey } from "./cards/card.ts";

/** A post that should stand in a room. The key is the card in the room: asking twice changes nothing. */
export type Posting = CardKey & { room: RoomAddress; plannedAt: Instant; told?: string | null };
/** How soon an edit must show: `now` for what a person waits for, `gather` for what many may change in a minute. */
export type Haste = "now" | "gather";

/** Adds a card to a room's queue. Returns the post's id, or null when this card already stands or waits there. */
export declare function post(trx: Writing, posting: Posting, now: Instant): Promise<string | null>;
/** Asks that what stands for a subject be drawn again: every post, or only the newest of each room. Returns the rooms touched. */
export declare function touch(
  trx: Writing,
  subject: { card: string; subject: string; rooms?: readonly RoomAddress[] },
  how: { haste: Haste; which: "all" | "newest" },
  now: Instant,
): Promise<RoomAddress[]>;
/** Takes posts away again. Returns the rooms concerned. */
export declare function takeDown(trx: Writing, subject: { card: string; subject: string }, now: Instant): Promise<RoomAddress[]>;
/** Queues a reply: to the room, or whispered to one asker. */
export declare function reply(trx: Writing, to: { room: RoomAddress; asker?: Asker; key: string }, message: Message, now: Instant): Promise<void>;
