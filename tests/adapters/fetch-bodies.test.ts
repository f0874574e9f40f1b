/** What sites do with the bytes themselves: cut, packed, slow, endless, or the same as last time. */
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createFetch, type FetchOptions, type GuardedFetch } from "../../adapters/http/fetch.ts";
import type { FetchReply, FetchRequest } from "../../src/ports.ts";

const FEED = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>`;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an address and a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;
}

type Site = { url: string; seen: IncomingMessage[]; connections: () => number };

async function serve(answer: RequestListener): Promise<Site> {
  const seen: IncomingMessage[] = [];
  let connections = 0;
  const server = createHttpServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  server.on("connection", () => {
    connections += 1;
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: await listen(server), seen, connections: () => connections };
}

/** A server that says exactly these bytes, for what no HTTP library would say. */
async function serveRaw(answer: (socket: Socket) => void): Promise<Site> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => answer(socket));
  });
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: await listen(server), seen: [], connections: () => sockets.size };
}

function open(options: Partial<FetchOptions> = {}): GuardedFetch {
  const fetch = createFetch({ userAgent: "Clarion/0 (+https://example.org/contact)", perHostPace: 0, ...options });
  closing.push(() => fetch.close());
  return fetch;
}
const read = (site: Site, options: Partial<FetchOptions> = {}, more: Partial<FetchRequest> = {}): Promise<FetchReply> =>
  open(options)({ url: site.url, privateAllowed: true, ...more });
const code = (reply: FetchReply): string => (reply.status === "failed" ? reply.code : reply.status);
const textOf = (reply: FetchReply): string => (reply.status === "changed" ? Buffer.from(reply.body).toString() : code(reply));

describe("what has not changed", () => {
  it("is known by weak validators too, sent back to the letter", async () => {
    const etag = 'W/"6f3-GzIp;x"';
    const site = await serve((request, response) => response.writeHead(request.headers["if-none-match"] === etag ? 304 : 200, { etag }).end());
    expect(code(await read(site, {}, { etag }))).toBe("unchanged");
    expect(site.seen[0]?.headers["if-none-match"]).toBe(etag);
  });

  it("is known by its bytes where a site has no validators", async () => {
    const site = await serve((_request, response) => response.writeHead(200, { "content-type": "text/xml" }).end(FEED));
    const first = await read(site);
    const bodyHash = first.status === "changed" ? (first.bodyHash ?? "") : "";
    expect(await read(site, {}, { bodyHash })).toEqual({ status: "unchanged" });
    expect(code(await read(site, {}, { bodyHash: `${bodyHash}x` }))).toBe("changed");
  });

  it("is known by its bytes where validators change with every reply, and gives the newest", async () => {
    let replies = 0;
    const site = await serve((_request, response) => response.writeHead(200, { etag: `"${(replies += 1)}"` }).end(FEED));
    const first = await read(site);
    const bodyHash = first.status === "changed" ? (first.bodyHash ?? "") : "";
    expect(await read(site, {}, { bodyHash, etag: '"1"' })).toEqual({ status: "unchanged", etag: '"2"' });
  });

  it("has changed when the same bytes are to be read in another way", async () => {
    let type = "text/xml; charset=windows-1251";
    const site = await serve((_request, response) => response.writeHead(200, { "content-type": type }).end(FEED));
    const first = await read(site);
    type = "text/xml; charset=koi8-r";
    const bodyHash = first.status === "changed" ? (first.bodyHash ?? "") : "";
    expect(code(await read(site, {}, { bodyHash }))).toBe("changed");
  });

  it("is not believed of a site that was not asked", async () => {
    const site = await serve((_request, response) => response.writeHead(304).end());
    expect(code(await read(site))).toBe("server_error");
    expect(code(await read(site, {}, { bodyHash: "x" }))).toBe("server_error");
  });

  it.each([`"${"x".repeat(2_000)}"`, '"naïve"', ""])("is not asked for by a validator that cannot be sent back: %s", async (etag) => {
    const site = await serveRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\nETag: ${etag}\r\nContent-Length: ${FEED.length}\r\n\r\n${FEED}`));
    const reply = await read(site);
    expect(reply).toMatchObject({ status: "changed" });
    expect(reply).not.toHaveProperty("etag");
  });
});

