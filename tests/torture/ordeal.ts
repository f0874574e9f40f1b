/** One life of the program with many deaths: it is killed again and again while it works, then left to finish, then judged. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { z } from "zod";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import type { Chance } from "../../src/ports.ts";
import { NO_FAULTS, type Faults, openPlatform, type Platform, type PlatformPost, type Write } from "../support/platform.ts";
import { type Child, type Ending, killAtRandom, startProcess } from "../support/processes.ts";
import { BEGINNING, callTitle, type Lane, LANES, type Progress, stepOf } from "./script.ts";
import { type Breach, judge } from "./verdict.ts";
import type { VictimOptions } from "./victim.ts";

const FAULTS: Faults = { refused: 0.03, swallowed: 0.03, lostReplies: 0.08, slowest: 30 };
/** A minute of its clock passes in a second. */
const SPEED = 60;
/** Steps done before the death are done again after it. */
const REDELIVERED = 2;
/** Milliseconds until a program that does not finish is taken for one that never will. */
const PATIENCE = 90_000;
/** And until a chosen moment that does not come is given up. */
const WAITING = 20_000;
const LAST_ATTEMPTS = 3;

export type OrdealOptions = {
  /** Deaths, the last of them between a send and its commit. */
  kills: number;
  variant: VictimOptions["variant"];
  /** What is on its way at the last death: new posts, or edits. */
  last: "/send" | "/edit";
  chance: Pick<Chance, "fraction">;
};
export type OrdealResult = {
  breaches: Breach[];
  /** Deaths by what was going on. */
  kills: Record<string, number>;
  figures: { posts: number; edits: number; repeats: number; steps: number };
};

const finished = z.object({ progress: z.object({ calls: z.number(), dates: z.number() }), now: z.number() });

