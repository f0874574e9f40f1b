/**
 * Finding thousands of phrases in one pass. How a phrase is written in the lists:
 * `drug*` any ending; `...` up to three words between; a word in CAPITALS counts in capitals only, and one that begins with a capital only
 * when the text has one too; `=word` is taken letter by letter, without what Arabic glues to it; `word:` stands before a colon or a dash.
 */
import { foldWord } from "../../src/names.ts";
import type { LetterCase, Word } from "./words.ts";

type Needed = "any" | "first" | "capitals";
type Entry<T> = { value: T; needed: readonly Needed[]; literal: boolean; gap: boolean; colon: boolean };
/** Most nodes have one way on, and tens of thousands are made when the program starts: what is not needed is not made. */
type Node<T> = { exact: Map<string, Node<T>> | null; begun: Map<string, Node<T>> | null; shortest: number; gap: Node<T> | null; entries: Entry<T>[] | null };

/** `from` and `until` count words; `loose`: words that are none of the phrase's may stand between. */
export type Found<T> = { value: T; from: number; until: number; loose: boolean };

const MOST_BETWEEN = 3;
/** What is remembered of words seen before; natural texts repeat theirs. */
const MOST_REMEMBERED = 20_000;
const PIECE = /[\p{L}\p{M}\p{N}]+\*?|\.\.\./gu;

function createNode<T>(): Node<T> {
  return { exact: null, begun: null, shortest: 1_000, gap: null, entries: null };
}

function neededCase(written: string): Needed {
  const letters = written.replace("*", "");
  if (letters === letters.toLowerCase()) return "any";
  return letters.length > 1 && letters === letters.toUpperCase() ? "capitals" : "first";
}

function suits(letters: LetterCase, needed: Needed, length: number): boolean {
  if (needed === "any") return true;
  if (letters === "plain") return needed === "first" || length > 2;
  return needed === "capitals" ? letters === "capitals" : letters !== "lower";
}

/** As `splitWords` sees it. */
function piecesOf(phrase: string): string[] {
  const plain = phrase.includes(".") ? phrase.replace(/(?:\p{L}\.){2,}/gu, (dotted) => dotted.replaceAll(".", "")) : phrase;
  return plain.match(PIECE) ?? [];
}

export class PhraseIndex<T> {
  readonly #root: Node<T> = createNode();
  readonly #first = new Map<string, Node<T>[]>();
  /** The lists hold the same words thousands of times. */
  readonly #folded = new Map<string, { folded: string; needed: Needed }>();

  /** A phrase without letters is passed over. */
  add(phrase: string, value: T): void {
    const literal = phrase.startsWith("=");
    const pieces = piecesOf(phrase);
    let node = this.#root;
    const needed: Needed[] = [];
    for (const piece of pieces) {
      if (piece === "...") {
        node.gap ??= createNode();
        node = node.gap;
        continue;
      }
      const open = piece.endsWith("*");
      const known = this.#readPiece(piece);
      // The text's word loses its article too, so either finds the other.
      const folded = !literal && known.folded.length > 4 && known.folded.startsWith("ال") ? known.folded.slice(2) : known.folded;
      needed.push(known.needed);
      const next: Map<string, Node<T>> = open ? (node.begun ??= new Map()) : (node.exact ??= new Map());
      let child = next.get(folded);
      if (child === undefined) next.set(folded, (child = createNode()));
      if (open) node.shortest = Math.min(node.shortest, folded.length);
      node = child;
    }
    if (needed.length > 0) (node.entries ??= []).push({ value, needed, literal, gap: pieces.includes("..."), colon: phrase.endsWith(":") });
  }

  #readPiece(piece: string): { folded: string; needed: Needed } {
    let known = this.#folded.get(piece);
    if (known === undefined) {
      known = { folded: foldWord(piece.replace("*", "")), needed: neededCase(piece) };
      this.#folded.set(piece, known);
    }
    return known;
  }

  /** Every phrase at every place, shorter ones within longer ones included. */
  find(words: readonly Word[]): Found<T>[] {
    const found: Found<T>[] = [];
    for (let from = 0; from < words.length; from += 1) {
      const word = words[from];
      if (word === undefined) continue;
      for (const node of this.#begin(word)) this.#walk(node, words, from, from + 1, found);
    }
    return found;
  }

  #begin(word: Word): Node<T>[] {
    const known = this.#first.get(word.folded);
    if (known !== undefined) return known;
    const nodes = nextNodes(this.#root, word);
    if (this.#first.size >= MOST_REMEMBERED) this.#first.clear();
    this.#first.set(word.folded, nodes);
    return nodes;
  }

  #walk(node: Node<T>, words: readonly Word[], from: number, at: number, found: Found<T>[]): void {
    for (const entry of node.entries ?? []) {
      if (fits(entry, words, from, at)) found.push({ value: entry.value, from, until: at, loose: entry.gap });
    }
    const word = words[at];
    if (word === undefined || word.begins) return;
    for (const next of nextNodes(node, word)) this.#walk(next, words, from, at + 1, found);
    if (node.gap === null) return;
    for (let skipped = 0; skipped <= MOST_BETWEEN; skipped += 1) {
      const later = words[at + skipped];
      if (later === undefined || later.begins) return;
      for (const next of nextNodes(node.gap, later)) this.#walk(next, words, from, at + skipped + 1, found);
    }
  }
}

function nextNodes<T>(node: Node<T>, word: Word): Node<T>[] {
  const { exact, begun } = node;
  const nodes: Node<T>[] = [];
  if (exact === null && begun === null) return nodes;
  const take = (form: string): void => {
    const whole = exact?.get(form);
    if (whole !== undefined) nodes.push(whole);
    if (begun === null) return;
    for (let length = node.shortest; length <= form.length; length += 1) {
      const part = begun.get(form.slice(0, length));
      if (part !== undefined) nodes.push(part);
    }
  };
  take(word.folded);
  for (const form of word.others) take(form);
  return nodes;
}

/** Letters are looked at in the first and the last word; a phrase with words between has its last word where it ends too. */
function fits<T>(entry: Entry<T>, words: readonly Word[], from: number, until: number): boolean {
  const first = words[from];
  const last = words[until - 1];
  if (first === undefined || last === undefined) return false;
  const begin = entry.needed[0] ?? "any";
  const end = entry.needed.at(-1) ?? "any";
  if (entry.literal && !isLiteral(first)) return false;
  if (entry.colon && words[until]?.afterColon !== true) return false;
  return suits(first.letters, begin, first.folded.length) && suits(last.letters, end, last.folded.length);
}

/** Written without an article: with it, the word is another one ("المالي" is "financial", "مالي" is Mali). */
function isLiteral(word: Word): boolean {
  return !/^[وف]?[بك]?ال/.test(word.folded) && !/^[وف]?لل/.test(word.folded);
}

/** Without those that lie within a longer one. Of two alike, both stay. */
export function withoutCovered<T>(found: readonly Found<T>[]): Found<T>[] {
  const firm = found.filter((one) => !one.loose).sort((one, other) => one.from - other.from || other.until - one.until);
  const kept = new Set<Found<T>>();
  let reach: Found<T> | undefined;
  for (const one of firm) {
    // `firm` is in order of beginnings, so whatever covers this one has been seen, and the furthest reaching is enough to know.
    if (reach !== undefined && one.until <= reach.until && one.until - one.from < reach.until - reach.from) continue;
    kept.add(one);
    if (reach === undefined || one.until > reach.until) reach = one;
  }
  return found.filter((one) => one.loose || kept.has(one));
}
