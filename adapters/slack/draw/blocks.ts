/** The parts of a message as blocks, each small enough for Slack. What is too long for one becomes several; nothing is left out. */
import type { KnownBlock, RichTextBlock } from "@slack/types";
import { speak } from "../../../src/i18n.ts";
import type { Block, Language, Message, Span } from "../../../src/message.ts";
import { BLOCK_WEIGHT, CONTEXT_LIMIT, HEADER_LIMIT, LETTERS_IN_BLOCK, LINES_IN_BLOCK } from "./limits.ts";
import { drawLine, drawParts, isShown, joinLines, length, type Line, type Part, type Style } from "./spans.ts";
import { clean, escape, isBlank, NAME, plainText, splitText } from "./text.ts";

/** How lines stand: one under the other, as items of a list, or as a quotation. */
type Shape = "section" | "list" | "quote";

const BOLD: Style = { bold: true };
/** Only for what is urgent, and the words say it too: it helps an eye that runs over a full channel. */
const URGENT_SIGN = "⏳ ";

/** Title and blocks, without the actions; never empty. */
export function drawContent(message: Message): KnownBlock[] {
  const blocks = [...drawTitle(message), ...message.blocks.flatMap((block) => drawBlock(block, message.language))];
  return blocks.length > 0 ? blocks : [{ type: "header", text: plainText(NAME, HEADER_LIMIT) }];
}

function drawTitle({ title, tone, language }: Message): KnownBlock[] {
  const sign = tone === "urgent" ? URGENT_SIGN : "";
  const line = drawLine(title, language, BOLD);
  if (!isShown(line)) return [];
  // What a header cannot carry, such as a time or a link, makes the title bold text instead.
  const words = title.every(isWords) && line.every((element) => element.type === "text") ? line.map((element) => element.text).join("") : undefined;
  if (words !== undefined && !words.includes("\n") && sign.length + words.length <= HEADER_LIMIT) {
    return [{ type: "header", text: plainText(sign + words, HEADER_LIMIT) }];
  }
  return drawLines([drawLine([sign, ...title], language, BOLD)], "section");
}

/** Spans that a header, which is plain text, shows without loss. */
function isWords(span: Span): boolean {
  return typeof span === "string" || "foreign" in span || "strong" in span;
}

function drawBlock(block: Block, language: Language): KnownBlock[] {
  const line = (spans: readonly Span[]): Line => drawLine(spans, language);
  if ("text" in block) return drawLines([line(block.text)], "section");
  if ("fields" in block) return drawLines(block.fields.map(([label, value]) => line(pair(label, value, language))), "section");
  if ("list" in block) return drawLines(block.list.map(line), "list");
  if ("table" in block) return drawLines(block.table.rows.map((row) => drawRow(row, block.table.head, language)), "list");
  if ("quote" in block) return drawLines([line(block.quote)], "quote");
  if ("progress" in block) {
    const { done, goal, label } = block.progress;
    const say = speak(language);
    return drawLines([line([goal === undefined ? say("slack.progress.open", { done, label }) : say("slack.progress", { done, goal, label })])], "section");
  }
  return drawLines([line([block.picture.alt])], "section");
}

function pair(label: string, value: readonly Span[], language: Language): Span[] {
  return isBlank(clean(label)) ? [...value] : speak(language).spans("line.pair", { label: { strong: label }, value: [...value] });
}

/** A row as one line, which a telephone can show: the first cell strong, and a bare number with the name of its column. */
function drawRow(row: readonly Span[][], head: readonly string[], language: Language): Line {
  const cells = row.map((cell, column): Part => {
    const label = head[column] ?? "";
    if (column === 0) return { spans: cell, style: BOLD };
    return { spans: label !== "" && isNumber(cell) ? speak(language).spans("line.pair", { label, value: [...cell] }) : cell };
  });
  const shown = cells.filter((cell) => isShown(drawParts([cell], language)));
  return drawParts(shown.flatMap((cell, index): Part[] => (index === 0 ? [cell] : [{ spans: [" · "] }, cell])), language);
}

function isNumber(cell: readonly Span[]): boolean {
  const [only, ...others] = cell;
  return others.length === 0 && typeof only === "string" && /^[\d\s.,/%–-]+$/.test(only) && /\d/.test(only);
}

/** A quiet line in small letters, for what is said about the message and not by it. */
export function drawQuiet(text: string): KnownBlock {
  return { type: "context", elements: [plainText(text, CONTEXT_LIMIT)] };
}

/** Lines as rich text, in as many blocks as they need. */
export function drawLines(lines: readonly Line[], shape: Shape): RichTextBlock[] {
  const blocks: RichTextBlock[] = [];
  let held: Line[] = [];
  let size = 0;
  const close = (): void => {
    if (held.length > 0) blocks.push(wrap(held, shape));
    held = [];
    size = 0;
  };
  for (const line of lines.filter(isShown).flatMap(splitLine)) {
    const longer = length(line);
    if (held.length === LINES_IN_BLOCK || size + longer > LETTERS_IN_BLOCK) close();
    held.push(line);
    size += longer;
  }
  close();
  return blocks;
}

/** Lines, none of them too long, as one block. */
export function wrap(lines: readonly Line[], shape: Shape): RichTextBlock {
  if (shape === "list") {
    const elements = lines.map((line) => ({ type: "rich_text_section" as const, elements: line }));
    return { type: "rich_text", elements: [{ type: "rich_text_list", style: "bullet", elements }] };
  }
  const elements = joinLines(lines);
  return { type: "rich_text", elements: [shape === "quote" ? { type: "rich_text_quote", elements } : { type: "rich_text_section", elements }] };
}

/** One line, or several where it is too long for a block. */
function splitLine(line: Line): Line[] {
  if (length(line) <= LETTERS_IN_BLOCK) return [line];
  const lines: Line[] = [];
  let held: Line = [];
  const close = (): void => {
    if (isShown(held)) lines.push(held);
    held = [];
  };
  for (const element of line) {
    if (element.type !== "text") {
      if (length(held) + length([element]) > LETTERS_IN_BLOCK) close();
      held.push(element);
      continue;
    }
    const room = LETTERS_IN_BLOCK - length(held);
    if (element.text.length > room && room < LETTERS_IN_BLOCK / 2) close();
    for (const piece of splitText(element.text, LETTERS_IN_BLOCK - length(held))) {
      if (length(held) + piece.length > LETTERS_IN_BLOCK) close();
      held.push({ ...element, text: piece });
    }
  }
  close();
  return lines;
}

const UNSHOWN: ReadonlySet<string> = new Set(["type", "value", "action_id", "block_id"]);

/** How much a block counts towards the sum Slack sets for a message. */
export function weigh(block: KnownBlock): number {
  let weight = BLOCK_WEIGHT;
  JSON.stringify(block, (key, value: unknown) => {
    if (typeof value === "string" && !UNSHOWN.has(key)) weight += escape(value).length;
    return value;
  });
  return weight;
}
