/** One life of the program on Slack with many deaths: killed again and again while it posts to fifty channels, then left to finish, then judged. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { z } from "zod";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import type { Chance } from "../../src/ports.ts";
import { type Child, killAtRandom, startProcess } from "../support/processes.ts";
import { ALL_SCOPES, type DoubleWorkspace, LEAST_SCOPES, openSlackDouble, type SlackDouble } from "../support/slack/double.ts";
import { channelsOf, noteOf, type VictimOptions, wordsOf } from "./slack-victim.ts";
import type { Breach } from "./verdict.ts";

const CHANNELS = 50;
/** Each a share of all calls that post or edit. */
const FAULTS = { lost: 0.04, failed: 0.03, cut: 0.02, limited: 0.02 };
const PATIENCE = 120_000;
const REDONE = 2;

export type SlackOrdealOptions = { kills: number; history: boolean; variant: VictimOptions["variant"]; chance: Pick<Chance, "fraction"> };
export type SlackOrdealResult = {
  breaches: Breach[];
  figures: { steps: number; posts: number; edits: number; lookUps: number; doubled: number; inWindow: number };
};

const rowSchema = z.object({ id: z.string(), state: z.string(), subject: z.string(), room: z.string(), reference: z.string().nullable() });
type Row = z.infer<typeof rowSchema>;

export async function runSlackOrdeal(options: SlackOrdealOptions): Promise<SlackOrdealResult> {
  const { chance } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "clarion-slack-torture-"));
  const double = await openSlackDouble({
    rates: { postMilliseconds: 10, postBurst: 4, workspacePostsPerMinute: 600_000, perMinute: { 1: 6_000, 2: 6_000, 3: 60_000, 4: 60_000 } },
    // Shorter than the program waits before it looks.
    times: { historyLagMilliseconds: 20 },
  });
  const workspace = double.addWorkspace({ scopes: options.history ? ALL_SCOPES : LEAST_SCOPES });
  const channels = Array.from({ length: CHANNELS }, () => workspace.addChannel({ member: true }));
  const breaches: Breach[] = [];
  // What may have arrived without the program knowing: on its way at a death, or its answer was lost.
  const uncertain = new Set<string>();
  let done = 0;

  const start = (from: number | null): Child =>
    startProcess(new URL("slack-victim.ts", import.meta.url), [
      JSON.stringify({
        folder, apiUrl: double.apiUrl, secrets: { botToken: workspace.botToken, appToken: workspace.appToken }, team: workspace.team, channels,
        variant: options.variant, from,
      } satisfies VictimOptions),
    ]);
  const bury = (child: Child, killed: boolean): void => {
    const whole = killed ? child.lines.slice(0, -1) : child.lines;
    for (const line of whole) {
      const [word = "", value = ""] = line.split(" ");
      if (word === "did") done = Math.max(done, Number(value) + 1);
      else if (word === "unsure") uncertain.add(value);
      else if (word !== "ready" && word !== "finished") breaches.push({ kind: "trouble", what: line });
    }
    for (const row of readRows(folder)) if (row.state === "sending") uncertain.add(row.id);
  };

  try {
    const clear = injectFaults(double, chance);
    for (let kill = 0; kill < options.kills; kill += 1) {
      const child = start(Math.max(0, done - REDONE));
      await child.line("ready").catch(() => null);
      const { signal } = await killAtRandom(child, chance, 20, 700);
      bury(child, true);
      workspace.forgetWaits();
      if (signal !== "SIGKILL") breaches.push({ kind: "trouble", what: `the program ended by itself: ${child.lines.slice(-3).join(" | ")}` });
    }
    clear();
    const survivor = start(null);
    survivor.write("finish\n");
    const said = await Promise.race([survivor.line("finished").catch(() => null), sleep(PATIENCE, null, { ref: false })]);
    await (said === null ? survivor.kill() : survivor.ended);
    bury(survivor, false);
    if (said === null) breaches.push({ kind: "trouble", what: `it did not finish: ${survivor.lines.slice(-3).join(" | ")}` });
    for (const breach of double.breaches) breaches.push({ kind: "trouble", what: `against Slack's documentation: ${breach}` });
    const verdict = judge(readRows(folder), workspace, channels, done, options.history ? new Set() : uncertain);
    breaches.push(...verdict.breaches);
    const calls = double.calls.filter(({ outcome }) => outcome === "ok");
    const countOf = (method: string): number => calls.filter((call) => call.method.startsWith(method)).length;
    const lookUps = countOf("conversations.history") + countOf("conversations.replies");
    return { breaches, figures: { steps: done, posts: countOf("chat.postMessage"), edits: countOf("chat.update"), lookUps, doubled: verdict.doubled, inWindow: verdict.inWindow } };
  } finally {
    await double.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Answers lost after Slack did what was asked, errors of its servers, answers cut in the middle, and 429. */
function injectFaults(double: SlackDouble, chance: Pick<Chance, "fraction">): () => void {
  const share = (part: number) => (): boolean => chance.fraction() < part;
  const stops = ["chat.postMessage", "chat.update"].flatMap((method) => [
    double.faults.every(method, { kind: "reset", effective: true }, share(FAULTS.lost)),
    double.faults.every(method, { kind: "http", status: 500, effective: true }, share(FAULTS.failed)),
    double.faults.every(method, { kind: "cut" }, share(FAULTS.cut)),
    double.faults.every(method, { kind: "limited", seconds: 1 }, share(FAULTS.limited)),
  ]);
  return () => {
    for (const stop of stops) stop();
  };
}

function readRows(folder: string): Row[] {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { timeout: 5_000 });
  try {
    return rowSchema.array().parse(database.prepare("select id, state, subject, room, reference from posts where card = 'note' order by room, sequence").all());
  } finally {
    database.close();
  }
}

