/** The names of commands in what Clarion says. The core writes `/status`; a chat where people write them otherwise says them as they can be written there. */
import type { AnyCommand } from "./command.ts";
import type { Block, Message, Span } from "./message.ts";

export type Spelling = (message: Message) => Message;

/** The first words of commands, and their short names. Hidden ones are never said, and `/invite` is what people write to a chat itself. */
export function namesOf(commands: readonly AnyCommand[]): string[] {
  return [...new Set(commands.filter(({ hidden }) => hidden !== true).flatMap(({ name, aliases }) => [name.split(" ")[0] ?? name, ...Object.keys(aliases ?? {})]))];
}

/** A text in which `/NAME`, with each of the names, is what `spell` gives for the name. */
export function spellNames(names: readonly string[], spell: (name: string) => string): (text: string) => string {
  const mention = new RegExp(`(?<![\\p{L}\\p{N}/])/(${names.join("|")})(?![\\p{L}\\p{N}/-])`, "gu");
  return (text) => text.replaceAll(mention, (_, name: string) => spell(name));
}

/** The message in other words. Text from outside stays as it is. */
export function respell(message: Message, spell: (text: string) => string): Message {
  const spellSpan = (span: Span): Span => {
    if (typeof span === "string") return spell(span);
    if ("strong" in span) return { strong: spell(span.strong) };
    if ("code" in span) return { code: spell(span.code) };
    if ("struck" in span) return { struck: spellSpan(span.struck) };
    return span;
  };
  const spellLine = (spans: readonly Span[]): Span[] => spans.map(spellSpan);
  const spellBlock = (block: Block): Block => {
    if ("text" in block) return { text: spellLine(block.text) };
    if ("fields" in block) return { fields: block.fields.map(([label, value]) => [label, spellLine(value)]) };
    if ("list" in block) return { list: block.list.map(spellLine) };
    if ("table" in block) return { table: { ...block.table, rows: block.table.rows.map((row) => row.map(spellLine)) } };
    if ("quote" in block) return { quote: spellLine(block.quote) };
    return block;
  };
  return { ...message, title: spellLine(message.title), blocks: message.blocks.map(spellBlock) };
}
