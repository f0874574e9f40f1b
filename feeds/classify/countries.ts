/** Which States a text is about: those it names, but for the place where people meet and where an expert comes from. */
import { foldWord } from "../../src/names.ts";
import type { PlaceWords } from "../../src/sources/classify-tables.ts";
import { shownWords, type Part } from "./marks.ts";
import type { Found } from "./phrases.ts";

type Span = { from: number; until: number };
export type NamedStates = { countries: string[]; words: string[] };

const IN = new Set(["in", "at", "en", "a", "au", "aux", "em", "no", "na", "nos", "nas", "в", "во", "на", "في", "ب"]);
const INTO = new Set(["in", "into", "en", "em", "na", "на", "to", "au", "al", "ao"]);
const AND = new Set(["and", "or", "et", "ou", "y", "o", "e", "и", "или"]);
/** Where bodies sit, and a capital that stands for its State beside another one: "Washington and Beijing". */
const SEAT = /^(?:washington|вашингтон\p{L}*|و?واشنطن)$/u;
/** So far before a place stands what meets there. */
const NEAR = 9;

export function findCountries(parts: readonly Part[]): NamedStates {
  const named = new Map<string, string>();
  const folded = ` ${parts.flatMap((part) => part.words.map((word) => word.folded)).join(" ")} `;
  const early = parts.filter((part) => part.name !== "content");
  const take = (part: Part): void => {
    const said = part.places.filter((place) => isMeant(part, place, folded) && isChosen(parts, part, place));
    const others = new Set(said.filter((place) => !isVenue(part, place) && !isOfPerson(part, place)).map((place) => place.value.iso3));
    for (const place of said) {
      if (others.has(place.value.iso3) && !named.has(place.value.iso3)) named.set(place.value.iso3, shownWords(part, place));
    }
  };
  for (const part of early) take(part);
  if (named.size === 0) for (const part of parts) take(part);
  return { countries: [...named.keys()], words: [...named.values()] };
}

function isMeant(part: Part, place: Found<PlaceWords>, folded: string): boolean {
  if (place.value.iso3 === "") return false;
  // Words of the same length that name no State win.
  if (isTongue(part, place)) return false;
  if (part.places.some((other) => other.value.iso3 === "" && stand(other, place)) && !isJoinedCapital(part, place)) return false;
  return !place.value.unless.some((words) => holds(folded, words));
}

function stand(one: Span, other: Span): boolean {
  return one.from === other.from && one.until === other.until;
}

/** A name that two States share means the one that the text names elsewhere too, and else the State's own name or the first of the list. */
function isChosen(parts: readonly Part[], part: Part, place: Found<PlaceWords>): boolean {
  const sharers = part.places.filter((other) => other.value.iso3 !== "" && stand(other, place));
  if (sharers.every((other) => other.value.iso3 === place.value.iso3)) return true;
  const named = ({ value: { iso3 } }: Found<PlaceWords>): boolean =>
    parts.some((one) => one.places.some((other) => other.value.iso3 === iso3 && !one.places.some((sharer) => sharer.value.iso3 !== iso3 && stand(sharer, other))));
  const elsewhere = sharers.find(named);
  const chosen = elsewhere ?? sharers.find((other) => other.value.sort === "name") ?? sharers[0];
  return chosen?.value.iso3 === place.value.iso3;
}

/** Joined to a city of another State, and nothing is held there. */
function isJoinedCapital(part: Part, place: Found<PlaceWords>): boolean {
  if (!SEAT.test(part.words[place.from]?.folded ?? "")) return false;
  if (IN.has(part.words[place.from - 1]?.folded ?? "")) return false;
  const joined = (from: number, until: number): boolean => {
    const between = part.words[from];
    return until === from || (until === from + 1 && between !== undefined && AND.has(between.folded));
  };
  return part.places.some((other) => other.value.sort === "city" && other.value.iso3 !== "" && !stand(other, place) && (joined(place.until, other.from) || joined(other.until, place.from)));
}

/** "in English, French or Spanish": the word for a people is that for its language too. */
function isTongue(part: Part, place: Found<PlaceWords>): boolean {
  const tongues = part.kinds.filter((found) => found.value.kind === "tongue");
  if (!tongues.some((found) => found.from === place.from)) return false;
  const before = part.words[place.from - 1];
  const next = part.words[place.until];
  // "in Ukrainian prisons" is no language.
  const ends = next === undefined || next.begins || AND.has(next.folded);
  if (before !== undefined && INTO.has(before.folded) && ends) return true;
  return tongues.some((found) => found.from !== place.from && Math.abs(found.from - place.from) <= 2);
}

const foldedPhrases = new Map<string, string>();
/** `words` come from our own lists, so what is remembered is bounded. */
function holds(folded: string, words: string): boolean {
  let phrase = foldedPhrases.get(words);
  if (phrase === undefined) {
    phrase = ` ${words.replace("*", "").split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== "").map(foldWord).join(" ")}${words.endsWith("*") ? "" : " "}`;
    foldedPhrases.set(words, phrase);
  }
  return folded.includes(phrase);
}

/** "will be held in Bogotá, Colombia": after "in", with something that is held before it and nothing that is done to people. */
function isVenue(part: Part, place: Found<PlaceWords>): boolean {
  let at = place.from;
  // "in Bogotá, Colombia": the State stands behind its city.
  for (const other of part.places) if (other.until === at && other.value.iso3 === place.value.iso3) at = other.from;
  const before = part.words[at - 1];
  const glued = part.words[at]?.folded.startsWith("ب") ?? false;
  if (before === undefined || !(IN.has(before.folded) || glued)) return false;
  let from = at - 1;
  while (from > 0 && at - from < NEAR && !(part.words[from]?.begins ?? true)) from -= 1;
  const inClause = (found: { from: number }): boolean => found.from >= from && found.from < at;
  if (part.topics.some((found) => inClause(found) && (found.value.sense === "penal" || found.value.sense === "death"))) return false;
  return part.kinds.some((found) => found.value.kind === "event" && inClause(found));
}

/** "Colombian expert", "London-based": who speaks, not where it happens. */
function isOfPerson(part: Part, place: Found<PlaceWords>): boolean {
  const next = part.words[place.until];
  if (next === undefined || next.begins) return false;
  return part.kinds.some((found) => found.value.kind === "person" && found.from === place.until);
}
