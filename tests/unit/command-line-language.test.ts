import { describe, expect, it } from "vitest";
import { helpText } from "../../adapters/console/help.ts";
import { languageOfLocale, speak } from "../../src/i18n.ts";
import { LANGUAGES } from "../../src/message.ts";

/** Verbs, options and settings: what has to be typed as it stands. */
const typedIn = (help: string) => help.match(/\bclarion [a-z-]+|--[a-z]+|CLARION_\w+/g);

describe("the language of the command line", () => {
  it.each([
    ["fr_FR.UTF-8", "fr"],
    ["pt_BR", "pt"],
    ["ar", "ar"],
    ["RU_ru.KOI8-R", "ru"],
    ["en_GB.UTF-8", "en"],
  ])("is that of the locale %s", (name, language) => {
    expect(languageOfLocale(name)).toBe(language);
  });

  it.each(["C", "C.UTF-8", "POSIX", "de_CH.UTF-8", "arn_CL", "", undefined])("is English where the locale is %s", (name) => {
    expect(languageOfLocale(name)).toBe("en");
  });

  it.each(LANGUAGES)("leaves in %s what has to be typed as it is", (language) => {
    const typed = typedIn(helpText(speak("en")));
    expect(typed?.length).toBeGreaterThan(15);
    expect(typedIn(helpText(speak(language)))).toEqual(typed);
  });

  it.each(LANGUAGES)("says in %s that it is ready as in all others, because programs wait for that line", (language) => {
    expect(speak(language)("console.output.ready", { address: "http://127.0.0.1:8437" })).toBe("Clarion is ready: http://127.0.0.1:8437");
  });
});
