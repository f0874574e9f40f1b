/** What Slack's libraries may write to the log: the level and a code. Their texts quote payloads, addresses and tokens. */
import { LogLevel } from "@slack/bolt";
import type { Logger } from "@slack/logger";
import type { Log } from "../../src/ports.ts";
import { codeOf } from "./failures.ts";

export function createQuietLogger(log: Log): Logger {
  // A line without an error says nothing that may be kept.
  const codesOf = (texts: readonly unknown[]): string[] => texts.filter((each) => each instanceof Error).map(codeOf);
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...texts: unknown[]) => codesOf(texts).forEach((code) => log.warn("slack.library", { code })),
    error: (...texts: unknown[]) => codesOf(texts).forEach((code) => log.error("slack.library", { code })),
    setLevel: () => undefined,
    // Below this the libraries do not even put their texts together.
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
