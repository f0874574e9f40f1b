/** Each code a homeserver may answer with, and what becomes of the post. */
import { ConnectionError, HTTPError, MatrixError } from "matrix-js-sdk";
import { describe, expect, it } from "vitest";
import { codeOf, type Doing, KNOWN_CODES, toChatError } from "../../adapters/matrix/failures.ts";
import { ChatError } from "../../src/errors.ts";

const answer = (status: number, errcode: string, more: object = {}): MatrixError => new MatrixError({ errcode, error: "words of a server", ...more }, status);
const meaning = (error: unknown, doing: Doing = "send"): string => {
  const { code, why, scope, afterMilliseconds } = toChatError(error, doing);
  return [code, why, code === "later" ? scope : undefined, afterMilliseconds].filter((part) => part !== undefined).join(" ");
};

const SENDING: readonly [expected: string, error: Error][] = [
  ["unreachable read_only", answer(403, "M_FORBIDDEN")],
  ["unreachable missing", answer(404, "M_NOT_FOUND")],
  ["unreachable revoked", answer(401, "M_UNKNOWN_TOKEN")],
  ["unreachable revoked", answer(401, "M_UNKNOWN_TOKEN", { soft_logout: true })],
  ["unreachable revoked", answer(401, "M_MISSING_TOKEN")],
  ["unreachable revoked", answer(403, "M_USER_DEACTIVATED")],
  ["unreachable revoked", answer(401, "M_USER_LOCKED")],
  ["unreachable revoked", answer(403, "M_USER_SUSPENDED")],
  ["unreachable revoked", answer(403, "ORG.MATRIX.MSC3823.USER_ACCOUNT_SUSPENDED")],
  ["unreachable revoked", answer(403, "M_GUEST_ACCESS_FORBIDDEN")],
  ["unreachable revoked", answer(403, "M_CONSENT_NOT_GIVEN")],
  ["unreachable revoked", answer(403, "M_EXPIRED_ACCOUNT")],
  ["unreachable revoked", answer(403, "ORG_MATRIX_EXPIRED_ACCOUNT")],
  ["later chat 60000", answer(403, "M_RESOURCE_LIMIT_EXCEEDED")],
  ["later chat 60000", answer(404, "M_UNRECOGNIZED")],
  ["later chat 60000", answer(504, "M_NOT_YET_UPLOADED")],
  ["refused", answer(413, "M_TOO_LARGE")],
  ["refused", answer(400, "M_BAD_JSON")],
  ["refused", answer(400, "M_NOT_JSON")],
  ["refused", answer(400, "M_INVALID_PARAM")],
  ["refused", answer(400, "M_MISSING_PARAM")],
  ["refused", answer(400, "M_BAD_ALIAS")],
  ["refused", answer(400, "M_DUPLICATE_ANNOTATION")],
  ["refused", answer(400, "M_UNSUPPORTED_ROOM_VERSION")],
  ["refused", answer(403, "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM")],
  ["refused", answer(403, "ORG.MATRIX.MSC4387_SAFETY")],
  ["later chat 4321", answer(429, "M_LIMIT_EXCEEDED", { retry_after_ms: 4_321 })],
  ["later chat 7000", new MatrixError({ errcode: "M_LIMIT_EXCEEDED" }, 429, undefined, undefined, new Headers({ "Retry-After": "7" }))],
  ["later chat 5000", answer(429, "M_LIMIT_EXCEEDED")],
  ["later chat 5000", answer(429, "M_LIMIT_EXCEEDED", { retry_after_ms: "soon" })],
  ["later chat 1", answer(429, "M_LIMIT_EXCEEDED", { retry_after_ms: 0 })],
  ["later chat 5000", new HTTPError("a proxy", 429)],
  ["unsure", answer(500, "M_UNKNOWN")],
  ["unsure", answer(502, "M_UNKNOWN")],
  ["unsure", new HTTPError("a proxy", 504)],
  ["unsure", new HTTPError("a proxy", 408)],
  ["later room", new HTTPError("a proxy", 403)],
  ["later room", answer(400, "M_UNKNOWN")],
  ["unsure", new ConnectionError("fetch failed")],
  ["unsure", new DOMException("The operation was aborted.", "AbortError")],
  ["unsure", new SyntaxError("Unexpected end of JSON input")],
];

describe("an answer of a homeserver", () => {
  it.each(SENDING.map(([expected, error]) => ({ expected, error, name: codeOf(error) })))("$name is, for a post: $expected", ({ expected, error }) => {
    expect(meaning(error)).toBe(expected);
  });

  it("is in the table with each code it knows", () => {
    const tried = new Set(SENDING.map(([, error]) => codeOf(error)));
    expect(KNOWN_CODES.filter((code) => !tried.has(code))).toEqual([]);
  });

  it("says of an edit or a removal that what it was for is gone", () => {
    expect([meaning(answer(404, "M_NOT_FOUND"), "edit"), meaning(answer(404, "M_NOT_FOUND"), "remove")]).toEqual(["gone", "gone"]);
  });

  it("says of a room that is not there that it is missing, and nothing of it when something else is not", () => {
    expect([meaning(answer(404, "M_NOT_FOUND"), "read"), meaning(answer(404, "M_NOT_FOUND"), "prepare")]).toEqual(["unreachable missing", "later room"]);
  });

  it("does not keep a room from posting because one post may not be taken away", () => {
    expect(meaning(answer(403, "M_FORBIDDEN"), "remove")).toBe("refused");
    expect(toChatError(answer(403, "M_FORBIDDEN"), "remove", "absent")).toMatchObject({ code: "unreachable", why: "absent" });
    expect(meaning(new HTTPError("a proxy", 403), "edit")).toBe("later post");
  });

  it.each(["prepare", "read"] as const)("cannot mean that something arrived when nothing was to be sent yet: %s", (doing) => {
    expect(SENDING.map(([, error]) => meaning(error, doing)).filter((said) => said === "unsure" || said === "refused")).toEqual([]);
  });

  it("is named in the log by a code, never by words that a server wrote", () => {
    const named = [answer(403, "M_FORBIDDEN"), answer(403, "Words of a server, with spaces"), new HTTPError("a proxy's page", 502), new ConnectionError("to an address")].map(codeOf);
    expect(named.filter((code) => !/^[A-Za-z0-9_.]+$/.test(code))).toEqual([]);
    expect(named[2]).toBe("http_502");
    expect(codeOf(new ChatError("later", { cause: answer(403, "M_FORBIDDEN") }))).toBe("M_FORBIDDEN");
  });
});
