/**
 * One room on a person's own page: its next dates, its open calls, whether it rests, and what can be done. Drawn for look-ups, not kept as a post.
 *
 * Such a page is opened by whoever reads it and rings nowhere, so its title may name the network, as the words in the room itself do. The line
 * for lock screens is set all the same: a chat without pages would have to post it.
 */
import type { Deadline } from "../calendar/deadline-row.ts";
import { chooseText } from "../calls/calls.ts";
import type { OpenCall } from "../calls/open-calls.ts";
import { printLine } from "../command.ts";
import type { Say } from "../i18n.ts";
import { isMourning, isPaused } from "../jobs/calls.ts";
import { foreign, type Action, type Block, type Message, type Span } from "../message.ts";
import { spansText } from "../plain.ts";
import { isReminded } from "../planning/standing.ts";
import { isCoordination, type Network, type Standing } from "../rooms/networks.ts";
import type { Room } from "../rooms/rooms.ts";
import { formatDistance } from "../time.ts";
import { closingMoment, titleOf } from "./call.ts";
import { forYouText } from "./fields.ts";
import { kindMark, type Line, lineTitle } from "./lines.ts";
import { composed, isCounted, isThisWeek, isUrgent, shortWhenSpans, type Seen } from "./parts.ts";
import { pauseText } from "./room.ts";
import { shortTitle } from "./titles.ts";

/** `takers`: ids of the networks that took it. */
export type HomeEntry = { deadline: Deadline; takers: readonly string[] };
export type HomeState = {
  room: Room;
  standing: Standing;
  /** Names of networks by id. */
  names: ReadonlyMap<string, string>;
  /** Due on a day that is known, and open to this network. */
  due: readonly Line<HomeEntry>[];
  /** Not sure, our own planning, or not for this network itself. */
  others: readonly Line<HomeEntry>[];
  /** Those that end first come first. */
  calls: readonly OpenCall[];
};

const CALLS_SHOWN = 3;
/** As much of a title as a button can show. */
const LABEL_TITLE = 40;

export function drawHomeSection(state: HomeState, seen: Seen): Message {
  const { room, due, others, names } = state;
  const { say, now } = seen;
  const paused = isPaused(room, now);
  const dated = [...due, ...others].flatMap(({ entries }) => entries);
  const blocks: Block[] = [
    ...(paused ? [{ text: [{ strong: say("home.paused") }, " · ", ...pauseText(room, say)] }] : []),
    ...dateBlocks("home.next", due, state, seen),
    ...dateBlocks("home.others", others, state, seen),
    ...(dated.length === 0 ? [{ text: [say("home.nothing")] }, { text: say.spans("home.nothing.then", { line: { code: "/follow" } }) }] : []),
    ...callBlocks(state, seen),
  ];
  const nearest = due[0]?.first.deadline;
  return composed(say, {
    title: [foreign(names.get(room.network) ?? room.network)],
    tone: paused ? "quiet" : nearest !== undefined && isUrgent(nearest, now) ? "urgent" : "plain",
    blocks,
    actions: [...doingActions(state, seen), ...lookingActions(state, seen)],
    dates: dated.length,
    thisWeek: dated.length > 0 && dated.every(({ deadline }) => isThisWeek(deadline, now)),
  });
}

function dateBlocks(key: string, lines: readonly Line<HomeEntry>[], state: HomeState, seen: Seen): Block[] {
  if (lines.length === 0) return [];
  return [{ text: [{ strong: seen.say(key) }] }, { list: lines.map((line) => dateLine(line, state, seen)) }];
}

function dateLine(line: Line<HomeEntry>, state: HomeState, seen: Seen): Span[] {
  const { say, now, zone } = seen;
  const { deadline } = line.first;
  const distance = isCounted(deadline) && deadline.dueOn !== null ? [" · ", formatDistance(now, deadline.dueOn, zone, say)] : [];
  // The way round is said where there is no other; beside what this network is reminded of, its card says it.
  const forYou = isReminded(deadline.whoMay, state.standing) ? [] : [" · ", forYouText(deadline, state.standing, seen)];
  return [...lineTitle(line, seen), ...kindMark(deadline, seen), " · ", ...shortWhenSpans(deadline, seen), ...distance, ...takenMark(line, state, say), ...forYou];
}

/** Who took it, as far as this room may know: itself, and in coordination all. */
function takenMark({ entries }: Line<HomeEntry>, { room, names }: HomeState, say: Say): Span[] {
  const own = entries.filter(({ takers }) => takers.includes(room.network)).length;
  const takers = isCoordination(room) ? new Set(entries.flatMap((entry) => entry.takers)) : new Set<string>();
  takers.delete(room.network);
  if (takers.size > 0) {
    const listed = [...takers].flatMap((id, index): Span[] => [...(index === 0 ? [] : [say("line.comma")]), foreign(names.get(id) ?? id)]);
    return [" · ", ...say.spans(own > 0 ? "home.taken.you_and" : "home.taken.others", { names: listed })];
  }
  if (own === 0) return [];
  return [" · ", entries.length === 1 ? say("home.taken.you") : say("home.taken.some", { taken: own, count: entries.length })];
}

