/** One call of the Web API: who calls, may they, how often; then the method itself. */
import type { JsonObject } from "./json.ts";
import { textOf } from "./json.ts";
import type { Method, MethodCall } from "./method.ts";
import { ApiError, missingScope } from "./method.ts";
import { METHODS } from "./methods/all.ts";
import { openBucket } from "./rates.ts";
import type { Workspace, World } from "./world.ts";

export type Reply = { status: number; headers: Record<string, string>; body: string; outcome: string; retryAfter?: number };

/** How far a caller may be over a 429 it cannot have read yet, in milliseconds. */
const READING_TIME = 500;

export function jsonReply(body: JsonObject, headers: Record<string, string> = {}, status = 200): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
    outcome: body["ok"] === true ? "ok" : textOf(body["error"]),
  };
}

export function limitedReply(seconds: number): Reply {
  return { ...jsonReply({ ok: false, error: "ratelimited" }, { "retry-after": String(seconds) }, 429), retryAfter: seconds };
}

export function workspaceOfToken(world: World, token: string): { workspace: Workspace; kind: "bot" | "app" } | undefined {
  const bot = world.workspaces.find((workspace) => workspace.botToken === token);
  if (bot !== undefined) return { workspace: bot, kind: "bot" };
  const app = world.workspaces.find((workspace) => workspace.appToken === token);
  return app === undefined ? undefined : { workspace: app, kind: "app" };
}

/** Throws `ApiError` unless the token is known, alive and of the kind the method takes. */
function authenticate(world: World, name: string, method: Method, token: string): Workspace {
  if (token === "") {
    world.breaches.push(`${name}: no token`);
    throw new ApiError("not_authed");
  }
  const found = workspaceOfToken(world, token);
  if (found === undefined) throw new ApiError("invalid_auth");
  const { workspace, kind } = found;
  if (kind === "app" ? workspace.appTokenState === "revoked" : workspace.botTokenState === "unknown") throw new ApiError("invalid_auth");
  if (kind === "bot" && workspace.botTokenState === "revoked") throw new ApiError("token_revoked");
  if (kind === "bot" && workspace.botTokenState === "inactive") throw new ApiError("account_inactive");
  if (kind !== method.token) {
    world.breaches.push(`${name}: called with the ${kind} token`);
    throw new ApiError("not_allowed_token_type");
  }
  return workspace;
}

/** The limits a call counts against. */
function scopesOf(world: World, name: string, method: Method, args: JsonObject): { key: string; capacity: number; refill: number }[] {
  const { rates } = world;
  if (method.tier === "none") return [];
  if (method.tier === "post") {
    return [
      { key: limitKey(name, args), capacity: rates.postBurst, refill: rates.postMilliseconds },
      { key: "post", capacity: Math.max(1, rates.workspacePostsPerMinute / 4), refill: 60_000 / rates.workspacePostsPerMinute },
    ];
  }
  const restricted = rates.restrictedHistory && ["conversations.history", "conversations.replies"].includes(name);
  const perMinute = restricted ? 1 : rates.perMinute[method.tier];
  return [{ key: limitKey(name, args), capacity: perMinute, refill: 60_000 / perMinute }];
}

/** Seconds to wait, when a limit is met. A call into a scope that was told to wait is a breach. */
function limit(world: World, workspace: Workspace, name: string, method: Method, args: JsonObject): number | undefined {
  for (const scope of scopesOf(world, name, method, args)) {
    const bucket = workspace.buckets.get(scope.key) ?? openBucket(scope.capacity, scope.refill, world.time.elapsed);
    workspace.buckets.set(scope.key, bucket);
    noteImpatience(world, workspace, name, scope.key);
    const seconds = bucket.take();
    if (seconds === undefined) continue;
    pauseScope(world, workspace, scope.key, seconds);
    return seconds;
  }
  return undefined;
}

/** A scope answers 429 until then, and the app is told so. */
export function pauseScope(world: World, workspace: Workspace, key: string, seconds: number): void {
  const now = world.time.elapsed();
  const paused = workspace.limitedUntil.get(key);
  workspace.limitedUntil.set(key, { from: paused !== undefined && paused.until > now ? paused.from : now, until: now + seconds * 1_000, shownUntil: world.time.now() + seconds * 1_000 });
}

/** The scope a 429 of this call names: the channel for a post, the method for all else. */
export function limitKey(name: string, args: JsonObject): string {
  return name === "chat.postMessage" ? `post ${textOf(args["channel"])}` : name;
}

function noteImpatience(world: World, workspace: Workspace, name: string, key: string): void {
  const paused = workspace.limitedUntil.get(key);
  if (paused === undefined) return;
  const now = world.time.elapsed();
  if (now >= paused.until - 50 || world.time.now() >= paused.shownUntil) workspace.limitedUntil.delete(key);
  else if (now > paused.from + READING_TIME) world.breaches.push(`${name}: called again ${Math.ceil(paused.until - now)} ms before Retry-After was over`);
}

function requireArguments(world: World, name: string, method: Method, args: JsonObject): void {
  const missing = method.required.filter((argument) => args[argument] === undefined || args[argument] === "");
  if (missing.length > 0) {
    world.breaches.push(`${name}: ${missing.join(", ")} missing`);
    throw new ApiError("invalid_arguments", { response_metadata: { messages: missing.map((argument) => `[ERROR] missing required field: ${argument}`) } });
  }
  const unknown = Object.keys(args).filter((argument) => argument !== "token" && !method.required.includes(argument) && !method.optional.includes(argument));
  if (unknown.length > 0) world.breaches.push(`${name}: no such argument: ${unknown.join(", ")}`);
}

type CallBase = Omit<MethodCall, "workspace" | "openSocketUrl"> & { openSocketUrl: (workspace: Workspace) => string };

export function answerCall(base: CallBase, name: string, token: { text: string; inHeader: boolean }): Reply {
  const { world, args } = base;
  const headers: Record<string, string> = { "x-slack-req-id": "double" };
  try {
    const method = METHODS.get(name);
    if (method === undefined) {
      world.breaches.push(`${name}: no such method`);
      throw new ApiError("unknown_method", { req_method: name });
    }
    const workspace = authenticate(world, name, method, token.text);
    if (method.token === "app" && !token.inHeader) {
      world.breaches.push(`${name}: the token is not in the Authorization header`);
      throw new ApiError("not_authed");
    }
    headers["x-oauth-scopes"] = method.token === "bot" ? workspace.scopes.join(",") : "connections:write";
    if (method.scopes.length > 0) headers["x-accepted-oauth-scopes"] = method.scopes.join(",");
    const seconds = limit(world, workspace, name, method, args);
    if (seconds !== undefined) return limitedReply(seconds);
    if (method.token === "bot" && method.scopes.length > 0 && !method.scopes.some((scope) => workspace.scopes.includes(scope))) throw missingScope(workspace, method.scopes);
    requireArguments(world, name, method, args);
    return jsonReply({ ok: true, ...method.run({ ...base, workspace, openSocketUrl: () => base.openSocketUrl(workspace) }) }, headers);
  } catch (error) {
    if (error instanceof ApiError) return jsonReply({ ok: false, error: error.code, ...error.fields }, headers);
    world.breaches.push(`${name}: the double itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return jsonReply({ ok: false, error: "fatal_error" }, headers);
  }
}
