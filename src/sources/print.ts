/**
 * A print of a text: enough to tell how much of its words changed, and far too little to read it. Of all pairs of neighbouring words those
 * with the smallest numbers are kept; the share that two prints have in common is near the share that their texts have in common.
 */

const KEPT = 48;
/** What stands after this decides no more whether a text is another one. */
const READ_LETTERS = 6_000;
/** The part of its words that must differ before a text counts as changed. */
export const CHANGED_SHARE = 0.1;

/** The words of a text, as they count: no marks, no case, no punctuation. Numbers are words, except those of a counter ("1,204 views"). */
export function wordsOf(text: string): string[] {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(COUNTER, " ")
    // Soft hyphens and joiners stand inside words.
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff'’‘ʼ`]/gu, "")
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== "");
}

const COUNTED = "views?|reads?|comments?|shares?|likes?|retweets?|downloads?|visitas?|lecturas?|comentarios?|vues?|lectures?|commentaires?|partages?|visualiza[cç][aã]o|visualiza[cç][oõ]es|coment[aá]rios?|просмотр\\p{L}*|комментари\\p{L}*|مشاهدة|مشاهدات|تعليق|تعليقات";
const COUNTER = new RegExp(`(?<![\\p{L}\\p{N}])\\d[\\d\\s.,]*\\s?k?\\s?(?:${COUNTED})(?!\\p{L})|(?<!\\p{L})(?:${COUNTED})\\s?[:：]\\s?\\d[\\d.,]*`, "gu");

/** FNV-1a over UTF-16 units: nothing here must withstand an attack. */
function numberOf(text: string): number {
  let number = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) number = Math.imul(number ^ text.charCodeAt(index), 0x01000193);
  return number >>> 0;
}

/** A number for all letters and digits of a text, in their order: two texts with one number are one text, however it is set. */
function exactOf(text: string): string {
  let [one, other] = [0x811c9dc5, 0x9747b28c];
  for (const part of text.toLowerCase().split(/[^\p{L}\p{N}]+/u)) {
    for (let index = 0; index < part.length; index += 1) {
      const code = part.charCodeAt(index);
      one = Math.imul(one ^ code, 0x01000193);
      other = Math.imul(other ^ code, 0x85ebca6b);
    }
  }
  return `${(one >>> 0).toString(36)}.${(other >>> 0).toString(36)}`;
}

/** Whether two prints are of one and the same text. */
export function isSameText(one: string, other: string): boolean {
  return one.split(" ")[0] === other.split(" ")[0];
}

/** "" for a text without words. The first part stands for the whole text, the others for its pairs of words. */
export function printText(text: string): string {
  const words = wordsOf(text.slice(0, READ_LETTERS));
  if (words.length === 0) return "";
  const numbers = new Set<number>();
  for (let index = 0; index < words.length; index += 1) numbers.add(numberOf(`${words[index - 1] ?? ""} ${words[index]}`));
  return [exactOf(text), ...[...numbers].sort((one, other) => one - other).slice(0, KEPT).map((number) => number.toString(36))].join(" ");
}

/** How much of two printed texts differs, from 0 to 1. */
export function shareChanged(one: string, other: string): number {
  if (isSameText(one, other)) return 0;
  if (one === "" || other === "") return 1;
  const read = (print: string): Set<number> => new Set(print.split(" ").slice(1).map((part) => Number.parseInt(part, 36)));
  const [before, after] = [read(one), read(other)];
  const union = [...new Set([...before, ...after])].sort((a, b) => a - b);
  // Above the largest number of a full print, it says nothing of what its text holds.
  const reach = Math.min(before.size < KEPT ? Number.POSITIVE_INFINITY : Math.max(...before), after.size < KEPT ? Number.POSITIVE_INFINITY : Math.max(...after));
  const compared = union.filter((number) => number <= reach);
  const common = compared.filter((number) => before.has(number) && after.has(number)).length;
  return compared.length === 0 ? 1 : 1 - common / compared.length;
}
