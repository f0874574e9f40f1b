/** What an error of Slack's library means for a post. Pure: the table is data, nothing is logged or counted here. */
import { ErrorCode, WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { ChatError, type Unreachable } from "../../src/errors.ts";

/** `read`: nothing was to be changed, so that nothing can have arrived. */
export type Doing = "send" | "edit" | "remove" | "read";
type Meaning =
  | { is: "unreachable"; why: Unreachable }
  /** Surely not done; `after` in milliseconds where Slack gives reason to wait that long. */
  | { is: "later"; after?: number }
  | { is: "refused" }
  | { is: "unsure" }
  | { is: "gone" };

const MINUTE = 60_000;

/** Codes that mean the same whatever was done. From the error tables of chat.postMessage, chat.update, chat.delete, conversations.info and conversations.history. */
const BY_MEANING: readonly [Meaning, readonly string[]][] = [
  [{ is: "unreachable", why: "archived" }, ["is_archived", "is_inactive"]],
  [{ is: "unreachable", why: "absent" }, ["not_in_channel"]],
  [{ is: "unreachable", why: "missing" }, ["channel_not_found", "team_not_found", "channel_is_limited_access"]],
  [
    { is: "unreachable", why: "read_only" },
    ["restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "ekm_access_denied"],
  ],
  [{ is: "unreachable", why: "direct" }, ["method_not_supported_for_channel_type", "messages_tab_disabled"]],
  [
    { is: "unreachable", why: "revoked" },
    [
      "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope", "no_permission", "not_allowed_token_type",
      "team_access_not_granted", "team_disabled", "access_denied", "enterprise_is_restricted", "two_factor_setup_required", "app_not_installed",
    ],
  ],
  [
    { is: "later", after: MINUTE },
    ["message_limit_exceeded", "org_login_required", "team_added_to_org", "external_channel_migrating", "accesslimited"],
  ],
  // Slack says that what was sent was missing or cut short: it did nothing.
  [{ is: "later" }, ["ratelimited", "rate_limited", "request_timeout"]],
  [
    { is: "refused" },
    [
      "invalid_blocks", "invalid_blocks_format", "block_mismatch", "msg_too_long", "msg_blocks_too_long", "no_text", "too_many_attachments",
      "attachment_payload_limit_exceeded", "invalid_attachments", "invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset",
      "invalid_form_data", "invalid_post_type", "missing_post_type", "missing_charset", "invalid_json", "json_not_object", "invalid_metadata_format",
      "invalid_metadata_schema", "metadata_must_be_sent_from_app", "metadata_too_large", "markdown_text_conflict", "cant_delete_message",
      "compliance_exports_prevent_deletion", "method_deprecated", "deprecated_endpoint", "unknown_method", "restricted_action_non_threadable_channel",
      "restricted_action_thread_locked", "thread_not_found", "cannot_reply_to_message", "user_not_in_channel", "too_many_contact_cards", "missing_file_data",
      "as_user_not_supported", "duplicate_channel_not_found", "duplicate_message_not_found", "cant_broadcast_message", "no_dual_broadcast_content_update",
      // A link to a file of Slack's in a channel shared with others: the words cannot go there, and whoever waits behind them shall not wait.
      "slack_connect_file_link_sharing_blocked", "slack_connect_canvas_sharing_blocked", "slack_connect_lists_sharing_blocked", "slack_connect_clip_sharing_blocked",
    ],
  ],
  // "It's possible some aspect of the operation succeeded before the error was raised."
  [{ is: "unsure" }, ["internal_error", "fatal_error", "service_unavailable", "update_failed"]],
];

const MEANINGS = new Map<string, Meaning>(BY_MEANING.flatMap(([meaning, codes]) => codes.map((code): [string, Meaning] => [code, meaning])));

/** Where a post is meant, these say that it is no more, or can no longer be changed: what it says comes as a new one. */
const GONE: Readonly<Record<Doing, readonly string[]>> = {
  send: [],
  edit: ["message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found", "streaming_state_conflict"],
  remove: ["message_not_found", "thread_not_found"],
  read: ["message_not_found", "thread_not_found"],
};

/** A reply cannot stand where it was meant to; in the channel it can. */
const THREAD_REFUSED = [
  "thread_not_found", "restricted_action_non_threadable_channel", "restricted_action_thread_locked", "cannot_reply_to_message", "invalid_thread_ts",
];

/** Every code the table knows, for its test. */
export const KNOWN_CODES: readonly string[] = [...MEANINGS.keys()];

export function toChatError(error: unknown, doing: Doing): ChatError {
  if (error instanceof ChatError) return error;
  const meaning = meaningOf(error, doing);
  switch (meaning.is) {
    case "unreachable":
      return new ChatError("unreachable", { why: meaning.why, cause: error });
    case "later":
      return new ChatError("later", { ...(meaning.after === undefined ? {} : { after: meaning.after }), scope: scopeOf(doing), cause: error });
    case "unsure":
    case "refused":
      // A question can be put again without harm, and a post must not be given up because it could not be looked for.
      return new ChatError(doing === "read" ? "later" : meaning.is, { cause: error });
    default:
      return new ChatError(meaning.is, { cause: error });
  }
}

/** What was refused on one post's edit says nothing of the room's next post. */
function scopeOf(doing: Doing): "post" | "room" {
  return doing === "edit" || doing === "remove" ? "post" : "room";
}

function meaningOf(error: unknown, doing: Doing): Meaning {
  const wait = retryAfterOf(error);
  if (wait !== undefined) return { is: "later", after: wait };
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (GONE[doing].includes(code)) return { is: "gone" };
    return MEANINGS.get(code) ?? { is: "unsure" };
  }
  if (error instanceof WebAPIHTTPError) {
    // 4xx: whoever answered took nothing (a proxy, mostly); 408 cannot know.
    return error.statusCode >= 400 && error.statusCode < 500 && error.statusCode !== 408 ? { is: "later" } : { is: "unsure" };
  }
  if (error instanceof Error && (hasNeverConnected(error) || isUndatedLimit(error))) return { is: "later" };
  return { is: "unsure" };
}

/** Milliseconds that Slack wants to have passed, when it said so. */
export function retryAfterOf(error: unknown): number | undefined {
  if (error instanceof WebAPIRateLimitedError) return Math.max(1, error.retryAfter) * 1_000;
  if (!(error instanceof WebAPIPlatformError) || !["ratelimited", "rate_limited"].includes(error.data.error)) return undefined;
  const seconds: unknown = error.data.response_metadata?.["retryAfter"];
  return typeof seconds === "number" ? Math.max(1, seconds) * 1_000 : undefined;
}

/** The library's words for a 429 whose Retry-After is missing or no number; it has no class for it. */
function isUndatedLimit(error: Error): boolean {
  return error.message.startsWith("Retry header did not contain a valid timeout");
}

/** Whether the name was not found or no connection came about, so that not a byte was sent. */
function hasNeverConnected(error: Error): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { syscall, code }: NodeJS.ErrnoException = cause;
    if (syscall === "connect" || syscall === "getaddrinfo" || code === "UND_ERR_CONNECT_TIMEOUT") return true;
    // Several addresses were tried, none answered.
    if (cause instanceof AggregateError) return cause.errors.every((each) => each instanceof Error && hasNeverConnected(each));
  }
  return false;
}

/** Whether the reply, and only as a reply, was turned away: the same can be posted in the channel. */
export function isThreadRefused(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && THREAD_REFUSED.includes(error.data.error);
}

/** Whether a scope is missing for what was asked. */
export function isScopeMissing(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && error.data.error === "missing_scope";
}

/** A short code for the log. Where Slack's answer is no JSON the library gives its whole text as the code, which never gets there. */
export function codeOf(error: unknown): string {
  if (error instanceof ChatError) return error.cause === undefined ? error.code : codeOf(error.cause);
  if (error instanceof WebAPIPlatformError) return /^[a-z][a-z0-9_]{0,59}$/.test(error.data.error) ? error.data.error : "not_json";
  if (error instanceof WebAPIHTTPError) return `http_${error.statusCode}`;
  if (error instanceof WebAPIRateLimitedError) return "ratelimited";
  if (error instanceof WebAPIRequestError) return hasNeverConnected(error) ? "not_connected" : ErrorCode.RequestError;
  return error instanceof Error ? error.name : "unknown";
}
