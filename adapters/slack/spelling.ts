/**
 * How a command is said in Slack, in all that Clarion says there. The core names `/status`, which is Slack's own, and `/leave`, by which people leave
 * the channel: these are said behind `/clarion`, and with a prefix every other name has it.
 */
import type { AnyCommand } from "../../src/command.ts";
import type { Block, Message, Span } from "../../src/message.ts";
import { listOffered, UMBRELLA } from "./manifest.ts";

export type Spelling = (message: Message) => Message;

/** Text from outside stays as it is. A message that was spelled once is not changed by a second time. */
export function createSpelling(commands: readonly AnyCommand[], prefix: string): Spelling {
  const offered = new Set(listOffered(commands, { prefix }));
  const names = [...new Set(commands.flatMap(({ name, aliases }) => [name.split(" ")[0] ?? name, ...Object.keys(aliases ?? {})]))];
  const mention = new RegExp(`(?<![\\p{L}\\p{N}/])/(${names.join("|")})(?![\\p{L}\\p{N}/-])`, "gu");
  const spell = (text: string): string => text.replaceAll(mention, (_, name: string) => (offered.has(name) ? `/${prefix}${name}` : `/${UMBRELLA} ${name}`));

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
  return (message) => ({ ...message, title: spellLine(message.title), blocks: message.blocks.map(spellBlock) });
}
