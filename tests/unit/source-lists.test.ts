/** Lists of feeds, in and out (OPML). */
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { MOST_OUTLINES, readOpml } from "../../feeds/opml.ts";
import { toPlain } from "../../src/plain.ts";
import { writeList } from "../../src/sources/list.ts";
import { openTestApp, type TestApp } from "../support/app.ts";

const COORDINATOR = { roles: ["coordinator" as const] };

async function open(): Promise<TestApp> {
  const test = await openTestApp();
  onTestFinished(() => test.close());
  return test;
}
const list = (...outlines: string[]): string => `<?xml version="1.0"?><opml version="1.0"><head><title>Mine &amp; ours</title></head><body>${outlines.join("\n")}</body></opml>`;

describe("a list of feeds", () => {
  it("is read with folders, other letter cases, entities and doubles", () => {
    const text = list(
      '<outline text="Folder"><outline type="rss" TEXT="One" xmlURL="https://one.example.org/feed?a=1&amp;b=2"/></outline>',
      "<outline title='Two' xmlUrl='https://two.example.org/feed'></outline>",
      '<outline text="One again" xmlUrl="https://one.example.org/feed?a=1&amp;b=2"/>',
      '<outline type="link" text="A page" url="https://page.example.org"/>',
      '<outline text="Never closed" xmlUrl="https://three.example.org/feed">',
    );
    expect(readOpml(text)).toEqual({
      title: "Mine & ours",
      outlines: [
        { title: "One", url: "https://one.example.org/feed?a=1&b=2" },
        { title: "Two", url: "https://two.example.org/feed" },
        { title: "Never closed", url: "https://three.example.org/feed" },
      ],
      isCut: false,
    });
  });

  it("is cut where it has no end, and expands nothing", () => {
    const bomb = `<!DOCTYPE opml [<!ENTITY a "${"x".repeat(1_000)}"><!ENTITY b "&a;&a;&a;">]>${list('<outline text="&b;" xmlUrl="https://one.example.org/feed"/>')}`;
    expect(readOpml(bomb)?.outlines).toEqual([{ title: "&b;", url: "https://one.example.org/feed" }]);
    const long = readOpml(list(...Array.from({ length: MOST_OUTLINES * 3 }, (_, index) => `<outline xmlUrl="https://example.org/${index}"/>`)));
    expect([long?.outlines.length, long?.isCut]).toEqual([MOST_OUTLINES, true]);
    expect(readOpml("<outline ".repeat(200_000))?.outlines ?? []).toEqual([]);
    expect([readOpml("Dear all"), readOpml("<html><body></body></html>"), readOpml("")]).toEqual([undefined, undefined, undefined]);
  });

  it("reads back what was written", () => {
    const outline = fc.record({ title: fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\p{Cc}\p{Cs}\s\ufffe\uffff]+/gu, " ").trim().slice(0, 100)), path: fc.webPath() });
    fc.assert(
      fc.property(fc.uniqueArray(outline, { selector: ({ path }) => path, maxLength: 8 }), (outlines) => {
        const written = outlines.map(({ title, path }) => ({ title, url: `https://example.org/${path}?a&b="` }));
        expect(readOpml(writeList("Clarion", written).join("\n"))?.outlines ?? []).toEqual(written.map(({ title, url }) => ({ title: title.replace(/\s+/g, " ").trim(), url })));
      }),
    );
  });
});

describe("source import and export", () => {
  it("says what was added, known and refused, and why", async () => {
    const test = await open();
    await test.say("web:anpud", "source add https://known.example.org/feed", COORDINATOR);
    const body = list(
      '<outline text="New" xmlUrl="https://new.example.org/feed"/>',
      '<outline text="Known" xmlUrl="https://known.example.org/feed"/>',
      '<outline text="Inside" xmlUrl="http://127.0.0.1/feed"/>',
      '<outline text="Router" xmlUrl="http://router.local/feed"/>',
      '<outline text="File" xmlUrl="file:///etc/passwd"/>',
      '<outline text="With a password" xmlUrl="https://me:secret@example.org/feed"/>',
    );
    const answer = await test.say("web:anpud", "source import", { ...COORDINATOR, body });
    const text = toPlain(answer.message);
    expect(text).toContain("1 source added, 1 known before, 4 refused.");
    expect(text).toContain("http://127.0.0.1/feed: a private address");
    expect(text).toContain("http://router.local/feed: a private address");
    expect(text).toContain("file:///etc/passwd: not an address of a feed");
    expect(text).not.toContain("secret");
    const rows = await test.store.reading.selectFrom("sources").select("url").where("url", "like", "%example.org%").orderBy("url").execute();
    expect(rows.map(({ url }) => url)).toEqual(["https://known.example.org/feed", "https://new.example.org/feed"]);
    expect(toPlain((await test.say("web:anpud", "source import", { ...COORDINATOR, body })).message)).toContain("0 sources added, 2 known before, 4 refused.");
  });

  it("is for coordinators, and takes nothing but a list", async () => {
    const test = await open();
    expect((await test.say("web:anpud", "source import", { body: list() })).code).toBe("not_allowed");
    expect((await test.say("web:anpud", "source export")).code).toBe("not_allowed");
    expect(toPlain((await test.say("web:anpud", "source import", { ...COORDINATOR, body: "Dear all" })).message)).toContain("not a list of feeds");
  });

  it("gives a list that can be taken in again", async () => {
    const test = await open();
    const wanted = Array.from({ length: 40 }, (_, index) => `https://site-${String(index).padStart(2, "0")}.example.org/feed?x=1&y="2"`);
    for (const url of wanted) await test.say("web:anpud", `source add ${url.replaceAll('"', "%22")}`, COORDINATOR);
    const { message } = await test.say("web:anpud", "source export", COORDINATOR);
    const codes = message.blocks.flatMap((block) => ("text" in block ? block.text : [])).flatMap((span) => (typeof span === "object" && "code" in span ? [span.code] : []));
    expect(Math.max(...codes.map((code) => code.length))).toBeLessThan(2_500);
    const urls = (readOpml(codes.join("\n"))?.outlines ?? []).map(({ url }) => url);
    expect(wanted.map((url) => url.replaceAll('"', "%22")).filter((url) => !urls.includes(url))).toEqual([]);
    const other = await open();
    const taken = await other.say("web:inwud", "source import", { ...COORDINATOR, body: codes.join("\n") });
    expect(toPlain(taken.message)).toContain("40 sources added");
  });
});
