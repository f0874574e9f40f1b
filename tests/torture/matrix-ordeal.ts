/**
 * One life of the program on Matrix with many deaths: killed again and again while it posts to fifty encrypted rooms of a real homeserver, then left to
 * finish, then judged by what a person in those rooms can read.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { z } from "zod";
import { standingOf } from "../../adapters/matrix/address.ts";
import { KEY_FIELD } from "../../adapters/matrix/draw/content.ts";
import { systemClock } from "../../adapters/node/machine.ts";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import type { Chance } from "../../src/ports.ts";
import { findReusedKeys, type HeardEvent, showMessages } from "../support/matrix/heard.ts";
import { openHomeserver } from "../support/matrix/homeserver.ts";
import { openProxy, type Proxy, SENDING, SENDING_TO_DEVICES } from "../support/matrix/proxy.ts";
import { openSignedHuman } from "../support/matrix/signed-human.ts";
import { readWhole } from "../support/matrix/whole-room.ts";
import { type Child, killAtRandom, startProcess } from "../support/processes.ts";
import { noteOf, roomsOf, type VictimOptions, wordsOf } from "./matrix-victim.ts";
import type { Breach } from "./verdict.ts";

const ROOMS = 50;
const REDACTING = /^PUT \/_matrix\/client\/v3\/rooms\/[^/]+\/redact\//;
const SENDING_IN_CLEAR = /^PUT \/_matrix\/client\/v3\/rooms\/[^/]+\/send\/m\.room\.message\//;
const READING_BACK = /^GET \/_matrix\/client\/v3\/rooms\/[^/]+\/messages\b/;
/** Each a share of all requests of its kind. */
const FAULTS = { lostReply: 0.04, lostRequest: 0.03, failed: 0.02, limited: 0.01, lostKeys: 0.02 };
/** More than the longest wait between two attempts, which is a quarter of an hour. */
const PATIENCE_MILLISECONDS = 1_200_000;
const REDONE = 2;

export type MatrixOrdealOptions = { kills: number; rooms?: number; variant: VictimOptions["variant"]; chance: Pick<Chance, "fraction"> };
export type MatrixOrdealResult = { breaches: Breach[]; figures: { steps: number; posts: number; sent: number; lookUps: number } };

const rowSchema = z.object({ id: z.string(), state: z.string(), subject: z.string(), room: z.string(), reference: z.string().nullable() });
type Row = z.infer<typeof rowSchema>;

