/**
 * How fast posts reach 1,000 rooms: one post waits in each, and the engine brings them all. Measured against the bare writes of the same
 * rows: two commits a post, before the send and after it, which is what at-least-once costs whoever pays it.
 */
import path from "node:path";
import Sqlite from "better-sqlite3";
import { openWriting } from "../adapters/sqlite/open.ts";
import { post } from "../src/delivery/outbox.ts";
import type { RoomAddress } from "../src/ports.ts";
import { testParts } from "../tests/support/app.ts";
import { noteCard, setNote } from "../tests/support/delivery.ts";
import { measureTwoCommits, withFolder } from "./support/commits.ts";
import { median } from "./support/median.ts";
import { type Form, type Measured, printMachine, printMeasured } from "./support/report.ts";
import { inRounds } from "./support/rounds.ts";
import { openRooms, openServedApp, type ServedApp } from "./support/served-app.ts";

const ROOMS = 1_000;
const THIN_UNITS = 300;

type Card = { card: string; subject: string; occasion(round: number): string };

/** The cheapest card there is shows what delivery costs, the deadline card what a room is really sent. */
const CARDS: Record<"note" | "deadline", Card> = {
  note: { card: "note", subject: "bench-note", occasion: (round) => `note-${round}` },
  deadline: { card: "deadline", subject: "hrc-64/hrc-written-statement", occasion: (round) => `reminder:P${round}D@2027-02-10` },
};

export async function measureDispatch(name: keyof typeof CARDS, form: Form): Promise<Measured> {
  return withFolder(async (folder) => {
    const served = await openServedApp(folder, { parts: { cards: [...testParts.cards, noteCard] } });
    await served.store.write((trx) => setNote(trx, CARDS.note.subject, "hrc-64-written-statement"));
    const rooms = await openRooms(served, ROOMS);
    const bare = path.join(folder, "bare.sqlite");
    // Side by side, round by round, so that what else the machine does falls on both.
    const rounds = await inRounds(form, async (round) => {
      const { rate: ours, commits } = await deliver(served, rooms, CARDS[name], round);
      if (round === 0) copyDatabase(served.file, bare);
      return { ours, commits, raw: writeBare(bare, served, CARDS[name], round), thin: measureTwoCommits(folder, THIN_UNITS) };
    });
    await served.close();
    const sizes = served.chat.posts.map((sent) => JSON.stringify(sent.message).length);
    const rate = (of: "ours" | "commits" | "raw" | "thin") => median(rounds.map((round) => round[of])).toFixed(0);
    return {
      name: `dispatch to ${ROOMS} rooms, ${name} card ÷ two bare commits of the same rows`,
      ratio: median(rounds.map(({ ours, raw }) => ours / raw)),
      bound: { least: 0.5 },
      conditions: [
        `${rate("ours")} posts/s ÷ ${rate("raw")} two-commit units/s; ${rate("commits")} commits for ${ROOMS} posts; median of ${rounds.length} rounds, messages of ${median(sizes)} bytes`,
        `against the thinnest two commits there are, one small row each (${rate("thin")} units/s): ${median(rounds.map(({ ours, thin }) => ours / thin)).toFixed(2)}`,
        "file in write-ahead mode with full sync, embedded engine, chat in memory; from the commit that queues the posts until the last wake has ended",
      ],
    };
  });
}

/** Posts a second, from the commit that queued them all until nothing is left to do, and how many commits they shared. */
async function deliver(served: ServedApp, rooms: readonly RoomAddress[], card: Card, round: number): Promise<{ rate: number; commits: number }> {
  const { app, store, engine, chat, clock } = served;
  const before = chat.posts.length;
  await app.change(async (trx) => {
    for (const room of rooms) await post(trx, { room, card: card.card, subject: card.subject, occasion: card.occasion(round), plannedAt: clock.now() }, clock.now());
  });
  let commits = 0;
  const stopCounting = store.onCommit(() => {
    commits += 1;
  });
  const began = performance.now();
  await engine.settle();
  const seconds = (performance.now() - began) / 1_000;
  stopCounting();
  if (chat.posts.length - before !== rooms.length) throw new Error(`${chat.posts.length - before} posts reached ${rooms.length} rooms`);
  return { rate: rooms.length / seconds, commits };
}

function copyDatabase(from: string, to: string): void {
  const database = new Sqlite(from, { readonly: true });
  database.prepare("vacuum into ?").run(to);
  database.close();
}

/** Units a second: what delivery writes for the same posts, in bare prepared statements on a database of the same content. */
function writeBare(file: string, { chat }: ServedApp, card: Card, round: number): number {
  const database = openWriting(file);
  const posts = database
    .prepare<[string, string], { id: string; room: string }>("select id, room from posts where card = ? and subject = ? order by room limit 1000")
    .all(card.card, card.subject);
  const message = JSON.stringify(chat.posts.at(-1)?.message);
  const actions = JSON.stringify(chat.posts.at(-1)?.message.actions);
  const lease = database.prepare("update rooms set lease_token = ?, lease_until = ? where address = ?");
  const claim = database.prepare("update posts set state = 'sending', sending = ? where id = ?");
  const record = database.prepare("update posts set state = 'standing', sending = null, shown = ?, reference = ?, actions = ? where id = ?");
  const tell = database.prepare(
    "insert into tellings values (?, ?, '{}', 0, ?) on conflict (room, deadline) do update set told = excluded.told, told_at = excluded.told_at, post = excluded.post",
  );
  const before = database.transaction((id: string, room: string) => {
    lease.run("bench", round, room);
    claim.run(message, id);
  }).immediate;
  const after = database.transaction((id: string, room: string) => {
    record.run(round, `memory-${round}`, actions, id);
    tell.run(room, card.subject, id);
    lease.run(null, 0, room);
  }).immediate;
  const began = performance.now();
  for (const { id, room } of posts) {
    before(id, room);
    after(id, room);
  }
  const seconds = (performance.now() - began) / 1_000;
  database.close();
  if (posts.length !== ROOMS) throw new Error(`${posts.length} rows instead of ${ROOMS}`);
  return ROOMS / seconds;
}

if (import.meta.main) {
  await printMachine();
  for (const name of ["note", "deadline"] as const) {
    printMeasured(await measureDispatch(name, process.argv.includes("--short") ? "short" : "long"));
  }
}
