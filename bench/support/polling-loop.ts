/**
 * What polling is measured beside: the plainest loop there is, so many feeds at a time: fetch, parse with rss-parser, commit. It has undici, a
 * prepared statement for each row, and everything on one thread. Prints milliseconds for each pass; a line on standard input begins one.
 */
import { createInterface } from "node:readline";
import Sqlite from "better-sqlite3";
import Parser from "rss-parser";
import { Agent, request } from "undici";
import { z } from "zod";
import { addressOf } from "./feed-hosts.ts";

const { file, port, feeds } = z.object({ file: z.string(), port: z.number(), feeds: z.number() }).parse(JSON.parse(process.argv[2] ?? ""));

const database = new Sqlite(file);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(`
  create table if not exists sources (id integer primary key, etag text, read_at integer) strict;
  create table if not exists items (source integer not null, guid text not null, title text, link text, summary text, unique (source, guid)) strict;
`);
const known = database.prepare<[number], { etag: string | null }>("select etag from sources where id = ?");
const mark = database.prepare("insert into sources values (?, ?, ?) on conflict (id) do update set etag = excluded.etag, read_at = excluded.read_at");
const keep = database.prepare("insert into items values (?, ?, ?, ?, ?) on conflict do nothing");
const commit = database.transaction((feed: number, etag: string | null, items: Parser.Item[]) => {
  mark.run(feed, etag, Date.now());
  for (const { guid, title, link, contentSnippet } of items) keep.run(feed, guid ?? "", title ?? "", link ?? "", contentSnippet ?? "");
}).immediate;

const agent = new Agent({ keepAliveTimeout: 5_000, headersTimeout: 0, bodyTimeout: 0 });
const parser = new Parser();

/** Once more where a connection broke while this thread was parsing. */
async function ask(...given: Parameters<typeof request>): Promise<Awaited<ReturnType<typeof request>>> {
  return request(...given).catch(() => request(...given));
}

async function read(feed: number): Promise<void> {
  const etag = known.get(feed)?.etag;
  const response = await ask(addressOf(feed, port), { dispatcher: agent, headers: typeof etag === "string" ? { "if-none-match": etag } : {} });
  const text = await response.body.text();
  if (response.statusCode === 304) return void mark.run(feed, etag, Date.now());
  const { items } = await parser.parseString(text);
  const fresh = response.headers["etag"];
  commit(feed, typeof fresh === "string" ? fresh : null, items);
}

async function pass(width: number): Promise<number> {
  const began = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < feeds) await read(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return performance.now() - began;
}

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "end") break;
  console.log(`took ${await pass(Number(line))}`);
}
process.exit(0);
