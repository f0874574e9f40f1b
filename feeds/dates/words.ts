/** What a deadline is for, in the text's own words, short. */
import type { Surroundings } from "./attach.ts";
import type { Subject } from "./judge.ts";
import type { Hit } from "./lexicon.ts";
import type { Unit } from "./units.ts";

const LONGEST = 100;

export function wordsFor({ tokens }: Surroundings, text: string, { unit, verdict, until }: Subject, by: Hit | undefined, heading: Unit | undefined): string {
  const cut = (from: number, end: number): string => text.slice(tokens[from]?.from ?? 0, tokens[end - 1]?.until ?? 0);
  const left = verdict?.attachment.from ?? unit.from;
  if (by === undefined) return shorten(heading === undefined ? cut(unit.from, left) : cut(heading.from, heading.until));
  if (by.from < unit.from || by.from >= unit.until) return shorten(cut(by.from, Math.max(by.until, by.from + 6)));
  if (by.until <= left) return shorten(cut(by.from, left));
  let end = Math.max(by.until, until);
  while (end < unit.until && !/^[.;!?؟;،,()]$/.test(tokens[end]?.text ?? "")) end += 1;
  return shorten(cut(by.from, end));
}

function shorten(words: string): string {
  const plain = words.replace(/\s+/g, " ").replace(/^[\s\p{P}]+|[\s:,;،([–—.|-]+$/gu, "");
  if (plain.length <= LONGEST) return plain;
  const space = plain.lastIndexOf(" ", LONGEST);
  return `${plain.slice(0, space > 40 ? space : LONGEST)}…`;
}
