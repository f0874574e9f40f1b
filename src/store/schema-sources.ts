/** The tables of what is read: sources, items, what rooms were told of them, and what is proposed from them. Read `schema.ts` first. */
import type { Generated } from "kysely";

/** 0 or 1. */
type Flag = number;
/** Text holding JSON; parsed by the module that owns the table. */
type Json = string;

/* sources.ts */
export interface SourcesTable {
  id: string;
  url: string;
  title: string;
  format: string;
  /** JSON list of topics, mechanisms and regions the source is known for. */
  topics: Json;
  state: string;
  etag: string | null;
  last_modified: string | null;
  read_at: number | null;
  tried_at: number | null;
  next_at: number;
  failing_since: number | null;
  failure: string | null;
  /** How many items the last reading brought. */
  brought: number;
  /** When it was read for the first time, which posts nothing; null before. */
  first_read_at: number | null;
  /** JSON list of the rooms that asked for it by name, whatever else they follow. */
  rooms: Json;
  private_allowed: Flag;
  /** As the source says of itself; `` when it does not. */
  language: Generated<string>;
  /** The page the source belongs to, or ``. */
  link: Generated<string>;
  /** Fingerprints of the slices that its text held when it was last read, separated by spaces. */
  slices: Generated<string>;
  /** Fingerprint of the whole body as last read. */
  body_hash: string | null;
  /** How its items are told apart: `guid`, `link` or `title`; `` until its first items. */
  identity: Generated<string>;
  /** When rooms were told that it fails; null when it does not or they were not. */
  noticed_at: number | null;
  /** Its calendar is kept by the body itself. */
  official: Generated<Flag>;
}
export interface ItemsTable {
  id: string;
  source: string;
  /** What makes it the same item, with how: `guid …`, `link …`, `title …`. Rows of schema 3 hold it bare. */
  identity: string;
  title: string;
  link: string;
  published_at: number | null;
  read_at: number;
  /** The beginning of its text. */
  summary: string;
  /** JSON list, those of its source included. */
  topics: Json;
  revision: number;
  /** What the source itself calls it; `` when it has none. */
  guid: Generated<string>;
  /** The link without what does not lead to another page; `` when there is none. */
  address: Generated<string>;
  /** The same for every language and topic it appears under. */
  story: Generated<string>;
  /** Fingerprint of the bytes it was last read from. */
  slice: Generated<string>;
  /** Enough of its words to tell how much of them changed, and no more. */
  text_print: Generated<string>;
  language: Generated<string>;
  kind: Generated<string>;
  relevant: Generated<Flag>;
  countries: Generated<Json>;
  mechanisms: Generated<Json>;
  why: Generated<Json>;
  /** Dates found in its text, as JSON; not claims. */
  deadlines: Generated<Json>;
  /** Of a calendar's entry or a table's row. */
  event: Json | null;
  /** When it last changed in a way that matters. */
  changed_at: number | null;
  /** The newest of those changes, as JSON. */
  changes: Generated<Json>;
}

/* tellings.ts: a room is told each story once */
export interface ItemTellingsTable {
  room: string;
  story: string;
  /** The version that was judged. */
  item: string;
  source: string;
  at: number;
  /** `waiting` (for morning, the digest or the end of a pause), `told` or `left_out`. */
  state: string;
  /** In which post: `new` for one of its own, else that of the post that gathers several. */
  occasion: string;
  /** JSON: what left it out; `` otherwise. */
  reason: string;
}
/* filters.ts */
export interface SourceWordsTable {
  room: string;
  source: string;
  /** `only`, `without` or `relevant`; `never`, where `source` is a source, a host or a publisher that this room rules out. */
  rule: string;
  /** Separated by commas; `` for `relevant` and `never`. */
  words: string;
}

/* proposals.ts */
export interface ProposalsTable {
  id: string;
  /** Which text it was read in: `item:i4821`, or `paste:` and the text's fingerprint. */
  origin: string;
  /** Where somebody pasted the text; null for what a source brought. */
  room: string | null;
  /** `waiting`, `confirmed`, `dismissed`, or `gone`: the text says it no longer. */
  state: string;
  title: string;
  link: string;
  /** The text around the date; the date stands from `mark_from` up to but not including `mark_until`. */
  passage: string;
  mark_from: number;
  mark_until: number;
  /** What the date is for, in the text's words. */
  purpose: string;
  due_on: string;
  due_time: string | null;
  zone: string;
  /** `` when the text names none that the calendar knows. */
  mechanism: string;
  country: string | null;
  topics: Json;
  /** The deadline it would move, or that it has become. */
  deadline: string | null;
  /** The claim that a person made of it. */
  claim: string | null;
  revision: number;
  created_at: number;
  decided_at: number | null;
}
/* pastes.ts: pages that somebody asked to be read once */
export interface PastesTable {
  id: string;
  room: string;
  /** The page it stands on; `` when nobody said. */
  url: string;
  /** Until it has been read; then ``. `` also when the page is to be fetched. */
  text: string;
  /** `waiting`, `read`, `failed`. */
  state: string;
  failure: string | null;
  /** How many dates were found. */
  found: number;
  at: number;
}
