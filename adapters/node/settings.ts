/** Settings from this machine: the environment, Clarion's own `.env`, and the files that hold keys. */
import { readFileSync, statSync } from "node:fs";
import { parseEnv } from "node:util";
import { type Config, readConfig, type SecretFile } from "../../src/config.ts";
import { MATRIX_SETTINGS } from "../../src/matrix-settings.ts";
import { OperatorError } from "../../src/operator-error.ts";

const OWN_FILE = ".env";
const LONGEST_SECRET_FILE = 1_000_000;

/** Environment first, then `.env` of the current folder; `chosen` (from the command line) wins over both. Throws `OperatorError`. */
export function loadConfig(environment: NodeJS.ProcessEnv, chosen: Readonly<Record<string, string>>): Config {
  return readConfig({ ...environment, ...chosen }, { ...readOwnFile(), readSecret: readSecretFile });
}

/** A chat whose settings can be left aside. */
export type SettingsOf = "slack" | "matrix";
const LEFT_ASIDE: Readonly<Record<SettingsOf, (name: string) => boolean>> = {
  slack: (name) => /^SLACK_\w+_(TOKEN|SECRET|FILE)$/.test(name),
  matrix: (name) => name in MATRIX_SETTINGS,
};

/** For what is done before a chat's keys are there, when they are wrong, or where they are of no use: the same without them. */
export function loadConfigWithout(chats: readonly SettingsOf[], environment: NodeJS.ProcessEnv, chosen: Readonly<Record<string, string>>): Config {
  const without = (all: Readonly<NodeJS.Dict<string>>): NodeJS.Dict<string> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !chats.some((chat) => LEFT_ASIDE[chat](name))));
  return readConfig(without({ ...environment, ...chosen }), { ownFile: without(readOwnFile().ownFile), readSecret: readSecretFile });
}

export type SoundConfig = { config: Config; refusals: readonly { chat: SettingsOf; error: OperatorError }[] };

/** The settings without the chats whose own are wrong, and what is wrong with them. Throws `OperatorError` of what has nothing to do with a chat. */
export function loadSoundConfig(environment: NodeJS.ProcessEnv, chosen: Readonly<Record<string, string>>): SoundConfig {
  const refusals: { chat: SettingsOf; error: OperatorError }[] = [];
  for (const [chat, other] of [["slack", "matrix"], ["matrix", "slack"]] as const) {
    try {
      loadConfigWithout([other], environment, chosen);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      refusals.push({ chat, error });
    }
  }
  return { config: loadConfigWithout(refusals.map(({ chat }) => chat), environment, chosen), refusals };
}

function readOwnFile(): { ownFile: NodeJS.Dict<string>; othersCanRead: boolean } {
  try {
    return { ownFile: parseEnv(readFileSync(OWN_FILE, "utf8")), othersCanRead: canOthersRead(OWN_FILE) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { ownFile: {}, othersCanRead: false };
    throw error;
  }
}

/** Throws `OperatorError("secret_unreadable")`. */
export function readSecretFile(setting: string, file: string): SecretFile {
  try {
    if (statSync(file).size > LONGEST_SECRET_FILE) throw new Error("Too long for a key.");
    return { text: readFileSync(file, "utf8"), othersCanRead: canOthersRead(file) };
  } catch (error) {
    throw new OperatorError("secret_unreadable", { setting, file }, error);
  }
}

/** Any right of the group or of everyone else. Windows has no such rights, and reports none that mean anything. */
export function canOthersRead(file: string): boolean {
  return process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0;
}
