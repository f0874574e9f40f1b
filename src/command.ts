/**
 * A command is a value: a name, typed arguments, who may, what it does. The same line comes from a button, a form, a
 * slash command or a terminal; so there is one way to act and one permission check.
 *
 * A line is the command's name, then arguments by position or by name, then options:
 * `deadline move hrc-64-written-statement "15 March 2027" --seen 7`. Printing and parsing are inverse.
 */
import type { Form } from "./answer.ts";
import type { Directory } from "./directory.ts";
import { UserError } from "./errors.ts";
import type { Say } from "./i18n.ts";
import type { Instant, Language, Message, Zone } from "./message.ts";
import type { Actor, Capabilities, Chance, Database, Role, Writing } from "./ports.ts";
import type { Room } from "./rooms/rooms.ts";
import type { ReadList } from "./sources/list.ts";

/** A button's line must fit into every chat's value field (Slack: 2,000). */
export const ACTION_LINE_BYTES = 2_000;
/** What a person types may be a little longer; anything more belongs in the body. */
export const LINE_LIMIT = 4_000;

/** What an argument type may look at while it reads words. */
export type ArgumentScope = {
  db: Database;
  directory: Directory;
  language: Language;
  zone: Zone;
  now: Instant;
  room: Room;
};

export type Completion = { value: string; label: string };

/**
 * - `value`, `used`: understood, taking the first `used` words.
 * - `near`: not understood, but these known names are close ("did you mean").
 * - `limit`: understood, but longer than so many characters.
 * - none of these: these words are something else.
 */
export type Parsed<T> = { value: T; used: number } | { near: string[]; limit?: number };
export const NOT_MINE = { near: [] } as const satisfies Parsed<never>;

export interface ArgumentType<T> {
  /** Catalogue keys `argument.NAME` (what it is) and `argument.NAME.example` (one example) describe it. */
  readonly name: string;
  /** Reads from the start of `words`, the longest sensible run first. Never throws for bad text. */
  parse(words: readonly string[], scope: ArgumentScope): Parsed<T> | Promise<Parsed<T>>;
  /** The locale-free word that parses back to the same value. */
  print(value: T): string;
  complete?(prefix: string, scope: ArgumentScope): Completion[] | Promise<Completion[]>;
  /** In a form: the fixed choices, each with a catalogue key. */
  readonly choices?: readonly { value: string; label: string }[];
  /** There are few of them, known only while the program runs: a form offers all that `complete` gives. */
  readonly listed?: boolean;
  /** The most characters it takes; a form takes no more. */
  readonly limit?: number;
}

export type Argument<T = unknown, R extends boolean = boolean> = {
  type: ArgumentType<T>;
  required: R;
  /** Only by `--name`, never by position. */
  option: boolean;
  /** Free text that may be stored, because it is meant for everyone. Without it nothing typed is kept. */
  public: boolean;
};
export type ArgumentList = Record<string, Argument>;
// The conditional types below read `T` back out of each argument, so that `run` receives typed values.
export type Values<L extends ArgumentList> = {
  [K in keyof L]: L[K] extends Argument<infer T, infer R> ? (R extends true ? T : T | undefined) : never;
};

export function required<T>(type: ArgumentType<T>, extra: { public?: boolean } = {}): Argument<T, true> {
  return { type, required: true, option: false, public: extra.public ?? false };
}
export function optional<T>(type: ArgumentType<T>, extra: { public?: boolean } = {}): Argument<T, false> {
  return { type, required: false, option: false, public: extra.public ?? false };
}
/** Given by name only: `--goal 188`. */
export function option<T>(type: ArgumentType<T>, extra: { public?: boolean } = {}): Argument<T, false> {
  return { type, required: false, option: true, public: extra.public ?? false };
}

export type Reply = { show: Message; to: "asker" | "room"; seen?: number } | { ask: Form };

