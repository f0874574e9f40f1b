/**
 * Polling: how fast all sources are read beside the plainest loops, what a pass costs when nothing has changed, and what else is felt meanwhile.
 * The server, the program and the loops are processes of their own. Short: fewer feeds, and the narrow loop reads a part of them.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { z } from "zod";
import { type Child, startProcess } from "../tests/support/processes.ts";
import { withFolder } from "./support/commits.ts";
import { FEED_ITEMS, FIELD_EVERY, makeEdition, NEW_ITEMS } from "./support/feed-text.ts";
import { median } from "./support/median.ts";
import { type Form, type Measured, printMachine, printMeasured } from "./support/report.ts";

const LATENCY = 50;
/** As many at a time as the program reads. */
const WIDTH = 64;
const NARROW = 4;
const PATIENCE = 3_000;
const UNCHANGED_PASSES = 5;
/** In whole widths, so that the last round is full. */
const FEEDS: Record<Form, number> = { short: 4 * WIDTH, long: 2_000 };

const tookSchema = z.object({
  milliseconds: z.number(), cpu: z.number(), fresh: z.number(), left: z.number(), peak: z.number(), loop: z.number(), looks: z.number().nullable(),
});
type Took = z.infer<typeof tookSchema>;

export async function measurePolling(form: Form): Promise<Measured[]> {
  const feeds = FEEDS[form];
  const server = await startServer();
  try {
    const { changed, unchanged, idle, withThreads } = await withFolder((folder) => measureProgram(folder, server, feeds));
    const loops = await withFolder((folder) => measureLoops(path.join(folder, "loop.sqlite"), server, feeds));
    const kilobytes = Math.round(makeEdition(0, false).bytes.length / 1_000);
    const bound = (feeds * LATENCY) / WIDTH;
    const rate = (milliseconds: number): string => `${((feeds / milliseconds) * 1_000).toFixed(0)} feeds a second`;
    const setting = `${feeds} feeds of ${kilobytes} kB with ${FEED_ITEMS} items, ${NEW_ITEMS} of them new, ${LATENCY} ms latency, every result committed`;
    const passes = unchanged.map(({ milliseconds }) => milliseconds);
    const costs = unchanged.map(({ cpu }) => cpu / feeds);
    // Of few feeds, how the threads start and load their tables weighs more than any feed: only the long form is held to its targets.
    const target = (wanted: Exclude<Measured["bound"], "told">): Measured["bound"] => (form === "long" ? wanted : "told");
    return [
      {
        name: "a warm pass, feeds a second ÷ a loop on rss-parser, 4 at a time",
        ratio: loops.narrow / changed.milliseconds,
        bound: target({ least: 8 }),
        conditions: [`${rate(changed.milliseconds)} ÷ ${rate(loops.narrow)}: ${setting}`, `one feed in ${FIELD_EVERY} is about our field and its items are posted to rooms; deliveries that begin meanwhile are part of it`],
      },
      {
        name: "a warm pass, feeds a second ÷ a loop on rss-parser, 64 at a time",
        ratio: loops.wide / changed.milliseconds,
        bound: target({ least: 2.5 }),
        conditions: [`${rate(changed.milliseconds)} ÷ ${rate(loops.wide)}; ${(changed.cpu / feeds).toFixed(2)} ms of processor for a feed, all threads together`],
      },
      {
        name: "a pass without changes ÷ the time that the latency alone takes, 64 at a time",
        ratio: median(passes) / bound,
        bound: target({ most: 1.15 }),
        conditions: [`median of ${passes.map((pass) => pass.toFixed(0)).join(", ")} ms ÷ ${bound.toFixed(0)} ms, all 304`],
      },
      {
        name: "processor for a feed without changes ÷ 0.2 ms",
        ratio: median(costs) / 0.2,
        bound: target({ most: 1 }),
        conditions: [`median of ${costs.map((cost) => cost.toFixed(3)).join(", ")} ms, database and system calls included`],
      },
      {
        name: "memory above the idle program during a warm pass ÷ 120 MB",
        ratio: (changed.peak - idle) / 120e6,
        bound: target({ most: 1 }),
        conditions: [`${((changed.peak - idle) / 1e6).toFixed(0)} MB above ${(idle / 1e6).toFixed(0)} MB before any reading; of it ${((withThreads - idle) / 1e6).toFixed(0)} MB are the reading threads with their tables, which stay`],
      },
      {
        name: "event loop during a warm pass, longest turn of a hundred (p99) ÷ 15 ms",
        ratio: changed.loop / 15,
        bound: target({ most: 1 }),
        conditions: [`${changed.loop.toFixed(1)} ms, sampled every millisecond`],
      },
      {
        name: "a look-up during a warm pass, slowest of a hundred (p99) ÷ 3 s",
        ratio: (changed.looks ?? Number.NaN) / PATIENCE,
        bound: target({ most: 0.01 }),
        conditions: [`${(changed.looks ?? Number.NaN).toFixed(1)} ms ÷ ${PATIENCE} ms`],
      },
    ];
  } finally {
    server.close();
  }
}

