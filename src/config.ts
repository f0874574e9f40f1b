/** Every setting, read in one place and checked once. The result is frozen; nothing else reads the environment. */
import { z } from "zod";
import { MATRIX_SETTINGS, type MatrixAccount, readMatrixSettings } from "./matrix-settings.ts";
import { editDistance } from "./names.ts";
import { OperatorError } from "./operator-error.ts";
import { hideSecrets } from "./secrets.ts";
import { readSlackSettings, SLACK_SETTINGS, type SlackConfig } from "./slack-settings.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** Also the source of `.env.example`: a test compares them. */
export const SETTINGS = {
  CLARION_DATA: "Folder that keeps everything: database, keys, backups. Default ./var",
  CLARION_PORT: "Port of the local page; 0 takes a free one. Default 8437",
  CLARION_LOG: "How much to log: debug, info, warn, error or silent. Default warn",
  CLARION_ACTOR_KEY: "Key that turns platform ids into pseudonyms, at least 32 characters. Default: made once, in a file of the data folder",
  CLARION_ACTOR_KEY_FILE: "A file that holds that key",
  CLARION_CONTACT: "Address that sites we read can write to; sent in the User-Agent",
  ...SLACK_SETTINGS,
  ...MATRIX_SETTINGS,
} as const;

/** Something that does not keep Clarion from starting: `console.warning.CODE` in the catalogue says it. */
export type ConfigWarning = Readonly<{ code: "setting_near" | "file_open" | "own_file_open"; values: Readonly<Record<string, string>> }>;

export type Config = Readonly<{
  dataFolder: string;
  port: number;
  logLevel: (typeof LOG_LEVELS)[number];
  actorKey: string | undefined;
  actorKeyFile: string | undefined;
  contact: string | undefined;
  /** Also without any key of Slack, for the manifest. */
  commandPrefix: string | undefined;
  /** Undefined when no key of Slack is set. */
  slack: SlackConfig | undefined;
  /** Undefined when nothing of Matrix is set. */
  matrix: MatrixAccount | undefined;
  warnings: readonly ConfigWarning[];
}>;

export type SecretFile = { text: string; othersCanRead: boolean };
/** Where settings come from beside the environment, which wins: Clarion's own `.env`, which others can read or not, and files that hold keys. */
export type ConfigSources = { ownFile?: Readonly<Record<string, string | undefined>>; othersCanRead?: boolean; readSecret?: (setting: string, file: string) => SecretFile };

/** Settings whose value is a key itself; of the workspaces there is only a file. */
const SECRET = /^(CLARION_ACTOR_KEY|SLACK_BOT_TOKEN|SLACK_APP_TOKEN|SLACK_SIGNING_SECRET|SLACK_WORKSPACES|MATRIX_PASSWORD|MATRIX_ACCESS_TOKEN|MATRIX_RECOVERY_KEY|MATRIX_STORE_KEY)$/;

const schema = z.object({
  CLARION_DATA: z.string().min(1).default("./var"),
  CLARION_PORT: z.coerce.number().int().min(0).max(65_535).default(8437),
  CLARION_LOG: z.enum(LOG_LEVELS).default("warn"),
  CLARION_ACTOR_KEY: z.string().min(32).optional(),
  CLARION_ACTOR_KEY_FILE: z.string().min(1).optional(),
  CLARION_CONTACT: z.string().min(3).max(200).optional(),
});

/**
 * Empty values count as not set, so that a line `CLARION_PORT=` does no harm. Throws
 * `OperatorError`, which names the setting and what to write instead, and never repeats its value: it may be a secret.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, { ownFile = {}, othersCanRead = false, readSecret = cannotRead }: ConfigSources = {}): Config {
  const warnings: ConfigWarning[] = [];
  if (othersCanRead && Object.keys(ours(ownFile)).some((key) => SECRET.test(key))) warnings.push({ code: "own_file_open", values: { file: ".env" } });
  const given = ours({ ...ownFile, ...environment });
  for (const key of Object.keys(given)) {
    if (key in SETTINGS) continue;
    const near = refuseOrForgive(key, ownFile[key] !== undefined);
    if (near !== undefined) warnings.push({ code: "setting_near", values: { setting: key, near } });
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    // Issue paths are the keys of the schema above.
    const setting = String(parsed.error.issues[0]?.path[0]);
    throw new OperatorError("setting_wrong", { setting, levels: LOG_LEVELS.join(", ") });
  }
  const readKept = (setting: string, file: string): string => {
    const { text, othersCanRead } = readSecret(setting, file);
    if (othersCanRead && SECRET.test(setting.replace(/_FILE$/, ""))) warnings.push({ code: "file_open", values: { setting, file } });
    return text;
  };
  const slack = readSlackSettings(given, readKept);
  const matrix = readMatrixSettings(given, readKept);
  const { CLARION_DATA, CLARION_PORT, CLARION_LOG, CLARION_ACTOR_KEY, CLARION_ACTOR_KEY_FILE, CLARION_CONTACT } = parsed.data;
  const config: Config = {
    dataFolder: CLARION_DATA,
    port: CLARION_PORT,
    logLevel: CLARION_LOG,
    actorKey: CLARION_ACTOR_KEY,
    actorKeyFile: CLARION_ACTOR_KEY_FILE,
    contact: CLARION_CONTACT,
    commandPrefix: given["SLACK_COMMAND_PREFIX"],
    slack,
    matrix,
    warnings: Object.freeze(warnings),
  };
  return Object.freeze(hideSecrets(config, ["actorKey"]));
}

function ours(all: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [key, value] of Object.entries(all)) {
    // Test runs mark what may run on this machine with names of their own.
    if (!/^(CLARION|SLACK|MATRIX)_/.test(key) || key.startsWith("CLARION_TEST_")) continue;
    if (value !== undefined && value !== "") given[key] = value;
  }
  return given;
}

/**
 * Refuses a misspelt setting, so that it is not silently ignored. `SLACK_…` and `MATRIX_…` are not ours alone: other programs' keys stand in the same
 * environment, under names of their own. In Clarion's own `.env` such a name is refused like any other; from elsewhere it is let be, and where
 * it is close to one of ours, that one is returned, to be warned of.
 */
function refuseOrForgive(key: string, isOurFile: boolean): string | undefined {
  if (key.startsWith("CLARION_") || isOurFile) throw new OperatorError("setting_unknown", { setting: key, known: Object.keys(SETTINGS).join(", ") });
  return Object.keys({ ...SLACK_SETTINGS, ...MATRIX_SETTINGS }).find((name) => editDistance(key, name, 2) <= 2);
}

function cannotRead(setting: string): never {
  throw new Error(`${setting} names a file, and nothing was given that reads it.`);
}
