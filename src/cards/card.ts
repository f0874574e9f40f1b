/**
 * What is sent is a card, not a text: the outbox keeps which card, for which occasion, in which room, and it is drawn when
 * it is delivered, in the room's language and zone.
 */
import type { DueValue } from "../calendar/deadlines.ts";
import type { Directory } from "../directory.ts";
import type { Say } from "../i18n.ts";
import type { Instant, Language, Message, Zone } from "../message.ts";
import type { Database } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";

/** `occasion` names why it is posted: `reminder:P14D@2027-02-10`, `moved:3`, `open`. */
export type CardKey = { card: string; subject: string; occasion: string };

export type Told = { deadline: string; value: DueValue };

export type CardView = {
  room: Room;
  language: Language;
  zone: Zone;
  now: Instant;
  say: Say;
  directory: Directory;
  occasion: string;
  /** The post was meant for this instant; much earlier than now means it comes late, and says so. */
  plannedAt: Instant;
  /** What this room was told before, as JSON the card itself wrote. */
  told: string | null;
};

export interface Card<State = unknown> {
  readonly kind: string;
  /** Reads what the card shows; null when there is nothing to show any more, and then nothing is posted. `told` is as in `CardView`. */
  load(db: Database, key: CardKey, room: Room, directory: Directory, told?: string | null): Promise<State | null>;
  /** Pure: the same state, occasion and now always give the same message. */
  draw(state: State, view: CardView): Message;
  /** Too late to be of use: a post that has not been sent by then never is. */
  isOver?(state: State, occasion: string, now: Instant): boolean;
  /** Planned for waking hours: if it is late, it waits until the room is awake again. */
  readonly waitsForMorning?: true;
  /** Which deadlines the message names with which date; kept when it is delivered, so that the room can be corrected. */
  tells?(state: State): Told[];
}
export type AnyCard = Card<unknown>;

export function defineCard<State>(card: Card<State>): AnyCard {
  // `draw` is only ever given what `load` of the same card returned.
  return card as unknown as AnyCard;
}
