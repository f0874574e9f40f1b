/**
 * The plain text twin of a message: what the terminal prints, what can be pasted into an e-mail, and what a screen reader
 * or a log of a preview can say. Every word a chat shows is in it.
 */
import { speak } from "./i18n.ts";
import { foreign, type Block, type Foreign, type Language, type Message, type Span } from "./message.ts";
import { formatMoment } from "./time.ts";

/** A copy stays under this many characters, so that it fits other messengers and is read to its end. */
export const COPY_LIMIT = 900;
const GAP = "   ";

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** In a right-to-left text a left-to-right piece keeps its own order only inside an isolate. */
function isolate(text: string, language: Language): string {
  return language === "ar" ? `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}` : text;
}

/** Everything but line ends that could move a terminal's cursor goes. */
function safe(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, "");
}

function labelText(label: string | Foreign): string {
  return typeof label === "string" ? safe(label) : foreign(label.foreign).foreign;
}

/** Whether an address already says its label: the address itself, or the name of its host. */
function isNamedBy(link: string, label: string): boolean {
  return label === link || new URL(link).host.replace(/^www\./, "") === label;
}

/** One span as text, in the language whose dates and directions apply. */
export function spanText(span: Span, language: Language): string {
  if (typeof span === "string") return safe(span);
  if ("foreign" in span) return isolate(labelText(span), language);
  if ("link" in span) {
    const label = labelText(span.label);
    return isNamedBy(span.link, label) ? isolate(span.link, language) : `${label} (${isolate(span.link, language)})`;
  }
  if ("strong" in span) return safe(span.strong);
  if ("struck" in span) return `~${spanText(span.struck, language)}~`;
  if ("code" in span) return isolate(safe(span.code), language);
  return isolate(formatMoment(span.moment, span.zone, language), language);
}

export function spansText(spans: readonly Span[], language: Language): string {
  return spans.map((span) => spanText(span, language)).join("");
}

/** Columns a text takes in a terminal: marks and direction signs take none. */
function width(text: string): number {
  return [...text.normalize("NFC").replace(/[\p{Mn}\p{Cf}]/gu, "")].length;
}

function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}

/** Rows with each column as wide as its widest cell; the last column is left ragged. */
function alignRows(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : pad(cell, widths[column] ?? 0)))
      .join(GAP)
      .trimEnd(),
  );
}

function blockLines(block: Block, language: Language, aligned: boolean): string[] {
  const text = (spans: readonly Span[]): string => spansText(spans, language);
  if ("text" in block) return [text(block.text)];
  if ("fields" in block) {
    if (!aligned) return block.fields.map(([label, value]) => text(speak(language).spans("line.pair", { label, value })));
    return alignRows(block.fields.map(([label, value]) => [label, text(value)]));
  }
  if ("list" in block) return block.list.map((item) => `- ${text(item)}`);
  if ("table" in block) {
    const rows = block.table.rows.map((row) => row.map(text));
    if (!aligned) return rows.map((row) => row.filter((cell) => cell !== "").join(" · "));
    const head = block.table.head.some((cell) => cell !== "") ? [block.table.head] : [];
    return alignRows([...head, ...rows]);
  }
  if ("quote" in block) return text(block.quote).split("\n").map((line) => `> ${line}`);
  if ("progress" in block) {
    const { done, goal, label } = block.progress;
    return [goal === undefined ? `${done} ${label}` : `${isolate(`${done} / ${goal}`, language)} ${label}`];
  }
  return [`[${block.picture.alt}]`];
}

/** The whole message. With `numbers`, the last line names the actions by the number that chooses each. */
export function toPlain(message: Message, options: { numbers?: boolean } = {}): string {
  const { language } = message;
  const lines = [spansText(message.title, language)];
  for (const block of message.blocks) lines.push(...blockLines(block, language, true));
  if (options.numbers === true && message.actions.length > 0) {
    lines.push(message.actions.map((action, index) => `${index + 1} ${action.label}`).join(GAP));
  }
  return lines.filter((line) => line !== "").join("\n");
}

/** The same words for e-mail and other messengers: no columns, no actions, always under `COPY_LIMIT` characters. */
export function toCopy(message: Message): string {
  const { language } = message;
  const lines = [spansText(message.title, language), ...message.blocks.flatMap((block) => blockLines(block, language, false))];
  let copy = "";
  for (const line of lines.filter((each) => each !== "")) {
    const separator = copy === "" ? "" : "\n";
    const room = COPY_LIMIT - 1 - copy.length - separator.length;
    if (line.length <= room) {
      copy += separator + line;
      continue;
    }
    return `${copy}${separator}${cut(line, room)}`;
  }
  return copy;
}

/** Cuts at a space so that no word or address is left in halves; "…" says that there was more. */
function cut(line: string, limit: number): string {
  if (limit < 2) return "";
  const start = line.slice(0, limit - 2);
  const space = start.lastIndexOf(" ");
  const kept = space > 0 ? start.slice(0, space) : line.includes(" ") ? "" : [...start].slice(0, -1).join("");
  const open = (kept.match(/\u2068/g)?.length ?? 0) - (kept.match(/\u2069/g)?.length ?? 0);
  return open > 0 ? `${kept}${POP_ISOLATE}…` : `${kept} …`.trimStart();
}
