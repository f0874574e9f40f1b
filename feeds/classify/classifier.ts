/** What a text is about. Pure: made once from the lists, then asked for each item. */
import type { ClassifyTables } from "../../src/sources/classify-tables.ts";
import type { Classification } from "../../src/sources/document.ts";
import { findCountries } from "./countries.ts";
import { findKind } from "./kinds.ts";
import { createMarker, type FindMarks } from "./marks.ts";
import { findMechanisms } from "./mechanisms.ts";
import { judgeRelevance, weighSenses } from "./relevance.ts";

/** Where these are spoken of, an arrest or a ban is no violation. */
const NO_VIOLATION = ["seizure", "sport", "medicine", "celebrity", "science"] as const;

/** `language`: as its source says; it need not be true. */
export type ClassifiedText = { language?: string; title: string; summary: string; content?: string };
export type Classify = (item: ClassifiedText) => Classification;

export function createClassifier(tables: ClassifyTables): Classify {
  const findMarks: FindMarks = createMarker(tables);
  return (item) => {
    const { language, parts } = findMarks(item);
    const states = findCountries(parts);
    const bodies = findMechanisms(parts);
    const senses = weighSenses(parts);
    const foreign = NO_VIOLATION.reduce((sum, sense) => sum + senses.of(sense, 3), 0);
    // What it is decides a little whether it is of our field, and the other way round: the words of the field come first.
    const inField = judgeRelevance(senses, bodies.mechanisms, "other", false).relevant;
    const kind = findKind(parts, bodies.mechanisms, { foreign, inField, force: senses.of("penal", 2) + senses.of("death", 2) });
    const relevance = judgeRelevance(senses, bodies.mechanisms, kind.kind, states.countries.length === 0);
    const why = [...relevance.why];
    if (states.words.length > 0) why.push({ reason: "states", words: states.words.join(", ") });
    if (bodies.words.length > 0) why.push({ reason: "bodies", words: bodies.words.join(", ") });
    if (kind.kind !== "other") why.push({ reason: `kind_${kind.kind}`, words: kind.words.join(", ") });
    return { language, relevant: relevance.relevant, countries: states.countries, mechanisms: bodies.mechanisms, topics: relevance.topics, kind: kind.kind, why };
  };
}
