/** Every sentence a person sees comes from here. Missing translations fall back to English; a test finds them. */
import { IntlMessageFormat } from "intl-messageformat";
import { catalogues } from "./locales/index.ts";
import { LANGUAGES, type Language, type Span } from "./message.ts";

export type SayValues = Record<string, string | number>;
export type SpanValues = Record<string, string | number | Span | Span[]>;

export interface Say {
  (key: string, values?: SayValues): string;
  /** The same sentence with spans (moments, links, foreign text) in its places. */
  spans(key: string, values?: SpanValues): Span[];
  has(key: string): boolean;
  readonly language: Language;
  readonly direction: "ltr" | "rtl";
}

/** Locale used for plural rules, numbers and dates. `ar` keeps Western digits, which these networks use in dates. */
export const LOCALES: Record<Language, string> = {
  en: "en-GB",
  es: "es",
  fr: "fr",
  ru: "ru",
  pt: "pt",
  ar: "ar-u-nu-latn",
};

/** The language of a POSIX locale name such as `pt_BR.UTF-8`; English for `C`, for none, and for languages that Clarion does not speak. */
export function languageOfLocale(name: string | undefined): Language {
  const written = /^[a-z]+/i.exec(name ?? "")?.[0].toLowerCase();
  return LANGUAGES.find((language) => language === written) ?? "en";
}

const formats = new Map<string, IntlMessageFormat>();

function formatOf(language: Language, key: string): IntlMessageFormat | undefined {
  const cached = formats.get(`${language} ${key}`);
  if (cached !== undefined) return cached;
  const translated = catalogues[language][key];
  const text = translated ?? catalogues.en[key];
  if (text === undefined) return undefined;
  const format = new IntlMessageFormat(text, LOCALES[translated === undefined ? "en" : language], undefined, { ignoreTag: true });
  formats.set(`${language} ${key}`, format);
  return format;
}

/** Names in a row, with the comma of the language. */
export function listText(names: Iterable<string>, say: Say): string {
  return [...names].join(say("line.comma"));
}

const speakers = new Map<Language, Say>();

/** The voice of one language. An unknown key is said as the key itself, which the catalogue test forbids. */
export function speak(language: Language): Say {
  const known = speakers.get(language);
  if (known !== undefined) return known;
  const text = (key: string, values: SayValues = {}): string => {
    const format = formatOf(language, key);
    return format === undefined ? key : String(format.format(values));
  };
  const say: Say = Object.assign(text, {
    language,
    direction: language === "ar" ? ("rtl" as const) : ("ltr" as const),
    has: (key: string) => catalogues.en[key] !== undefined,
    spans: (key: string, values: SpanValues = {}): Span[] => {
      const format = formatOf(language, key);
      if (format === undefined) return [key];
      // Spans travel through the formatter as opaque objects and come back as parts of their own.
      const wrapped = Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, typeof value === "object" ? { span: value } : value]),
      );
      return format.formatToParts<{ span: Span | Span[] }>(wrapped).flatMap((part): Span[] => {
        if (typeof part.value === "object" && part.value !== null && "span" in part.value) {
          return Array.isArray(part.value.span) ? part.value.span : [part.value.span];
        }
        return [String(part.value)];
      });
    },
  });
  speakers.set(language, say);
  return say;
}
