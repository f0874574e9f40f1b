/** What Clarion asks Slack to allow, and what each permission buys. */

export type Scope = {
  name: "commands" | "chat:write" | "channels:read" | "groups:read" | "channels:history" | "groups:history" | "app_mentions:read";
  /** Catalogue key: what it buys. */
  reason: string;
};

/** Without any one of these Clarion does not work. */
export const REQUIRED_SCOPES: readonly Scope[] = [
  { name: "commands", reason: "slack.scope.commands" },
  { name: "chat:write", reason: "slack.scope.write" },
  { name: "channels:read", reason: "slack.scope.channels" },
  { name: "groups:read", reason: "slack.scope.groups" },
];

/** Named as on the command line: `slack manifest --with history,mentions`. */
export const OPTIONS = ["history", "mentions"] as const;
export type Option = (typeof OPTIONS)[number];

/** Each adds something that can be done without. */
export const OPTIONAL_SCOPES: Readonly<Record<Option, readonly Scope[]>> = {
  history: [
    { name: "channels:history", reason: "slack.scope.history" },
    { name: "groups:history", reason: "slack.scope.history" },
  ],
  mentions: [{ name: "app_mentions:read", reason: "slack.scope.mentions" }],
};

export function isOption(word: string): word is Option {
  return OPTIONS.some((option) => option === word);
}
