/**
 * How long a person waits for `/deadlines` and `/upr` while feeds are being read and posts are going out, as a share of the three seconds
 * that Slack waits. Told, not judged: it depends on what else the machine does.
 */
import { post } from "../src/delivery/outbox.ts";
import type { Fetch, RoomAddress } from "../src/ports.ts";
import { addSource, sourceKey } from "../src/sources/sources.ts";
import { MINUTE } from "../src/time.ts";
import { withFolder } from "./support/commits.ts";
import { quantile } from "./support/median.ts";
import { type Form, type Measured, printMachine, printMeasured } from "./support/report.ts";
import { openRooms, openServedApp, type ServedApp } from "./support/served-app.ts";

const ROOMS = 200;
const SOURCES = 5;
const ITEMS = 100;
const LINES = ["/deadlines", "/upr Singapore"];
const PATIENCE = 3_000;
/** Milliseconds between two look-ups, as from a handful of people. */
const PAUSE = 5;
const LENGTH: Record<Form, number> = { short: 4_000, long: 30_000 };

export async function measureLookUps(form: Form): Promise<Measured> {
  return withFolder(async (folder) => {
    let readings = 0;
    const fetch: Fetch = async ({ url }) => {
      readings += 1;
      return { status: "changed", body: Buffer.from(feed(readings)), contentType: "application/rss+xml", finalUrl: url };
    };
    const served = await openServedApp(folder, { fetch });
    const rooms = await openRooms(served, ROOMS);
    const room = rooms[0] ?? "memory:1";
    for (const line of LINES) await look(served, line, room, 0);
    const running = { until: performance.now() + LENGTH[form] };
    const traffic = makeTraffic(served, rooms, running);
    const waits: number[] = [];
    while (performance.now() < running.until) {
      const line = LINES[waits.length % LINES.length] ?? "/deadlines";
      waits.push(await look(served, line, room, waits.length + 1));
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    await traffic;
    const sent = served.chat.posts.length;
    await served.close();
    const p99 = quantile(waits, 0.99);
    return {
      name: "a look-up under load, slowest of a hundred (p99) ÷ 3 s",
      ratio: p99 / PATIENCE,
      bound: "told",
      conditions: [
        `${p99.toFixed(1)} ms ÷ ${PATIENCE} ms; median ${quantile(waits, 0.5).toFixed(1)} ms, slowest ${Math.max(...waits).toFixed(1)} ms of ${waits.length}: ${LINES.join(" and ")} in turn`,
        `meanwhile ${readings} readings of feeds with ${ITEMS} items each and ${sent} posts to ${ROOMS} rooms, all on one thread`,
      ],
    };
  });
}

/** Milliseconds until the answer. */
async function look({ app }: ServedApp, line: string, room: RoomAddress, number: number): Promise<number> {
  const began = performance.now();
  const answer = await app.dispatch({ key: `look-${number}`, line, room, actor: { id: "bench", grants: [] }, language: "en" });
  const taken = performance.now() - began;
  if (!answer.ok) throw new Error(`${line} was refused: ${answer.code ?? ""}`);
  return taken;
}

/** Readings and deliveries one after the other, without a pause, until time is up. */
async function makeTraffic(served: ServedApp, rooms: readonly RoomAddress[], running: { until: number }): Promise<void> {
  const { app, engine, store, clock, chat } = served;
  const sources: string[] = [];
  await app.change(async (trx) => {
    for (let index = 0; index < SOURCES; index += 1) {
      const url = `https://feed-${index}.example.org/rss`;
      const { source } = await addSource(trx, { url, title: "", topics: [], room: rooms[index] ?? "memory:1", privateAllowed: false }, clock.now());
      sources.push(source.id);
    }
  });
  for (let wave = 0; performance.now() < running.until; wave += 1) {
    clock.advance(MINUTE);
    const now = clock.now();
    await store.write(async (trx) => {
      await trx.updateTable("sources").set({ next_at: now }).execute();
      for (const id of sources) await engine.wake(trx, sourceKey(id), now);
    });
    const occasion = `reminder:P${wave}D@2027-02-10`;
    await app.change(async (trx) => {
      for (const room of rooms) await post(trx, { room, card: "deadline", subject: "hrc-64/hrc-written-statement", occasion, plannedAt: now }, now);
    });
    await engine.settle();
  }
  if (chat.posts.length === 0) throw new Error("nothing was delivered");
}

/** A feed whose items are new in each reading. */
function feed(reading: number): string {
  const items = Array.from({ length: ITEMS }, (_, index) => {
    const name = `${reading}-${index}`;
    const text = "Statement on health and human rights, with a paragraph of the length that such a paragraph has in the feeds we follow.";
    return `<item><title>News ${name}</title><link>https://example.org/${name}</link><guid>${name}</guid><description>${text}</description></item>`;
  });
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Bench</title><link>https://example.org/</link>${items.join("")}</channel></rss>`;
}

if (import.meta.main) {
  await printMachine();
  printMeasured(await measureLookUps(process.argv.includes("--short") ? "short" : "long"));
}
