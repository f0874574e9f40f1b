/** Triggers and response_urls: what an interaction lets an app do, how often and how long. */
import type { Workspace, World } from "./world.ts";
import { makeSecret } from "./world.ts";

export type Trigger = { id: string; workspace: Workspace; user: string; at: number; elapsed: number; used: boolean; /** The modal it was pulled in. */ view: string | undefined };
/** The message an interaction came from: what `replace_original` and `delete_original` mean. */
export type Source = { kind: "post"; channel: string; ts: string } | { kind: "whisper"; id: string } | { kind: "none" };
export type ResponseUrl = { id: string; workspace: Workspace; user: string; channel: string; thread: string | undefined; source: Source; at: number; elapsed: number; uses: number };

export type Interactions = {
  openTrigger(workspace: Workspace, user: string, view?: string): string;
  /** Spends it. The error is Slack's. */
  pullTrigger(workspace: Workspace, id: string): Trigger | "invalid_trigger_id" | "expired_trigger_id" | "exchanged_trigger_id";
  openResponseUrl(workspace: Workspace, fields: { user: string; channel: string; thread?: string | undefined; source: Source }): string;
  /** Counts one use. The error is Slack's. */
  useResponseUrl(id: string): ResponseUrl | "expired_url" | "used_url" | "invalid_url";
};

export function openInteractions(world: World): Interactions {
  const triggers = new Map<string, Trigger>();
  const urls = new Map<string, ResponseUrl>();
  // The stricter of the two clocks: a test may hold the one still, or move it by half an hour.
  const ageOf = (born: { at: number; elapsed: number }) => Math.max(world.time.now() - born.at, world.time.elapsed() - born.elapsed);
  const birth = () => ({ at: world.time.now(), elapsed: world.time.elapsed() });
  return {
    openTrigger(workspace, user, view) {
      const id = `${Math.floor(Math.random() * 1e12)}.${Math.floor(Math.random() * 1e10)}.${makeSecret(16)}`;
      triggers.set(id, { id, workspace, user, ...birth(), used: false, view });
      return id;
    },
    pullTrigger(workspace, id) {
      const trigger = triggers.get(id);
      if (trigger === undefined || trigger.workspace !== workspace) return "invalid_trigger_id";
      if (trigger.used) return "exchanged_trigger_id";
      if (ageOf(trigger) > world.times.triggerMilliseconds) return "expired_trigger_id";
      trigger.used = true;
      return trigger;
    },
    openResponseUrl(workspace, { user, channel, thread, source }) {
      const id = `${workspace.team}/${Math.floor(Math.random() * 1e13)}/${makeSecret(12)}`;
      urls.set(id, { id, workspace, user, channel, thread, source, ...birth(), uses: 0 });
      return `${world.origin}/actions/${id}`;
    },
    useResponseUrl(id) {
      const url = urls.get(id);
      if (url === undefined) return "invalid_url";
      if (ageOf(url) > world.times.responseUrlMilliseconds) return "expired_url";
      if (url.uses >= world.times.responseUrlUses) return "used_url";
      url.uses += 1;
      return url;
    },
  };
}
