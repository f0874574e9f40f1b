/** What comes of one reading of a source: its state, its items, what changed in them and what rooms are told, in one commit. */
import type { Directory } from "../directory.ts";
import type { Instant } from "../message.ts";
import type { Writing } from "../ports.ts";
import { proposeFromItems } from "../proposals/from-items.ts";
import { DAY, MINUTE } from "../time.ts";
import { recogniseBodies } from "./bodies.ts";
import { stateFromCalendar } from "./calendar-claims.ts";
import type { DocumentHead, ReadItem } from "./document.ts";
import { tellChanged } from "./edits.ts";
import { renameItems, type Stored, storeItems } from "./items.ts";
import { tellFirst, tellHealth } from "./notices.ts";
import { type Source, type SourceFailure, findSource } from "./sources.ts";
import { tellFresh } from "./tellings.ts";

export type Outcome =
  | { is: "unchanged" }
  /** `items` are those of slices that were new; `slices` are all that the text holds now. */
  | {
      is: "read";
      head: DocumentHead;
      items: readonly ReadItem[];
      slices: readonly string[];
      etag: string | null;
      lastModified: string | null;
      bodyHash: string | null;
    }
  | { is: "failed"; failure: SourceFailure; retryAfter: number | undefined };

/** `fraction` is from 0 up to 1, drawn once: it spreads readings so that sources do not all come due together. */
export type ReadingTools = { directory: Directory; now: Instant; newId(): string; fraction: number };

const INTERVAL = 30 * MINUTE;
const FIRST_RETRY = 15 * MINUTE;
const LONGEST_RETRY = DAY;
/** A site may ask for patience, but not to be forgotten. */
const LONGEST_PATIENCE = 7 * DAY;
const TITLE_LIMIT = 200;

/** When to read next. After failures the wait is as long as the failing has lasted, which doubles it each time. */
export function nextReading(failingSince: Instant | null, retryAfter: number | undefined, now: Instant, fraction: number): Instant {
  if (failingSince === null) return now + Math.round(INTERVAL * (1 + fraction / 10));
  const wait = Math.min(LONGEST_RETRY, Math.max(FIRST_RETRY, now - failingSince));
  const patience = Math.min(LONGEST_PATIENCE, retryAfter ?? 0);
  return now + Math.round(Math.max(wait, patience) * (1 + fraction / 4));
}

/**
 * Records a reading of `source` as it stood when the reading began. Returns when to read next, or null when it is not followed any more.
 * If the source was read, paused or opened in the meantime, nothing is recorded and what stands decides.
 */
export async function recordReading(trx: Writing, source: Source, outcome: Outcome, tools: ReadingTools): Promise<Instant | null> {
  const { now, fraction } = tools;
  const failed = outcome.is === "failed";
  const failingSince = failed ? (source.failingSince ?? now) : null;
  const nextAt = nextReading(failingSince, failed ? outcome.retryAfter : undefined, now, fraction);
  const isFirst = source.firstReadAt === null && outcome.is === "read";
  const claimed = await trx
    .updateTable("sources")
    .set({
      tried_at: now,
      next_at: nextAt,
      failing_since: failingSince,
      failure: failed ? outcome.failure : null,
      ...(failed ? {} : { read_at: now, brought: 0 }),
      ...(outcome.is === "read" ? columnsOf(outcome) : {}),
      ...(isFirst ? { first_read_at: now } : {}),
    })
    .where("id", "=", source.id)
    .where("state", "=", "following")
    .where("next_at", "=", source.nextAt)
    .where("tried_at", source.triedAt === null ? "is" : "=", source.triedAt)
    .returning("id")
    .executeTakeFirst();
  if (claimed === undefined) {
    const current = await findSource(trx, source.id);
    return current?.state === "following" ? current.nextAt : null;
  }
  if (outcome.is === "read" && outcome.items.length > 0) await keepItems(trx, source, outcome, tools, isFirst);
  if (source.firstReadAt === null) await tellFirst(trx, source, now);
  const noticedAt = await tellHealth(trx, source, failingSince, now);
  if (noticedAt !== source.noticedAt) await trx.updateTable("sources").set({ noticed_at: noticedAt }).where("id", "=", source.id).execute();
  return nextAt;
}

type Read = Extract<Outcome, { is: "read" }>;

function columnsOf({ head, slices, etag, lastModified, bodyHash }: Read) {
  return { etag, last_modified: lastModified, slices: slices.join(" "), body_hash: bodyHash, format: head.format, language: head.language, link: head.link };
}

async function keepItems(trx: Writing, source: Source, { head, items, slices }: Read, tools: ReadingTools, isFirst: boolean): Promise<void> {
  const { now, directory } = tools;
  const stored = await storeItems(trx, source, items, slices, {
    now,
    isTopic: (subject) => directory.topics.includes(subject),
    bodiesIn: (title) => recogniseBodies(title, directory),
  });
  const { identity, fresh } = stored;
  if (source.identity !== undefined && identity !== undefined && identity !== source.identity) await renameItems(trx, source.id, identity);
  await trx
    .updateTable("sources")
    // A title given by a person stays.
    .set((eb) => ({ brought: fresh.length, identity: identity ?? "", title: eb.case().when("title", "=", "").then(head.title.slice(0, TITLE_LIMIT)).else(eb.ref("title")).end() }))
    .where("id", "=", source.id)
    .execute();
  await tell(trx, source, stored, tools, isFirst);
  await proposeFromItems(trx, source, stored, tools, isFirst);
  await stateFromCalendar(trx, source.id, stored, tools);
}

/** The first reading tells nothing: what stood there is no news. */
async function tell(trx: Writing, source: Source, { fresh, changed }: Stored, tools: ReadingTools, isFirst: boolean): Promise<void> {
  if (isFirst) return;
  await tellChanged(trx, changed, tools.now);
  // A date that moved is news also to rooms which were never told the old one, such as that of a call from before the first reading.
  const moved = changed.filter(({ difference }) => difference.tells && difference.changes.some(({ what }) => what === "dates" || what === "event"));
  await tellFresh(trx, source, [...fresh, ...moved], tools);
}
