/** What modals and the Home tab share: a message inside a view, whose buttons say for which room they were pressed. */
import type { KnownBlock } from "@slack/types";
import type { Message } from "../../../src/message.ts";
import { drawActions } from "./actions.ts";
import { drawContent, weigh } from "./blocks.ts";

export type Room = { blocks: number; letters: number };

/** Names an actions block of a view, so that a press in it is a press in that room. */
export function roomBlockId(address: string, index: number): string {
  return `room:${address}:${index}`;
}

/** The room whose buttons these are; undefined for any other block. */
export function roomOfBlock(blockId: string): string | undefined {
  return /^room:(.+):\d+$/.exec(blockId)?.[1];
}

/** As much of a message as there is room for; its actions have their place before the text. `whole` is false when something had to be left out. */
export function fit(message: Message, room: Room, blockId: (index: number) => string): { blocks: KnownBlock[]; whole: boolean } {
  const actions = drawActions(message.actions, message.language, blockId);
  const shown: KnownBlock[] = [];
  let letters = actions.reduce((sum, block) => sum + weigh(block), 0);
  const kept = actions.length <= room.blocks / 2 && letters <= room.letters / 2 ? actions : [];
  if (kept.length === 0) letters = 0;
  let whole = kept.length === actions.length;
  for (const block of drawContent(message)) {
    const longer = weigh(block);
    if (shown.length + kept.length + 1 > room.blocks || letters + longer > room.letters) {
      whole = false;
      break;
    }
    shown.push(block);
    letters += longer;
  }
  return { blocks: [...shown, ...kept], whole };
}
