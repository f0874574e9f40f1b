import type { ArgumentType } from "../command.ts";
import { LOCALES } from "../i18n.ts";
import { LANGUAGES, type Language } from "../message.ts";
import { foldName } from "../names.ts";
import { choice } from "./choice.ts";

const byCode = choice("language", LANGUAGES, (value) => `language.${value}`);
let byName: ReadonlyMap<string, Language> | undefined;

/** Each language by its name in each: "Spanish", "español", "испанский". */
function namesOfLanguages(): ReadonlyMap<string, Language> {
  byName ??= new Map(
    LANGUAGES.flatMap((speaker) => {
      const names = new Intl.DisplayNames(LOCALES[speaker], { type: "language" });
      return LANGUAGES.map((language) => [foldName(names.of(language) ?? language), language] as const);
    }),
  );
  return byName;
}

/** One of the six languages: its code, or its name in any of the six. */
export const language: ArgumentType<Language> = {
  ...byCode,
  parse(words, scope) {
    const named = namesOfLanguages().get(foldName(words[0] ?? ""));
    return named === undefined ? byCode.parse(words, scope) : { value: named, used: 1 };
  },
};
