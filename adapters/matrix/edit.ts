/** What stands is edited in place, or taken away with all that it ever said. */
import { z } from "zod";
import { ChatError } from "../../src/errors.ts";
import type { Message } from "../../src/message.ts";
import type { Chat, Log } from "../../src/ports.ts";
import { createRecent } from "../node/recent.ts";
import { type Standing, standingOf } from "./address.ts";
import type { OpenedClient } from "./client.ts";
import { asEdit, type Content, withKey } from "./draw/content.ts";
import { codeOf, isNotFound, toChatError } from "./failures.ts";
import { findEdits } from "./lookup.ts";
import { type MatrixClient, Method } from "./sdk.ts";
import type { Wire } from "./wire.ts";

export type EditDependencies = {
  opened: Pick<OpenedClient, "client" | "userId">;
  wire: Wire;
  log: Log;
  /** Throws `refused` where a message cannot be drawn. */
  draw(message: Message): Content[];
};

export type Editor = Pick<Chat, "edit" | "remove"> & {
  /** Takes pages away, the last first, each with its earlier words. What is not there needs no taking away. Throws `ChatError`. */
  removePages(room: string, events: readonly string[]): Promise<void>;
};

/** How many events that were taken away are remembered, so that it is not asked again with each edit. */
const REMEMBERED = 5_000;
const PAGE_SIZE = 100;

type Condition = "standing" | "redacted" | "missing";
const eventSchema = z.looseObject({
  sender: z.string(),
  unsigned: z.looseObject({ redacted_because: z.unknown().optional() }).optional(),
});
const editsSchema = z.object({
  chunk: z.array(z.looseObject({ event_id: z.string(), sender: z.string() })),
  next_batch: z.string().nullish(),
});

export function createEditor({ opened: { client, userId }, wire, log, draw }: EditDependencies): Editor {
  const removed = createRecent<true>(REMEMBERED);

  async function lookAt(room: string, event: string): Promise<Condition> {
    const answer = await client.fetchRoomEvent(room, event).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw toChatError(error, "read", "absent");
    });
    const found = eventSchema.safeParse(answer).data;
    if (found === undefined || found.sender !== userId) return "missing";
    return found.unsigned?.redacted_because === undefined ? "standing" : "redacted";
  }

  async function removePages(room: string, events: readonly string[]): Promise<void> {
    for (const event of events.toReversed()) {
      if (removed.get(event) === true) continue;
      const condition = await lookAt(room, event);
      // Asked first, as a homeserver names no edits of what was taken away. Their words would stay for whoever has the keys.
      const edits = condition === "standing" ? await listEdits(client, room, event, userId) : condition === "redacted" ? await findEdits({ client, userId }, room, event) : [];
      if (condition === "standing") await redact(room, event);
      for (const edit of edits) await redact(room, edit);
      removed.set(event, true);
    }
  }

  async function redact(room: string, event: string): Promise<void> {
    try {
      await wire.redact(room, event);
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== "gone") throw error;
    }
  }

  /** Takes away what another post takes the place of, or nobody needs. Where that is not allowed it stays: better too much than too little. */
  async function clear(room: string, events: readonly string[]): Promise<void> {
    try {
      await removePages(room, events);
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== "refused") throw error;
      log.warn("matrix.left_standing", { code: codeOf(error) });
    }
  }

  async function update({ room, events }: Standing, pages: readonly Content[], key: string): Promise<void> {
    for (const [number, page] of pages.entries()) {
      const transaction = `${key}.edit.${number}`;
      await wire.put(room, withKey(asEdit(page, events[number] ?? ""), transaction), transaction, "edit");
    }
  }

  return {
    removePages,
    async edit(ref, message, key) {
      const standing = standingOf(ref);
      if (standing === undefined) throw new ChatError("gone");
      const pages = draw(message);
      const { room, events } = standing;
      const kept = events.slice(0, pages.length);
      // The homeserver takes an edit of what was taken away, and nobody is shown it.
      const conditions = await Promise.all(kept.map((event) => lookAt(room, event)));
      // Another page cannot be put between what was posted since, and pages must not stand without the others: the whole comes anew.
      if (pages.length > events.length || conditions.some((condition) => condition !== "standing")) {
        await clear(room, events);
        throw new ChatError("gone");
      }
      await update(standing, pages, key);
      await clear(room, events.slice(pages.length));
    },
    async remove(ref) {
      const standing = standingOf(ref);
      if (standing !== undefined) await removePages(standing.room, standing.events);
    },
  };
}

/** Our edits of an event. Throws `ChatError`. */
async function listEdits(client: MatrixClient, room: string, event: string, userId: string): Promise<string[]> {
  const path = `/_matrix/client/v1/rooms/${encodeURIComponent(room)}/relations/${encodeURIComponent(event)}/m.replace`;
  const edits: string[] = [];
  let from: string | undefined;
  do {
    const query = { limit: String(PAGE_SIZE), ...(from === undefined ? {} : { from }) };
    const answer: unknown = await client.http.authedRequest(Method.Get, path, query, undefined, { prefix: "" }).catch((error: unknown) => {
      if (isNotFound(error)) return { chunk: [] };
      throw toChatError(error, "read", "absent");
    });
    const { chunk, next_batch: next } = editsSchema.parse(answer);
    edits.push(...chunk.filter(({ sender }) => sender === userId).map(({ event_id: id }) => id));
    from = next ?? undefined;
  } while (from !== undefined);
  return edits;
}