/** Whether each note stands once in each of its channels, in order and with its newest words. `excused`: posts that may stand twice. */
function judge(rows: readonly Row[], workspace: DoubleWorkspace, channels: readonly string[], acknowledged: number, excused: ReadonlySet<string>) {
  const breaches: Breach[] = [];
  // The step under way at the last death counts if it was committed; then all of its effects must be there.
  const done = Math.max(acknowledged, ...rows.map(({ subject }) => Number(subject.slice("note-".length)) + 1));
  let doubled = 0;
  let inWindow = 0;
  for (let index = 0; index < done; index += 1) {
    for (const channel of new Set(channelsOf(index, channels))) {
      const row = rows.find(({ subject, room }) => subject === noteOf(index) && room.endsWith(`/${channel}`));
      if (row === undefined) breaches.push({ kind: "lost", what: `${noteOf(index)} was never queued for a channel` });
    }
  }
  for (const channel of channels) {
    const standing = workspace.posts(channel);
    const mine = rows.filter(({ room }) => room.endsWith(`/${channel}`));
    const copies = new Map<string, typeof standing>();
    const rests: { id: string; ts: string }[] = [];
    for (const post of standing) {
      const id = keyOf(post.metadata?.event_payload).replace(/:[\d.]+$/, "");
      if (post.metadata?.event_payload["page"] !== 0) {
        rests.push({ id, ts: post.ts });
        continue;
      }
      copies.set(id, [...(copies.get(id) ?? []), post]);
    }
    for (const row of mine) {
      if (row.state !== "standing") breaches.push({ kind: "waiting", what: `${row.id} is ${row.state}` });
      const found = copies.get(row.id) ?? [];
      const stamps = row.reference?.split("/")[2]?.split("+") ?? [];
      const adopted = found.find(({ ts }) => ts === stamps[0]);
      if (adopted === undefined) {
        breaches.push({ kind: "lost", what: `${row.id} does not stand where its reference says` });
        continue;
      }
      const words = wordsOf(Number(row.subject.slice("note-".length)), done);
      if (!JSON.stringify(adopted.blocks).includes(`"${words}"`)) breaches.push({ kind: "old", what: `${row.id} should read ${words}` });
      // Changed, it is one post; until then the rest of it stands, and nothing else.
      const rest = rests.filter(({ id }) => id === row.id).map(({ ts }) => ts);
      const expected = words.includes("changed") ? [] : stamps.slice(1);
      if (rest.join("+") !== expected.join("+") && !excused.has(row.id)) breaches.push({ kind: "old", what: `${row.id} goes on at ${rest.join("+") || "none"} and should at ${expected.join("+") || "none"}` });
      if (found.length === 1) continue;
      doubled += 1;
      if (excused.has(row.id)) inWindow += 1;
      else breaches.push({ kind: "twice", what: `${row.id} stands ${found.length} times: ${found.map(({ ts, metadata }) => `${keyOf(metadata?.event_payload).replace(/^.*#/, "#")} at ${ts}`).join(", ")}` });
    }
    const order = mine.map((row) => Number(row.reference?.split("/")[2]?.split("+")[0] ?? 0));
    if (order.some((at, place) => at <= (order[place - 1] ?? 0))) breaches.push({ kind: "order", what: `${channel}: ${order.join(" ")}` });
    const known = new Set(mine.map(({ id }) => id));
    for (const id of copies.keys()) if (!known.has(id)) breaches.push({ kind: "twice", what: `${id} stands and is in no row` });
  }
  return { breaches, doubled, inWindow };
}

function keyOf(payload: unknown): string {
  const parsed = z.object({ key: z.string() }).safeParse(payload);
  return parsed.success ? parsed.data.key : "";
}
