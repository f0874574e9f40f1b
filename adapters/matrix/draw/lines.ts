/** A message as lines: what stands in one line of a paragraph, as one item of a list, as a quotation. Both twins are drawn from them. */
import { speak, type Say } from "../../../src/i18n.ts";
import type { Action, Block, Language, Message, Span } from "../../../src/message.ts";
import { spansText } from "../../../src/plain.ts";
import { prepare } from "./spans.ts";
import { clean, isBlank } from "./text.ts";

export type Shape = "title" | "text" | "list" | "quote";
/** Spans, prepared, with or without weight on all of them. */
export type Part = { spans: readonly Span[]; strong: boolean };
/** Lines of one `block` stand together. Those of the actions also stay on one page, where one page holds them. */
export type Line = { shape: Shape; block: number; together: boolean; parts: readonly Part[] };

/** Only for what is urgent, and the words say it too: it helps an eye that runs over a full room. */
const URGENT_SIGN = "⏳ ";
/** The core reads numbers of at most two digits. */
const HIGHEST_NUMBER = 99;
const GAP: Part = { spans: [" · "], strong: false };

/** Title, blocks, actions; without lines in which there is nothing to see. */
export function layOut(message: Message): Line[] {
  const { language } = message;
  const title: Span[] = message.tone === "urgent" ? [URGENT_SIGN, ...message.title] : message.title;
  const groups: Line[][] = [
    [lineOf("title", [part(title, language, true)])],
    ...message.blocks.map((block) => layOutBlock(block, language)),
    layOutActions(message.actions, language),
  ];
  return groups.flatMap((lines, block) => lines.filter((line) => isShown(line.parts, language)).map((line) => ({ ...line, block, together: block === groups.length - 1 })));
}

/** One line of text of its own, for what is said about the message and not by it. */
export function aside(text: string): Line {
  return { ...lineOf("text", [{ spans: [text], strong: false }]), block: -1 };
}

function lineOf(shape: Shape, parts: readonly Part[]): Line {
  return { shape, block: 0, together: false, parts };
}

function part(spans: readonly Span[], language: Language, strong = false): Part {
  const prepared = prepare(spans, language);
  return { spans: strong ? prepared.map((span) => (typeof span === "object" && "strong" in span ? span.strong : span)) : prepared, strong };
}

function isShown(parts: readonly Part[], language: Language): boolean {
  return !isBlank(parts.map(({ spans }) => spansText(spans, language)).join("").replaceAll("~", ""));
}

function layOutBlock(block: Block, language: Language): Line[] {
  const say = speak(language);
  const line = (shape: Shape) => (spans: readonly Span[]): Line => lineOf(shape, [part(spans, language)]);
  if ("text" in block) return [line("text")(block.text)];
  if ("fields" in block) return block.fields.map(([label, value]) => line("text")(pair(label, value, say)));
  if ("list" in block) return block.list.map(line("list"));
  if ("table" in block) return block.table.rows.map((row) => lineOf("list", layOutRow(row, block.table.head, say)));
  if ("quote" in block) return [line("quote")(block.quote)];
  if ("progress" in block) {
    const { done, goal, label } = block.progress;
    return [line("text")([goal === undefined ? say("matrix.progress.open", { done, label }) : say("matrix.progress", { done, goal, label })])];
  }
  return [line("text")([block.picture.alt])];
}

function pair(label: string, value: readonly Span[], say: Say): Span[] {
  return isBlank(clean(label)) ? [...value] : say.spans("line.pair", { label: { strong: label }, value: [...value] });
}

/** A row as one line, which a telephone can show: the first cell strong, and a bare number with the name of its column. */
function layOutRow(row: readonly Span[][], head: readonly string[], say: Say): Part[] {
  const cells = row.map((cell, column): Part => {
    const label = head[column] ?? "";
    if (column === 0) return part(cell, say.language, true);
    return part(label !== "" && isNumber(cell) ? say.spans("line.pair", { label, value: [...cell] }) : cell, say.language);
  });
  return cells.filter((cell) => isShown([cell], say.language)).flatMap((cell, index): Part[] => (index === 0 ? [cell] : [GAP, cell]));
}

function isNumber(cell: readonly Span[]): boolean {
  const [only, ...others] = cell;
  return others.length === 0 && typeof only === "string" && /^[\d\s.,/%–-]+$/.test(only) && /\d/.test(only);
}

/** Each with the number to reply with. What a button would ask first stands beside it; what no number reaches is a line to write. */
function layOutActions(actions: readonly Action[], language: Language): Line[] {
  if (actions.length === 0) return [];
  const say = speak(language);
  const lines = actions.map(({ label, command, confirm }, index): Span[] => {
    const number = index + 1;
    const words = isBlank(clean(label)) ? command : label;
    const named: Span[] = number > HIGHEST_NUMBER ? say.spans("line.pair", { label: words, value: { code: `!${command}` } }) : [{ strong: String(number) }, ` ${words}`];
    return confirm === undefined || isBlank(clean(confirm)) ? named : say.spans("line.pair", { label: named, value: confirm });
  });
  return [[say("matrix.actions")], ...lines].map((spans) => lineOf("text", [part(spans, language)]));
}
