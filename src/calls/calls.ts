/**
 * Calls to action: a text in several languages, what is asked, until when, and which organisations have answered. Owns `calls`,
 * `call_texts`, `answers` and `call_rooms`.
 *
 * A call is a draft until it is published; then its texts are frozen and their fingerprint is kept. It can be put on hold and opened
 * again, and ends closed or withdrawn. `revision` rises with every change of state or text, not with answers: a question "close this
 * call?" stays valid while people sign.
 */
import type { Selectable } from "kysely";
import { z } from "zod";
import type { CommandContext } from "../command.ts";
import { UserError } from "../errors.ts";
import { LANGUAGES, type Instant, type Language, type Zone } from "../message.ts";
import type { Chance, Database, Writing } from "../ports.ts";
import { isCoordination } from "../rooms/networks.ts";
import { listRooms, type Room } from "../rooms/rooms.ts";
import type { Schema } from "../store/schema.ts";
import { organisationKey } from "./organisations.ts";

export const CALL_KINDS = ["sign-on", "urgent", "submission", "statement"] as const;
export type CallKind = (typeof CALL_KINDS)[number];
export const CALL_STATES = ["draft", "open", "held", "closed", "withdrawn"] as const;
export type CallState = (typeof CALL_STATES)[number];
export const DISPLAYS = ["named", "region", "counted"] as const;
/** How an organisation may be shown in a public list: by name, as "an organisation in (region)", or as a number only. */
export type Display = (typeof DISPLAYS)[number];

/** Longest title and text of a call, in characters. */
export const CALL_TITLE_LIMIT = 150;
export const CALL_TEXT_LIMIT = 8_000;

/** The card that stands in the rooms, and the prefix of the worker's key. */
export const CALL_CARD = "call";

export type Call = {
  id: string;
  kind: CallKind;
  state: CallState;
  /** The network that calls. */
  network: string;
  /** Answers are taken until before this instant; null when there is no end. */
  closesAt: Instant | null;
  zone: Zone;
  goal: number | null;
  link: string;
  /** SHA-256 of `frozenText`, from the moment of publishing. */
  fingerprint: string | null;
  revision: number;
  createdAt: Instant;
};
export type CallText = { language: Language; title: string; text: string };
/** What rooms may know of the answers: how many, from how many regions. Never who has not answered. */
export type Tally = { organisations: number; regions: number };

const rowSchema = z.object({ kind: z.enum(CALL_KINDS), state: z.enum(CALL_STATES) });
const textSchema = z.object({ language: z.enum(LANGUAGES), title: z.string(), text: z.string() });

function callFromRow(row: Selectable<Schema["calls"]>): Call {
  const { kind, state } = rowSchema.parse(row);
  return {
    id: row.id,
    kind,
    state,
    network: row.network,
    closesAt: row.closes_at,
    zone: row.zone,
    goal: row.goal,
    link: row.link,
    fingerprint: row.fingerprint,
    revision: row.revision,
    createdAt: row.created_at,
  };
}

/* Looking */

export async function findCall(db: Database, id: string): Promise<Call | undefined> {
  const row = await db.selectFrom("calls").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : callFromRow(row);
}

/** Newest first. */
export async function listCalls(db: Database): Promise<Call[]> {
  const rows = await db.selectFrom("calls").selectAll().orderBy("created_at", "desc").orderBy("id").execute();
  return rows.map(callFromRow);
}

/** In the fixed order of `LANGUAGES`. */
export async function listTexts(db: Database, id: string): Promise<CallText[]> {
  const rows = await db.selectFrom("call_texts").select(["language", "title", "text"]).where("call", "=", id).execute();
  return readTexts(rows);
}

/** Texts of one call from their rows, in the fixed order of `LANGUAGES`. */
export function readTexts(rows: readonly unknown[]): CallText[] {
  const texts = rows.map((row) => textSchema.parse(row));
  return texts.sort((one, other) => LANGUAGES.indexOf(one.language) - LANGUAGES.indexOf(other.language));
}

/** The text for a reader: in their language, else in English, else in the first there is. */
export function chooseText(texts: readonly CallText[], language: Language): CallText | undefined {
  return texts.find((text) => text.language === language) ?? texts.find((text) => text.language === "en") ?? texts[0];
}

