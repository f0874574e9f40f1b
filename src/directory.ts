/** What the shipped files know about countries, bodies, programmes and rules. Read once at start, never changed. */
import type { Language, Zone } from "./message.ts";

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
export type Found<T> = { value: T; used: number } | { near: string[] };

export interface Directory {
  readonly countries: readonly Country[];
  readonly bodies: readonly Body[];
  readonly programmes: readonly Programme[];
  readonly rules: readonly Rule[];
  readonly topics: readonly string[];
  country(iso3: string): Country | undefined;
  body(key: string): Body | undefined;
  rule(id: string): Rule | undefined;
  programme(id: string): Programme | undefined;
  countryName(iso3: string, language: Language): string;
  /** `name` is the full official name, `short` what people say. Falls back to the key in capitals. */
  bodyName(key: string, language: Language, form: "name" | "short"): string;
  /** Longest run of words that is a country: names in six languages, ISO codes, common short names; folded, so case and accents do not matter. */
  findCountry(words: readonly string[]): Found<Country>;
  findBody(words: readonly string[]): Found<Body>;
}
