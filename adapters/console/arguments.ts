/** What stands behind the verb on the command line: which options there are, and what their values mean. */
import { parseArgs } from "node:util";
import type { Instant } from "../../src/message.ts";
import { OperatorError } from "../../src/operator-error.ts";
import type { Role, RoomAddress } from "../../src/ports.ts";

/** Said by the page and the terminal, which only the person at this machine can reach. */
export const LOCAL_GRANTS: Role[] = ["operator", "coordinator"];

const OPTIONS = {
  data: { type: "string" },
  room: { type: "string" },
  role: { type: "string" },
  now: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  channel: { type: "string" },
  network: { type: "string" },
  user: { type: "string" },
  with: { type: "string" },
  without: { type: "string" },
  prefix: { type: "string" },
  http: { type: "string" },
  "content-type": { type: "string" },
  batch: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** Throws `OperatorError` that names the option. */
export function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Node says it in English only, with the option in quotes.
    const option = /'(-[^\s'=]*)/.exec(error instanceof Error ? error.message : "")?.[1] ?? "--";
    const isUnknown = error instanceof Error && "code" in error && error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION";
    throw new OperatorError(isUnknown ? "option_unknown" : "option_misused", { option }, error);
  }
}
export type Given = ReturnType<typeof readArguments>["values"];

/** What can follow a verb that says nothing by itself. */
const SECOND_WORDS: Readonly<Record<string, readonly string[]>> = { setup: ["slack", "matrix"], slack: ["manifest"], matrix: ["recover", "verify"], source: ["read"] };

/** Throws `verb_incomplete` for a verb that lacks its second word, or has another. */
export function demandSecondWord(verb: string, second: string | undefined): void {
  const known = SECOND_WORDS[verb];
  if (known === undefined || (second !== undefined && known.includes(second))) return;
  throw new OperatorError("verb_incomplete", { verb, known: known.map((word) => `clarion ${verb} ${word}`).join(", ") });
}

export function roomOf(values: Given): RoomAddress {
  const room = values.room ?? "web:coordination";
  if (!/^[a-z]+:\S+$/.test(room)) throw new OperatorError("bad_room");
  // The pattern above is that of a RoomAddress.
  return room as RoomAddress;
}

export function grantsOf(values: Given): Role[] {
  if (values.role === undefined) return [];
  if (values.role === "operator") return LOCAL_GRANTS;
  if (values.role === "coordinator") return ["coordinator"];
  throw new OperatorError("bad_role");
}

export function instantIn(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(\.\d{1,3})?(Z|[+-]\d{2}:\d{2}))?$/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new OperatorError("bad_instant");
  }
  return Date.parse(text);
}
