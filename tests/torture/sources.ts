/** The program is killed again and again while it polls feeds that change and fail; then each item must be there once, and told once. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { z } from "zod";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import type { Chance } from "../../src/ports.ts";
import { type Child, type Ending, killAtRandom, startProcess } from "../support/processes.ts";
import { type ChangingFeeds, openChangingFeeds } from "./changing-feeds.ts";
import { ROOM, type SourcesVictimOptions } from "./sources-victim.ts";
import { type Breach, findDamage } from "./verdict.ts";

const FEEDS = 12;
/** An hour of its clock passes in a second, so that each source is due twice a second. */
const SPEED = 3_600;
const BEGINNING = Date.UTC(2026, 10, 20);
/** Milliseconds between two changes of the feeds. */
const PAUSE = 100;
/** Milliseconds until a program that does not finish is taken for one that never will. */
const PATIENCE = 120_000;

export type SourcesOptions = { kills: number; variant: SourcesVictimOptions["variant"]; chance: Pick<Chance, "fraction"> };
export type SourcesResult = { breaches: Breach[]; figures: { kills: number; readings: number; items: number; edits: number; faults: number; replies: number } };

export async function runSourcesOrdeal({ kills, variant, chance }: SourcesOptions): Promise<SourcesResult> {
  const folder = await mkdtemp(path.join(tmpdir(), "clarion-sources-"));
  const feeds = await openChangingFeeds(FEEDS, chance);
  const since = Date.now();
  const breaches: Breach[] = [];
  let readings = 0;
  const start = (): Child => {
    const options: SourcesVictimOptions = { folder, urls: feeds.urls, variant, clock: { beginning: BEGINNING, since, speed: SPEED } };
    return startProcess(new URL("sources-victim.ts", import.meta.url), [JSON.stringify(options)]);
  };
  const bury = (child: Child, isExpected: boolean): void => {
    readings += child.lines.filter((line) => line.startsWith("read ")).length;
    // The last line of a process that was killed may be half a line.
    for (const line of isExpected ? child.lines.slice(0, -1) : child.lines) if (line.startsWith("error ")) breaches.push({ kind: "trouble", what: line });
    if (!isExpected) breaches.push({ kind: "trouble", what: `the program ended by itself: ${child.lines.slice(-3).join(" | ")}` });
  };
  const changing = setInterval(() => feeds.change(), PAUSE);
  try {
    for (let index = 0; index < kills; index += 1) {
      const child = start();
      const ending = variant === "apart" ? await killApart(child, chance) : await killOnce(child, chance);
      bury(child, ending.signal === "SIGKILL");
    }
    clearInterval(changing);
    feeds.setFaults(false);
    const survivor = start();
    survivor.write("finish\n");
    const said = await Promise.race([survivor.line("finished").catch(() => null), sleep(PATIENCE, null, { ref: false })]);
    await (said === null ? survivor.kill() : survivor.ended);
    bury(survivor, said !== null);
    if (said !== null) breaches.push(...findDamage(folder), ...judgeSources(folder, feeds));
    return { breaches, figures: { kills, readings, ...feeds.figures } };
  } finally {
    clearInterval(changing);
    await feeds.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** At any moment of its life, or after a random number of readings. */
async function killOnce(child: Child, chance: Pick<Chance, "fraction">): Promise<Ending> {
  if (chance.fraction() < 0.2) return killAtRandom(child, chance, 0, 2_000);
  await child.line("ready").catch(() => null);
  await afterReadings(child, Math.floor(chance.fraction() * 30));
  return killAtRandom(child, chance, 0, 40);
}

/** In the control between the two commits. */
async function killApart(child: Child, chance: Pick<Chance, "fraction">): Promise<Ending> {
  await child.line("ready").catch(() => null);
  await afterReadings(child, FEEDS + Math.floor(chance.fraction() * 20));
  const kept = (): number => child.lines.filter((line) => line === "kept").length;
  const before = kept();
  await until(child, () => kept() > before);
  return child.kill();
}

const afterReadings = (child: Child, count: number): Promise<void> => until(child, () => child.lines.filter((line) => line.startsWith("read ")).length >= count);

async function until(child: Child, isReached: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!isReached() && Date.now() < end) if ((await Promise.race([child.ended, sleep(1, null)])) !== null) return;
}

const sourceRow = z.object({ id: z.string(), url: z.string(), first_read_at: z.number() });
const itemRow = z.object({ id: z.string(), source: z.string(), guid: z.string(), title: z.string(), read_at: z.number() });
const tellingRow = z.object({ item: z.string(), state: z.string(), occasion: z.string() });
const postRow = z.object({ id: z.string(), card: z.string(), subject: z.string(), occasion: z.string(), state: z.string(), wanted: z.number(), shown: z.number() });

/** Each entry of each feed once in the table, with its newest text; each that came after the first reading told once, in a post that stands. */
function judgeSources(folder: string, feeds: ChangingFeeds): Breach[] {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { readonly: true });
  const all = <T>(row: z.ZodType<T>, query: string, ...values: unknown[]): T[] => z.array(row).parse(database.prepare(query).all(...values));
  const sources = all(sourceRow, "select id, url, first_read_at from sources");
  const items = all(itemRow, "select id, source, guid, title, read_at from items");
  const tellings = all(tellingRow, "select item, state, occasion from item_tellings where room = ?", ROOM);
  const posts = all(postRow, "select id, card, subject, occasion, state, wanted, shown from posts where room = ?", ROOM);
  database.close();
  const breaches: Breach[] = [];
  for (const source of sources) {
    const ofSource = items.filter((item) => item.source === source.id);
    const entries = feeds.entries.get(source.url) ?? [];
    const known = new Set(entries.map(({ guid }) => guid));
    for (const item of ofSource) if (!known.has(item.guid)) breaches.push({ kind: "twice", what: `${item.id} "${item.guid}" stands in no feed` });
    for (const entry of entries) {
      const rows = ofSource.filter(({ guid }) => guid === entry.guid);
      const [row] = rows;
      if (row === undefined) breaches.push({ kind: "lost", what: entry.guid });
      else if (rows.length > 1) breaches.push({ kind: "twice", what: `${entry.guid} is there ${rows.length} times` });
      else if (row.title !== entry.title) breaches.push({ kind: "old", what: `"${row.title}" instead of "${entry.title}"` });
      if (row !== undefined) breaches.push(...judgeTelling(row, row.read_at > source.first_read_at, tellings, posts));
    }
  }
  for (const post of posts) {
    if (post.state !== "standing") breaches.push({ kind: "waiting", what: `${post.id} ${post.card} is ${post.state}` });
    else if (post.shown !== post.wanted) breaches.push({ kind: "old", what: `${post.id} shows ${post.shown}, wanted ${post.wanted}` });
  }
  return breaches;
}

function judgeTelling(item: z.infer<typeof itemRow>, isNews: boolean, tellings: readonly z.infer<typeof tellingRow>[], posts: readonly z.infer<typeof postRow>[]): Breach[] {
  const told = tellings.filter((telling) => telling.item === item.id);
  const own = posts.filter((post) => post.card === "item" && post.subject === item.id).length;
  if (!isNews) return told.length + own === 0 ? [] : [{ kind: "twice", what: `${item.guid} stood there at the first reading and was told` }];
  const [telling] = told;
  if (telling === undefined || telling.state !== "told") return [{ kind: "lost", what: `${item.guid} was not told` }];
  const gathered = posts.filter((post) => post.card === "items" && post.occasion === telling.occasion).length;
  const count = told.length > 1 ? told.length : telling.occasion === "new" ? own : own + Math.min(1, gathered);
  return count === 1 ? [] : [{ kind: count === 0 ? "lost" : "twice", what: `${item.guid} was told ${count} times (${telling.occasion})` }];
}
