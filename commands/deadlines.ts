import { duration } from "../src/arguments/duration.ts";
import { type Filter, filter } from "../src/arguments/filter.ts";
import { type Deadline, type DeadlineFilter, type DeadlineKind, listDeadlines } from "../src/calendar/deadlines.ts";
import { calendarKeys } from "../src/calendar/sessions.ts";
import { dateTable, gatherLines } from "../src/cards/lines.ts";
import { composed, durationWords, isThisWeek } from "../src/cards/parts.ts";
import { type CommandContext, defineCommand, optional, printLine } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import type { Span } from "../src/message.ts";
import { roomFollows } from "../src/planning/follow.ts";
import { loadHearing } from "../src/planning/hearing.ts";
import { findNetwork, networkCountries } from "../src/rooms/networks.ts";
import { isUnopened } from "../src/rooms/rooms.ts";
import { addDuration, DAY, endOfDay, roughLength } from "../src/time.ts";
import { todayOf, wholeDays } from "./shared/deadline-replies.ts";

const USUAL_RANGE = "P60D";
const LONGEST_DAYS = 5 * 366;
const KINDS: readonly DeadlineKind[] = ["deadline", "opening", "planning", "internal"];
/** What is read to its end; who asks for a range by name is shown more of it. */
const ROW_LIMIT = 30;
const ROW_LIMIT_ASKED = 120;

/** What the filter asks of the calendar; without one, everything, and the room's own filter decides. */
async function wanted({ db, directory }: CommandContext, chosen: Filter | undefined): Promise<Partial<DeadlineFilter>> {
  switch (chosen?.by) {
    case undefined:
      return {};
    case "network":
      return { countries: [...((await networkCountries(db)).get(chosen.id) ?? [])], orNoCountry: true };
    case "country":
      return { countries: [chosen.id] };
    case "mechanism":
      return { mechanisms: calendarKeys(chosen.id) };
    case "programme":
      return { countries: directory.programme(chosen.id)?.countries ?? [] };
    case "topic":
      return { topics: [chosen.id] };
  }
}

async function nameOf({ db, directory, language, say }: CommandContext, chosen: Filter): Promise<string> {
  switch (chosen.by) {
    case "network":
      return (await findNetwork(db, chosen.id))?.name ?? chosen.id;
    case "country":
      return directory.countryName(chosen.id, language);
    case "mechanism":
      return directory.bodyName(chosen.id, language, "name");
    case "programme":
      return directory.programme(chosen.id)?.name ?? chosen.id;
    case "topic":
      return say(`topic.${chosen.id}`);
  }
}

/** Without a filter: what this room follows and has not hidden. */
async function find(context: CommandContext, chosen: Filter | undefined, within: string): Promise<Deadline[]> {
  const { db, room, directory, now } = context;
  const until = endOfDay(addDuration(todayOf(context), wholeDays(within)), context.zone);
  const found = await listDeadlines(db, { from: now, until, kinds: KINDS, network: room.network, ...(await wanted(context, chosen)) });
  if (chosen !== undefined) return found;
  const hearing = await loadHearing(db, room, directory);
  return found.filter(
    (deadline) => roomFollows(room, deadline, hearing.networkCountries, directory) && !hearing.hidden.has(deadline.id) && !hearing.hidden.has(deadline.family),
  );
}

/** The dates ahead, by day. */
export const deadlines = defineCommand({
  name: "deadlines",
  arguments: { filter: optional(filter), within: optional(duration) },
  who: "anyone",
  effect: "look",
  outside: true,
  async run(context, values) {
    const { db, say, room, now } = context;
    const within = values.within ?? USUAL_RANGE;
    if (roughLength(within) > LONGEST_DAYS * DAY) throw new UserError("bad_range", { command: "deadlines" });
    const found = await find(context, values.filter, within);
    const lines = gatherLines(found.map((deadline) => ({ deadline })));
    const limit = values.within === undefined ? ROW_LIMIT : ROW_LIMIT_ASKED;
    const shown = lines.slice(0, limit);
    const rest = lines.length - shown.length;
    const days = Math.round(roughLength(within) / DAY);
    const usual = isUnopened(room) ? "deadlines.title.everywhere" : "deadlines.title";
    const title: Span[] = [
      values.filter === undefined ? say(usual, { count: days }) : say("deadlines.title.of", { name: await nameOf(context, values.filter), count: days }),
    ];
    const filtered = values.filter === undefined ? [] : [filter.print(values.filter)];
    const standing = (await findNetwork(db, room.network))?.standing ?? "unknown";
    // With the whole range asked for by name there is nothing longer to point to.
    const more = values.within === undefined ? ["/deadlines", ...filtered, durationWords(USUAL_RANGE, say)].join(" ") : undefined;
    const longer = printLine("deadlines", [...filtered, "P365D"]);
    return {
      to: "asker",
      show: composed(say, {
        title,
        blocks: [
          shown.length === 0 ? { text: [say("deadlines.none")] } : dateTable(shown, standing, context),
          ...(rest === 0 ? [] : [{ text: more === undefined ? [say("list.more.plain", { count: rest })] : say.spans("list.more", { count: rest, line: { code: more } }) }]),
        ],
        actions: roughLength(within) < 365 * DAY ? [{ label: say("action.year"), command: longer }] : [],
        dates: found.length,
        thisWeek: found.length > 0 && found.every((deadline) => isThisWeek(deadline, now)),
      }),
    };
  },
});
