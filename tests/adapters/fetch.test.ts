import { once } from "node:events";
import { type IncomingMessage, type RequestListener, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type FetchOptions, type GuardedFetch, createFetch, retryAfterOf } from "../../adapters/http/fetch.ts";
import { guardedLookup, isAddressAllowed, isUrlAllowed, type Resolve } from "../../adapters/http/guard.ts";
import type { FetchReply } from "../../src/ports.ts";

const FEED = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>`;
const USER_AGENT = "Clarion/0 (+https://example.org/contact)";
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** In place of the system's look-up. */
function leadingTo(addresses: readonly string[]): Resolve {
  return (_name, _options, callback) => callback(null, addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
}

type Site = { url: string; host: string; seen: IncomingMessage[] };

async function serve(answer: RequestListener, host = "127.0.0.1"): Promise<Site> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  server.listen(0, host);
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // A listening TCP server has an address and a port.
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host}:${port}/feed`, host: `${host}:${port}`, seen };
}

function open(options: Partial<FetchOptions> = {}): GuardedFetch {
  const fetch = createFetch({ userAgent: USER_AGENT, perHostPace: 0, ...options });
  closing.push(() => fetch.close());
  return fetch;
}
/** Reads a local address as a source that an operator allowed. */
const read = (site: Site, options: Partial<FetchOptions> = {}): Promise<FetchReply> => open(options)({ url: site.url, privateAllowed: true });
const code = (reply: FetchReply): string => (reply.status === "failed" ? reply.code : reply.status);
const bodyOf = (reply: FetchReply): string => (reply.status === "changed" ? Buffer.from(reply.body).toString() : `no body: ${code(reply)}`);

describe("a polite request", () => {
  it("says who asks, and gives back the validators of the reply", async () => {
    const site = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/rss+xml", etag: '"1"', "last-modified": "Fri, 20 Nov 2026 12:00:00 GMT" }).end(FEED);
    });
    const reply = await read(site);
    expect(bodyOf(reply)).toBe(FEED);
    expect(reply).toEqual({
      status: "changed",
      body: expect.any(Uint8Array),
      bodyHash: expect.stringMatching(/^\S+$/),
      contentType: "application/rss+xml",
      etag: '"1"',
      lastModified: "Fri, 20 Nov 2026 12:00:00 GMT",
      finalUrl: site.url,
    });
    expect(site.seen[0]?.headers["user-agent"]).toBe(USER_AGENT);
  });

  it("asks only for what is new, and understands that nothing is", async () => {
    const site = await serve((request, response) => {
      const same = request.headers["if-none-match"] === '"1"' && request.headers["if-modified-since"] === "yesterday";
      response.writeHead(same ? 304 : 200).end(same ? undefined : FEED);
    });
    const fetch = open();
    expect(await fetch({ url: site.url, etag: '"1"', lastModified: "yesterday", privateAllowed: true })).toEqual({ status: "unchanged" });
    expect(code(await fetch({ url: site.url, privateAllowed: true }))).toBe("changed");
  });

  it("has one request at a time under way to a host", async () => {
    let now = 0;
    let most = 0;
    const site = await serve((_request, response) => {
      now += 1;
      most = Math.max(most, now);
      setImmediate(() => {
        now -= 1;
        response.end(FEED);
      });
    });
    const fetch = open();
    await Promise.all(Array.from({ length: 5 }, () => fetch({ url: site.url, privateAllowed: true })));
    expect(site.seen).toHaveLength(5);
    expect(most).toBe(1);
  });
});

describe("sizes and times have an end", () => {
  it("unpacks what is packed", async () => {
    const packed = { gzip: gzipSync(FEED), br: brotliCompressSync(FEED), deflate: deflateSync(FEED), "DEFLATE ": deflateRawSync(FEED), "deflate, gzip": gzipSync(deflateSync(FEED)) };
    for (const [encoding, bytes] of Object.entries(packed)) {
      const site = await serve((_request, response) => response.writeHead(200, { "content-encoding": encoding }).end(bytes));
      expect(bodyOf(await read(site)), encoding).toBe(FEED);
    }
  });

  it("stops reading a reply that does not end", async () => {
    let sent = 0;
    const site = await serve((_request, response) => {
      const more = (): void => {
        sent += 65_536;
        if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(more));
      };
      more();
    });
    expect(code(await read(site, { maxBytes: 1_000_000 }))).toBe("too_large");
    expect(sent).toBeLessThan(50_000_000);
  });

  it("stops unpacking a bomb", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const twice = gzipSync(bomb);
    for (const [encoding, bytes] of [["gzip", bomb], ["gzip, gzip", twice], ["br", brotliCompressSync(Buffer.alloc(20_000_000))]] as const) {
      const site = await serve((_request, response) => response.writeHead(200, { "content-encoding": encoding }).end(bytes));
      expect(code(await read(site, { maxBytes: 1_000_000 })), encoding).toBe("too_large");
    }
  });

  it("gives up on a site that drips", async () => {
    const site = await serve((_request, response) => {
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    });
    expect(code(await read(site, { timeoutMilliseconds: 300 }))).toBe("timeout");
  });

  it("gives up on a site that never answers", async () => {
    const site = await serve(() => undefined);
    expect(code(await read(site, { timeoutMilliseconds: 300 }))).toBe("timeout");
  });

  it("takes damaged bytes for no reply", async () => {
    const site = await serve((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(FEED).subarray(0, 40)));
    expect(code(await read(site))).toBe("unreachable");
  });
});

