import type { ArgumentType } from "../command.ts";
import { type Say, speak } from "../i18n.ts";
import { LANGUAGES } from "../message.ts";
import { foldName } from "../names.ts";
import { nearestOf } from "./near.ts";

const LONGEST_LABEL = 6;

/**
 * One of a few fixed words. It may be typed as the word itself or as its label in any of the six languages; `labelOf` gives the
 * catalogue key of a value.
 */
export function choice<const V extends string>(name: string, values: readonly V[], labelOf: (value: V) => string): ArgumentType<V> {
  let table: ReadonlyMap<string, V> | undefined;
  const lookUp = (): ReadonlyMap<string, V> => {
    // Made when first needed, because the catalogues are not read until then.
    table ??= new Map([
      ...LANGUAGES.flatMap((language) => values.map((value) => [foldName(speak(language)(labelOf(value))), value] as const)),
      ...values.map((value) => [foldName(value), value] as const),
    ]);
    return table;
  };
  // Each word and each label of it; offered is the label that the room's language has, where it can be typed.
  const nearNames = (say: Say): { name: string; offered: string }[] =>
    values.flatMap((value) => {
      const label = say(labelOf(value));
      const offered = lookUp().get(foldName(label)) === value && label.split(" ").length <= LONGEST_LABEL ? label : value;
      return [value, ...LANGUAGES.map((language) => speak(language)(labelOf(value)))].map((each) => ({ name: each, offered }));
    });
  return {
    name,
    choices: values.map((value) => ({ value, label: labelOf(value) })),
    parse(words, { language }) {
      for (let used = Math.min(words.length, LONGEST_LABEL); used > 0; used -= 1) {
        if ((words[used - 1] ?? "").trim() === "") continue;
        const value = lookUp().get(foldName(words.slice(0, used).join(" ")));
        if (value !== undefined) return { value, used };
      }
      return { near: nearestOf(words, nearNames(speak(language))) };
    },
    print: (value) => value,
    complete(prefix, scope) {
      const start = foldName(prefix);
      const say = speak(scope.language);
      return values
        .map((value) => ({ value, label: say(labelOf(value)) }))
        .filter(({ value, label }) => foldName(value).startsWith(start) || foldName(label).startsWith(start));
    },
  };
}
