/** Values as bytes: the structured clone of V8 itself, so what IndexedDB may hold can be kept. */
import { Deserializer, Serializer } from "node:v8";

/**
 * Throws `DataCloneError` for what cannot be kept: functions, and what Node alone can clone, in memory (Blob, File, CryptoKey).
 * Not `v8.serialize`: that one copies each typed array by itself and so forgets that two share a buffer.
 */
export function serialiseValue(value: unknown): Uint8Array {
  refuseBlobs(value);
  const serializer = new Serializer();
  serializer.writeHeader();
  try {
    serializer.writeValue(value);
  } catch (error) {
    throw new DOMException(error instanceof Error ? error.message : "This value cannot be kept.", "DataCloneError");
  }
  return serializer.releaseBuffer();
}

/** Reads what this version of V8 or an older one wrote. */
export function deserialiseValue(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** V8 does not know Node's blobs and would write them as empty objects, silently. */
function refuseBlobs(value: unknown): void {
  const seen = new Set<object>();
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next !== "object" || next === null || ArrayBuffer.isView(next) || seen.has(next)) continue;
    if (next instanceof Blob) throw new DOMException("A blob cannot be kept.", "DataCloneError");
    seen.add(next);
    if (next instanceof Map) for (const entry of next) rest.push(...entry);
    else if (next instanceof Set) for (const entry of next) rest.push(entry);
    else for (const entry of Object.values(next)) if (typeof entry === "object") rest.push(entry);
  }
}

/**
 * Puts a generated key where the key path says, unless the value has one: IndexedDB adds it to its own copy after the value was
 * handed over, so the bytes are without it. Returns the value.
 */
export function injectKey(value: unknown, keyPath: string, key: IDBValidKey): unknown {
  const steps = keyPath.split(".");
  const last = steps.pop();
  let holder: unknown = value;
  for (const step of steps) {
    if (!isRecord(holder)) return value;
    if (!Object.hasOwn(holder, step)) define(holder, step, {});
    holder = holder[step];
  }
  if (last !== undefined && isRecord(holder) && !Object.hasOwn(holder, last)) define(holder, last, key);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Defines rather than sets, so that a path through `__proto__` stays data. */
function define(holder: object, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, configurable: true, enumerable: true, writable: true });
}
