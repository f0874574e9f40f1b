/** Answers that the core leaves to the chat: forms and what is private go to a room for two, the rest into the room where it was asked. */
import type { Answer } from "../../src/answer.ts";
import { ChatError } from "../../src/errors.ts";
import { speak } from "../../src/i18n.ts";
import { type Instant, type Language, type Message, sentence } from "../../src/message.ts";
import type { Ref, RoomAddress } from "../../src/ports.ts";
import { addressOf } from "./address.ts";
import { messageOf } from "./draw/form.ts";
import type { Incoming } from "./incoming.ts";

export type Asked = { room: RoomAddress; /** Of the inbound. */ key: string; user: string; origin?: Ref };

/** What is queued comes by itself, and what was answered before is not said twice. Rejects when it cannot be shown. */
export async function showAnswer(incoming: Incoming, answer: Answer, asked: Asked): Promise<void> {
  if (answer.queued || answer.repeated) return;
  if (answer.form !== undefined) return showPrivately(incoming, messageOf(answer.form, speak(answer.form.language)), asked);
  if (answer.private === true) return showPrivately(incoming, answer.message, asked);
  await sayInRoom(incoming, answer.message, asked);
}

/** Exactly once while this device lives: the homeserver and the room know the key. */
export async function sayInRoom(incoming: Incoming, message: Message, { room, key, origin }: Omit<Asked, "user">): Promise<void> {
  await insist(incoming, (repeatOf) =>
    incoming.outgoing.send(room, message, key, { ...(origin === undefined ? {} : { replyTo: origin }), ...(repeatOf === undefined ? {} : { repeatOf }) }),
  );
}

async function showPrivately(incoming: Incoming, message: Message, asked: Asked): Promise<void> {
  const hint = (text: "matrix.privately" | "matrix.not_privately", language: Language): Promise<void> =>
    sayInRoom(incoming, sentence(speak(language)(text), language), { ...asked, key: `${asked.key}:hint` });
  let waits: boolean;
  try {
    const found = await incoming.direct.roomWith(asked.user);
    waits = found.waits;
    await sayInRoom(incoming, message, { room: addressOf(found.room), key: asked.key });
  } catch (error) {
    if (!incoming.flights.ending) await hint("matrix.not_privately", message.language);
    throw error;
  }
  // Whoever is in it already sees that something is new there.
  if (waits) await hint("matrix.privately", message.language);
}

const FIRST_WAIT_MILLISECONDS = 2_000;
const LONGEST_WAIT_MILLISECONDS = 60_000;
/** An answer that comes later is of no use. */
const GIVE_UP_MILLISECONDS = 15 * 60_000;

/** Tries again what may succeed later, and exactly the same where it may have arrived. */
async function insist({ clock, flights }: Incoming, send: (repeatOf: Instant | undefined) => Promise<unknown>): Promise<void> {
  const began = clock.now();
  let repeatOf: Instant | undefined;
  for (let wait = FIRST_WAIT_MILLISECONDS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS)) {
    try {
      await send(repeatOf);
      return;
    } catch (error) {
      const again = error instanceof ChatError && (error.code === "later" || error.code === "unsure");
      if (!again || flights.ending || clock.now() - began > GIVE_UP_MILLISECONDS) throw error;
      if (error.code === "unsure") repeatOf ??= began;
      await flights.wait(error.afterMilliseconds ?? wait);
    }
  }
}