describe("private addresses", () => {
  it.each([
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0177.0.0.1/", "http://0x7f.1/", "http://0/", "http://[::1]/", "http://[::]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1]/",
    "http://[fd00::1]/", "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/", "http://100.64.0.1/",
    "http://224.0.0.1/", "http://255.255.255.255/", "http://①②⑦.0.0.1/", "http://0x7f000001/", "http://017700000001/", "http://127.0.0.1./", "http://[::127.0.0.1]/",
    "http://[64:ff9b:1::7f00:1]/", "http://[2001:0:7f00:1::]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[100::1]/", "http://[2001:db8::1]/",
    "http://192.0.0.8/", "http://192.88.99.1/", "http://198.18.0.1/", "http://240.0.0.1/", "http://%31%32%37.0.0.1/",
    "http://localhost/", "http://localhost./", "http://LOCALHOST/", "http://a.localhost/", "http://metadata.google.internal/", "http://printer.local/", "http://nas.lan/",
    "http://wiki.intranet/", "http://router.home.arpa/",
  ])("refuses %s", async (url) => {
    expect(isUrlAllowed(new URL(url), false)).toBe(false);
    expect(code(await open()({ url }))).toBe("refused");
  });

  it.each(["http://[fe80::1%25eth0]/", "ftp://example.org/", "file:///etc/passwd", "http://user:secret@example.org/", "http://example.org:8080/", "https://example.org:22/", "not an address"])(
    "refuses %s",
    async (url) => {
      expect(code(await open()({ url }))).toBe("refused");
    },
  );

  it("refuses a name that leads to one, when the connection is made", async () => {
    const site = await serve((_request, response) => response.end(FEED));
    const port = new URL(site.url).port;
    // Nothing in how this name is written shows where it leads.
    expect(code(await open()({ url: "http://localhost/" }))).toBe("refused");
    expect(site.seen).toHaveLength(0);
    expect(code(await open()({ url: `http://localhost:${port}/`, privateAllowed: true }))).toBe("changed");
  });

  it("refuses a name that leads to one by any of its spellings, and mixes none in", async () => {
    const site = await serve((_request, response) => response.end(FEED));
    for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "169.254.169.254", "fd00::1", "64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0", "::", "100.64.0.1"]) {
      expect(code(await open({ resolve: leadingTo([address]) })({ url: "http://innocent.example/" })), address).toBe("refused");
    }
    expect(site.seen).toHaveLength(0);
  });

  it("asks for the address of a name once for each connection, and connects to what it was told then", async () => {
    const site = await serve((_request, response) => response.writeHead(200, { connection: "close" }).end(FEED));
    // The second answer is another, as of a site that would lead us inward once it has been checked.
    const answers = [["127.0.0.1"], ["10.255.255.1"]];
    let asked = 0;
    const resolve: Resolve = (name, options, callback) => {
      asked += 1;
      leadingTo(answers[asked - 1] ?? ["10.255.255.1"])(name, options, callback);
    };
    const fetch = open({ resolve, allowPrivate: [`rebinding.example:${new URL(site.url).port}`], timeoutMilliseconds: 2_000 });
    const url = `http://rebinding.example:${new URL(site.url).port}/feed`;
    expect(code(await fetch({ url }))).toBe("changed");
    expect(asked).toBe(1);
    expect(site.seen).toHaveLength(1);
  });

  it("connects to none that a name has beside public ones", () => {
    const look = guardedLookup(false, leadingTo(["127.0.0.1", "93.184.216.34", "::1", "2606:2800:220:1::1"]));
    const found: unknown[] = [];
    look("both.example", { all: true }, (_error, addresses) => found.push(addresses));
    look("both.example", {}, (_error, address, family) => found.push([address, family]));
    expect(found).toEqual([
      [{ address: "93.184.216.34", family: 4 }, { address: "2606:2800:220:1::1", family: 6 }],
      ["93.184.216.34", 4],
    ]);
  });

  it("does not follow a redirect to one, even from an address that is allowed", async () => {
    const inside = await serve((_request, response) => response.end("secret"));
    const site = await serve((_request, response) => response.writeHead(302, { location: inside.url }).end());
    expect(code(await read(site))).toBe("refused");
    expect(inside.seen).toHaveLength(0);
  });

  it("may be opened by name for all sources", async () => {
    const site = await serve((_request, response) => response.end(FEED));
    expect(code(await open({ allowPrivate: [site.host] })({ url: site.url }))).toBe("changed");
    expect(code(await open({ allowPrivate: (host) => host === site.host })({ url: site.url }))).toBe("changed");
    expect(code(await open({ allowPrivate: ["other:1"] })({ url: site.url }))).toBe("refused");
  });

  it("of a cloud machine's own service are never opened", () => {
    expect(isAddressAllowed("169.254.169.254", true)).toBe(false);
    expect(isAddressAllowed("fe80::1", true)).toBe(false);
    expect(isAddressAllowed("0.0.0.0", true)).toBe(false);
    expect(isAddressAllowed("192.168.1.1", true)).toBe(true);
    expect(isAddressAllowed("93.184.216.34", false)).toBe(true);
    expect(isAddressAllowed("2606:2800:220:1::1", false)).toBe(true);
  });
});

