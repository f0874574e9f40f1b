/** What the shipped files know about countries, bodies, programmes and rules. Read once at start, never changed. */
import { LANGUAGES, type Language, type Zone } from "./message.ts";
import { NameIndex } from "./names.ts";

export type Country = { iso3: string; iso2: string; names: Record<Language, string>; subregion: string; networks: string[] };
export type BodyName = { name: string; short: string; aliases: string[] };
/** A mechanism as the calendar knows it: `hrc`, `upr`, `upr-wg`, `cnd`. */
export type Body = {
  key: string;
  names: Record<Language, BodyName>;
  /** Official zone of its deadlines. */
  zone: Zone;
  /** The page to look at for its dates. */
  page: string;
  topics: string[];
  /** Ids in `mechanisms.csv` that this body carries. */
  mechanisms: string[];
};
export type RuleKind = "deadline" | "opening" | "planning" | "note" | "route";
export type WhoMay = "anyone" | "ecosoc" | "states" | "observer" | "relations" | "national" | "person";
/** One row of `deadline-rules.csv`. Its action and note in six languages are `rule.ID.action` and `rule.ID.note`. */
export type Rule = {
  id: string;
  body: string;
  kind: RuleKind;
  action: string;
  note: string;
  /** `session_start`, `fixed_date`, `stakeholder_deadline`, `debate`, `each_call`, … */
  offsetFrom: string;
  /** Signed ISO duration, `--MM-DD` for a yearly day, or null. */
  offset: string | null;
  onlyIf: string | null;
  whoMay: WhoMay;
  confidence: string;
  /** The first link of its source, or "". */
  link: string;
};
export type Programme = { id: string; name: string; countries: string[] };
export const LISTING_FORMATS = ["rss", "atom", "json", "ics", "csv", "html-only"] as const;
/** One row of `feeds.csv`: something one may follow, or (`html-only`) a page that has no feed. */
export type Listing = {
  id: string;
  publisher: string;
  title: string;
  url: string;
  format: (typeof LISTING_FORMATS)[number];
  language: string;
  /** Topics of the catalogue. */
  topics: string[];
  /** Topics and regions as the file has them, to search in. */
  words: string[];
  /** Somebody saw it answer; otherwise it follows the publisher's pattern. */
  isSeen: boolean;
};
export type Found<T> = { value: T; used: number } | { near: string[] };

export interface Directory {
  readonly countries: readonly Country[];
  readonly bodies: readonly Body[];
  readonly programmes: readonly Programme[];
  readonly rules: readonly Rule[];
  readonly topics: readonly string[];
  readonly listings: readonly Listing[];
  country(iso3: string): Country | undefined;
  body(key: string): Body | undefined;
  rule(id: string): Rule | undefined;
  programme(id: string): Programme | undefined;
  countryName(iso3: string, language: Language): string;
  /** `name` is the full official name, `short` what people say. Falls back to the key in capitals. */
  bodyName(key: string, language: Language, form: "name" | "short"): string;
  /**
   * Longest run of words that is a country: names in six languages, ISO codes, common short names; folded, so case and accents do not matter.
   * With a language, what is near comes in that language: whoever mistypes an English name in a Spanish room is offered the Spanish one.
   */
  findCountry(words: readonly string[], language?: Language): Found<Country>;
  findBody(words: readonly string[], language?: Language): Found<Body>;
  /** Known names that begin as the text does, for completion: one a country, the shortest first. */
  countriesLike(text: string, limit: number): Country[];
  bodiesLike(text: string, limit: number): Body[];
}

/** What a room may follow instead of bodies. `topic.NAME` in the catalogue says each in six languages. */
export const TOPICS = [
  "women", "children", "health", "torture", "death-penalty", "drug-policy", "racism", "disability", "migrants", "disappearances",
  "economic-social", "civil-political", "hiv", "funding", "justice", "all-rights",
  "news",
] as const;

/** The shipped files as the directory needs them; `adapters/data` reads them. */
export type DirectorySources = {
  /** `otherNames`: every further form people type; one of two or three capitals is treated as a code. */
  countries: readonly (Country & { otherNames: readonly string[] })[];
  bodies: readonly { key: string; namesId: string; zone: Zone; page: string; topics: string[] }[];
  /** Rows of `names.csv`: bodies and procedures, one a language. */
  names: readonly { id: string; language: Language; name: string; short: string; aliases: readonly string[] }[];
  /** Rows of `calendar-keys.csv`: the procedures that a body carries. */
  calendarKeys: readonly { key: string; mechanisms: string[] }[];
  programmes: readonly Programme[];
  rules: readonly Rule[];
  listings: readonly Listing[];
};

/** "al-". */
const ARABIC_ARTICLE = "\u0627\u0644";

/** Ranks of names: a lower one wins where two things share it. */
const RANK = { key: 0, official: 1, alias: 2, part: 3 } as const;

