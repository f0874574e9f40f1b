import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { groupOf, HELP_GROUPS } from "../../commands/shared/help-groups.ts";
import { toPlain } from "../../src/plain.ts";
import type { Role } from "../../src/ports.ts";
import { openTestApp, testParts, type TestApp } from "../support/app.ts";

let test: TestApp;
beforeEach(async () => {
  test = await openTestApp();
});
afterEach(() => test.close());

const visible = testParts.commands.filter(({ hidden }) => hidden !== true);

async function ask(line: string, roles: Role[] = []): Promise<string> {
  const answer = await test.say("web:anpud", line, { roles });
  expect(answer, toPlain(answer.message)).toMatchObject({ ok: true, to: "asker" });
  return toPlain(answer.message);
}
/** The commands that are named, but for those that say how to ask for more help. */
const named = (text: string): string[] => [...text.replaceAll(/\/help \S+/gu, "").matchAll(/\/([a-z]+( (?!\/)[a-z-]+)?)(?=\s|$)/gu)].map((match) => match[1] ?? "");

describe("help", () => {
  it("is short, under headings, and shows what the asker may do and nothing else", async () => {
    for (const [roles, may] of [[[], ["anyone"]], [["coordinator"], ["anyone", "coordinator"]], [["operator"], ["anyone", "coordinator", "operator"]]] as const) {
      const text = await ask("/help", [...roles]);
      expect(text.split("\n").length).toBeLessThan(16);
      expect(named(text).sort()).toEqual(visible.filter(({ who }) => may.some((each) => each === who)).map(({ name }) => name).sort());
    }
    const text = await ask("/help");
    expect(text).toMatch(/^Dates {2,}\/deadlines \/session \/upr/m);
    for (const absent of ["For coordinators", "For operators", "/retry"]) expect(text).not.toContain(absent);
  });

  it("has a button for each heading, to what its commands do", async () => {
    const { message } = await test.say("web:anpud", "/help");
    const groups = message.actions.map(({ command }) => command).filter((command) => command.startsWith("help "));
    expect(groups.length).toBe(6);
    for (const group of groups) expect(named(await ask(group)).length).toBeGreaterThan(0);
    expect(await ask("/help tasks")).toMatch(/\/snooze +Be reminded again later/);
    expect(named(await ask("/help coordinators"))).toContain("network set");
  });

  it("names everything when all is asked for, each command under one heading", async () => {
    expect(new Set(named(await ask("/help all", ["operator"])))).toEqual(new Set(visible.map(({ name }) => name)));
    for (const command of visible) expect(HELP_GROUPS).toContain(groupOf(command));
  });

  it("explains a group that is typed alone, with or without help, in or out of roles", async () => {
    for (const first of ["call", "deadline", "source"]) {
      const text = await ask(`/${first}`);
      expect(named(text)).toEqual(expect.arrayContaining(visible.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name)));
      expect(text).toContain("For coordinators");
      expect(await ask(`/help ${first}`)).toBe(text);
      expect(await ask(`/clarion ${first}`)).toBe(text);
    }
  });

  it("says of a word after a group that it is unknown", async () => {
    expect(await test.say("web:anpud", "/call nonsense")).toMatchObject({ ok: false, code: "unknown_command" });
    expect(await test.say("web:anpud", "/claim")).toMatchObject({ ok: false, code: "unknown_command" });
  });

  it("names what works on the machine alone only there, and says so of it anywhere", async () => {
    const { message } = await test.say("web:anpud", "/role code operator", { roles: ["operator"] });
    await test.say("web:anpud", JSON.stringify(message).match(/role use \w+/)?.[0] ?? "", { as: "an operator elsewhere" });
    const elsewhere = async (line: string) => toPlain((await test.say("web:anpud", line, { as: "an operator elsewhere" })).message);
    for (const line of ["/help", "/help all", "/help operators"]) {
      expect(named(await elsewhere(line))).toContain("retry");
      expect(named(await elsewhere(line))).not.toContain("audit");
      expect(named(await ask(line, ["operator"]))).toContain("audit");
    }
    expect(await elsewhere("/help audit")).toContain("only on the page and the terminal");
  });

  it("names only what can be said there where no room is", async () => {
    const { message } = await test.say("web:T1/C1", "/help");
    expect(named(toPlain(message)).sort()).toEqual(visible.filter(({ outside }) => outside === true).map(({ name }) => name).sort());
    expect(await test.say("web:T1/C1", "/call")).toMatchObject({ ok: false, code: "not_a_room" });
  });
});