type Server = { port: number; publish(edition: number): Promise<void>; close(): void };

async function startServer(): Promise<Server> {
  const child = fork(path.join(import.meta.dirname, "support/feed-server.ts"), [String(LATENCY)]);
  const [said] = await once(child, "message");
  const { port } = z.object({ port: z.number() }).parse(said);
  return {
    port,
    async publish(edition) {
      child.send(edition);
      await once(child, "message");
    },
    close: () => child.disconnect(),
  };
}

/** The feeds are read first by a program that ends then, as before a restart; measured is the one after it. */
async function measureProgram(folder: string, server: Server, feeds: number) {
  const start = (reader: string): Child => startProcess(new URL("support/polling-program.ts", import.meta.url), [JSON.stringify({ folder, port: server.port, feeds, reader })]);
  await server.publish(0);
  const before = start("../../tests/support/readers/unjudging.ts");
  await before.line("ready");
  await pass(before, "quiet", feeds * FEED_ITEMS);
  before.write("end\n");
  await before.ended;
  await server.publish(1);
  const program = start("../../reader.ts");
  const { idle, withThreads } = z.object({ idle: z.number(), withThreads: z.number() }).parse(JSON.parse((await program.line("ready")).slice("ready ".length)));
  const changed = await pass(program, "busy", feeds * NEW_ITEMS);
  const unchanged: Took[] = [];
  // The first opens all connections anew.
  for (let round = 0; round <= UNCHANGED_PASSES; round += 1) unchanged.push(await pass(program, "quiet", 0));
  program.write("end\n");
  await program.ended;
  return { changed, unchanged: unchanged.slice(1), idle, withThreads };
}

async function pass(program: Child, how: "busy" | "quiet", fresh: number): Promise<Took> {
  const took = tookSchema.parse(JSON.parse((await ask(program, how)).slice("took ".length)));
  // A fast pass that read nothing is no pass.
  if (took.left > 0 || took.fresh !== fresh) throw new Error(`${took.left} sources left, ${took.fresh} new items instead of ${fresh}`);
  return took;
}

async function measureLoops(file: string, server: Server, feeds: number): Promise<{ narrow: number; wide: number }> {
  await server.publish(0);
  const loop = startProcess(new URL("support/polling-loop.ts", import.meta.url), [JSON.stringify({ file, port: server.port, feeds })]);
  await loop.line("ready");
  const milliseconds = async (width: number): Promise<number> => Number((await ask(loop, String(width))).slice("took ".length));
  await milliseconds(WIDTH);
  await server.publish(1);
  const wide = await milliseconds(WIDTH);
  await server.publish(2);
  const narrow = await milliseconds(NARROW);
  loop.write("end\n");
  await loop.ended;
  return { narrow, wide };
}

/** The answer to a line. */
async function ask(child: Child, line: string): Promise<string> {
  const answers = (): string[] => child.lines.filter((each) => each.startsWith("took "));
  const before = answers().length;
  child.write(`${line}\n`);
  for (;;) {
    const over = await Promise.race([child.ended, new Promise<null>((resolve) => setTimeout(resolve, 5, null))]);
    const answer = answers()[before];
    if (answer !== undefined) return answer;
    if (over !== null) throw new Error(`The process ended: ${child.lines.slice(-5).join(" | ")}`);
  }
}

if (import.meta.main) {
  await printMachine();
  for (const measured of await measurePolling(process.argv.includes("--short") ? "short" : "long")) printMeasured(measured);
}
