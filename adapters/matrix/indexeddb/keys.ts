/**
 * IndexedDB keys as bytes that sort as the keys do: number < Date < string < binary < array. So a range of keys is a range of
 * bytes, and SQLite can delete it without knowing what a key is.
 */

/** One byte in front of each key says what it is; their order is the order IndexedDB gives the types. */
const TAG = { number: 0x10, date: 0x20, string: 0x30, binary: 0x40, array: 0x50 } as const;
/** Ends a string, a binary or an array; smaller than all that may stand in its place, so that a prefix sorts first. */
const END = 0x00;
/** Above every key. */
const ABOVE_ALL = Uint8Array.of(0xff);

/** From and including `from`, up to and excluding `until`, in encoded keys. */
export type EncodedRange = { from: Uint8Array; until: Uint8Array };

/** Encodes a valid key. Throws `DataError`, as IndexedDB does, for what is no key. */
export function encodeKey(key: unknown): Uint8Array {
  const bytes: number[] = [];
  appendKey(bytes, key);
  return Uint8Array.from(bytes);
}

/** The keys of a range, or the one key, as a range of bytes. */
export function encodeRange(query: unknown): EncodedRange {
  if (!isKeyRange(query)) {
    const key = encodeKey(query);
    return { from: key, until: following(key) };
  }
  const lower = query.lower === undefined ? Uint8Array.of() : encodeKey(query.lower);
  const upper = query.upper === undefined ? ABOVE_ALL : encodeKey(query.upper);
  return {
    from: query.lowerOpen && query.lower !== undefined ? following(lower) : lower,
    until: query.upperOpen || query.upper === undefined ? upper : following(upper),
  };
}

export function decodeKey(bytes: Uint8Array): IDBValidKey {
  return new Reader(bytes).readKey();
}

/** Told by its shape, because a range may come from any IndexedDB; a plain object is never a valid key. */
function isKeyRange(query: unknown): query is IDBKeyRange {
  return typeof query === "object" && query !== null && "lowerOpen" in query && "upperOpen" in query;
}

/** The smallest bytes above these: nothing sorts between a string of bytes and itself with a zero behind it. */
function following(bytes: Uint8Array): Uint8Array {
  const next = new Uint8Array(bytes.length + 1);
  next.set(bytes);
  return next;
}

function appendKey(bytes: number[], key: unknown): void {
  if (typeof key === "number") appendNumber(bytes, TAG.number, key);
  else if (key instanceof Date) appendNumber(bytes, TAG.date, key.getTime());
  else if (typeof key === "string") {
    bytes.push(TAG.string);
    // By UTF-16 unit, as IndexedDB compares; half a pair is a valid key too.
    for (let at = 0; at < key.length; at += 1) appendUnit(bytes, key.charCodeAt(at));
    bytes.push(END);
  } else if (key instanceof ArrayBuffer || ArrayBuffer.isView(key)) {
    bytes.push(TAG.binary);
    for (const byte of bytesOf(key)) appendUnit(bytes, byte);
    bytes.push(END);
  } else if (Array.isArray(key)) {
    bytes.push(TAG.array);
    for (const part of key) appendKey(bytes, part);
    bytes.push(END);
  } else throw new DOMException("This is no IndexedDB key.", "DataError");
}

function bytesOf(key: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(key) ? new Uint8Array(key.buffer, key.byteOffset, key.byteLength) : new Uint8Array(key);
}

/** A double, most significant byte first, with the sign turned so that bytes sort as numbers do. */
function appendNumber(bytes: number[], tag: number, value: number): void {
  if (Number.isNaN(value)) throw new DOMException("Not a number is no IndexedDB key.", "DataError");
  const view = new DataView(new ArrayBuffer(8));
  // -0 and 0 are the same key.
  view.setFloat64(0, value === 0 ? 0 : value);
  const negative = view.getUint8(0) >= 0x80;
  bytes.push(tag);
  for (let at = 0; at < 8; at += 1) {
    const byte = view.getUint8(at);
    if (negative) bytes.push(byte ^ 0xff);
    else bytes.push(at === 0 ? byte ^ 0x80 : byte);
  }
}

/** 0 to 65,535 in one to three bytes, the first of them never zero: one for ASCII, two up to 16,510, three above. */
function appendUnit(bytes: number[], unit: number): void {
  if (unit < 0x7f) bytes.push(unit + 1);
  else if (unit < 0x407f) bytes.push(0x80 | ((unit - 0x7f) >> 8), (unit - 0x7f) & 0xff);
  else bytes.push(0xc0, unit >> 8, unit & 0xff);
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  readKey(): IDBValidKey {
    const tag = this.#next();
    if (tag === TAG.number) return this.#readNumber();
    if (tag === TAG.date) return new Date(this.#readNumber());
    if (tag === TAG.string) return this.#readUnits().map((unit) => String.fromCharCode(unit)).join("");
    if (tag === TAG.binary) return Uint8Array.from(this.#readUnits()).buffer;
    if (tag === TAG.array) return this.#readArray();
    throw new Error("A stored key has an unknown type.");
  }

  #next(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Error("A stored key is cut short.");
    this.#at += 1;
    return byte;
  }

  #isAtEnd(): boolean {
    if (this.#bytes[this.#at] !== END) return false;
    this.#at += 1;
    return true;
  }

  #readNumber(): number {
    const view = new DataView(new ArrayBuffer(8));
    const first = this.#next();
    const negative = first < 0x80;
    view.setUint8(0, negative ? first ^ 0xff : first ^ 0x80);
    for (let at = 1; at < 8; at += 1) view.setUint8(at, negative ? this.#next() ^ 0xff : this.#next());
    return view.getFloat64(0);
  }

  #readUnits(): number[] {
    const units: number[] = [];
    while (!this.#isAtEnd()) {
      const first = this.#next();
      if (first < 0x80) units.push(first - 1);
      else if (first < 0xc0) units.push((((first & 0x3f) << 8) | this.#next()) + 0x7f);
      else units.push((this.#next() << 8) | this.#next());
    }
    return units;
  }

  #readArray(): IDBValidKey[] {
    const parts: IDBValidKey[] = [];
    while (!this.#isAtEnd()) parts.push(this.readKey());
    return parts;
  }
}
