import { choice } from "../src/arguments/choice.ts";
import { moment } from "../src/arguments/moment.ts";
import { listCalls } from "../src/calls/calls.ts";
import { pauseText } from "../src/cards/room.ts";
import { type CommandContext, defineCommand, printLine, option, optional } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { callKey } from "../src/jobs/calls.ts";
import { sentence } from "../src/message.ts";
import { pauseRoom, resumeRoom } from "../src/planning/reminders.ts";
import type { Writing } from "../src/ports.ts";
import { demand, demandNetwork } from "../src/rights.ts";
import { COORDINATION } from "../src/rooms/networks.ts";
import { findRoom, listRooms, NO_END, type Room } from "../src/rooms/rooms.ts";

const SCOPES = ["room", "network", "all"] as const;
const scope = choice("scope", SCOPES, (value) => `scope.${value}`);

/** A room pauses itself; a network or everything is for a coordinator. */
async function roomsIn(context: CommandContext<Writing>, where: (typeof SCOPES)[number]): Promise<Room[]> {
  // Read again in this transaction: the room may have been set meanwhile.
  if (where === "room") return [(await findRoom(context.db, context.room.address)) ?? context.room];
  demand(context.roles, "coordinator");
  if (where === "all") demandNetwork(context, COORDINATION);
  const rooms = await listRooms(context.db);
  return where === "all" ? rooms : rooms.filter((room) => room.network === context.room.network);
}

/** No reason is asked for or kept. */
export const pause = defineCommand({
  name: "pause",
  arguments: { until: optional(moment), for: option(scope) },
  who: "anyone",
  effect: "change",
  targets: (values) => [values.for ?? "room"],
  async run(context, values) {
    const { say, now } = context;
    const until = values.until ?? NO_END;
    if (until <= now) throw new UserError("past_date", { command: "pause" });
    const rooms = await roomsIn(context, values.for ?? "room");
    for (const room of rooms) await pauseRoom(context.db, room, until, { directory: context.directory, now });
    const paused = { ...context.room, pausedUntil: until };
    const message = sentence(say("pause.done", { count: rooms.length }), say.language, [
      { label: say("room.action.resume"), command: printLine("resume", [], { for: values.for }) },
    ]);
    message.blocks.push({ text: pauseText(paused, say) });
    return { to: "asker", show: message };
  },
});

export const resume = defineCommand({
  name: "resume",
  arguments: { for: option(scope) },
  who: "anyone",
  effect: "change",
  targets: (values) => [values.for ?? "room"],
  async run(context, values) {
    const { say, now } = context;
    const rooms = await roomsIn(context, values.for ?? "room");
    for (const room of rooms) await resumeRoom(context.db, room, { directory: context.directory, now });
    // A call that went out meanwhile is brought now.
    for (const call of await listCalls(context.db)) if (call.state === "open") context.wake(callKey(call.id));
    return { to: "asker", show: sentence(say("resume.done", { count: rooms.length }), say.language) };
  },
});
