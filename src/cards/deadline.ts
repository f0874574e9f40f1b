/**
 * One deadline, or one for several States, as it stands in a room: what, when, what this room may do, why then, who says so. The same card
 * is drawn for reminders (`reminder:P14D@2027-02-10`) and for look-ups (`show`).
 */
import type { DueValue } from "../calendar/certainty.ts";
import { type Deadline, familyDeadlines, findDeadline } from "../calendar/deadlines.ts";
import { printLine } from "../command.ts";
import type { Directory } from "../directory.ts";
import type { Action, Block, Instant, Message, Span } from "../message.ts";
import { roomFollows } from "../planning/follow.ts";
import { isLate, readReminder, SNOOZE } from "../planning/plans.ts";
import type { Database } from "../ports.ts";
import { COORDINATION, listNetworks, networkCountries, type Standing } from "../rooms/networks.ts";
import { listHidden, type Room } from "../rooms/rooms.ts";
import { defineCard, type CardKey, type CardView, type Told } from "./card.ts";
import { loadDetails, type Details } from "./details.ts";
import { conditionSpan, forYouText, noteLabel, noteSpan, nowSaysSpans, saysWhoSpans, takenSpans, whyThenSpans } from "./fields.ts";
import { stateButtons } from "./lines.ts";
import { composed, dueOf, isOver, isSameDue, isThisWeek, isUrgent, lateBlock, whenSpans } from "./parts.ts";
import { deadlineTitle } from "./titles.ts";

export const DEADLINE_CARD = "deadline";
/** The occasion of a look-up. */
export const SHOW = "show";

export type DeadlineState = {
  /** At least one; several when the States of one family share a post. */
  first: Details;
  others: Details[];
  standing: Standing;
  network: string;
  /** Names of networks by id. */
  names: Map<string, string>;
  /** When it was queued for the room; null for a look-up. A later edit does not make a post late. */
  queuedAt: Instant | null;
  /** Whether it stands in the room already. */
  isSent: boolean;
};

/** The date a reminder was laid for. One that the room put off names the minute it was put off to, which is no date of the deadline. */
function aboutDate(occasion: string): string | undefined {
  const reminder = readReminder(occasion);
  return reminder === null || reminder.lead.startsWith(SNOOZE) ? undefined : reminder.dueOn;
}

/** The date a post was about, when the deadline has since left it; for a look-up the last one, when it is marked as moved. */
function leftDate({ deadline, left }: Details, occasion: string): DueValue | undefined {
  const date = aboutDate(occasion);
  if (date === undefined) return deadline.status === "moved" ? left.find((due) => !isSameDue(due, dueOf(deadline))) : undefined;
  return deadline.dueOn === date ? undefined : left.find((due) => due.on === date);
}

async function findSubject(db: Database, key: CardKey, room: Room, directory: Directory, queuedAt: Instant | null): Promise<Details[]> {
  // Reminders name a family; a look-up names one date, or a family.
  const one = readReminder(key.occasion) === null ? await findDeadline(db, key.subject) : undefined;
  if (one !== undefined) return loadDetails(db, [one]);
  const family = await familyDeadlines(db, key.subject);
  // The map of countries is long, and only what is about a State asks for it.
  const countries = family.some(({ country }) => country !== null) ? await networkCountries(db) : new Map<string, Set<string>>();
  const followed = family.filter((deadline) => roomFollows(room, deadline, countries, directory));
  const about = await aboutPost(db, await loadDetails(db, followed), key.occasion, room, queuedAt);
  const hidden = await listHidden(db, room.address);
  const shown = about.filter(({ deadline }) => !hidden.has(deadline.id) && !hidden.has(deadline.family));
  // A room that has hidden all of it still has its old post kept true.
  return shown.length > 0 ? shown : about;
}

/** Those of a family that a post is about: due on its date, or moved away from it since; or put off to its day. */
async function aboutPost(db: Database, family: readonly Details[], occasion: string, room: Room, queuedAt: Instant | null): Promise<Details[]> {
  const reminder = readReminder(occasion);
  if (reminder === null) return [...family];
  if (reminder.lead.startsWith(SNOOZE)) {
    const asked = await snoozedIn(db, room, reminder.lead);
    return family.filter(({ deadline }) => asked.has(deadline.id));
  }
  const date = reminder.dueOn;
  const due = family.filter(({ deadline }) => deadline.dueOn === date);
  const gone = family.filter(({ deadline, left }) => deadline.dueOn !== date && left.some(({ on, at }) => on === date && queuedAt !== null && at >= queuedAt));
  return [...due, ...gone];
}

/** Those that the room put off to one minute (`snooze-2027-02-08T09:00`), or as older posts say to one day: the rest of their family was not asked for. */
async function snoozedIn(db: Database, room: Room, lead: string): Promise<Set<string>> {
  const [on = "", time] = lead.slice(SNOOZE.length + 1).split("T");
  const onDay = db.selectFrom("plans").select("subject").where("room", "=", room.address).where("lead", "=", SNOOZE).where("wall_on", "=", on);
  const rows = await (time === undefined ? onDay : onDay.where("wall_time", "=", time)).where("state", "not in", ["collapsed", "dropped"]).execute();
  return new Set(rows.map((row) => row.subject));
}

