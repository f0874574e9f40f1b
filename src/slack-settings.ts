/** The settings of Slack: which workspaces, by which keys, and how Slack reaches us. Checked here; asked of Slack itself by `doctor`. */
import { z } from "zod";
import { OperatorError } from "./operator-error.ts";
import { hideSecrets } from "./secrets.ts";

/** Also part of the source of `.env.example`. */
export const SLACK_SETTINGS = {
  SLACK_BOT_TOKEN: "Slack: bot token of your app (xoxb-…). With it and one of the next two, Slack is started. How to get them: docs/slack.md",
  SLACK_BOT_TOKEN_FILE: "A file that holds that token, instead of the token itself",
  SLACK_APP_TOKEN: "Slack: app-level token (xapp-…) with the scope connections:write. Socket Mode: nothing of yours is open to the internet",
  SLACK_APP_TOKEN_FILE: "A file that holds that token",
  SLACK_SIGNING_SECRET: "Slack: signing secret of your app. HTTP mode, used where there is no app-level token; Slack then calls you",
  SLACK_SIGNING_SECRET_FILE: "A file that holds that secret",
  SLACK_WORKSPACES_FILE: "Several workspaces: a JSON file with a list of { botToken, appToken, signingSecret }, one of the last two in each",
  SLACK_COMMAND_PREFIX: "Put before each slash command, such as c- for /c-call, where another app has the same names. Default: none",
  SLACK_HTTP_PORT: "HTTP mode: port for what Slack sends. Default 8438",
  SLACK_HTTP_HOST: "HTTP mode: address to listen on. Default 127.0.0.1, for a proxy on this machine that speaks https",
  SLACK_API_URL: "Another address of Slack's Web API, such as that of a test server",
} as const;

/** The keys of one workspace's app. Socket Mode where there is an app-level token, HTTP where there is only a signing secret. */
export type WorkspaceSecrets = { botToken: string; appToken?: string; signingSecret?: string };

export type SlackConfig = Readonly<{
  workspaces: readonly WorkspaceSecrets[];
  /** Ends with a slash, as Slack's client wants it. */
  apiUrl?: string;
  /** Lower-case letters, digits and hyphens, the last one a hyphen. */
  prefix?: string;
  /** Set when a workspace has no app-level token. */
  http?: { port: number; host: string };
}>;

/** Reads a secret's file. Throws `OperatorError` with the setting that named it. */
export type SecretReader = (setting: string, file: string) => string;

/** Slack's names of commands end at 32 characters with the slash; ours have up to 15. The hyphen keeps a prefix from being the start of a name. */
export const COMMAND_PREFIX = /^[a-z0-9][a-z0-9-]{0,14}-$/;
const DEFAULT_HTTP = { port: 8438, host: "127.0.0.1" };

const schema = z.object({
  SLACK_COMMAND_PREFIX: z.string().regex(COMMAND_PREFIX).optional(),
  SLACK_HTTP_PORT: z.coerce.number().int().min(1).max(65_535).default(DEFAULT_HTTP.port),
  SLACK_HTTP_HOST: z.string().min(1).max(255).default(DEFAULT_HTTP.host),
  SLACK_API_URL: z.string().refine(isSafeUrl).optional(),
});

/** The tokens go where this points: over https, or to this machine. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, search, hash } = new URL(text);
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return (protocol === "https:" || (protocol === "http:" && isHere)) && username === "" && search === "" && hash === "";
}

/**
 * Undefined when nothing of Slack is set. Throws `OperatorError` that names the setting, what kind of key it holds and what belongs there,
 * and never repeats the key.
 */
