/** Everything Clarion can say, and much that it never should, drawn for Matrix: only HTML that is allowed, never with a word lost, never calling anyone, never too large. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asEdit, asReply, weigh, withKey, type Content } from "../../../adapters/matrix/draw/content.ts";
import { drawForm } from "../../../adapters/matrix/draw/form.ts";
import { CONTENT_BYTES } from "../../../adapters/matrix/draw/limits.ts";
import { drawContents } from "../../../adapters/matrix/draw/pages.ts";
import { readLine } from "../../../adapters/matrix/draw/read.ts";
import { createSpelling } from "../../../adapters/matrix/draw/spelling.ts";
import { commands } from "../../../commands/index.ts";
import type { Answer, Form } from "../../../src/answer.ts";
import { speak } from "../../../src/i18n.ts";
import { isHttps, LANGUAGES, type Message } from "../../../src/message.ts";
import { toPlain } from "../../../src/plain.ts";
import { openTestApp } from "../../support/app.ts";
import { falseLink, hostileForm, hostileMessage } from "../../support/hostile-messages.ts";
import { checkContent } from "../../support/matrix/check-content.ts";
import { readHtml } from "../../support/matrix/check-html.ts";
import { fold, loosened, missingWords, withoutMarks } from "../../support/missing-words.ts";
import { answersOfCommands, formsOfCommands, linesAboutShipped, openAppWithCall, postedInTenWeeks, shareOfLines, COORDINATION, OPERATOR, type AppWithCall } from "../../support/spoken.ts";

const EVENT = `$${"e".repeat(43)}`;
const spell = createSpelling(commands);

/** All that is wrong with a message as it is posted, as an answer and as an edit, and which of its words are lost. */
function faultsOf(message: Message): string[] {
  const contents = drawContents(message);
  return [...faultsOfContents(contents), ...lostWords(message, contents).map((word) => `lost: ${word}`), ...wrongLinks(message, contents).map((link) => `leads to: ${link}`)];
}

function faultsOfContents(contents: readonly Content[]): string[] {
  return contents.flatMap((content, page) => {
    const sent = [asReply(content, EVENT, EVENT), asEdit(content, EVENT)].map((each) => withKey(each, "k".repeat(300)));
    const size = weigh(content) > CONTENT_BYTES ? [`${weigh(content)} bytes`] : [];
    return [...size, ...sent.flatMap(checkContent)].map((fault) => `page ${page}: ${fault}`);
  });
}

/** The words that are missing in one of the twins, those of the actions and what they would ask first included. */
function lostWords(message: Message, contents: readonly Content[]): string[] {
  const said = message.actions.flatMap(({ label, confirm }) => [label, confirm ?? ""]).join("\n");
  const words = withoutMarks(`${toPlain(loosened(message))}\n${said}`);
  const html = contents.map(({ formatted_body: formatted }) => readHtml(formatted)).flatMap(({ text, links }) => [text, ...links]).join("");
  return [...missingWords(words, fold(contents.map(({ body }) => body).join(""))), ...missingWords(words, fold(html))];
}

/** Links that are not the message's own, or lead to somebody on Matrix. */
function wrongLinks(message: Message, contents: readonly Content[]): string[] {
  const own = new Set<string>();
  JSON.stringify(message, (key, value: unknown) => {
    if (key === "link" && typeof value === "string" && isHttps(value)) own.add(value);
    return value;
  });
  const links = contents.flatMap(({ formatted_body: html }) => readHtml(html).links);
  return links.filter((link) => !own.has(link) || link.includes("//matrix.to/"));
}