/** Everything a command may use. For a look `db` only reads; for a change it is the one transaction. */
export type CommandContext<D = Database> = Omit<ArgumentScope, "db"> & {
  db: D;
  actor: Actor;
  /** Roles held here: granted by the chat, or stored for this network or for all. */
  roles: readonly Role[];
  say: Say;
  body: string | undefined;
  /** The revision the person saw when they pressed, when the line carries `--seen`. */
  seen: number | undefined;
  chance: Chance;
  /** SHA-256 in lower-case hexadecimal, from the parts. */
  fingerprint(text: string): string;
  /** A list of feeds as other programs export it (OPML). */
  readList: ReadList;
  commands: readonly AnyCommand[];
  /** What the chat knows of the place; only for changes that may be said outside, and null where no chat could be asked. */
  openness: Capabilities | null;
  /** Wakes a worker key, such as `source:un-news`, once this transaction commits. Rooms are woken by the outbox itself. */
  wake(key: string, at?: Instant): void;
};

type CommandBase<L extends ArgumentList> = {
  /** One or two words: `deadlines`, `deadline move`. Catalogue keys `command.NAME` (dots for spaces) describe it. */
  name: string;
  /** Short names that mean the same: `hrc` for `session hrc`; written as the words they stand for. */
  aliases?: Record<string, string>;
  arguments: L;
  who: "anyone" | Role;
  /** The long text the command reads from `body`, if any: a form asks for it. */
  body?: { required: boolean; public: boolean; limit: number };
  /** Without any of its options there is nothing to do: then a form asks. */
  asksWhenBare?: boolean;
  /** What stands at present, by argument, as a person would type it: the form opens filled with it. */
  present?(scope: ArgumentScope, values: Partial<Values<L>>): Promise<Readonly<Record<string, string>>>;
  /** Not in help: written for buttons and `undo` only. */
  hidden?: boolean;
  /** May be said where no room is yet; then `context.room` is a room of no network with the usual settings. */
  outside?: boolean;
  /** Only on the page and the terminal of the machine that Clarion runs on; no other chat offers it. */
  onMachine?: boolean;
  /** Its answers are for the asker's eyes only. */
  personal?: boolean;
  /** It takes something back or keeps something quiet: it is carried out however late it arrives. */
  takesBack?: boolean;
  /** Ids the audit keeps. */
  targets?(values: Values<L>): string[];
};
export type LookCommand<L extends ArgumentList> = CommandBase<L> & {
  effect: "look";
  run(context: CommandContext, values: Values<L>): Promise<Reply>;
};
export type ChangeCommand<L extends ArgumentList> = CommandBase<L> & {
  effect: "change";
  run(context: CommandContext<Writing>, values: Values<L>): Promise<Reply>;
};
/**
 * Reaches other rooms, or cannot be taken back. Without `--seen` equal to the current revision it only rehearses: `rehearse` says how many rooms, in which
 * languages, with which text, and the app adds the button that sends.
 */
export type BroadcastCommand<L extends ArgumentList> = CommandBase<L> & {
  effect: "broadcast";
  /** Catalogue key of the confirming button, where nothing is sent. */
  confirmLabel?: string;
  /** The revision of what would change; the confirming button carries it. Null where there is nothing to ask: then it acts at once. */
  revision(context: CommandContext, values: Values<L>): Promise<number | null>;
  rehearse(context: CommandContext, values: Values<L>): Promise<Message>;
  run(context: CommandContext<Writing>, values: Values<L>): Promise<Reply & { undo?: string; subject?: string }>;
};
export type Command<L extends ArgumentList = ArgumentList> = LookCommand<L> | ChangeCommand<L> | BroadcastCommand<L>;
/** A command whose argument types are forgotten, as lists of commands hold it. */
export type AnyCommand = Command<ArgumentList>;

/** Keeps the argument types inside `command` and forgets them outside. */
export function defineCommand<const L extends ArgumentList>(command: Command<L>): AnyCommand {
  // Values are only ever produced by parsing with this very list, so forgetting L is safe.
  return command as unknown as AnyCommand;
}

/* Lines */

export type Word = { text: string; quoted: boolean };

/** A single quote opens a quotation only where one closes it again at the end of a word: it is an apostrophe everywhere else. */
function closesLater(letters: readonly string[], index: number, close: string): boolean {
  for (let at = index + 1; at < letters.length; at += 1) {
    if (letters[at] === close && (at + 1 === letters.length || /\s/u.test(letters[at + 1] ?? ""))) return true;
  }
  return false;
}

