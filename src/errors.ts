/**
 * Two kinds of error are expected. `UserError` becomes one localised sentence and a hint; `ChatError` lets the outbox
 * decide what to do next. Anything else is a bug: logged with a short reference that the user is given.
 */

/** Every code has an `error.CODE` sentence in the catalogue and a line with its remedy in `docs/what-happens-if.md`. */
export const ERROR_CODES = [
  "unknown_command",
  "argument_missing",
  "argument_unclear",
  "argument_unknown",
  "argument_extra",
  "line_too_long",
  "not_allowed",
  "page_only",
  "not_a_room",
  "already_room",
  "room_stays",
  "room_unreachable",
  "already_done",
  "stale",
  "unknown_subject",
  "past_date",
  "bad_range",
  "text_too_long",
  "nothing_to_undo",
  "code_wrong",
  "call_closed",
  "call_not_ready",
  "call_frozen",
  "day_of_mourning",
  "address_refused",
  "busy",
  "clock_held",
  "internal",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * A mistake or limit that a person can do something about. `values` fill the sentence; they hold ids and catalogue
 * words, never what the person typed, except `near`, which lists our own known names.
 */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly values: Readonly<Record<string, string | number>>;
  constructor(code: ErrorCode, values: Record<string, string | number> = {}) {
    super(code);
    this.name = "UserError";
    this.code = code;
    this.values = values;
  }
}

/**
 * What a chat says when a send or edit does not succeed.
 * - `gone`: the post no longer exists. An edit that meets it posts anew; a send is dead.
 * - `refused`: permanent; retrying cannot help.
 * - `unreachable`: nothing can be posted in this room until somebody does something; `why` says what. The room's posts wait.
 * - `later`: try again, after `afterMilliseconds` if the platform named a time; `scope` says what must pause.
 * - `unsure`: it may have been delivered; exactly the same must be repeated under the same key.
 */
export type ChatErrorCode = "gone" | "refused" | "unreachable" | "later" | "unsure";

/**
 * Why nothing can be posted in a room.
 * - `absent`: the bot is not in it. `archived`: nobody can post. `read_only`: only some may post, and the bot is not one of them.
 * - `missing`: it does not exist, or the bot may not see it. `direct`: a conversation between persons, which cannot be a room.
 * - `revoked`: the bot's key is no longer accepted in the whole workspace or server. `unknown`: no settings for that workspace.
 */
export const UNREACHABLE = ["absent", "archived", "read_only", "missing", "direct", "revoked", "unknown"] as const;
export type Unreachable = (typeof UNREACHABLE)[number];

/** What must pause: this post only, every post of the room, or every room of the chat. */
export type ChatErrorScope = "post" | "room" | "chat";

export class ChatError extends Error {
  readonly code: ChatErrorCode;
  readonly afterMilliseconds: number | undefined;
  readonly scope: ChatErrorScope;
  /** Set when the code is `unreachable`. */
  readonly why: Unreachable | undefined;
  constructor(code: ChatErrorCode, options: { after?: number; scope?: ChatErrorScope; why?: Unreachable; cause?: unknown } = {}) {
    super(code, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "ChatError";
    this.code = code;
    // Instants are whole milliseconds, whatever a chat reckons with.
    this.afterMilliseconds = options.after === undefined ? undefined : Math.ceil(options.after);
    this.scope = options.scope ?? "room";
    this.why = code === "unreachable" ? (options.why ?? "missing") : undefined;
  }
}

/** The first line of our own code in the stack: where, without what. */
export function originOf(error: unknown): string {
  const line = error instanceof Error ? error.stack?.split("\n").find((candidate) => /(src|commands|adapters|feeds)\//.test(candidate)) : undefined;
  return line?.match(/((?:src|commands|adapters|feeds)\/[\w./-]+:\d+)/)?.[1] ?? "";
}
