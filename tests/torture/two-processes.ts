/**
 * A server that ticks and delivers, and beside it a terminal that sends commands to the same folder as fast as they are answered. None
 * may be lost, and the server may not be kept waiting by them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { z } from "zod";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import { type Child, startProcess } from "../support/processes.ts";
import { tickOften, wakeRooms } from "./folder.ts";
import type { Breach } from "./verdict.ts";

const START = path.join(import.meta.dirname, "../../start.mjs");
/** Longest wait, in milliseconds, that may be owed to the other process. */
const ALLOWED = 100;
/** A wait that is our own comes back each time; one that the machine caused does not. */
const ROUNDS = 3;
const QUIET_MILLISECONDS = 4_000;

/** Waits in milliseconds: of the server alone, of the server beside the terminal, and of a program that does nothing, meanwhile. */
export type Waits = { alone: number; beside: number; bystander: number };
export type TwoProcessesResult = { breaches: Breach[]; commands: number; seconds: number; ticks: number; edits: number; rounds: Waits[] };

export async function runTwoProcesses(commands: number): Promise<TwoProcessesResult> {
  const folder = await mkdtemp(path.join(tmpdir(), "clarion-two-"));
  const environment = { CLARION_DATA: folder, CLARION_PORT: "0", CLARION_LOG: "error" };
  const server = startProcess(new URL("server.ts", import.meta.url), [], environment);
  const bystander = startProcess(new URL("bystander.ts", import.meta.url));
  const breaches: Breach[] = [];
  const rounds: Waits[] = [];
  let sent = 0;
  let seconds = 0;
  let stopTicking = (): number => 0;
  try {
    await server.line("Clarion is ready");
    await bystander.line("watching");
    wakeRooms(folder);
    stopTicking = tickOften(folder);
    // The posts of the start are not meant.
    await sleep(1_000);
    while (rounds.length < ROUNDS) {
      await waitOf(server);
      await sleep(QUIET_MILLISECONDS);
      const alone = await waitOf(server);
      await waitOf(bystander);
      const begun = performance.now();
      await sendCommands(environment, sent, commands);
      seconds += (performance.now() - begun) / 1_000;
      sent += commands;
      rounds.push({ alone, beside: await waitOf(server), bystander: await waitOf(bystander) });
      if (owed(rounds.at(-1)) <= ALLOWED) break;
    }
    if (rounds.every((round) => owed(round) > ALLOWED)) {
      breaches.push({ kind: "trouble", what: `the server was kept waiting for ${rounds.map((round) => round.beside).join(", ")} ms` });
    }
    const ticks = stopTicking();
    if ((await measureStopped(server)) <= ALLOWED) breaches.push({ kind: "trouble", what: "the measure did not notice a server that stood still" });
    server.signal("SIGTERM");
    const ending = await server.ended;
    if (ending.code !== 0) breaches.push({ kind: "trouble", what: `the server did not stop in order: ${server.lines.slice(-3).join(" | ")}` });
    breaches.push(...findLost(folder, sent));
    const edits = countEdits(folder);
    if (edits === 0) breaches.push({ kind: "lost", what: "the server edited nothing meanwhile" });
    return { breaches, commands: sent, seconds, ticks, edits, rounds };
  } finally {
    stopTicking();
    await server.kill();
    await bystander.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

function owed(round: Waits | undefined): number {
  return round === undefined ? Number.POSITIVE_INFINITY : round.beside - Math.max(round.alone, round.bystander);
}

async function waitOf(child: Child): Promise<number> {
  const before = child.lines.length;
  child.signal("SIGUSR2");
  for (;;) {
    const said = child.lines.slice(before).find((line) => line.startsWith("waited "));
    if (said !== undefined) return Number(said.slice("waited ".length));
    if ((await Promise.race([child.ended, sleep(2, null)])) !== null) throw new Error(`The process ended: ${child.lines.slice(-3).join(" | ")}`);
  }
}

/** The control: what is measured of a server that was halted for longer than is allowed. */
async function measureStopped(server: Child): Promise<number> {
  await waitOf(server);
  // A measure that was just set back needs a turn of the loop to begin again, and a server that was halted one to end.
  await sleep(ALLOWED);
  server.signal("SIGSTOP");
  await sleep(3 * ALLOWED);
  server.signal("SIGCONT");
  await sleep(ALLOWED);
  return waitOf(server);
}

/** The subject that is taken and handed back: near enough to be posted at once, so that the server has edits to make. */
const SHOWN = "hrc-date-number-0";
const isAdding = (number: number): boolean => number === 0 || number % 2 === 1;

/** Every other command adds a date of its own; those between have the server edit a post. */
async function sendCommands(environment: Record<string, string>, from: number, count: number): Promise<void> {
  const terminal = startProcess(START, ["ask", "-", "--role", "operator", "--room", "web:coordination", "--json"], environment);
  const lines = Array.from({ length: count }, (_, index) => {
    const number = from + index;
    if (!isAdding(number)) return `${number % 4 === 0 ? "release" : "take"} ${SHOWN}`;
    const on = new Date(Date.now() + (number === 0 ? 1 : 30 + (number % 200)) * 86_400_000).toISOString().slice(0, 10);
    return `deadline add hrc --title "Date number ${number}" --on ${on}`;
  });
  terminal.write(`${lines.join("\n")}\n`);
  while (terminal.lines.length < count) {
    if ((await Promise.race([terminal.ended, sleep(10, null)])) !== null) break;
  }
  await terminal.kill();
}

const title = z.object({ title: z.string() });
const total = z.object({ count: z.number() });

/** Each command left exactly one entry in the audit, and each that adds exactly one deadline. */
function findLost(folder: string, sent: number): Breach[] {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { readonly: true });
  const titles = z.array(title).parse(database.prepare("select title from deadlines where title like 'Date number %'").all());
  const audited = total.parse(database.prepare("select count(*) as count from audit").get()).count;
  database.close();
  const breaches: Breach[] = [];
  const adding = Array.from({ length: sent }, (_, number) => number).filter(isAdding).length;
  const distinct = new Set(titles.map((each) => each.title)).size;
  if (distinct !== adding || titles.length !== adding) breaches.push({ kind: "lost", what: `${adding} dates added, ${titles.length} found, ${distinct} different` });
  if (audited !== sent) breaches.push({ kind: "effect", what: `${sent} commands, ${audited} entries of the audit` });
  return breaches;
}

function countEdits(folder: string): number {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { readonly: true });
  const { count } = total.parse(database.prepare("select coalesce(sum(shown - 1), 0) as count from posts where shown > 1").get());
  database.close();
  return count;
}