/** What the fingerprint is taken of: every text in fixed order, as JSON, so that no two sets of texts look the same. */
export function frozenText(texts: readonly CallText[]): string {
  return JSON.stringify(texts.map(({ language, title, text }) => [language, title, text]));
}

export async function countAnswers(db: Database, id: string): Promise<Tally> {
  return (await countAllAnswers(db, [id])).get(id) ?? { organisations: 0, regions: 0 };
}

/** By call; a call without an answer is left out. */
export async function countAllAnswers(db: Database, ids: readonly string[]): Promise<Map<string, Tally>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("answers")
    .select(({ fn }) => ["call", "network", fn.countAll<number>().as("count")])
    .where("call", "in", ids)
    .groupBy(["call", "network"])
    .execute();
  const tallies = [...Map.groupBy(rows, (row) => row.call)].map(([call, counted]): [string, Tally] => [
    call,
    { organisations: counted.reduce((sum, row) => sum + Number(row.count), 0), regions: counted.filter((row) => row.network !== NO_REGION).length },
  ]);
  return new Map(tallies);
}

/** The networks from which at least one organisation has answered. */
export async function listAnsweringNetworks(db: Database, id: string): Promise<Set<string>> {
  const rows = await db.selectFrom("answers").select("network").distinct().where("call", "=", id).execute();
  return new Set(rows.map((row) => row.network));
}

/** The rooms a call is meant for or, once published, went to; by address. */
export async function listCallRooms(db: Database, id: string): Promise<Room[]> {
  const chosen = await db.selectFrom("call_rooms").select("room").where("call", "=", id).execute();
  const addresses = new Set<string>(chosen.map((row) => row.room));
  return (await listRooms(db)).filter((room) => addresses.has(room.address));
}

export type Reach = readonly string[] | "all";

/**
 * The rooms a call goes to, by address: those of the networks named, else those chosen for the draft, else all. Coordination rooms are
 * left out: their members see the call in their own network's room.
 */
export async function findAudience(db: Database, call: Pick<Call, "id">, networks: Reach | undefined): Promise<Room[]> {
  const chosen = networks === undefined ? await listCallRooms(db, call.id) : [];
  if (chosen.length > 0) return chosen;
  const named = networks === undefined || networks === "all" ? undefined : networks;
  return (await listRooms(db)).filter((room) => !isCoordination(room) && (named === undefined || named.includes(room.network)));
}

/** Whether people in `room` may read it: a draft in its own network only, a published one in the networks it went to. */
export function isReadableIn(call: Call, room: Pick<Room, "network">, callRooms: readonly Pick<Room, "network">[]): boolean {
  if (call.network === room.network || isCoordination(room)) return true;
  return call.state !== "draft" && callRooms.some((other) => other.network === room.network);
}

/** The call as `room` may know it. Throws `unknown_subject` when there is none, or none for this room. */
export async function demandCall(context: Pick<CommandContext, "db" | "room">, id: string): Promise<Call> {
  const call = await findCall(context.db, id);
  if (call === undefined || !isReadableIn(call, context.room, await listCallRooms(context.db, id))) {
    throw new UserError("unknown_subject", { subject: id });
  }
  return call;
}

/**
 * A call that whoever acts may publish, change or end: from its own network, from coordination, or as operator. Any coordinator who
 * can read it may hold it, and for that `demandCall` is enough.
 */
export async function demandOwnCall(context: Pick<CommandContext, "db" | "room" | "roles">, id: string): Promise<Call> {
  const call = await demandCall(context, id);
  const { room, roles } = context;
  if (call.network !== room.network && !isCoordination(room) && !roles.includes("operator")) {
    throw new UserError("not_allowed", { role: "coordinator" });
  }
  return call;
}

/* Changing */

/** The text of a call as it came in the body. Throws `text_too_long`. */
export function readCallText(body: string | undefined): string {
  const text = (body ?? "").normalize("NFC").replace(/\r\n?/g, "\n").trim();
  if ([...text].length > CALL_TEXT_LIMIT) throw new UserError("text_too_long", { limit: CALL_TEXT_LIMIT, field: "body" });
  return text;
}

export type NewCall = Pick<Call, "kind" | "network" | "closesAt" | "zone" | "goal" | "link"> & { text: CallText };

/** Ids are guessable by nobody and name nothing but the kind. Eight characters keep them short enough to type. */
const ID_LENGTH = 8;

