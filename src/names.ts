/** Finding known names in what people type: case, accents, hyphens and vowel marks do not matter, a near miss is offered back. */

/** Articles that people put before a name; skipped only when the name is not known with them. */
const ARTICLES = new Set(["the", "la", "le", "les", "los", "las", "el", "l", "o", "a", "os", "as"]);
/** More letters than any name has. What is longer is not looked at. */
const LONGEST_NAME = 160;
const NEAR_LIMIT = 4;
/** Codes of two letters that are ordinary words in one of the six languages: they count in capitals only. */
const ORDINARY_WORDS = new Set(["in", "it", "no", "is", "to", "so", "as", "at", "be", "by", "me", "my", "am", "do", "de", "la", "es", "se", "si", "ma", "ne", "et", "il", "na", "mu"]);

/**
 * The form in which names are compared. Marks go (so ё is е, é is e, and Arabic loses its vowels and the hamza on alef), alef
 * maqsura is ya, ta marbuta is ha; what separates words is one space, and dots vanish, so that "U.S.A." is "usa".
 */
export function foldName(text: string): string {
  const short = text.slice(0, LONGEST_NAME * 2);
  return /^[A-Za-z0-9 ]*$/.test(short) ? short.toLowerCase().replace(/ {2,}/g, " ").trim() : foldWord(short).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** Case, accents and marks go; ё is е; Arabic loses vowels and the hamza on alef, alef maqsura is ya, ta marbuta is ha. Signs between words stay. */
export function foldWord(word: string): string {
  const lower = word.toLowerCase();
  // Most words are plain; taking letters apart costs more than all the rest.
  if (/^[a-z0-9]*$/.test(lower)) return lower;
  return lower
    .normalize("NFKD")
    .replace(/[\p{M}\u0640.]/gu, "")
    // Once more: taking a letter apart can give a capital, as in "№".
    .toLowerCase()
    .replace(/[\u0649\u0629ıłœ]/g, (letter) => ALIKE[letter] ?? letter);
}

/** Letters that have no parts and are written for others. */
const ALIKE: Readonly<Record<string, string>> = { "\u0649": "\u064a", "\u0629": "\u0647", ı: "i", ł: "l", œ: "oe" };

/** How many letters must be added, dropped, changed or swapped with a neighbour, or `limit + 1` when it is more than `limit`. */
export function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? limit + 1;
}

export type Candidate<T = unknown> = { folded: string; display: string; value: T };
/** How a thing is offered back: `matched` is the name of it that was nearest. */
export type Offer<T> = (value: T, matched: string) => string;

/** The displays nearest to a folded text: those it begins, then those a slip away; one for each value, at most four. */
export function nearestNames(folded: string, candidates: Iterable<Candidate>): string[] {
  return nearestCandidates(folded, candidates).map(({ display }) => display);
}

function nearestCandidates<T>(folded: string, candidates: Iterable<Candidate<T>>): { value: T; display: string }[] {
  const limit = folded.length < 4 ? 0 : Math.max(1, Math.floor(folded.length / 4));
  const nearest = new Map<T, { value: T; display: string; distance: number }>();
  for (const { folded: name, display, value } of candidates) {
    const begins = folded.length >= 3 && name.startsWith(folded);
    const distance = begins ? 0.5 : limit === 0 ? 1 : editDistance(folded, name, limit);
    if (!begins && distance > limit) continue;
    const known = nearest.get(value);
    if (known === undefined || distance < known.distance) nearest.set(value, { value, display, distance });
  }
  return [...nearest.values()]
    .sort((one, other) => one.distance - other.distance || one.display.length - other.display.length)
    .slice(0, NEAR_LIMIT);
}

type Entry<T> = { values: Set<T>; rank: number };

/** Names of things of one sort. Filled once, then only asked. */
export class NameIndex<T> {
  readonly #byName = new Map<string, Entry<T>>();
  readonly #byCode = new Map<string, T>();
  /** Prefixes by how many words they have. */
  readonly #prefixes = new Map<number, { prefix: string; value: T }[]>();
  readonly #candidates: Candidate<T>[] = [];
  readonly #displayOf: (value: T) => string;
  #mostWords = 1;

  /** `displayOf` names a value when two things share a name and the person must choose. */
  constructor(displayOf: (value: T) => string) {
    this.#displayOf = displayOf;
  }

