/** Serves feeds from a process of its own: `http://HOST:PORT/NUMBER`, after a latency. A message from the parent is the edition to serve from now on. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FIELD_EVERY, makeEdition, printEdition } from "./feed-text.ts";

const LATENCY = Number(process.argv[2]);
/** Longer than the pause between two passes of the benchmark, also on a busy machine. */
const KEEP_ALIVE = 120_000;

let number = 0;
const make = (edition: number) => ({ news: makeEdition(edition, false), field: makeEdition(edition, true) });
let editions = make(0);

const server = createServer({ keepAliveTimeout: KEEP_ALIVE, requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
  const feed = Number(request.url?.slice(1));
  setTimeout(() => {
    const etag = `"${number}"`;
    if (request.headers["if-none-match"] === etag) return response.writeHead(304, { etag }).end();
    const body = printEdition(feed % FIELD_EVERY === 0 ? editions.field : editions.news, feed);
    response.writeHead(200, { etag, "content-type": "application/rss+xml; charset=utf-8", "content-length": body.length }).end(body);
  }, LATENCY);
});
server.listen(0, "0.0.0.0", 2_048, () => {
  // A listening TCP server has an address and a port.
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on("message", (wanted: number) => {
  number = wanted;
  editions = make(number);
  process.send?.({ edition: number });
});
process.on("disconnect", () => process.exit(0));
