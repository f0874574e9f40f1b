/** What each error of Slack's library means for a post. */
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import { codeOf, type Doing, isScopeMissing, isThreadRefused, KNOWN_CODES, toChatError } from "../../../adapters/slack/failures.ts";
import { ChatError } from "../../../src/errors.ts";

const platform = (error: string, metadata: Record<string, unknown> = {}): WebAPIPlatformError =>
  new WebAPIPlatformError({ ok: false, error, response_metadata: metadata });

/** As Node's fetch says it: the reason lies below. */
function fetchFailed(reason: Partial<NodeJS.ErrnoException>): WebAPIRequestError {
  return new WebAPIRequestError(new TypeError("fetch failed", { cause: Object.assign(new Error("reason"), reason) }));
}

const DOINGS: readonly Doing[] = ["send", "edit", "remove", "read"];

describe("errors of a channel or a workspace", () => {
  it.each([
    ["is_archived", "archived"],
    ["is_inactive", "archived"],
    ["not_in_channel", "absent"],
    ["channel_not_found", "missing"],
    ["restricted_action", "read_only"],
    ["restricted_action_read_only_channel", "read_only"],
    ["restricted_action_thread_only_channel", "read_only"],
    ["invalid_auth", "revoked"],
    ["not_authed", "revoked"],
    ["token_revoked", "revoked"],
    ["token_expired", "revoked"],
    ["account_inactive", "revoked"],
    ["team_disabled", "revoked"],
    ["missing_scope", "revoked"],
  ])("holds a room back after %s, because it is %s", (code, why) => {
    for (const doing of DOINGS) expect(toChatError(platform(code), doing)).toMatchObject({ code: "unreachable", why });
  });
});

describe("errors of one post", () => {
  it.each(["invalid_blocks", "msg_too_long", "msg_blocks_too_long", "no_text", "metadata_too_large", "invalid_arguments"])("gives up after %s, which no repeat mends", (code) => {
    expect(toChatError(platform(code), "send")).toMatchObject({ code: "refused" });
    expect(toChatError(platform(code), "edit")).toMatchObject({ code: "refused" });
  });

  it.each(["slack_connect_file_link_sharing_blocked", "slack_connect_canvas_sharing_blocked", "slack_connect_lists_sharing_blocked", "slack_connect_clip_sharing_blocked"])(
    "gives up after %s, which an administrator has decided, and lets the room go on",
    (code) => {
      expect(toChatError(platform(code), "send")).toMatchObject({ code: "refused" });
      expect(toChatError(platform(code), "edit")).toMatchObject({ code: "refused" });
    },
  );

  it.each(["message_not_found", "cant_update_message", "edit_window_closed"])("says after %s on an edit that the post is gone", (code) => {
    expect(toChatError(platform(code), "edit")).toMatchObject({ code: "gone" });
  });

  it("says that what is to be removed is gone, and that what cannot be removed is refused", () => {
    expect(toChatError(platform("message_not_found"), "remove")).toMatchObject({ code: "gone" });
    expect(toChatError(platform("cant_delete_message"), "remove")).toMatchObject({ code: "refused" });
    expect(toChatError(platform("compliance_exports_prevent_deletion"), "remove")).toMatchObject({ code: "refused" });
  });

  it("knows a reply that is refused only as a reply", () => {
    expect(isThreadRefused(platform("thread_not_found"))).toBe(true);
    expect(isThreadRefused(platform("restricted_action_non_threadable_channel"))).toBe(true);
    expect(isThreadRefused(platform("channel_not_found"))).toBe(false);
    expect(isThreadRefused(new Error("thread_not_found"))).toBe(false);
  });
});

describe("errors that leave open whether it was done", () => {
  const open: [string, unknown][] = [
    ["internal_error", platform("internal_error")],
    ["fatal_error", platform("fatal_error")],
    ["service_unavailable", platform("service_unavailable")],
    ["a code that nobody knows", platform("brand_new_code")],
    ["an answer that is no JSON", platform("<html>Bad gateway</html>")],
    ["HTTP 500", new WebAPIHTTPError(500, "", {})],
    ["HTTP 503", new WebAPIHTTPError(503, "", {})],
    ["HTTP 408", new WebAPIHTTPError(408, "", {})],
    ["a reset connection", fetchFailed({ code: "ECONNRESET", syscall: "read" })],
    ["a time-out", new WebAPIRequestError(new DOMException("too long", "TimeoutError"))],
    ["a reply cut in the middle", new TypeError("terminated")],
    ["anything else", "a string"],
  ];
  it.each(open)("repeats a post exactly after %s", (_, error) => {
    expect(toChatError(error, "send")).toMatchObject({ code: "unsure" });
    expect(toChatError(error, "edit")).toMatchObject({ code: "unsure" });
  });

  it.each(open)("simply asks again after %s when nothing was to be changed", (_, error) => {
    expect(toChatError(error, "read")).toMatchObject({ code: "later" });
  });
});