describe("bodies that are not what they are called", () => {
  it("are unpacked when nobody says that they are packed", async () => {
    const site = await serve((_request, response) => response.writeHead(200, { "content-type": "application/xml" }).end(gzipSync(FEED)));
    expect(textOf(await read(site))).toBe(FEED);
  });

  it("are taken as they are when they are called packed and are not", async () => {
    const site = await serve((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(FEED));
    expect(textOf(await read(site))).toBe(FEED);
  });

  it.each([
    ["gzip in gzip", gzipSync(gzipSync(Buffer.alloc(50_000_000))), "gzip"],
    ["gzip in gzip in gzip", gzipSync(gzipSync(gzipSync(FEED))), "gzip"],
    ["gzip in gzip that nobody speaks of", gzipSync(gzipSync(Buffer.alloc(50_000_000))), ""],
    ["brotli", brotliCompressSync(Buffer.alloc(50_000_000)), "br"],
    ["gzip in brotli", brotliCompressSync(gzipSync(Buffer.alloc(50_000_000))), "gzip, br"],
  ])("end within their limits as bombs: %s", async (_name, bytes, encoding) => {
    const site = await serve((_request, response) => response.writeHead(200, encoding === "" ? {} : { "content-encoding": encoding }).end(bytes));
    const before = process.memoryUsage.rss();
    expect(code(await read(site, { maxBytes: 1_000_000 }))).toBe("too_large");
    expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000);
  });

  it("fail when they are damaged or packed in a way nobody knows", async () => {
    const damaged = gzipSync(FEED);
    damaged[20] = (damaged[20] ?? 0) ^ 0xff;
    for (const [encoding, bytes] of [["gzip", damaged], ["br", Buffer.from(FEED)], ["secret", Buffer.from(FEED)], ["gzip, gzip, gzip", gzipSync(FEED)]] as const) {
      const site = await serve((_request, response) => response.writeHead(200, { "content-encoding": encoding }).end(bytes));
      expect(code(await read(site)), encoding).toBe("unreachable");
    }
  });
});

