/** What is said from the Home tab names its room itself: a page or a window of yesterday may still show one that its reader has left since. */
import type { Answer } from "../../src/answer.ts";
import { speak } from "../../src/i18n.ts";
import { sentence } from "../../src/message.ts";
import type { RoomAddress } from "../../src/ports.ts";
import type { Incoming } from "./incoming.ts";

/** Asks whether somebody is in a room, as the Home tab knows it. */
export type Membership = (user: string, room: RoomAddress) => Promise<boolean>;

/** Asks the core only for somebody who is in the room, as Slack says. */
export async function askAsMember(incoming: Incoming, isMember: Membership, user: string, room: RoomAddress, ask: () => Promise<Answer>): Promise<Answer> {
  const member = await isMember(user, room).catch(() => undefined);
  if (member === true) return ask();
  const language = await incoming.languageIn(room);
  const why = member === undefined ? "slack.try_again" : "slack.not_in_room";
  return { ok: false, message: sentence(speak(language)(why), language), to: "asker", repeated: false, queued: false };
}
