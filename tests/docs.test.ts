import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../adapters/slack/scopes.ts";
import { commands } from "../commands/index.ts";
import { describeCommands } from "../docs/generate.ts";
import { ERROR_CODES } from "../src/errors.ts";
import { speak } from "../src/i18n.ts";
import { OPERATOR_CODES } from "../src/operator-error.ts";

const ROOT = path.join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

describe("the documents", () => {
  it("describe every command as it is (npm run docs writes the page anew)", () => {
    expect(read("docs/commands.md")).toBe(describeCommands());
  });

  it.each([
    { heading: "Error codes", codes: ERROR_CODES },
    { heading: "Error codes of the command line", codes: OPERATOR_CODES },
  ])("have a line with its remedy for every code, and for no other, under: $heading", ({ heading, codes }) => {
    const section = read("docs/what-happens-if.md").split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
    const described = [...section.matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1] ?? "");
    expect(described.toSorted()).toEqual([...codes].toSorted());
  });

  it("say of each permission that Slack is asked for what it is for, on a line of its own", () => {
    const asked = [...REQUIRED_SCOPES, ...Object.values(OPTIONAL_SCOPES).flat()].map(({ name }) => name);
    const described = [...read("docs/slack.md").matchAll(/^\| `([a-z_]+:[a-z]+|commands)` \| \S/gm)].map((match) => match[1] ?? "");
    expect(described.toSorted()).toEqual(asked.toSorted());
  });

  it("give every command a summary and an example that names it", () => {
    const say = speak("en");
    for (const command of commands) {
      if (command.hidden === true) continue;
      const key = `command.${command.name.replaceAll(" ", ".")}`;
      expect(say.has(key), key).toBe(true);
      expect(say(`${key}.example`)).toContain(`/${command.name}`);
    }
  });

  it("name only commands of npm that exist", () => {
    const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
    for (const file of ["README.md", "CONTRIBUTING.md", "docs/operating.md", "docs/slack.md", "docs/matrix.md"]) {
      const named = [...read(file).matchAll(/npm run (?:-s )?([a-z-]+)/g)].map((match) => match[1] ?? "");
      for (const script of named) expect(scripts, `${file}: npm run ${script}`).toContain(script);
    }
  });

  it("link only to files that are there", () => {
    for (const file of ["README.md", "CONTRIBUTING.md", "docs/operating.md", "docs/slack.md", "docs/matrix.md", "docs/what-happens-if.md"]) {
      for (const match of read(file).matchAll(/\]\(([^)#:]+)\)/g)) {
        expect(() => readFileSync(path.join(ROOT, path.dirname(file), match[1] ?? "")), `${file}: ${match[1]}`).not.toThrow(/ENOENT/);
      }
    }
  });
});
