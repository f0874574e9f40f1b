/** Calendar files by their secret tokens, as the page serves them. */
import { createHash } from "node:crypto";
import type { Directory } from "../../src/directory.ts";
import { loadOutgoing } from "../../src/outgoing-calendar.ts";
import type { Clock, Store } from "../../src/ports.ts";
import type { ReadCalendarFile } from "../web/calendar.ts";
import { writeCalendar } from "./write.ts";

export function createCalendarFiles(options: {
  store: Pick<Store, "reading">;
  directory: Directory;
  clock: Pick<Clock, "now">;
  fingerprint(text: string): string;
}): ReadCalendarFile {
  const { store, directory, clock, fingerprint } = options;
  return async (token) => {
    // Looked up by its hash: how long that takes says nothing about the token.
    const calendar = await loadOutgoing(store.reading, fingerprint(token), directory, clock.now());
    if (calendar === undefined) return undefined;
    const text = writeCalendar(calendar);
    return { text, etag: `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"` };
  };
}
