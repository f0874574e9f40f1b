/**
 * The catalogue as a whole: every sentence in all six languages, with the same places to fill, in words the field uses, and each of them used.
 * `rules.test.ts` knows more of the deadline rules.
 */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readRows, splitCell } from "../../adapters/data/rows.ts";
import { commands } from "../../commands/index.ts";
import { ERROR_CODES } from "../../src/errors.ts";
import { LANGUAGES, type Language } from "../../src/message.ts";
import { OPERATOR_CODES } from "../../src/operator-error.ts";
import { partsOf, wordsIn, wrongChoices, wrongPlaces } from "../support/icu.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const LOCALES_FOLDER = path.join(ROOT, "src/locales");
const TRANSLATIONS = LANGUAGES.filter((language) => language !== "en");
const texts = z.record(z.string(), z.string());

/* What stands in the files */

const areas = readdirSync(path.join(LOCALES_FOLDER, "en")).filter((file) => file.endsWith(".json")).toSorted();

function readArea(language: Language, area: string): Record<string, string> {
  return texts.parse(JSON.parse(readFileSync(path.join(LOCALES_FOLDER, language, area), "utf8")));
}

function readAll(language: Language): ReadonlyMap<string, string> {
  return new Map(areas.flatMap((area) => Object.entries(readArea(language, area))));
}

const catalogue = new Map(LANGUAGES.map((language) => [language, readAll(language)]));

function textsOf(language: Language): ReadonlyMap<string, string> {
  return catalogue.get(language) ?? new Map();
}

const english = textsOf("en");
const englishKeys = [...english.keys()];

/* Words to avoid */

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&");
}

function matcherOf(term: string): RegExp {
  return new RegExp(`(?<![\\p{L}-])${literally(term)}(?![\\p{L}-])`, "iu");
}

/** "dirty or clean urine" is two terms. */
function spellOut(term: string): string[] {
  const either = /^(\S+) or (\S+) (.+)$/u.exec(term);
  return either === null ? [term] : [`${either[1] ?? ""} ${either[3] ?? ""}`, `${either[2] ?? ""} ${either[3] ?? ""}`];
}

const avoidedInEnglish = readRows("data", "terms.csv", z.object({ avoid: z.string() })).flatMap(({ avoid }) =>
  splitCell(avoid.replaceAll(/\([^)]*\)/gu, ""), ";").map((term) => term.trim()).filter((term) => term !== "").flatMap(spellOut),
);
/** The glossary names some in its notes: avoid "…" and "…". */
const avoidedElsewhere = readRows("data", "glossary.csv", z.looseObject({ note: z.string() })).flatMap(({ note }) =>
  [...note.matchAll(/avoid ((?:"[^"]+"(?:,? and |, | or )?)+)/gu)].flatMap((found) => [...(found[1] ?? "").matchAll(/"([^"]+)"/gu)].map((quoted) => quoted[1] ?? "")),
);
/** Official names of days, which `terms.csv` excepts: they are not ours to change. */
const OFFICIAL_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ["observance.international-drug-users-day", ["drug users"]],
  ["observance.world-drug-day", ["drug abuse"]],
  ["observance.international-day-in-support-of-victims-of-tortu", ["victims"]],
]);

function avoidedIn(key: string, text: string): string[] {
  const own = text.replaceAll(/“[^”]*”|«[^»]*»/gu, "");
  const excepted = OFFICIAL_NAMES.get(key) ?? [];
  return [...avoidedInEnglish, ...avoidedElsewhere].filter((term) => !excepted.includes(term) && matcherOf(term).test(own)).map((term) => `${key}: ${term}`);
}

/* What the code says */

/** A whole line to type, by its command. */
const EXAMPLE_LINE = /^command\.(.+)\.example$/u;
/** Names that are the same in every language. */
const SAME_EVERYWHERE: readonly string[] = ["argument.organisation.example"];

/** Comments name keys too, and use none. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//gu, "").replaceAll(/(^|\s)\/\/[^\n]*/gu, "$1");
}

