import { describe, expect, it } from "vitest";
import { feedAddress, isPlainlyPrivate } from "../../src/arguments/feed-address.ts";
import { subjects } from "../../src/arguments/subjects.ts";
import type { ArgumentScope } from "../../src/command.ts";
import { directory } from "../support/reading.ts";

// These types look at nothing else of the scope.
const scope = { directory, language: "en" } as unknown as ArgumentScope;

describe("the address of a feed", () => {
  it.each([
    ["https://news.un.org/feed/rss.xml", "https://news.un.org/feed/rss.xml"],
    ["news.un.org/feed", "https://news.un.org/feed"],
    ["<HTTP://Example.org/a#top>", "http://example.org/a"],
    ["example.org:8080/feed", "https://example.org:8080/feed"],
  ])("is read from %s", (word, value) => {
    expect(feedAddress.parse([word], scope)).toEqual({ value, used: 1 });
    expect(feedAddress.parse([feedAddress.print(value)], scope)).toEqual({ value, used: 1 });
  });

  it("is an id of the shipped directory, where that has a feed", () => {
    expect(feedAddress.parse(["un-news-hr-es"], scope)).toEqual({ value: "https://news.un.org/feed/subscribe/es/news/topic/human-rights/feed/rss.xml", used: 1 });
    const page = directory.listings.find(({ format }) => format === "html-only");
    expect(feedAddress.parse([page?.id ?? ""], scope)).toEqual({ near: [] });
  });

  it.each(["javascript:alert(1)", "file:///etc/passwd", "mailto:someone@example.org", "https://name:secret@example.org/", "feed", "", `https://example.org/${"a".repeat(1_000)}`])(
    "is not %s",
    (word) => {
      expect(feedAddress.parse([word], scope)).toEqual({ near: [] });
    },
  );

  it("is seen to be private where anybody can see it", () => {
    for (const address of ["http://127.0.0.1/", "http://2130706433/", "http://[::1]/", "http://localhost/", "http://wiki/", "http://printer.local/", "https://example.org:8080/"]) {
      expect(isPlainlyPrivate(address), address).toBe(true);
    }
    expect(isPlainlyPrivate("https://news.un.org/feed")).toBe(false);
  });
});

describe("what a source is about", () => {
  it("is read from topics and bodies by key or name", () => {
    expect(subjects.parse(["drug-policy,", "Human", "Rights", "Council,cnd"], scope)).toEqual({ value: ["drug-policy", "hrc", "cnd"], used: 4 });
    expect(subjects.parse(["drug-policy,hrc"], scope)).toEqual({ value: ["drug-policy", "hrc"], used: 1 });
  });

  it("offers topics near a slip", () => {
    expect(subjects.parse(["drug-polcy"], scope)).toEqual({ near: ["drug-policy"] });
  });

  it("completes the last word of a list", async () => {
    const completions = await subjects.complete?.("cnd,drug", scope);
    expect(completions?.map(({ value }) => value)).toContain("cnd,drug-policy");
  });
});
