/** What lies ahead for one room, by week: deadlines, sessions and days. Look-ups only; the page shows it beside the posts. */
import { deadlineFromRow } from "./calendar/deadline-row.ts";
import { listSessions, type Session } from "./calendar/sessions.ts";
import { loadDetails, type Details } from "./cards/details.ts";
import { gatherLines, isConditional, type Line, lineTitle } from "./cards/lines.ts";
import { dueOf, isCounted, isSameDue } from "./cards/parts.ts";
import { sessionTitle, shortTitle } from "./cards/titles.ts";
import { printLine } from "./command.ts";
import type { Directory } from "./directory.ts";
import { type Say, speak } from "./i18n.ts";
import type { Instant, PlainDate, Span, YearMonth, Zone } from "./message.ts";
import { followsObservances, passesMechanism, roomFollows } from "./planning/follow.ts";
import { type Hearing, loadHearing } from "./planning/hearing.ts";
import type { Database } from "./ports.ts";
import type { Room } from "./rooms/rooms.ts";
import { addDays, formatDistance, formatMoment, mondayOf, monthOf, wallOf } from "./time.ts";

export type AgendaEntry = {
  id: string;
  /** `deadline`, `opening`, `planning`, `internal`, `session`, `observance`. */
  kind: string;
  on: PlainDate | YearMonth;
  time: string | null;
  zone: Zone;
  title: Span[];
  /** "in 2 weeks", "about March 2027", in the room's language. */
  distance: string;
  status: string;
  /** The old date when it has moved. */
  movedFrom: PlainDate | YearMonth | null;
  /** Something must come true first, and has not. */
  conditional: boolean;
  networks: string[];
  taken: boolean;
  /** The line that shows it whole. */
  command: string;
};
/** One ISO week, by its Monday; entries known to the month only stand under `about`. */
export type AgendaWeek = { monday: PlainDate; label: string; entries: AgendaEntry[] };
export type Agenda = { weeks: AgendaWeek[]; about: { month: YearMonth; label: string; entries: AgendaEntry[] }[] };

/** Kinds of deadlines that have a place on a calendar; routes are open always, and notes have no day. */
const KINDS = ["deadline", "opening", "planning", "internal"];

/** Up to this many States with one date stand each for themselves. */
const STATES_APART = 3;

type Reading = { hearing: Hearing; say: Say; now: Instant };

export async function loadAgenda(db: Database, room: Room, days: number, directory: Directory, now: Instant): Promise<Agenda> {
  const reading: Reading = { hearing: await loadHearing(db, room, directory), say: speak(room.language), now };
  const from = wallOf(now, room.zone).on;
  const until = addDays(from, days);
  const deadlines = await deadlineEntries(db, from, until, reading);
  const sessions = (await listSessions(db, { from, until })).filter((session) => isHeard(session, reading));
  const entries = [...deadlines, ...sessions.flatMap((session) => sessionEntry(session, from, reading))];
  return groupEntries(entries.toSorted(byDate), reading.say);
}

async function deadlineEntries(db: Database, from: PlainDate, until: PlainDate, reading: Reading): Promise<AgendaEntry[]> {
  const { hearing } = reading;
  const rows = await db
    .selectFrom("deadlines")
    .selectAll()
    .where("due_on", ">=", monthOf(from))
    .where("due_on", "<=", until)
    .where("kind", "in", KINDS)
    .orderBy("id")
    .execute();
  const followed = rows
    .map(deadlineFromRow)
    // As text a month comes before its days, so this month stands before today and is kept.
    .filter(({ dueOn, overAt }) => dueOn !== null && (overAt === null || overAt > reading.now))
    .filter((deadline) => roomFollows(hearing.room, deadline, hearing.networkCountries, hearing.directory))
    .filter(({ id, family }) => !hearing.hidden.has(id) && !hearing.hidden.has(family));
  const lines = gatherLines(await loadDetails(db, followed));
  return lines.flatMap((line) => (line.entries.length > STATES_APART ? [stateEntry(line, reading)] : line.entries.map((details) => deadlineEntry(details, reading))));
}

