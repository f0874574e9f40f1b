/** The checker that the tests of drawing rely on, held to the specification. */
import { describe, expect, it } from "vitest";
import { contentOf, asEdit, asReply, withKey } from "../../../adapters/matrix/draw/content.ts";
import { checkContent } from "../../support/matrix/check-content.ts";
import { checkHtml, readHtml } from "../../support/matrix/check-html.ts";

describe("the checker of HTML", () => {
  it.each([
    ["text", "Only words, “signs” and &amp; &lt;escaped&gt; &quot;ones&quot; &#39;too&#39;"],
    ["lines and lists", "<p>One<br>two</p><ul><li>a</li><li><strong>b</strong></li></ul><ol start=\"3\"><li>c</li></ol><blockquote><p>said</p></blockquote>"],
    ["links", '<a href="https://example.org/?a=1&amp;b=2">there</a> <a href="mailto:a@example.org">us</a>'],
    ["a table", "<table><caption>x</caption><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"],
    ["code, colours and pictures", '<pre><code class="language-sh">ls</code></pre><span data-mx-color="#aabbcc">x</span><hr><img src="mxc://a/b" alt="x">'],
    ["details", "<details><summary>more</summary>it</details>"],
  ])("takes %s", (_, html) => {
    expect(checkHtml(html)).toEqual([]);
  });

  it.each([
    ["<script>alert(1)</script>", "<script> is not allowed"],
    ["<font color=\"#ffffff\">x</font>", "<font> is not allowed"],
    ["<mx-reply>x</mx-reply>", "<mx-reply> is not allowed"],
    ["<bdi>x</bdi>", "<bdi> is not allowed"],
    ['<p dir="rtl">x</p>', '<p> with dir="rtl"'],
    ['<p class="x">x</p>', '<p> with class="x"'],
    ['<a href="https://a.example" rel="noopener">x</a>', '<a> with rel="noopener"'],
    ['<a href="javascript:alert(1)">x</a>', '<a> with href="javascript:alert(1)"'],
    ['<a href="/relative">x</a>', '<a> with href="/relative"'],
    ["<a>x</a>", "<a> that leads nowhere"],
    ['<img src="https://a.example/x.png">', '<img> with src="https://a.example/x.png"'],
    ['<code class="red">x</code>', '<code> with class="red"'],
    ['<span data-mx-color="red">x</span>', '<span> with data-mx-color="red"'],
    ["<p onclick=alert(1)>x</p>", 'a stray "<"'],
    ["a < b", 'a stray "<"'],
    ["a > b", 'a stray ">"'],
    ["a & b", "& is not escaped"],
    ["&nbsp;", "&nbsp; is not escaped"],
    ["<!-- x -->", 'a stray "<"'],
    ["<p>x", "<p> is never closed"],
    ["<p><strong>x</p></strong>", "</p> closes <strong>"],
    ["x</p>", "</p> closes nothing"],
    ["<li>x</li>", "<li> outside of <ul> or <ol>"],
    ["<ul>x</ul>", "text in <ul>"],
    ["<ul><p>x</p></ul>", "<p> in <ul>"],
    ["<p><ul><li>x</li></ul></p>", "<ul> in <p>"],
    ["<strong><p>x</p></strong>", "<p> in <strong>"],
    ['<a href="https://a.example"><em><a href="https://b.example">x</a></em></a>', "a link in a link"],
    [`${"<b>".repeat(101)}x${"</b>".repeat(101)}`, "more than 100 levels"],
    ["\u0007", "a control character"],
    ["\ud83d", "half of a surrogate pair"],
  ])("finds the fault of %s", (html, fault) => {
    expect(checkHtml(html)).toContain(fault);
  });

  it("reads what people see, and where links lead", () => {
    const { text, links } = readHtml('<p>One &lt;b&gt;<br>two</p><ul><li><a href="https://a.example/?x=1&amp;y">there</a></li></ul>');
    expect(text).toBe("One <b>\ntwo\nthere\n\n");
    expect(links).toEqual(["https://a.example/?x=1&y"]);
  });
});

describe("the checker of contents", () => {
  const content = contentOf("body", "<p>body</p>");

  it("takes a notice, a reply, one in a thread and an edit, with a key or without", () => {
    const all = [content, asReply(content, "$asked"), asReply(content, "$asked", "$root"), asEdit(content, "$posted")];
    expect([...all, ...all.map((each) => withKey(each, "key"))].flatMap(checkContent)).toEqual([]);
  });

  it.each([
    ["a mention", { ...content, "m.mentions": { user_ids: ["@a:example.org"] } }, "m.mentions"],
    ["a mention of everybody", { ...content, "m.mentions": { room: true } }, "m.mentions"],
    ["no word on mentions", { ...content, "m.mentions": undefined }, "m.mentions"],
    ["a message that rings", { ...content, msgtype: "m.text" }, "msgtype"],
    ["a mention in an edit", { ...asEdit(content, "$a"), "m.new_content": { ...content, "m.mentions": { room: true } } }, "m.new_content.m.mentions"],
    ["a field of no meaning", { ...content, colour: "red" }, "colour"],
    ["no body", { ...content, body: "" }, "body"],
    ["HTML that is none", { ...content, formatted_body: "<p>" }, "<p> is never closed"],
    ["too much", { ...content, body: "x".repeat(44_700) }, "bytes as an event"],
    ["what looks like a copy", { ...content, body: "> x" }, "begins as a copy"],
  ])("finds %s", (_, wrong, fault) => {
    expect(checkContent(wrong).join("; ")).toContain(fault);
  });
});
