/** Everything Clarion can say, and much that it never should, drawn for Slack: never against Slack's rules, never with a word lost, never calling anyone. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawForm } from "../../../adapters/slack/draw/form.ts";
import { drawHomeView } from "../../../adapters/slack/draw/home.ts";
import { drawPages, type Page } from "../../../adapters/slack/draw/pages.ts";
import { drawResult } from "../../../adapters/slack/draw/result.ts";
import type { Answer } from "../../../src/answer.ts";
import { isHttps, LANGUAGES, type Message } from "../../../src/message.ts";
import { toPlain } from "../../../src/plain.ts";
import type { RoomAddress } from "../../../src/ports.ts";
import { openTestApp } from "../../support/app.ts";
import { falseLink, hostileForm, hostileMessage } from "../../support/hostile-messages.ts";
import { fold, loosened, missingWords, withoutMarks } from "../../support/missing-words.ts";
import { checkMessage } from "../../support/slack/check-message.ts";
import { checkView } from "../../support/slack/check-view.ts";
import { readShown } from "../../support/slack/shown.ts";
import { answersOfCommands, formsOfCommands, linesAboutShipped, openAppWithCall, postedInTenWeeks, shareOfLines, COORDINATION, OPERATOR, type AppWithCall } from "../../support/spoken.ts";

const ADDRESS: RoomAddress = "slack:T0123ABC/C0123ABC";

function asPost({ text, blocks }: Page, page: number): Record<string, unknown> {
  const metadata = { event_type: "clarion_post", event_payload: { key: "k".repeat(200), page } };
  return { channel: "C0123ABC", text, blocks, unfurl_links: false, unfurl_media: false, metadata };
}

/** All that is wrong with a message in a channel and in a window, and which of its words are lost. */
function faultsOf(message: Message): string[] {
  const pages = drawPages(message);
  return [
    ...pages.flatMap((page, index) => checkMessage(asPost(page, index)).map((fault) => `page ${index}: ${fault}`)),
    ...checkView(drawResult(message, ADDRESS)).map((fault) => `result: ${fault}`),
    ...lostWords(message, pages).map((word) => `lost: ${word}`),
  ];
}

/** The same at home, as the greeting and as two rooms. */
function faultsAtHome(message: Message): string[] {
  return checkView(drawHomeView(message, [{ address: ADDRESS, message }, { address: "slack:T0123ABC/C4567DEF", message }]));
}

/** The words that are not on the pages, in their order and without what is said about the pages themselves. */
function lostWords(message: Message, pages: readonly Page[]): string[] {
  const ofBlocks = (isKept: (type: string) => boolean): string => {
    const { texts, links } = readShown(pages.flatMap(({ blocks }) => blocks.filter(({ type }) => isKept(type))));
    return fold([...texts, ...links].join("")).replaceAll("|", "%7C");
  };
  const content = ofBlocks((type) => type !== "actions" && type !== "context");
  const everything = content + ofBlocks((type) => type === "actions");
  const said = message.actions.flatMap(({ label, confirm }) => [label, confirm ?? ""]).join("\n");
  return [...missingWords(bare(toPlain(loosened(message))), content), ...missingWords(bare(said), everything)];
}

/** Slack would read a bar in an address as the end of it, so an address has it as browsers write it. */
function bare(text: string): string {
  return withoutMarks(text.replaceAll("|", "%7C"));
}

describe("what is shipped", () => {
  it.each(LANGUAGES)("is drawn whole in %s: deadlines, histories, sessions and reviews", async (language) => {
    const test = await openTestApp();
    await test.say(COORDINATION, `/room set --language ${language}`, OPERATOR);
    const lines = await linesAboutShipped(test);
    expect(lines.length).toBeGreaterThan(2_500);
    for (const line of shareOfLines(lines, language)) {
      const { message } = await test.say(COORDINATION, line, OPERATOR);
      expect(faultsOf(message), line).toEqual([]);
    }
    await test.close();
  }, 240_000);

  it("is drawn whole as it comes to the rooms in ten weeks, in the language of each", async () => {
    const drawn = await postedInTenWeeks();
    expect(new Set(drawn.map(({ language }) => language)).size).toBe(LANGUAGES.length);
    expect(drawn.length).toBeGreaterThan(100);
    for (const message of drawn) {
      expect([...faultsOf(message), ...faultsAtHome(message)], toPlain(message)).toEqual([]);
    }
  });
});

describe("every command", () => {
  let test: AppWithCall;
  beforeAll(async () => {
    test = await openAppWithCall();
  });
  afterAll(() => test.app.close());

  function faultsOfAnswer({ message, form }: Answer): string[] {
    return [...faultsOf(message), ...(form === undefined ? [] : checkView(drawForm(form, "m".repeat(3_000))))];
  }

  it.each(LANGUAGES)("answers in %s, by its example, without anything, and wrongly asked", async (language) => {
    const answers = await answersOfCommands(test, language, "<!channel>");
    expect(answers.flatMap(({ line, answer }) => faultsOfAnswer(answer).map((fault) => `${line}: ${fault}`))).toEqual([]);
  });

  it.each(LANGUAGES)("asks in %s for all it can take", (language) => {
    expect(formsOfCommands(language).flatMap((form) => checkView(drawForm(form, "")).map((fault) => `${form.command}: ${fault}`))).toEqual([]);
  });

  it.each(LANGUAGES)("is in the help in %s", async (language) => {
    const { message } = await test.app.app.dispatch({ key: `help ${language}`, line: "help", room: COORDINATION, language, actor: { id: "operator", grants: ["operator"] } });
    expect(faultsOf(message)).toEqual([]);
  });

  it("asks within Slack's limits even where a field is filled, named and hinted at without measure", () => {
    fc.assert(fc.property(hostileForm, (drawn) => void expect(checkView(drawForm(drawn, "room"))).toEqual([])), { seed: 20261120, numRuns: 300 });
  });
});

