/** What is said where no room is: in a channel with the way to make it one, and in a direct conversation, which cannot be one, with what is answered there. */
import type { Answer } from "../../src/answer.ts";
import { speak } from "../../src/i18n.ts";
import { type Message, sentence } from "../../src/message.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { placeOf } from "./address.ts";

/** Slack's ids of direct conversations begin so. */
const DIRECT = "D";

export function messageOf({ code, message }: Answer, room: RoomAddress): Message {
  if (code !== "not_a_room") return message;
  const say = speak(message.language);
  if (placeOf(room)?.channel.startsWith(DIRECT) === true) return sentence(say("slack.direct"), message.language);
  return { ...message, actions: [...message.actions, { label: say("slack.join"), command: "join", style: "primary" }] };
}
