/** The first schema. Names compare by byte in both databases; every invariant is a key. */
import { type Kysely, sql } from "kysely";

export type DialectName = "sqlite" | "postgres";

type Columns = Record<string, string>;
/** The keys and indexes of one table. `partial` indexes name their condition. */
type Table = { columns: Columns; primary: string; unique?: string[]; indexes?: string[] };

const TEXT = "text not null";
const TEXT_OR_NULL = "text";
const NUMBER = "number not null";
const NUMBER_OR_NULL = "number";

const TABLES: Record<string, Table> = {
  meta: { columns: { key: TEXT, value: TEXT }, primary: "key" },
  networks: {
    columns: { id: TEXT, name: TEXT, language: TEXT, zone: TEXT, working_week: TEXT, standing: TEXT },
    primary: "id",
  },
  network_countries: { columns: { network: TEXT, country: TEXT }, primary: "network, country", indexes: ["country"] },
  rooms: {
    columns: {
      address: TEXT, network: TEXT, zone: TEXT, language: TEXT, waking_from: TEXT, waking_until: TEXT, working_week: TEXT,
      audience: TEXT, ladder: TEXT_OR_NULL, rhythm: TEXT, discreet: NUMBER, follow: TEXT, paused_until: NUMBER_OR_NULL,
      revision: NUMBER, last_sequence: NUMBER, lease_token: TEXT_OR_NULL, lease_until: NUMBER, next_send_at: NUMBER,
    },
    primary: "address",
    indexes: ["network"],
  },
  hidden: { columns: { room: TEXT, subject: TEXT }, primary: "room, subject" },
  roles: { columns: { actor: TEXT, role: TEXT, network: TEXT }, primary: "actor, role, network" },
  role_codes: { columns: { hash: TEXT, role: TEXT, network: TEXT, expires_at: NUMBER }, primary: "hash" },
  audit: {
    columns: { id: TEXT, at: NUMBER, command: TEXT, targets: TEXT, role: TEXT, actor: TEXT },
    primary: "id",
    indexes: ["at"],
  },
  broadcasts: {
    columns: { id: TEXT, at: NUMBER, actor: TEXT, command: TEXT, subject: TEXT, undo: TEXT, undone_at: NUMBER_OR_NULL },
    primary: "id",
    indexes: ["actor, at"],
  },
  inbound: { columns: { key: TEXT, at: NUMBER }, primary: "key", indexes: ["at"] },
  claims: {
    columns: {
      id: TEXT, subject: TEXT, value: TEXT, confidence: TEXT, stated_by: TEXT, link: TEXT, checked_on: TEXT_OR_NULL,
      stated_at: NUMBER, state: TEXT, sequence: NUMBER, reason: TEXT,
    },
    primary: "id",
    unique: ["subject, sequence"],
    indexes: ["state, subject"],
  },
  history: {
    columns: {
      id: TEXT, subject: TEXT, revision: NUMBER, at: NUMBER, field: TEXT, old: TEXT_OR_NULL, new: TEXT_OR_NULL,
      stated_by: TEXT, reason: TEXT,
    },
    primary: "id",
    unique: ["subject, revision, field"],
  },
  sessions: {
    columns: {
      id: TEXT, mechanism: TEXT, number: TEXT, title: TEXT, place: TEXT, zone: TEXT, kind: TEXT, starts_on: TEXT_OR_NULL,
      ends_on: TEXT_OR_NULL, precision: TEXT, status: TEXT, confidence: TEXT, link: TEXT, checked_on: TEXT_OR_NULL,
      revision: NUMBER,
    },
    primary: "id",
    indexes: ["mechanism, starts_on", "kind, starts_on"],
  },
  deadlines: {
    columns: {
      id: TEXT, kind: TEXT, mechanism: TEXT, rule: TEXT_OR_NULL, session: TEXT_OR_NULL, country: TEXT_OR_NULL,
      network: TEXT_OR_NULL, base: TEXT_OR_NULL, lead_from_base: TEXT_OR_NULL, title: TEXT_OR_NULL, family: TEXT,
      who_may: TEXT, topics: TEXT, zone: TEXT, due_on: TEXT_OR_NULL, due_time: TEXT_OR_NULL, over_at: NUMBER_OR_NULL,
      precision: TEXT, status: TEXT, confidence: TEXT, only_if: TEXT_OR_NULL, condition_met: NUMBER, link: TEXT,
      checked_on: TEXT_OR_NULL, revision: NUMBER,
    },
    primary: "id",
    indexes: ["over_at", "session", "base", "family", "country, mechanism"],
  },
  takings: { columns: { deadline: TEXT, network: TEXT, taken_at: NUMBER }, primary: "deadline, network" },
  tellings: {
    columns: { room: TEXT, deadline: TEXT, told: TEXT, told_at: NUMBER, post: TEXT },
    primary: "room, deadline",
    indexes: ["deadline"],
  },
  plans: {
    columns: {
      id: TEXT, room: TEXT, kind: TEXT, subject: TEXT, lead: TEXT, planned_at: NUMBER, wall_on: TEXT, wall_time: TEXT,
      zone: TEXT, zone_rules: TEXT, useful_until: NUMBER, revision: NUMBER, state: TEXT, posted_at: NUMBER_OR_NULL,
    },
    primary: "id",
    indexes: ["state, planned_at", "room, state, planned_at", "subject, state", "room, posted_at"],
  },
  posts: {
    columns: {
      id: TEXT, room: TEXT, card: TEXT, subject: TEXT, occasion: TEXT, sequence: NUMBER, wanted: NUMBER, shown: NUMBER,
      planned_at: NUMBER, created_at: NUMBER, due_at: NUMBER, told: TEXT_OR_NULL, rendered: TEXT_OR_NULL,
      asker: TEXT_OR_NULL, reply_to: TEXT_OR_NULL, state: TEXT, sending: TEXT_OR_NULL,
      actions: TEXT, reference: TEXT_OR_NULL, failing_since: NUMBER_OR_NULL, attempts: NUMBER, failure: TEXT_OR_NULL,
      expires_at: NUMBER_OR_NULL,
    },
    primary: "id",
    unique: ["room, card, subject, occasion", "room, sequence"],
    indexes: ["state, due_at", "room, state, due_at", "subject, card", "room, reference"],
  },
  calls: {
    columns: {
      id: TEXT, kind: TEXT, state: TEXT, network: TEXT, closes_at: NUMBER_OR_NULL, zone: TEXT, goal: NUMBER_OR_NULL,
      link: TEXT, fingerprint: TEXT_OR_NULL, revision: NUMBER, created_at: NUMBER,
    },
    primary: "id",
    indexes: ["state, closes_at"],
  },
  call_texts: { columns: { call: TEXT, language: TEXT, title: TEXT, text: TEXT }, primary: "call, language" },
  answers: {
    columns: { call: TEXT, organisation_key: TEXT, organisation: TEXT, network: TEXT, display: TEXT, at: NUMBER },
    primary: "call, organisation_key",
  },
  call_rooms: { columns: { call: TEXT, room: TEXT }, primary: "call, room" },
  sources: {
    columns: {
      id: TEXT, url: TEXT, title: TEXT, format: TEXT, topics: TEXT, state: TEXT, etag: TEXT_OR_NULL,
      last_modified: TEXT_OR_NULL, read_at: NUMBER_OR_NULL, tried_at: NUMBER_OR_NULL, next_at: NUMBER,
      failing_since: NUMBER_OR_NULL, failure: TEXT_OR_NULL, brought: NUMBER, first_read_at: NUMBER_OR_NULL, rooms: TEXT,
      private_allowed: NUMBER,
    },
    primary: "id",
    unique: ["url"],
    indexes: ["state, next_at"],
  },
  items: {
    columns: {
      id: TEXT, source: TEXT, identity: TEXT, title: TEXT, link: TEXT, published_at: NUMBER_OR_NULL, read_at: NUMBER,
      summary: TEXT, topics: TEXT, revision: NUMBER,
    },
    primary: "id",
    unique: ["source, identity"],
    indexes: ["read_at"],
  },
  wakes: { columns: { key: TEXT, at: NUMBER, revision: NUMBER, next_at: NUMBER_OR_NULL }, primary: "key", indexes: ["at"] },
  web_posts: {
    columns: {
      reference: TEXT, room: TEXT, sequence: NUMBER, key: TEXT, message: TEXT, posted_at: NUMBER,
      edited_at: NUMBER_OR_NULL, removed: NUMBER,
    },
    primary: "reference",
    unique: ["key", "sequence"],
    indexes: ["room, sequence"],
  },
};

/** SQLite knows `integer` and STRICT tables; PostgreSQL needs 64 bits for milliseconds and a byte-wise collation. */
export const TYPES: Record<DialectName, { text: string; number: string; end: string }> = {
  sqlite: { text: "text", number: "integer", end: " strict" },
  postgres: { text: 'text collate "C"', number: "bigint", end: "" },
};

export async function up(database: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const types = TYPES[dialect];
  for (const [name, table] of Object.entries(TABLES)) {
    const columns = Object.entries(table.columns).map(([column, type]) => {
      const concrete = type.replace(/^text/, types.text).replace(/^number/, types.number);
      return `"${column}" ${concrete}`;
    });
    const keys = [`primary key (${quote(table.primary)})`, ...(table.unique ?? []).map((unique) => `unique (${quote(unique)})`)];
    await sql.raw(`create table "${name}" (${[...columns, ...keys].join(", ")})${types.end}`).execute(database);
    for (const index of table.indexes ?? []) {
      const indexName = `${name}_by_${index.replace(/, /g, "_")}`;
      await sql.raw(`create index "${indexName}" on "${name}" (${quote(index)})`).execute(database);
    }
  }
}

function quote(columns: string): string {
  return columns.split(", ").map((column) => `"${column}"`).join(", ");
}
