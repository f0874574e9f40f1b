/** What went by unsaid in a room: reminders found too late, and those that its chat was out for until the deadline was over. */
import { type Deadline, findDeadlines } from "../calendar/deadline-row.ts";
import type { Instant } from "../message.ts";
import type { Database } from "../ports.ts";
import type { Room } from "../rooms/rooms.ts";
import { DAY } from "../time.ts";
import type { Hearing } from "./hearing.ts";
import { dueOnOf, reminderOccasion, SNOOZE } from "./plans.ts";

/** Longer than the leads of one date lie apart in the usual ladder. */
const LOOKED_BACK = 42 * DAY;

type Ended = { id: string; subject: string; lead: string; state: string; posted_at: number | null };
type Unsent = { subject: string; occasion: string };

/** Over by now and found since then, where no other reminder of the same date reached the room. */
export async function passedDeadlines(db: Database, { room, hidden }: Hearing, since: Instant, now: Instant): Promise<Deadline[]> {
  const rows: Ended[] = await db
    .selectFrom("plans")
    .select(["id", "subject", "lead", "state", "posted_at"])
    .where("room", "=", room.address)
    .where("kind", "=", "reminder")
    .where("posted_at", ">", now - LOOKED_BACK)
    .where("state", "in", ["passed", "posted", "digested"])
    .execute();
  const deadlines = await findDeadlines(db, [...new Set(rows.map(({ subject }) => subject))]);
  const unsent = await unsentReminders(db, room);
  const isMissed = (row: Ended): boolean => row.state === "passed" || (row.state === "posted" && isUnsent(row, deadlines.get(row.subject), unsent));
  // One that the room asked for itself names no date of its own.
  const dateOf = ({ id, subject, lead }: Ended): string => `${subject} ${lead === SNOOZE ? deadlines.get(subject)?.dueOn : dueOnOf(id)}`;
  const foundAt = ({ subject, state, posted_at: at }: Ended): Instant => (state === "passed" ? at : deadlines.get(subject)?.overAt) ?? 0;
  const missed = rows.filter(isMissed);
  const reached = new Set(rows.filter((row) => !missed.includes(row)).map(dateOf));
  const unsaid = new Set(missed.filter((row) => foundAt(row) > since && !reached.has(dateOf(row))).map(({ subject }) => subject));
  return [...deadlines.values()].filter(
    ({ id, family, overAt, status }) =>
      unsaid.has(id) && overAt !== null && overAt <= now && status !== "cancelled" && status !== "suspended" && !hidden.has(id) && !hidden.has(family),
  );
}

/** Posts of reminders that never arrived. What is on its way may have, and is repeated until that is known. */
function unsentReminders(db: Database, room: Room): Promise<Unsent[]> {
  return db
    .selectFrom("posts")
    .select(["subject", "occasion"])
    .where("room", "=", room.address)
    .where("card", "=", "deadline")
    .where("state", "in", ["pending", "removed", "dead"])
    .where("reference", "is", null)
    .execute();
}

function isUnsent({ id, lead }: Ended, deadline: Deadline | undefined, unsent: readonly Unsent[]): boolean {
  const named = reminderOccasion(lead === SNOOZE ? `${SNOOZE}-${dueOnOf(id)}` : lead, lead === SNOOZE ? "" : dueOnOf(id));
  return unsent.some(({ subject, occasion }) => subject === deadline?.family && (lead === SNOOZE ? occasion.startsWith(named) : occasion === named));
}
