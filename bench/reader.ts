/**
 * What reading costs: bytes to items by our reader ÷ the same bytes by a bare rss-parser loop, which neither decodes, cleans, resolves nor
 * survives as much. Cold: nothing is known. Warm: the same bytes again. Between them, two new items in each feed. One thread on both sides, and
 * time is that of the processor, because both only reckon.
 *
 * `node bench/reader.ts FOLDER` reads all files of a folder instead, such as a public suite of test feeds, and tells which were refused and
 * which took long.
 */
import { hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import Parser from "rss-parser";
import { readNew } from "../feeds/read-new.ts";
import { median } from "./support/median.ts";
import { makeMixedFeeds } from "./support/mixed-feeds.ts";
import { type Form, type Measured, printMachine, printMeasured } from "./support/report.ts";
import { inRounds } from "./support/rounds.ts";

const FEEDS = 50;
const NEWEST = 1_000;
const WARM_UPS = 4;
const URL_OF_FEED = "https://example.org/feed/";
const tools = { hash: (bytes: Uint8Array) => hash("sha256", bytes, "base64url") };

type Source = { items: number; bytes: Uint8Array; known: string[] };

async function readAll(sources: readonly Source[]): Promise<{ rate: number; read: number; slices: string[][] }> {
  const began = process.cpuUsage();
  let seen = 0;
  let read = 0;
  const slices: string[][] = [];
  for (const { bytes, known } of sources) {
    const result = await readNew({ body: bytes, contentType: "application/rss+xml", url: URL_OF_FEED, known }, tools);
    if ("error" in result) throw new Error(result.error);
    seen += result.slices.length;
    read += result.items.length;
    slices.push(result.slices);
  }
  return { rate: seen / secondsSince(began), read, slices };
}

/** Of the processor. */
function secondsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000_000;
}

async function parseAll(sources: readonly Source[]): Promise<number> {
  const began = process.cpuUsage();
  let seen = 0;
  for (const { bytes } of sources) {
    const feed = await new Parser().parseString(new TextDecoder().decode(bytes));
    seen += feed.items.length;
  }
  return seen / secondsSince(began);
}

export async function measureReader(form: Form): Promise<Measured[]> {
  const feeds = makeMixedFeeds(FEEDS);
  const cold = feeds.map((feed): Source => ({ items: feed.items, bytes: feed.write(NEWEST), known: [] }));
  const total = cold.reduce((sum, { items }) => sum + items, 0);
  const { slices } = await readAll(cold);
  const again = cold.map((source, index): Source => ({ ...source, known: slices[index] ?? [] }));
  const later = feeds.map((feed, index): Source => ({ items: feed.items, bytes: feed.write(NEWEST + 2), known: slices[index] ?? [] }));
  const rounds = await inRounds(form, async (round) => {
    // Both sides run long enough first that the runtime has made of their code what it will.
    for (let times = round === 0 ? WARM_UPS : 0; times > 0; times -= 1) for (const sources of [cold, again, later]) {
      await readAll(sources);
      await parseAll(cold);
    };
    const [first, second, third] = [await readAll(cold), await readAll(again), await readAll(later)];
    if (first.read !== total || second.read !== 0 || third.read !== FEEDS * 2) throw new Error(`read ${first.read}, ${second.read} and ${third.read} items of ${total}`);
    return { cold: first.rate, warm: second.rate, later: third.rate, bare: await parseAll(cold) };
  });
  const megabytes = (cold.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1_000_000).toFixed(1);
  const measured = (of: "cold" | "warm" | "later", name: string, bound: Measured["bound"]): Measured => ({
    name,
    ratio: median(rounds.map((round) => round[of] / round.bare)),
    bound,
    conditions: [
      `${median(rounds.map((round) => round[of])).toFixed(0)} items/s ÷ ${median(rounds.map(({ bare }) => bare)).toFixed(0)} items/s; median of ${rounds.length} rounds`,
      `${FEEDS} mixed feeds, ${total} items, ${megabytes} MB, one thread`,
    ],
  });
  return [
    measured("warm", "items of feeds read before ÷ bare rss-parser", { least: 5 }),
    measured("later", "items of feeds with two new ones each ÷ bare rss-parser", "told"),
    measured("cold", "items of feeds read for the first time ÷ bare rss-parser", { least: 1 }),
  ];
}

async function readFolder(folder: string): Promise<void> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(?:xml|rss|rdf|atom|json)$/i.test(entry.name));
  const took: { name: string; milliseconds: number }[] = [];
  const refused: string[] = [];
  for (const file of files) {
    const full = path.join(file.parentPath, file.name);
    const name = path.relative(folder, full);
    const began = performance.now();
    const result = await readNew({ body: readFileSync(full), contentType: "", url: URL_OF_FEED, known: [] }, tools);
    took.push({ name, milliseconds: performance.now() - began });
    if ("error" in result) refused.push(`${name}: ${result.error}`);
  }
  const slowest = took.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, 3);
  console.log(`${files.length} files read, ${refused.length} refused; slowest: ${slowest.map(({ name, milliseconds }) => `${name} ${milliseconds.toFixed(0)} ms`).join(", ")}`);
  for (const line of refused) console.log(`refused ${line}`);
}

if (import.meta.main) {
  const folder = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
  if (folder !== undefined) await readFolder(folder);
  else {
    await printMachine();
    for (const measured of await measureReader(process.argv.includes("--short") ? "short" : "long")) printMeasured(measured);
  }
}
