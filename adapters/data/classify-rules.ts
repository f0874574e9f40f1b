/**
 * The word lists of `data/` by which texts are classified, read and checked. States come with their names from `countries.csv` and npm
 * `i18n-iso-countries`; capitals and English and French words for their people from npm `world-countries` (ODbL: read when it runs, not copied).
 */
import worldCountries from "world-countries/countries.json" with { type: "json" };
import { z } from "zod";
import { LANGUAGES } from "../../src/message.ts";
import { foldWord } from "../../src/names.ts";
import { FOREIGN_SENSES, SENSES, type ClassifyTables, type PlaceWords } from "../../src/sources/classify-tables.ts";
import { ITEM_KINDS } from "../../src/sources/document.ts";
import { readCountries } from "./countries.ts";
import { readRows, splitCell } from "./rows.ts";

const text = z.string();
const language = z.enum(LANGUAGES);
const languages = z
  .string()
  .transform((cell) => splitCell(cell, " "))
  .pipe(z.array(language).min(1));
const words = z
  .string()
  .transform((cell) => splitCell(cell, ";"))
  .pipe(z.array(z.string().regex(/\p{L}/u, "a word has letters")).min(1));
const list = z.string().transform((cell) => splitCell(cell, ";"));

export const placeRow = z.object({ iso3: z.union([z.literal(""), text.regex(/^[A-Z]{3}$/)]), sort: z.enum(["name", "city", "people", "never"]), language: languages, words, unless: list });
export const mechanismRow = z.object({ mechanism: text.regex(/^[a-z-]+$/), language: languages, words });
export const bodyRow = z.object({ names_id: text.min(1), mechanism: text.regex(/^[a-z-]*$/) });
export const topicRow = z.object({ key: text.regex(/^[a-z0-9-]+$/), sense: z.enum(SENSES), topics: list, language: languages, words });
export const foreignRow = z.object({ sense: z.enum(FOREIGN_SENSES), language: languages, words });
export const kindRow = z.object({ kind: z.enum([...ITEM_KINDS, "not-call", "wrong", "event", "person", "tongue"]), strength: z.enum(["certain", "sure", "likely", "weak"]), language: languages, words });
export const commonRow = z.object({ language, words });
const nameRow = z.object({ id: text.min(1), language, name: text.min(1), short: text, aliases: list });

const people = z.object({ f: text, m: text });
const written = z.object({ common: text, official: text });
/** Only what is used of what the package holds. */
const worldRow = z.object({
  cca3: text,
  name: written,
  capital: z.array(text),
  demonyms: z.object({ eng: people.optional(), fra: people.optional() }),
  translations: z.object({ fra: written.optional(), spa: written.optional(), por: written.optional(), rus: written.optional(), ara: written.optional() }),
});
/** Spoken of as States are, though the directory has no row for them. */
const BESIDE_STATES = ["XKX", "TWN"];
const TRANSLATED = [["fra", "fr"], ["spa", "es"], ["por", "pt"], ["rus", "ru"], ["ara", "ar"]] as const;

/** Throws an Error that names file, line and column of what is wrong. */
export function readClassifyTables(folder: string): ClassifyTables {
  const rows = readRows(folder, "place-words.csv", placeRow);
  const own = rows.flatMap(({ sort, language: of, ...row }) => (sort === "never" ? [] : [{ ...row, sort, languages: of }]));
  // A name that the list gives with a condition, or never by itself, would otherwise count without it.
  const conditional = new Set(rows.filter((row) => row.unless.length > 0 || row.sort === "never").flatMap((row) => row.words.map((word) => `${row.iso3} ${word}`)));
  const ofDirectory = placesOfDirectory(folder);
  const states = new Set([...ofDirectory.map((place) => place.iso3), ...BESIDE_STATES]);
  const known = [...ofDirectory, ...placesOfPackage().filter((place) => states.has(place.iso3))].map((place) => ({
    ...place,
    words: place.words.filter((word) => !conditional.has(`${place.iso3} ${word}`)),
  }));
  const ownMechanisms = readRows(folder, "mechanism-words.csv", mechanismRow).map((row) => ({ mechanism: row.mechanism, languages: row.language, words: row.words.map(inAnyCase) }));
  // What that list says of a name stands: `names.csv` files some names under a body that they do not mean by themselves.
  const settled = new Set(ownMechanisms.flatMap((row) => row.words.map(likeness)));
  const mechanismsOfNames = readNames(folder).map((row) => ({ ...row, words: row.words.filter((word) => !settled.has(likeness(word))).map(inAnyCase) }));
  return {
    places: [...known, ...own],
    mechanisms: [...mechanismsOfNames, ...ownMechanisms],
    topics: readRows(folder, "topic-words.csv", topicRow).map((row) => ({ key: row.key, sense: row.sense, topics: row.topics, languages: row.language, words: row.words })),
    foreign: readRows(folder, "not-relevant-words.csv", foreignRow).map((row) => ({ sense: row.sense, languages: row.language, words: row.words })),
    kinds: readRows(folder, "kind-words.csv", kindRow).map((row) => ({ kind: row.kind, strength: row.strength, languages: row.language, words: row.words })),
    common: readRows(folder, "common-words.csv", commonRow),
  };
}

