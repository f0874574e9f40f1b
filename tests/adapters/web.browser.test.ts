/**
 * The page in a real browser, with the system's Chromium. Runs when CLARION_TEST_BROWSER=1, and says so when it does not. Nothing here
 * waits for a fixed time: each step waits for what a person would see.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { plainMessage } from "../contract/chat.suite.ts";
import { seededChance } from "../support/clock.ts";
import { HOSTILE, openWebFixture, type WebFixture } from "./web-fixture.ts";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];
const executablePath = process.env["CLARION_CHROMIUM"] ?? BROWSERS.find((file) => existsSync(file));
const wanted = process.env["CLARION_TEST_BROWSER"] === "1";
const reason = wanted ? `no browser at ${BROWSERS.join(", ")}` : "set CLARION_TEST_BROWSER=1 to run it";
const runs = wanted && executablePath !== undefined;
if (!runs) console.warn(`SKIPPED: the page in a real browser: ${reason}`);

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const WIDTHS = [320, 390, 820, 1440] as const;
const ADDRESSES = ["/room/anpud", "/room/anpud?pane=next", "/room/anpud?show=hrc-64-written-statement", "/room/enpud", "/room/menanpud?show=hrc-64-written-statement", "/room/coordination"] as const;

type Violation = { id: string; impact: string; nodes: { target: unknown; failureSummary?: string }[] };

describe.skipIf(!runs)(`the page in a real browser${runs ? "" : ` (${reason})`}`, () => {
  let browser: Browser;
  let axe: string;
  let fixture: WebFixture;
  /** Addresses that left the machine, and errors of the page: both must stay empty. */
  let strayed: string[];

  beforeAll(async () => {
    if (executablePath === undefined) throw new Error(reason);
    browser = await chromium.launch({ executablePath, args: QUIET });
    axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    fixture = await openWebFixture();
    await fixture.fill();
    strayed = [];
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await fixture.close();
  });

  async function open(address: string, options: BrowserContextOptions = {}): Promise<Page> {
    const base = fixture.chat.address();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    const page = await context.newPage();
    page.on("request", (request) => {
      if (!request.url().startsWith(base) && !request.url().startsWith("data:")) strayed.push(request.url());
    });
    page.on("pageerror", (error) => strayed.push(error.message));
    page.on("console", (message) => message.type() === "error" && strayed.push(message.text()));
    await page.goto(`${base}${address}`);
    return page;
  }

  const overflow = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.id || document.activeElement?.className || "");

  async function serious(page: Page): Promise<string[]> {
    // The page's own policy forbids foreign script; the debugger may still run it.
    await page.evaluate(axe);
    const violations: Violation[] = await page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)");
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${JSON.stringify(target)} ${failureSummary ?? ""}`));
  }

  describe.each(WIDTHS)("at %i px", (width) => {
    it.each(ADDRESSES)("fits its width and has nothing serious for axe, light and dark: %s", async (address) => {
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await open(address, { colorScheme, viewport: { width, height: 800 }, hasTouch: width < 800, isMobile: width < 800 });
        expect(await overflow(page)).toBe(0);
        expect(await serious(page)).toEqual([]);
      }
      expect(strayed).toEqual([]);
    });
  });

  it("keeps within the screen at 200 % and at 400 % zoom, with the composer in reach", async () => {
    for (const [width, height] of [[720, 450], [360, 225]] as const) {
      const page = await open("/room/anpud", { viewport: { width, height }, deviceScaleFactor: 2 });
      expect(await overflow(page)).toBe(0);
      await page.locator("#composer").scrollIntoViewIfNeeded();
      expect(await page.locator("#composer").isVisible()).toBe(true);
    }
  });

  it("has targets of at least 44 px on a touch screen", async () => {
    const page = await open("/room/anpud", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("button, .button, summary, .tabs a, input, .entry")]
        .filter((element) => element instanceof HTMLElement && element.offsetParent !== null && element.getAttribute("type") !== "hidden")
        .filter((element) => element.getBoundingClientRect().height < 44)
        .map((element) => element.outerHTML.slice(0, 80)),
    );
    expect(small).toEqual([]);
  });

  it("reads from right to left in Arabic: Next stands at the right", async () => {
    const page = await open("/room/menanpud");
    const next = await page.locator("#pane-next").boundingBox();
    const detail = await page.locator("#pane-detail").boundingBox();
    expect(next?.x).toBeGreaterThan(detail?.x ?? Number.POSITIVE_INFINITY);
  });

  it("shows a post as it arrives, glowing once, and changes it in place", async () => {
    const page = await open("/room/anpud");
    const ref = await fixture.chat.send("web:anpud", plainMessage("Fresh"), "fresh");
    const post = page.locator(`#post-${ref}`);
    await post.getByText("Words of Fresh.").waitFor();
    expect(await post.getAttribute("class")).toContain("glow");
    await page.getByText("There is something new in this room.").waitFor({ state: "attached" });
    await fixture.chat.edit(ref, plainMessage("Changed"), "fresh/2");
    await post.getByText("Words of Changed.").waitFor();
    await fixture.chat.remove(ref);
    await post.waitFor({ state: "detached" });
    expect(strayed).toEqual([]);
  });

  it("says quietly that the line is lost, keeps what was typed, and brings what was missed", async () => {
    const page = await open("/room/anpud");
    await page.locator("#composer").fill("half a thought");
    const port = Number(new URL(fixture.chat.address()).port);
    await fixture.chat.stop();
    await page.getByText("Not connected. Trying again.").waitFor();
    const again = await openWebFixture({ store: fixture.store, port, chance: seededChance(2) });
    const ref = await again.chat.send("web:anpud", plainMessage("Missed"), "missed");
    await page.locator(`#post-${ref}`).waitFor();
    await page.getByText("Connected again.").waitFor();
    expect(await page.locator("#composer").inputValue()).toBe("half a thought");
    await again.close();
  });

  it("sends a line by keyboard alone, and puts the answer away with Escape", async () => {
    const page = await open("/room/anpud");
    await page.keyboard.press("/");
    expect(await focused(page)).toBe("composer");
    await page.keyboard.type("history of things");
    await page.keyboard.press("Enter");
    await page.locator("#slot-room").getByText("Only you see this").waitFor();
    expect(await page.locator("#composer").inputValue()).toBe("");
    expect(await focused(page)).toBe("answer-room");
    await page.keyboard.press("Escape");
    await page.locator("#answer-room").waitFor({ state: "detached" });
    expect(await focused(page)).toBe("composer");
    expect(fixture.received.map(({ line }) => line)).toEqual(["history of things"]);
  });

  it("does not take the focus from somebody who has begun to type", async () => {
    const page = await open("/room/anpud");
    const held = Promise.withResolvers<void>();
    await page.route("**/part/detail*", async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.locator(".entry").first().click();
    await page.locator("#composer").pressSequentially("half a thought");
    held.resolve();
    await page.locator("#card-whole").waitFor();
    expect(await focused(page)).toBe("composer");
  });

  it("keeps the chosen suggestion when a later answer brings it again", async () => {
    const page = await open("/room/anpud");
    const composer = page.locator("#composer");
    await composer.pressSequentially("/d");
    await page.getByRole("option").nth(1).waitFor();
    await page.keyboard.press("ArrowDown");
    const answered = page.waitForResponse((response) => response.url().endsWith("line=%2Fde"));
    await page.keyboard.type("e");
    await answered;
    await page.waitForFunction(() => document.querySelector("[aria-selected=true]")?.getAttribute("data-value") === "/deadlines ");
    await page.keyboard.press("Enter");
    expect(await composer.inputValue()).toBe("/deadlines ");
  });

  it("completes a line as a combobox does", async () => {
    const page = await open("/room/anpud");
    const composer = page.locator("#composer");
    await composer.pressSequentially("/dead");
    await page.getByRole("option").nth(1).waitFor();
    expect(await composer.getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await composer.getAttribute("aria-activedescendant")).toBe("completion-1");
    expect(await serious(page)).toEqual([]);
    await page.keyboard.press("Enter");
    expect(await composer.inputValue()).toBe("/deadline show ");
    expect(fixture.received).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await composer.getAttribute("aria-expanded")).toBe("false");
  });

  it("walks the agenda by arrows, opens with Enter, and comes back by Escape on a phone", async () => {
    const page = await open("/room/anpud?pane=next", { viewport: { width: 390, height: 844 } });
    await page.locator("#pane-next .scroll").focus();
    for (let count = 0; count < 4; count += 1) await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-show"))).toBe("hrc-64-written-statement");
    await page.keyboard.press("Enter");
    await page.locator("#card-whole").waitFor();
    expect(new URL(page.url()).searchParams.get("show")).toBe("hrc-64-written-statement");
    await page.keyboard.press("Escape");
    await page.locator("#pane-next").waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-show"))).toBe("hrc-64-written-statement");
  });

  it("shows its keys on a question mark and closes them with Escape", async () => {
    const page = await open("/room/anpud");
    await page.keyboard.press("?");
    await page.locator("#keys[open]").waitFor();
    expect(await serious(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("#keys").waitFor({ state: "hidden" });
  });

  it("asks before an action that wants it, and does nothing on No", async () => {
    const page = await open("/room/anpud");
    const withdraw = page.getByRole("button", { name: "Withdraw the call" });
    await withdraw.click();
    await page.getByText("Take this call back in every room?").waitFor();
    await page.getByRole("button", { name: "No, go back" }).click();
    expect(fixture.received).toEqual([]);
    await withdraw.click();
    await page.locator("#question-yes").click();
    await page.getByText("Done: call").waitFor();
    expect(fixture.received.map(({ line }) => line)).toEqual(["call withdraw letter-health"]);
  });

  it("shows the form a command asks for, and sends it once however quickly it is pressed", async () => {
    const page = await open("/room/anpud");
    await page.locator("#composer").fill("call support letter-health");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Organisation" }).fill("Good Group");
    expect(await serious(page)).toEqual([]);
    await page.getByRole("button", { name: "Sign", exact: true }).dblclick();
    await page.getByText("Done: call").waitFor();
    const sent = fixture.received.filter(({ line }) => line.includes("--organisation"));
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it("works without script: agenda, line, form, question and answer", async () => {
    const page = await open("/room/anpud", { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
    await page.getByRole("link", { name: "Next" }).click();
    await page.getByRole("link", { name: /written statements/ }).click();
    await page.locator("#card-whole").getByRole("button", { name: "Hide here" }).click();
    await page.getByText("Hide this date in this room?").waitFor();
    await page.getByRole("button", { name: "Hide here" }).first().click();
    await page.getByText("Done: hide").waitFor();
    await page.locator("#composer").fill("call support letter-health");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("textbox", { name: "Organisation" }).fill("Good Group");
    await page.getByRole("button", { name: "Sign", exact: true }).click();
    await page.getByText("Done: call").waitFor();
    expect(fixture.received.map(({ line }) => line).filter((line) => !line.startsWith("deadline show"))).toEqual([
      "hide hrc-64-written-statement",
      "call support letter-health",
      'call support letter-health --organisation "Good Group"',
    ]);
    expect(strayed).toEqual([]);
  });

  it("shows the newest post first in sight, with script and without", async () => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await open("/room/anpud", { javaScriptEnabled });
      expect(await page.getByRole("button", { name: "Withdraw the call" }).isVisible()).toBe(true);
      const box = await page.getByRole("button", { name: "Withdraw the call" }).boundingBox();
      expect(box?.y ?? 9_999).toBeLessThan(900);
    }
  });

  it("runs none of what another site could put into a post", async () => {
    const page = await open("/room/anpud");
    let alarmed = false;
    page.on("dialog", (dialog) => {
      alarmed = true;
      void dialog.dismiss();
    });
    const ref = await fixture.chat.send("web:anpud", { ...plainMessage("Hostile"), blocks: [{ text: [{ foreign: HOSTILE }] }] }, "hostile");
    await page.locator(`#post-${ref}`).getByText("<script>").waitFor();
    expect(await page.locator(`#post-${ref} img, #post-${ref} script`).count()).toBe(0);
    expect(alarmed).toBe(false);
    expect(strayed).toEqual([]);
  });
});
