/** Every list in one index, and what of it a text holds. */
import { foldWord } from "../../src/names.ts";
import type { ClassifyTables, ForeignWords, KindWords, MechanismWords, PlaceWords, TopicWords } from "../../src/sources/classify-tables.ts";
import { gatherCommonWords, recogniseLanguage, type LanguageWords } from "./language.ts";
import { PhraseIndex, withoutCovered, type Found } from "./phrases.ts";
import { splitWords, type Word } from "./words.ts";

type Mark =
  | { table: "place"; row: PlaceWords }
  | { table: "mechanism"; row: MechanismWords }
  | { table: "topic"; row: TopicWords }
  | { table: "foreign"; row: ForeignWords }
  | { table: "kind"; row: KindWords };

/** One stretch of text and how much what it says is worth. */
export type Part = {
  name: "title" | "summary" | "content";
  weight: number;
  words: readonly Word[];
  places: readonly Found<PlaceWords>[];
  mechanisms: readonly Found<MechanismWords>[];
  topics: readonly Found<TopicWords>[];
  foreign: readonly Found<ForeignWords>[];
  kinds: readonly Found<KindWords>[];
};
export type Marks = { language: string; parts: readonly Part[] };
export type FindMarks = (item: { language?: string; title: string; summary: string; content?: string }) => Marks;

/** What is longer is not looked at: a text says early what it is about. Letters, and words. */
const LIMITS = { title: [2_000, 120], summary: [12_000, 500], content: [24_000, 500] } as const;
const WEIGHTS = { title: 2, summary: 1, content: 0.5 } as const;
/** They say nothing of the kind, so they hide nothing that does. */
const BESIDE: ReadonlySet<KindWords["kind"]> = new Set(["event", "person", "tongue"]);
/** Names of States in English stand in texts of every language. */
const EVERYWHERE = "en";

export function createMarker(tables: ClassifyTables): FindMarks {
  const index = new PhraseIndex<Mark>();
  const add = <Row extends { words: readonly string[] }>(rows: readonly Row[], markOf: (row: Row) => Mark): void => {
    for (const row of rows) {
      const mark = markOf(row);
      for (const word of row.words) index.add(word, mark);
    }
  };
  add(tables.places, (row) => ({ table: "place", row }));
  add(tables.mechanisms, (row) => ({ table: "mechanism", row }));
  add(tables.topics, (row) => ({ table: "topic", row }));
  add(tables.foreign, (row) => ({ table: "foreign", row }));
  add(tables.kinds, (row) => ({ table: "kind", row }));
  const common = gatherCommonWords(tables.common, foldWord);
  return (item) => {
    const cut = (name: Part["name"], text: string): readonly Word[] => splitWords(text.slice(0, LIMITS[name][0]), LIMITS[name][1]);
    const texts = [
      ["title", cut("title", item.title)],
      ["summary", cut("summary", item.summary)],
      // Many feeds give the same text twice.
      ["content", item.content === undefined || item.content === item.summary ? [] : cut("content", item.content)],
    ] as const;
    const language = recogniseLanguage(texts.flatMap(([, words]) => words), common, item.language ?? "");
    const parts = texts.filter(([, words]) => words.length > 0).map(([name, words]) => readPart(index, name, words, languagesOf(words, language, common)));
    return { language, parts };
  };
}

/** A title may be in another language than the text. */
function languagesOf(words: readonly Word[], language: string, common: LanguageWords): ReadonlySet<string> {
  return new Set([language === "" ? EVERYWHERE : language, recogniseLanguage(words, common, language)]);
}

function readPart(index: PhraseIndex<Mark>, name: Part["name"], words: readonly Word[], languages: ReadonlySet<string>): Part {
  const places: Found<PlaceWords>[] = [];
  const mechanisms: Found<MechanismWords>[] = [];
  const kinds: Found<KindWords>[] = [];
  const beside: Found<KindWords>[] = [];
  // These hide one another: "drug prices" keeps "drug" from counting.
  const meanings: Found<{ topic: TopicWords } | { foreign: ForeignWords }>[] = [];
  for (const { value: mark, from, until, loose } of index.find(words)) {
    const said = mark.row.languages.some((of) => languages.has(of));
    if (mark.table === "mechanism") mechanisms.push({ value: mark.row, from, until, loose });
    else if (mark.table === "place") {
      if (said || mark.row.languages.includes(EVERYWHERE)) places.push({ value: mark.row, from, until, loose });
    } else if (!said) continue;
    else if (mark.table === "kind") (BESIDE.has(mark.row.kind) ? beside : kinds).push({ value: mark.row, from, until, loose });
    else if (mark.table === "topic") meanings.push({ value: { topic: mark.row }, from, until, loose });
    else meanings.push({ value: { foreign: mark.row }, from, until, loose });
  }
  const topics: Found<TopicWords>[] = [];
  const foreign: Found<ForeignWords>[] = [];
  for (const { value, ...where } of withoutCovered(meanings)) {
    if ("topic" in value) topics.push({ value: value.topic, ...where });
    else foreign.push({ value: value.foreign, ...where });
  }
  return { name, weight: WEIGHTS[name], words, places: withoutCovered(places), mechanisms: withoutCovered(mechanisms), topics, foreign, kinds: [...withoutCovered(kinds), ...beside] };
}

/** As written. */
export function shownWords(part: Part, { from, until }: { from: number; until: number }): string {
  return part.words.slice(from, until).map((word) => word.shown).join(" ");
}

/** For counting a word once, however often it stands there. */
export function foldedWords(part: Part, { from, until }: { from: number; until: number }): string {
  return part.words.slice(from, until).map((word) => word.folded).join(" ");
}
