import type { ArgumentType } from "../command.ts";
import type { Country } from "../directory.ts";

const COMPLETIONS = 12;

/** A State, by any usual name in six languages or its ISO code. */
export const country: ArgumentType<Country> = {
  name: "country",
  parse: (words, { directory, language }) => directory.findCountry(words, language),
  print: (value) => value.iso3,
  complete: (prefix, { directory, language }) =>
    directory.countriesLike(prefix, COMPLETIONS).map((found) => ({ value: found.iso3, label: found.names[language] })),
};
