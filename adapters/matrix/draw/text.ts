/** Pieces of text as Matrix takes them: cleaned, escaped, split without loss. */

export const FIRST_STRONG_ISOLATE = "\u2068";
export const POP_ISOLATE = "\u2069";
export const LEFT_TO_RIGHT_MARK = "\u200e";
export const RIGHT_TO_LEFT_MARK = "\u200f";
/** Stands where a message has not one word of its own. */
export const NAME = "Clarion";

/** Control characters and overrides of direction go, tabs become spaces, and half a letter becomes the sign for one that is not known. */
export function clean(text: string): string {
  return text.replace(/\t/g, " ").replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n]|[\u202a-\u202e]/gu, "").toWellFormed();
}

/** Whether there is nothing to see: only white space, direction signs and the like. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Cf}\u115f\u1160\u3164\uffa0]*$/u.test(text);
}

/** At most `limit` units, cut at a space where there is one; "…" says that there was more. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, breakWithin(text, limit - 1)).trimEnd()}…`;
}

/** All of the text, white space included, in pieces of at most `limit` units: joined they are the text again. */
export function splitText(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const end = breakWithin(rest, limit);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}

/** The best place to break within the first `limit` units: behind a line's end, else behind a space, else between letters. */
function breakWithin(text: string, limit: number): number {
  const start = text.slice(0, limit);
  const seam = [start.lastIndexOf("\n") + 1, start.lastIndexOf(" ") + 1].find((each) => each > limit / 2);
  // Never between the two halves of a letter.
  return seam ?? (start.isWellFormed() ? limit : limit - 1);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text inside a tag or an attribute. Once, and last. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? "");
}

/** In a right-to-left line a left-to-right piece keeps its own order only inside an isolate. `dir` and `bdi` are not among what Matrix allows. */
export function isolate(text: string): string {
  return text === "" ? "" : `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}`;
}
