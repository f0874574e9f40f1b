/** Bytes to text: content encodings with a cap on what comes out, then the character set the bytes are in. */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";

const unzip = { gzip: promisify(gunzip), brotli: promisify(brotliDecompress), zlib: promisify(inflate), raw: promisify(inflateRaw) };

/** More bytes than allowed came out; the rest was never unpacked. */
export class TooLarge extends Error {
  constructor() {
    super("too large");
    this.name = "TooLarge";
  }
}

/** Undoes `Content-Encoding`. Throws `TooLarge`, or an error when the bytes are damaged or the encoding is unknown. */
export async function unpack(bytes: Buffer, contentEncoding: string, maxOutputLength: number): Promise<Buffer> {
  const encodings = contentEncoding.toLowerCase().split(",").map((name) => name.trim()).filter((name) => name !== "" && name !== "identity");
  // Nobody packs twice in earnest; a long list is an attack.
  if (encodings.length > 2) throw new Error("too many encodings");
  let unpacked = bytes;
  for (const encoding of encodings.reverse()) {
    if (unpacked.length === 0) return unpacked;
    try {
      unpacked = await unpackOnce(unpacked, encoding, maxOutputLength);
    } catch (error) {
      if (error instanceof RangeError) throw new TooLarge();
      throw error;
    }
  }
  return unpacked;
}

function unpackOnce(bytes: Buffer, encoding: string, maxOutputLength: number): Promise<Buffer> {
  if (encoding === "gzip" || encoding === "x-gzip") return unzip.gzip(bytes, { maxOutputLength });
  if (encoding === "br") return unzip.brotli(bytes, { maxOutputLength });
  if (encoding === "deflate") {
    // Some servers leave out the zlib frame, whose first half-byte is 8.
    return ((bytes[0] ?? 0) & 0x0f) === 8 ? unzip.zlib(bytes, { maxOutputLength }) : unzip.raw(bytes, { maxOutputLength });
  }
  throw new Error("unknown encoding");
}

/** Bytes in which an XML declaration can stand. */
const DECLARATION_BYTES = 400;

/** Text in the character set named by the byte order mark, else by HTTP, else by the XML declaration, else UTF-8. */
export function decodeText(bytes: Buffer, contentType: string): string {
  const marked = byteOrderMark(bytes);
  if (marked !== undefined) return new TextDecoder(marked).decode(bytes);
  const named = /charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType)?.[1];
  const start = bytes.subarray(0, DECLARATION_BYTES).toString("latin1");
  const declared = /<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']/i.exec(start)?.[1];
  const decoder = decoderFor(named) ?? decoderFor(declared === undefined || /^utf-?16/i.test(declared) ? undefined : declared) ?? new TextDecoder();
  return decoder.decode(bytes);
}

function byteOrderMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return undefined;
}

function decoderFor(label: string | undefined): { decode(bytes: Buffer): string } | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label);
  } catch {
    // An unknown name is as good as none.
    return undefined;
  }
}
