/** A message as posts. Mostly one; what is too long for one post goes on in its thread, and each says so. */
import type { KnownBlock } from "@slack/types";
import { speak } from "../../../src/i18n.ts";
import type { Message } from "../../../src/message.ts";
import { spansText } from "../../../src/plain.ts";
import { drawActions } from "./actions.ts";
import { drawContent, drawQuiet, weigh } from "./blocks.ts";
import { BLOCKS_IN_MESSAGE, LETTERS_IN_MESSAGE } from "./limits.ts";
import { fallbackOf, fallbackText } from "./text.ts";

export type Page = { text: string; blocks: KnownBlock[] };

/** Room kept free on each page for the line that says which part it is. */
const PART_LETTERS = 300;
/** More blocks of actions than these, or longer ones, stand after everything else instead of on the first page. */
const ACTION_BLOCKS = 10;
const ACTION_LETTERS = 4_000;

/** Never empty. The first page has the title and, as its last block, the actions. */
export function drawPages(message: Message): Page[] {
  const say = speak(message.language);
  const content = drawContent(message);
  const actions = drawActions(message.actions, message.language);
  const room = Math.min(ACTION_LETTERS, LETTERS_IN_MESSAGE - PART_LETTERS - sum(content.slice(0, 1)));
  const isFitting = actions.length <= ACTION_BLOCKS && sum(actions) <= room;
  const [first = [], ...further] = isFitting ? divide(content, actions) : divide([...content, ...actions], []);
  const text = fallbackText(message);
  if (further.length === 0) return [{ text, blocks: [...first, ...(isFitting ? actions : [])] }];
  const parts = further.length + 1;
  const title = message.discreet ?? spansText(message.title, message.language);
  return [
    { text, blocks: [...first, drawQuiet(say("slack.continues")), ...(isFitting ? actions : [])] },
    ...further.map((blocks, index): Page => {
      const part = say("slack.part", { part: index + 2, parts });
      return { text: fallbackOf(`${part} ${title}`), blocks: [drawQuiet(part), ...blocks] };
    }),
  ];
}

/** Blocks in pages, the first of which has room for `kept` too. */
function divide(blocks: readonly KnownBlock[], kept: readonly KnownBlock[]): KnownBlock[][] {
  const pages: KnownBlock[][] = [];
  let page: KnownBlock[] = [];
  let letters = sum(kept) + PART_LETTERS;
  let count = kept.length + 1;
  for (const block of blocks) {
    const longer = weigh(block);
    if (page.length > 0 && (count === BLOCKS_IN_MESSAGE || letters + longer > LETTERS_IN_MESSAGE)) {
      pages.push(page);
      page = [];
      letters = PART_LETTERS;
      count = 1;
    }
    page.push(block);
    letters += longer;
    count += 1;
  }
  pages.push(page);
  return pages;
}

function sum(blocks: readonly KnownBlock[]): number {
  return blocks.reduce((letters, block) => letters + weigh(block), 0);
}
