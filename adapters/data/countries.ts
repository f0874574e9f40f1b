/**
 * Countries with their names in six languages. The display names are those of `countries.csv`; Portuguese and the other forms come from
 * npm `i18n-iso-countries` when the files are read, and `country-aliases.csv` corrects both (the package swaps the two Congos in
 * Portuguese, and writes some States by names they no longer use).
 */
import ar from "i18n-iso-countries/langs/ar.json" with { type: "json" };
import en from "i18n-iso-countries/langs/en.json" with { type: "json" };
import es from "i18n-iso-countries/langs/es.json" with { type: "json" };
import fr from "i18n-iso-countries/langs/fr.json" with { type: "json" };
import pt from "i18n-iso-countries/langs/pt.json" with { type: "json" };
import ru from "i18n-iso-countries/langs/ru.json" with { type: "json" };
import { z } from "zod";
import type { DirectorySources } from "../../src/directory.ts";
import { LANGUAGES, type Language } from "../../src/message.ts";
import type { NetworkCountryRow } from "../../src/shipped.ts";
import { displayName, readRows, splitCell } from "./rows.ts";

const text = z.string();
const countryRow = z.object({
  iso3: z.string().regex(/^[A-Z]{3}$/), iso2: z.string().regex(/^[A-Z]{2}$/),
  name_en: text.min(1), name_es: text.min(1), name_fr: text.min(1), name_ru: text.min(1), name_ar: text.min(1), un_m49_subregion: text,
});
const aliasRow = z.object({ iso3: text.regex(/^[A-Z]{3}$/), language: z.enum(LANGUAGES), name: text, aliases: text });

/** The package's list of one language: a name, or several of which the first is the usual one. */
const packageNames = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const PACKAGE: Record<Language, z.infer<typeof packageNames>> = {
  en: packageNames.parse(en.countries), es: packageNames.parse(es.countries), fr: packageNames.parse(fr.countries),
  ru: packageNames.parse(ru.countries), pt: packageNames.parse(pt.countries), ar: packageNames.parse(ar.countries),
};
/** Wrong in the package, and dangerous as an alias too: they would name the other Congo. */
const WRONG_IN_PACKAGE: Partial<Record<Language, readonly string[]>> = { pt: ["CG", "CD"] };

function namesInPackage(iso2: string, language: Language): string[] {
  if (WRONG_IN_PACKAGE[language]?.includes(iso2)) return [];
  const names = PACKAGE[language][iso2] ?? [];
  return typeof names === "string" ? [names] : names;
}

export function readCountries(folder: string, networkCountries: readonly NetworkCountryRow[]): DirectorySources["countries"] {
  const rows = readRows(folder, "countries.csv", countryRow);
  const aliasesOf = Map.groupBy(readRows(folder, "country-aliases.csv", aliasRow), (row) => row.iso3);
  const networksOf = Map.groupBy(networkCountries, (row) => row.iso3);
  return rows.map((row) => {
    const aliases = aliasesOf.get(row.iso3) ?? [];
    const corrected = (language: Language): string | undefined =>
      aliases.find((alias) => alias.language === language && alias.name !== "")?.name;
    const names: Record<Language, string> = {
      en: displayName(corrected("en") ?? row.name_en),
      es: displayName(corrected("es") ?? row.name_es),
      fr: displayName(corrected("fr") ?? row.name_fr),
      ru: displayName(corrected("ru") ?? row.name_ru),
      pt: displayName(corrected("pt") ?? namesInPackage(row.iso2, "pt")[0] ?? row.name_en),
      ar: displayName(corrected("ar") ?? row.name_ar),
    };
    const shipped = [row.name_en, row.name_es, row.name_fr, row.name_ru, row.name_ar];
    const others = [...aliases.flatMap((alias) => splitCell(alias.aliases, ";")), ...LANGUAGES.flatMap((language) => namesInPackage(row.iso2, language)), ...shipped];
    const displayed = new Set(Object.values(names));
    return {
      iso3: row.iso3,
      iso2: row.iso2,
      names,
      subregion: row.un_m49_subregion,
      networks: (networksOf.get(row.iso3) ?? []).map((entry) => entry.network),
      otherNames: [...new Set(others)].filter((name) => !displayed.has(name)),
    };
  });
}
