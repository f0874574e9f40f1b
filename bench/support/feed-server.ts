/** Serves feeds from a process of its own: `http://HOST:PORT/NUMBER`, after a latency. A message from the parent is the edition to serve from now on. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Edition, makeEdition, printEdition } from "./feed-text.ts";

const LATENCY = Number(process.argv[2]);
/** Longer than the pause between two passes of the benchmark. */
const KEEP_ALIVE = 20_000;

let number = 0;
let edition: Edition = makeEdition(0);

const server = createServer({ keepAliveTimeout: KEEP_ALIVE }, (request, response) => {
  const feed = Number(request.url?.slice(1));
  setTimeout(() => {
    const etag = `"${number}"`;
    if (request.headers["if-none-match"] === etag) return response.writeHead(304, { etag }).end();
    const body = printEdition(edition, feed);
    response.writeHead(200, { etag, "content-type": "application/rss+xml; charset=utf-8", "content-length": body.length }).end(body);
  }, LATENCY);
});
server.listen(0, "0.0.0.0", 2_048, () => {
  // A listening TCP server has an address and a port.
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on("message", (wanted: number) => {
  number = wanted;
  edition = makeEdition(number);
  process.send?.({ edition: number });
});
process.on("disconnect", () => process.exit(0));