export async function createCall(trx: Writing, draft: NewCall, chance: Chance, now: Instant): Promise<string> {
  const { text, closesAt, ...rest } = draft;
  for (;;) {
    const id = `${draft.kind}-${chance.id().slice(-ID_LENGTH)}`;
    const inserted = await trx
      .insertInto("calls")
      .values({ ...rest, id, closes_at: closesAt, state: "draft", fingerprint: null, revision: 1, created_at: now })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (inserted === undefined) continue;
    await trx.insertInto("call_texts").values({ call: id, ...text }).execute();
    return id;
  }
}

/** Adds or replaces the text in one language. Returns false when the texts are frozen. */
export async function writeText(trx: Writing, id: string, text: CallText): Promise<boolean> {
  const draft = await changeState(trx, id, { from: ["draft"], to: "draft" });
  if (!draft) return false;
  await trx
    .insertInto("call_texts")
    .values({ call: id, ...text })
    .onConflict((conflict) => conflict.columns(["call", "language"]).doUpdateSet({ title: text.title, text: text.text }))
    .execute();
  return true;
}

export async function chooseRooms(trx: Writing, id: string, rooms: readonly Room[]): Promise<void> {
  await trx.deleteFrom("call_rooms").where("call", "=", id).execute();
  if (rooms.length > 0) await trx.insertInto("call_rooms").values(rooms.map((room) => ({ call: id, room: room.address }))).execute();
}

/** Freezes the texts and opens the call. Returns false when it changed since `call` was read. */
export async function publishCall(trx: Writing, call: Call, fingerprint: string): Promise<boolean> {
  const opened = await trx
    .updateTable("calls")
    .set({ state: "open", fingerprint, revision: call.revision + 1 })
    .where("id", "=", call.id)
    .where("state", "=", "draft")
    .where("revision", "=", call.revision)
    .returning("id")
    .executeTakeFirst();
  return opened !== undefined;
}

/** Moves the call on and raises its revision. Returns false when it is in none of the states `from`. */
export async function changeState(trx: Writing, id: string, step: { from: readonly CallState[]; to: CallState }): Promise<boolean> {
  const changed = await trx
    .updateTable("calls")
    .set((eb) => ({ state: step.to, revision: eb("revision", "+", 1) }))
    .where("id", "=", id)
    .where("state", "in", [...step.from])
    .returning("id")
    .executeTakeFirst();
  return changed !== undefined;
}

/** The network of answers noted in a coordination room, which stands for no region. */
const NO_REGION = "";

/** The region that an answer given in this room counts for. */
export function regionOf(room: Room): string {
  return isCoordination(room) ? NO_REGION : room.network;
}

/** Counts an organisation once. `closed`: no answers are taken now. `already`: it had been counted, by whomever, and nothing changed. */
export async function recordAnswer(
  trx: Writing,
  id: string,
  answer: { organisation: string; region: string; display: Display },
  now: Instant,
): Promise<"counted" | "already" | "closed"> {
  // Writing the row, though nothing in it changes, holds off a `call hold` until this answer is in.
  const open = await trx
    .updateTable("calls")
    .set({ state: "open" })
    .where("id", "=", id)
    .where("state", "=", "open")
    .where((eb) => eb.or([eb("closes_at", "is", null), eb("closes_at", ">", now)]))
    .returning("id")
    .executeTakeFirst();
  if (open === undefined) return "closed";
  const counted = await trx
    .insertInto("answers")
    .values({
      call: id,
      organisation_key: organisationKey(answer.organisation),
      organisation: answer.organisation,
      network: answer.region,
      display: answer.display,
      at: now,
    })
    .onConflict((conflict) => conflict.columns(["call", "organisation_key"]).doNothing())
    .returning("organisation_key")
    .executeTakeFirst();
  return counted === undefined ? "already" : "counted";
}

/** Takes an answer back. `region` limits it to answers given there; undefined takes it back wherever it was given. */
export async function removeAnswer(trx: Writing, id: string, organisation: string, region: string | undefined): Promise<boolean> {
  let query = trx.deleteFrom("answers").where("call", "=", id).where("organisation_key", "=", organisationKey(organisation));
  if (region !== undefined) query = query.where("network", "=", region);
  return (await query.returning("organisation_key").executeTakeFirst()) !== undefined;
}
