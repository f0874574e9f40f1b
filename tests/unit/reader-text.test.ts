import { describe, expect, it } from "vitest";
import { readLine, readText } from "../../feeds/text.ts";
import { atom, readFirst, rss } from "../support/documents.ts";

describe("the text shown", () => {
  it("holds no markup, no script and nothing that cannot be seen", () => {
    expect(readText(`<script>alert(1)</script><style>p{}</style><p>One</p><p>t\u202ew\u200bo &eacute;&#8217;&amp;\u0000\u{e0041}</p><!-- no -->`, "markup", 100)).toBe("One\ntwo é’&");
  });
  it("sets blocks and list items apart, and cells", () => {
    expect(readText("<h2>Head</h2><ul><li>a<li>b</ul>x<br>y<table><tr><td>1</td><td>2</td></tr></table>", "markup", 100)).toBe("Head\na\nb\nx\ny\n1 2");
  });
  it("keeps signs that are no markup", () => {
    for (const text of ["5 < 6 and 7 > 6", "R&D at AT&T", "a <b", "x <- y", "<3"]) expect(readText(text, "guess", 100)).toBe(text);
  });
  it("undoes what was escaped twice, but not a tag that a plain text speaks of", () => {
    expect(readLine("A &amp;lt;em&amp;gt;new&amp;lt;/em&amp;gt; call", "markup", 100)).toBe("A new call");
    expect(readLine("History of the <blink> tag", "plain", 100)).toBe("History of the <blink> tag");
    expect(readLine("An <i>italic</i> word", "plain", 100)).toBe("An italic word");
  });
  it("reads on behind a comment or a script that hides nothing", () => {
    expect(readText("sa<!-- -- x >fe", "markup", 100)).toBe("safe");
    expect(readText("safe<iframe src=x> <b>words</b>", "markup", 100)).toBe("safe words");
  });
  it("keeps emoji, combined letters and blanks that are not plain", () => {
    expect(readText("👩‍⚕️ cafe\u0301\u00a0\u3000x\ttab", "plain", 100)).toBe("👩‍⚕️ café x tab");
  });
  it("mends letters that were encoded twice", () => {
    expect(readText("donâ€™t Ã©tat", "plain", 100)).toBe("don’t état");
    expect(readText("Ã is a letter, “so” is é", "plain", 100)).toBe("Ã is a letter, “so” is é");
  });
  it.each([
    ["<p>Text [&#8230;]</p><p>The post <a>Title</a> appeared first on <a>Site</a>.</p>", "Text…"],
    ["<p>Texte.</p>\n<p>L’article <a>Titre</a> est apparu en premier sur <a>Site</a>.</p>", "Texte."],
    ["<p>Texto.</p><p>La entrada <a>T</a> se publicó primero en <a>S</a>.</p>", "Texto."],
    ["<p>Текст.</p><p>Сообщение <a>Т</a> появились сначала на <a>С</a>.</p>", "Текст."],
    ["Text. The post Title appeared first on Site.", "Text."],
    ["Text [...]", "Text…"],
  ])("loses the tails of blogs: %s", (markup, text) => {
    expect(readText(markup, "markup", 500)).toBe(text);
  });
  it("is cut with a sign that it was, and not in the middle of a letter", () => {
    expect([...readText("👍".repeat(50), "plain", 10)]).toEqual([..."👍".repeat(9), "…"]);
    expect(readText("a".repeat(50), "plain", 50)).toHaveLength(50);
  });
  it("is long enough for a deadline at the end of a call", async () => {
    const item = await readFirst(rss(`<item><content:encoded><![CDATA[<p>${"word ".repeat(3_500)}by 5 May</p>]]></content:encoded></item>`));
    expect(item.content.endsWith("by 5 May")).toBe(true);
  });
  it("is one line for a title", async () => {
    expect((await readFirst(atom(`<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Call</p><p>open</p></div></title></entry>`))).title).toBe("Call open");
  });
});
