/**
 * Bytes to text. What a site says of its character set is often wrong, so a label counts only as far as the bytes agree with it: byte
 * order mark, HTTP charset, XML declaration, UTF-8, and last windows-1252, which fits any bytes.
 */

/** Bytes in which an XML declaration can stand, blank lines before it included. */
const DECLARATION_BYTES = 1_000;

export type Encoding = {
  /** As `TextDecoder` has it, or `utf-32le` or `utf-32be`, which it does not know. */
  label: string;
  /** Bytes that only mark it. */
  skip: number;
  /** All of the text, where finding out meant to decode it. */
  text?: string;
};

/** Which encoding the bytes are in, and how many of them mark it. */
export function detectEncoding(bytes: Uint8Array, contentType: string): Encoding {
  const certain = byteOrderMark(bytes) ?? zeroPattern(bytes);
  if (certain !== undefined) return certain;
  const stated = [charsetOf(contentType), declaredIn(bytes)].map(knownLabel).filter((label) => label !== undefined);
  // Bytes that begin with a letter of one byte are not in two-byte letters, whatever is said.
  const candidates = stated.filter((label) => !label.startsWith("utf-16"));
  return { ...choose(bytes, candidates), skip: 0 };
}

export function decodeText(bytes: Uint8Array, contentType: string): string {
  const encoding = detectEncoding(bytes, contentType);
  return encoding.text ?? decodeAs(bytes, encoding);
}

/** Never throws; what is no letter in this encoding becomes U+FFFD. */
export function decodeAs(bytes: Uint8Array, { label, skip }: Encoding): string {
  const body = skip === 0 ? bytes : bytes.subarray(skip);
  if (label === "utf-32le" || label === "utf-32be") return decodeFourBytes(body, label === "utf-32le");
  return decoderFor(label, false).decode(body);
}

/** Whether no byte of a longer letter can be mistaken for a "<" or a ">", so that bytes can be searched as they are. */
export function isSearchable(label: string): boolean {
  return label === "utf-8" || /^(?:windows-|iso-8859-|koi8-|macintosh|ibm866|x-mac-|gbk|euc-)/.test(label);
}

function byteOrderMark(bytes: Uint8Array): Encoding | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { label: "utf-8", skip: 3 };
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && bytes.length % 4 === 0 ? { label: "utf-32le", skip: 4 } : { label: "utf-16le", skip: 2 };
  if (a === 0xfe && b === 0xff) return { label: "utf-16be", skip: 2 };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { label: "utf-32be", skip: 4 };
  return undefined;
}

/** A text of ours begins with "<", "{", a blank or a plain letter; in wider encodings zeros stand around it. */
function zeroPattern(bytes: Uint8Array): Encoding | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (bytes.length < 4) return undefined;
  if (a === 0 && b === 0 && c === 0 && d !== 0) return { label: "utf-32be", skip: 0 };
  if (a !== 0 && b === 0 && c === 0 && d === 0) return { label: "utf-32le", skip: 0 };
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return { label: "utf-16be", skip: 0 };
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return { label: "utf-16le", skip: 0 };
  return undefined;
}

function charsetOf(contentType: string): string | undefined {
  return /charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType.slice(0, 1_000))?.[1];
}

function declaredIn(bytes: Uint8Array): string | undefined {
  const start = decoderFor("windows-1252", false).decode(bytes.subarray(0, DECLARATION_BYTES));
  return /<\?xml\s[^>]*?encoding\s*=\s*["']([^"'<>]+)["']/i.exec(start)?.[1];
}

/** Names that the web's list of labels lacks, for encodings that it has. */
const OTHER_NAMES: Record<string, string> = { utf8mb4: "utf-8", "utf-8n": "utf-8", "x-utf-8": "utf-8", "windows-936": "gbk", cp936: "gbk", "windows-932": "shift_jis", cp932: "shift_jis", cp949: "euc-kr", "windows-949": "euc-kr", cp950: "big5", "iso-8859-1-windows-latin-1": "windows-1252", cp866u: "ibm866", koi8r: "koi8-r", koi8u: "koi8-u", win1251: "windows-1251", "win-1251": "windows-1251", "windows1251": "windows-1251", "windows1252": "windows-1252", "unicode": "utf-8" };

function knownLabel(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const lower = name.trim().toLowerCase().replaceAll("_", "-");
  for (const label of [name, lower, OTHER_NAMES[lower], lower.replace(/^cp-?(\d+)$/, "windows-$1"), lower.replace(/^iso-?8859(\d)/, "iso-8859-$1")]) {
    if (label === undefined) continue;
    try {
      return new TextDecoder(label).encoding;
    } catch {
      // An unknown name is as good as none.
    }
  }
  return undefined;
}

/** Of one letter a byte, where bytes that form proper UTF-8 hardly ever mean something else. */
const ONE_BYTE = /^(?:windows-|iso-8859-|koi8-|macintosh|ibm866|x-mac-)/;

function choose(bytes: Uint8Array, stated: readonly string[]): { label: string; text?: string } {
  const first = stated[0] ?? "utf-8";
  const plain = tryAs(bytes, "utf-8");
  // A mislabelled UTF-8 is far more common than another text that happens to be UTF-8 throughout. It does not matter without long letters.
  if (plain !== undefined && (first === "utf-8" || ONE_BYTE.test(first))) return { label: "utf-8", text: plain };
  for (const label of stated) {
    const text = label === "utf-8" ? plain : tryAs(bytes, label);
    if (text !== undefined) return { label, text };
  }
  if (plain !== undefined) return { label: "utf-8", text: plain };
  if (first !== "utf-8") return { label: first };
  // Damaged in places, or cut in the middle of a letter, it is still UTF-8.
  return { label: isMostlyUtf8(bytes) ? "utf-8" : (stated.find((label) => label !== "utf-8") ?? "windows-1252") };
}

/** Undefined when some of the bytes are no letters in it. */
function tryAs(bytes: Uint8Array, label: string): string | undefined {
  try {
    return decoderFor(label, true).decode(bytes);
  } catch {
    return undefined;
  }
}

function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = decoderFor("utf-8", false).decode(bytes.subarray(0, 100_000));
  let good = 0;
  let bad = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd) bad += 1;
    else if (code > 0x7f) good += 1;
  }
  return good >= bad * 2 && good > 0;
}

const decoders = new Map<string, TextDecoder>();

function decoderFor(label: string, fatal: boolean): TextDecoder {
  const key = `${label} ${fatal}`;
  const kept = decoders.get(key);
  if (kept !== undefined) return kept;
  const decoder = new TextDecoder(label, { fatal });
  decoders.set(key, decoder);
  return decoder;
}

function decodeFourBytes(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const letters: string[] = [];
  for (let index = 0; index + 4 <= bytes.length; index += 4) {
    const code = view.getUint32(index, littleEndian);
    letters.push(code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : "\ufffd");
  }
  return letters.join("");
}
