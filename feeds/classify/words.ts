/** A text as words that can be compared: folded, with what letters, case and punctuation said kept beside each. */
import { foldWord } from "../../src/names.ts";

/** `plain`: case says nothing here, because the whole text is in capitals. */
export type LetterCase = "lower" | "first" | "capitals" | "plain";

export type Word = {
  folded: string;
  /** Other forms that the same word may be: Arabic glues article, "and", "in", "for" to it. The folded form is not among them. */
  others: readonly string[];
  letters: LetterCase;
  /** As written. */
  shown: string;
  /** A sentence or a clause begins here: no phrase goes across. */
  begins: boolean;
  /** A colon or a dash stands before it. */
  afterColon: boolean;
};

/** "U.S.", and "CND70", which is the body's 70th session: letters and number apart. */
const PIECES = /(?:\p{L}\.){2,}\p{L}?(?![\p{L}\p{M}])|\p{Lu}{2,8}(?=\d{1,3}(?![\p{L}\p{N}]))|[\p{L}\p{M}\p{N}]+/gu;
const ARABIC = /^[\u0600-\u06ff]/;
const SEPARATES = /[.!?;:\n|()[\]–—؟؛…•]/u;
const COLON = /[:–—|]/u;
const NONE: readonly string[] = [];
/** No word of ours is as long. One sign may become eighteen letters when folded, so a word is cut before and after. */
const LONGEST = 60;

/** "وللأشخاص" may be "للاشخاص", "اشخاص". What is left has at least three letters. */
function withoutPrefixes(folded: string): string[] {
  const forms: string[] = [];
  const keep = (form: string): void => {
    if (form.length >= 3 && form !== folded && !forms.includes(form)) forms.push(form);
  };
  const afterArticle = (form: string): void => {
    keep(form);
    if (form.startsWith("ال")) keep(form.slice(2));
    else if (form.startsWith("لل")) keep(form.slice(2));
    else if (/^[بلك]/.test(form)) {
      keep(form.slice(1));
      if (form.startsWith("ال", 1)) keep(form.slice(3));
    }
  };
  afterArticle(folded);
  if (/^[وف]/.test(folded)) afterArticle(folded.slice(1));
  return forms;
}

function caseOf(shown: string): LetterCase {
  const lower = shown.toLowerCase();
  if (shown === lower) return "lower";
  return shown.length > 1 && shown === shown.toUpperCase() ? "capitals" : "first";
}

/** At most `limit` words are taken from the beginning. */
export function splitWords(text: string, limit: number): Word[] {
  const words: Word[] = [];
  let last = 0;
  let capitals = 0;
  // The money is no State.
  const plain = text.replaceAll("US$", "$");
  for (const match of plain.matchAll(PIECES)) {
    if (words.length >= limit) break;
    const begun = match[0].slice(0, LONGEST).toWellFormed();
    const shown = begun.includes(".") ? begun.replaceAll(".", "") : begun;
    const folded = foldWord(shown).slice(0, LONGEST);
    const from = match.index;
    if (folded === "") continue;
    const between = plain.slice(last, from);
    const previous = words.at(-1);
    // "EE. UU." and "St. Lucia": a short word in capitals with a dot is cut short, and ends nothing.
    const cutShort = between.startsWith(".") && /^\. $/.test(between) && previous !== undefined && previous.shown.length <= 2 && previous.letters !== "lower";
    const letters = caseOf(shown);
    if (letters === "capitals") capitals += 1;
    words.push({ folded, others: ARABIC.test(folded) ? withoutPrefixes(folded) : NONE, letters, shown, begins: previous === undefined || (!cutShort && SEPARATES.test(between)), afterColon: COLON.test(between) });
    last = from + match[0].length;
  }
  if (words.length >= 3 && capitals > words.length * 0.7) {
    for (const word of words) if (word.letters === "capitals") word.letters = "plain";
  }
  return words;
}
