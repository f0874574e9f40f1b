/**
 * A Slack of one's own on 127.0.0.1, as strict as Slack's documentation. The real clients talk to it: give them `apiUrl`.
 * What the documentation forbids is answered as Slack answers it, and what only a careless app would do is also kept in `breaches`.
 */
import type { Faults } from "./faults.ts";
import { openFaults } from "./faults.ts";
import { openHttpMode } from "./http-mode.ts";
import { openInteractions } from "./interactions.ts";
import type { Rates } from "./rates.ts";
import { SLACK_RATES } from "./rates.ts";
import { runServer } from "./server.ts";
import type { SocketHub } from "./socket-mode.ts";
import { openSocketHub } from "./socket-mode.ts";
import type { DoubleWorkspace, WorkspaceOptions } from "./workspace.ts";
import { makeWorkspace, openWorkspace } from "./workspace.ts";
import type { ApiCall, Times, Workspace, World } from "./world.ts";
import { SLACK_TIMES } from "./world.ts";

export type { DoubleWorkspace, WorkspaceOptions } from "./workspace.ts";
export { ALL_SCOPES, LEAST_SCOPES } from "./workspace.ts";
export { NO_RATES, SLACK_RATES } from "./rates.ts";
export type { Rates } from "./rates.ts";
export type { Fault, Faults } from "./faults.ts";
export type { Outcome, Place } from "./people.ts";
export type { EventOutcome } from "./events.ts";
export type { HttpMode, HttpReply, Signature } from "./http-mode.ts";
export type { ApiCall, Post, Times, View, Whisper } from "./world.ts";

export type SlackDouble = {
  /** `http://127.0.0.1:PORT/api/`, for `slackApiUrl`. */
  readonly apiUrl: string;
  /** Everything the app did that the documentation forbids, in words. Tests expect none. */
  readonly breaches: readonly string[];
  /** Every call of the Web API and of response_urls, in order, with its outcome; tokens left out. */
  readonly calls: readonly ApiCall[];
  readonly faults: Faults;
  addWorkspace(options?: WorkspaceOptions): DoubleWorkspace;
  close(): Promise<void>;
};

export type DoubleOptions = {
  /** What is not given is as strict as Slack; `NO_RATES` for tests that are not about limits. */
  rates?: Partial<Rates>;
  times?: Partial<Times>;
  /** Lists and histories come in pages no longer than this, whatever limit was asked for, with a cursor. */
  pageSize?: number;
  /** TCP stays open after the close handshake, as Slack's does. Then closing takes its time; by default it does not. */
  socketsLinger?: boolean;
  /** Milliseconds; timestamps of posts come from it, and triggers and response_urls age by it (and by real time). */
  now?: () => number;
};

export async function openSlackDouble({ rates, times, pageSize, socketsLinger, now = Date.now }: DoubleOptions = {}): Promise<SlackDouble> {
  const openedAt = performance.now();
  const world: World = {
    time: { now, elapsed: () => performance.now() - openedAt },
    rates: { ...SLACK_RATES, ...rates },
    times: { ...SLACK_TIMES, ...times },
    workspaces: [],
    breaches: [],
    calls: [],
    pageSize: pageSize ?? Number.POSITIVE_INFINITY,
    socketsLinger: socketsLinger ?? false,
    origin: "",
  };
  const interactions = openInteractions(world);
  const faults = openFaults();
  const hubs = new Map<Workspace, SocketHub>();
  const stops: (() => void)[] = [];
  const server = await runServer({
    world,
    interactions,
    faults,
    openSocketUrl: (workspace) => hubs.get(workspace)?.openUrl() ?? "",
    upgrade(request, socket, head) {
      const fault = faults.take("socket", {});
      if (fault?.kind === "silent") return;
      if (fault?.kind === "reset") socket.destroy();
      else if (fault !== undefined) socket.end(`HTTP/1.1 ${fault.kind === "http" ? fault.status : 500} Refused\r\nConnection: close\r\n\r\n`);
      else if (![...hubs.values()].some((hub) => hub.upgrade(request, socket, head))) {
        world.breaches.push("socket: a URL that was used before or never given");
        socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
      }
    },
  });
  world.origin = server.origin;
  return {
    apiUrl: `${server.origin}/api/`,
    breaches: world.breaches,
    calls: world.calls,
    faults,
    addWorkspace(options = {}) {
      const workspace = makeWorkspace(options, Math.floor(now()));
      world.workspaces.push(workspace);
      const hub = openSocketHub(world, workspace);
      hubs.set(workspace, hub);
      const http = openHttpMode(world, workspace);
      const { stop, ...opened } = openWorkspace({ world, workspace, interactions, hub, http, carrier: () => http.carrier ?? hub });
      stops.push(stop);
      return opened;
    },
    async close() {
      for (const stop of stops) stop();
      for (const hub of hubs.values()) hub.close();
      await server.close();
    },
  };
}
