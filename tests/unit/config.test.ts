import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig, SETTINGS } from "../../src/config.ts";
import { speak } from "../../src/i18n.ts";
import { LANGUAGES } from "../../src/message.ts";
import { OperatorError } from "../../src/operator-error.ts";

describe("settings", () => {
  it("has a default for everything", () => {
    expect(readConfig({})).toMatchObject({ dataFolder: "./var", port: 8437, logLevel: "warn" });
  });

  it("names a setting it does not know, and lists those it does", () => {
    expect(() => readConfig({ CLARION_PROT: "1" })).toThrow(/CLARION_PROT is not a setting.*CLARION_PORT/);
  });

  it("says what was expected, without repeating a secret", () => {
    const attempt = () => readConfig({ CLARION_ACTOR_KEY: "short-secret" });
    expect(attempt).toThrow(OperatorError);
    expect(attempt).toThrow(/at least 32 characters/);
    expect(attempt).not.toThrow(/short-secret/);
  });

  it.each(LANGUAGES)("says in %s what each of them expects", (language) => {
    const say = (setting: string) => speak(language)("console.error.setting_wrong", { setting, levels: "debug" }).replaceAll(setting, "");
    const sentences = Object.keys(SETTINGS).map(say);
    expect(new Set([...sentences, say("another")]).size).toBe(sentences.length + 1);
  });

  it("lists the levels of logging where another word was given", () => {
    expect(() => readConfig({ CLARION_LOG: "loud" })).toThrow(/CLARION_LOG.*debug, info, warn, error, silent/);
  });

  it("refuses a port that is none", () => {
    expect(() => readConfig({ CLARION_PORT: "99999" })).toThrow(/CLARION_PORT/);
  });

  it("cannot be changed once read", () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  it("leaves other programs' variables alone, and takes an empty one as not set", () => {
    expect(readConfig({ PATH: "/bin", CLARION_PORT: "" }).port).toBe(8437);
  });

  it("lists each setting with its line in .env.example, and no other", () => {
    const example = readFileSync(path.join(import.meta.dirname, "../../.env.example"), "utf8");
    for (const [name, line] of Object.entries(SETTINGS)) expect(example).toContain(`# ${line}\n# ${name}=`);
    expect(example.match(/^# CLARION_\w+=/gm)).toHaveLength(Object.keys(SETTINGS).length);
  });
});