export function createDirectory(sources: DirectorySources): Directory {
  const countries = sources.countries.map(
    ({ iso3, iso2, names, subregion, networks }): Country => ({ iso3, iso2, names, subregion, networks }),
  );
  const bodies = readBodies(sources);
  const countryOf = new Map(countries.map((country) => [country.iso3, country]));
  const bodyOf = new Map(bodies.map((body) => [body.key, body]));
  const ruleOf = new Map(sources.rules.map((rule) => [rule.id, rule]));
  const programmeOf = new Map(sources.programmes.map((programme) => [programme.id, programme]));
  // Made when the first name is looked up: starting, which is measured, needs none of it.
  const countryIndex = once(() => indexCountries(sources, countryOf));
  const bodyIndex = once(() => indexBodies(sources, bodies));
  return {
    countries,
    bodies,
    programmes: sources.programmes,
    rules: sources.rules,
    topics: TOPICS,
    listings: sources.listings,
    country: (iso3) => countryOf.get(iso3),
    body: (key) => bodyOf.get(key),
    rule: (id) => ruleOf.get(id),
    programme: (id) => programmeOf.get(id),
    countryName: (iso3, language) => countryOf.get(iso3)?.names[language] ?? iso3,
    bodyName(key, language, form) {
      const names = bodyOf.get(key)?.names[language];
      if (names === undefined) return key.toUpperCase();
      return (form === "short" ? names.short || names.name : names.name) || key.toUpperCase();
    },
    findCountry: (words, language) => countryIndex().find(words, language === undefined ? undefined : ({ names }) => names[language]),
    findBody: (words, language) => bodyIndex().find(words, language === undefined ? undefined : ({ names }, matched) => bodyOffer(names[language], matched)),
    countriesLike: (text, limit) => countryIndex().startingWith(text, limit).map(({ value }) => value),
    bodiesLike: (text, limit) => bodyIndex().startingWith(text, limit).map(({ value }) => value),
  };
}

/** The nearest name where it is one of the language, else the full name in it. */
function bodyOffer({ name, short, aliases }: BodyName, matched: string): string {
  return [short, ...aliases].includes(matched) || name === "" ? matched : name;
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function readBodies(sources: DirectorySources): Body[] {
  const mechanismsOf = new Map(sources.calendarKeys.map((row) => [row.key, row.mechanisms]));
  const rowsOf = Map.groupBy(sources.names, (row) => row.id);
  return sources.bodies.map(({ key, namesId, zone, page, topics }) => {
    const rows = rowsOf.get(namesId) ?? [];
    const namesIn = (language: Language): BodyName => {
      const row = rows.find((candidate) => candidate.language === language) ?? rows.find((candidate) => candidate.language === "en");
      return { name: row?.name ?? "", short: row?.short ?? "", aliases: [...(row?.aliases ?? [])] };
    };
    const names: Record<Language, BodyName> = {
      en: namesIn("en"), es: namesIn("es"), fr: namesIn("fr"), ru: namesIn("ru"), pt: namesIn("pt"), ar: namesIn("ar"),
    };
    return { key, names, zone, page, topics, mechanisms: mechanismsOf.get(key) ?? [] };
  });
}

function indexCountries(sources: DirectorySources, countryOf: ReadonlyMap<string, Country>): NameIndex<Country> {
  const index = new NameIndex<Country>((country) => country.names.en);
  for (const { iso3, iso2, otherNames } of sources.countries) {
    const country = countryOf.get(iso3);
    if (country === undefined) continue;
    index.addCode(iso3, country);
    index.addCode(iso2, country);
    for (const language of LANGUAGES) index.add(country.names[language], country, RANK.official);
    for (const name of otherNames) {
      if (/^[A-Z]{2,3}$/.test(name)) index.addCode(name, country);
      else index.add(name, country, RANK.alias);
    }
    // In Arabic the article is often left out, or put where the list has none.
    for (const name of [country.names.ar, ...otherNames]) {
      if (name.startsWith(ARABIC_ARTICLE)) index.add(name.slice(ARABIC_ARTICLE.length), country, RANK.part, false);
      else if (/^[\u0620-\u064a]/u.test(name)) index.add(ARABIC_ARTICLE + name, country, RANK.part, false);
    }
  }
  return index;
}

function indexBodies(sources: DirectorySources, bodies: readonly Body[]): NameIndex<Body> {
  const index = new NameIndex<Body>((body) => body.names.en.short || body.names.en.name);
  const known = new Set(bodies.map((body) => body.key));
  for (const body of bodies) {
    index.add(body.key, body, RANK.key, false);
    for (const language of LANGUAGES) {
      const { name, short, aliases } = body.names[language];
      for (const official of [name, short]) index.add(official, body, RANK.official);
      for (const alias of aliases) index.add(alias, body, RANK.alias);
    }
  }
  for (const row of sources.names) {
    if (known.has(row.id)) continue;
    const body = carrierOf(row.id, bodies);
    if (body === undefined) continue;
    for (const name of [row.id, row.name, row.short, ...row.aliases]) index.add(name, body, RANK.part, false);
  }
  return index;
}

/**
 * The body that carries a procedure: the one whose key its id begins with (`cat-complaint`: `cat`), else the one that carries the
 * fewest (`sr-torture`: `special-procedures` before `hrc`). None when two carry equally few.
 */
function carrierOf(mechanism: string, bodies: readonly Body[]): Body | undefined {
  const carriers = bodies.filter((body) => body.mechanisms.includes(mechanism));
  const named = carriers.filter((body) => mechanism.startsWith(`${body.key}-`) || mechanism.startsWith(`${body.key.replace("-", "")}-`));
  const [first, second] = (named.length > 0 ? named : carriers).toSorted((one, other) => one.mechanisms.length - other.mechanisms.length);
  return second !== undefined && second.mechanisms.length === first?.mechanisms.length ? undefined : first;
}
