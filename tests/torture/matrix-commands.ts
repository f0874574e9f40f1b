/**
 * One life of the program on Matrix with many deaths: killed again and again while somebody asks it things in an encrypted room, in bursts, of which some
 * are more than one sync brings. Then it is left to finish, and judged by what that person can read: each command answered once, in order.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { z } from "zod";
import { DATABASE_FILE } from "../../adapters/sqlite/backup.ts";
import type { Chance } from "../../src/ports.ts";
import { findReusedKeys, type ShownMessage } from "../support/matrix/heard.ts";
import { openHomeserver } from "../support/matrix/homeserver.ts";
import { type Human, openPeople } from "../support/matrix/human.ts";
import { openProxy, type Proxy, SENDING, SENDING_TO_DEVICES, SYNCING } from "../support/matrix/proxy.ts";
import { openSignedHuman } from "../support/matrix/signed-human.ts";
import { type Child, killAtRandom, startProcess } from "../support/processes.ts";
import { TALLY, type VictimOptions } from "./matrix-commands-victim.ts";
import type { Breach } from "./verdict.ts";

/** More than the twenty events that one sync of the program brings, so that it has to page back. */
const LARGE_BURST = 24;
/** One burst of so many is a large one, said while nobody listens. */
const LARGE_EVERY = 10;
/** Each a share of all requests of its kind. */
const FAULTS = { lostAnswer: 0.06, lostRequest: 0.04, failed: 0.02, limited: 0.02, lostSync: 0.05, lostKeys: 0.02 };
const JOINING = /^POST \/_matrix\/client\/v3\/(?:join\/|rooms\/[^/]+\/join)/;
const READY_MILLISECONDS = 8_000;
const PATIENCE_MILLISECONDS = 300_000;

export type MatrixCommandsOptions = { commands: number; kills: number; variant: VictimOptions["variant"]; chance: Pick<Chance, "fraction"> };
export type MatrixCommandsResult = { breaches: Breach[]; figures: { commands: number; largeBursts: number; lostReplies: number; answeredUnderFire: number; sent: number } };

type Said = { event: string; line: string };

