import { readFileSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { type ConfigSources, readConfig, SETTINGS } from "../../src/config.ts";
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
    // Keys of Slack have sentences of their own, which say what kind of key was found.
    const sentences = Object.keys(SETTINGS).filter((name) => !/^SLACK_\w+_(TOKEN|SECRET|FILE)$/.test(name)).map(say);
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
    expect(example.match(/^# (CLARION|SLACK)_\w+=/gm)).toHaveLength(Object.keys(SETTINGS).length);
  });
});

const BOT = "xoxb-1-2-secretbot";
const APP = "xapp-1-A1-2-secretapp";
const SIGNING = "0123456789abcdef0123456789abcdef";

/** A disk that holds these files only. */
function disk(files: Record<string, string>, othersCanRead = false): ConfigSources {
  return {
    readSecret: (setting, file) => {
      const text = files[file];
      if (text === undefined) throw new OperatorError("secret_unreadable", { setting, file });
      return { text, othersCanRead };
    },
  };
}

const sentenceOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof OperatorError) return error.message;
    throw error;
  }
  return "";
};

describe("the settings of Slack", () => {
  it("are none where nothing of Slack is set", () => {
    expect(readConfig({ SLACK_COMMAND_PREFIX: "c-" }).slack).toBeUndefined();
  });

  it("take Socket Mode where there is an app-level token, and HTTP where there is only a signing secret", () => {
    expect(readConfig({ SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, SLACK_SIGNING_SECRET: SIGNING }).slack).toEqual({
      workspaces: [{ botToken: BOT, appToken: APP, signingSecret: SIGNING }],
    });
    expect(readConfig({ SLACK_BOT_TOKEN: BOT, SLACK_SIGNING_SECRET: SIGNING }).slack).toEqual({
      workspaces: [{ botToken: BOT, signingSecret: SIGNING }],
      http: { port: 8438, host: "127.0.0.1" },
    });
  });

  it("read each key from a file too, without the line's end", () => {
    const files = disk({ "/bot": `${BOT}\n`, "/app": APP });
    const { slack, warnings } = readConfig({ SLACK_BOT_TOKEN_FILE: "/bot", SLACK_APP_TOKEN_FILE: "/app" }, files);
    expect(slack?.workspaces).toEqual([{ botToken: BOT, appToken: APP }]);
    expect(warnings).toEqual([]);
  });

  it("refuse a key that is given twice, and name the file that cannot be read", () => {
    expect(() => readConfig({ SLACK_BOT_TOKEN: BOT, SLACK_BOT_TOKEN_FILE: "/bot" }, disk({}))).toThrow(/SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set/);
    expect(() => readConfig({ SLACK_BOT_TOKEN_FILE: "/bot" }, disk({}))).toThrow(/SLACK_BOT_TOKEN_FILE names cannot be read: \/bot/);
  });

  it("warn of a key's file that others can read, with what to type", () => {
    const { warnings } = readConfig({ SLACK_BOT_TOKEN_FILE: "/bot", SLACK_APP_TOKEN: APP }, disk({ "/bot": BOT }, true));
    expect(warnings).toEqual([{ code: "file_open", values: { setting: "SLACK_BOT_TOKEN_FILE", file: "/bot" } }]);
    expect(speak("en")("console.warning.file_open", { ...warnings[0]?.values })).toContain("chmod 600 /bot");
  });

  it("warn of a .env that others can read, once there are keys in it", () => {
    const warned = (ownFile: Record<string, string>) => readConfig({}, { ownFile, othersCanRead: true }).warnings.map(({ code }) => code);
    expect(warned({ CLARION_PORT: "0", SLACK_BOT_TOKEN: "" })).toEqual([]);
    expect(warned({ SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP })).toEqual(["own_file_open"]);
  });

  it.each([
    { given: { SLACK_BOT_TOKEN: APP, SLACK_APP_TOKEN: APP }, says: /SLACK_BOT_TOKEN holds an app-level token.*begins with xoxb-/ },
    { given: { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: BOT }, says: /SLACK_APP_TOKEN holds a bot token.*begins with xapp-/ },
    { given: { SLACK_BOT_TOKEN: "xoxp-1-secret", SLACK_APP_TOKEN: APP }, says: /SLACK_BOT_TOKEN holds a user token/ },
    { given: { SLACK_BOT_TOKEN: "xoxe.xoxb-1-secret", SLACK_APP_TOKEN: APP }, says: /ends after 12 hours/ },
    { given: { SLACK_BOT_TOKEN: BOT, SLACK_SIGNING_SECRET: APP }, says: /SLACK_SIGNING_SECRET holds an app-level token.*App Credentials/ },
    { given: { SLACK_BOT_TOKEN: "https://hooks.slack.com/services/secret", SLACK_APP_TOKEN: APP }, says: /holds a web address/ },
    { given: { SLACK_BOT_TOKEN: "xoxb-…secret", SLACK_APP_TOKEN: APP }, says: /something that is not whole/ },
    { given: { SLACK_BOT_TOKEN: BOT }, says: /SLACK_BOT_TOKEN is set, but how Slack reaches Clarion is missing.*SLACK_APP_TOKEN.*SLACK_SIGNING_SECRET/ },
    { given: { SLACK_APP_TOKEN: APP }, says: /SLACK_APP_TOKEN is set, but SLACK_BOT_TOKEN is missing/ },
    { given: { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, SLACK_COMMAND_PREFIX: "/c secret" }, says: /SLACK_COMMAND_PREFIX cannot be used.*such as c-/ },
    { given: { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, SLACK_API_URL: "http://secret.example.org/api" }, says: /SLACK_API_URL cannot be used.*https/ },
    { given: { SLACK_BOT_TOKEN: BOT, SLACK_SIGNING_SECRET: SIGNING, SLACK_HTTP_PORT: "0" }, says: /SLACK_HTTP_PORT cannot be used/ },
  ])("say what is wrong and never repeat a key: $says", ({ given, says }) => {
    const sentence = sentenceOf(() => readConfig(given));
    expect(sentence).toMatch(says);
    for (const value of Object.values(given)) expect(sentence).not.toContain(value);
  });

  it("take an address on this machine for tests, and give it the slash that Slack's client needs", () => {
    expect(readConfig({ SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, SLACK_API_URL: "http://127.0.0.1:9/api" }).slack?.apiUrl).toBe("http://127.0.0.1:9/api/");
  });

  it("list several workspaces from one file", () => {
    const list = [{ botToken: "xoxb-1", appToken: APP }, { botToken: "xoxb-2", signingSecret: SIGNING }];
    const { slack } = readConfig({ SLACK_WORKSPACES_FILE: "/list", SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP }, disk({ "/list": JSON.stringify(list) }));
    expect(slack?.workspaces).toEqual([{ botToken: BOT, appToken: APP }, ...list]);
    expect(slack?.http).toEqual({ port: 8438, host: "127.0.0.1" });
  });

  it.each([
    { text: `[{"botToken": "xoxb-secret"`, says: /SLACK_WORKSPACES_FILE is not as expected/ },
    { text: "[]", says: /SLACK_WORKSPACES_FILE is not as expected/ },
    { text: JSON.stringify([{ botToken: "xoxb-secret", appToken: APP }, { bot: "xoxb-secret" }]), says: /SLACK_WORKSPACES_FILE\[2\] is not as expected/ },
    { text: JSON.stringify([{ botToken: "xoxb-secret", appToken: APP }, { botToken: "xoxb-secret", appToken: APP }]), says: /SLACK_WORKSPACES_FILE\[2\] is not as expected/ },
    { text: JSON.stringify([{ botToken: "xoxb-secret" }]), says: /SLACK_WORKSPACES_FILE\[1\]\.botToken is set, but how Slack reaches Clarion is missing/ },
    { text: JSON.stringify([{ botToken: APP, appToken: APP }]), says: /SLACK_WORKSPACES_FILE\[1\]\.botToken holds an app-level token/ },
  ])("name the entry of that file that cannot be used: $says", ({ text, says }) => {
    const sentence = sentenceOf(() => readConfig({ SLACK_WORKSPACES_FILE: "/list" }, disk({ "/list": text })));
    expect(sentence).toMatch(says);
    expect(sentence).not.toContain("xoxb-secret");
  });

  it("refuse a misspelt name in Clarion's own file, but leave other programs' names in the environment alone", () => {
    expect(() => readConfig({}, { ownFile: { SLACK_BOT_TOKN: BOT } })).toThrow(/SLACK_BOT_TOKN is not a setting.*SLACK_BOT_TOKEN/);
    expect(readConfig({ SLACK_WEBHOOK_URL: "https://x.example.org" }).warnings).toEqual([]);
    expect(readConfig({ SLACK_BOT_TOKN: BOT }).warnings).toEqual([{ code: "setting_near", values: { setting: "SLACK_BOT_TOKN", near: "SLACK_BOT_TOKEN" } }]);
  });

  it("never show a key when they are printed or logged", () => {
    const config = readConfig({ SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, SLACK_SIGNING_SECRET: SIGNING, CLARION_ACTOR_KEY: `${SIGNING}secret` });
    for (const printed of [JSON.stringify(config), inspect(config, { depth: 9 }), JSON.stringify({ config }), inspect(config.slack?.workspaces)]) {
      expect(printed).toContain("•••");
      for (const key of [BOT, APP, SIGNING]) expect(printed).not.toContain(key);
    }
  });
});
