/** How words of dates, times and lengths are compared and split. */
import { foldName } from "../names.ts";

/** The longest run of words any date or time takes, such as "at 6 pm on Monday the 15th of March 2027". */
const LONGEST_RUN = 12;
/** Longer than any date in words; what is longer is not looked at. */
const LONGEST_TEXT = 80;

/** A look-up from folded words to values. Of two values with one word the first stays. */
export function wordTable<T>(entries: Iterable<readonly [words: readonly string[], value: T]>): ReadonlyMap<string, T> {
  const table = new Map<string, T>();
  for (const [words, value] of entries) {
    for (const word of words) {
      const folded = foldName(word);
      if (!table.has(folded)) table.set(folded, value);
    }
  }
  return table;
}

export function wordSet(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.map(foldName));
}

/** Arabic and Persian digits as the ones that all six languages read. */
export function plainDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
}

/** Folded words of a text. Dots separate here, as in "15.03.2027". */
export function foldedWords(text: string): string[] {
  const folded = foldName(plainDigits(text).replaceAll(".", " "));
  return folded === "" ? [] : folded.split(" ");
}

/** Tries ever shorter runs from the start, and says how many words the first that is understood took. */
export function readLongest<T>(words: readonly string[], read: (text: string) => T | undefined): { value: T; used: number } | undefined {
  for (let used = Math.min(words.length, LONGEST_RUN); used > 0; used -= 1) {
    const text = words.slice(0, used).join(" ");
    // A blank last word must not count as part of a date.
    if (text.length > LONGEST_TEXT || (words[used - 1] ?? "").trim() === "") continue;
    const value = read(text.trim());
    if (value !== undefined) return { value, used };
  }
  return undefined;
}

/** The tokens after one of these phrases, or undefined when none begins them. The longest phrase wins. */
export function afterPhrase(tokens: readonly string[], phrases: ReadonlySet<string>): readonly string[] | undefined {
  for (const length of [3, 2, 1]) {
    if (tokens.length > length && phrases.has(tokens.slice(0, length).join(" "))) return tokens.slice(length);
  }
  return undefined;
}

export function beforePhrase(tokens: readonly string[], phrases: ReadonlySet<string>): readonly string[] | undefined {
  for (const length of [4, 3, 2, 1]) {
    if (tokens.length > length && phrases.has(tokens.slice(-length).join(" "))) return tokens.slice(0, -length);
  }
  return undefined;
}
