/** Everything Clarion says on Slack, over all workspaces: the sending half of the chat. */
import type { WebClient } from "@slack/web-api";
import type { Chance, Chat, Clock, Log } from "../../src/ports.ts";
import type { Place } from "./address.ts";
import { createHandles, type Handles } from "./handles.ts";
import { PACE_RULES, type PaceRules } from "./pace.ts";
import { createPosts } from "./posts.ts";
import { readCapabilities } from "./reach.ts";
import { createWhispers, type Listener } from "./whispers.ts";
import type { Workspaces } from "./workspace.ts";

export type OutgoingOptions = {
  /** Opened with the same rules. Stopped with what is made here. */
  workspaces: Workspaces;
  clock: Clock;
  chance: Chance;
  log: Log;
  rules?: Partial<PaceRules>;
  apiUrl?: string;
};

export type Outgoing = Pick<Chat, "send" | "edit" | "remove" | "whisper" | "capabilities"> & {
  readonly workspaces: Workspaces;
  /** For answers that have no response_url: `handles.keep(show)` gives a token for `Asker`. */
  readonly handles: Handles;
  /** A token that answers somebody in a channel alone, by chat.postEphemeral. */
  remember(listener: Listener): string;
  /** Tells that the post with this timestamp stands in a thread, as the payload of a click on it says. */
  learnThread(place: Place, timestamp: string, thread: string): void;
  /** Throws `ChatError` while the workspace is not known. */
  clientOf(team: string): Promise<WebClient>;
  stop(): void;
};

export function createOutgoing({ workspaces, clock, chance, log, apiUrl, ...options }: OutgoingOptions): Outgoing {
  const rules = { ...PACE_RULES, ...options.rules };
  const stopping = new AbortController();
  const handles = createHandles(clock, chance);
  const whispers = createWhispers({ workspaces, clock, rules, handles, ...(apiUrl === undefined ? {} : { apiUrl }) });
  return {
    ...createPosts({ workspaces, clock, log, rules, stopping: stopping.signal }),
    ...whispers,
    workspaces,
    handles,
    capabilities: (room) => readCapabilities(workspaces, clock, room),
    clientOf: async (team) => (await workspaces.find(team)).client,
    stop() {
      stopping.abort();
      workspaces.stop();
    },
  };
}
