/**
 * How soon Slack is told that we have a command, while twenty come a second and feeds are being read: the real program in a process of its own,
 * Socket Mode, and the clock of the Slack it talks to. As a share of the three seconds after which Slack tells people that it failed.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { DATABASE_FILE } from "../adapters/sqlite/backup.ts";
import { sourceKey } from "../src/sources/sources.ts";
import { type Child, startProcess } from "../tests/support/processes.ts";
import { type DoubleWorkspace, NO_RATES, openSlackDouble, type Outcome } from "../tests/support/slack/double.ts";
import { withFolder } from "./support/commits.ts";
import { quantile } from "./support/median.ts";
import { type Form, type Measured, printMachine, printMeasured } from "./support/report.ts";

const START = path.join(import.meta.dirname, "..", "start.mjs");
const LIMIT = 3_000;
const A_SECOND = 20;
const SECONDS: Record<Form, number> = { short: 6, long: 60 };
const NETWORKS = ["anpud", "enpud", "euronpud", "lanpud", "menanpud", "nanpud", "africanpud", "oceania", "inwud"];
const COMMANDS = [["/deadlines", ""], ["/upr", "Singapore"], ["/hrc", ""], ["/clarion", "help"], ["/preview", ""], ["/room", ""]] as const;
const SOURCES = 5;
const ITEMS = 100;
/** How often each source is due, in milliseconds: far more often than any real one. */
const DUE = 500;
const PATIENCE = 30_000;

export async function measureAcks(form: Form): Promise<Measured> {
  return withFolder(async (folder) => {
    const feeds = await openFeeds();
    const double = await openSlackDouble({ rates: NO_RATES });
    const workspace = double.addWorkspace();
    const environment = {
      CLARION_DATA: folder, CLARION_PORT: "0", CLARION_LOG: "error",
      SLACK_BOT_TOKEN: workspace.botToken, SLACK_APP_TOKEN: workspace.appToken, SLACK_API_URL: double.apiUrl,
    };
    let program: Child | undefined;
    let stop = (): void => {};
    try {
      for (let index = 0; index < SOURCES; index += 1) {
        const line = `source add ${feeds.url}/${index} --private yes`;
        const asked = startProcess(START, ["ask", "--role", "operator", "--room", "web:coordination", line], environment);
        if ((await asked.ended).code !== 0) throw new Error(`${line}: ${asked.lines.join(" | ")}`);
      }
      program = startProcess(START, ["start"], environment);
      await program.line("ready");
      const people = Array.from({ length: 40 }, () => workspace.addUser());
      const channels = await joinRooms(workspace, people[0] ?? "");
      stop = keepDue(folder);
      const outcomes = await command(workspace, people, channels, SECONDS[form]);
      const waits = outcomes.map(({ ackedAfter }) => ackedAfter ?? LIMIT);
      const answered = () => double.calls.filter(({ method, outcome }) => method === "response_url" && outcome === "ok").length;
      const wanted = outcomes.length + channels.length;
      for (const end = Date.now() + PATIENCE; answered() < wanted && Date.now() < end; ) await sleep(20);
      const p99 = quantile(waits, 0.99);
      const readings = feeds.readings();
      return {
        name: "acknowledging a command under load, slowest of a hundred (p99) ÷ 3 s",
        ratio: p99 / LIMIT,
        bound: { most: 0.33 },
        conditions: [
          `${p99.toFixed(1)} ms ÷ ${LIMIT} ms; median ${quantile(waits, 0.5).toFixed(1)} ms, slowest ${Math.max(...waits).toFixed(1)} ms of ${waits.length}, ${A_SECOND} a second for ${SECONDS[form]} s`,
          `${waits.filter((wait) => wait >= LIMIT).length} not acknowledged; ${answered()} of ${wanted} answered (with those that made the ${channels.length} rooms); ${double.breaches.length} breaches of Slack's rules`,
          `meanwhile ${readings} readings of feeds with ${ITEMS} items each, in the same process; Slack's double in another`,
        ],
      };
    } finally {
      stop();
      program?.signal("SIGTERM");
      await program?.ended;
      await double.close();
      await feeds.close();
    }
  });
}

async function joinRooms(workspace: DoubleWorkspace, user: string): Promise<string[]> {
  const channels: string[] = [];
  for (const network of NETWORKS) {
    const channel = workspace.addChannel();
    const { ackedAfter } = await workspace.command({ user, channel, command: "/clarion", text: `join ${network}` });
    if (ackedAfter === null) throw new Error(`/clarion join ${network} was not acknowledged`);
    channels.push(channel);
  }
  return channels;
}

/** One after another at an even pace, without waiting for any. */
async function command(workspace: DoubleWorkspace, people: readonly string[], channels: readonly string[], seconds: number): Promise<Outcome[]> {
  const began = performance.now();
  const outcomes: Promise<Outcome>[] = [];
  for (let index = 0; index < A_SECOND * seconds; index += 1) {
    const [name, text] = COMMANDS[index % COMMANDS.length] ?? COMMANDS[0];
    const user = people[index % people.length] ?? "";
    const channel = channels[index % channels.length] ?? "";
    outcomes.push(workspace.command({ user, channel, command: name, text }));
    await sleep(Math.max(0, began + ((index + 1) * 1_000) / A_SECOND - performance.now()));
  }
  return Promise.all(outcomes);
}

/** Has every source read again and again, from outside. */
function keepDue(folder: string): () => void {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { timeout: 5_000 });
  const wake = database.prepare(`
    insert into wakes (key, at, revision) values (?, 0, 1)
    on conflict (key) do update set at = 0, revision = wakes.revision + 1
  `);
  const timer = setInterval(() => {
    database.exec("update sources set next_at = 0");
    for (const row of database.prepare("select id from sources").all()) wake.run(sourceKey(String((row as { id: string }).id)));
  }, DUE);
  return () => {
    clearInterval(timer);
    database.close();
  };
}

/** Feeds that bring something new at each reading. */
async function openFeeds(): Promise<{ url: string; readings(): number; close(): Promise<void> }> {
  let readings = 0;
  const server = createServer((_request, response) => {
    readings += 1;
    const items = Array.from({ length: ITEMS }, (_, item) => `<item><guid>${readings}-${item}</guid><title>Call for input ${readings}.${item}</title><link>https://example.org/${readings}/${item}</link></item>`);
    response.writeHead(200, { "content-type": "application/rss+xml" }).end(`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>${items.join("")}</channel></rss>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    readings: () => readings,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

if (import.meta.main) {
  await printMachine();
  printMeasured(await measureAcks(process.argv.includes("--short") ? "short" : "long"));
}