function readCode(): string {
  const folders = ["src", "commands", "adapters", "feeds"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/u.test(entry.name) && !entry.parentPath.startsWith(LOCALES_FOLDER))
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  return [...folders, path.join(ROOT, "clarion.ts"), path.join(ROOT, "docs/generate.ts")].map((file) => withoutComments(readFileSync(file, "utf8"))).join("\n");
}

const code = readCode();
const data = readdirSync(path.join(ROOT, "data")).filter((file) => file.endsWith(".csv")).map((file) => readFileSync(path.join(ROOT, "data", file), "utf8")).join("\n");
/** Whether a string of the code is exactly this. */
function isLiteral(text: string): boolean {
  return code.includes(`"${text}"`) || code.includes(`'${text}'`);
}

/** The keys a template such as `deadline.${kind}.title` can make. What is filled in is one word, unless its expression makes dots. */
type Template = { source: string; pattern: RegExp };

/** A template from just behind its opening mark, cut where words and expressions meet. */
function cutTemplate(start: number): string[] {
  const pieces = [""];
  let depth = 0;
  for (let at = start; at < code.length; at += 1) {
    const letter = code[at] ?? "";
    if (depth === 0 && letter === "`") break;
    if (depth === 0 && letter === "$" && code[at + 1] === "{") pieces.push("");
    if (letter === "{") depth += 1;
    pieces[pieces.length - 1] += letter;
    if (letter === "}") depth -= 1;
    if (depth === 0 && letter === "}") pieces.push("");
  }
  return pieces;
}

