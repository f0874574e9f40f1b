/** What an ICU message is made of, and how the text of one language differs from the English one. */
import { IntlMessageFormat } from "intl-messageformat";
import { z } from "zod";
import { LOCALES } from "../../src/i18n.ts";
import type { Language } from "../../src/message.ts";

const part: z.ZodType<Part> = z.lazy(() =>
  z.object({
    type: z.number(),
    value: z.string().optional(),
    pluralType: z.string().optional(),
    options: z.record(z.string(), z.object({ value: z.array(part) })).optional(),
  }),
);
type Part = { type: number; value?: string | undefined; pluralType?: string | undefined; options?: Record<string, { value: Part[] }> | undefined };
/** As the parser numbers them. */
const LITERAL = 0;
const SELECT = 5;
const PLURAL = 6;
const POUND = 7;

/** Throws when the text is no ICU message. */
export function partsOf(language: Language, text: string): Part[] {
  return z.array(part).parse(new IntlMessageFormat(text, LOCALES[language], undefined, { ignoreTag: true }).getAst());
}

/** One way through a message: which branch was taken for each choice, and what it prints. */
type Way = { taken: ReadonlyMap<string, string>; printed: ReadonlySet<string> };

function join(one: Way, other: Way): Way {
  return { taken: new Map([...one.taken, ...other.taken]), printed: new Set([...one.printed, ...other.printed]) };
}

/** Every way through a message. `#` prints what its plural counts. */
function waysThrough(parts: readonly Part[], counted = ""): Way[] {
  let ways: Way[] = [{ taken: new Map(), printed: new Set() }];
  for (const { type, value = "", options } of parts) {
    if (type === LITERAL) continue;
    const next: Way[] =
      options === undefined
        ? [{ taken: new Map(), printed: new Set([type === POUND ? counted : value]) }]
        : Object.entries(options).flatMap(([key, branch]) =>
            waysThrough(branch.value, type === PLURAL ? value : counted).map((way) => join({ taken: new Map([[value, key]]), printed: new Set() }, way)),
          );
    ways = ways.flatMap((way) => next.map((step) => join(way, step)));
  }
  return ways;
}

/** What English prints where another language took these branches. */
function printedBy(parts: readonly Part[], taken: ReadonlyMap<string, string>, counted = ""): Set<string> {
  return new Set(
    parts.flatMap(({ type, value = "", options }): string[] => {
      if (type === LITERAL) return [];
      if (options === undefined) return [type === POUND ? counted : value];
      const wanted = taken.get(value) ?? "other";
      const branch = options[wanted] !== undefined && wanted !== "one" ? options[wanted] : wanted === "zero" && options["=0"] !== undefined ? options["=0"] : options["other"];
      return [...printedBy(branch?.value ?? [], taken, type === PLURAL ? value : counted)];
    }),
  );
}

type Choice = { name: string; type: number; ordinal: boolean; keys: string[] };

function choicesIn(parts: readonly Part[]): Choice[] {
  return parts.flatMap(({ type, value = "", pluralType, options }): Choice[] => {
    if (options === undefined) return [];
    const own: Choice = { name: value, type, ordinal: pluralType === "ordinal", keys: Object.keys(options) };
    return [own, ...Object.values(options).flatMap((branch) => choicesIn(branch.value))];
  });
}

/** The numbers up to 200 that each plural category of a language stands for. */
function categoriesOf(language: Language, ordinal: boolean): Map<string, number[]> {
  const rules = new Intl.PluralRules(LOCALES[language], { type: ordinal ? "ordinal" : "cardinal" });
  return Map.groupBy(Array.from({ length: 201 }, (_, number) => number), (number) => rules.select(number));
}

/** Whether a branch stands for one number only (besides none), so that it may say it in words: "One person". */
function saysItself(language: Language, key: string): boolean {
  return key.startsWith("=") || (categoriesOf(language, false).get(key) ?? []).filter((number) => number > 0).length <= 1;
}

/** What the text of a language prints otherwise than English does in the same branch. */
export function wrongPlaces(language: Language, key: string, text: string, english: string): string[] {
  const own = partsOf(language, text);
  const source = partsOf("en", english);
  return waysThrough(own).flatMap((way) => {
    const expected = printedBy(source, way.taken);
    const missing = [...expected].filter((name) => !way.printed.has(name) && !saysItself(language, way.taken.get(name) ?? "other"));
    const surplus = [...way.printed].filter((name) => !expected.has(name));
    const where = [...way.taken].map(([name, branch]) => `${name} ${branch}`).join(", ");
    return [...missing.map((name) => `${key} (${where}): without {${name}}`), ...surplus.map((name) => `${key} (${where}): with {${name}}`)];
  });
}

/** Choices of English that the text leaves out, and plurals of its language that it has no branch for. */
export function wrongChoices(language: Language, key: string, text: string, english: string): string[] {
  const own = choicesIn(partsOf(language, text));
  const source = choicesIn(partsOf("en", english));
  const selects = source.filter(({ type }) => type === SELECT);
  const lost = selects.filter(({ name, keys }) => !own.some((choice) => choice.name === name && choice.keys.toSorted().join() === keys.toSorted().join()));
  const named = (choice: Choice, category: string): boolean => choice.keys.includes(category) || (category === "one" && choice.keys.includes("=1")) || (category === "two" && choice.keys.includes("=2"));
  const unsaid = own
    .filter(({ type }) => type === PLURAL)
    .flatMap((choice) => [...categoriesOf(language, choice.ordinal).keys()].filter((category) => category !== "zero" && !named(choice, category)).map((category) => `${choice.name} ${category}`))
    .toSorted();
  return [...lost.map(({ name }) => `${key}: select ${name}`), ...unsaid.map((branch) => `${key}: ${branch}`)];
}

/** Words of all branches together, without what is filled in. An id or an address is one. */
export function wordsIn(parts: readonly Part[]): number {
  return parts
    .map(({ type, value = "", options = {} }) => (type === LITERAL ? value.split(/\s+/u).filter((word) => /\p{L}/u.test(word)).length : Object.values(options).reduce((sum, branch) => sum + wordsIn(branch.value), 0)))
    .reduce((sum, count) => sum + count, 0);
}
