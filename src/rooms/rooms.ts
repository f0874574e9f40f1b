/** Rooms: where posts land, in which zone and language, and what each follows. Owns `rooms` and `hidden`. */
import type { Selectable } from "kysely";
import { z } from "zod";
import { UNREACHABLE, type Unreachable } from "../errors.ts";
import { LANGUAGES, type Instant, type Language, type Zone } from "../message.ts";
import type { Capabilities, Database, RoomAddress, Writing } from "../ports.ts";
import type { Schema } from "../store/schema.ts";

export const AUDIENCES = ["public", "network", "coordination"] as const;
export type Audience = (typeof AUDIENCES)[number];
export const RHYTHMS = ["instant", "digest"] as const;
export type Rhythm = (typeof RHYTHMS)[number];

/**
 * What a room wants to hear of. An empty list means "any". In `countries`, a network's id stands for its countries and is resolved
 * when asked, so that correcting the map corrects every filter. Deadlines about no State pass any `countries`.
 */
const followSchema = z.object({
  mechanisms: z.array(z.string()).default([]),
  countries: z.array(z.string()).default([]),
  programmes: z.array(z.string()).default([]),
  topics: z.array(z.string()).default([]),
  kinds: z.array(z.string()).default([]),
});
export type Follow = z.infer<typeof followSchema>;

/** The one entry of a list from which everything was taken away: an empty list would mean "any". Matches nothing. */
export const NOTHING_FOLLOWED = "none";

/** Leads by deadline kind (`deadline`, `opening`, …), as ISO durations before it: `{ "deadline": ["P56D", "P14D", "P2D"] }`. */
const ladderSchema = z.record(z.string(), z.array(z.string()));
export type Ladder = z.infer<typeof ladderSchema>;

export type Room = {
  address: RoomAddress;
  network: string;
  zone: Zone;
  language: Language;
  /** Wall times `HH:MM`: posts land from the first until before the second. */
  wakingFrom: string;
  wakingUntil: string;
  /** ISO weekdays, Monday = 1. */
  workingWeek: number[];
  audience: Audience;
  ladder: Ladder | null;
  rhythm: Rhythm;
  discreet: boolean;
  follow: Follow;
  pausedUntil: Instant | null;
  revision: number;
  /** What the chat knows of it, as last read; null when never read. */
  openness: Capabilities | null;
  /** Why nothing can be posted there, and since when. */
  unreachable: { why: Unreachable; since: Instant } | null;
};

/** "Until somebody resumes it." */
export const NO_END: Instant = 9_000_000_000_000_000;

const rowSchema = z.object({
  language: z.enum(LANGUAGES),
  audience: z.enum(AUDIENCES),
  rhythm: z.enum(RHYTHMS),
  unreachable: z.enum(UNREACHABLE).nullable(),
});

const opennessSchema = z.object({
  encrypted: z.boolean(),
  edits: z.boolean(),
  readers: z.enum(["this-machine", "members", "members-and-operator"]),
  shared: z.boolean(),
  hears: z.enum(["addressed", "everything"]),
}) satisfies z.ZodType<Capabilities>;

export function roomFromRow(row: Selectable<Schema["rooms"]>): Room {
  const { language, audience, rhythm, unreachable } = rowSchema.parse(row);
  return {
    // Written only by this module, from a RoomAddress.
    address: row.address as RoomAddress,
    network: row.network,
    zone: row.zone,
    language,
    wakingFrom: row.waking_from,
    wakingUntil: row.waking_until,
    workingWeek: row.working_week.split(",").map(Number),
    audience,
    ladder: row.ladder === null ? null : ladderSchema.parse(JSON.parse(row.ladder)),
    rhythm,
    discreet: row.discreet === 1,
    follow: followSchema.parse(JSON.parse(row.follow)),
    pausedUntil: row.paused_until,
    revision: row.revision,
    openness: row.openness === null ? null : opennessSchema.parse(JSON.parse(row.openness)),
    unreachable: unreachable === null ? null : { why: unreachable, since: row.unreachable_since ?? 0 },
  };
}

