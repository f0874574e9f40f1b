import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWebChat } from "../../adapters/web/chat.ts";
import { elementsOf } from "../support/html.ts";
import { composed, formsOf, get, overSocket, OWN_FORM, post } from "./web-browse.ts";
import { openWebFixture, type WebFixture } from "./web-fixture.ts";

describe("the page, against other sites in the same browser", () => {
  let fixture: WebFixture;
  let chat: WebFixture["chat"];
  beforeEach(async () => {
    fixture = await openWebFixture();
    ({ chat } = fixture);
  });
  afterEach(() => fixture.close());

  const sayOverSocket = async (headers: Record<string, string>, token?: string) => {
    const fields = composed((await get(chat, "/room/anpud")).text, "take hrc-64");
    const body = new URLSearchParams(token === undefined ? fields : { ...fields, token }).toString();
    return overSocket(chat, { method: "POST", path: "/room/anpud/say", body, headers: { "content-type": "application/x-www-form-urlencoded", ...headers } });
  };

  it("answers only to its own names, so that a rebound name finds nothing", async () => {
    const { port } = new URL(chat.address());
    const ask = (host: string) => overSocket(chat, { path: "/room/anpud", headers: { host } });
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) expect((await ask(host)).status).toBe(200);
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", `127.0.0.1:${Number(port) + 1}`, `localhost.evil.example:${port}`, `[::1]:${port}`]) {
      const refused = await ask(host);
      expect([host, refused.status]).toEqual([host, 421]);
      expect(refused.text).not.toContain("Clarion");
    }
  });

  it("takes forms of its own pages", async () => {
    expect((await sayOverSocket({ origin: chat.address(), "sec-fetch-site": "same-origin" })).status).toBe(200);
    expect((await sayOverSocket(OWN_FORM)).status).toBe(200);
    expect((await sayOverSocket({ origin: chat.address() })).status).toBe(200);
    expect(fixture.received).toHaveLength(3);
  });

  it.each([
    ["another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["another port of this machine", { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" }],
    ["a page without an origin", { origin: "null", "sec-fetch-site": "cross-site" }],
    ["a page without an origin, in an old browser", { origin: "null" }],
    ["no browser at all", {}],
    ["a site that its browser knows to be another", { origin: "own", "sec-fetch-site": "cross-site" }],
    ["a site that lies about one of the two", { origin: "https://evil.example", "sec-fetch-site": "same-origin" }],
  ])("refuses a form from %s, though its token is right", async (_, headers: Record<string, string>) => {
    const { origin } = headers;
    expect((await sayOverSocket(origin === "own" ? { ...headers, origin: chat.address() } : headers)).status).toBe(403);
    expect(fixture.received).toEqual([]);
  });

  it("does nothing for a token it did not issue, and keeps what was typed", async () => {
    const other = await openWebFixture({ secret: "another" });
    const foreignToken = formsOf((await get(other.chat, "/room/anpud")).text)[0]?.fields["token"] ?? "";
    await other.close();
    for (const token of ["", "x", "a.b", foreignToken, `${foreignToken}x`, "é".repeat(40)]) {
      const { status, text } = await sayOverSocket(OWN_FORM, token);
      expect([token, status]).toEqual([token, 409]);
      expect(formsOf(text).some(({ fields }) => fields["line"] === "take hrc-64" && fields["form"] === undefined)).toBe(true);
    }
    expect(fixture.received).toEqual([]);
  });

  it("takes a form from before a restart when it has the same secret", async () => {
    const before = await openWebFixture({ secret: "kept" });
    const fields = composed((await get(before.chat, "/room/anpud")).text, "take hrc-64");
    await post(before.chat, "/room/anpud/say", fields);
    await before.close();
    const after = await openWebFixture({ secret: "kept" });
    expect((await post(after.chat, "/room/anpud/say", fields)).status).toBe(200);
    expect(after.received[0]?.key).toBe(before.received[0]?.key);
    await after.close();
  });

  it("may be opened by a link, but not read in parts, from another site", async () => {
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    expect((await get(chat, "/room/anpud", link)).status).toBe(200);
    for (const headers of [
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
      { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
    ]) {
      expect((await get(chat, "/room/anpud/part/next", headers)).status).toBe(403);
    }
  });

  it.each(["/room/anpud", "/static/page.css", "/static/page.js", "/nowhere", "/room/anpud/complete?line=dead", "/health"])("sends its safety headers with %s", async (address) => {
    const { headers } = await get(chat, address);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'/);
    expect(headers.get("content-security-policy")).not.toMatch(/unsafe|\*|http/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe(address.startsWith("/static/") ? "public, max-age=31536000, immutable" : "no-store");
  });

  it("has no script or style inside its pages, and loads nothing from elsewhere", async () => {
    await fixture.fill();
    const elements = elementsOf((await get(chat, "/room/anpud?show=hrc-64")).text);
    expect(elements.filter(({ name }) => name === "style")).toEqual([]);
    expect(elements.filter(({ attributes }) => "style" in attributes)).toEqual([]);
    const loaded = elements.flatMap(({ name, attributes }) => (name === "script" ? [attributes["src"]] : name === "link" ? [attributes["href"]] : []));
    expect(loaded.every((address) => address?.startsWith("/static/") || address === "data:,")).toBe(true);
  });

  it("refuses a form that is too large, whether or not it says its size", async () => {
    const fields = composed((await get(chat, "/room/anpud")).text, "take hrc-64");
    const body = new URLSearchParams({ ...fields, body: "x".repeat(300_000) }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded", ...OWN_FORM };
    for (const chunked of [false, true]) {
      expect((await overSocket(chat, { method: "POST", path: "/room/anpud/say", headers, body, chunked })).status).toBe(413);
    }
    expect(fixture.received).toEqual([]);
  });

  it("refuses forms that are not its own", async () => {
    const fields = composed((await get(chat, "/room/anpud")).text, "x".repeat(5_000));
    expect((await post(chat, "/room/anpud/say", fields)).status).toBe(400);
    expect((await post(chat, "/room/anpud/say", { ...fields, line: "help", form: "{" })).status).toBe(400);
    expect((await post(chat, "/room/anpud/say", { ...fields, line: "help", form: JSON.stringify({ title: 1 }) })).status).toBe(400);
  });

  it("listens on this machine only, and refuses to be told otherwise", async () => {
    const { store, desk, clock } = fixture;
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const chance = { id: () => "x", fraction: () => 0 };
    expect(() => createWebChat({ store, desk, clock, log, chance, port: 0, host: "0.0.0.0", language: "en", actorId: "page" })).toThrow("127.0.0.1 only");
    const { port } = new URL(chat.address());
    const outside = Object.values(networkInterfaces()).flat().filter((entry) => entry !== undefined && !entry.internal && entry.family === "IPv4");
    for (const entry of outside) {
      const failure = await new Promise((resolve) => {
        const socket = connect({ host: entry?.address ?? "", port: Number(port) });
        socket.once("connect", () => resolve("connected")).once("error", () => resolve("refused"));
      });
      expect(failure).toBe("refused");
    }
  });
});
