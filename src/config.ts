/** Every setting, read in one place and checked once. The result is frozen; nothing else reads the environment. */
import { z } from "zod";

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** Also the source of `.env.example`: a test compares them. */
export const SETTINGS = {
  CLARION_DATA: "Folder that keeps everything: database, keys, backups. Default ./var",
  CLARION_PORT: "Port of the local page; 0 takes a free one. Default 8437",
  CLARION_LOG: "How much to log: debug, info, warn, error or silent. Default warn",
  CLARION_ACTOR_KEY: "Key that turns platform ids into pseudonyms, at least 32 characters. Default: made once, in a file of the data folder",
  CLARION_ACTOR_KEY_FILE: "A file that holds that key",
  CLARION_CONTACT: "Address that sites we read can write to; sent in the User-Agent",
} as const;

export type Config = Readonly<{
  dataFolder: string;
  port: number;
  logLevel: (typeof LOG_LEVELS)[number];
  actorKey: string | undefined;
  actorKeyFile: string | undefined;
  contact: string | undefined;
}>;

/** Says which setting is wrong and what to write instead. Never repeats a secret's value. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfigError";
  }
}

const schema = z.object({
  CLARION_DATA: z.string().min(1).default("./var"),
  CLARION_PORT: z.coerce.number().int().min(0).max(65_535).default(8437),
  CLARION_LOG: z.enum(LOG_LEVELS).default("warn"),
  CLARION_ACTOR_KEY: z.string().min(32).optional(),
  CLARION_ACTOR_KEY_FILE: z.string().min(1).optional(),
  CLARION_CONTACT: z.string().min(3).max(200).optional(),
});

const EXPECTED: Record<keyof typeof SETTINGS, string> = {
  CLARION_DATA: "a folder, such as ./var",
  CLARION_PORT: "a whole number from 0 to 65535",
  CLARION_LOG: LOG_LEVELS.join(", "),
  CLARION_ACTOR_KEY: "at least 32 characters",
  CLARION_ACTOR_KEY_FILE: "the path of a file",
  CLARION_CONTACT: "an e-mail or web address",
};

/** Empty values count as not set, so that a line `CLARION_PORT=` does no harm. Throws `ConfigError`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([key, value]) => key.startsWith("CLARION_") && value !== "" && value !== undefined));
  for (const key of Object.keys(given)) {
    // Test runs mark what may run on this machine with names of their own.
    if (key.startsWith("CLARION_TEST_") || key in SETTINGS) continue;
    throw new ConfigError(`${key} is not a setting of Clarion. Known settings: ${Object.keys(SETTINGS).join(", ")}.`);
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    // Issue paths are the keys of the schema above.
    const key = String(parsed.error.issues[0]?.path[0]) as keyof typeof SETTINGS;
    throw new ConfigError(`${key} cannot be used. Expected: ${EXPECTED[key]}.`);
  }
  const { CLARION_DATA, CLARION_PORT, CLARION_LOG, CLARION_ACTOR_KEY, CLARION_ACTOR_KEY_FILE, CLARION_CONTACT } = parsed.data;
  return Object.freeze({
    dataFolder: CLARION_DATA,
    port: CLARION_PORT,
    logLevel: CLARION_LOG,
    actorKey: CLARION_ACTOR_KEY,
    actorKeyFile: CLARION_ACTOR_KEY_FILE,
    contact: CLARION_CONTACT,
  });
}
