import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readShipped } from "../../adapters/data/read.ts";
import { createDirectory, type Found } from "../../src/directory.ts";
import { LANGUAGES, type Language } from "../../src/message.ts";
import { editDistance, foldName } from "../../src/names.ts";

const { directorySources } = readShipped("data");
const directory = createDirectory(directorySources);

function idOf(found: Found<{ iso3: string } | { key: string }>): string | readonly string[] {
  if (!("value" in found)) return found.near;
  return `${"iso3" in found.value ? found.value.iso3 : found.value.key}/${found.used}`;
}
const country = (text: string) => idOf(directory.findCountry(text.split(" ")));
const near = (found: ReturnType<typeof directory.findCountry> | ReturnType<typeof directory.findBody>) => ("value" in found ? [] : found.near);
const body = (text: string) => idOf(directory.findBody(text.split(" ")));

describe("finding a country", () => {
  test.each([
    ["Singapore", "SGP/1"], ["SINGAPORE", "SGP/1"], ["Singapur", "SGP/1"], ["Сингапур", "SGP/1"], ["سنغافورة", "SGP/1"], ["سنغافوره", "SGP/1"],
    ["côte d’ivoire", "CIV/2"], ["Cote d'Ivoire", "CIV/2"], ["Ivory Coast", "CIV/2"], ["Кот-д'Ивуар", "CIV/1"],
    ["Burma", "MMR/1"], ["Бирма", "MMR/1"], ["Vietnã", "VNM/1"], ["فلبين", "PHL/1"], ["الفلبين", "PHL/1"],
    ["Палестина", "PSE/1"], ["Czechia", "CZE/1"], ["República Tcheca", "CZE/2"], ["Belarús", "BLR/1"], ["U.S.A.", "USA/1"], ["EE. UU.", "USA/2"],
  ])("knows %s", (text, expected) => expect(country(text)).toBe(expected));

  test("takes the longest run of words and leaves the rest", () => {
    expect(country("Guinea next year")).toBe("GIN/1");
    expect(country("Papua New Guinea next")).toBe("PNG/3");
    expect(country("South Sudan 90d")).toBe("SSD/2");
    expect(country("the Philippines next")).toBe("PHL/2");
    expect(idOf(directory.findCountry(["South Korea", "next"]))).toBe("KOR/1");
  });

  test("takes a code in capitals, or when it is the only word, but never an ordinary word", () => {
    expect(country("IN next")).toBe("IND/1");
    expect(country("SGP 90d")).toBe("SGP/1");
    expect(country("UK")).toBe("GBR/1");
    expect(country("sgp")).toBe("SGP/1");
    for (const word of ["in", "it", "no"]) expect(country(word)).toEqual([]);
    expect(country("per week")).not.toBe("PER/1");
  });

  test("asks which one when a name stands for two States", () => {
    expect(country("Congo")).toEqual(["Democratic Republic of the Congo", "Republic of the Congo"]);
    expect(country("Korea")).toEqual(["South Korea", "North Korea"]);
  });

  test("offers what was probably meant", () => {
    expect(country("Signapore")).toEqual(["Singapore"]);
    expect(country("Филипины")).toEqual(["Филиппины"]);
    expect(country("qwxyzzk")).toEqual([]);
  });

  test("finds every country by each of its names in six languages", () => {
    for (const { iso3, iso2, names } of directory.countries) {
      for (const language of LANGUAGES) {
        const words = names[language].split(" ");
        expect([names[language], idOf(directory.findCountry(words))]).toEqual([names[language], `${iso3}/${words.length}`]);
      }
      expect(country(iso3)).toBe(`${iso3}/1`);
      expect(country(iso2)).toBe(`${iso3}/1`);
    }
  });

  test("keeps the two Congos apart in Portuguese, where the package swaps them", () => {
    expect(directory.countryName("COD", "pt")).toBe("República Democrática do Congo");
    expect(directory.countryName("COG", "pt")).toBe("República do Congo");
    expect(country("República Democrática do Congo")).toBe("COD/4");
  });
});

