/** The piece of a text that a person needs to judge a date in it. Pure. */
import type { FoundDeadline } from "../sources/document.ts";

export type Passage = { text: string; from: number; until: number };

const BEFORE = 180;
const AFTER = 120;
/** How far a cut moves to fall between words. */
const SLACK = 25;

/** The date with what stands around it, cut between words; `from` and `until` say where in it the date is. */
export function cutPassage(text: string, { from, until }: Pick<FoundDeadline, "from" | "until">): Passage {
  const start = from <= BEFORE ? 0 : afterBlank(text, from - BEFORE);
  const end = until + AFTER >= text.length ? text.length : beforeBlank(text, until + AFTER);
  const lead = start > 0 ? "… " : "";
  const before = flatten(text.slice(start, from)).trimStart();
  const date = flatten(text.slice(from, until)).trim();
  const after = flatten(text.slice(until, end)).trimEnd();
  const head = `${lead}${before}`;
  return { text: `${head}${date}${after}${end < text.length ? " …" : ""}`, from: head.length, until: head.length + date.length };
}

function flatten(text: string): string {
  return text.replace(/\s+/g, " ");
}

function afterBlank(text: string, at: number): number {
  const blank = text.slice(at, at + SLACK).search(/\s/);
  return blank < 0 ? wholeLetter(text, at) : at + blank + 1;
}

function beforeBlank(text: string, at: number): number {
  const piece = text.slice(at - SLACK, at);
  const blank = piece.search(/\s\S*$/);
  return blank < 0 ? wholeLetter(text, at) : at - SLACK + blank;
}

/** Not between the halves of one letter. */
function wholeLetter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}
