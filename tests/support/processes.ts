/** Real child processes, run by this very Node, for what only a second process or a sudden death can show. */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Chance } from "../../src/ports.ts";

export type Ending = { code: number | null; signal: NodeJS.Signals | null };

export interface Child {
  readonly pid: number;
  /** Everything it has printed so far, errors too, by line. */
  readonly lines: readonly string[];
  /** The first line, printed already or still to come, that contains or matches; rejects when the process ends without it. */
  line(wanted: string | RegExp): Promise<string>;
  write(text: string): void;
  /** SIGKILL, and waits until it is gone. Safe to call twice. */
  kill(): Promise<Ending>;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Ending>;
}

/** What one process has compiled the next takes as it is: half of a start. Whoever is killed leaves nothing there. */
const COMPILED = path.join(import.meta.dirname, "../../node_modules/.cache/clarion-compiled");

const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** Runs a TypeScript file. `environment` is added to PATH and HOME only, so that nothing of this machine leaks in. */
export function startProcess(file: URL | string, parameters: readonly string[] = [], environment: Record<string, string> = {}): Child {
  const script = file instanceof URL ? fileURLToPath(file) : file;
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [script, ...parameters], { env: { PATH, HOME, NODE_COMPILE_CACHE: COMPILED, ...environment }, stdio: ["pipe", "pipe", "pipe"] });
  alive.add(child);
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      tell();
    });
    stream.on("close", () => {
      if (rest !== "") lines.push(rest);
      tell();
    });
  }
  // A child that is killed while it is being written to is expected here.
  child.stdin.on("error", () => {});
  let over = false;
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      alive.delete(child);
      over = true;
      resolve({ code, signal });
      tell();
    });
  });
  const matches = (line: string, wanted: string | RegExp): boolean => (typeof wanted === "string" ? line.includes(wanted) : wanted.test(line));
  return {
    pid: child.pid ?? -1,
    lines,
    ended,
    line: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => matches(line, wanted));
          if (found === undefined && !over) return;
          listeners.delete(look);
          if (found === undefined) reject(new Error(`The process ended without printing ${String(wanted)}:\n${lines.join("\n")}`));
          else resolve(found);
        };
        listeners.add(look);
        look();
      }),
    write: (text) => void child.stdin.write(text),
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill("SIGKILL");
      return ended;
    },
  };
}

/** Kills the process at a random moment between the two, in milliseconds from now, unless it ends by itself first. */
export async function killAtRandom(child: Child, chance: Pick<Chance, "fraction">, from: number, until: number): Promise<Ending> {
  await Promise.race([sleep(from + chance.fraction() * (until - from)), child.ended]);
  return child.kill();
}