describe("what is shipped", () => {
  it.each(LANGUAGES)("is drawn whole in %s: deadlines, histories, sessions and reviews", async (language) => {
    const test = await openTestApp();
    await test.say(COORDINATION, `/room set --language ${language}`, OPERATOR);
    const lines = await linesAboutShipped(test);
    expect(lines.length).toBeGreaterThan(2_500);
    for (const line of shareOfLines(lines, language)) {
      const { message } = await test.say(COORDINATION, line, OPERATOR);
      expect(faultsOf(spell(message)), line).toEqual([]);
    }
    await test.close();
  }, 240_000);

  it("is drawn whole as it comes to the rooms in ten weeks, in the language of each, and begins with its discreet line", async () => {
    const drawn = await postedInTenWeeks();
    expect(new Set(drawn.map(({ language }) => language)).size).toBe(LANGUAGES.length);
    expect(drawn.length).toBeGreaterThan(100);
    expect(drawn.filter(({ discreet }) => discreet !== undefined).length).toBeGreaterThan(100);
    for (const message of drawn) {
      expect(faultsOf(spell(message)), toPlain(message)).toEqual([]);
      if (message.discreet !== undefined) expect(firstLines(message)).toEqual([message.discreet, message.discreet]);
    }
  });
});

/** The first line of both twins of the first event, as a notification would have it. */
function firstLines(message: Message): (string | undefined)[] {
  const [first] = drawContents(message);
  return [first?.body, readHtml(first?.formatted_body ?? "").text].map((text) => text?.split("\n")[0]?.replace(/^\u200f/, ""));
}

describe("every command", () => {
  let test: AppWithCall;
  beforeAll(async () => {
    test = await openAppWithCall();
  });
  afterAll(() => test.app.close());

  function faultsOfAnswer({ message, form }: Answer): string[] {
    return [...faultsOf(spell(message)), ...(form === undefined ? [] : faultsOfForm(form))];
  }

  it.each(LANGUAGES)("answers in %s, by its example, without anything, and wrongly asked", async (language) => {
    const answers = await answersOfCommands(test, language, "<b>@room</b>");
    expect(answers.flatMap(({ line, answer }) => faultsOfAnswer(answer).map((fault) => `${line}: ${fault}`))).toEqual([]);
  });

  it.each(LANGUAGES)("is named in %s as it can be written in Matrix", async (language) => {
    const answers = await answersOfCommands(test, language, "wrong");
    const said = answers.flatMap(({ answer }) => drawContents(spell(answer.message)).map(({ body }) => body)).join("\n");
    const names = commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name.split(" ")[0]);
    expect(said.match(new RegExp(`(?<![\\p{L}\\p{N}/.])/(${names.join("|")}|clarion)(?![\\p{L}\\p{N}/-])`, "gu"))).toBeNull();
    expect(said).toContain("!deadline");
  });

  it.each(LANGUAGES)("asks in %s for all it can take", (language) => {
    expect(formsOfCommands(language).flatMap((form) => faultsOfForm(form).map((fault) => `${form.command}: ${fault}`))).toEqual([]);
  });

  it.each(LANGUAGES)("is in the help in %s", async (language) => {
    const { message } = await test.app.app.dispatch({ key: `help ${language}`, line: "help", room: COORDINATION, language, actor: { id: "operator", grants: ["operator"] } });
    expect(faultsOf(spell(message))).toEqual([]);
  });

  it("asks for all even where a field is filled, named and hinted at without measure", () => {
    fc.assert(fc.property(hostileForm, (form) => void expect(faultsOfForm(form)).toEqual([])), { seed: 20261120, numRuns: 300 });
  });
});

/** All that is wrong with a form as a text, and which of its labels, words to type and examples are not in it. */
function faultsOfForm(form: Form): string[] {
  const contents = drawForm(form, speak(form.language));
  const words = form.fields.flatMap(({ name, label, hint, kind, options = [] }) => [
    label,
    ...(name === "body" ? [] : [`--${name}`]),
    ...(kind === "choice" && options.length > 0 ? options.map(({ value }) => value) : [hint]),
  ]);
  const body = fold(contents.map((content) => content.body).join(""));
  return [...faultsOfContents(contents), ...missingWords(withoutMarks([form.title, ...words].join("\n")), body).map((word) => `lost: ${word}`)];
}