/** Many States with one date are one entry, which leads to their session with all its dates. */
function stateEntry(line: Line<Details>, reading: Reading): AgendaEntry {
  const { hearing, say, now } = reading;
  const all = line.entries.map((details) => deadlineEntry(details, reading));
  const first = deadlineEntry(line.first, reading);
  return {
    ...first,
    title: lineTitle(line, { say, now, directory: hearing.directory, zone: hearing.room.zone }),
    networks: [...new Set(all.flatMap((entry) => entry.networks))].sort(),
    taken: all.some((entry) => entry.taken),
    command: line.first.deadline.session === null ? first.command : printLine("session show", [line.first.deadline.session]),
  };
}

function deadlineEntry({ deadline, left, takers }: Details, { hearing, say, now }: Reading): AgendaEntry {
  const { room, directory, networkCountries } = hearing;
  const due = dueOf(deadline);
  const on = deadline.dueOn ?? "";
  const from = deadline.status === "moved" ? left.find((earlier) => !isSameDue(earlier, due)) : undefined;
  const countryOf = deadline.country;
  const concerned = countryOf === null ? [] : [...networkCountries].filter(([, countries]) => countries.has(countryOf)).map(([network]) => network);
  return {
    id: deadline.id,
    kind: deadline.kind,
    on,
    time: deadline.dueTime,
    zone: deadline.zone,
    title: shortTitle(deadline, { say, directory }),
    distance: isCounted(deadline) ? formatDistance(now, on, room.zone, say) : say("distance.about", { month: formatMoment(on, deadline.zone, say.language) }),
    status: deadline.status,
    movedFrom: from?.on ?? null,
    conditional: isConditional(deadline),
    networks: (deadline.network === null ? concerned : [deadline.network]).sort(),
    taken: takers.includes(room.network),
    command: printLine("deadline show", [deadline.id]),
  };
}

function isHeard(session: Session, { hearing }: Reading): boolean {
  if (session.status === "cancelled" || hearing.hidden.has(session.id)) return false;
  const { follow } = hearing.room;
  return session.kind === "observance" ? followsObservances(follow) : passesMechanism(follow, session.mechanism, hearing.directory);
}

function sessionEntry(session: Session, today: PlainDate, { hearing, say, now }: Reading): AgendaEntry[] {
  const { startsOn } = session;
  // One that is known to the year only has no place in a week or a month, and one under way is no longer ahead.
  if (startsOn === null || startsOn.length < 7 || (startsOn.length === 10 ? startsOn < today : startsOn < monthOf(today))) return [];
  return [
    {
      id: session.id,
      kind: session.kind,
      on: startsOn,
      time: null,
      zone: session.zone,
      title: [sessionTitle(session, { say, directory: hearing.directory })],
      distance: formatDistance(now, startsOn, hearing.room.zone, say),
      status: session.status,
      movedFrom: null,
      conditional: false,
      networks: [],
      taken: false,
      command: printLine("session show", [session.id]),
    },
  ];
}

function byDate(one: AgendaEntry, other: AgendaEntry): number {
  const [first, second] = [`${one.on} ${one.time ?? "24:00"} ${one.id}`, `${other.on} ${other.time ?? "24:00"} ${other.id}`];
  return first < second ? -1 : first > second ? 1 : 0;
}

function groupEntries(entries: readonly AgendaEntry[], say: Say): Agenda {
  const dated = Map.groupBy(entries.filter((entry) => entry.on.length === 10), (entry) => mondayOf(entry.on));
  const about = Map.groupBy(entries.filter((entry) => entry.on.length === 7), (entry) => entry.on);
  const weeks = [...dated].map(([monday, inWeek]): AgendaWeek => {
    const date = formatMoment(monday, "UTC", say.language, { weekday: false });
    return { monday, label: say("agenda.week", { date }), entries: inWeek };
  });
  return {
    weeks,
    about: [...about].map(([month, inMonth]) => ({ month, label: say("distance.about", { month: formatMoment(month, "UTC", say.language) }), entries: inMonth })),
  };
}