export function readSlackSettings(given: Readonly<Record<string, string>>, readSecret: SecretReader): SlackConfig | undefined {
  const parsed = schema.safeParse(given);
  // Issue paths are the keys of the schema above.
  if (!parsed.success) throw new OperatorError("setting_wrong", { setting: String(parsed.error.issues[0]?.path[0]), levels: "" });
  const workspaces = [...readSingle(given, readSecret), ...readList(given, readSecret)];
  if (workspaces.length === 0) return undefined;
  const { SLACK_API_URL: url, SLACK_COMMAND_PREFIX: prefix, SLACK_HTTP_PORT: port, SLACK_HTTP_HOST: host } = parsed.data;
  return Object.freeze({
    workspaces: Object.freeze(workspaces),
    ...(url === undefined ? {} : { apiUrl: url.endsWith("/") ? url : `${url}/` }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(workspaces.every(({ appToken }) => appToken !== undefined) ? {} : { http: { port, host } }),
  });
}

function readSingle(given: Readonly<Record<string, string>>, readSecret: SecretReader): WorkspaceSecrets[] {
  const secret = (name: "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN" | "SLACK_SIGNING_SECRET"): { value: string; setting: string } | undefined => {
    const [value, file] = [given[name], given[`${name}_FILE`]];
    if (value !== undefined && file !== undefined) throw new OperatorError("setting_twice", { setting: name });
    if (file !== undefined) return { value: readSecret(`${name}_FILE`, file).trim(), setting: `${name}_FILE` };
    return value === undefined ? undefined : { value: value.trim(), setting: name };
  };
  const bot = secret("SLACK_BOT_TOKEN");
  const app = secret("SLACK_APP_TOKEN");
  const signing = secret("SLACK_SIGNING_SECRET");
  const first = app ?? signing;
  if (bot === undefined && first !== undefined) throw new OperatorError("slack_bot_token_missing", { setting: first.setting });
  if (bot === undefined) return [];
  return [checkWorkspace({ botToken: bot, appToken: app, signingSecret: signing })];
}

const entrySchema = z.strictObject({ botToken: z.string().min(1), appToken: z.string().min(1).optional(), signingSecret: z.string().min(1).optional() });

function readList(given: Readonly<Record<string, string>>, readSecret: SecretReader): WorkspaceSecrets[] {
  const setting = "SLACK_WORKSPACES_FILE";
  const file = given[setting];
  if (file === undefined) return [];
  const entries = z.array(z.unknown()).min(1).safeParse(parseJson(readSecret(setting, file)));
  if (!entries.success) throw new OperatorError("slack_workspaces_wrong", { setting });
  const seen = new Set<string>();
  return entries.data.map((entry, index) => {
    const place = `${setting}[${index + 1}]`;
    const parsed = entrySchema.safeParse(entry);
    if (!parsed.success || seen.has(parsed.data.botToken)) throw new OperatorError("slack_workspaces_wrong", { setting: place });
    seen.add(parsed.data.botToken);
    const named = (name: keyof WorkspaceSecrets) => {
      const value = parsed.data[name];
      return value === undefined ? undefined : { value: value.trim(), setting: `${place}.${name}` };
    };
    return checkWorkspace({ botToken: { value: parsed.data.botToken.trim(), setting: `${place}.botToken` }, appToken: named("appToken"), signingSecret: named("signingSecret") });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error's text would quote the file, which holds keys.
    return undefined;
  }
}

type Found = { value: string; setting: string };

function checkWorkspace(found: { botToken: Found; appToken: Found | undefined; signingSecret: Found | undefined }): WorkspaceSecrets {
  const { botToken, appToken, signingSecret } = found;
  for (const [each, wanted] of [[botToken, "bot"], [appToken, "app"], [signingSecret, "signing"]] as const) {
    if (each !== undefined && kindOf(each.value) !== wanted) throw new OperatorError("slack_key_kind", { setting: each.setting, wanted, found: kindOf(each.value) });
  }
  if (appToken === undefined && signingSecret === undefined) throw new OperatorError("slack_way_missing", { setting: botToken.setting });
  const secrets: WorkspaceSecrets = {
    botToken: botToken.value,
    ...(appToken === undefined ? {} : { appToken: appToken.value }),
    ...(signingSecret === undefined ? {} : { signingSecret: signingSecret.value }),
  };
  return Object.freeze(hideSecrets(secrets, ["botToken", "appToken", "signingSecret"]));
}

/** What kind of key this looks like. Slack's keys tell by how they begin: https://docs.slack.dev/authentication/tokens */
function kindOf(value: string): "bot" | "app" | "signing" | "user" | "rotating" | "settings" | "address" | "cut" {
  if (/^xoxe\.xox[bp]-/.test(value)) return value.startsWith("xoxe.xoxb-") ? "rotating" : "settings";
  if (value.startsWith("xoxe-")) return "rotating";
  if (/^xox[ps]-/.test(value)) return "user";
  if (/^https?:/.test(value)) return "address";
  if (/^xoxb-[\w-]+$/.test(value)) return "bot";
  if (/^xapp-[\w-]+$/.test(value)) return "app";
  // Thirty-two letters and digits, in every example Slack shows; here only what is surely no token and no left-over "…".
  return /^(?!xox|xapp)[A-Za-z0-9]{16,}$/.test(value) ? "signing" : "cut";
}
