/**
 * The program as people start it, with its page, killed again and again while another process changes things from the terminal: first
 * during the import on a bare folder, then during starts and posts.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { z } from "zod";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import type { Chance } from "../../src/ports.ts";
import { type Child, killAtRandom, startProcess } from "../support/processes.ts";
import { wakeRooms } from "./folder.ts";
import { type Breach, findDamage } from "./verdict.ts";

const START = path.join(import.meta.dirname, "../../start.mjs");
const PATIENCE = 60_000;

export type ProgramResult = { breaches: Breach[]; figures: { kills: number; lines: number; posts: number } };

const answerLine = z.object({ ok: z.boolean(), code: z.string().optional(), message: z.object({ actions: z.array(z.object({ command: z.string() })) }) });
type Answered = z.infer<typeof answerLine>;

export async function tormentProgram(options: { kills: number; chance: Pick<Chance, "fraction"> }): Promise<ProgramResult> {
  const folder = await mkdtemp(path.join(tmpdir(), "clarion-program-"));
  const environment = { CLARION_DATA: folder, CLARION_PORT: "0", CLARION_LOG: "error" };
  const start = (): Child => startProcess(START, ["start"], environment);
  const breaches: Breach[] = [];
  let kills = 0;
  const killOnce = async (from: number, to: number): Promise<void> => {
    const child = start();
    const ending = await killAtRandom(child, options.chance, from, to);
    kills += 1;
    if (ending.signal !== "SIGKILL") breaches.push({ kind: "trouble", what: `the program ended by itself: ${child.lines.slice(-3).join(" | ")}` });
  };
  try {
    for (let index = 0; index < Math.ceil(options.kills / 3); index += 1) await killOnce(0, 2_000);
    const ready = start();
    await ready.line("Clarion is ready");
    await ready.kill();
    kills += 1;
    wakeRooms(folder);

    const terminal = openTerminal(environment);
    const work = changeThings(terminal, options.chance);
    while (kills < options.kills) await killOnce(300, 2_500);
    const { lines, ids } = await work.finish();
    await terminal.close();

    const survivor = start();
    await survivor.line("Clarion is ready");
    if (!(await isQuiet(folder))) breaches.push({ kind: "waiting", what: `posts still wait ${PATIENCE / 1_000} seconds after the last start` });
    survivor.signal("SIGTERM");
    const ending = await survivor.ended;
    if (ending.code !== 0) breaches.push({ kind: "trouble", what: `it did not stop in order: ${survivor.lines.slice(-3).join(" | ")}` });
    breaches.push(...findDamage(folder), ...terminal.refused.map((what): Breach => ({ kind: "trouble", what })));
    const { found, posts } = look(folder, ids, terminal.changes);
    return { breaches: [...breaches, ...found], figures: { kills, lines, posts } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `ask -` in one process, a line at a time; it is never killed, so each answer is known. */
function openTerminal(environment: Record<string, string>) {
  const child = startProcess(START, ["ask", "-", "--json", "--role", "operator", "--room", "web:coordination"], environment);
  const refused: string[] = [];
  let asked = 0;
  let changes = 0;
  const ask = async (line: string): Promise<Answered> => {
    asked += 1;
    child.write(`${line}\n`);
    while (child.lines.length < asked) {
      const over = await Promise.race([child.ended, sleep(5, null)]);
      if (over !== null && child.lines.length < asked) throw new Error(`The terminal ended: ${child.lines.slice(-3).join(" | ")}`);
    }
    const answer = answerLine.parse(JSON.parse(child.lines[asked - 1] ?? ""));
    if (!answer.ok) refused.push(`${line}: ${answer.code}`);
    return answer;
  };
  return {
    refused,
    /** Lines that changed something, by their answers. */
    get changes() {
      return changes;
    },
    look: ask,
    async change(line: string): Promise<Answered> {
      const answer = await ask(line);
      if (answer.ok) changes += 1;
      return answer;
    },
    async close(): Promise<void> {
      await child.kill();
    },
  };
}