/** Splits a line as a shell would, with "…", “…”, «…», '…' and ‘…’ as quotes. Never throws: an unclosed quote runs to the end. */
export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  const closing: Record<string, string> = { '"': '"', "“": "”", "«": "»", "„": "“" };
  const singles: Record<string, string> = { "'": "'", "‘": "’" };
  const letters = [...line.normalize("NFC")];
  let index = 0;
  while (index < letters.length) {
    const letter = letters[index] ?? "";
    if (/\s/u.test(letter)) {
      index += 1;
      continue;
    }
    const single = singles[letter];
    const close = closing[letter] ?? (single !== undefined && closesLater(letters, index, single) ? single : undefined);
    let text = "";
    if (close !== undefined) {
      index += 1;
      const ends = (at: number): boolean =>
        letters[at] === close && (close !== single || at + 1 === letters.length || /\s/u.test(letters[at + 1] ?? ""));
      while (index < letters.length && !ends(index)) {
        if (letters[index] === "\\" && (letters[index + 1] === close || letters[index + 1] === "\\")) index += 1;
        text += letters[index] ?? "";
        index += 1;
      }
      index += 1;
      words.push({ text, quoted: true });
      continue;
    }
    while (index < letters.length && !/\s/u.test(letters[index] ?? "")) {
      text += letters[index];
      index += 1;
    }
    words.push({ text, quoted: false });
  }
  return words;
}

/** Quotes a word where splitting would change it. */
export function quoteWord(text: string): string {
  if (text !== "" && !/[\s"“”«»„\\]|^['‘]/u.test(text) && !text.startsWith("--")) return text;
  return `"${text.replace(/([\\"])/g, "\\$1")}"`;
}

/** Prints a line from ids and words only; `parseLine` gives the same values back. */
export function printLine(
  command: AnyCommand | string,
  positional: readonly string[] = [],
  options: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const name = typeof command === "string" ? command : command.name;
  const named = Object.entries(options).flatMap(([key, value]) =>
    value === undefined ? [] : [`--${key} ${quoteWord(String(value))}`],
  );
  return [name, ...positional.map(quoteWord), ...named].join(" ");
}

export type Call = {
  command: AnyCommand;
  values: Record<string, unknown>;
  seen: number | undefined;
  /** Long text given in the line itself, as `--body "…"`. */
  body: string | undefined;
  /** Arguments that are required and absent, in order. */
  missing: string[];
};

const HELP = "help";

/** Finds the command a line names, by its longest name, and the words that follow it. */
export function findCommand(commands: readonly AnyCommand[], line: string): { command: AnyCommand; rest: Word[] } {
  if (line.length > LINE_LIMIT) throw new UserError("line_too_long", { limit: LINE_LIMIT });
  let words = splitWords(line.replace(/^\s*[/!]/u, ""));
  if (words[0]?.text.toLowerCase() === "clarion" && words.length > 1) words = words.slice(1);
  const first = words[0]?.text.toLowerCase() ?? "";
  for (const command of commands) {
    const standsFor = command.aliases?.[first];
    if (standsFor !== undefined) words = [...splitWords(standsFor), ...words.slice(1)];
  }
  for (const length of [2, 1]) {
    const name = words.slice(0, length).map((word) => word.text.toLowerCase()).join(" ");
    if (words.length < length) continue;
    const command = commands.find((candidate) => candidate.name === name);
    if (command !== undefined) return { command, rest: words.slice(length) };
  }
  const help = commands.find(({ name }) => name === HELP);
  const begins = ({ name, hidden }: AnyCommand): boolean => hidden !== true && name.startsWith(`${first} `);
  // A first word that is no command by itself asks what can follow it.
  if (help !== undefined && words.length === 1 && commands.some(begins)) return { command: help, rest: [{ text: first, quoted: false }] };
  throw new UserError("unknown_command", { near: nearCommands(commands, first) });
}

function nearCommands(commands: readonly AnyCommand[], first: string): string {
  const start = first.slice(0, 3);
  const names = commands.filter((command) => !command.hidden && start !== "" && command.name.startsWith(start)).map((command) => command.name);
  return names.slice(0, 4).join(", ");
}

/** Reads the words after a command's name with the command's own argument types. Throws `UserError`. */
export async function parseArguments(command: AnyCommand, rest: readonly Word[], scope: ArgumentScope): Promise<Call> {
  const values: Record<string, unknown> = {};
  let seen: number | undefined;
  let body: string | undefined;
  const positional: string[] = [];
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index];
    if (word === undefined) break;
    const name = optionName(word);
    if (name === undefined) {
      positional.push(word.text);
      continue;
    }
    const following = valueWords(rest, index + 1);
    const [first] = following;
    if (name === "seen") {
      seen = first !== undefined && /^\d{1,15}$/.test(first) ? Number(first) : undefined;
      index += 1;
      continue;
    }
    if (name === "body" && command.body !== undefined) {
      body = first;
      index += 1;
      continue;
    }
    const argument = command.arguments[name];
    if (argument === undefined) throw new UserError("argument_extra", { command: command.name });
    if (first === undefined) throw new UserError("argument_missing", { argument: argument.type.name, field: name, command: command.name });
    if (rest[index + 1]?.quoted === true) {
      values[name] = await parseQuoted(name, argument, first, command, scope);
      index += 1;
      continue;
    }
    const parsed = await argument.type.parse(following, scope);
    if (!("value" in parsed)) throw notUnderstood(name, argument, parsed, command);
    values[name] = parsed.value;
    index += parsed.used;
  }
  let left = positional;
  let unclear: UserError | undefined;
  for (const [name, argument] of Object.entries(command.arguments)) {
    if (argument.option || name in values || left.length === 0) continue;
    const parsed = await argument.type.parse(left, scope);
    if ("value" in parsed) {
      values[name] = parsed.value;
      left = left.slice(parsed.used);
    } else if (argument.required) throw notUnderstood(name, argument, parsed, command);
    else if (unclear === undefined || parsed.near.length > 0) unclear = notUnderstood(name, argument, parsed, command);
  }
  if (left.length > 0) throw unclear ?? new UserError("argument_extra", { command: command.name });
  const missing = Object.entries(command.arguments)
    .filter(([name, argument]) => argument.required && !(name in values))
    .map(([name]) => name);
  return { command, values, seen, body, missing };
}

