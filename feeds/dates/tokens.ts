/** A text as words, numbers and marks, folded so that one spelling in the lists finds all: no case, no accents, one form of each Arabic letter, Latin digits. */

export type Token = {
  kind: "word" | "number" | "mark";
  /** Folded. */
  text: string;
  /** Folded, and what is left of an Arabic word without what is written together with it ("and", "by", "the"). */
  forms: readonly string[];
  /** Of a number of at most four digits; else NaN. */
  value: number;
  /** Where it stands in the text as given: UTF-16 units. */
  from: number;
  until: number;
  /** Nothing stands between it and the token before. */
  glued: boolean;
  /** Line ends before it: 2 stands for two or more. */
  breaks: 0 | 1 | 2;
  isCapital: boolean;
  isShout: boolean;
};

const PIECES = /<\/?[a-z][^<>]{0,300}>|&(?:nbsp|ensp|emsp|thinsp|#160|#xa0);|\b[ap]\.\s?m\b\.?|[\p{L}\p{M}\u0640][\p{L}\p{M}\u0640\u00AD\u200C\u200D]*|\p{Nd}+|\n|[^\s\p{Cf}]/giu;
const LINE_TAG = /^<\/?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|section|article|dt|dd|blockquote)\b/i;
const ASCII = /^[\x20-\x7f]*$/;
const ARABIC = /[\u0620-\u064A]/;
const ARABIC_SAME: Readonly<Record<string, string>> = { "ٱ": "ا", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك" };
const folded = new Map<string, string>();

/** One letter or digit without case, accents and marks. Decomposing also takes the hamza off alef, waw and ya. */
function foldLetter(letter: string): string {
  const known = folded.get(letter);
  if (known !== undefined) return known;
  const plain = letter.normalize("NFKD").replace(/[\p{M}\u0640\u00AD\u200C\u200D]/gu, "").toLowerCase();
  const digit = /\p{Nd}/u.test(plain) ? String(digitOf(plain)) : plain;
  const result = ARABIC_SAME[digit] ?? digit;
  // All of Unicode would fit; a text in many scripts at once must not make it grow without end.
  if (folded.size < 5000) folded.set(letter, result);
  return result;
}

/** Digits of every script stand in runs of ten, and zero begins each run at a multiple of ten after its first letter. */
function digitOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}

export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let result = "";
  for (const letter of text) result += foldLetter(letter);
  return result;
}

/** `text` is folded. The last forms are the shortest. */
function formsOf(text: string): readonly string[] {
  if (!ARABIC.test(text) || text.length < 3) return [text];
  const forms = new Set([text]);
  let rest = text;
  const take = (next: string): void => {
    if (next.length < 2) return;
    rest = next;
    forms.add(next);
  };
  if (/^[وف]/.test(rest) && rest.length > 3) take(rest.slice(1));
  if (/^[بلك]/.test(rest) && rest.length > 3 && !rest.startsWith("لل")) forms.add(rest.slice(1));
  if (rest.startsWith("لل")) take(rest.slice(2));
  else if (/^[بكل]?ال/.test(rest) && rest.length > 4) take(rest.replace(/^[بكل]?ال/, ""));
  return [...forms];
}

const isWord = (piece: string): boolean => /^[\p{L}\p{M}\u0640]/u.test(piece);

export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let breaks = 0;
  let end = -1;
  for (const match of text.matchAll(PIECES)) {
    const piece = match[0];
    if (piece === "\n") {
      breaks += 1;
      continue;
    }
    // Markup that was left in a text: what makes a line there ends one here.
    if (piece.length > 2 && (piece.startsWith("<") || piece.startsWith("&"))) {
      if (LINE_TAG.test(piece)) breaks += 1;
      continue;
    }
    // The mark of a quoted mail.
    if (piece === ">" && (breaks > 0 || tokens.length === 0)) continue;
    const from = match.index;
    const until = from + piece.length;
    const common = { from, until, glued: from === end, breaks: breaks > 1 ? (2 as const) : breaks === 1 ? (1 as const) : (0 as const) };
    breaks = 0;
    end = until;
    if (/^\p{Nd}/u.test(piece)) {
      const digits = piece.length > 4 ? "" : fold(piece);
      tokens.push({ ...common, kind: "number", text: digits === "" ? "#" : digits, forms: [], value: digits === "" ? Number.NaN : Number(digits), isCapital: false, isShout: false });
    } else if (isWord(piece)) {
      const plain = fold(/^[ap]\./i.test(piece) ? `${piece.charAt(0)}m` : piece.slice(0, 60));
      const isCapital = /^\p{Lu}/u.test(piece);
      tokens.push({ ...common, kind: "word", text: plain, forms: formsOf(plain), value: Number.NaN, isCapital, isShout: isCapital && piece.length > 1 && piece === piece.toUpperCase() });
    } else {
      tokens.push({ ...common, kind: "mark", text: piece, forms: [], value: Number.NaN, isCapital: false, isShout: false });
    }
  }
  return joinWords(tokens);
}

/** Takes out what only ties words together: `sign-up`, `l'appel`, `jusqu’au`. Between digits the same marks mean something. */
function joinWords(tokens: readonly Token[]): Token[] {
  return tokens.filter((token, index) => {
    if (token.kind !== "mark" || !token.glued || !/^['’ʼ`´‐‑-]$/.test(token.text)) return true;
    const next = tokens[index + 1];
    return !(tokens[index - 1]?.kind === "word" && next?.kind === "word" && next.glued);
  });
}
