/**
 * The lines of a calendar file, put together as they were meant, and its components. Forgiving: lines that a wrong fold broke are joined
 * again, a component that was never ended ends where its parent does, and what makes no sense costs only itself. One line is read by ical.js.
 */
import ICAL from "ical.js";

export type Property = {
  /** Lower case. */
  name: string;
  /** Names in lower case. */
  parameters: Readonly<Record<string, string>>;
  /** As written, after the colon. */
  raw: string;
  /** Of a text: unescaped. */
  text: string;
};

export type Component = {
  /** Lower case: `vevent`. */
  name: string;
  /** The lines of its own properties, unfolded; they are read when they are asked for. */
  own: string[];
  components: Component[];
  /** Its lines, unfolded, with those of what it holds; the first and last are BEGIN and END. */
  lines: string[];
  /** False where the text broke off before its end. */
  ended: boolean;
  /** Its own lines by name, made when first asked for; null before. */
  index: Map<string, Named> | null;
};
type Named = { lines: string[]; read: Property[] | null };

/** Longer lines are cut: a text of a calendar is never that long. */
const LONGEST_LINE = 200_000;
/** Deeper nesting is a trick. */
const DEEPEST = 8;

/** Properties of RFC 5545, 7986 and 9073 that may stand in any letter case; others count only in capitals or as `X-…`. */
const KNOWN = new Set(
  ("action attach attendee begin calscale categories class color comment completed conference contact created description dtend dtstamp dtstart due duration end " +
    "exdate exrule freebusy geo image last-modified location method name organizer percent-complete priority prodid rdate recurrence-id refresh-interval " +
    "related-to repeat request-status resources rrule sequence source status styled-description summary transp trigger tzid tzname tzoffsetfrom tzoffsetto " +
    "tzurl uid url version").split(" "),
);

function startsProperty(line: string): boolean {
  const name = /^([A-Za-z][A-Za-z0-9-]*)\s*[;:]/.exec(line)?.[1];
  if (name === undefined) return false;
  return KNOWN.has(name.toLowerCase()) || /^x-/i.test(name) || /^[A-Z][A-Z0-9-]+$/.test(name);
}

/**
 * A calendar's bytes with letters that a fold cut in two put together: RFC 5545 folds after so many bytes, and decoded one by one both halves
 * are lost. All other bytes, and those of all other texts, are returned as they are.
 */
export function mendFolds(bytes: Uint8Array): Uint8Array {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  return /^(?:\xef\xbb\xbf)?\s*BEGIN\s*:\s*V/i.test(start) && hasCutLetter(bytes) ? unfoldBytes(bytes) : bytes;
}

function hasCutLetter(bytes: Uint8Array): boolean {
  for (let index = bytes.indexOf(0x0a); index >= 0; index = bytes.indexOf(0x0a, index + 1)) {
    const before = bytes[index - 1] === 0x0d ? bytes[index - 2] : bytes[index - 1];
    const blank = bytes[index + 1];
    // The second half of a letter of UTF-8 is never its first.
    if ((blank === 0x20 || blank === 0x09) && (before ?? 0) >= 0x80 && ((bytes[index + 2] ?? 0) & 0xc0) === 0x80) return true;
  }
  return false;
}

function unfoldBytes(bytes: Uint8Array): Uint8Array {
  const unfolded = new Uint8Array(bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const isFold = bytes[index] === 0x0a && (bytes[index + 1] === 0x20 || bytes[index + 1] === 0x09);
    if (isFold) {
      if (length > 0 && unfolded[length - 1] === 0x0d) length -= 1;
      index += 1;
      continue;
    }
    unfolded[length] = bytes[index] ?? 0;
    length += 1;
  }
  return unfolded.subarray(0, length);
}

/** One string per property. A line that starts neither with a blank nor like a property belongs to the one before: its fold was spoilt. */
export function unfoldLines(text: string): string[] {
  const lines: string[] = [];
  let parts: string[] = [];
  let length = 0;
  const flush = (): void => {
    if (parts.length > 0) lines.push(parts.join(""));
    parts = [];
    length = 0;
  };
  const add = (part: string): void => {
    if (length < LONGEST_LINE) parts.push(part);
    length += part.length;
  };
  for (const line of text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/)) {
    if (line === "") continue;
    if (parts.length > 0 && (line.startsWith(" ") || line.startsWith("\t"))) add(line.slice(1));
    else if (parts.length === 0 || startsProperty(line.trimStart())) {
      flush();
      add(line.trimStart());
    } else add(`\\n${line}`);
  }
  flush();
  return lines;
}