function callBlocks({ calls }: HomeState, { say, now }: Seen): Block[] {
  if (calls.length === 0) return [];
  const rest = calls.length - CALLS_SHOWN;
  return [
    { text: [{ strong: say("home.calls", { count: calls.length }) }] },
    { list: calls.slice(0, CALLS_SHOWN).map((open) => callLine(open, say, now)) },
    ...(rest > 0 ? [{ text: [say("list.more.plain", { count: rest })] }] : []),
  ];
}

function callLine(open: OpenCall, say: Say, now: number): Span[] {
  const { call, tally } = open;
  const signed = say(call.goal === null ? "home.signed" : "home.signed.goal", { count: tally.organisations, goal: call.goal ?? 0 });
  if (call.closesAt === null) return [...titleOf(open, say), " · ", signed];
  const moment = closingMoment(call.closesAt, call.zone);
  const until = say.spans("home.until", { moment, distance: formatDistance(now, moment.moment, call.zone, say) });
  return [...titleOf(open, say), " · ", ...until, " · ", signed];
}

/** A room that rests is asked nothing. */
function doingActions(state: HomeState, { say, now, ...seen }: Seen): Action[] {
  const { room } = state;
  if (isPaused(room, now)) return [{ label: say("room.action.resume"), command: "resume", style: "primary" }];
  const actions: Action[] = [];
  const untaken = nearestUntaken(state);
  if (untaken !== undefined) {
    const { id, revision } = untaken;
    const name = spansText(shortTitle(untaken, { say, ...seen }), say.language);
    actions.push({ label: say("home.action.take", { name }), command: printLine("take", [id], { seen: revision }) });
    actions.push({ label: say("home.action.snooze", { name }), command: printLine("snooze", [id]) });
  }
  const call = answerableCall(state, now);
  if (call !== undefined) actions.push({ label: supportLabel(call, say), command: printLine("call support", [call.call.id]) });
  return actions.map((action, index) => (index === 0 ? { ...action, style: "primary" } : action));
}

/** A list that opens asks nobody to take it, and of several States with one date a person chooses. In coordination what any network has taken needs nobody else. */
function nearestUntaken({ room, due }: HomeState): Deadline | undefined {
  const isFree = ({ takers }: HomeEntry): boolean => (isCoordination(room) ? takers.length === 0 : !takers.includes(room.network));
  return due.find(({ entries, first }) => entries.length === 1 && first.deadline.kind !== "opening" && isFree(first))?.first.deadline;
}

/** The members of coordination answer in their own network's room. On a day of mourning nobody is called to act. */
function answerableCall({ room, calls }: HomeState, now: number): OpenCall | undefined {
  return isCoordination(room) ? undefined : calls.find(({ call }) => !isMourning(call, room, now));
}

function supportLabel({ call, texts }: OpenCall, say: Say): string {
  const { foreign: title } = foreign(chooseText(texts, say.language)?.title ?? call.id, LABEL_TITLE);
  return say("home.action.support", { title });
}

function lookingActions({ due, others, calls }: HomeState, { say }: Seen): Action[] {
  return [
    { label: say("action.all_dates"), command: due.length + others.length === 0 ? printLine("deadlines", ["P365D"]) : "deadlines" },
    ...(calls.length === 0 ? [] : [{ label: say("call.list.title"), command: "call list" }]),
    { label: say("help.room"), command: "room" },
    { label: say("welcome.help"), command: "help" },
  ];
}

/** What stands above the sections of a person's page. No room is meant yet, so nothing can be pressed. */
export function drawHomeTop(say: Say): Message {
  return { title: [say("home.title")], tone: "plain", blocks: [{ text: [say("home.private")] }], actions: [], language: say.language, discreet: say("home.discreet") };
}

/** For a person who is in no room yet: what this is, and how a channel becomes a room. */
export function drawHomeEmpty(say: Say, networks: readonly Pick<Network, "id" | "name">[] = []): Message {
  const line = (id: string): Span => ({ code: `/clarion join ${id}` });
  const lines = networks.length === 0 ? [[line(say("home.network"))]] : networks.map(({ id, name }): Span[] => [line(id), " · ", foreign(name)]);
  return {
    title: [say("home.title.empty")],
    tone: "plain",
    blocks: [{ text: [say("home.what")] }, { text: [say("home.how")] }, { list: lines }],
    actions: [],
    language: say.language,
    discreet: say("home.discreet"),
  };
}
