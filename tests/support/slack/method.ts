/** What a Web API method is to the double, and how it says no. */
import type { Interactions } from "./interactions.ts";
import type { JsonObject } from "./json.ts";
import { textOf } from "./json.ts";
import type { Tier } from "./rates.ts";
import type { Channel, Workspace, World } from "./world.ts";
import { channelOf } from "./world.ts";

/** Slack's `{ ok: false, error }`, with what else the reply carries. */
export class ApiError extends Error {
  readonly code: string;
  readonly fields: JsonObject;
  constructor(code: string, fields: JsonObject = {}) {
    super(code);
    this.name = "ApiError";
    this.code = code;
    this.fields = fields;
  }
}

export type MethodCall = { world: World; workspace: Workspace; interactions: Interactions; args: JsonObject; openSocketUrl: () => string };

export type Method = {
  token: "bot" | "app";
  /** One of these is needed; none when empty. */
  scopes: readonly string[];
  tier: Tier | "post" | "none";
  /** Arguments without which the call is refused. */
  required: readonly string[];
  /** Arguments the documentation names; others are a breach. */
  optional: readonly string[];
  run(call: MethodCall): JsonObject;
};

export function argumentError(...messages: string[]): ApiError {
  return new ApiError("invalid_arguments", { response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) } });
}

export function flag(args: JsonObject, name: string): boolean {
  return ["true", "1"].includes(textOf(args[name]).toLowerCase());
}

/** The channel as far as this bot can see it: a private one only from inside. */
export function visibleChannel({ workspace, args }: Pick<MethodCall, "workspace" | "args">, name = "channel"): Channel {
  const channel = channelOf(workspace, textOf(args[name]));
  if (channel === undefined || (channel.private && !channel.member)) throw new ApiError("channel_not_found");
  return channel;
}

export function requireScope(workspace: Workspace, needed: string): void {
  if (!workspace.scopes.includes(needed)) throw missingScope(workspace, [needed]);
}

export function missingScope(workspace: Workspace, needed: readonly string[]): ApiError {
  return new ApiError("missing_scope", { needed: needed.join(","), provided: workspace.scopes.join(",") });
}
