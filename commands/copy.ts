import { cardSubject } from "../src/arguments/card-subject.ts";
import { CALL_CARD, demandCall } from "../src/calls/calls.ts";
import { CALL_OCCASIONS, callCard } from "../src/cards/call.ts";
import { type CommandContext, defineCommand, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import type { Message } from "../src/message.ts";
import { toCopy } from "../src/plain.ts";
import { showDeadline, showSession, viewOf } from "./shared/deadline-replies.ts";

async function showCall(context: CommandContext, id: string): Promise<Message> {
  await demandCall(context, id);
  const state = await callCard.load(context.db, { card: CALL_CARD, subject: id, occasion: CALL_OCCASIONS.open }, context.room, context.directory);
  if (state === null) throw new UserError("unknown_subject");
  return callCard.draw(state, viewOf(context, CALL_OCCASIONS.open));
}

/** Any card as plain text for e-mail and other messengers, a line a block, so that it can be copied as it stands. */
export const copy = defineCommand({
  name: "copy",
  arguments: { subject: required(cardSubject) },
  who: "anyone",
  effect: "look",
  async run(context, { subject: { kind, id } }) {
    const message =
      kind === "deadline" ? await showDeadline(context, id) : kind === "call" ? await showCall(context, id) : await showSession(context, id);
    const [title = "", ...lines] = toCopy(message).split("\n");
    return {
      to: "asker",
      show: { title: [title], tone: "plain", blocks: lines.map((line) => ({ text: [line] })), actions: [], language: message.language },
    };
  },
});
