/** What a person gets to see of blocks, and whether it has all the words of a text. */

type Found = { texts: string[]; links: string[]; lines: string[]; signs: boolean[] };

/** Everything shown, in order: texts and fallbacks, the addresses of links, the lines behind buttons and menus, and whether each plain text may turn `:names:` into pictures. */
export function readShown(blocks: unknown): Found {
  const found: Found = { texts: [], links: [], lines: [], signs: [] };
  collect(blocks, found);
  return found;
}

function collect(value: unknown, found: Found): void {
  if (Array.isArray(value)) for (const item of value) collect(item, found);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const { type, ...rest } = value as Record<string, unknown>; // an object, and no list
  if (type === "plain_text") found.signs.push(rest["emoji"] !== false);
  for (const [key, inner] of Object.entries(rest)) {
    if (typeof inner === "string") {
      if (key === "text" || key === "fallback" || key === "alt_text") found.texts.push(inner);
      if (key === "url" || key === "image_url") found.links.push(inner);
      if (key === "value") found.lines.push(inner);
    } else collect(inner, found);
  }
}

/** What nobody sees may differ between two ways to show a text: white space, joiners, marks of direction. Half letters are shown as the sign for an unknown one. */
export function fold(text: string): string {
  return text.toWellFormed().normalize("NFC").replace(/[\s\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0]/gu, "");
}

/** A word too long for one block stands in pieces, one behind the other, and none but the last smaller than this. */
const PIECE = 300;

/** The words of `text` that `shown` (already folded) does not have. */
export function missingWords(text: string, shown: string): string[] {
  const words = new Set(text.split(/[\s\p{Cc}]+/u).map(fold));
  return [...words].filter((word) => !isShown(word, shown));
}

function isShown(word: string, shown: string): boolean {
  let rest = word;
  let from = 0;
  while (rest.length > PIECE) {
    const at = shown.indexOf(rest.slice(0, PIECE), from);
    if (at === -1) return false;
    let length = PIECE;
    while (length < rest.length && rest[length] === shown[at + length]) length += 1;
    rest = rest.slice(length);
    from = at + length;
  }
  return shown.includes(rest, from);
}
