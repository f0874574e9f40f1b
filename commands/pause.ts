import { moment } from "../src/arguments/moment.ts";
import { pauseEnd } from "../src/arguments/pause-end.ts";
import { scope, type Scope } from "../src/arguments/scope.ts";
import { listCalls } from "../src/calls/calls.ts";
import { pauseText } from "../src/cards/room.ts";
import { type CommandContext, defineCommand, printLine, option, optional } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { listText } from "../src/i18n.ts";
import { callKey } from "../src/jobs/calls.ts";
import { type Instant, sentence, type Span } from "../src/message.ts";
import { pauseRoom, resumeRoom } from "../src/planning/reminders.ts";
import { demand, demandNetwork } from "../src/rights.ts";
import { COORDINATION, networkNames } from "../src/rooms/networks.ts";
import { findRoom, listRooms, NO_END, type Room } from "../src/rooms/rooms.ts";

/** A room pauses itself; a network or everything is for a coordinator. */
async function roomsIn(context: CommandContext, where: Scope): Promise<Room[]> {
  // Read again in this transaction: the room may have been set meanwhile.
  if (where === "room") return [(await findRoom(context.db, context.room.address)) ?? context.room];
  demand(context.roles, "coordinator");
  demandNetwork(context, where === "all" ? COORDINATION : where.network);
  const rooms = await listRooms(context.db);
  return where === "all" ? rooms : rooms.filter((room) => room.network === where.network);
}

/** Whether rooms other than one's own hear of it; then it is rehearsed. */
function revisionOf(rooms: readonly Room[], { room }: CommandContext): number | null {
  return rooms.every(({ address }) => address === room.address) ? null : rooms.reduce((sum, { revision }) => sum + revision, 0);
}

async function whose(rooms: readonly Room[], { db, say }: CommandContext): Promise<[string, Span[]]> {
  const names = await networkNames(db);
  const networks = listText(new Set(rooms.map(({ network }) => names.get(network) ?? network)), say);
  return [say("pause.field.who"), [say("call.rooms", { count: rooms.length, networks })]];
}

type Pause = { until: Instant | undefined; for: Scope | undefined };

/** One's own room may shorten its pause; the rest that another room has asked for itself is never cut short from outside. */
async function toPause(context: CommandContext, values: Pause): Promise<{ rooms: Room[]; until: Instant; longer: number }> {
  const { now } = context;
  const isOwn = values.for === undefined || values.for === "room";
  // Many rooms' open end is told from that of a room which paused itself, so that undo ends only the one.
  const until = values.until ?? (isOwn ? NO_END : NO_END + now);
  if (until <= now) throw new UserError("past_date", { command: "pause" });
  const all = await roomsIn(context, values.for ?? "room");
  if (isOwn) return { rooms: all, until, longer: 0 };
  const rooms = all.filter(({ pausedUntil }) => pausedUntil === null || (pausedUntil < until && pausedUntil < NO_END));
  if (rooms.length === 0) throw new UserError("already_done");
  return { rooms, until, longer: all.length - rooms.length };
}

/** No reason is asked for or kept. */
export const pause = defineCommand({
  name: "pause",
  takesBack: true,
  arguments: { until: optional(moment), for: option(scope) },
  who: "anyone",
  effect: "broadcast",
  targets: (values) => [scope.print(values.for ?? "room")],
  revision: async (context, values) => revisionOf((await toPause(context, values)).rooms, context),
  async rehearse(context, values) {
    const { say } = context;
    const { rooms, until, longer } = await toPause(context, values);
    const end = pauseText({ ...context.room, pausedUntil: until }, say);
    return {
      title: [say("pause.rehearse.title", { count: rooms.length })],
      tone: "plain",
      blocks: [
        { fields: [await whose(rooms, context), [say("pause.field.until"), end]] },
        ...(longer === 0 ? [] : [{ text: [say("pause.rehearse.longer", { count: longer })] }]),
        { text: [say("pause.rehearse.note")] },
      ],
      actions: [],
      language: say.language,
    };
  },
  async run(context, values) {
    const { db, say, now } = context;
    const { rooms, until } = await toPause(context, values);
    for (const room of rooms) await pauseRoom(db, room, until, { directory: context.directory, now });
    const where = values.for ?? "room";
    const named = where === "room" ? {} : { for: scope.print(where) };
    const show = sentence(say("pause.done", { count: rooms.length }), say.language, [
      { label: say("room.action.resume"), command: printLine("resume", [], named) },
    ]);
    show.blocks.push({ text: pauseText({ ...context.room, pausedUntil: until }, say) });
    // Taken back only in rooms that have set no other end since.
    const undo = where === "room" ? {} : { undo: printLine("resume", [], { ...named, ending: pauseEnd.print(until) }) };
    return { to: "asker", show, ...undo };
  },
});

type Resume = { for: Scope | undefined; ending: Instant | undefined };

async function toResume(context: CommandContext, values: Resume): Promise<Room[]> {
  const all = await roomsIn(context, values.for ?? "room");
  const rooms = values.ending === undefined ? all : all.filter(({ pausedUntil }) => pausedUntil === values.ending);
  return values.for === undefined || values.for === "room" ? rooms : rooms.filter(({ pausedUntil }) => pausedUntil !== null);
}

export const resume = defineCommand({
  name: "resume",
  arguments: { for: option(scope), ending: option(pauseEnd) },
  who: "anyone",
  effect: "broadcast",
  targets: (values) => [scope.print(values.for ?? "room")],
  revision: async (context, values) => revisionOf(await toResume(context, values), context),
  async rehearse(context, values) {
    const { say } = context;
    const rooms = await toResume(context, values);
    return {
      title: [say("resume.rehearse.title", { count: rooms.length })],
      tone: "plain",
      blocks: [{ fields: [await whose(rooms, context)] }, { text: [say("resume.rehearse.note")] }],
      actions: [],
      language: say.language,
    };
  },
  async run(context, values) {
    const { db, say, now } = context;
    const rooms = await toResume(context, values);
    if (rooms.length === 0) throw new UserError("already_done");
    for (const room of rooms) await resumeRoom(db, room, { directory: context.directory, now });
    // A call that went out meanwhile is brought now.
    for (const call of await listCalls(db)) if (call.state === "open") context.wake(callKey(call.id));
    return { to: "asker", show: sentence(say("resume.done", { count: rooms.length }), say.language) };
  },
});
