/** What the commands about deadlines share: finding one that this room may know, drawing its card, and announcing a change of it. */
import type { Change } from "../../src/calendar/claims.ts";
import { type Deadline, deadlineFromRow, findDeadline } from "../../src/calendar/deadlines.ts";
import { findSession } from "../../src/calendar/sessions.ts";
import type { CardView } from "../../src/cards/card.ts";
import { DEADLINE_CARD, deadlineStateOf, drawDeadline, SHOW } from "../../src/cards/deadline.ts";
import { drawSession } from "../../src/cards/session.ts";
import { deadlineTitle } from "../../src/cards/titles.ts";
import type { CommandContext } from "../../src/command.ts";
import { touch } from "../../src/delivery/outbox.ts";
import { UserError } from "../../src/errors.ts";
import type { Message, PlainDate, Span } from "../../src/message.ts";
import { announceChanges } from "../../src/planning/announce.ts";
import { passesCountry } from "../../src/planning/follow.ts";
import { loadHearing } from "../../src/planning/hearing.ts";
import type { RoomAddress, Writing } from "../../src/ports.ts";
import { COORDINATION } from "../../src/rooms/networks.ts";
import { listRooms } from "../../src/rooms/rooms.ts";
import { wallOf } from "../../src/time.ts";

/** Where an answer is shown: drawn at once, in the asker's language and zone. */
export function viewOf(context: CommandContext, occasion = SHOW): CardView {
  const { room, language, zone, now, say, directory } = context;
  return { room, language, zone, now, say, directory, occasion, plannedAt: now, told: null };
}

/** Another network's own deadline is as unknown here as one that does not exist. Throws `unknown_subject`. */
export async function demandDeadline({ db, room }: Pick<CommandContext, "db" | "room">, id: string): Promise<Deadline> {
  const deadline = await findDeadline(db, id);
  const isElsewhere = (network: string | null) => network !== null && network !== room.network && room.network !== COORDINATION;
  if (deadline === undefined || isElsewhere(deadline.network)) throw new UserError("unknown_subject");
  return deadline;
}

/** The card of one deadline as it is now. */
export async function showDeadline(context: CommandContext, id: string): Promise<Message> {
  await demandDeadline(context, id);
  const state = await deadlineStateOf(context.db, { card: DEADLINE_CARD, subject: id, occasion: SHOW }, context.room, context.directory);
  if (state === null) throw new UserError("unknown_subject");
  return drawDeadline(state, viewOf(context));
}

/** One session with the dates in it that this room may know, of the States it follows. */
export async function showSession(context: CommandContext, id: string): Promise<Message> {
  const { db, room, directory } = context;
  const session = await findSession(db, id);
  if (session === undefined) throw new UserError("unknown_subject");
  const { standing, networkCountries } = await loadHearing(db, room, directory);
  const rows = await db.selectFrom("deadlines").selectAll().where("session", "=", id).where("kind", "!=", "route").orderBy("id").execute();
  const dates = rows
    .map(deadlineFromRow)
    .filter(({ network }) => network === null || network === room.network || room.network === COORDINATION)
    .filter(({ country }) => passesCountry(room.follow, country, networkCountries, directory))
    .sort((one, other) => (one.overAt ?? Number.MAX_SAFE_INTEGER) - (other.overAt ?? Number.MAX_SAFE_INTEGER));
  return drawSession(session, dates, standing, context);
}

export async function titleOfDeadline(context: CommandContext, deadline: Deadline): Promise<Span[]> {
  const session = deadline.session === null ? undefined : await findSession(context.db, deadline.session);
  return deadlineTitle(deadline, session, context);
}

/** The party a person here speaks for. */
export function statedBy({ room }: Pick<CommandContext, "room">): string {
  return `network:${room.network}`;
}

export function todayOf({ now, zone }: Pick<CommandContext, "now" | "zone">): PlainDate {
  return wallOf(now, zone).on;
}

export async function announce(context: CommandContext<Writing>, changes: readonly Change[]): Promise<void> {
  await announceChanges(context.db, changes, { directory: context.directory, now: context.now });
}

/** Who took it is seen in the network's own rooms and in coordination: their newest post of it is drawn again. */
export async function touchOwnRooms({ db, room, now }: Pick<CommandContext<Writing>, "db" | "room" | "now">, deadline: Deadline): Promise<void> {
  const rooms = (await listRooms(db)).filter(({ network }) => network === room.network || network === COORDINATION);
  const addresses = rooms.map(({ address }): RoomAddress => address);
  for (const subject of new Set([deadline.id, deadline.family])) {
    await touch(db, { card: DEADLINE_CARD, subject, rooms: addresses }, { haste: "now", which: "newest" }, now);
  }
  await touch(db, { card: "question", subject: deadline.id, rooms: addresses }, { haste: "now", which: "newest" }, now);
}

/** A length of time in whole days, for lists that go to the end of a day: hours count as the day they begin. */
export function wholeDays(duration: string): string {
  const [days = "P"] = duration.split("T");
  return days === "P" ? "P1D" : days;
}