describe("redirects", () => {
  it.each(["http://127.0.0.1:1/", "http://169.254.169.254/latest/", "http://[::ffff:a00:1]/", "http://2130706433/", "file:///etc/passwd", "ftp://example.org/", "//localhost/", "http://x:y@example.org/"])(
    "to %s are refused",
    async (location) => {
      const site = await serve((_request, response) => response.writeHead(307, { location }).end());
      expect(code(await read(site))).toBe("refused");
    },
  );

  it("are not read beyond what they say about where", async () => {
    const site = await serve((request, response) => {
      if (request.url === "/feed") response.writeHead(302, { location: "/new" }).end(Buffer.alloc(3_000_000));
      else response.end(FEED);
    });
    expect(code(await read(site, { maxBytes: 1_000_000 }))).toBe("changed");
  });

  it("are followed on the same host, and the last address is given", async () => {
    const site = await serve((request, response) => {
      if (request.url === "/feed") response.writeHead(301, { location: "/new" }).end();
      else response.end(FEED);
    });
    const reply = await read(site);
    expect(reply.status === "changed" && reply.finalUrl).toBe(site.url.replace("/feed", "/new"));
  });

  it("end after five", async () => {
    const site = await serve((_request, response) => response.writeHead(302, { location: "/feed" }).end());
    expect(code(await read(site))).toBe("server_error");
    expect(site.seen).toHaveLength(6);
  });

  it("that lead nowhere are an error of the site", async () => {
    const site = await serve((_request, response) => response.writeHead(302).end());
    expect(code(await read(site))).toBe("server_error");
  });
});

describe("refusals", () => {
  it.each([
    [401, "blocked"], [403, "blocked"], [404, "missing"], [410, "missing"], [429, "server_error"], [500, "server_error"], [503, "server_error"],
  ])("understands %i as %s", async (status, expected) => {
    const site = await serve((_request, response) => response.writeHead(status).end("no"));
    expect(code(await read(site))).toBe(expected);
  });

  it("recognises a page that asks for a person, with status 200 or 503", async () => {
    const page = `<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>`;
    for (const status of [200, 503]) {
      const site = await serve((_request, response) => response.writeHead(status, { "content-type": "text/html" }).end(page));
      expect(code(await read(site))).toBe("blocked");
    }
    const marked = await serve((_request, response) => response.writeHead(200, { "cf-mitigated": "challenge" }).end("<html>"));
    expect(code(await read(marked))).toBe("blocked");
  });

  it("does not take a feed about such pages for one", async () => {
    const site = await serve((_request, response) => response.end(FEED.replace("News", "Just a moment: checking your browser")));
    expect(code(await read(site))).toBe("changed");
  });

  it("keeps the time a site asks for", async () => {
    const site = await serve((_request, response) => response.writeHead(503, { "retry-after": "120" }).end());
    expect(await read(site)).toEqual({ status: "failed", code: "server_error", retryAfter: 120_000 });
    expect(retryAfterOf("Fri, 20 Nov 2026 12:10:00 GMT", "Fri, 20 Nov 2026 12:00:00 GMT")).toBe(600_000);
    expect(retryAfterOf("soon", undefined)).toBeUndefined();
  });

  it("says so when nobody listens", async () => {
    const site = await serve(() => undefined);
    for (const close of closing.splice(0)) await close();
    expect(code(await read(site))).toBe("unreachable");
  });
});
