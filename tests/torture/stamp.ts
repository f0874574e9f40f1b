/** Cards that say when they were drawn, so that each can be drawn again for the same moment and compared to the letter. */
import type { AnyCard } from "../../src/cards/card.ts";
import type { Instant, Message } from "../../src/message.ts";

const MARK = "drawn at ";

export function stampCards(cards: readonly AnyCard[]): AnyCard[] {
  return cards.map((card) => ({
    ...card,
    draw(state, view) {
      const message = card.draw(state, view);
      return { ...message, blocks: [...message.blocks, { text: [`${MARK}${view.now}`] }] };
    },
  }));
}

/** When a card was drawn; null for a message that is no card. */
export function drawnAt(message: Message): Instant | null {
  const last = message.blocks.at(-1);
  const text = last !== undefined && "text" in last ? last.text[0] : undefined;
  return typeof text === "string" && text.startsWith(MARK) ? Number(text.slice(MARK.length)) : null;
}