/** Dates that rooms are told of at once, then moved, so that they are told again; and taken and handed back in between. */
function changeThings(terminal: ReturnType<typeof openTerminal>, chance: Pick<Chance, "fraction">) {
  const end = new AbortController();
  const ids: string[] = [];
  let lines = 0;
  const run = (async () => {
    const tomorrow = dayAfter(1);
    for (let round = 0; !end.signal.aborted; round += 1) {
      const added = await terminal.change(`deadline add hrc --title "Date number ${round}" --on ${tomorrow} --time ${clockTime(round)}`);
      const id = added.message.actions.map(({ command }) => /^take (\S+)/.exec(command)?.[1]).find((found) => found !== undefined);
      if (id !== undefined) ids.push(id);
      await sleep(chance.fraction() * 400);
      await terminal.change(`take ${id}`);
      await terminal.look(`deadline move ${id} ${dayAfter(2)}`);
      await terminal.change("1");
      await terminal.change(`release ${id}`);
      lines += 5;
      await sleep(chance.fraction() * 400);
    }
  })();
  return {
    async finish(): Promise<{ lines: number; ids: readonly string[] }> {
      end.abort();
      await run;
      return { lines, ids };
    },
  };
}

const dayAfter = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const clockTime = (round: number): string => `${String(12 + (Math.floor(round / 60) % 12)).padStart(2, "0")}:${String(round % 60).padStart(2, "0")}`;

const WAITING = "state in ('pending', 'sending', 'stale', 'removing') and due_at <= ?";

/** Nothing that is due waits, for a second on end. */
async function isQuiet(folder: string): Promise<boolean> {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { readonly: true, timeout: 1_000 });
  const count = z.object({ count: z.number() });
  try {
    const end = Date.now() + PATIENCE;
    for (let calm = 0; Date.now() < end; await sleep(100)) {
      const now = Date.now();
      const posts = count.parse(database.prepare(`select count(*) as count from posts where ${WAITING}`).get(now)).count;
      const plans = count.parse(database.prepare("select count(*) as count from plans where state = 'planned' and planned_at <= ?").get(now)).count;
      calm = posts + plans === 0 ? calm + 1 : 0;
      if (calm >= 10) return true;
    }
    return false;
  } finally {
    database.close();
  }
}

const postRow = z.object({ id: z.string(), card: z.string(), state: z.string(), reference: z.string().nullable(), due_at: z.number() });
const pagePost = z.object({ reference: z.string(), key: z.string(), removed: z.number() });

function look(folder: string, ids: readonly string[], changes: number): { found: Breach[]; posts: number } {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { readonly: true });
  const all = <T>(query: string, row: z.ZodType<T>): T[] => z.array(row).parse(database.prepare(query).all());
  const posts = all("select id, card, state, reference, due_at from posts", postRow);
  const onPage = all("select reference, key, removed from web_posts", pagePost);
  const deadlines = all("select id from deadlines where rule is null and kind = 'deadline'", z.object({ id: z.string() }));
  const audited = all("select id from audit", z.object({ id: z.string() }));
  const moves = all("select subject from history where field = 'date' and reason = 'claim.person' and old is not null", z.object({ subject: z.string() }));
  database.close();

  const found: Breach[] = [];
  const references = new Map(posts.map((post) => [post.reference, post]));
  for (const each of onPage) if (!references.has(each.reference)) found.push({ kind: "twice", what: `${each.reference} on the page, sent as ${each.key}` });
  const there = new Set(onPage.filter((each) => each.removed === 0).map((each) => each.reference));
  for (const post of posts) {
    if (post.state === "standing" && !there.has(post.reference ?? "")) found.push({ kind: "lost", what: `${post.id} ${post.card}` });
    if (post.state === "dead") found.push({ kind: "waiting", what: `${post.id} was given up` });
  }
  const compare = (name: string, one: number, other: number): void => {
    if (one !== other) found.push({ kind: "effect", what: `${name}: ${one} expected, ${other} found` });
  };
  compare("dates added", ids.length, deadlines.length);
  compare("entries of the audit", changes, audited.length);
  compare("moves", ids.length, new Set(moves.map((move) => move.subject)).size);
  compare("moves in the history", ids.length, moves.length);
  return { found, posts: onPage.length };
}
