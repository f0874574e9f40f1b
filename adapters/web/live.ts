/**
 * Server-sent events: what changes in a room reaches each open page. A page names how far it has seen (`Last-Event-ID`), so what
 * was missed while the line was down arrives first, by the same query that finds what is new.
 */
import type { Context } from "hono";
import { streamSSE, type SSEStreamingApi } from "hono/streaming";
import { ChatError } from "../../src/errors.ts";
import type { Asker, Database, Log, RoomAddress } from "../../src/ports.ts";
import { readChanges, type Change, type Mark } from "./posts.ts";

const HEARTBEAT_MILLISECONDS = 20_000;
/** How soon a page that lost its line tries again. */
const RETRY_MILLISECONDS = 2_000;
const BATCH = 50;
/** A browser opens six lines to one address; more than this many pages is a fault or mischief. */
const OPEN_LIMIT = 60;

export type LiveOptions = {
  reading: Database;
  log: Log;
  /** HTML of one changed post, as this room's page shows it. */
  draw(room: RoomAddress, change: Change): Promise<string>;
};

type Line = { room: RoomAddress; page: string; stream: SSEStreamingApi; mark: Mark; stale: boolean; running: boolean; end: () => void };

export interface Live {
  connect(context: Context, room: RoomAddress, page: string, since: Mark): Response;
  /** Something was posted, edited or removed; without a room, perhaps anywhere. */
  notify(room?: RoomAddress): void;
  /** Throws `gone` when that page is no longer open. */
  whisper(to: Asker, html: string): Promise<void>;
  close(): void;
}

export function createLive(options: LiveOptions): Live {
  const lines = new Set<Line>();

  /** Sends what the line has not seen. One run at a time for each line, so that order is kept. */
  async function pump(line: Line): Promise<void> {
    line.stale = true;
    if (line.running) return;
    line.running = true;
    try {
      while (line.stale) {
        line.stale = false;
        const changes = await readChanges(options.reading, line.room, line.mark, BATCH);
        for (const change of changes) await send(line, change);
        if (changes.length >= BATCH) line.stale = true;
      }
    } catch (error) {
      options.log.warn("web.line", { code: error instanceof Error ? error.name : "unknown" });
      line.end();
    } finally {
      line.running = false;
    }
  }

  async function send(line: Line, change: Change): Promise<void> {
    const html = change.post === null ? "" : await options.draw(line.room, change);
    // An old post moves the stamp; a new one moves only the sequence, so that no edit between them is passed over.
    if (change.sequence > line.mark.sequence) line.mark.sequence = change.sequence;
    else line.mark.editedAt = change.editedAt ?? line.mark.editedAt;
    const { reference, sequence } = change;
    await line.stream.writeSSE({
      event: "post",
      id: printMark(line.mark),
      data: JSON.stringify({ reference, sequence, edited: change.editedAt ?? 0, html }),
    });
  }

  function run(line: Line): Promise<void> {
    return new Promise((resolve) => {
      const beat = setInterval(() => {
        // A comment keeps the line open; asking again finds what another process may have written.
        line.stream.write(": here\n\n").catch(() => line.end());
        void pump(line);
      }, HEARTBEAT_MILLISECONDS);
      line.end = () => {
        clearInterval(beat);
        lines.delete(line);
        resolve();
      };
      line.stream.onAbort(() => line.end());
      lines.add(line);
      line.stream
        .write(`retry: ${RETRY_MILLISECONDS}\n\n`)
        .then(() => pump(line))
        .catch(() => line.end());
    });
  }

  return {
    connect(context, room, page, since) {
      if (lines.size >= OPEN_LIMIT) return context.text("Too many open pages.\n", 503);
      return streamSSE(context, (stream) => run({ room, page, stream, mark: { ...since }, stale: false, running: false, end: () => undefined }));
    },
    notify(room) {
      for (const line of lines) {
        // What is posted anywhere may change what is next everywhere.
        line.stream.writeSSE({ event: "next", data: "" }).catch(() => line.end());
        if (room === undefined || line.room === room) void pump(line);
      }
    },
    async whisper(to, html) {
      const heard = [...lines].filter((line) => line.room === to.room && line.page === to.token);
      if (heard.length === 0) throw new ChatError("gone");
      await Promise.all(heard.map((line) => line.stream.writeSSE({ event: "whisper", data: JSON.stringify({ html }) })));
    },
    close() {
      for (const line of lines) line.end();
    },
  };
}

function printMark(mark: Mark): string {
  return `${mark.sequence}.${mark.editedAt}`;
}

/** Reads `Last-Event-ID`; undefined when it is not one of ours. */
export function parseMark(text: string | undefined): Mark | undefined {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text ?? "");
  return match === null ? undefined : { sequence: Number(match[1]), editedAt: Number(match[2]) };
}
