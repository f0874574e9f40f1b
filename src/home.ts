/** What one person's rooms have coming, a message for each: a chat that knows in which rooms a person is shows it on a page of their own. Look-ups only. */
import type { Deadline } from "./calendar/deadline-row.ts";
import { listTakers } from "./calendar/deadlines.ts";
import { listOpenCalls, openCallsIn } from "./calls/open-calls.ts";
import { drawHomeSection, type HomeEntry } from "./cards/home.ts";
import { gatherLines, type Line } from "./cards/lines.ts";
import type { Directory } from "./directory.ts";
import { speak } from "./i18n.ts";
import type { Instant, Message } from "./message.ts";
import { DIGEST_DAYS, digestDeadlinesBetween, digestOf, NO_MARKS } from "./planning/digest.ts";
import { type Hearing, loadHearings } from "./planning/hearing.ts";
import type { Database, RoomAddress } from "./ports.ts";
import { networkNames } from "./rooms/networks.ts";
import { listRooms, type Room } from "./rooms/rooms.ts";
import { DAY } from "./time.ts";

export { drawHomeEmpty, drawHomeTop } from "./cards/home.ts";

export type HomeSection = { room: Room; message: Message };

/** Lines of dates in one section, and how many of them are kept for what is not sure, not due or not for this network itself. */
const LINES_SHOWN = 5;
const OTHERS_SHOWN = 2;
/** Half a year: the next dates of a quiet season are often further off than a digest looks. */
const FURTHEST_DAYS = 183;

/** The lines of one room, before it is known who took them. */
type Lines = { due: Line<{ deadline: Deadline }>[]; others: Line<{ deadline: Deadline }>[] };

/**
 * Rooms with the nearest dates first, rooms without any last; addresses that are no rooms are left out. It asks as little of the database
 * for ten rooms as for one.
 */
export async function loadHome(db: Database, addresses: readonly RoomAddress[], directory: Directory, now: Instant): Promise<HomeSection[]> {
  const wanted = new Set<string>(addresses);
  const rooms = wanted.size === 0 ? [] : (await listRooms(db)).filter(({ address }) => wanted.has(address));
  if (rooms.length === 0) return [];
  const names = await networkNames(db);
  const deadlines = await digestDeadlinesBetween(db, now, now + (FURTHEST_DAYS - DIGEST_DAYS) * DAY);
  const calls = await listOpenCalls(db, now);
  const chosen = (await loadHearings(db, rooms, directory)).map((hearing) => ({ hearing, lines: chooseLines(deadlines, hearing, now) }));
  const shown = chosen.flatMap(({ lines }) => [...lines.due, ...lines.others].flatMap(({ entries }) => entries.map(({ deadline }) => deadline.id)));
  const takers = await listTakers(db, [...new Set(shown)]);
  const withTakers = (lines: Lines["due"]): Line<HomeEntry>[] =>
    gatherLines(lines.flatMap(({ entries }) => entries.map(({ deadline }) => ({ deadline, takers: takers.get(deadline.id) ?? [] }))));
  const sections = chosen.map(({ hearing, lines }) => {
    const { room, standing, hidden } = hearing;
    const state = {
      room,
      standing,
      names,
      due: withTakers(lines.due),
      others: withTakers(lines.others),
      calls: openCallsIn(room, calls).filter(({ call }) => !hidden.has(call.id)),
    };
    const message = drawHomeSection(state, { say: speak(room.language), directory, zone: room.zone, now });
    return { section: { room, message }, nearest: nearestOf(lines) };
  });
  return sections.sort((one, other) => (one.nearest === other.nearest ? 0 : one.nearest - other.nearest)).map(({ section }) => section);
}

/** What is really due comes first; what may come, or is for others to do, has two lines at least, and all that are left. */
function chooseLines(deadlines: readonly Deadline[], hearing: Hearing, now: Instant): Lines {
  const { due, plan, about, notForYou } = digestOf(deadlines, hearing, now, NO_MARKS, FURTHEST_DAYS);
  const dueLines = gatherLines(due);
  const otherLines = gatherLines([...plan, ...about, ...notForYou].sort((one, other) => endOf(one) - endOf(other)));
  const reserved = Math.min(OTHERS_SHOWN, otherLines.length);
  const shown = dueLines.slice(0, LINES_SHOWN - reserved);
  return { due: shown, others: otherLines.slice(0, LINES_SHOWN - shown.length) };
}

function endOf({ deadline }: { deadline: Deadline }): Instant {
  return deadline.overAt ?? Number.MAX_SAFE_INTEGER;
}

function nearestOf({ due, others }: Lines): Instant {
  return Math.min(...[...due, ...others].map(({ first }) => endOf(first)));
}