export async function runMatrixOrdeal(options: MatrixOrdealOptions): Promise<MatrixOrdealResult> {
  const { chance } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "clarion-matrix-torture-"));
  const server = await openHomeserver();
  const proxy = await openProxy(server.url);
  const bot = await server.register("clarion");
  const human = await openSignedHuman(server.url, await server.register("human"));
  const breaches: Breach[] = [];
  let done = 0;
  try {
    const rooms: string[] = [];
    for (let count = 0; count < (options.rooms ?? ROOMS); count += 1) rooms.push(await human.createRoom({ invite: [bot.userId] }));
    const start = (from: number | null): Child =>
      startProcess(new URL("matrix-victim.ts", import.meta.url), [
        JSON.stringify({
          folder, url: proxy.url, userId: bot.userId, password: bot.password, inviter: human.userId, rooms, variant: options.variant, from,
        } satisfies VictimOptions),
      ]);
    const bury = (child: Child, killed: boolean): void => {
      for (const line of killed ? child.lines.slice(0, -1) : child.lines) {
        const [word = "", value = ""] = line.split(" ");
        if (word === "did") done = Math.max(done, Number(value) + 1);
        else if (word !== "ready" && word !== "finished") breaches.push({ kind: "trouble", what: line });
      }
    };

    const settler = start(null);
    await settler.line("ready");
    while (rooms.some((room) => human.client.getRoom(room)?.getMember(bot.userId)?.membership !== "join")) await human.listen(1_000);
    bury(settler, true);
    await settler.kill();

    const clear = injectFaults(proxy, chance);
    for (let kill = 0; kill < options.kills; kill += 1) {
      const child = start(Math.max(0, done - REDONE));
      await child.line("ready").catch(() => null);
      const { signal } = await killAtRandom(child, chance, 20, 2_500);
      bury(child, true);
      if (signal !== "SIGKILL") breaches.push({ kind: "trouble", what: `the program ended by itself: ${child.lines.slice(-3).join(" | ")}` });
    }
    clear();
    const survivor = start(null);
    survivor.write("finish\n");
    const said = await Promise.race([survivor.line("finished").catch(() => null), sleep(PATIENCE_MILLISECONDS, null, { ref: false })]);
    await (said === null ? survivor.kill() : survivor.ended);
    bury(survivor, false);
    if (said === null) breaches.push({ kind: "trouble", what: `it did not finish: ${survivor.lines.slice(-3).join(" | ")}; ${readWaiting(folder)}` });
    if (proxy.count(SENDING_IN_CLEAR) > 0) breaches.push({ kind: "trouble", what: `${proxy.count(SENDING_IN_CLEAR)} events were sent in clear` });

    const rows = readRows(folder);
    // The step under way at the last death counts if it was committed; then all of its effects must be there.
    const steps = Math.max(done, ...rows.map(({ subject }) => Number(subject.slice("note-".length)) + 1));
    breaches.push(...findUnqueued(rows, rooms, steps));
    const everything: HeardEvent[] = [];
    for (const room of rooms) {
      const heard = (await readWhole(human, room)).filter(({ sender }) => sender === bot.userId);
      everything.push(...heard);
      breaches.push(...judge(rows.filter((row) => row.room === `matrix:${room}`), heard, steps));
    }
    for (const event of findReusedKeys(everything)) breaches.push({ kind: "trouble", what: `${event} was encrypted with a key that another had` });
    return { breaches, figures: { steps, posts: rows.length, sent: proxy.count(SENDING), lookUps: proxy.count(READING_BACK) } };
  } finally {
    await human.close();
    await proxy.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Answers lost after the homeserver did what was asked, requests that never reached it, errors of its, 429, and room keys that were not handed on. */
function injectFaults(proxy: Proxy, chance: Pick<Chance, "fraction">): () => void {
  const share = (likelihood: number) => ({ likelihood, chance: () => chance.fraction() });
  const rules = [SENDING, REDACTING].flatMap((what) => [
    proxy.on(what, { kind: "lose the reply" }, share(FAULTS.lostReply)),
    proxy.on(what, { kind: "lose the request" }, share(FAULTS.lostRequest)),
    proxy.on(what, { kind: "answer", status: 502, body: { errcode: "M_UNKNOWN", error: "Bad gateway" } }, share(FAULTS.failed)),
    proxy.on(what, { kind: "refuse", retryAfterMilliseconds: 300 }, share(FAULTS.limited)),
  ]);
  rules.push(proxy.on(SENDING_TO_DEVICES, { kind: "lose the request" }, share(FAULTS.lostKeys)));
  return () => {
    for (const rule of rules) rule.stop();
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

/** Of what is not done: its state, how often it failed, why, and in how many seconds it is due. */
function readWaiting(folder: string): string {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { timeout: 5_000 });
  try {
    const rows = database.prepare("select state || ' ' || attempts || ' ' || coalesce(failure, '') || ' ' || (due_at - ?) / 1000 as text from posts where state not in ('standing', 'removed')").pluck().all(systemClock.now());
    return rows.slice(0, 5).join(", ");
  } finally {
    database.close();
  }
}

function findUnqueued(rows: readonly Row[], rooms: readonly string[], steps: number): Breach[] {
  const known = new Set(rows.map(({ subject, room }) => `${subject} ${room}`));
  const wanted = Array.from({ length: steps }, (_, index) => roomsOf(index, rooms).map((room) => `${noteOf(index)} matrix:${room}`)).flat();
  return wanted.filter((each) => !known.has(each)).map((each) => ({ kind: "lost", what: `${each} was never queued` }));
}

const keyedSchema = z.looseObject({ [KEY_FIELD]: z.string(), "m.relates_to": z.looseObject({ rel_type: z.string().optional() }).optional() });

/** Whether each note stands once in its room, with all of its pages, in order and with its newest words, and can be read. */
function judge(rows: readonly Row[], heard: readonly HeardEvent[], steps: number): Breach[] {
  const breaches: Breach[] = [];
  const standing = new Map<string, string[]>();
  for (const event of heard.filter(({ redacted, redacts, stateKey }) => !redacted && redacts === undefined && stateKey === undefined)) {
    if (!event.encrypted) breaches.push({ kind: "trouble", what: `${event.eventId} stands in clear` });
    if (!event.readable) breaches.push({ kind: "lost", what: `${event.eventId} cannot be read: ${event.problem}` });
    const content = keyedSchema.safeParse(event.content).data;
    if (content === undefined || content["m.relates_to"]?.rel_type === "m.replace") continue;
    const post = /^(.+):\d+\.\d+(?:~\w+)?\.\d+$/.exec(content[KEY_FIELD])?.[1] ?? content[KEY_FIELD];
    standing.set(post, [...(standing.get(post) ?? []), event.eventId]);
  }
  const shown = new Map(showMessages(heard).map((message) => [message.eventId, message]));
  const places = new Map(heard.map(({ eventId }, place) => [eventId, place]));
  let last = -1;
  for (const row of rows) {
    if (row.state !== "standing") breaches.push({ kind: "waiting", what: `${row.id} is ${row.state}` });
    const events = standingOf(row.reference ?? "")?.events ?? [];
    const found = standing.get(row.id) ?? [];
    standing.delete(row.id);
    const words = wordsOf(Number(row.subject.slice("note-".length)), steps);
    // Changed, it is one event; until then the rest of it stands, and nothing else.
    const expected = words.includes("changed") ? events.slice(0, 1) : events;
    if (expected.length === 0 || expected.some((event) => !found.includes(event))) breaches.push({ kind: "lost", what: `${row.id} stands at ${found.join(" ")} and should at ${expected.join(" ")}` });
    else if (found.length > expected.length) breaches.push({ kind: "twice", what: `${row.id} stands at ${found.join(" ")} and should at ${expected.join(" ")}` });
    else if (found.join() !== expected.join()) breaches.push({ kind: "order", what: `${row.id} has its pages at ${found.join(" ")}` });
    const [first = ""] = events;
    if (shown.get(first)?.body.split("\n").includes(words) !== true) breaches.push({ kind: "old", what: `${row.id} should read ${words}` });
    const place = places.get(first) ?? -1;
    if (place <= last) breaches.push({ kind: "order", what: `${row.id} stands before one that was earlier` });
    last = Math.max(last, place);
  }
  for (const [post, events] of standing) breaches.push({ kind: "twice", what: `${post} stands at ${events.join(" ")} and is in no row` });
  return breaches;
}
