/** Events: which of them an app gets, and how often they come again. */
import { setTimeout as wait } from "node:timers/promises";
import type { Ack, Carrier } from "./delivery.ts";
import type { JsonObject } from "./json.ts";
import { objectOf, textOf } from "./json.ts";
import { drawEvent } from "./shapes.ts";
import type { Workspace, World } from "./world.ts";

/** Events that need one of these scopes; those not named need none. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  app_mention: ["app_mentions:read"],
  channel_archive: ["channels:read"],
  channel_unarchive: ["channels:read"],
  channel_deleted: ["channels:read"],
  channel_rename: ["channels:read"],
  channel_left: ["channels:read"],
  channel_created: ["channels:read"],
  channel_id_changed: ["channels:read", "groups:read", "mpim:read", "im:read"],
  channel_shared: ["channels:read", "groups:read", "mpim:read", "im:read"],
  channel_unshared: ["channels:read", "groups:read", "mpim:read", "im:read"],
  group_archive: ["groups:read"],
  group_unarchive: ["groups:read"],
  group_deleted: ["groups:read"],
  group_rename: ["groups:read"],
  group_left: ["groups:read"],
  member_joined_channel: ["channels:read", "groups:read"],
  member_left_channel: ["channels:read", "groups:read"],
  "message.channels": ["channels:history"],
  "message.groups": ["groups:history"],
};

export type EventOutcome = {
  /** False when the app is not subscribed to it or lacks its scope: then nothing was sent. */
  sent: boolean;
  /** Of the first attempt. */
  ackedAfter: number | null;
  envelopeId: string;
  /** The same on every attempt. */
  payload: JsonObject;
  /** Every attempt so far, the first included; grows while Slack tries again. */
  attempts: Ack[];
};

export type Events = {
  send(type: string, fields: JsonObject): Promise<EventOutcome>;
  /** The same event once more, as Slack does when it did not see the acknowledgement. */
  redeliver(event: EventOutcome): Promise<EventOutcome>;
  stop(): void;
};

export function openEvents({ world, workspace, carrier }: { world: World; workspace: Workspace; carrier: () => Carrier }): Events {
  const stopping = new AbortController();
  const retry = async (outcome: EventOutcome): Promise<void> => {
    for (const [index, pause] of world.times.eventRetries.entries()) {
      await wait(pause, undefined, { signal: stopping.signal, ref: false });
      const ack = await carrier().deliver({ kind: "events_api", payload: outcome.payload, retryAttempt: index + 1, retryReason: "timeout" });
      outcome.attempts.push(ack);
      if (ack.after !== null || ack.noRetry) return;
    }
  };
  return {
    async send(type, fields) {
      const needed = SCOPES[type] ?? [];
      const subscribed = (workspace.events === undefined || workspace.events.includes(type)) && (needed.length === 0 || needed.some((scope) => workspace.scopes.includes(scope)));
      const channel = workspace.channels.get(textOf(fields["channel"]) || textOf(objectOf(fields["channel"])["id"]));
      const event = { type: type.replace(/^message\..*/, "message"), event_ts: (world.time.now() / 1_000).toFixed(6), ...fields };
      const payload = drawEvent(workspace, event, world.time.now(), channel?.shared ?? false);
      if (!subscribed) return { sent: false, ackedAfter: null, envelopeId: "", payload, attempts: [] };
      const ack = await carrier().deliver({ kind: "events_api", payload, retryAttempt: 0, retryReason: "" });
      const outcome: EventOutcome = { sent: true, ackedAfter: ack.after, envelopeId: ack.envelopeId, payload, attempts: [ack] };
      if (ack.after === null && !ack.noRetry) retry(outcome).catch(() => {});
      return outcome;
    },
    async redeliver(event) {
      const ack = await carrier().deliver({ kind: "events_api", payload: event.payload, retryAttempt: 1, retryReason: "timeout" });
      event.attempts.push(ack);
      return { ...event, ackedAfter: ack.after, envelopeId: ack.envelopeId };
    },
    stop: () => stopping.abort(),
  };
}
