/** Whether what a chat shows has all the words of a message. */
import type { Block, Message, Span } from "../../src/message.ts";

/** What nobody sees may differ between two ways to show a text: white space, joiners, marks of direction. Half letters are shown as the sign for an unknown one. */
export function fold(text: string): string {
  return text.toWellFormed().normalize("NFC").replace(/[\s\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0]/gu, "");
}

/** A word too long for one block stands in pieces, one behind the other, and none but the last smaller than this. */
const PIECE = 300;

/** The words of `text` that `shown` (already folded) does not have. */
export function missingWords(text: string, shown: string): string[] {
  const words = new Set(text.split(/[\s\p{Cc}]+/u).map(fold));
  return [...words].filter((word) => !isShown(word, shown));
}

function isShown(word: string, shown: string): boolean {
  let rest = word;
  let from = 0;
  while (rest.length > PIECE) {
    const at = shown.indexOf(rest.slice(0, PIECE), from);
    if (at === -1) return false;
    let length = PIECE;
    while (length < rest.length && rest[length] === shown[at + length]) length += 1;
    rest = rest.slice(length);
    from = at + length;
  }
  return shown.includes(rest, from);
}

/**
 * The same words with room between spans: behind a time may stand the reader's own, behind a link where it leads. Rows stand as lines, as in a copy
 * for e-mail, so that the names of columns are not words of the message; those that a line does say are tested where lines are.
 */
export function loosened(message: Message): Message {
  const loosen = (spans: readonly Span[]): Span[] => spans.flatMap((span) => [" ", span]);
  const blocks = message.blocks.map((block): Block => {
    if ("text" in block) return { text: loosen(block.text) };
    if ("quote" in block) return { quote: loosen(block.quote) };
    if ("list" in block) return { list: block.list.map(loosen) };
    if ("fields" in block) return { fields: block.fields.map(([label, value]) => [label, loosen(value)]) };
    return "table" in block ? { table: { head: [], rows: block.table.rows.map((row) => row.map(loosen)) } } : block;
  });
  return { ...message, title: loosen(message.title), blocks };
}

/**
 * Without the marks of the plain twin: `- ` of lists, `> ` of quotations, `[…]` of pictures, `~…~` of what is struck, `(…)` of addresses, ` / ` of what
 * is counted, and the point after a time or an address, behind which something may stand.
 */
export function withoutMarks(text: string): string {
  return text.replace(/ \/ |[~()[\]>-]|[.,:;،؛]+(?=\s|$)/g, " ");
}
