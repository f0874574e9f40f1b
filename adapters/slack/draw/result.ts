/** An answer in a modal, for someone who asked in one, or from the Home tab, where nothing can be posted beside them. */
import type { ModalView } from "@slack/types";
import { speak } from "../../../src/i18n.ts";
import type { Message } from "../../../src/message.ts";
import type { RoomAddress } from "../../../src/ports.ts";
import { drawQuiet } from "./blocks.ts";
import { BLOCKS_IN_VIEW, LETTERS_IN_VIEW, VIEW_TITLE_LIMIT } from "./limits.ts";
import { NAME, plainText } from "./text.ts";
import { fit, roomBlockId } from "./views.ts";

/** The whole answer with its buttons, which work for the room of `address`. */
export function drawResult(message: Message, address: RoomAddress): ModalView {
  const say = speak(message.language);
  // One block is kept for saying that there is more.
  const { blocks, whole } = fit(message, { blocks: BLOCKS_IN_VIEW - 1, letters: LETTERS_IN_VIEW }, (index) => roomBlockId(address, index));
  return {
    type: "modal",
    callback_id: "result",
    title: plainText(NAME, VIEW_TITLE_LIMIT),
    close: plainText(say("slack.close"), VIEW_TITLE_LIMIT),
    blocks: whole ? blocks : [...blocks, drawQuiet(say("slack.more"))],
  };
}
