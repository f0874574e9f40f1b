import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NewItems, readNew } from "../../feeds/read-new.ts";
import { readDocument } from "../../feeds/read.ts";
import { atom, bytesOf, rss, URL_OF_FEED } from "../support/documents.ts";

const tools = { hash: (bytes: Uint8Array) => hash("sha256", bytes, "base64url") };

async function read(body: string | Uint8Array, known: readonly string[] = [], url = URL_OF_FEED): Promise<NewItems> {
  const result = await readNew({ body: typeof body === "string" ? bytesOf(body) : body, contentType: "", url, known }, tools);
  if ("error" in result) throw new Error(result.error);
  return result;
}
const titles = ({ items }: NewItems): string[] => items.map(({ title }) => title);
const item = (title: string, more = ""): string => `<item><title>${title}</title><link>https://example.org/${title}</link>${more}</item>`;

describe("an item is read once", () => {
  it("and again when its bytes change, not when it moves or its neighbours do", async () => {
    const first = await read(rss(item("A") + item("B") + item("C")));
    expect(titles(first)).toEqual(["A", "B", "C"]);
    expect(titles(await read(rss(item("A") + item("B") + item("C")), first.slices))).toEqual([]);
    const second = await read(rss(item("D") + item("C") + item("A") + item("B", "<description>new</description>"), "<title>Renamed</title>"), first.slices);
    expect(titles(second)).toEqual(["D", "B"]);
    expect(second.head.title).toBe("Renamed");
    expect(second.slices).toHaveLength(4);
    expect(second.slices.slice(1, 3)).toEqual([first.slices[2], first.slices[0]]);
  });

  it("and again when what stands around it changes its meaning", async () => {
    const body = (root: string): string => `<rss version="2.0" ${root}><channel>${item("A", "<x:date>2026-11-20</x:date>")}</channel></rss>`;
    const first = await read(body(`xmlns:x="urn:other"`));
    const second = await read(body(`xmlns:x="http://purl.org/dc/elements/1.1/"`), first.slices);
    expect(second.items[0]?.updatedAt).toBe(Date.UTC(2026, 10, 20));
    expect(titles(await read(body(`xmlns:x="urn:other" xml:base="/b/"`), first.slices))).toEqual(["A"]);
    expect(titles(await read(body(`xmlns:x="urn:other"`), first.slices, "https://elsewhere.example.org/"))).toEqual(["A"]);
  });

  it("in wide encodings too, and where a byte of a letter looks like a sign", async () => {
    const wide = Uint8Array.from(Buffer.from(`\ufeff${rss(item("日") + item("本"))}`, "utf16le"));
    const first = await read(wide);
    expect(titles(first)).toEqual(["日", "本"]);
    expect((await read(wide, first.slices.slice(0, 1))).items.map(({ title }) => title)).toEqual(["本"]);
  });

  it("in JSON feeds and calendars", async () => {
    const json = (...ids: string[]): string => JSON.stringify({ version: "https://jsonfeed.org/version/1.1", items: ids.map((id) => ({ id, title: id })) });
    expect(titles(await read(json("b", "a"), (await read(json("a"))).slices))).toEqual(["b"]);
    const calendar = (...ids: string[]): string => `BEGIN:VCALENDAR\r\n${ids.map((id) => `BEGIN:VEVENT\r\nUID:${id}\r\nSUMMARY:${id}\r\nDTSTART;VALUE=DATE:20261120\r\nEND:VEVENT\r\n`).join("")}END:VCALENDAR\r\n`;
    expect(titles(await read(calendar("b", "a"), (await read(calendar("a"))).slices))).toEqual(["b"]);
  });

  it("unless where it ends is in doubt: then all are one", async () => {
    for (const bad of [`<item><title>A</title>${item("B")}`, `${item("A")}<item><title><![CDATA[B</title></item>`, `${item("A")}<item><title>B</title><!-- </item>`, item("A") + item("B").replace("</item>", "")]) {
      const first = await read(rss(bad));
      expect(first.slices).toHaveLength(1);
      expect(titles(first)).toEqual(["A", "B"]);
      expect(titles(await read(rss(bad), first.slices))).toEqual([]);
    }
  });

  it("is not misled by tags in sections, comments and attributes", async () => {
    const tricky = item("A", `<description><![CDATA[</item><item><title>no</title>]]></description><!-- </item> --><?x </item> ?><itemized/>`);
    const first = await read(rss(`<!-- <item> -->${tricky}${item("B")}`));
    expect(titles(first)).toEqual(["A", "B"]);
    expect(first.slices).toHaveLength(2);
  });

  it("and at most five hundred are looked at", async () => {
    const body = rss(Array.from({ length: 600 }, (_, index) => item(`n${index}`)).join(""));
    const first = await read(body);
    expect([first.items.length, first.slices.length, first.items.at(-1)?.title]).toEqual([500, 500, "n499"]);
    expect(titles(await read(body, first.slices))).toEqual([]);
  });

  it("reads in parts what it reads as a whole, however text is damaged", async () => {
    const whole = rss(item("A", "<description>&lt;p&gt;x&lt;/p&gt;</description>") + item("B", "<description><![CDATA[<p>y</p>]]></description>") + item("C"), `<title>T</title>`) ;
    const bodies = [whole, atom(`<entry><id>1</id><title type="html">a</title></entry><entry xml:lang="fr"><id>2</id><content type="xhtml"><div>b</div></content></entry>`)];
    const pieces = ["<", ">", "<item>", "</item>", "</channel>", "<![CDATA[", "]]>", "<!--", "-->", "&", '"', "</title>", "<entry>", "", "x"];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bodies), fc.array(fc.tuple(fc.nat(400), fc.nat(8), fc.constantFrom(...pieces)), { maxLength: 4 }), fc.nat(3), async (body, damages, known) => {
        const text = damages.reduce((damaged, [at, length, piece]) => damaged.slice(0, at) + piece + damaged.slice(at + length), body);
        const source = { body: bytesOf(text), contentType: "", url: URL_OF_FEED };
        const all = await readDocument(source);
        const first = await readNew({ ...source, known: [] }, tools);
        if ("error" in all || "error" in first) {
          expect(first).toEqual(all);
          return;
        }
        const worth = all.items.filter(({ title, link, summary, content }) => title !== "" || link !== "" || summary !== "" || content !== "");
        expect(first.items.map(({ slice: _slice, ...rest }) => rest)).toEqual(worth);
        const rest = await readNew({ ...source, known: first.slices.slice(0, known) }, tools);
        if ("error" in rest) throw new Error(rest.error);
        const unread = new Set(first.slices.slice(0, known));
        expect(rest.items).toEqual(first.items.filter(({ slice }) => !unread.has(slice)));
        expect(rest.slices).toEqual(first.slices);
      }),
      { numRuns: 400 },
    );
  });
});
