import { duration } from "../src/arguments/duration.ts";
import { findDeadlines } from "../src/calendar/deadline-row.ts";
import { findSession } from "../src/calendar/sessions.ts";
import { composed } from "../src/cards/parts.ts";
import { sessionTitle, shortTitle } from "../src/cards/titles.ts";
import { type CommandContext, defineCommand, optional } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import type { Block, Span } from "../src/message.ts";
import { type PlannedPost, previewRoom } from "../src/planning/reminders.ts";
import { addDuration, DAY, endOfDay, roughLength, wallOf } from "../src/time.ts";
import { wholeDays } from "./shared/deadline-replies.ts";

const USUAL_RANGE = "P30D";
const LONGEST_DAYS = 400;
const ROW_LIMIT = 40;

async function subjectSpans(post: PlannedPost, context: CommandContext): Promise<Span[]> {
  const { db, say } = context;
  if (post.kind === "observance") {
    const session = await findSession(db, post.subject);
    return session === undefined ? [] : [sessionTitle(session, context)];
  }
  if (post.kind === "digest" || post.kind === "look") return [say("preview.dates", { count: post.deadlines.length })];
  const [id] = post.deadlines;
  const deadline = id === undefined ? undefined : (await findDeadlines(db, [id])).get(id);
  if (deadline === undefined) return [];
  const others = post.deadlines.length - 1;
  return [...shortTitle(deadline, context), ...(others > 0 ? [` ${say("preview.others", { count: others })}`] : [])];
}

/** What this room will be told, and when, as things stand now. */
export const preview = defineCommand({
  name: "preview",
  arguments: { within: optional(duration) },
  who: "anyone",
  effect: "look",
  async run(context, values) {
    const { db, say, room, directory, now } = context;
    const within = values.within ?? USUAL_RANGE;
    if (roughLength(within) > LONGEST_DAYS * DAY) throw new UserError("bad_range", { command: "preview" });
    const until = endOfDay(addDuration(wallOf(now, room.zone).on, wholeDays(within)), room.zone);
    const posts = await previewRoom(db, room, directory, now, until);
    const shown = posts.slice(0, ROW_LIMIT);
    const rows: Span[][][] = [];
    for (const post of shown) {
      rows.push([[{ moment: post.at, zone: post.zone }], [say(`plan.${post.kind}`)], await subjectSpans(post, context)]);
    }
    const blocks: Block[] = [
      shown.length === 0 ? { text: [say("preview.none")] } : { table: { head: [say("column.when"), say("column.kind"), say("column.what")], rows } },
      ...(posts.length > shown.length ? [{ text: [say("list.more.plain", { count: posts.length - shown.length })] }] : []),
      { text: [say("preview.note", { zone: room.zone })] },
    ];
    return { to: "asker", show: composed(say, { title: [say("preview.title", { count: Math.round(roughLength(within) / DAY) })], blocks, dates: posts.length }) };
  },
});
