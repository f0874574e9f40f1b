/** What leaves for the homeserver, and what does not any more. The homeserver here only counts. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFetch } from "../../../adapters/matrix/fetching.ts";
import { createGuard, type Guard } from "../../../adapters/matrix/guard.ts";
import { explainStartError } from "../../../adapters/matrix/keys.ts";
import { codeOfError, createQuietLogger } from "../../../adapters/matrix/quiet-logger.ts";
import { recordingLog } from "../../support/log.ts";

it("tells a cryptography that broke while it started from a file whose key is another", () => {
  expect(explainStartError(new WebAssembly.RuntimeError("memory access out of bounds"), "crypto.sqlite")).toMatchObject({ code: "matrix_crypto_failed" });
  expect(explainStartError(new Error("a secret"), "crypto.sqlite")).toMatchObject({ code: "matrix_keys_locked", values: { file: "crypto.sqlite", code: "Error" } });
});

describe("the way to the homeserver", () => {
  const log = recordingLog();
  const tokens: string[] = [];
  const fatal: Error[] = [];
  let server: ReturnType<typeof createServer>;
  let url: string;
  let guard: Guard;
  let durable: Promise<void>;
  let renewed: string | undefined;
  let ask: typeof fetch;

  beforeEach(async () => {
    server = createServer((request, response) => {
      const token = request.headers.authorization ?? "none";
      tokens.push(token);
      const used = request.url?.includes("/keys/upload") === true;
      response.statusCode = used ? 400 : token === "Bearer old" ? 401 : 200;
      const error = "One time key signed_curve25519:AAAAAQ already exists. Old key: …";
      response.end(JSON.stringify(used ? { errcode: "M_INVALID_PARAM", error } : response.statusCode === 401 ? { errcode: "M_UNKNOWN_TOKEN", error: "" } : {}));
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    // A listening TCP server has such an address.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    tokens.length = 0;
    fatal.length = 0;
    guard = createGuard(log, (error) => void fatal.push(error));
    durable = Promise.resolve();
    renewed = undefined;
    let token = "old";
    const session = { deviceId: "D", accessToken: () => token, renew: async () => (token = renewed ?? token) && renewed };
    ask = createFetch({ database: { durable: () => durable }, session, guard, file: "crypto.sqlite", onToken: () => undefined });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("lets nothing out before it is on disk", async () => {
    const disk = Promise.withResolvers<void>();
    durable = disk.promise;
    const asked = ask(`${url}/one`);
    await fetch(`${url}/other`);
    expect(tokens).toHaveLength(1);
    disk.resolve();
    expect((await asked).status).toBe(200);
    expect(tokens).toHaveLength(2);
  });

  it("lets nothing out once it was stopped, also what waited for the disk", async () => {
    const disk = Promise.withResolvers<void>();
    durable = disk.promise;
    const asked = ask(`${url}/one`);
    guard.stop(new Error("the disk is full"));
    disk.resolve();
    await expect(asked).rejects.toThrow("the disk is full");
    await expect(ask(`${url}/two`)).rejects.toThrow("the disk is full");
    expect(tokens).toEqual([]);
  });

  it("asks again with the new token, and stops when there is none", async () => {
    renewed = "new";
    expect((await ask(`${url}/one`, { headers: { authorization: "Bearer old" } })).status).toBe(200);
    expect(tokens).toEqual(["Bearer old", "Bearer new"]);
    expect(fatal).toEqual([]);
  });

  it("says once why it stopped, whatever fails afterwards", async () => {
    await ask(`${url}/one`, { headers: { authorization: "Bearer old" } });
    guard.stop(new Error("later"));
    expect(fatal).toMatchObject([{ code: "matrix_logged_out" }]);
    expect(guard.stopped).toBe(fatal[0]);
  });

  it("stops when the homeserver has other keys under the same names", async () => {
    await ask(`${url}/_matrix/client/v3/keys/upload`);
    expect(fatal).toMatchObject([{ code: "matrix_keys_used" }]);
  });

  it("stops when the library only notes down that its cryptography broke, and writes no more than a code", () => {
    const quiet = createQuietLogger(log, guard);
    quiet.error("could not decrypt a secret", new TypeError("a secret"));
    expect(fatal).toEqual([]);
    quiet.getChild("any").warn("a secret", new WebAssembly.RuntimeError("unreachable"));
    expect(fatal).toMatchObject([{ code: "matrix_crypto_failed" }]);
    expect(JSON.stringify(log.entries)).not.toContain("secret");
  });

  it("ends without telling anybody when it was asked to", () => {
    guard.end();
    guard.stop(new Error("late"));
    expect(fatal).toEqual([]);
    expect(() => guard.assertGoing()).toThrow();
  });

  it("takes only what looks like a code for one", () => {
    expect(codeOfError({ errcode: "M_FORBIDDEN" })).toBe("M_FORBIDDEN");
    expect(codeOfError({ errcode: "what somebody wrote" })).not.toContain("wrote");
    expect(codeOfError(new RangeError("what somebody wrote"))).not.toContain("wrote");
  });
});
