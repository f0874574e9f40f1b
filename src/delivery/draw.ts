/** Draws what a post shows: a card as its room will see it, or a reply as it was written. */
import type { Selectable } from "kysely";
import type { AnyCard, CardView, Told } from "../cards/card.ts";
import { speak } from "../i18n.ts";
import type { Instant, Message } from "../message.ts";
import type { Parts } from "../parts.ts";
import type { Writing } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";
import type { Schema } from "../store/schema.ts";
import { REPLY_CARD } from "./outbox.ts";

/** Null when there is nothing to show any more. */
export async function drawPost(
  parts: Parts,
  trx: Writing,
  row: Selectable<Schema["posts"]>,
  room: Room,
  now: Instant,
): Promise<{ message: Message; tells: Told[] } | null> {
  if (row.card === REPLY_CARD) {
    // Written by `reply` from a Message.
    const message = row.rendered === null ? null : (JSON.parse(row.rendered) as Message);
    // A whisper rings nowhere, and is for whoever asked.
    return message === null ? null : { message: row.asker === null ? forLockScreen(message, room) : message, tells: [] };
  }
  const card = parts.cards.find((candidate) => candidate.kind === row.card);
  if (card === undefined) return null;
  return drawCard(card, trx, row, room, now, parts);
}

/** Loads and draws one card as this room will see it. */
export async function drawCard(
  card: AnyCard,
  trx: Parameters<AnyCard["load"]>[0],
  post: { card: string; subject: string; occasion: string; planned_at: Instant; told: string | null; reference?: string | null },
  room: Room,
  now: Instant,
  parts: Pick<Parts, "directory">,
): Promise<{ message: Message; tells: Told[] } | null> {
  const key = { card: post.card, subject: post.subject, occasion: post.occasion };
  const state = await card.load(trx, key, room, parts.directory, post.told);
  if (state === null) return null;
  if (post.reference === null && card.isOver?.(state, post.occasion, now) === true) return null;
  const view: CardView = {
    room,
    language: room.language,
    zone: room.zone,
    now,
    say: speak(room.language),
    directory: parts.directory,
    occasion: post.occasion,
    plannedAt: post.planned_at,
    told: post.told,
  };
  return { message: forLockScreen(card.draw(state, view), room), tells: card.tells?.(state) ?? [] };
}

/** What a lock screen shows of a post: nothing that says more than that there is one, unless the room chose otherwise. */
function forLockScreen({ discreet, ...message }: Message, room: Room): Message {
  return room.discreet ? { ...message, discreet: discreet ?? speak(message.language)("discreet.other") } : message;
}
