/** Every setting, read in one place and checked once. The result is frozen; nothing else reads the environment. */
import { z } from "zod";
import { OperatorError } from "./operator-error.ts";

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
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([key, value]) => key.startsWith("CLARION_") && value !== "" && value !== undefined));
  for (const key of Object.keys(given)) {
    // Test runs mark what may run on this machine with names of their own.
    if (key.startsWith("CLARION_TEST_") || key in SETTINGS) continue;
    throw new OperatorError("setting_unknown", { setting: key, known: Object.keys(SETTINGS).join(", ") });
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    // Issue paths are the keys of the schema above.
    const setting = String(parsed.error.issues[0]?.path[0]);
    throw new OperatorError("setting_wrong", { setting, levels: LOG_LEVELS.join(", ") });
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
