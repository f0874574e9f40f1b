/** Settings from this machine: the environment, Clarion's own `.env`, and the files that hold keys. */
import { readFileSync, statSync } from "node:fs";
import { parseEnv } from "node:util";
import { type Config, readConfig, type SecretFile } from "../../src/config.ts";
import { OperatorError } from "../../src/operator-error.ts";

/** Any right of the group or of everyone else. */
const OTHERS = 0o077;
const LONGEST_SECRET_FILE = 1_000_000;

/** Environment first, then `.env` of the current folder; `chosen` (from the command line) wins over both. Throws `OperatorError`. */
export function loadConfig(environment: NodeJS.ProcessEnv, chosen: Readonly<Record<string, string>>): Config {
  return readConfig({ ...environment, ...chosen }, { ownFile: readOwnFile(), readSecret: readSecretFile });
}

function readOwnFile(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(".env", "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}

/** Throws `OperatorError("secret_unreadable")`. */
export function readSecretFile(setting: string, file: string): SecretFile {
  try {
    const { mode, size } = statSync(file);
    if (size > LONGEST_SECRET_FILE) throw new Error("Too long for a key.");
    // Windows has no such rights, and reports none that mean anything.
    return { text: readFileSync(file, "utf8"), othersCanRead: process.platform !== "win32" && (mode & OTHERS) !== 0 };
  } catch (error) {
    throw new OperatorError("secret_unreadable", { setting, file }, error);
  }
}
