/** A warm start, from the command to "ready" on a prepared data folder ÷ the time a child takes to load the same modules. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { withFolder } from "./support/commits.ts";
import { median } from "./support/median.ts";
import { type Form, type Measured, printMachine, printMeasured } from "./support/report.ts";
import { inRounds } from "./support/rounds.ts";

const ROOT = path.join(import.meta.dirname, "..");
const LEAST = 5;
const IMPORTS = [path.join(import.meta.dirname, "support", "only-imports.ts")];

export async function measureStart(form: Form): Promise<Measured> {
  return withFolder(async (folder) => {
    const program = [path.join(ROOT, "start.mjs"), "start", "--data", folder];
    // The first round makes the database and imports the calendar; it is not counted.
    const rounds = await inRounds(form, async () => ({ ours: await timeUntilReady(program), raw: await timeUntilReady(IMPORTS) }), LEAST);
    const taken = (of: "ours" | "raw") => median(rounds.map((round) => round[of])).toFixed(0);
    return {
      name: "warm start ÷ bare imports",
      ratio: median(rounds.map(({ ours, raw }) => ours / raw)),
      bound: { most: 2 },
      conditions: [
        `${taken("ours")} ms ÷ ${taken("raw")} ms; median of ${rounds.length} starts each, in turn`,
        "from spawning Node to the line that says the page can be opened, everything shipped imported before; files in the system's cache",
      ],
    };
  });
}

/** Milliseconds from the spawn to the first line that says "ready". The child is then told to stop, and has ended when this returns. */
async function timeUntilReady(args: string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, CLARION_PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let said = "";
  child.stdout.setEncoding("utf8");
  for await (const part of child.stdout) {
    said += String(part);
    if (!said.includes("ready")) continue;
    const taken = performance.now() - began;
    child.kill("SIGTERM");
    await ended;
    return taken;
  }
  throw new Error(`${path.basename(args[0] ?? "")} ended before it was ready: ${said}`);
}

if (import.meta.main) {
  await printMachine();
  printMeasured(await measureStart(process.argv.includes("--short") ? "short" : "long"));
}
