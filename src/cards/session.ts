/** Sessions as an answer: one with all its dates, or several in a table. Drawn for replies, not kept as posts. */
import type { Deadline } from "../calendar/deadline-row.ts";
import type { Session } from "../calendar/sessions.ts";
import { printLine } from "../command.ts";
import { speak } from "../i18n.ts";
import { foreign, type Action, type Block, type Message, type Span } from "../message.ts";
import type { Standing } from "../rooms/networks.ts";
import { daysBetween, formatDistance, wallOf } from "../time.ts";
import { buttonName, dateTable, gatherLines } from "./lines.ts";
import { checkedSpans, composed, hostSpan, type Seen } from "./parts.ts";
import { placeOf, sessionTitle } from "./titles.ts";

/** Rows that are read to their end. */
export const ROW_LIMIT = 30;
const BUTTON_LIMIT = 3;

/** "Wed 24 Feb 2027 to Fri 2 Apr 2027", "about May 2026", or that nothing is known. */
export function sessionDates(session: Session, { say }: Seen): Span[] {
  const { startsOn, endsOn, zone } = session;
  if (startsOn === null) return [say("when.unknown")];
  const start: Span = { moment: startsOn, zone };
  const isRange = endsOn !== null && endsOn !== startsOn;
  const dates = isRange ? say.spans("session.from_to", { start, end: { moment: endsOn, zone } }) : [start];
  if (session.status === "cancelled" || session.status === "suspended") return say.spans(`session.${session.status}`, { date: dates.map((span): Span => ({ struck: span })) });
  if (startsOn.length < 10) return say.spans(isRange ? "when.about.range" : "when.month", { date: dates });
  if (session.confidence !== "projected") return dates;
  return say.spans(isRange ? "when.projected.range" : "when.projected", { date: dates });
}

/** Where it meets; the names that the calendar uses are known in six languages, any other is outside text. */
function placeSpan(session: Session, seen: Seen): Span {
  if (session.place === placeOf(session.zone, speak("en"))) return placeOf(session.zone, seen.say);
  const key = `place.${session.place}`;
  return seen.say.has(key) ? seen.say(key) : foreign(session.place, 80);
}

/** "opens in 3 months", "under way, ends in 2 weeks", "over"; nothing where only a month is known. */
function progressText(session: Session, { say, now }: Seen): string | undefined {
  const { startsOn, endsOn, zone } = session;
  if (startsOn === null || startsOn.length < 10 || session.status === "cancelled" || session.confidence === "projected") return undefined;
  const today = wallOf(now, zone).on;
  if (daysBetween(today, startsOn) > 0) return say("session.opens", { distance: formatDistance(now, startsOn, zone, say) });
  const last = endsOn ?? startsOn;
  if (last.length < 10) return say("session.under_way");
  return daysBetween(today, last) >= 0 ? say("session.ends", { distance: formatDistance(now, last, zone, say) }) : say("session.over");
}

export function drawSession(session: Session, deadlines: readonly Deadline[], standing: Standing, seen: Seen): Message {
  const { say } = seen;
  const lines = gatherLines(deadlines.map((deadline) => ({ deadline })));
  const dates = sessionDates(session, seen);
  const meeting = session.place === "" ? dates : say.spans("session.where", { dates, place: placeSpan(session, seen) });
  const progress = progressText(session, seen);
  const host = hostSpan(session.link);
  const confidence = say(`confidence.${session.confidence}`);
  const checked = checkedSpans(session.checkedOn, say);
  const blocks: Block[] = [
    { text: progress === undefined ? meeting : say.spans("line.pair", { label: meeting, value: progress }) },
    deadlines.length === 0
      ? { text: [say("session.no_dates")] }
      : dateTable(lines.slice(0, ROW_LIMIT), standing, seen),
    ...(lines.length > ROW_LIMIT ? [{ text: [say("list.more.plain", { count: lines.length - ROW_LIMIT })] }] : []),
    { fields: [[say("field.says_who"), [...(host === undefined ? [confidence] : say.spans("says.page", { page: host, confidence })), ...checked]]] },
  ];
  const actions = lines
    .filter(({ first: { deadline }, entries }) => entries.length === 1 && (deadline.overAt === null || deadline.overAt > seen.now))
    .slice(0, BUTTON_LIMIT)
    .map((line): Action => ({
      label: say("action.show_named", { name: buttonName(line.first, seen) }),
      command: printLine("deadline show", [line.first.deadline.id]),
    }));
  return composed(say, { title: [sessionTitle(session, seen)], tone: session.status === "cancelled" ? "quiet" : "plain", blocks, actions });
}

/** Several sessions, by date. `more` is the line, if any, that shows those that do not fit. */
export function drawSessions(title: Span[], sessions: readonly Session[], more: string | undefined, seen: Seen): Message {
  const { say } = seen;
  const shown = sessions.slice(0, ROW_LIMIT);
  const rest = sessions.length - shown.length;
  const rows = shown.map((session) => [sessionDates(session, seen), [sessionTitle(session, seen)], session.place === "" ? [""] : [placeSpan(session, seen)]]);
  const blocks: Block[] = [
    shown.length === 0 ? { text: [say("session.none")] } : { table: { head: [say("column.when"), say("column.what"), say("column.where")], rows } },
    ...(rest > 0 ? [{ text: more === undefined ? [say("list.more.plain", { count: rest })] : say.spans("list.more", { count: rest, line: { code: `/${more}` } }) }] : []),
  ];
  return composed(say, { title, blocks, dates: shown.length });
}
