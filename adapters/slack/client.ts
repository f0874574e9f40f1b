/** A client of Slack's Web API that does only what it is told: one attempt, one answer, in a time that is known. */
import { WebClient } from "@slack/web-api";
import type { Log } from "../../src/ports.ts";
import type { PaceRules } from "./pace.ts";
import { createQuietLogger } from "./quiet-logger.ts";

export type ClientOptions = { apiUrl?: string; log: Log; rules: Pick<PaceRules, "requestMilliseconds"> };

/**
 * Left to itself the library posts again after a lost reply, and stops every channel of a workspace for one that is limited. `headers` stays
 * unset: the library would write the token into the object it is given, and the next client would send it.
 */
export function createClient(token: string, { apiUrl, log, rules }: ClientOptions): WebClient {
  return new WebClient(token, {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: rules.requestMilliseconds,
    logger: createQuietLogger(log),
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  });
}
