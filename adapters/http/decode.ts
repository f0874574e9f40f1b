/** Bytes to text: the character set the bytes are in. */

/** Bytes in which an XML declaration can stand. */
const DECLARATION_BYTES = 400;

/** Text in the character set named by the byte order mark, else by HTTP, else by the XML declaration, else UTF-8. */
export function decodeText(bytes: Uint8Array, contentType: string): string {
  const marked = byteOrderMark(bytes);
  if (marked !== undefined) return new TextDecoder(marked).decode(bytes);
  const named = /charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType)?.[1];
  const start = Buffer.from(bytes.subarray(0, DECLARATION_BYTES)).toString("latin1");
  const declared = /<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']/i.exec(start)?.[1];
  const decoder = decoderFor(named) ?? decoderFor(declared === undefined || /^utf-?16/i.test(declared) ? undefined : declared) ?? new TextDecoder();
  return decoder.decode(bytes);
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return undefined;
}

function decoderFor(label: string | undefined): { decode(bytes: Uint8Array): string } | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label);
  } catch {
    // An unknown name is as good as none.
    return undefined;
  }
}
