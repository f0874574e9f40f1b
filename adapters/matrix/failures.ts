/** What an error of a homeserver means for a post. Pure: the table is data, nothing is logged or asked here. */
import { ChatError, type Unreachable } from "../../src/errors.ts";
import { codeOfError } from "./quiet-logger.ts";
import { HTTPError, MatrixError, safeGetRetryAfterMs } from "./sdk.ts";

/** `prepare`: whatever comes before the request that sends, such as encrypting. With it and with `read`, nothing can have arrived. */
export type Doing = "send" | "edit" | "remove" | "prepare" | "read";
export type Meaning =
  | { is: "unreachable"; why: Unreachable }
  /** Not allowed there: the membership tells whether the bot is out of the room or may not post in it. */
  | { is: "forbidden" }
  /** Surely not done; `after` in milliseconds. */
  | { is: "later"; after?: number; scope: "room" | "chat" }
  | { is: "refused" }
  | { is: "unsure" }
  | { is: "gone" };

const MINUTE = 60_000;
/** Where a homeserver wants time and does not say how much: Synapse's own limit lets one message through in five seconds. */
const UNNAMED_WAIT = 5_000;

/** Codes of the specification (and of Synapse), whatever was done. */
const BY_MEANING: readonly [Meaning, readonly string[]][] = [
  [{ is: "forbidden" }, ["M_FORBIDDEN"]],
  [
    { is: "unreachable", why: "revoked" },
    [
      "M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED", "M_USER_SUSPENDED", "ORG.MATRIX.MSC3823.USER_ACCOUNT_SUSPENDED", "M_GUEST_ACCESS_FORBIDDEN",
      "M_CONSENT_NOT_GIVEN", "M_EXPIRED_ACCOUNT", "ORG_MATRIX_EXPIRED_ACCOUNT",
    ],
  ],
  [{ is: "later", after: MINUTE, scope: "chat" }, ["M_RESOURCE_LIMIT_EXCEEDED"]],
  [
    { is: "refused" },
    [
      "M_TOO_LARGE", "M_BAD_JSON", "M_NOT_JSON", "M_INVALID_PARAM", "M_MISSING_PARAM", "M_BAD_ALIAS", "M_DUPLICATE_ANNOTATION", "M_UNSUPPORTED_ROOM_VERSION",
      "ORG.MATRIX.MSC4387_SAFETY", "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM",
    ],
  ],
  // An old or half-configured homeserver, or something before it: nothing was done, and an update may mend it.
  [{ is: "later", after: MINUTE, scope: "chat" }, ["M_UNRECOGNIZED", "M_NOT_YET_UPLOADED"]],
];

/** The room is not there, or the event; of what is asked for to encrypt, nobody can tell. */
const NOT_FOUND: Readonly<Record<Doing, Meaning>> = {
  send: { is: "unreachable", why: "missing" },
  read: { is: "unreachable", why: "missing" },
  edit: { is: "gone" },
  remove: { is: "gone" },
  prepare: { is: "later", scope: "room" },
};

const MEANINGS = new Map<string, Meaning>(BY_MEANING.flatMap(([meaning, codes]) => codes.map((code): [string, Meaning] => [code, meaning])));

/** Every code the table knows, for its test. */
export const KNOWN_CODES: readonly string[] = [...MEANINGS.keys()];

export function meaningOf(error: unknown, doing: Doing): Meaning {
  const meaning = meaningOfAnswer(error, doing);
  const nothingArrived = doing === "prepare" || doing === "read";
  // What could not be prepared was not sent, and a post must not be given up because it could not be looked for.
  return nothingArrived && (meaning.is === "unsure" || meaning.is === "refused") ? { is: "later", scope: "room" } : meaning;
}

function meaningOfAnswer(error: unknown, doing: Doing): Meaning {
  // No answer, or none in time: it may be in the room.
  if (!(error instanceof HTTPError)) return { is: "unsure" };
  if (isLimit(error)) return { is: "later", after: Math.max(1, safeGetRetryAfterMs(error, UNNAMED_WAIT)), scope: "chat" };
  const code = error instanceof MatrixError ? error.errcode : undefined;
  if (code === "M_NOT_FOUND") return NOT_FOUND[doing];
  const known = code === undefined ? undefined : MEANINGS.get(code);
  if (known !== undefined) return known;
  const status = error.httpStatus ?? 0;
  // 4xx: whoever answered took nothing (a proxy, mostly); 408 cannot know.
  return status >= 400 && status < 500 && status !== 408 ? { is: "later", scope: "room" } : { is: "unsure" };
}

/** What the core is to do. For `forbidden`, `why` says what the membership told; a removal that is not allowed is refused, as others may well post. */
export function toChatError(error: unknown, doing: Doing, why: Unreachable = "read_only"): ChatError {
  if (error instanceof ChatError) return error;
  const meaning = meaningOf(error, doing);
  switch (meaning.is) {
    case "forbidden":
      return why === "read_only" && doing === "remove" ? new ChatError("refused", { cause: error }) : new ChatError("unreachable", { why, cause: error });
    case "unreachable":
      return new ChatError("unreachable", { why: meaning.why, cause: error });
    case "later":
      return new ChatError("later", { ...(meaning.after === undefined ? {} : { after: meaning.after }), scope: scopeOf(meaning.scope, doing), cause: error });
    default:
      return new ChatError(meaning.is, { cause: error });
  }
}

/** What was refused on one post's edit says nothing of the room's next post. */
function scopeOf(scope: "room" | "chat", doing: Doing): "post" | "room" | "chat" {
  return scope === "room" && (doing === "edit" || doing === "remove") ? "post" : scope;
}

export function isForbidden(error: unknown): boolean {
  return error instanceof MatrixError && error.errcode === "M_FORBIDDEN";
}

export function isLimit(error: unknown): boolean {
  return error instanceof HTTPError && error.isRateLimitError();
}

export function isNotFound(error: unknown): boolean {
  return error instanceof MatrixError && error.errcode === "M_NOT_FOUND";
}

/** A short code for the log: Matrix's own, or the status, or the class of the error. */
export function codeOf(error: unknown): string {
  if (error instanceof ChatError) return error.cause === undefined ? error.code : codeOf(error.cause);
  if (error instanceof MatrixError && error.errcode !== undefined) return codeOfError(error);
  return error instanceof HTTPError && error.httpStatus !== undefined ? `http_${error.httpStatus}` : codeOfError(error);
}