describe("what these sweeps look for", () => {
  const message: Message = {
    title: ["Take it"],
    tone: "plain",
    blocks: [{ text: ["Before ", { link: "https://example.org/a|b", label: "the page" }, " after"] }, { quote: ["w".repeat(40_000)] }],
    actions: [{ label: "We can", command: "take d1", confirm: "Sure of it?" }],
    language: "en",
  };

  it("is not there in a message drawn well", () => {
    expect(drawContents(message).length).toBeGreaterThan(1);
    expect(faultsOf(message)).toEqual([]);
  });

  it.each([
    ["a title", "Take it", ["Take"]],
    ["an action", "We can", ["We", "can"]],
    ["a question", "Sure of it?", ["Sure", "it?"]],
    ["an address", "https://example.org/a|b", ["https://example.org/a|b"]],
    ["a piece of a long word", "wwww", ["w".repeat(40_000)]],
  ])("is found in both twins where %s is missing", (_, part, lost) => {
    const contents = drawContents(message);
    for (const twin of ["body", "formatted_body"] as const) {
      const harmed = contents.map((content) => ({ ...content, [twin]: content[twin].replaceAll(part, "") }));
      expect(lostWords(message, harmed)).toEqual(expect.arrayContaining(lost));
    }
  });
});

describe("two thousand hostile messages", () => {
  /** A failing message may be large: making it smaller ends in time to be read. */
  const RUNS = { seed: 20261120, numRuns: 2_000, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true };

  it("become HTML that is allowed, fit their events, call nobody, lead nowhere else, and lose no word", () => {
    fc.assert(fc.property(hostileMessage, (message) => void expect(faultsOf(message)).toEqual([])), RUNS);
  }, 300_000);

  it("number every action, at their end", () => {
    fc.assert(
      fc.property(hostileMessage, (message) => {
        const shown = fold(drawContents(message).map(({ body }) => body).join("\n"));
        const wanted = message.actions.map(({ label, command }, index) => fold(index < 99 ? `${index + 1}${label}` : `!${command}`));
        let from = message.actions.length === 0 ? 0 : shown.indexOf(fold(speak(message.language)("matrix.actions")));
        expect(from).toBeGreaterThanOrEqual(0);
        for (const each of wanted) {
          from = shown.indexOf(each, from);
          expect(from, each).toBeGreaterThanOrEqual(0);
        }
      }),
      { ...RUNS, numRuns: 500 },
    );
  }, 300_000);

  it("begin with the discreet line, which says nothing of them", () => {
    fc.assert(
      fc.property(hostileMessage, (message) => {
        const kept: Message = { ...message, title: ["kept-back", ...message.title], discreet: "Clarion: 1 date this week" };
        for (const [page, { body, formatted_body: html }] of drawContents(kept).entries()) {
          for (const [first] of [body, readHtml(html).text].map((text) => text.split("\n"))) {
            expect(first).toContain("Clarion: 1 date this week");
            expect(first).not.toContain("kept-back");
            if (page === 0) expect(first?.replace(/^\u200f/, "")).toBe("Clarion: 1 date this week");
          }
        }
      }),
      { ...RUNS, numRuns: 500 },
    );
  }, 120_000);

  it("make no link of an address that is none", () => {
    fc.assert(
      fc.property(falseLink, fc.constantFrom(...LANGUAGES), (span, language) => {
        const contents = drawContents({ title: ["A", span], tone: "plain", blocks: [{ text: [span] }, { list: [[{ struck: span }]] }], actions: [], language });
        expect(contents.flatMap(({ formatted_body: html }) => readHtml(html).links)).toEqual([]);
        expect(faultsOfContents(contents)).toEqual([]);
      }),
      { seed: 20261120, numRuns: 100 },
    );
  });

  it("are never read as commands when the bot hears itself", () => {
    const listener = { botUser: "@clarion:example.org", displayName: "Clarion" };
    fc.assert(fc.property(hostileMessage, (message) => void expect(drawContents(message).map((content) => readLine(asReply(content, EVENT), listener)).filter(Boolean)).toEqual([])), { ...RUNS, numRuns: 300 });
  });
});
