/** Undoes how a body was packed for the way, with a cap on what comes out. */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { LARGE_BODY, TooLarge } from "./body.ts";

const unzip = { gzip: promisify(gunzip), brotli: promisify(brotliDecompress), zlib: promisify(inflate), raw: promisify(inflateRaw) };
/** Nobody packs three times in earnest; a long list is an attack. */
const MOST_LAYERS = 2;
const CHUNK = 64 * 1024;

export type Room = { maxBytes: number; /** Asked before a large body is held. */ admitLarge(): Promise<void> };

/**
 * Undoes `Content-Encoding`, and gzip that no header speaks of. Bytes said to be gzip that are none are taken as they are. Throws `TooLarge`, or
 * an error when the bytes are damaged or the encoding is unknown.
 */
export async function unpack(bytes: Buffer, contentEncoding: string, room: Room): Promise<Buffer> {
  const encodings = contentEncoding.toLowerCase().split(",").map((name) => name.trim()).filter((name) => name !== "" && name !== "identity");
  if (encodings.length > MOST_LAYERS) throw new Error("too many encodings");
  let unpacked = bytes;
  let layers = 0;
  for (const encoding of encodings.reverse()) {
    if (unpacked.length === 0) return unpacked;
    if ((encoding === "gzip" || encoding === "x-gzip") && !isGzip(unpacked)) continue;
    unpacked = await unpackOnce(unpacked, encoding, room);
    layers += 1;
  }
  for (; isGzip(unpacked); layers += 1) {
    if (layers >= MOST_LAYERS) throw new TooLarge();
    unpacked = await unpackOnce(unpacked, "gzip", room);
  }
  return unpacked;
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

/** How much comes out is not known before, so it is tried small first. */
async function unpackOnce(bytes: Buffer, encoding: string, { maxBytes, admitLarge }: Room): Promise<Buffer> {
  const small = Math.min(LARGE_BODY, maxBytes);
  try {
    return await run(bytes, encoding, small);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    if (small === maxBytes) throw new TooLarge();
  }
  await admitLarge();
  try {
    return await run(bytes, encoding, maxBytes);
  } catch (error) {
    throw error instanceof RangeError ? new TooLarge() : error;
  }
}

function run(bytes: Buffer, encoding: string, maxOutputLength: number): Promise<Buffer> {
  const options = { maxOutputLength, chunkSize: CHUNK };
  if (encoding === "gzip" || encoding === "x-gzip") return unzip.gzip(bytes, options);
  if (encoding === "br") return unzip.brotli(bytes, options);
  if (encoding === "deflate") {
    // Some servers leave out the zlib frame, whose first half-byte is 8.
    return ((bytes[0] ?? 0) & 0x0f) === 8 ? unzip.zlib(bytes, options) : unzip.raw(bytes, options);
  }
  throw new Error("unknown encoding");
}