export async function runOrdeal(options: OrdealOptions): Promise<OrdealResult> {
  const { chance } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "clarion-torture-"));
  const platform = await openPlatform(chance);
  const since = Date.now();
  const kills: Record<string, number> = {};
  const breaches: Breach[] = [];
  const progress: Progress = { calls: 0, dates: 0 };
  const count = (way: string): void => void (kills[way] = (kills[way] ?? 0) + 1);

  const start = (working: boolean): Child => {
    const from = { calls: Math.max(0, progress.calls - REDELIVERED), dates: Math.max(0, progress.dates - REDELIVERED) };
    const victim: VictimOptions = {
      folder, url: platform.url, variant: options.variant, from: working ? from : null, clock: { beginning: BEGINNING, since, speed: SPEED },
    };
    return startProcess(new URL("victim.ts", import.meta.url), [JSON.stringify(victim)]);
  };
  /** Keeps what was acknowledged before it died, and what went wrong. */
  const bury = (child: Child, expected: boolean): void => {
    for (const lane of LANES) progress[lane] = Math.max(progress[lane], nextStep(child, lane));
    // The last line of a process that was killed may be half a line.
    const whole = expected ? child.lines.slice(0, -1) : child.lines;
    for (const line of whole) if (isTrouble(line)) breaches.push({ kind: "trouble", what: line });
    if (!expected) breaches.push({ kind: "trouble", what: `the program ended by itself: ${child.lines.slice(-3).join(" | ")}` });
  };
  const dieBetween = async (path: Write["path"]): Promise<boolean> => {
    const child = start(true);
    const { inTime, signal } = await killBetween(child, platform, path);
    bury(child, signal === "SIGKILL");
    count(inTime ? "between send and commit" : "at work");
    return inTime;
  };

  try {
    platform.setFaults(FAULTS);
    for (let index = 1; index < options.kills; index += 1) {
      const way = wayOf(chance.fraction());
      if (way === "between send and commit") await dieBetween(chance.fraction() < 0.5 ? "/send" : "/edit");
      else {
        const child = start(true);
        const ending = await (way === "at work" ? killAtWork(child, chance) : killAtRandom(child, chance, 0, 1_500));
        bury(child, ending.signal === "SIGKILL");
        count(way);
      }
    }
    // On a machine too busy for the moment to come in time, it is waited for once more.
    let inTime = false;
    for (let attempt = 1; !inTime && attempt <= LAST_ATTEMPTS; attempt += 1) inTime = await dieBetween(options.last);
    if (!inTime) breaches.push({ kind: "trouble", what: "the last death did not come between a send and its commit" });
    platform.setFaults(options.variant === "whole" ? { ...NO_FAULTS, slowest: 10 } : NO_FAULTS);
    const survivor = start(false);
    survivor.write("finish\n");
    const said = await Promise.race([survivor.line(/^finished /).catch(() => null), sleep(PATIENCE, null, { ref: false })]);
    await (said === null ? survivor.kill() : survivor.ended);
    bury(survivor, said !== null);
    if (said !== null) {
      const { now } = finished.parse(JSON.parse(said.slice("finished ".length)));
      const ended = { progress: addUnacknowledged(folder, progress), now };
      breaches.push(...(await judge(folder, platform.posts, ended)));
      if (breaches.length === 0) breaches.push(...(await testJudge(folder, platform.posts, ended)));
    }
    const edits = platform.posts.reduce((sum, post) => sum + post.editKeys.length, 0);
    return { breaches, kills, figures: { posts: platform.posts.length, edits, repeats: platform.repeats, steps: progress.calls + progress.dates } };
  } finally {
    await platform.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function wayOf(fraction: number): "at any moment" | "at work" | "between send and commit" {
  if (fraction < 0.35) return "at any moment";
  return fraction < 0.75 ? "at work" : "between send and commit";
}

/** Kills after a random number of steps, so that a busy machine is not killed before it has begun. */
async function killAtWork(child: Child, chance: Pick<Chance, "fraction">): Promise<Ending> {
  const ready = await child.line("ready").catch(() => null);
  const steps = Math.floor(chance.fraction() * 40);
  if (ready !== null) await until(child, () => doneIn(child) >= steps);
  return killAtRandom(child, chance, 0, 60);
}

/**
 * Kills after the chat has taken posts or edits of the newest call and before the program can know, once organisations have answered
 * that very call meanwhile. The program never hears of those posts again.
 */
async function killBetween(child: Child, platform: Platform, path: Write["path"]): Promise<Ending & { inTime: boolean }> {
  // The first steps after a start are repeats, which change nothing.
  const fresh = await until(child, () => child.lines.filter((line) => line.startsWith("did calls ")).length > REDELIVERED);
  if (!fresh) return { ...(await child.kill()), inTime: false };
  const taken = new Map<string, number>();
  const newest = (): string => callTitle(nextStep(child, "calls"));
  const letGo = platform.hold((write) => {
    const title = newest();
    const isChosen = write.path === path && JSON.stringify(write.message?.title).includes(`"${title}"`);
    if (isChosen) taken.set(title, (taken.get(title) ?? 0) + 1);
    return isChosen;
  });
  try {
    let answered = Number.POSITIVE_INFINITY;
    const inTime = await until(child, () => {
      if ((taken.get(newest()) ?? 0) < 3) answered = Number.POSITIVE_INFINITY;
      else answered = Math.min(answered, nextStep(child, "calls") + 2);
      return nextStep(child, "calls") >= answered;
    });
    return { ...(await child.kill()), inTime };
  } finally {
    letGo();
  }
}

/** Returns false when the process ended or too long a time passed before. */
async function until(child: Child, holds: () => boolean): Promise<boolean> {
  const enough = new AbortController();
  void child.ended.then(() => enough.abort());
  const end = Date.now() + WAITING;
  while (!enough.signal.aborted && Date.now() < end) {
    if (holds()) return true;
    await sleep(3);
  }
  return false;
}

/** How many steps it has answered, by its own word. */
function doneIn(child: Child): number {
  return child.lines.filter((line) => line.startsWith("did ")).length;
}

/** The step of a lane that comes after those it has answered. */
function nextStep(child: Child, lane: Lane): number {
  const last = child.lines.findLast((line) => line.startsWith(`did ${lane} `));
  return last === undefined ? 0 : Number(last.split(" ")[2]) + 1;
}

/** A judge who lets everything pass would make all of this worthless: it must see a post lost, two exchanged, and a step not done. */
async function testJudge(folder: string, posts: readonly PlatformPost[], ended: { progress: Progress; now: number }): Promise<Breach[]> {
  const [first, ...rest] = posts;
  const second = rest.find((post) => post.room === first?.room);
  // A machine that is too busy for a second post in any room has nothing to exchange.
  const exchanged = posts.map((post) => (post === first ? (second ?? post) : post === second ? (first ?? post) : post));
  const further = { ...ended, progress: { ...ended.progress, calls: ended.progress.calls + 1 } };
  const cases = [
    { kind: "lost", found: await judge(folder, rest, ended) },
    ...(second === undefined ? [] : [{ kind: "order", found: await judge(folder, exchanged, ended) }]),
    { kind: "effect", found: await judge(folder, posts, further) },
  ];
  return cases
    .filter(({ kind, found }) => !found.some((breach) => breach.kind === kind))
    .map(({ kind }) => ({ kind: "trouble", what: `the judge does not see what is against "${kind}"` }));
}

/** The step that was under way at the last death counts if it was committed; then all of its effects must be there. */
function addUnacknowledged(folder: string, progress: Progress): Progress {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { readonly: true });
  const isDone = (lane: Lane): boolean => database.prepare("select 1 from inbound where key = ?").get(stepOf(lane, progress[lane]).key) !== undefined;
  const done = Object.fromEntries(LANES.map((lane) => [lane, progress[lane] + (isDone(lane) ? 1 : 0)]));
  database.close();
  // One entry for each lane.
  return done as Progress;
}

const isTrouble = (line: string): boolean => !/^(ready|did |finished )/.test(line);
