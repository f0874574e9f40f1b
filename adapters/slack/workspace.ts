/**
 * The workspaces Clarion has keys for. Which team a key belongs to is asked from Slack (auth.test), in the background and again and again: Slack
 * may be down when Clarion starts, and one key that is no longer accepted must not keep the other workspaces from their posts.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { WebAPICallResult, WebClient } from "@slack/web-api";
import { z } from "zod";
import { ChatError } from "../../src/errors.ts";
import type { Instant } from "../../src/message.ts";
import { OperatorError } from "../../src/operator-error.ts";
import type { Clock, Log } from "../../src/ports.ts";
import { type Budget, createBudget } from "./budget.ts";
import { createClient } from "./client.ts";
import { codeOf, toChatError } from "./failures.ts";
import { createPace, createWaits, type Pace, PACE_RULES, type PaceRules, type Waits } from "./pace.ts";

/** `appToken`: Socket Mode. `signingSecret`: HTTP. */
export type WorkspaceSecrets = { botToken: string; appToken?: string; signingSecret?: string };

/** Who the bot is, in Slack's ids. */
export type Identity = { team: string; user: string; bot: string | undefined; app: string | undefined };

export type Workspace = Readonly<Identity> & {
  readonly secrets: WorkspaceSecrets;
  readonly client: WebClient;
  /** Whether the bot has been given this scope, as Slack last said; undefined where it never said. */
  has(scope: string): boolean | undefined;
  /** Every answer of Slack names the scopes of its token; a new installation changes them while Clarion runs. */
  note(answer: WebAPICallResult): void;
  readonly pace: Pace;
  readonly edits: Budget;
  readonly waits: Waits;
};

export type Workspaces = {
  /** Waits for the identity if it is being asked at this moment. Throws `ChatError`: `later`, or `unreachable` (`revoked`, `unknown`). */
  find(team: string): Promise<Workspace>;
  /** Those whose identity is known. */
  known(): readonly Workspace[];
  /** Calls back for each workspace whose identity is or becomes known, once. Returns what ends it. */
  onKnown(listener: (workspace: Workspace) => void): () => void;
  stop(): void;
};

export type WorkspacesOptions = {
  apiUrl?: string;
  log: Log;
  clock: Clock;
  rules?: Partial<PaceRules>;
  /** Before the second question; it doubles from there, up to five minutes. */
  retryMilliseconds?: number;
};

const LONGEST_RETRY_MILLISECONDS = 5 * 60_000;
/** A start waits no longer than this for who it is; the rest is learned while it runs. */
const START_MILLISECONDS = 3_000;
const FIRST_RETRY_MILLISECONDS = 1_000;

const identitySchema = z.object({
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

/** A key whose workspace is not known yet. `attempt` settles, and never rejects, when Slack has answered or not. */
type Stranger = { secrets: WorkspaceSecrets; client: WebClient; attempt: Promise<void>; state: "asking" | "down" | "revoked" | "twice"; nextAt: Instant };

/** Throws when two of the keys are for one workspace: its posts would come from two bots that do not know of each other. */
export async function openWorkspaces(secrets: readonly WorkspaceSecrets[], options: WorkspacesOptions): Promise<Workspaces> {
  if (new Set(secrets.map(({ botToken }) => botToken)).size < secrets.length) {
    throw new OperatorError("slack_token_twice");
  }
  const { log, clock } = options;
  const rules = { ...PACE_RULES, ...options.rules };
  const known = new Map<string, Workspace>();
  const strangers = new Set<Stranger>();
  const listeners = new Set<(workspace: Workspace) => void>();
  const stopping = new AbortController();

  /** One question. Returns how long to wait before the next, undefined when there is none to ask. */
  async function ask(stranger: Stranger, patience: number): Promise<number | undefined> {
    try {
      const answer = identitySchema.parse(await stranger.client.auth.test());
      const { team_id: team, user_id: user, bot_id: bot, app_id: app } = answer;
      if (known.has(team)) {
        stranger.state = "twice";
        log.error("slack.workspace_twice");
        return undefined;
      }
      strangers.delete(stranger);
      const workspace = createWorkspace(stranger, { team, user, bot, app }, answer.response_metadata?.scopes, rules);
      known.set(team, workspace);
      log.info("slack.workspace_known", { workspaces: known.size });
      for (const listener of listeners) listener(workspace);
      return undefined;
    } catch (error) {
      const failure = toChatError(error, "read");
      stranger.state = failure.code === "unreachable" ? "revoked" : "down";
      const wait = Math.max(patience, failure.afterMilliseconds ?? 0);
      stranger.nextAt = clock.now() + wait;
      log.warn("slack.workspace_unknown", { code: codeOf(error) });
      return wait;
    }
  }
  async function learn(stranger: Stranger): Promise<void> {
    for (let patience = options.retryMilliseconds ?? FIRST_RETRY_MILLISECONDS; ; patience = Math.min(patience * 2, LONGEST_RETRY_MILLISECONDS)) {
      const asked = ask(stranger, patience);
      stranger.attempt = asked.then(() => undefined);
      const wait = await asked;
      if (wait === undefined || stopping.signal.aborted) return;
      await sleep(wait, undefined, { ref: false, signal: stopping.signal });
    }
  }

  for (const each of secrets) {
    const client = createClient(each.botToken, { ...(options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl }), log, rules });
    const stranger: Stranger = { secrets: each, client, attempt: Promise.resolve(), state: "asking", nextAt: clock.now() };
    strangers.add(stranger);
    // Only stopping ends the sleep of a learner early.
    learn(stranger).catch(() => undefined);
  }
  const asked = [...strangers].map((stranger) => stranger.attempt);
  await Promise.race([Promise.all(asked), sleep(START_MILLISECONDS, undefined, { ref: false })]);
  if ([...strangers].some(({ state }) => state === "twice")) {
    stopping.abort();
    throw new OperatorError("slack_workspace_twice");
  }

  return {
    async find(team) {
      const found = known.get(team);
      if (found !== undefined) return found;
      await Promise.all([...strangers].map((stranger) => stranger.attempt));
      const learned = known.get(team);
      if (learned !== undefined) return learned;
      const down = [...strangers].filter(({ state }) => state === "down" || state === "asking");
      if (down.length > 0) {
        const nextAt = Math.min(...down.map((stranger) => stranger.nextAt));
        throw new ChatError("later", { after: Math.max(rules.postMilliseconds, nextAt - clock.now()), scope: "room" });
      }
      // Nobody can say which team a refused key was for; it is the likelier reason than a room without settings.
      const revoked = [...strangers].some(({ state }) => state === "revoked");
      throw new ChatError("unreachable", { why: revoked ? "revoked" : "unknown" });
    },
    known: () => [...known.values()],
    onKnown(listener) {
      for (const workspace of known.values()) listener(workspace);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      stopping.abort();
      listeners.clear();
    },
  };
}

function createWorkspace({ secrets, client }: Stranger, identity: Identity, granted: readonly string[] | undefined, rules: PaceRules): Workspace {
  let scopes: ReadonlySet<string> | undefined = granted === undefined ? undefined : new Set(granted);
  return {
    ...identity,
    secrets,
    client,
    has: (scope) => scopes?.has(scope),
    note({ response_metadata: metadata }) {
      if (metadata?.scopes !== undefined) scopes = new Set(metadata.scopes);
    },
    pace: createPace(rules),
    edits: createBudget(rules),
    waits: createWaits(),
  };
}