function readTemplates(): Template[] {
  const all = [...code.matchAll(/`(?=[a-z_]+\.)/gu)].map((found) => cutTemplate(found.index + 1));
  return all.flatMap((pieces): Template[] => {
    if (pieces.length < 2 || !pieces.every((piece) => piece.startsWith("${") || /^[\w./-]*$/u.test(piece))) return [];
    const pattern = pieces.map((piece) => (!piece.startsWith("${") ? literally(piece) : piece.includes('"."') ? "(.+)" : "([^.]+)")).join("");
    return [{ source: pieces.join(""), pattern: new RegExp(`^${pattern}$`, "u") }];
  });
}

const templates = readTemplates();

/** What is filled into a template comes from the code, from the data, or is a number. */
function isKnownWord(word: string): boolean {
  return /^\d+$/u.test(word) || isLiteral(word) || isLiteral(word.replaceAll(".", " ")) || data.includes(word);
}

const commandKeys = new Set(commands.flatMap(({ name }) => [`command.${name.replaceAll(" ", ".")}`, `command.${name.replaceAll(" ", ".")}.example`]));
const fieldKeys = new Set(commands.flatMap(({ name, arguments: taken }) => Object.keys(taken).map((argument) => `field.${name.replaceAll(" ", ".")}.${argument}`)));
const argumentNames = new Set(commands.flatMap((command) => Object.values(command.arguments).map(({ type }) => type.name)));

function isUsed(key: string): boolean {
  if (isLiteral(key) || commandKeys.has(key) || fieldKeys.has(key)) return true;
  const argument = /^argument\.([^.]+)(\.example)?$/u.exec(key);
  if (argument !== null) return argumentNames.has(argument[1] ?? "");
  return templates.some(({ pattern }) => {
    const filled = pattern.exec(key)?.slice(1);
    return filled !== undefined && filled.every(isKnownWord);
  });
}

/** What stands between the brackets up to the first comma that belongs to none inside. */
function firstArguments(callee: RegExp): string[] {
  return [...code.matchAll(callee)].map((found) => {
    let depth = 0;
    let end = found.index + found[0].length;
    for (; end < code.length; end += 1) {
      const letter = code[end] ?? "";
      if (depth === 0 && (letter === "," || letter === ")")) break;
      if ("([{".includes(letter)) depth += 1;
      if (")]}".includes(letter)) depth -= 1;
    }
    return code.slice(found.index + found[0].length, end);
  });
}

describe("the catalogue", () => {
  test("says each sentence in one place", () => {
    const all = areas.flatMap((area) => Object.keys(readArea("en", area)));
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  });

  test.each(TRANSLATIONS)("has in %s what it has in English, and nothing else", (language) => {
    for (const area of areas) {
      const expected = Object.keys(readArea("en", area));
      const own = Object.keys(readArea(language, area));
      const missing = expected.filter((key) => !own.includes(key));
      const surplus = own.filter((key) => !expected.includes(key));
      expect.soft({ area, missing, surplus }).toEqual({ area, missing: [], surplus: [] });
    }
  });

  test.each(LANGUAGES)("is in order in %s, so that two people seldom edit the same lines", (language) => {
    for (const area of areas) {
      const own = Object.keys(readArea(language, area));
      expect.soft({ area, keys: own }).toEqual({ area, keys: own.toSorted() });
    }
  });

  test.each(LANGUAGES)("says something under each key in %s", (language) => {
    expect([...textsOf(language)].filter(([, text]) => text.trim() === "").map(([key]) => key)).toEqual([]);
  });

  test.each(LANGUAGES)("can be read by the formatter in %s", (language) => {
    const broken = [...textsOf(language)].filter(([, text]) => {
      try {
        partsOf(language, text);
        return false;
      } catch {
        return true;
      }
    });
    expect(broken.map(([key]) => key)).toEqual([]);
  });

  test.each(LANGUAGES)("has no straight apostrophe in %s, which the formatter would take for a quote", (language) => {
    expect([...textsOf(language)].filter(([, text]) => text.includes("'")).map(([key]) => key)).toEqual([]);
  });

  test.each(TRANSLATIONS)("has in every branch of %s the places to fill that English has", (language) => {
    const known = [...textsOf(language)].filter(([key]) => english.has(key));
    expect(known.flatMap(([key, text]) => wrongPlaces(language, key, text, english.get(key) ?? ""))).toEqual([]);
  });

  test.each(LANGUAGES)("has a branch for each choice and for each plural of %s", (language) => {
    const known = [...textsOf(language)].filter(([key]) => english.has(key));
    expect(known.flatMap(([key, text]) => wrongChoices(language, key, text, english.get(key) ?? ""))).toEqual([]);
  });

  test.each(TRANSLATIONS)("leaves no English sentence in %s", (language) => {
    const left = [...textsOf(language)].filter(
      ([key, text]) => text === english.get(key) && wordsIn(partsOf(language, text)) > 3 && !EXAMPLE_LINE.test(key) && !SAME_EVERYWHERE.includes(key),
    );
    expect(left.map(([key]) => key)).toEqual([]);
  });

  test.each(TRANSLATIONS)("shows in %s the same commands, options and ids to type as in English", (language) => {
    const examples = englishKeys.filter((key) => EXAMPLE_LINE.test(key));
    expect(examples.length).toBeGreaterThan(50);
    const typed = (key: string, line: string): string => {
      const name = `/${key.replace(EXAMPLE_LINE, "$1").replaceAll(".", " ")}`;
      const rest = line.slice(name.length).replaceAll(/"[^"]*"/gu, "").split(" ").filter((word) => word.startsWith("--") || /^[a-z0-9]+(-[a-z0-9]+)+$/u.test(word));
      return [line.slice(0, name.length), ...rest].join(" ");
    };
    const wrong = [...textsOf(language)].filter(([key, line]) => examples.includes(key) && typed(key, line) !== typed(key, english.get(key) ?? ""));
    expect(wrong).toEqual([]);
  });

  test.each(LANGUAGES)("uses in %s none of the words to avoid", (language) => {
    expect(avoidedInEnglish.length).toBeGreaterThan(30);
    expect(avoidedElsewhere.length).toBeGreaterThan(1);
    expect([...textsOf(language)].flatMap(([key, text]) => avoidedIn(key, text))).toEqual([]);
  });

  test.each(LANGUAGES)("has labels in %s that choose one thing each", (language) => {
    const types = new Map(commands.flatMap((command) => Object.values(command.arguments).map(({ type }) => [type.name, type] as const)));
    const unclear = [...types.values()].flatMap(({ name, choices = [] }) => {
      const labels = choices.map(({ label }) => (textsOf(language).get(label) ?? label).toLowerCase());
      return labels.filter((label, index) => labels.indexOf(label) !== index || choices.some(({ value }, other) => other !== index && value === label)).map((label) => `${name}: ${label}`);
    });
    expect(unclear).toEqual([]);
  });
});

describe("the code and the catalogue", () => {
  test("use every sentence somewhere", () => {
    expect(englishKeys.filter((key) => !isUsed(key))).toEqual([]);
  });

  test("know every key that is said", () => {
    const said = firstArguments(/\b(?:say(?:\.spans)?|speak\([^()]*\))\(/gu).flatMap((argument) => [...argument.matchAll(/"([a-z_]+\.[\w.-]+)"/gu)].map((found) => found[1] ?? ""));
    expect(said.length).toBeGreaterThan(100);
    expect([...new Set(said)].filter((key) => !english.has(key))).toEqual([]);
  });

  test("know a key for every way a key is made", () => {
    const made = firstArguments(/\b(?:say(?:\.spans)?|speak\([^()]*\))\(/gu).flatMap((argument) => templates.filter(({ source }) => argument.includes(`\`${source}\``)));
    expect(made.length).toBeGreaterThan(20);
    expect(made.filter(({ pattern }) => !englishKeys.some((key) => pattern.test(key))).map(({ source }) => source)).toEqual([]);
  });

  test("have a sentence for every error, a summary and an example for every command, and words for every argument", () => {
    const keys = [
      ...ERROR_CODES.map((error) => `error.${error}`),
      ...OPERATOR_CODES.map((error) => `console.error.${error}`),
      ...commands.flatMap(({ name }) => [`command.${name.replaceAll(" ", ".")}`, `command.${name.replaceAll(" ", ".")}.example`]),
      ...commands.flatMap((command) => Object.values(command.arguments).flatMap(({ type }) => [`argument.${type.name}`, `argument.${type.name}.example`, ...(type.choices ?? []).map(({ label }) => label)])),
    ];
    expect([...new Set(keys)].filter((key) => !english.has(key))).toEqual([]);
  });
});

