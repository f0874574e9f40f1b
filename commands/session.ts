import { body } from "../src/arguments/body.ts";
import { choice } from "../src/arguments/choice.ts";
import { session as sessionArgument } from "../src/arguments/session.ts";
import { calendarKeys, lastDayOf, listSessions, type Session, earliestDay } from "../src/calendar/sessions.ts";
import { drawSessions } from "../src/cards/session.ts";
import { type CommandContext, defineCommand, optional, printLine, required } from "../src/command.ts";
import type { Span } from "../src/message.ts";
import { passesMechanism } from "../src/planning/follow.ts";
import { showSession, todayOf } from "./shared/deadline-replies.ts";

const which = choice("session_choice", ["next", "now", "all"], (value) => `session.choice.${value}`);

/** All of one body, or those that are not over of all bodies the room follows. */
async function candidates(context: CommandContext, mechanism: string | undefined): Promise<Session[]> {
  const { db, room, directory } = context;
  if (mechanism !== undefined) return listSessions(db, { mechanism: calendarKeys(mechanism), kind: "session" });
  const sessions = await listSessions(db, { from: todayOf(context), kind: "session" });
  return sessions.filter((session) => passesMechanism(room.follow, session.mechanism, directory));
}

/** When a body meets: the session that is on or comes next, what is on now, or all that are known. */
export const session = defineCommand({
  name: "session",
  aliases: { hrc: "session hrc", cnd: "session cnd" },
  arguments: { mechanism: optional(body), which: optional(which) },
  who: "anyone",
  effect: "look",
  outside: true,
  async run(context, values) {
    const { say, directory, language } = context;
    const today = todayOf(context);
    const known = await candidates(context, values.mechanism?.key);
    const ahead = known.filter((candidate) => candidate.status !== "cancelled" && (lastDayOf(candidate) ?? "") >= today);
    const now = ahead.filter(({ startsOn }) => startsOn !== null && earliestDay(startsOn) <= today);
    if (values.mechanism !== undefined && values.which !== "all") {
      const [only] = values.which === "now" ? now : values.which === "next" ? ahead.filter((candidate) => !now.includes(candidate)) : ahead;
      if (only !== undefined) return { to: "asker", show: await showSession(context, only.id) };
    }
    const name: Span = values.mechanism === undefined ? "" : directory.bodyName(values.mechanism.key, language, "name");
    const kind = values.which ?? "next";
    const shown = kind === "all" ? known : kind === "now" ? now : ahead;
    const title = say.spans(values.mechanism === undefined ? `session.title.${kind}` : `session.title.${kind}.body`, { body: name });
    const more = values.mechanism === undefined || kind === "all" ? undefined : printLine("session", [values.mechanism.key, "all"]);
    return { to: "asker", show: drawSessions(title, shown, more, context) };
  },
});

/** One session by its id, for buttons. */
export const sessionShow = defineCommand({
  name: "session show",
  arguments: { session: required(sessionArgument) },
  who: "anyone",
  effect: "look",
  outside: true,
  hidden: true,
  async run(context, values) {
    return { to: "asker", show: await showSession(context, values.session) };
  },
});
