/**
 * What a source's text says, before anything is compared or kept: plain data, made by the readers in `feeds/`. Every text in it is plain
 * (no markup), every link absolute. A missing value is "" or null; none is invented.
 */
import type { Instant, PlainDate } from "../message.ts";

export type SourceFormat = "rss" | "atom" | "json" | "calendar" | "table";

/** What a feed says of itself. */
export type DocumentHead = { format: SourceFormat; title: string; link: string; id: string; summary: string; updatedAt: Instant | null; language: string };

export type DocumentItem = {
  /** What the source itself calls it: guid, Atom id, UID; "" when it has none. Not yet trusted. */
  id: string;
  title: string;
  /** http or https, or "". */
  link: string;
  publishedAt: Instant | null;
  updatedAt: Instant | null;
  /** The short text. */
  summary: string;
  /** The full text, where the source gives one beside the short one. */
  content: string;
  /** As the source says: `en`, `fr-CH`; "" when it does not. */
  language: string;
  /** Of a calendar's entry or a table's row; null for all else. */
  event: DocumentEvent | null;
};

/** A day stays a day, an instant is in UTC. `occurrences` are the starts of all that is left after exceptions, the first included. */
export type DocumentEvent = {
  start: PlainDate | Instant | null;
  /** As in the file: of an all-day event the day after its last one. */
  end: PlainDate | Instant | null;
  /** The last day of an all-day event, itself included; null for one with hours. */
  lastDay: PlainDate | null;
  status: "confirmed" | "tentative" | "cancelled";
  occurrences: (PlainDate | Instant)[];
  /** IANA, of its start; null for an all-day event or a floating time. */
  zone: string | null;
  /** The revision its owner states; null when there is none. */
  sequence: number | null;
};

export type SourceDocument = { head: DocumentHead; items: DocumentItem[] };
/** `not_a_feed`: another kind of text, such as a web page; `broken`: one of these kinds, of which nothing could be read. */
export type DocumentError = { error: "not_a_feed" | "broken" };

/** A date by which a reader may still act, as a text says it. */
export type FoundDeadline = {
  on: PlainDate;
  /** As written, in 24 hours; midnight at the end of the day is `24:00`. Null where the text names none. */
  time: string | null;
  /** IANA where the text names a place; else what it says (`UTC+2`, `GMT`); null where it says nothing. */
  zone: string | null;
  /** What it is for, in the text's own words, short. */
  what: string;
  /** Where the date stands in the text: from this letter (UTF-16 unit) up to but not including the other. */
  from: number;
  until: number;
};

export const ITEM_KINDS = ["call-for-input", "session-news", "country-violation", "publication", "other"] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** What a text is about, and why we think so. */
export type Classification = {
  /** Language the text is in, as recognised. */
  language: string;
  relevant: boolean;
  /** ISO 3166 alpha-3 of the States it is about. */
  countries: string[];
  mechanisms: string[];
  /** Keys of `topic.*` in the catalogue. */
  topics: string[];
  kind: ItemKind;
  /** Each reason: a catalogue key's last part and the words of the text that carried it. */
  why: { reason: string; words: string }[];
};

export type Understanding = Classification & { deadlines: FoundDeadline[] };

/** The text that is understood, and that the `from` and `until` of its deadlines point into: the title, then the longest text there is. */
export function textOf({ title, summary, content }: Pick<DocumentItem, "title" | "summary" | "content">): string {
  return [title, content.length >= summary.length ? content : summary].filter((part) => part !== "").join("\n\n");
}

/** One item of a reading: what it says, what it is about, and the fingerprint of the bytes that it came from. */
export type ReadItem = DocumentItem & {
  slice: string;
  understood: Understanding;
  /** Of its text (see print.ts). Made where the text is read, since it takes longer than all that is left to do; absent, it is made when it is recorded. */
  textPrint?: string;
};

/**
 * `known`: fingerprints of slices that were read before; what they hold is not read again. `now`: of an item without a date, the instant from
 * which a day without a year is the next one. `body` is given away: it is empty afterwards.
 */
export type ReadRequest = { body: Uint8Array; contentType: string; url: string; known: readonly string[]; now: Instant };
/** `items`: those of new slices only. `slices`: of all that the text holds now, in its order. */
export type ReadResult = { head: DocumentHead; items: ReadItem[]; slices: string[] } | DocumentError;
/** Bytes to items, off the main thread. Never throws for bad bytes. */
export type ReadSource = (request: ReadRequest) => Promise<ReadResult>;

/** A text that somebody pasted, or the bytes of a page behind a link. `now` is the instant from which a day without a year is the next one. */
export type TextRequest = { now: Instant } & ({ text: string } | { body: Uint8Array; contentType: string; url: string });
/** `text` is what the dates' places point into. */
export type TextResult = { title: string; text: string; understood: Understanding } | DocumentError;
/** Reads one text that is no feed, off the main thread. Never throws for bad bytes. */
export type UnderstandText = (request: TextRequest) => Promise<TextResult>;