describe("what these sweeps look for", () => {
  const message: Message = {
    title: ["Take it"],
    tone: "plain",
    blocks: [{ text: ["Before ", { link: "https://example.org/a|b", label: "the page" }, " after"] }, { quote: ["w".repeat(9_000)] }],
    actions: [{ label: "We can", command: "take d1", confirm: "Sure of it?" }],
    language: "en",
  };

  it("is not there in a message drawn well", () => {
    expect(lostWords(message, drawPages(message))).toEqual([]);
  });

  it.each([
    ["a block", (page: Page): Page => ({ ...page, blocks: page.blocks.filter(({ type }) => type !== "header") }), ["Take", "it"]],
    ["a question", (page: Page): Page => ({ ...page, blocks: page.blocks.filter(({ type }) => type !== "actions") }), ["We", "can", "Sure", "of", "it?"]],
    ["an address", (page: Page): Page => JSON.parse(JSON.stringify(page).replace("https://example.org/a%7Cb", "https://example.org/")), ["https://example.org/a%7Cb"]],
    ["a piece of a long word", (page: Page): Page => ({ ...page, blocks: JSON.parse(JSON.stringify(page.blocks).replace("wwww", "")) }), ["w".repeat(9_000)]],
  ])("is found where %s is missing", (_, harm, lost) => {
    expect(lostWords(message, drawPages(message).map(harm))).toEqual(lost);
  });
});

describe("two thousand hostile messages", () => {
  /** A failing message may be large: making it smaller ends in time to be read. */
  const RUNS = { seed: 20261120, numRuns: 2_000, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true };

  it("keep Slack's rules wherever they stand, and lose no word", () => {
    fc.assert(fc.property(hostileMessage, (message) => void expect([...faultsOf(message), ...faultsAtHome(message)]).toEqual([])), RUNS);
  }, 300_000);

  it("lose no button and none of its words", () => {
    fc.assert(
      fc.property(hostileMessage, (message) => {
        const { lines, texts } = readShown(drawPages(message).map(({ blocks }) => blocks));
        const shown = fold(texts.join(""));
        expect(lines.toSorted()).toEqual(message.actions.map(({ command }) => command).filter((line) => line.length <= 2_000).toSorted());
        expect(message.actions.filter(({ command }) => command.length > 2_000 && !shown.includes(fold(command)))).toEqual([]);
      }),
      RUNS,
    );
  }, 300_000);

  it("call nobody and lead nowhere else", () => {
    fc.assert(
      fc.property(hostileMessage, (message) => {
        const own = linksOf(message);
        for (const { text, blocks } of drawPages(message)) {
          const { links, signs } = readShown(blocks);
          // Mentions inside blocks are found by the checker; here no token may stand in the text that Slack reads as mrkdwn.
          expect(text).not.toMatch(/[<>]/);
          expect(signs).not.toContain(true);
          expect(links.filter((link) => !own.has(link))).toEqual([]);
        }
      }),
      RUNS,
    );
  }, 300_000);

  it("say outside the blocks nothing that a discreet line keeps back", () => {
    const secret = "kept-back";
    fc.assert(
      fc.property(hostileMessage, (message) => {
        const kept: Message = { ...message, title: [secret, ...message.title], blocks: [{ text: [secret] }, ...message.blocks], discreet: "Clarion: 1 date this week" };
        for (const { text } of drawPages(kept)) {
          expect(text).toContain("Clarion: 1 date this week");
          expect(text).not.toContain(secret);
        }
      }),
      { ...RUNS, numRuns: 500 },
    );
  }, 120_000);

  it("make no link of an address that is none", () => {
    fc.assert(
      fc.property(falseLink, fc.constantFrom(...LANGUAGES), (span, language) => {
        const message: Message = { title: ["A", span], tone: "plain", blocks: [{ text: [span] }, { list: [[{ struck: span }]] }], actions: [], language };
        // The plain twin cannot read some of these addresses; the discreet line stands in for it.
        const pages = drawPages({ ...message, discreet: "A" });
        expect(readShown(pages.map(({ blocks }) => blocks)).links).toEqual([]);
        expect(pages.flatMap((page, index) => checkMessage(asPost(page, index)))).toEqual([]);
      }),
      { seed: 20261120, numRuns: 100 },
    );
  });
});

/** The addresses a message itself links to, as they are written for Slack. */
function linksOf(message: Message): ReadonlySet<string> {
  const found = new Set<string>();
  JSON.stringify(message, (key, value: unknown) => {
    if (key === "link" && typeof value === "string" && isHttps(value)) found.add(value.replaceAll("|", "%7C"));
    return value;
  });
  return found;
}