/** Where the value starts: after the first colon outside quotes; of unbalanced quotes, after the first colon. */
function valueStart(line: string): number {
  let quoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const letter = line[index];
    if (letter === '"') quoted = !quoted;
    else if (letter === ":" && !quoted) return index + 1;
  }
  return line.indexOf(":") + 1;
}

/** The parameters of a line, by ical.js, their names in small letters; none where it cannot read them. */
function readParameters(line: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  try {
    // jCal (RFC 7265): name, parameters, type, values.
    const jcal: unknown = ICAL.parse.property(line);
    const given: unknown = Array.isArray(jcal) ? jcal[1] : undefined;
    if (typeof given !== "object" || given === null) return parameters;
    for (const [key, value] of Object.entries(given)) if (typeof value === "string") parameters[key] = value;
  } catch {
    // The value can be read all the same.
  }
  return parameters;
}

function unescapeText(raw: string): string {
  return raw.replace(/\\([nN,;:\\"])/g, (_, letter: string) => (letter.toLowerCase() === "n" ? "\n" : letter));
}

const NO_PARAMETERS: Readonly<Record<string, string>> = {};

function readProperty(line: string): Property | null {
  const start = valueStart(line);
  if (start === 0) return null;
  const name = (/^[A-Za-z0-9-]+/.exec(line)?.[0] ?? "").toLowerCase();
  if (name === "") return null;
  const raw = line.slice(start).trim();
  // With a name and a value that it always understands, so that a bad value does not cost the parameters.
  const parameters = name.length + 1 === start ? NO_PARAMETERS : readParameters(`X-RAW${line.slice(name.length, start)}x`);
  return { name, parameters, raw, text: raw.includes("\\") ? unescapeText(raw) : raw };
}

/** The outermost components of a file, in their order; usually one, `vcalendar`. */
export function readComponents(lines: readonly string[]): Component[] {
  const root: Component = { name: "", own: [], components: [], lines: [], ended: true, index: null };
  const open: Component[] = [root];
  const innermost = (): Component => open.at(-1) ?? root;
  const close = (ended: boolean): void => {
    const done = open.pop();
    if (done === undefined) return;
    done.ended = ended;
    done.lines.push(`END:${done.name.toUpperCase()}`);
    const parent = innermost();
    parent.components.push(done);
    if (parent !== root) for (const line of done.lines) parent.lines.push(line);
  };
  for (const line of lines) {
    const border = /^(BEGIN|END)\s*:\s*([A-Za-z][A-Za-z0-9-]*)\s*$/i.exec(line);
    const name = (border?.[2] ?? "").toLowerCase();
    if (border === null) {
      innermost().own.push(line);
      innermost().lines.push(line);
    } else if ((border[1] ?? "").toLowerCase() === "begin") {
      // An event is never inside an event: the one before lacks its end.
      if (/^v(event|todo|journal|timezone|freebusy|calendar)$/.test(name)) {
        while (open.length > 1 && innermost().name !== "vcalendar") close(true);
        if (name === "vcalendar") while (open.length > 1) close(true);
      }
      if (open.length <= DEEPEST) open.push({ name, own: [], components: [], lines: [`BEGIN:${name.toUpperCase()}`], ended: false, index: null });
    } else if (open.some((component) => component.name === name)) {
      while (innermost().name !== name) close(true);
      close(true);
    }
  }
  while (open.length > 1) close(false);
  return root.components;
}

const NONE: Property[] = [];

/** Each component is asked for its lines by name more than once. */
function indexOf(component: Component): Map<string, Named> {
  if (component.index !== null) return component.index;
  const index = new Map<string, Named>();
  for (const line of component.own) {
    const name = /^[A-Za-z0-9-]+(?=\s*[;:])/.exec(line)?.[0].toLowerCase();
    if (name === undefined) continue;
    const same = index.get(name);
    if (same === undefined) index.set(name, { lines: [line], read: null });
    else same.lines.push(line);
  }
  component.index = index;
  return index;
}

/** Its properties of that name (in lower case), in their order; those that cannot be read are left out. */
export function properties(component: Component, name: string): Property[] {
  const found = indexOf(component).get(name);
  if (found === undefined) return NONE;
  found.read ??= found.lines.flatMap((line) => readProperty(line) ?? []);
  return found.read;
}

export function property(component: Component, name: string): Property | undefined {
  return properties(component, name)[0];
}

/** The text of the first property of that name that has one; "" when there is none. */
export function textOf(component: Component, name: string): string {
  return properties(component, name).find(({ text }) => text.trim() !== "")?.text.trim() ?? "";
}
