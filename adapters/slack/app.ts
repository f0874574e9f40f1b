/** Bolt's app for one workspace: it reads what Slack brings and finds the listener. Receivers, keys and clients are ours. */
import { App, type Receiver } from "@slack/bolt";
import type { Log } from "../../src/ports.ts";
import { listenToClicks } from "./clicks.ts";
import { listenToCommands } from "./commands.ts";
import { type EventListeners, listenToEvents } from "./events.ts";
import { codeOf } from "./failures.ts";
import type { Incoming } from "./incoming.ts";
import type { Membership } from "./membership.ts";
import { createQuietLogger } from "./quiet-logger.ts";
import { listenToSubmissions } from "./submissions.ts";
import type { Workspace } from "./workspace.ts";

export type AppParts = { apiUrl?: string; log: Log; prefix: string; isMember: Membership; events: EventListeners };

/** Bolt wants one receiver of its own; ours hand over what they get by themselves, two of them at once where they are sockets. */
const NO_RECEIVER: Receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };

export function createApp(incoming: Incoming, { apiUrl, log, prefix, isMember, events }: AppParts): App {
  const app = new App({
    receiver: NO_RECEIVER,
    // Whatever team an event names, it came in through this workspace's own key.
    authorize: async () => authorization(incoming.workspace),
    convoStore: false,
    ignoreSelf: true,
    logger: createQuietLogger(log),
    // For the clients that Bolt makes itself; ours are in the workspace.
    clientOptions: { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }) },
  });
  app.error(async (error) => log.error("slack.bolt", { code: codeOf(error) }));
  listenToCommands(app, incoming, prefix);
  listenToClicks(app, incoming, isMember);
  listenToSubmissions(app, incoming, isMember);
  listenToEvents(app, incoming, events);
  return app;
}

function authorization({ secrets, team, user, bot }: Workspace): { botToken: string; botUserId: string; teamId: string; botId?: string } {
  return { botToken: secrets.botToken, botUserId: user, teamId: team, ...(bot === undefined ? {} : { botId: bot }) };
}