  /**
   * The lower `rank` wins where two things share a name; equal ranks make it ambiguous. A name that ends in `*` is a prefix.
   * `offered` names may come back as "did you mean".
   */
  add(name: string, value: T, rank: number, offered = true): void {
    const folded = foldName(name);
    if (folded === "") return;
    const words = folded.split(" ").length;
    this.#mostWords = Math.max(this.#mostWords, words);
    if (name.trimEnd().endsWith("*")) {
      const prefixes = this.#prefixes.get(words) ?? [];
      prefixes.push({ prefix: folded, value });
      this.#prefixes.set(words, prefixes);
      return;
    }
    const known = this.#byName.get(folded);
    if (known === undefined || rank < known.rank) this.#byName.set(folded, { values: new Set([value]), rank });
    else if (rank === known.rank) known.values.add(value);
    if (offered) this.#candidates.push({ folded, display: name, value });
  }

  /** A code is also an ordinary word in some language: it counts in capitals, or as the only word there is. */
  addCode(code: string, value: T): void {
    if (!this.#byCode.has(code)) this.#byCode.set(code, value);
  }

  /** Names of several things, for tests of the data. */
  ambiguous(): string[] {
    return [...this.#byName].filter(([, entry]) => entry.values.size > 1).map(([name]) => name);
  }

  /** `offer` says what is near in another way than the name that was near, as long as that leads back to the same thing. */
  find(words: readonly string[], offer?: Offer<T>): { value: T; used: number } | { near: string[] } {
    const found = this.#findRun(words, offer);
    if (found !== undefined) return found;
    if (words.length > 1 && ARTICLES.has(foldName(words[0] ?? ""))) {
      const after = this.#findRun(words.slice(1), offer);
      if (after !== undefined) return "value" in after ? { value: after.value, used: after.used + 1 } : after;
    }
    return { near: this.#near(words, offer) };
  }

  #findRun(words: readonly string[], offer: Offer<T> | undefined): { value: T; used: number } | { near: string[] } | undefined {
    for (let used = Math.min(words.length, this.#mostWords); used > 0; used -= 1) {
      const typed = words.slice(0, used).join(" ");
      if (typed.length > LONGEST_NAME * 2) continue;
      const folded = foldName(typed);
      if (folded === "") continue;
      if (used === 1) {
        const code = this.#byCode.get(typed);
        if (code !== undefined) return { value: code, used };
      }
      const entry = this.#byName.get(folded);
      if (entry !== undefined) {
        const [value] = entry.values;
        if (entry.values.size === 1 && value !== undefined) return { value, used };
        return { near: [...entry.values].map((each) => this.#offered(each, this.#displayOf(each), offer)).slice(0, NEAR_LIMIT) };
      }
      const prefix = this.#prefixes.get(folded.split(" ").length)?.find((candidate) => folded.startsWith(candidate.prefix));
      if (prefix !== undefined) return { value: prefix.value, used };
    }
    const word = words.length === 1 ? (words[0] ?? "") : "";
    const only = ORDINARY_WORDS.has(word.toLowerCase()) ? undefined : this.#byCode.get(word.toUpperCase());
    return only === undefined ? undefined : { value: only, used: 1 };
  }

  #offered(value: T, matched: string, offer: Offer<T> | undefined): string {
    const name = offer?.(value, matched) ?? matched;
    const known = this.#byName.get(foldName(name))?.values;
    return known?.size === 1 && known.has(value) ? name : matched;
  }

  #near(words: readonly string[], offer: Offer<T> | undefined): string[] {
    for (const count of [Math.min(words.length, 8), 2, 1]) {
      if (words.length < count) continue;
      const folded = foldName(words.slice(0, count).join(" "));
      if (folded === "" || folded.length > LONGEST_NAME) continue;
      const near = nearestCandidates(folded, this.#candidates);
      if (near.length > 0) return near.map(({ value, display }) => this.#offered(value, display, offer));
    }
    return [];
  }

  /** Things with a name, or a word of a name, that begins as `text` does; the shortest names first. */
  startingWith(text: string, limit: number): { value: T; display: string }[] {
    const folded = foldName(text);
    const found = new Map<T, { value: T; display: string; later: boolean }>();
    for (const { folded: name, display, value } of this.#candidates) {
      const later = !name.startsWith(folded);
      if (later && !name.includes(` ${folded}`)) continue;
      const known = found.get(value);
      if (known === undefined || (known.later && !later)) found.set(value, { value, display, later });
    }
    return [...found.values()]
      .sort((one, other) => Number(one.later) - Number(other.later) || one.display.length - other.display.length)
      .slice(0, limit)
      .map(({ value, display }) => ({ value, display }));
  }
}
