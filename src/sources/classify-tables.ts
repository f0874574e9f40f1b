/** The word lists that a classifier is made from: plain data, as `data/` holds it. How words are written in them: see `phrases.ts`. */
import type { ItemKind } from "./document.ts";

/** What a word of our field says of a text that holds it. */
export const SENSES = [
  /** Enough by itself: harm reduction, needle exchange, drug policy. */
  "field",
  /** A drug, or drugs as such; nothing by itself. */
  "drug",
  /** May speak of drugs, and of much else: grams, syringes, users. */
  "hint",
  /** People of whom we speak where HIV, hepatitis or prison is the matter: sex workers, people in prison. */
  "people",
  /** HIV, viral hepatitis, tuberculosis. */
  "hiv",
  /** Services, treatment, prevention. */
  "care",
  /** Law, policy, votes, reform. */
  "law",
  /** Rights, and what denies them: discrimination, stigma, torture, arbitrary arrest. */
  "rights",
  /** What a State does to people: arrest, sentence, prison, raid. */
  "penal",
  /** Death penalty and killings. */
  "death",
  /** Prison and other closed places. */
  "prison",
  /** A subject on which this community answers calls, though it is not about drugs. */
  "stake",
] as const;
export type Sense = (typeof SENSES)[number];

/** What speaks against our field. */
export const FOREIGN_SENSES = [
  /** Drugs as medicine. */
  "medicine",
  "sport",
  /** Drugs found and taken away. */
  "seizure",
  /** Laboratory and trial. */
  "science",
  "crime",
  "celebrity",
  /** Other news. */
  "elsewhere",
  /** Says nothing, and keeps the words within it from saying something: "guinea pig". */
  "nothing",
] as const;
export type ForeignSense = (typeof FOREIGN_SENSES)[number];

type Words = { languages: readonly string[]; words: readonly string[] };

export type PlaceWords = Words & {
  /** "" keeps the words from naming a State: "New Mexico". */
  iso3: string;
  /** `people`: names those who come from there, so it says less about the State than its name does. */
  sort: "name" | "city" | "people";
  /** Any of these in the text takes the meaning away. */
  unless: readonly string[];
};
export type MechanismWords = Words & { mechanism: string };
export type TopicWords = Words & { key: string; sense: Sense; topics: readonly string[] };
export type ForeignWords = Words & { sense: ForeignSense };
/** `wrong`: to whom, or what makes an act a violation. `event`, `person`, `tongue` are no kinds: they keep a place's name from naming a State. `sure`: says it wherever it stands; `likely`: needs no other; `weak`: only beside another. */
export type KindWords = Words & { kind: ItemKind | "not-call" | "wrong" | "event" | "person" | "tongue"; strength: "certain" | "sure" | "likely" | "weak" };

export type ClassifyTables = {
  places: readonly PlaceWords[];
  mechanisms: readonly MechanismWords[];
  topics: readonly TopicWords[];
  foreign: readonly ForeignWords[];
  kinds: readonly KindWords[];
  /** The commonest words of each language. */
  common: readonly { language: string; words: readonly string[] }[];
};
