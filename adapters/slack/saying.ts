/** Saying something that nothing else will say again: in the channel, or to the one who asked. */
import { setTimeout as pause } from "node:timers/promises";
import { ChatError } from "../../src/errors.ts";
import type { Instant, Message } from "../../src/message.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { codeOf } from "./failures.ts";
import type { Incoming } from "./incoming.ts";

export type Place = {
  room: RoomAddress;
  /** Of the inbound that is answered. */
  key: string;
  /** Where the one who asked can be answered alone. */
  token?: string;
  /** Another way to them, for when that one is too old or used up. */
  otherwise?(): string;
  /** Opens a window, once and for three seconds. */
  trigger?: string;
  /** When the same was first brought to us, if it was brought before: its answer may stand already. */
  repeatOf?: Instant;
};

/** How often, and how long at most in between, an answer is tried that nothing else will try again. */
const TRIES = 4;
const LONGEST_WAIT = 5_000;

/** In the channel; where nothing can be posted there, to the one who asked. */
export async function showInRoom(incoming: Incoming, message: Message, place: Place): Promise<void> {
  try {
    const options = place.repeatOf === undefined ? {} : { repeatOf: place.repeatOf };
    await patiently(() => incoming.outgoing.send(place.room, message, place.key, options));
  } catch (error) {
    incoming.log.warn("slack.answer_not_posted", { code: codeOf(error) });
    await whisperTo(incoming, message, place);
  }
}

export async function whisperTo(incoming: Incoming, message: Message, { room, token, otherwise }: Place): Promise<void> {
  if (token === undefined) return;
  const whisper = (by: string): Promise<void> => patiently(() => incoming.outgoing.whisper({ room, token: by }, message));
  try {
    await whisper(token).catch((error: unknown) => {
      if (otherwise === undefined || !(error instanceof ChatError) || error.code !== "gone") throw error;
      return whisper(otherwise());
    });
  } catch (error) {
    incoming.log.warn("slack.answer_not_whispered", { code: codeOf(error) });
  }
}

/** Tries again where Slack only asks to wait a little. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      const wait = error instanceof ChatError && error.code === "later" ? (error.afterMilliseconds ?? 1_000) : Number.POSITIVE_INFINITY;
      if (left === 0 || wait > LONGEST_WAIT) throw error;
      await pause(wait);
    }
  }
}