export async function findRoom(db: Database, address: RoomAddress): Promise<Room | undefined> {
  const row = await db.selectFrom("rooms").selectAll().where("address", "=", address).executeTakeFirst();
  return row === undefined ? undefined : roomFromRow(row);
}

/** Posts land from 08:00 until 21:00 where nobody has said otherwise; reminders at 09:00. */
export const USUAL_SETTINGS = {
  wakingFrom: "08:00",
  wakingUntil: "21:00",
  audience: "network",
  ladder: null,
  rhythm: "instant",
  discreet: true,
  pausedUntil: null,
} as const satisfies Partial<Room>;

/** A place that is no room yet, as commands see it that may be said there. */
export function unopenedRoom(address: RoomAddress, language: Language): Room {
  const follow = followSchema.parse({});
  return { ...USUAL_SETTINGS, address, language, network: "", zone: "UTC", workingWeek: [1, 2, 3, 4, 5], follow, revision: 0, openness: null, unreachable: null };
}

/** Whether this is a place that is no room yet. */
export function isUnopened({ network }: Pick<Room, "network">): boolean {
  return network === "";
}

/** All rooms, by address. */
export async function listRooms(db: Database): Promise<Room[]> {
  const rows = await db.selectFrom("rooms").selectAll().orderBy("address").execute();
  return rows.map(roomFromRow);
}

export type RoomSettings = Omit<Room, "address" | "revision" | "openness" | "unreachable">;

function columnsOf(settings: RoomSettings) {
  return {
    network: settings.network,
    zone: settings.zone,
    language: settings.language,
    waking_from: settings.wakingFrom,
    waking_until: settings.wakingUntil,
    working_week: settings.workingWeek.join(","),
    audience: settings.audience,
    ladder: settings.ladder === null ? null : JSON.stringify(settings.ladder),
    rhythm: settings.rhythm,
    discreet: settings.discreet ? 1 : 0,
    follow: JSON.stringify(settings.follow),
    paused_until: settings.pausedUntil,
  };
}

/** Opens a room; one that exists keeps its settings. Returns whether it is new. */
export async function openRoom(trx: Writing, address: RoomAddress, settings: RoomSettings): Promise<boolean> {
  const inserted = await trx
    .insertInto("rooms")
    .values({ address, ...columnsOf(settings), revision: 1, last_sequence: 0, lease_token: null, lease_until: 0, next_send_at: 0 })
    .onConflict((conflict) => conflict.column("address").doNothing())
    .returning("address")
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Writes the settings and raises the revision. Who calls lays the room's plans again when zone, hours, ladder or follow changed. */
export async function saveRoom(trx: Writing, room: Room): Promise<void> {
  const { address, ...settings } = room;
  await trx
    .updateTable("rooms")
    .set((eb) => ({ ...columnsOf(settings), revision: eb("revision", "+", 1) }))
    .where("address", "=", address)
    .execute();
}

/** Hides a subject in one room. Private to the room, and reversible. Returns whether anything changed. */
export async function hideSubject(trx: Writing, room: RoomAddress, subject: string): Promise<boolean> {
  const hidden = await trx
    .insertInto("hidden")
    .values({ room, subject })
    .onConflict((conflict) => conflict.columns(["room", "subject"]).doNothing())
    .returning("subject")
    .executeTakeFirst();
  return hidden !== undefined;
}

export async function unhideSubject(trx: Writing, room: RoomAddress, subject: string): Promise<boolean> {
  const deleted = await trx
    .deleteFrom("hidden")
    .where("room", "=", room)
    .where("subject", "=", subject)
    .returning("subject")
    .executeTakeFirst();
  return deleted !== undefined;
}

export async function listHidden(db: Database, room: RoomAddress): Promise<Set<string>> {
  const rows = await db.selectFrom("hidden").select("subject").where("room", "=", room).execute();
  return new Set(rows.map((row) => row.subject));
}
