/** Settings from this machine: the environment, Clarion's own `.env`, and the files that hold keys. */
import { readFileSync, statSync } from "node:fs";
import { parseEnv } from "node:util";
import { type Config, readConfig, type SecretFile } from "../../src/config.ts";
import { OperatorError } from "../../src/operator-error.ts";

const OWN_FILE = ".env";
const LONGEST_SECRET_FILE = 1_000_000;

/** Environment first, then `.env` of the current folder; `chosen` (from the command line) wins over both. Throws `OperatorError`. */
export function loadConfig(environment: NodeJS.ProcessEnv, chosen: Readonly<Record<string, string>>): Config {
  return readConfig({ ...environment, ...chosen }, { ...readOwnFile(), readSecret: readSecretFile });
}

/** For what is done before the keys of Slack are there, or when they are wrong: the same without them. */
export function loadConfigWithoutSlack(environment: NodeJS.ProcessEnv, chosen: Readonly<Record<string, string>>): Config {
  return readConfig(withoutKeys({ ...environment, ...chosen }), { ownFile: withoutKeys(readOwnFile().ownFile) });
}

function withoutKeys(all: Readonly<NodeJS.Dict<string>>): NodeJS.Dict<string> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !/^SLACK_\w+_(TOKEN|SECRET|FILE)$/.test(name)));
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