function optionName(word: Word): string | undefined {
  return !word.quoted && /^(--|—)[a-z]/u.test(word.text) ? word.text.replace(/^(--|—)/u, "") : undefined;
}

/** The words an option may take: one quoted word, or all up to the next option. */
function valueWords(rest: readonly Word[], start: number): string[] {
  if (rest[start]?.quoted === true) return [rest[start].text];
  const words: string[] = [];
  for (const word of rest.slice(start)) {
    if (word.quoted || optionName(word) !== undefined) break;
    words.push(word.text);
  }
  return words;
}

/** What stands in quotes is one value: as a single word, such as a name with spaces in it, or as several, such as "15 March". */
async function parseQuoted(name: string, argument: Argument, text: string, command: AnyCommand, scope: ArgumentScope): Promise<unknown> {
  const whole = await argument.type.parse([text], scope);
  if ("value" in whole && whole.used === 1) return whole.value;
  const several = splitWords(text).map((part) => part.text);
  const parsed = await argument.type.parse(several, scope);
  if (!("value" in parsed) || parsed.used !== several.length) throw notUnderstood(name, argument, parsed, command);
  return parsed.value;
}

function notUnderstood(field: string, argument: Argument, parsed: Parsed<unknown>, command: AnyCommand): UserError {
  if ("near" in parsed && parsed.limit !== undefined) return new UserError("text_too_long", { limit: parsed.limit, field });
  const near = "near" in parsed ? parsed.near.slice(0, 4).join(", ") : "";
  const code = near === "" ? "argument_unclear" : "argument_unknown";
  return new UserError(code, { argument: argument.type.name, field, near, command: command.name });
}