export async function deadlineStateOf(db: Database, key: CardKey, room: Room, directory: Directory): Promise<DeadlineState | null> {
  const post = await db
    .selectFrom("posts")
    .select(["created_at", "reference"])
    .where("room", "=", room.address)
    .where("card", "=", key.card)
    .where("subject", "=", key.subject)
    .where("occasion", "=", key.occasion)
    .executeTakeFirst();
  const [first, ...others] = await findSubject(db, key, room, directory, post?.created_at ?? null);
  if (first === undefined) return null;
  const networks = await listNetworks(db);
  return {
    first,
    others,
    standing: networks.find((network) => network.id === room.network)?.standing ?? "unknown",
    network: room.network,
    names: new Map(networks.map((network) => [network.id, network.name])),
    queuedAt: post?.created_at ?? null,
    isSent: post !== undefined && post.reference !== null,
  };
}

export const deadlineCard = defineCard<DeadlineState>({
  kind: DEADLINE_CARD,
  waitsForMorning: true,
  // A reminder never comes after the deadline, however long a chat was out.
  isOver: ({ first, others }, occasion, now) => readReminder(occasion) !== null && [first, ...others].every(({ deadline }) => isOver(deadline, now)),
  load: deadlineStateOf,
  draw: drawDeadline,
  tells: ({ first, others }) => [first, ...others].map(({ deadline }): Told => ({ deadline: deadline.id, value: dueOf(deadline) })),
});

export function drawDeadline(state: DeadlineState, view: CardView): Message {
  const { say } = view;
  const { first, others } = state;
  const { deadline, session } = first;
  const several = others.length > 0;
  const reminder = readReminder(view.occasion) !== null;
  const late = reminder && !isOver(deadline, view.now) && isLate(view.plannedAt, state.isSent ? (state.queuedAt ?? view.now) : view.now);
  const blocks: Block[] = [
    ...(late ? [lateBlock(say)] : []),
    { text: whenSpans(deadline, view, leftDate(first, view.occasion)) },
    ...(several ? [{ list: [first, ...others].map((details) => stateLine(details, first, view)) }] : []),
    { fields: fieldsOf(state, view) },
  ];
  return composed(say, {
    title: deadlineTitle(deadline, session, view, { country: !several }),
    tone: toneOf(deadline, view.now, late),
    blocks,
    actions: several ? stateButtons([first, ...others].filter((details) => isOpen(details.deadline, view.now)), view) : actionsForOne(state, view),
    dates: others.length + 1,
    thisWeek: isThisWeek(deadline, view.now),
  });
}

function toneOf(deadline: Deadline, now: Instant, late: boolean): Message["tone"] {
  if (deadline.status === "cancelled" || deadline.status === "suspended") return "quiet";
  if (isOver(deadline, now)) return "done";
  if (isUrgent(deadline, now)) return "urgent";
  return late ? "late" : "plain";
}

/** One State of several; its date only where it differs from the one the post is about. */
function stateLine(details: Details, first: Details, view: CardView): Span[] {
  const { deadline } = details;
  const name = view.directory.countryName(deadline.country ?? "", view.language);
  const same = isSameDue(dueOf(deadline), dueOf(first.deadline)) && deadline.status === first.deadline.status;
  return same ? [name] : [name, " · ", ...whenSpans(deadline, view, leftDate(details, view.occasion))];
}

function fieldsOf(state: DeadlineState, view: CardView): [label: string, value: Span[]][] {
  const { say } = view;
  const { first } = state;
  const { deadline } = first;
  const own = first.takers.includes(state.network);
  const visible = state.network === COORDINATION ? first.takers.filter((taker) => taker !== state.network) : [];
  const names = visible.map((taker) => state.names.get(taker) ?? taker);
  const note = noteSpan(deadline.rule, view);
  const condition = conditionSpan(deadline, view);
  // What is over or called off asks nothing of anybody.
  const doing: [string, Span[] | undefined][] = [
    ["only_if", condition === undefined ? undefined : [condition]],
    ["for_you", [forYouText(deadline, state.standing, view)]],
    [noteLabel(deadline), note === undefined ? undefined : [note]],
    ["why_then", whyThenSpans(first, view)],
  ];
  const fields: [string, Span[] | undefined][] = [
    ...(isOver(deadline, view.now) || deadline.status === "cancelled" || deadline.status === "suspended" ? [] : doing),
    ["taken", state.others.length > 0 ? undefined : takenSpans(names, own, view)],
    ["says_who", saysWhoSpans(first, state.names, view)],
    ["but", nowSaysSpans(first, view)],
  ];
  return fields.flatMap(([label, value]): [string, Span[]][] => (value === undefined ? [] : [[say(`field.${label}`), value]]));
}

/** Nothing is left to take or to be reminded of once it is over or will not happen. */
function isOpen(deadline: Deadline, now: Instant): boolean {
  return !isOver(deadline, now) && deadline.status !== "cancelled" && deadline.status !== "suspended" && deadline.kind !== "route";
}

function actionsForOne({ first, network }: DeadlineState, { say, now }: CardView): Action[] {
  const { deadline, takers } = first;
  const { id, revision } = deadline;
  const open: Action[] = isOpen(deadline, now)
    ? [
        takers.includes(network)
          ? { label: say("action.release"), command: printLine("release", [id], { seen: revision }) }
          : { label: say("action.take"), command: printLine("take", [id], { seen: revision }), style: "primary" },
        { label: say("action.snooze"), command: printLine("snooze", [id]) },
      ]
    : [];
  return [
    ...open,
    { label: say("action.hide"), command: printLine("hide", [id]) },
    { label: say("action.history"), command: printLine("deadline history", [id]) },
    { label: say("action.copy"), command: printLine("copy", [id]) },
  ];
}
