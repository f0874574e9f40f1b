/** Pieces of text as Slack takes them: cleaned, cut where people can see it, split without loss. */
import type { PlainTextElement } from "@slack/types";
import type { Message } from "../../../src/message.ts";
import { toPlain } from "../../../src/plain.ts";
import { FALLBACK_LIMIT } from "./limits.ts";

export const FIRST_STRONG_ISOLATE = "\u2068";
export const POP_ISOLATE = "\u2069";
/** Stands where a message has not one word of its own. */
export const NAME = "Clarion";

/** Control characters go, tabs become spaces, and half a letter becomes the sign for one that is not known. */
export function clean(text: string): string {
  return text.replace(/\t/g, " ").replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n]/gu, "").toWellFormed();
}

/** Whether there is nothing to see: only white space, direction signs and the like. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Cf}\u115f\u1160\u3164\uffa0]*$/u.test(text);
}

/** Cuts at a space, or between letters where there is none; "…" says that there was more. Never longer than `limit`. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let room = limit - 1;
  for (;;) {
    const kept = text.slice(0, breakBefore(text, room)).trimEnd();
    const closed = kept + POP_ISOLATE.repeat(openIsolates(kept));
    if (closed.length < limit) return `${closed}…`;
    room = Math.max(1, room - (closed.length - limit + 1));
    if (room === 1) return "…";
  }
}

/** All of the text in pieces of at most about `limit`: at a line's end, else at a space, else between letters. White space at a seam goes. */
export function splitText(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  let open = 0;
  while (rest.length > 0) {
    const end = rest.length <= limit ? rest.length : breakBefore(rest, limit);
    const whole = end === rest.length;
    const piece = FIRST_STRONG_ISOLATE.repeat(open) + (whole ? rest : rest.slice(0, end).trimEnd());
    open = Math.min(openIsolates(piece), 8);
    pieces.push(whole ? piece : piece + POP_ISOLATE.repeat(open));
    rest = whole ? "" : rest.slice(end).trimStart();
  }
  return pieces.filter((piece) => !isBlank(piece));
}

/** The best place to break within the first `limit` units; always more than 0. */
function breakBefore(text: string, limit: number): number {
  const start = text.slice(0, limit + 1);
  const half = limit / 2;
  const line = start.lastIndexOf("\n");
  if (line > half) return line;
  const space = start.lastIndexOf(" ");
  if (space > half) return space;
  const last = Math.max(1, limit);
  // Never between the two halves of a letter.
  return /[\ud800-\udbff]/.test(text[last - 1] ?? "") && last > 1 ? last - 1 : last;
}

function openIsolates(text: string): number {
  let open = 0;
  for (const letter of text) {
    if (letter === FIRST_STRONG_ISOLATE) open += 1;
    else if (letter === POP_ISOLATE && open > 0) open -= 1;
  }
  return open;
}

/** Text that Slack shows as it is: no mark-up, no names of emoji. Cut at `limit`, never empty. */
export function plainText(text: string, limit: number): PlainTextElement {
  const folded = clean(text);
  return { type: "plain_text", text: cut(isBlank(folded) ? NAME : folded, limit), emoji: false };
}

/** The three letters that Slack's own mark-up is made of. Once, and last. */
export function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** What a notification may show, and all that some readers hear: the discreet line where there is one. */
export function fallbackText(message: Message): string {
  return fallbackOf(message.discreet ?? toPlain(message));
}

export function fallbackOf(text: string): string {
  const folded = clean(text);
  const shown = isBlank(folded) ? NAME : folded;
  // Escaping makes it longer, so the room is what is left after it.
  const longer = escape(shown.slice(0, FALLBACK_LIMIT)).length - Math.min(shown.length, FALLBACK_LIMIT);
  if (shown.length + longer <= FALLBACK_LIMIT) return escape(shown);
  let limit = FALLBACK_LIMIT;
  while (escape(cut(shown, limit)).length > FALLBACK_LIMIT) limit = Math.floor(limit * 0.8);
  return escape(cut(shown, limit));
}
