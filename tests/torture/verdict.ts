/** Whether everything that should stand stands, once, in order and as it is now, and every step has had its effect exactly once. */
import path from "node:path";
import Sqlite from "better-sqlite3";
import { type Selectable, sql } from "kysely";
import { readShipped } from "../../adapters/data/read.ts";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import { cards } from "../../src/cards/index.ts";
import { drawCard } from "../../src/delivery/draw.ts";
import { createDirectory } from "../../src/directory.ts";
import type { Message } from "../../src/message.ts";
import type { Database, Store } from "../../src/ports.ts";
import { type Room, listRooms } from "../../src/rooms/rooms.ts";
import type { Schema } from "../../src/store/schema.ts";
import type { PlatformPost } from "../support/platform.ts";
import { AWAKE_ROOMS, DEADLINE, effectsOf, type Progress } from "./script.ts";
import { drawnAt, stampCards } from "./stamp.ts";

/** `twice`, `lost`, `order` and `old` are about posts, `effect` about steps, `waiting` and `damage` about the database. */
export type Breach = { kind: "twice" | "lost" | "order" | "old" | "effect" | "waiting" | "damage" | "trouble"; what: string };
type PostRow = Selectable<Schema["posts"]>;

/** Cards that are drawn again whenever what they show changes. A digest, for one, is a letter of its day. */
const ALWAYS_NEWEST = ["call", "deadline", "moved"];

const { directorySources } = readShipped(path.join(import.meta.dirname, "../../data"));
const directory = createDirectory(directorySources);
const stamped = stampCards(cards);

/** Looks at the folder of a program that has ended, and at what its chat holds. */
export async function judge(folder: string, posts: readonly PlatformPost[], ended: { progress: Progress; now: number }): Promise<Breach[]> {
  const damage = findDamage(folder);
  if (damage.length > 0) return damage;
  const store = await openSqliteStore({ file: path.join(folder, DATABASE_FILE) });
  try {
    return [...(await judgePosts(store, posts, ended.now)), ...(await judgeEffects(store.reading, ended.progress))];
  } finally {
    await store.close();
  }
}

export function findDamage(folder: string): Breach[] {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { readonly: true });
  const found = database.pragma("integrity_check", { simple: true });
  database.close();
  return found === "ok" ? [] : [{ kind: "damage", what: String(found) }];
}

async function judgePosts(store: Store, posts: readonly PlatformPost[], now: number): Promise<Breach[]> {
  const db = store.reading;
  const breaches: Breach[] = [];
  const rows = await db.selectFrom("posts").selectAll().orderBy("room").orderBy("sequence").execute();
  const there = new Map(posts.map((post) => [post.reference, post]));
  for (const row of rows) {
    if (row.state !== "standing" && row.state !== "removed") breaches.push({ kind: "waiting", what: `${row.id} is ${row.state}` });
    const post = there.get(row.reference ?? "");
    if (row.state === "standing" && (post === undefined || post.removed)) breaches.push({ kind: "lost", what: `${row.id} ${row.card} ${row.occasion}` });
  }
  const known = new Map(rows.map((row) => [row.reference, row]));
  for (const post of posts) {
    if (!post.removed && !known.has(post.reference)) breaches.push({ kind: "twice", what: `${post.reference} in ${post.room}, sent as ${post.key}` });
  }
  for (const room of new Set(posts.map((post) => post.room))) {
    const sequences = posts.filter((post) => post.room === room).map((post) => known.get(post.reference)?.sequence ?? -1);
    const inOrder = sequences.filter((sequence) => sequence >= 0);
    if (inOrder.some((sequence, index) => sequence <= (inOrder[index - 1] ?? 0))) breaches.push({ kind: "order", what: `${room}: ${inOrder.join(" ")}` });
  }
  breaches.push(...(await findOld(store, rows, there)), ...(await findMissed(db, rows, now)));
  return breaches;
}

/** Draws each post again for the moment it was drawn for, from what is true now. */
async function findOld(store: Store, rows: readonly PostRow[], there: ReadonlyMap<string, PlatformPost>): Promise<Breach[]> {
  const rooms = new Map<string, Room>((await listRooms(store.reading)).map((room) => [room.address, room]));
  // A small change, such as a taking, is shown in the newest post about a deadline only.
  const newest = new Map(rows.map((row) => [`${row.room} ${row.card} ${row.subject}`, row.id]));
  const breaches: Breach[] = [];
  for (const row of rows) {
    const post = there.get(row.reference ?? "");
    const room = rooms.get(row.room);
    const card = stamped.find((candidate) => candidate.kind === row.card);
    const at = post === undefined ? null : drawnAt(post.message);
    if (post === undefined || room === undefined || card === undefined || at === null || !ALWAYS_NEWEST.includes(row.card)) continue;
    if (row.card === "deadline" && newest.get(`${row.room} ${row.card} ${row.subject}`) !== row.id) continue;
    // Reading needs no transaction here: nothing else runs on this folder.
    const drawn = await store.write((trx) => drawCard(card, trx, row, room, at, { directory }));
    // What has nothing to show any more stays as it was.
    if (drawn !== null && !isSame(drawn.message, post.message)) {
      breaches.push({ kind: "old", what: `${row.id} ${row.card} ${row.occasion}: ${differenceOf(drawn.message, post.message)}` });
    }
  }
  return breaches;
}