describe("these checks", () => {
  const rooms = "{count, plural, one {# room} other {# rooms}}: {languages}";

  test("find a place lost in one branch, and one too many", () => {
    expect(wrongPlaces("es", "x", "{count, plural, one {una sala} other {salas}}: {languages}", rooms)).toEqual(["x (count other): without {count}"]);
    expect(wrongPlaces("es", "x", "{count, plural, one {una sala} other {# salas}}: {languages} {zone}", rooms)).toEqual(["x (count one): with {zone}", "x (count other): with {zone}"]);
    expect(wrongPlaces("es", "x", "{count, plural, one {una sala} other {# salas}}: {languages}", rooms)).toEqual([]);
  });

  test("let a branch say its number in words only where it is one number", () => {
    const russian = "{count, plural, one {одна комната} few {# комнаты} many {# комнат} other {# комнаты}}: {languages}";
    expect(wrongPlaces("ru", "x", russian, rooms)).toEqual(["x (count one): without {count}"]);
    expect(wrongPlaces("fr", "x", "{count, plural, one {un salon} other {# salons}} : {languages}", rooms)).toEqual([]);
  });

  test("miss a plural that a language has, and a choice that English has", () => {
    expect(wrongChoices("ru", "x", "{count, plural, one {# комната} other {# комнаты}}: {languages}", rooms)).toEqual(["x: count few", "x: count many"]);
    expect(wrongChoices("es", "x", "{lead} antes", "{lead} {side, select, before {before} other {after}}")).toEqual(["x: select side"]);
  });

  test("find a word to avoid, but not within another word or a quotation", () => {
    expect(avoidedIn("x", "for drug users and addicts").length).toBe(1);
    expect(avoidedIn("x", "cleaning the list of “clean” names")).toEqual([]);
    expect(avoidedIn("x", "это наркопотребители").length).toBe(1);
  });

  test("do not take a key for used because another one is", () => {
    expect(isUsed("when.minute.here")).toBe(true);
    expect(isUsed("when.minute.there")).toBe(false);
    expect(isUsed("distance.in.fortnights")).toBe(false);
  });
});
