/** Everything Clarion says on Matrix: the sending half of the chat. */
import { ChatError } from "../../src/errors.ts";
import type { Message } from "../../src/message.ts";
import type { Chat, Clock, Log } from "../../src/ports.ts";
import type { OpenedClient } from "./client.ts";
import type { Content } from "./draw/content.ts";
import { drawContents } from "./draw/pages.ts";
import { createEditor } from "./edit.ts";
import { codeOf } from "./failures.ts";
import { createReach } from "./reach.ts";
import { ClientEvent, SyncState } from "./sdk.ts";
import { createSender } from "./send.ts";
import { SENDING_PACE, type SendingPace } from "./sending-pace.ts";
import { createWire, type Wire } from "./wire.ts";

export type OutgoingOptions = {
  /** Made before it is started: nothing is sent before the first sync. */
  opened: OpenedClient;
  clock: Clock;
  log: Log;
  pace?: Partial<SendingPace>;
  /** Ends what waits for its turn. */
  stopping: AbortSignal;
};

export type Outgoing = Pick<Chat, "send" | "edit" | "remove" | "capabilities"> & Pick<Wire, "settled">;

export function createOutgoing({ opened, clock, log, stopping, ...options }: OutgoingOptions): Outgoing {
  const pace = { ...SENDING_PACE, ...options.pace };
  const reach = createReach({ opened, hasSynced: watchFirstSync(opened), settleMilliseconds: pace.settleMilliseconds });
  const wire = createWire({ opened, reach, clock, log, pace, stopping });

  /** A message that cannot be drawn is a fault of ours, and no repeat mends it. */
  function draw(message: Message): Content[] {
    try {
      return drawContents(message);
    } catch (cause) {
      log.error("matrix.undrawable", { error: codeOf(cause) });
      throw new ChatError("refused", { cause });
    }
  }

  const { edit, remove, removePages } = createEditor({ opened, wire, log, draw });
  const send = createSender({ opened, wire, clock, log, pace, stopping, draw, takeAway: (room, events) => removePages(room, events).catch(() => undefined) });
  return { send, edit, remove, capabilities: (room) => reach.capabilities(room), settled: () => wire.settled() };
}

/** "Prepared" comes from what was kept; only "syncing" comes from the homeserver. */
function watchFirstSync({ client }: Pick<OpenedClient, "client">): () => boolean {
  let synced = client.getSyncState() === SyncState.Syncing;
  const look = (state: SyncState): void => {
    if (state !== SyncState.Syncing) return;
    synced = true;
    client.off(ClientEvent.Sync, look);
  };
  if (!synced) client.on(ClientEvent.Sync, look);
  return () => synced;
}
