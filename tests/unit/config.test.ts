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
    // Keys of Slack and all of Matrix have sentences of their own.
    const sentences = Object.keys(SETTINGS).filter((name) => !/^SLACK_\w+_(TOKEN|SECRET|FILE)$|^MATRIX_/.test(name)).map(say);
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
    expect(example.match(/^# (CLARION|SLACK|MATRIX)_\w+=/gm)).toHaveLength(Object.keys(SETTINGS).length);
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

describe("the settings of Matrix", () => {
  const SERVER = "https://matrix.example.org";
  const USER = "@clarion:example.org";
  const PASSWORD = "secret password ";
  const RECOVERY = "EsT3 fMTv FBy6 RMKA Jg3Z cSwt ipNx 3mwo hTtg iBAv yPDZ hKyK";
  const STORE = Buffer.alloc(32, 7).toString("base64");
  const WHOLE = { MATRIX_HOMESERVER_URL: SERVER, MATRIX_USER_ID: USER, MATRIX_PASSWORD: PASSWORD };

  it("are none where nothing of Matrix is set", () => {
    expect(readConfig({}).matrix).toBeUndefined();
  });

  it("need an address, an account and a password", () => {
    expect(readConfig({ ...WHOLE, MATRIX_HOMESERVER_URL: `${SERVER}/` }).matrix).toEqual({ homeserverUrl: SERVER, userId: USER, password: PASSWORD, allowedInviters: [] });
  });

  it("take an access token with its device instead, and everything else there is", () => {
    const { MATRIX_PASSWORD: _, ...account } = WHOLE;
    const more = { MATRIX_ACCESS_TOKEN: "syt_secret_token", MATRIX_DEVICE_ID: "CLARION1", MATRIX_RECOVERY_KEY: RECOVERY, MATRIX_STORE_KEY: STORE };
    const { matrix } = readConfig({ ...account, ...more, MATRIX_ALLOWED_INVITERS: " @ana:example.org, example.net:8448 ,[::1]" });
    expect(matrix).toEqual({
      homeserverUrl: SERVER,
      userId: USER,
      accessToken: "syt_secret_token",
      deviceId: "CLARION1",
      recoveryKey: RECOVERY,
      storeKey: STORE,
      allowedInviters: ["@ana:example.org", "example.net:8448", "[::1]"],
    });
  });

  it("read each of them from a file too, without the line's end, but with a password's own spaces", () => {
    const given: Record<string, string> = { ...WHOLE, MATRIX_ACCESS_TOKEN: "syt_secret_token", MATRIX_DEVICE_ID: "C1", MATRIX_RECOVERY_KEY: RECOVERY, MATRIX_STORE_KEY: STORE, MATRIX_ALLOWED_INVITERS: "example.net" };
    const files = Object.fromEntries(Object.entries(given).map(([name, value]) => [`/${name}`, `${value}\r\n`]));
    const named = Object.fromEntries(Object.keys(given).map((name) => [`${name}_FILE`, `/${name}`]));
    expect(readConfig(named, disk(files)).matrix).toEqual(readConfig(given).matrix);
    expect(() => readConfig({ ...given, ...named }, disk(files))).toThrow(/are both set/);
    expect(readConfig({ ...WHOLE, MATRIX_PASSWORD: "", MATRIX_PASSWORD_FILE: "/MATRIX_PASSWORD" }, disk(files, true)).warnings).toEqual([
      { code: "file_open", values: { setting: "MATRIX_PASSWORD_FILE", file: "/MATRIX_PASSWORD" } },
    ]);
    expect(readConfig({ ...WHOLE, MATRIX_USER_ID: "", MATRIX_USER_ID_FILE: "/MATRIX_USER_ID" }, disk(files, true)).warnings).toEqual([]);
  });

  it.each([
    { given: { MATRIX_HOMESERVER_URL: "http://secret.example.org" }, says: /MATRIX_HOMESERVER_URL cannot be used.*begins with https/ },
    { given: { MATRIX_HOMESERVER_URL: "https://user:secret@example.org" }, says: /MATRIX_HOMESERVER_URL cannot be used/ },
    { given: { MATRIX_HOMESERVER_URL: "https://example.org/?secret" }, says: /MATRIX_HOMESERVER_URL cannot be used/ },
    { given: { MATRIX_USER_ID: "clarion-secret" }, says: /MATRIX_USER_ID cannot be used.*@clarion:example\.org/ },
    { given: { MATRIX_ACCESS_TOKEN: "syt secret", MATRIX_DEVICE_ID: "C1" }, says: /MATRIX_ACCESS_TOKEN cannot be used.*in one piece/ },
    { given: { MATRIX_RECOVERY_KEY: RECOVERY.replace("hKyK", "hKyL") }, says: /MATRIX_RECOVERY_KEY cannot be used.*A letter is missing or wrong/ },
    { given: { MATRIX_RECOVERY_KEY: RECOVERY.slice(0, 40) }, says: /MATRIX_RECOVERY_KEY cannot be used/ },
    { given: { MATRIX_STORE_KEY: "secret" }, says: /MATRIX_STORE_KEY cannot be used.*openssl rand -base64 32/ },
    { given: { MATRIX_ALLOWED_INVITERS: "@secret" }, says: /MATRIX_ALLOWED_INVITERS cannot be used.*@ana:example\.org,example\.net/ },
    { given: { MATRIX_ALLOWED_INVITERS: "*.secret.org" }, says: /MATRIX_ALLOWED_INVITERS cannot be used/ },
  ])("say what belongs there and never repeat what was found: $says", ({ given, says }) => {
    const sentence = sentenceOf(() => readConfig({ ...WHOLE, ...given }));
    expect(sentence).toMatch(says);
    expect(sentence).not.toMatch(/secret/);
    for (const value of Object.values(given)) if (value.length > 4) expect(sentence).not.toContain(value);
  });

  it.each([
    { given: { MATRIX_PASSWORD: PASSWORD }, says: /MATRIX_PASSWORD is set, but MATRIX_HOMESERVER_URL is missing/ },
    { given: { MATRIX_HOMESERVER_URL: SERVER, MATRIX_PASSWORD: PASSWORD }, says: /MATRIX_HOMESERVER_URL is set, but MATRIX_USER_ID is missing/ },
    { given: { MATRIX_HOMESERVER_URL: SERVER, MATRIX_USER_ID: USER }, says: /MATRIX_PASSWORD is missing.*MATRIX_ACCESS_TOKEN and MATRIX_DEVICE_ID/ },
    { given: { MATRIX_HOMESERVER_URL: SERVER, MATRIX_USER_ID: USER, MATRIX_ACCESS_TOKEN: "syt_secret" }, says: /MATRIX_ACCESS_TOKEN is set, but MATRIX_DEVICE_ID is missing/ },
  ])("name what is missing: $says", ({ given, says }) => {
    expect(sentenceOf(() => readConfig(given))).toMatch(says);
  });

  it("take an address on this machine without https", () => {
    expect(readConfig({ ...WHOLE, MATRIX_HOMESERVER_URL: "http://127.0.0.1:8008" }).matrix?.homeserverUrl).toBe("http://127.0.0.1:8008");
  });

  it("warn of a name that is close to one of them, and leave other programs' names alone", () => {
    expect(readConfig({ MATRIX_PASWORD: "x", MATRIX_BOT_ROOM: "y" }).warnings).toEqual([{ code: "setting_near", values: { setting: "MATRIX_PASWORD", near: "MATRIX_PASSWORD" } }]);
    expect(() => readConfig({}, { ownFile: { MATRIX_PASWORD: "x" } })).toThrow(/MATRIX_PASWORD is not a setting/);
  });

  it("never show a key when they are printed or logged", () => {
    const keys = { MATRIX_PASSWORD: "secret-password", MATRIX_ACCESS_TOKEN: "syt_secret_token", MATRIX_RECOVERY_KEY: RECOVERY, MATRIX_STORE_KEY: STORE };
    const config = readConfig({ ...WHOLE, ...keys, MATRIX_DEVICE_ID: "C1" });
    for (const printed of [JSON.stringify(config), inspect(config, { depth: 9 }), inspect(config.matrix)]) {
      expect(printed).toContain("•••");
      for (const key of Object.values(keys)) expect(printed).not.toContain(key);
    }
  });
});
