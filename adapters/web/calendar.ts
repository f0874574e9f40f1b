/**
 * Calendar files under secret addresses. They are the only part of the page that may stand behind a reverse proxy for others: nothing here
 * acts, and nothing is told to somebody without a token, not even whether there are any.
 */
import type { Context } from "hono";

export type CalendarFile = { text: string; etag: string };
/** Undefined when the token is unknown or was revoked. */
export type ReadCalendarFile = (token: string) => Promise<CalendarFile | undefined>;

/** As `calendar link` makes them. */
const FILE = /^([a-z0-9]{16,80})\.ics$/;
/** A calendar may be this old, and a revoked address may last so long in a cache. */
const FRESH_SECONDS = 900;

function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((each) => each.trim().replace(/^W\//, "") === etag || each.trim() === "*");
}

/** Undefined when there is no such calendar. */
export async function answerCalendar(context: Context, read: ReadCalendarFile): Promise<Response | undefined> {
  const token = FILE.exec(context.req.param("file") ?? "")?.[1];
  const file = token === undefined ? undefined : await read(token);
  if (file === undefined) return undefined;
  const headers = { "ETag": file.etag, "Cache-Control": `private, max-age=${FRESH_SECONDS}`, "X-Robots-Tag": "noindex" };
  if (isKnown(context.req.header("if-none-match"), file.etag)) return context.body(null, 304, headers);
  return context.body(file.text, 200, { ...headers, "Content-Type": "text/calendar; charset=utf-8", "Content-Disposition": 'inline; filename="clarion.ics"' });
}
