/** Answers that the core leaves to the chat: shown to the one who asked, in the channel, or as a form. */
import type { Answer } from "../../src/answer.ts";
import type { Incoming } from "./incoming.ts";
import { openForm } from "./open-form.ts";
import { type Place, showInRoom, whisperTo } from "./saying.ts";
import { messageOf } from "./unopened.ts";

/** What is queued comes by itself, and what was answered before is not said twice. */
export async function showAnswer(incoming: Incoming, answer: Answer, place: Place): Promise<void> {
  if (answer.queued || answer.repeated) return;
  if (answer.form !== undefined) return openForm(incoming, answer.form, place);
  if (answer.to === "room") return showInRoom(incoming, answer.message, place);
  await whisperTo(incoming, messageOf(answer, place.room), place);
}
