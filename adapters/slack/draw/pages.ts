/** A message as posts. Mostly one; what is too long for one post goes on in its thread, and each says so. */
import type { KnownBlock } from "@slack/types";
import { speak } from "../../../src/i18n.ts";
import type { Message } from "../../../src/message.ts";
import { spansText } from "../../../src/plain.ts";
import { drawActions } from "./actions.ts";
import { drawContent, drawQuiet, weigh, wrap } from "./blocks.ts";
import { BLOCKS_IN_MESSAGE, LETTERS_IN_MESSAGE } from "./limits.ts";
import type { Line } from "./spans.ts";
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
  if (further.length === 0) return [{ text, blocks: withRichText([...first, ...(isFitting ? actions : [])]) }];
  const parts = further.length + 1;
  const title = message.discreet ?? spansText(message.title, message.language);
  return [
    { text, blocks: withRichText([...first, drawQuiet(say("slack.continues")), ...(isFitting ? actions : [])]) },
    ...further.map((blocks, index): Page => {
      const part = say("slack.part", { part: index + 2, parts });
      return { text: fallbackOf(`${part} ${title}`), blocks: withRichText([drawQuiet(part), ...blocks]) };
    }),
  ];
}

/**
 * Slack refuses an edit that leaves a post without rich text where it had some (`block_mismatch`, docs.slack.dev/reference/methods/chat.update), so
 * that every page has some: where it would be only a title, or buttons with the line about the part, these are drawn as text.
 */
function withRichText(blocks: readonly KnownBlock[]): KnownBlock[] {
  if (blocks.some(({ type }) => type === "rich_text")) return [...blocks];
  const index = blocks.findIndex(({ type }) => type === "header" || type === "context");
  return blocks.map((block, place) => (place === index ? asRichText(block) : block));
}

function asRichText(block: KnownBlock): KnownBlock {
  if (block.type === "header") return wrap([[{ type: "text", text: block.text.text, style: { bold: true } }]], "section");
  if (block.type !== "context") return block;
  return wrap(block.elements.flatMap((element): Line[] => (element.type === "plain_text" ? [[{ type: "text", text: element.text }]] : [])), "section");
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
