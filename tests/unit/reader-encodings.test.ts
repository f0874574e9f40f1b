import { describe, expect, it } from "vitest";
import { decodeText } from "../../feeds/decode.ts";
import { atom, readFirst } from "../support/documents.ts";

const RUSSIAN = "Снижение вреда";
/** In windows-1251, where letters from А to я follow each other. */
const cyrillic = (text: string): Uint8Array => Uint8Array.from(text, (letter) => (letter >= "А" && letter <= "я" ? letter.charCodeAt(0) - 0x410 + 0xc0 : letter.charCodeAt(0)));
const feed = (title: string, declaration: string): string => `${declaration}<rss version="2.0"><channel><item><title>${title}</title></item></channel></rss>`;
const declared = (name: string): string => `<?xml version="1.0" encoding="${name}"?>`;

function wide(text: string, size: 2 | 4, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * size));
  Array.from({ length: text.length }, (_, index) => (size === 2 ? view.setUint16(index * 2, text.charCodeAt(index), littleEndian) : view.setUint32(index * 4, text.charCodeAt(index), littleEndian)));
  return new Uint8Array(view.buffer);
}

describe("the encoding of a feed", () => {
  it("is told by the HTTP header, or by the declaration", async () => {
    expect((await readFirst(cyrillic(feed(RUSSIAN, "")), "text/xml; charset=windows-1251")).title).toBe(RUSSIAN);
    expect((await readFirst(cyrillic(feed(RUSSIAN, `\n\n${declared("windows-1251")}`)))).title).toBe(RUSSIAN);
    expect((await readFirst(cyrillic(feed(RUSSIAN, declared("Windows-1251"))), `text/xml; charset="no-such"`)).title).toBe(RUSSIAN);
    expect((await readFirst(cyrillic(feed(RUSSIAN, declared("cp1251"))))).title).toBe(RUSSIAN);
    expect((await readFirst(cyrillic(feed(RUSSIAN, declared("koi8-r"))), "text/xml; charset=windows-1251")).title).toBe(RUSSIAN);
  });
  it("is one of two or four bytes a letter, with a mark or without", async () => {
    for (const size of [2, 4] as const) {
      for (const littleEndian of [true, false]) {
        for (const mark of ["\ufeff", ""]) {
          const body = wide(`${mark}${feed(RUSSIAN, declared(`utf-${size * 8}`))}`, size, littleEndian);
          expect((await readFirst(body, "text/xml; charset=utf-8")).title).toBe(RUSSIAN);
        }
      }
    }
  });
  it("is UTF-8 where that fits, whatever is said", async () => {
    const bytes = new TextEncoder().encode(feed(RUSSIAN, declared("iso-8859-1")));
    expect((await readFirst(bytes)).title).toBe(RUSSIAN);
    expect((await readFirst(new TextEncoder().encode(feed(RUSSIAN, declared("utf-16"))))).title).toBe(RUSSIAN);
    expect((await readFirst(bytes, "text/xml; charset=us-ascii")).title).toBe(RUSSIAN);
  });
  it("is what the bytes say where UTF-8 is claimed and they are not", async () => {
    expect((await readFirst(cyrillic(feed(RUSSIAN, declared("windows-1251"))), "text/xml; charset=utf-8")).title).toBe(RUSSIAN);
    expect(decodeText(Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x20, 0x96), "")).toBe("café –");
  });
  it("stays UTF-8 when a few bytes are damaged or the end is cut off", () => {
    const bytes = new TextEncoder().encode(RUSSIAN);
    expect(decodeText(bytes.subarray(0, -1), "")).toBe("Снижение вред\ufffd");
    expect(decodeText(Uint8Array.of(...bytes, 0xff, ...bytes), "text/xml; charset=utf-8")).toBe(`${RUSSIAN}\ufffd${RUSSIAN}`);
  });
  it.each([
    ["shift_jis", [0x93, 0xfa, 0x96, 0x7b], "日本"], ["euc-jp", [0xc6, 0xfc, 0xcb, 0xdc], "日本"], ["iso-2022-jp", [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42], "日本"],
    ["gb2312", [0xd6, 0xd0, 0xb9, 0xfa], "中国"], ["big5", [0xa4, 0xa4, 0xb0, 0xea], "中國"], ["euc-kr", [0xc7, 0xd1, 0xb1, 0xb9], "한국"], ["koi8-u", [0xeb, 0xc9, 0xa7, 0xd7], "Київ".replace("ї", "ї")],
    ["windows-1256", [0xe3, 0xd1, 0xcd, 0xc8, 0xc7], "مرحبا"], ["iso-8859-2", [0xb3, 0xf3, 0x64, 0xbc], "łódź"], ["iso-8859-7", [0xc1, 0xe8, 0xde, 0xed, 0xe1], "Αθήνα"], ["windows-874", [0xe4, 0xb7, 0xc2], "ไทย"],
  ])("may be %s", async (label, letters, title) => {
    const [before = "", after = ""] = atom("<entry><title>|</title></entry>").replace("?>", ` encoding="${label}"?>`).split("|");
    const bytes = Uint8Array.of(...new TextEncoder().encode(before), ...letters, ...new TextEncoder().encode(after));
    expect((await readFirst(bytes)).title).toBe(title);
  });
});
