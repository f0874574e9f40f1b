/** Organisations act, not people. A name is kept exactly as written, and compared by a key so that each is counted once. */

/** Forms of company and association that some write after the name and some do not. */
const LEGAL_FORMS = new Set(["inc", "ltd", "llc", "gmbh", "ggmbh", "ev", "asbl", "vzw", "aisbl", "npo", "cic"]);

/**
 * The same key for the same organisation, whatever the case, accents, punctuation or legal form: "Réd UD, e.V." and "red ud" are
 * one. Only accents of alphabets are dropped: in Hindi or Thai such marks are vowels, and without them names would fall together.
 * Empty when the text has no letter or number.
 */
export function organisationKey(name: string): string {
  const words = name
    .normalize("NFKD")
    // Combining accents, Arabic vowel marks and the Arabic lengthening stroke.
    .replace(/[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[ىی]/g, "ي")
    .replace(/ک/g, "ك")
    // Dots and apostrophes stand inside words: "e.V.", "A.N.P.U.D.", "l'Asud".
    .replace(/[.'’ʼ`´]/g, "")
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")
    .trim()
    .split(" ");
  while (words.length > 1 && LEGAL_FORMS.has(words[words.length - 1] ?? "")) words.pop();
  return words.join(" ");
}
