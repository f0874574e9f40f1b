/**
 * A message is plain data. It knows no platform: each chat draws it its own way, and `plain.ts` gives the text twin
 * that stands for it everywhere words alone can go.
 */

/** The six languages of the networks. The first is the one every catalogue key exists in. */
export const LANGUAGES = ["en", "es", "fr", "ru", "pt", "ar"] as const;
export type Language = (typeof LANGUAGES)[number];

/** An IANA time zone name, such as `Europe/Zurich`. */
export type Zone = string;
/** Milliseconds since 1970-01-01T00:00Z, always a whole number. */
export type Instant = number;
/** A calendar day, `2027-02-10`. Belongs to no zone until one is named. */
export type PlainDate = string;
/** A month known without its day, `2027-02`. It is shown as "about February 2027" and never counted down. */
export type YearMonth = string;
/** `https:` links only; anything else is dropped before it becomes a span. */
export type HttpsUrl = `https://${string}`;

/** Text from a feed or a person: escaped and capped by every chat, never able to mention anyone. */
export type Foreign = { foreign: string };
/** A point in time that each chat may show its own way. A string of 7 is a month, of 10 a day. */
export type MomentSpan = { moment: Instant | PlainDate | YearMonth; zone: Zone };
export type Span =
  | string
  | Foreign
  | { link: HttpsUrl; label: string | Foreign }
  | { strong: string }
  | { struck: Span }
  | { code: string }
  | MomentSpan;

export type Block =
  | { text: Span[] }
  | { fields: [label: string, value: Span[]][] }
  | { list: Span[][] }
  | { table: { head: string[]; rows: Span[][][] } }
  | { quote: Span[] }
  | { progress: { done: number; goal?: number; label: string } }
  | { picture: { file: string; alt: string } };

/**
 * A button is a command line: `command` holds ids only, never translated words, at most 2,000 bytes.
 * `confirm` is a question the chat asks before it sends the command.
 */
export type Action = { label: string; command: string; style?: "primary" | "danger"; confirm?: string };

export type Tone = "plain" | "urgent" | "late" | "done" | "quiet";

export type Message = {
  title: Span[];
  tone: Tone;
  blocks: Block[];
  actions: Action[];
  language: Language;
  /** What may show on a lock screen instead of the title; says nothing about drugs, cases or networks. */
  discreet?: string;
};

/** The longest text from outside that any chat will show in one span. */
export const FOREIGN_LIMIT = 600;

/** Wraps outside text: control and direction-changing characters go, white space folds, and long text is cut with "…". */
export function foreign(text: string, limit = FOREIGN_LIMIT): Foreign {
  const folded = text
    .normalize("NFC")
    // Control characters and bidi overrides can hide or reorder what surrounds them.
    .replace(/[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const letters = [...folded];
  return { foreign: letters.length > limit ? `${letters.slice(0, limit - 1).join("")}…` : folded };
}

/** A message of one sentence, for confirmations and refusals. */
export function sentence(text: string | Span[], language: Language, actions: Action[] = []): Message {
  return { title: typeof text === "string" ? [text] : text, tone: "plain", blocks: [], actions, language };
}

/** A link span when the address is plain https, else the label alone. */
export function linkTo(address: string, label: string | Foreign): Span {
  return isHttps(address) ? { link: address, label } : label;
}

export function isHttps(address: string): address is HttpsUrl {
  return /^https:\/\/[^\s<>"'\\]+$/.test(address) && URL.canParse(address);
}