describe("finding a body", () => {
  test.each([
    ["hrc", "hrc/1"], ["human rights council", "hrc/3"], ["Conseil des droits de l'homme", "hrc/5"], ["Conseil des droits de l’homme", "hrc/5"],
    ["СПЧ ООН", "hrc/2"], ["مجلس حقوق الإنسان", "hrc/3"], ["مجلس حقوق الانسان", "hrc/3"], ["Comité de Derechos Humanos", "ccpr/4"],
    ["UPR", "upr/1"], ["UPR Working Group", "upr-wg/3"], ["КПП", "cat/1"], ["Универсального периодического обзора", "upr/3"],
    ["cnd next", "cnd/1"], ["Commission on Narcotic Drugs next", "cnd/4"],
  ])("knows %s", (text, expected) => expect(body(text)).toBe(expected));

  test("takes a procedure to the body that carries it", () => {
    expect(body("cat-complaint")).toBe("cat/1");
    expect(body("icc-otp")).toBe("icc/1");
    expect(body("globalfund-complaint")).toBe("global-fund/1");
    expect(body("Special Rapporteur on torture")).toBe("special-procedures/4");
    expect(body("cpt")).not.toBe("cat/1");
  });

  test("finds every body by its key and has a name for it in six languages", () => {
    for (const { key, names } of directory.bodies) {
      expect(body(key)).toBe(`${key}/1`);
      for (const language of LANGUAGES) {
        expect([key, language, names[language].name !== ""]).toEqual([key, language, true]);
        expect(directory.bodyName(key, language, "short")).not.toBe("");
        const words = names[language].name.split(" ");
        expect([key, language, idOf(directory.findBody(words))]).toEqual([key, language, `${key}/${words.length}`]);
      }
    }
  });

  test("offers what was probably meant", () => {
    expect(body("Human Rights Counsil")).toContain("Human Rights Council");
    expect(body("CEDWA")).toContain("CEDAW");
  });

  test("says the key in capitals for a body it does not know", () => expect(directory.bodyName("xyz", "fr", "name")).toBe("XYZ"));
});

describe("any text at all", () => {
  const hostile = fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.constantFrom("__proto__", "constructor", "\u202e", "x".repeat(4000), "")), { maxLength: 12 });
  test("is found or not, and never breaks", () => {
    fc.assert(
      fc.property(hostile, (words) => {
        for (const found of [directory.findCountry(words), directory.findBody(words)]) {
          if ("value" in found) expect(found.used).toBeLessThanOrEqual(words.length);
          else expect(found.near.length).toBeLessThanOrEqual(4);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("folds to a form that folds to itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        expect(foldName(foldName(text))).toBe(foldName(text));
      }),
    );
  });
});

test("counts a letter added, dropped, changed or swapped as one slip", () => {
  expect([editDistance("keny", "kenya", 2), editDistance("kenyya", "kenya", 2), editDistance("kenia", "kenya", 2), editDistance("kneya", "kenya", 2)]).toEqual([1, 1, 1, 1]);
  expect(editDistance("kenya", "ukraine", 2)).toBe(3);
});

test("shows names with the apostrophe of print, and knows them with any", () => {
  const shown = [...directory.countries.flatMap(({ names }) => Object.values(names)), ...directory.bodies.flatMap(({ names }) => Object.values(names).flatMap(({ name, short }) => [name, short]))];
  expect(shown.filter((name) => name.includes("'"))).toEqual([]);
  expect(directory.bodyName("hrc", "fr", "name")).toBe("Conseil des droits de l’homme");
  expect(country("Côte d'Ivoire")).toBe("CIV/2");
  expect(body("Conseil des droits de l'homme")).toBe("hrc/5");
});

test("offers what is near in the language of the room, and keeps a name that is of it already", () => {
  const ofCountry = (text: string, language: Language) => near(directory.findCountry(text.split(" "), language));
  const ofBody = (text: string, language: Language) => near(directory.findBody(text.split(" "), language));
  expect(ofCountry("Philipines", "es")).toContain("Filipinas");
  expect(ofCountry("Philipines", "ar")).toContain("الفلبين");
  expect(near(directory.findCountry(["Philipines"]))).toContain("Philippines");
  expect(ofBody("Comission on Narcotic Drugs", "es")).toContain("Comisión de Estupefacientes");
  expect(ofBody("Comission on Narcotic Drugs", "en")).toContain("Commission on Narcotic Drugs");
  expect(ofBody("Examen Periodico Universel", "es")).toContain("Examen Periódico Universal");
  for (const language of LANGUAGES) {
    for (const { names, iso3 } of directory.countries) {
      const [offered] = ofCountry(`${names.en.slice(0, -1)}qx`, language);
      // Whatever is offered is understood when it is typed.
      if (offered !== undefined) expect([iso3, "value" in directory.findCountry(offered.split(" "))]).toEqual([iso3, true]);
    }
  }
});