describe("errors after which it was surely not done", () => {
  it.each(["ECONNREFUSED", "EHOSTUNREACH"])("waits when no connection came about: %s", (code) => {
    expect(toChatError(fetchFailed({ code, syscall: "connect" }), "send")).toMatchObject({ code: "later", scope: "room" });
  });

  it("waits when the name was not found, when connecting took too long, and when no address answered", () => {
    expect(toChatError(fetchFailed({ code: "ENOTFOUND", syscall: "getaddrinfo" }), "send")).toMatchObject({ code: "later" });
    expect(toChatError(fetchFailed({ code: "UND_ERR_CONNECT_TIMEOUT" }), "send")).toMatchObject({ code: "later" });
    const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED", syscall: "connect" });
    const all = new WebAPIRequestError(new TypeError("fetch failed", { cause: new AggregateError([refused, refused]) }));
    expect(toChatError(all, "send")).toMatchObject({ code: "later" });
  });

  it("waits as long as Retry-After says: the room for a post, the post alone for an edit", () => {
    expect(toChatError(new WebAPIRateLimitedError(30), "send")).toMatchObject({ code: "later", afterMilliseconds: 30_000, scope: "room" });
    expect(toChatError(new WebAPIRateLimitedError(30), "edit")).toMatchObject({ code: "later", afterMilliseconds: 30_000, scope: "post" });
    expect(toChatError(platform("ratelimited", { retryAfter: 7 }), "send")).toMatchObject({ code: "later", afterMilliseconds: 7_000 });
  });

  it("waits after a 429 without a time, and after a page that somebody between us and Slack sent", () => {
    const undated = new Error("Retry header did not contain a valid timeout (url: x, retry-after header: null)");
    expect(toChatError(undated, "send")).toMatchObject({ code: "later", afterMilliseconds: undefined });
    expect(toChatError(new WebAPIHTTPError(403, "", {}), "send")).toMatchObject({ code: "later" });
  });
});

describe("a question", () => {
  it("is put again later, whatever else was wrong with it: no post is given up for it", () => {
    for (const code of ["invalid_arguments", "invalid_cursor", "invalid_ts_oldest"]) expect(toChatError(platform(code), "read")).toMatchObject({ code: "later" });
  });
});

describe("the table", () => {
  it("has every code once", () => {
    expect(new Set(KNOWN_CODES).size).toBe(KNOWN_CODES.length);
    expect(KNOWN_CODES.length).toBeGreaterThan(60);
  });

  it("passes on what is a ChatError already", () => {
    const error = new ChatError("later", { after: 5 });
    expect(toChatError(error, "send")).toBe(error);
  });

  it("knows a missing scope", () => {
    expect(isScopeMissing(platform("missing_scope"))).toBe(true);
    expect(isScopeMissing(platform("not_in_channel"))).toBe(false);
  });
});

describe("what the log is told", () => {
  it("is a short code, never a text that came from outside", () => {
    expect(codeOf(platform("is_archived"))).toBe("is_archived");
    expect(codeOf(platform("<html>secret</html>"))).toBe("not_json");
    expect(codeOf(new WebAPIHTTPError(502, "Bad gateway", {}))).toBe("http_502");
    expect(codeOf(new WebAPIRateLimitedError(1))).toBe("ratelimited");
    expect(codeOf(fetchFailed({ code: "ECONNREFUSED", syscall: "connect" }))).toBe("not_connected");
    expect(codeOf(new TypeError("terminated"))).toBe("TypeError");
    expect(codeOf(new ChatError("unsure", { cause: platform("fatal_error") }))).toBe("fatal_error");
    expect(codeOf("words of somebody")).toBe("unknown");
  });
});