export async function runMatrixCommands({ commands, kills, variant, chance }: MatrixCommandsOptions): Promise<MatrixCommandsResult> {
  const folder = await mkdtemp(path.join(tmpdir(), "clarion-matrix-commands-"));
  // Rooms begin in clear here, so that what was said before the bot came could be read by it.
  const server = await openHomeserver({ encryptRooms: false });
  const proxy = await openProxy(server.url);
  const people = await openPeople(server.url);
  const bot = await server.register("clarion");
  const account = await server.register("person");
  const owner = await openSignedHuman(server.url, account);
  const breaches: Breach[] = [];
  try {
    const person = await people.login(account);
    await owner.signDevice(person.deviceId);
    const room = await person.createRoom({ encrypted: false });
    const early = [await person.say(room, lineOf(0)), await person.say(room, lineOf(3))];
    await person.putState(room, "m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" });
    await person.listen();
    early.push(await person.say(room, lineOf(0)));
    await person.invite(room, bot.userId);

    const start = (): Child =>
      startProcess(new URL("matrix-commands-victim.ts", import.meta.url), [
        JSON.stringify({ folder, url: proxy.url, userId: bot.userId, password: bot.password, inviter: account.userId, room, variant } satisfies VictimOptions),
      ]);
    const bury = ({ lines }: Child): void => {
      for (const line of lines) if (!["ready", "finished"].includes(line) && line !== "") breaches.push({ kind: "trouble", what: line });
    };
    const finish = async (child: Child): Promise<void> => {
      child.write("finish\n");
      const ended = await Promise.race([child.line("finished").catch(() => null), sleep(PATIENCE_MILLISECONDS, null, { ref: false })]);
      if (ended === null) breaches.push({ kind: "trouble", what: `it did not finish: ${child.lines.slice(-3).join(" | ")}` });
      await (ended === null ? child.kill() : child.ended);
      bury(child);
    };

    // It dies in the door, before it can keep that it came; the first thing that is said then is a large burst.
    const coming = proxy.on(JOINING, { kind: "lose the reply" }, { times: 1 });
    const settler = start();
    await coming.reached();
    await settler.kill();
    bury(settler);

    const said: Said[] = [];
    const sizes = burstsOf(commands, kills, chance);
    const speak = async (size: number): Promise<void> => {
      // New keys travel with every burst, so that they meet deaths too.
      if (size > 0) await person.rotate(room);
      for (let count = 0; count < size; count += 1) {
        const line = lineOf(said.length);
        said.push({ line, event: await person.say(room, line) });
      }
    };
    const faults = injectFaults(proxy, chance);
    for (const size of sizes) {
      if (size >= LARGE_BURST) await speak(size);
      const child = start();
      const speaking = size >= LARGE_BURST ? Promise.resolve() : sleep(chance.fraction() * 3_000).then(() => speak(size));
      await Promise.all([endSuddenly(child, proxy, chance, variant), speaking]);
      bury(child);
      if ((await child.ended).signal !== "SIGKILL") breaches.push({ kind: "trouble", what: `the program ended by itself: ${child.lines.slice(-3).join(" | ")}` });
    }
    const lostReplies = faults.stop();
    await person.listen();
    const answeredUnderFire = said.filter(({ event }) => answersTo(person, room, bot.userId, event).length > 0).length;

    const survivor = start();
    await survivor.line("ready");
    await untilAnswered(person, room, bot.userId, said);
    await finish(survivor);
    // Whatever would be answered again is answered again now.
    const witness = start();
    await witness.line("ready");
    await speak(1);
    await untilAnswered(person, room, bot.userId, said);
    await finish(witness);
    await person.listen();

    const heard = person.heard(room).filter(({ sender }) => sender === bot.userId);
    breaches.push(...judgeAnswers(person.shown(room).filter(({ sender }) => sender === bot.userId), said, early), ...judgeTally(folder, said));
    for (const event of heard.filter(({ readable }) => !readable)) breaches.push({ kind: "lost", what: `${event.eventId} cannot be read: ${event.problem}` });
    for (const event of heard.filter(({ encrypted, stateKey }) => !encrypted && stateKey === undefined)) breaches.push({ kind: "trouble", what: `${event.eventId} was sent in clear` });
    for (const event of findReusedKeys(heard)) breaches.push({ kind: "trouble", what: `${event} was encrypted with a key that another had` });
    return { breaches, figures: { commands: said.length, largeBursts: sizes.filter((size) => size >= LARGE_BURST).length, lostReplies, answeredUnderFire, sent: proxy.count(SENDING) } };
  } finally {
    await owner.close();
    await people.close();
    await proxy.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of five, three change something, one looks something up, and one is refused. */
function lineOf(index: number): string {
  return ["!tally ", "!tally ", "!tally ", "!deadlines", "!tally none-"][index % 5] + (index % 5 === 3 ? "" : String(index));
}

/** How many commands are said in each life; together `commands`. */
function burstsOf(commands: number, kills: number, chance: Pick<Chance, "fraction">): number[] {
  const isLarge = (life: number): boolean => life % LARGE_EVERY === 0;
  const sizes = Array.from({ length: kills }, (_, life): number => (isLarge(life) ? LARGE_BURST : 0));
  const small = sizes.flatMap((size, life) => (size === 0 ? [life] : []));
  const left = Math.max(0, commands - sizes.reduce((sum, size) => sum + size, 0));
  for (let count = 0; count < left; count += 1) {
    const life = small[Math.floor(chance.fraction() * small.length)] ?? 0;
    sizes[life] = (sizes[life] ?? 0) + 1;
  }
  return sizes;
}

/** While it starts, while it listens, or just when the homeserver has an answer of it and it does not know yet: a control always then, with its first answer. */
async function endSuddenly(child: Child, proxy: Proxy, chance: Pick<Chance, "fraction">, variant: VictimOptions["variant"]): Promise<void> {
  const way = variant === "whole" ? chance.fraction() : 1;
  if (way < 0.2) {
    await killAtRandom(child, chance, 0, 3_000);
    return;
  }
  await Promise.race([child.line("ready").catch(() => null), sleep(READY_MILLISECONDS, null, { ref: false })]);
  if (way < 0.6) {
    await killAtRandom(child, chance, 20, 2_500);
    return;
  }
  if (variant === "whole") await sleep(chance.fraction() * 1_500);
  const lost = proxy.on(SENDING, { kind: "lose the reply" }, { times: 1 });
  await Promise.race([lost.reached(), sleep(variant === "whole" ? 1_500 : READY_MILLISECONDS, null, { ref: false })]);
  await child.kill();
  lost.stop();
}

/** Replies lost after the homeserver did what was asked, requests that never reached it, errors of its, 429, and room keys that were not handed on. `stop` says how many replies were lost. */
function injectFaults(proxy: Proxy, chance: Pick<Chance, "fraction">): { stop(): number } {
  const share = (likelihood: number) => ({ likelihood, chance: () => chance.fraction() });
  const lost = [proxy.on(SENDING, { kind: "lose the reply" }, share(FAULTS.lostAnswer)), proxy.on(SYNCING, { kind: "lose the reply" }, share(FAULTS.lostSync))];
  const others = [
    proxy.on(SENDING, { kind: "lose the request" }, share(FAULTS.lostRequest)),
    proxy.on(SENDING, { kind: "answer", status: 502, body: { errcode: "M_UNKNOWN", error: "Bad gateway" } }, share(FAULTS.failed)),
    proxy.on(SENDING, { kind: "refuse", retryAfterMilliseconds: 300 }, share(FAULTS.limited)),
    proxy.on(SENDING_TO_DEVICES, { kind: "lose the request" }, share(FAULTS.lostKeys)),
  ];
  return {
    stop() {
      for (const rule of [...lost, ...others]) rule.stop();
      return lost.reduce((sum, { applied }) => sum + applied, 0);
    },
  };
}

function answersTo(person: Human, room: string, bot: string, event: string): ShownMessage[] {
  return person.shown(room).filter(({ sender, replyTo }) => sender === bot && replyTo === event);
}

/** What is never answered is a breach that the judge finds. */
async function untilAnswered(person: Human, room: string, bot: string, said: readonly Said[]): Promise<void> {
  const wanted = new Set(said.map(({ event }) => event));
  const isAll = (shown: readonly ShownMessage[]): true | undefined => {
    const answered = new Set(shown.flatMap(({ sender, replyTo }) => (sender === bot && replyTo !== undefined ? [replyTo] : [])));
    return wanted.isSubsetOf(answered) ? true : undefined;
  };
  await person.until(room, isAll, PATIENCE_MILLISECONDS).catch(() => undefined);
}

function judgeAnswers(answers: readonly ShownMessage[], said: readonly Said[], early: readonly string[]): Breach[] {
  const breaches: Breach[] = [];
  const known = new Map(said.map(({ event, line }, place) => [event, { line, place }]));
  const counts = new Map<string, number>();
  let last = -1;
  for (const { replyTo = "", body } of answers) {
    const asked = known.get(replyTo);
    if (asked === undefined) {
      breaches.push({ kind: "trouble", what: `${early.includes(replyTo) ? "what was said before it came was answered" : "nobody asked for this"}: ${body}` });
      continue;
    }
    const count = (counts.get(replyTo) ?? 0) + 1;
    counts.set(replyTo, count);
    if (count > 1) continue;
    if (asked.place < last) breaches.push({ kind: "order", what: `the answer to ${asked.line} (${asked.place}) stands behind that to ${last}` });
    last = Math.max(last, asked.place);
    const number = /^!tally (\d+)$/.exec(asked.line)?.[1];
    if (number !== undefined && !body.includes(`Counted ${number}.`)) breaches.push({ kind: "old", what: `${asked.line} was answered: ${body}` });
  }
  for (const [event, { line, place }] of known) {
    const count = counts.get(event) ?? 0;
    if (count !== 1) breaches.push({ kind: count === 0 ? "lost" : "twice", what: `${line} (${place}) was answered ${count} times` });
  }
  return breaches;
}

/** What the commands did, apart from what was answered. */
function judgeTally(folder: string, said: readonly Said[]): Breach[] {
  const database = new Sqlite(path.join(folder, DATABASE_FILE), { timeout: 5_000 });
  try {
    const row = z.object({ value: z.string() }).optional().parse(database.prepare("select value from meta where key = ?").get(TALLY));
    const expected = said.flatMap(({ line }) => /^!tally (\d+)$/.exec(line)?.[1] ?? []).join(" ");
    return row?.value === expected ? [] : [{ kind: "effect", what: `counted ${row?.value ?? "nothing"}, asked to count ${expected}` }];
  } finally {
    database.close();
  }
}