const printed = (message: Message): string => JSON.stringify(message);
const isSame = (one: Message, other: Message): boolean => printed(JSON.parse(printed(one))) === printed(other);

function differenceOf(wanted: Message, found: Message): string {
  const [one, other] = [printed(wanted), printed(found)];
  const start = [...one].findIndex((letter, index) => letter !== other[index]);
  const around = (text: string): string => text.slice(Math.max(0, start - 20), start + 40);
  return `should read …${around(one)}…, reads …${around(other)}…`;
}

/** What the plans and calls say should have been posted and never was. */
async function findMissed(db: Database, rows: readonly PostRow[], now: number): Promise<Breach[]> {
  const breaches: Breach[] = [];
  // Elsewhere it may be night, and then a plan waits for the morning.
  const overdue = await db
    .selectFrom("plans")
    .select("id")
    .where("state", "=", "planned")
    .where("planned_at", "<=", now - 60_000)
    .where("room", "in", AWAKE_ROOMS)
    .execute();
  for (const { id } of overdue) breaches.push({ kind: "lost", what: `the plan ${id} was never carried out` });
  const has = (room: string, card: string, subject: string) => rows.some((row) => row.room === room && row.card === card && row.subject === subject);
  const reminders = await db
    .selectFrom("plans")
    .innerJoin("deadlines", "deadlines.id", "plans.subject")
    .select(["plans.room", "deadlines.family"])
    .where("plans.kind", "=", "reminder")
    .where("plans.state", "=", "posted")
    .execute();
  for (const { room, family } of reminders) {
    if (!has(room, "deadline", family)) breaches.push({ kind: "lost", what: `no reminder of ${family} in ${room}` });
  }
  const called = await db
    .selectFrom("call_rooms")
    .innerJoin("calls", "calls.id", "call_rooms.call")
    .select(["call_rooms.call", "call_rooms.room"])
    .where("calls.state", "=", "open")
    .execute();
  for (const { call, room } of called) if (!has(room, "call", call)) breaches.push({ kind: "lost", what: `no ${call} in ${room}` });
  return breaches;
}

async function judgeEffects(db: Database, progress: Progress): Promise<Breach[]> {
  const expected = effectsOf(progress);
  const answers = await db
    .selectFrom("answers")
    .innerJoin("call_texts", "call_texts.call", "answers.call")
    .select(({ fn }) => ["call_texts.title", fn.countAll<number>().as("count")])
    .groupBy("call_texts.title")
    .execute();
  const takings = await db.selectFrom("takings").select("network").where("deadline", "=", DEADLINE).orderBy("network").execute();
  const history = await db.selectFrom("history").select("new").where("subject", "=", DEADLINE).where("field", "=", "date").orderBy("revision").execute();
  const audit = await db.selectFrom("audit").select(({ fn }) => ["command", fn.countAll<number>().as("count")]).groupBy("command").execute();
  const keys = await db.selectFrom("inbound").select("key").orderBy("key").execute();
  const times = history.map((row) => timeIn(row.new)).filter((time) => time !== null);
  const duplicates = await sql<{ title: string }>`select title from call_texts group by title having count(*) > 1`.execute(db);
  const found: Record<string, [expected: unknown, found: unknown]> = {
    answers: [sorted(expected.answers), sorted(Object.fromEntries(answers.map((row) => [row.title, Number(row.count)])))],
    takings: [expected.takings, takings.map((row) => row.network)],
    moves: [expected.moves, times],
    audit: [sorted(expected.audit), sorted(Object.fromEntries(audit.map((row) => [row.command, Number(row.count)])))],
    keys: [expected.keys.length, keys.length],
    "calls made twice": [[], duplicates.rows.map((row) => row.title)],
  };
  return Object.entries(found)
    .filter(([, [one, other]]) => JSON.stringify(one) !== JSON.stringify(other))
    .map(([name, [one, other]]) => ({ kind: "effect", what: `${name}: ${JSON.stringify(one)} expected, ${JSON.stringify(other)} found` }));
}

const sorted = (counts: Record<string, number>) => Object.entries(counts).sort();

function timeIn(value: string | null): string | null {
  // Written by settle.ts from a DueValue.
  const due = JSON.parse(value ?? "null") as { time: string | null } | null;
  return due?.time ?? null;
}