describe("bodies that end early, late or never", () => {
  it("fail when the connection is cut, so that half a feed is never taken for all of it", async () => {
    const half = FEED.slice(0, 40);
    const replies = [
      `HTTP/1.1 200 OK\r\nContent-Length: ${FEED.length}\r\n\r\n${half}`,
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${half.length.toString(16)}\r\n${half}\r\n`,
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n${half}`,
      "HTTP/1.1 200 OK\r\nContent-Le",
      "",
    ];
    for (const reply of replies) {
      const site = await serveRaw((socket) => socket.end(reply));
      expect(code(await read(site)), reply).toBe("unreachable");
    }
  });

  it("are read whole where only the end of the connection ends them", async () => {
    const site = await serveRaw((socket) => socket.end(`HTTP/1.0 200 OK\r\n\r\n${FEED}`));
    expect(textOf(await read(site))).toBe(FEED);
  });

  it("hold what their length says, when more comes", async () => {
    const site = await serveRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${FEED.length}\r\nConnection: close\r\n\r\n${FEED}and more`));
    expect([FEED, "unreachable"]).toContain(textOf(await read(site)));
  });

  it.each(["HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "SMTP ready\r\n", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n`])(
    "fail when what comes is no HTTP: %s",
    async (reply) => {
      const site = await serveRaw((socket) => socket.end(reply));
      expect(code(await read(site))).toBe("unreachable");
    },
  );

  it("are refused by their length before anything of them is read", async () => {
    const site = await serveRaw((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"));
    expect(code(await read(site))).toBe("too_large");
  });

  it("end when time is up, however slowly they come: letters, headers, chunks", async () => {
    const drips = [
      (socket: Socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
      (socket: Socket) => socket.write("HTTP/1.1 200 OK\r\nX-"),
      (socket: Socket) => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n"),
    ];
    for (const begin of drips) {
      const site = await serveRaw((socket) => {
        begin(socket);
        const timer = setInterval(() => socket.write("x"), 25);
        socket.on("close", () => clearInterval(timer));
      });
      expect(code(await read(site, { timeoutMilliseconds: 250 }))).toBe("timeout");
    }
  });

  it("count redirects into the same time", async () => {
    const site = await serve((_request, response) => setTimeout(() => response.writeHead(302, { location: "/feed" }).end(), 120));
    expect(code(await read(site, { timeoutMilliseconds: 300 }))).toBe("timeout");
  });

  it("hold no more memory than they have letters, when these come one by one", async () => {
    const letters = 3_000;
    const site = await serveRaw((socket) => {
      socket.setNoDelay(true);
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      let sent = 0;
      const more = (): void => {
        if (socket.destroyed) return;
        if (sent === letters) return void socket.end("0\r\n\r\n");
        sent += 1;
        socket.write("1\r\nx\r\n", () => setImmediate(more));
      };
      more();
    });
    const before = process.memoryUsage().arrayBuffers;
    const reply = await read(site);
    expect(textOf(reply)).toHaveLength(letters);
    expect(reply.status === "changed" && reply.body.buffer.byteLength).toBeLessThan(65_537);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });
});

describe("large bodies", () => {
  const large = Buffer.alloc(2_000_000, "x");

  it.each([
    ["of a length that is known", {}, large],
    ["of an unknown length", { "transfer-encoding": "chunked" }, large],
    ["that were packed", { "content-encoding": "gzip" }, gzipSync(large)],
  ])("wait until there is room for them: %s", async (_name, headers, bytes) => {
    const site = await serve((_request, response) => response.writeHead(200, headers).end(bytes));
    const room = Promise.withResolvers<void>();
    let asked = 0;
    let isDone = false;
    const admitLarge = (): Promise<void> => {
      asked += 1;
      return room.promise;
    };
    const reading = read(site, { timeoutMilliseconds: 400 }, { admitLarge }).finally(() => {
      isDone = true;
    });
    // Longer than the site is given: our own wait is not counted against it.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(asked).toBe(1);
    expect(isDone).toBe(false);
    room.resolve();
    expect(textOf(await reading)).toHaveLength(large.length);
    expect(asked).toBe(1);
  });

  it("are not asked about when they are small", async () => {
    const site = await serve((_request, response) => response.end(Buffer.alloc(200_000)));
    let asked = 0;
    await read(site, {}, { admitLarge: async () => void (asked += 1) });
    expect(asked).toBe(0);
  });
});

describe("connections", () => {
  it("are used again for the same host, also after a redirect and after nothing new", async () => {
    const site = await serve((request, response) => {
      if (request.url === "/old") response.writeHead(301, { location: "/feed" }).end("moved");
      else if (request.headers["if-none-match"] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"1"' }).end(FEED);
    });
    const fetch = open({ perHostPace: 20 });
    for (const url of [site.url, site.url.replace("/feed", "/old"), site.url]) expect(code(await fetch({ url, privateAllowed: true }))).toBe("changed");
    expect(code(await fetch({ url: site.url, etag: '"1"', privateAllowed: true }))).toBe("unchanged");
    expect(site.connections()).toBe(1);
  });

  it("that the site has closed meanwhile are opened anew", async () => {
    const site = await serve((_request, response) => response.writeHead(200, { connection: "close" }).end(FEED));
    const fetch = open();
    for (let times = 0; times < 3; times += 1) expect(code(await fetch({ url: site.url, privateAllowed: true }))).toBe("changed");
    expect(site.connections()).toBe(3);
  });

  it("leave a breath between two requests to one host, and none between two hosts", async () => {
    const site = await serve((_request, response) => response.end(FEED));
    const other = await serve((_request, response) => response.end(FEED));
    const fetch = open({ perHostPace: 200 });
    const began = performance.now();
    await Promise.all([fetch({ url: site.url, privateAllowed: true }), fetch({ url: other.url, privateAllowed: true })]);
    const first = performance.now() - began;
    await fetch({ url: site.url, privateAllowed: true });
    expect(performance.now() - began).toBeGreaterThanOrEqual(first + 150);
  });
});
