import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drawAsk, readSubmission } from "../../adapters/web/forms.ts";
import { createTokens } from "../../adapters/web/tokens.ts";
import { CALL_TEXT_LIMIT, CALL_TITLE_LIMIT } from "../../src/calls/calls.ts";
import { LINE_LIMIT } from "../../src/command.ts";
import { speak } from "../../src/i18n.ts";
import { openTestApp, type TestApp } from "../support/app.ts";
import { seededChance } from "../support/clock.ts";
import { elementsOf, textOf } from "../support/html.ts";
import { formsOf } from "./web-browse.ts";

const tokens = createTokens("secret", seededChance(1));

let test: TestApp;
beforeEach(async () => {
  test = await openTestApp();
});
afterEach(() => test.close());

async function drawn(line: string): Promise<string> {
  const { form } = await test.say("web:anpud", line);
  if (form === undefined) throw new Error(`${line} asked nothing`);
  return String(drawAsk(form, { say: speak("en"), tokens, path: "/room/anpud", pane: "room" }));
}

/** As a browser would send it, untouched: with what is chosen in each list. */
function fieldsOf(page: string): Record<string, string> {
  const fields = { ...formsOf(page)[0]?.fields };
  let list = "";
  for (const { name, attributes } of elementsOf(page)) {
    if (name === "select") list = attributes["name"] ?? "";
    if (name === "option" && "selected" in attributes) fields[list] = attributes["value"] ?? "";
  }
  return fields;
}

describe("a form on the page", () => {
  it("opens with what stands, its choices chosen, and offers no empty one", async () => {
    const page = await drawn("room set");
    expect(fieldsOf(page)).toMatchObject({ "arg.language": "en", "arg.zone": "Asia/Bangkok", "arg.from": "08:00", "arg.audience": "network", "arg.discreet": "yes" });
    expect(elementsOf(page).filter(({ name, attributes }) => name === "option" && attributes["value"] === "")).toEqual([]);
    expect(textOf(page)).toContain("Posts from");
    expect(textOf(page).match(/can stay empty/g)).toHaveLength(1);
  });

  it("offers the networks there are to choose from, and chooses none by itself", async () => {
    const page = await drawn("join");
    const values = elementsOf(page).flatMap(({ name, attributes }) => (name === "option" ? [attributes["value"]] : []));
    expect(values).toEqual(expect.arrayContaining(["", "anpud", "enpud"]));
    expect(fieldsOf(page)["arg.network"]).toBe("");
  });

  it("takes no more in a field than the command does", async () => {
    const { form } = await test.say("web:anpud", "call new", { roles: ["coordinator"] });
    const page = form === undefined ? "" : String(drawAsk(form, { say: speak("en"), tokens, path: "/room/anpud", pane: "room" }));
    const most = Object.fromEntries(elementsOf(page).flatMap(({ attributes: { name = "", maxlength } }) => (maxlength === undefined ? [] : [[name, maxlength]])));
    expect(most).toMatchObject({ "arg.title": String(CALL_TITLE_LIMIT), body: String(CALL_TEXT_LIMIT), "arg.goal": String(LINE_LIMIT) });
    expect(readSubmission({ ...fieldsOf(page), "arg.title": "A letter" })?.asked?.form.fields.find(({ name }) => name === "title")?.limit).toBe(CALL_TITLE_LIMIT);
  });

  it("sends what was changed and nothing else", async () => {
    const fields = fieldsOf(await drawn("room set"));
    expect(readSubmission({ ...fields, "arg.audience": "public", "arg.week": "Sun-Thu" })?.line).toBe("room set --week Sun-Thu --audience public");
  });

  it("changes nothing where nothing was changed", async () => {
    const line = readSubmission(fieldsOf(await drawn("room set")))?.line ?? "";
    const before = JSON.stringify((await test.say("web:anpud", "room")).message);
    expect(await test.say("web:anpud", line)).toMatchObject({ ok: true });
    expect(JSON.stringify((await test.say("web:anpud", "room")).message)).toBe(before);
  });
});
