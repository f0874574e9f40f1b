/** Which language a text is in, by its script and its commonest words. What a source says of its own language is only a hint. */
import type { Word } from "./words.ts";

/** Languages by their commonest words, folded. */
export type LanguageWords = ReadonlyMap<string, readonly string[]>;

/** By folded word, the languages that use it all the time. */
export function gatherCommonWords(common: readonly { language: string; words: readonly string[] }[], fold: (word: string) => string): LanguageWords {
  const languages = new Map<string, string[]>();
  for (const { language, words } of common) {
    for (const word of words) {
      const folded = fold(word);
      const known = languages.get(folded);
      if (known === undefined) languages.set(folded, [language]);
      else if (!known.includes(language)) known.push(language);
    }
  }
  return languages;
}

const CYRILLIC = /[\u0400-\u04ff]/;
const ARABIC = /[\u0600-\u06ff]/;
const ENOUGH = 60;

/** `hint`: as the source says it; it decides only where the words do not. A language that we do not know is `hint`, or "". */
export function recogniseLanguage(words: readonly Word[], common: LanguageWords, hint: string): string {
  let cyrillic = 0;
  let arabic = 0;
  const counts = new Map<string, number>();
  const looked = words.slice(0, ENOUGH * 2);
  for (const { folded } of looked) {
    if (CYRILLIC.test(folded)) cyrillic += 1;
    else if (ARABIC.test(folded)) arabic += 1;
    const languages = common.get(folded);
    for (const language of languages ?? []) counts.set(language, (counts.get(language) ?? 0) + 1 / (languages?.length ?? 1));
  }
  if (cyrillic * 3 > looked.length) return "ru";
  if (arabic * 3 > looked.length) return "ar";
  const short = hint.slice(0, 2).toLowerCase();
  let best = short;
  // The source's own word is worth a little more than one word of the text.
  let most = (counts.get(short) ?? 0) + 0.6;
  for (const [language, count] of counts) {
    if (count > most) {
      best = language;
      most = count;
    }
  }
  return best;
}
