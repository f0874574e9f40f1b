/**
 * The one question to coordination: near the end of a deadline that nobody has taken, once, and without blame. No network hears who
 * has not taken it.
 */
import type { Deadline } from "../calendar/deadline-row.ts";
import { landOnDay, type Landing } from "../planning/hours.ts";
import { workingDaysBefore } from "../planning/plans.ts";
import type { Database } from "../ports.ts";
import { COORDINATION } from "../rooms/networks.ts";
import type { Room } from "../rooms/rooms.ts";

const WORKING_DAYS_BEFORE = 3;

/** Whether somebody in the networks could take it, so that it can be asked about at all. */
export function canBeTaken(deadline: Deadline): boolean {
  const { kind, whoMay, status, confidence, precision } = deadline;
  if (kind !== "deadline" || (whoMay !== "anyone" && whoMay !== "ecosoc")) return false;
  if (status === "cancelled" || status === "suspended" || status === "projected" || confidence === "projected") return false;
  return (precision === "day" || precision === "minute") && (deadline.onlyIf === null || deadline.conditionMet);
}

/** When coordination is asked; null in every other room. */
export function planQuestion(deadline: Deadline, room: Room): Landing | null {
  if (room.network !== COORDINATION || deadline.dueOn === null || deadline.overAt === null || !canBeTaken(deadline)) return null;
  const landed = landOnDay(room, workingDaysBefore(room, deadline.dueOn, WORKING_DAYS_BEFORE));
  return landed !== null && landed.at < deadline.overAt ? landed : null;
}

/** Those of the deadlines that a network was reminded of and none has taken; with `ahead`, also those that one will be reminded of. */
export async function listUntaken(db: Database, deadlines: readonly string[], ahead = false): Promise<Set<string>> {
  if (deadlines.length === 0) return new Set();
  const ids = [...deadlines];
  const taken = await db.selectFrom("takings").select("deadline").where("deadline", "in", ids).execute();
  const reminded = await db
    .selectFrom("plans")
    .innerJoin("rooms", "rooms.address", "plans.room")
    .select("plans.subject")
    .distinct()
    .where("plans.subject", "in", ids)
    .where("plans.kind", "=", "reminder")
    .where("plans.state", "in", ahead ? ["posted", "digested", "planned"] : ["posted", "digested"])
    .where("rooms.network", "!=", COORDINATION)
    .execute();
  const untaken = new Set(reminded.map((row) => row.subject));
  for (const row of taken) untaken.delete(row.deadline);
  return untaken;
}
