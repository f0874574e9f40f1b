/** The Slack double with one workspace in it, and the real clients that talk to it. */
import { LogLevel } from "@slack/logger";
import { SocketModeClient } from "@slack/socket-mode";
import { WebAPIPlatformError, WebAPIRateLimitedError, WebClient } from "@slack/web-api";
import type { DoubleOptions, DoubleWorkspace, SlackDouble, WorkspaceOptions } from "../../support/slack/double.ts";
import { NO_RATES, openSlackDouble } from "../../support/slack/double.ts";

/** A logger that says nothing: what goes wrong here is meant to. */
export const SILENT = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {}, getLevel: () => LogLevel.ERROR };

export type DoubleStage = {
  double: SlackDouble;
  workspace: DoubleWorkspace;
  /** A public channel with the bot and the person in it. */
  channel: string;
  person: string;
  client: WebClient;
  clientWith(token: string, timeout?: number): WebClient;
  openSocket(options?: { pingTimeout?: number }): SocketModeClient;
  close(): Promise<void>;
};

export async function openDoubleStage({ double: options = {}, workspace: asked = {} }: { double?: DoubleOptions; workspace?: WorkspaceOptions } = {}): Promise<DoubleStage> {
  const double = await openSlackDouble({ rates: NO_RATES, ...options });
  const workspace = double.addWorkspace(asked);
  const person = workspace.addUser();
  const channel = workspace.addChannel();
  const lines: { socket: SocketModeClient; connecting: boolean }[] = [];
  const clientWith = (token: string, timeout = 2_000) => new WebClient(token, { slackApiUrl: double.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, timeout, logger: SILENT });
  return {
    double,
    workspace,
    channel,
    person,
    client: clientWith(workspace.botToken),
    clientWith,
    openSocket({ pingTimeout = 300 } = {}) {
      const socket = new SocketModeClient({ appToken: workspace.appToken, clientPingTimeout: pingTimeout, logger: SILENT, clientOptions: { slackApiUrl: double.apiUrl } });
      const line = { socket, connecting: false };
      socket.on("connecting", () => (line.connecting = true));
      socket.on("connected", () => (line.connecting = false));
      lines.push(line);
      return socket;
    },
    async close() {
      await Promise.all(lines.map(leave));
      await double.close();
    },
  };
}

/** A client told to disconnect between opening its socket and hearing hello leaves a rejection behind that nobody can catch. */
async function leave(line: { socket: SocketModeClient; connecting: boolean }): Promise<void> {
  for (let tries = 0; line.connecting && tries < 200; tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  await line.socket.disconnect();
}

/** As Clarion posts: nothing unfurled. */
export const PLAIN = { unfurl_links: false, unfurl_media: false } as const;

export function button(label: string, actionId = "line:0", value = "deadlines") {
  return { type: "button" as const, action_id: actionId, value, text: { type: "plain_text" as const, text: label, emoji: false } };
}

export function actions(...elements: ReturnType<typeof button>[]) {
  return { type: "actions" as const, elements };
}

export function paragraph(text: string) {
  return { type: "rich_text" as const, elements: [{ type: "rich_text_section" as const, elements: [{ type: "text" as const, text }] }] };
}

export function plain(text: string) {
  return { type: "plain_text" as const, text, emoji: false };
}

export function modal(title = "One date", more: Record<string, unknown> = {}) {
  return { type: "modal" as const, title: plain(title), blocks: [paragraph("Nothing to fill in.")], ...more };
}

export function form(callbackId = "form") {
  return {
    type: "modal" as const,
    callback_id: callbackId,
    title: plain("Which day?"),
    submit: plain("Save"),
    blocks: [
      { type: "input" as const, block_id: "day", label: plain("Day"), element: { type: "plain_text_input" as const, action_id: "value", max_length: 10 } },
      { type: "input" as const, block_id: "note", label: plain("Note"), optional: true, element: { type: "plain_text_input" as const, action_id: "value" } },
    ],
  };
}

/** Slack's error code, `limited N` for a 429, or the name of whatever else went wrong; `ok` when nothing did. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "ok";
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return error.data.error;
    if (error instanceof WebAPIRateLimitedError) return `limited ${error.retryAfter}`;
    return error instanceof Error ? error.constructor.name : String(error);
  }
}

/** What has been said since the last look. */
export function newBreaches(double: SlackDouble): string[] {
  const all = [...double.breaches];
  const seen = seenBreaches.get(double) ?? 0;
  seenBreaches.set(double, all.length);
  return all.slice(seen);
}

const seenBreaches = new WeakMap<SlackDouble, number>();