/** Enough to find a name of one list in the other; only Arabic is spelt in several ways there. */
function likeness(name: string): string {
  return /[\u0600-\u06ff]/.test(name) ? foldWord(name) : name.toLowerCase();
}

/** A name of three words or more is known without its capitals; abbreviations in it keep theirs. */
function inAnyCase(name: string): string {
  const parts = name.split(" ");
  return parts.length < 3 ? name : parts.map((part) => (/^[^\p{Ll}]+$/u.test(part) ? part : part.toLowerCase())).join(" ");
}

/** Names with a part in brackets are of lists, not of texts. */
function isWritten(name: string): boolean {
  return name.length > 2 && !/[()]/.test(name);
}

function placesOfDirectory(folder: string): PlaceWords[] {
  return readCountries(folder, []).flatMap((country) => [
    ...LANGUAGES.map((of) => ({ iso3: country.iso3, sort: "name" as const, languages: [of], words: [country.names[of]].filter(isWritten), unless: [] })),
    // Other names come without their language; a script is all that tells them apart.
    { iso3: country.iso3, sort: "name" as const, languages: LANGUAGES, words: country.otherNames.filter((name) => isWritten(name) || /^[A-Z]{2,3}$/.test(name)), unless: [] },
  ]);
}

function placesOfPackage(): PlaceWords[] {
  return z.array(worldRow).parse(worldCountries).flatMap((row) => {
    // The package has codes of its own for Kosovo.
    const iso3 = row.cca3 === "UNK" ? "XKX" : row.cca3;
    const place = (sort: PlaceWords["sort"], of: readonly string[], found: readonly string[]): PlaceWords => ({ iso3, sort, languages: of, words: found.filter(isWritten), unless: [] });
    const places = [place("name", ["en"], [row.name.common, row.name.official]), place("city", LANGUAGES, row.capital)];
    for (const [code, of] of TRANSLATED) {
      const names = row.translations[code];
      if (names !== undefined) places.push(place("name", [of], [names.common, names.official]));
    }
    for (const [code, of] of [["eng", "en"], ["fra", "fr"]] as const) {
      const said = row.demonyms[code];
      if (said === undefined) continue;
      // French writes the adjective small; its four forms begin alike.
      const forms = of === "fr" ? [said.m, said.f].map((form) => `${form.toLowerCase()}*`) : [said.m, said.f, `${said.m}s`];
      places.push(place("people", [of], [...new Set(forms)]));
    }
    return places;
  });
}

function readNames(folder: string): ClassifyTables["mechanisms"] {
  const mechanismOf = new Map(readRows(folder, "classify-bodies.csv", bodyRow).map((row) => [row.names_id, row.mechanism]));
  return readRows(folder, "names.csv", nameRow).flatMap((row) => {
    const mechanism = mechanismOf.get(row.id);
    if (mechanism === undefined) throw new Error(`names.csv, ${row.id}: classify-bodies.csv has no row for it`);
    return mechanism === "" ? [] : [{ mechanism, languages: LANGUAGES, words: [row.name, row.short, ...row.aliases].filter((word) => word !== "") }];
  });
}
