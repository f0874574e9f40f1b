/** What can be done in a channel, and what the bot hears there. Asked anew each time: who asks wants to know what is so now. */
import { z } from "zod";
import { ChatError } from "../../src/errors.ts";
import type { Capabilities, Clock, RoomAddress } from "../../src/ports.ts";
import { placeOf } from "./address.ts";
import { callSlack } from "./calls.ts";
import { isScopeMissing } from "./failures.ts";
import type { Workspaces } from "./workspace.ts";

const conversationSchema = z.object({
  channel: z.object({
    is_im: z.boolean().default(false),
    is_mpim: z.boolean().default(false),
    is_private: z.boolean().default(false),
    is_archived: z.boolean().default(false),
    /** Given for channels only. */
    is_member: z.boolean().optional(),
    is_shared: z.boolean().default(false),
    is_ext_shared: z.boolean().default(false),
    is_org_shared: z.boolean().default(false),
    is_pending_ext_shared: z.boolean().default(false),
  }),
});

/** Throws `ChatError("unreachable")` with the reason, `later`, or `refused` where the bot may not ask: then posting will tell. */
export async function readCapabilities(workspaces: Workspaces, clock: Pick<Clock, "now">, room: RoomAddress): Promise<Capabilities> {
  const place = placeOf(room);
  if (place === undefined) throw new ChatError("unreachable", { why: "missing" });
  if (place.channel.startsWith("D")) throw new ChatError("unreachable", { why: "direct" });
  const workspace = await workspaces.find(place.team);
  const answer = await callSlack(workspace, clock, "conversations.info", "read", () => workspace.client.conversations.info({ channel: place.channel })).catch((error: unknown) => {
    if (error instanceof ChatError && isScopeMissing(error.cause)) throw new ChatError("refused", { cause: error.cause });
    throw error;
  });
  const { channel } = conversationSchema.parse(answer);
  if (channel.is_im || channel.is_mpim) throw new ChatError("unreachable", { why: "direct" });
  if (channel.is_archived) throw new ChatError("unreachable", { why: "archived" });
  if (channel.is_member === false) throw new ChatError("unreachable", { why: "absent" });
  const hearing = channel.is_private ? "groups:history" : "channels:history";
  return {
    encrypted: false,
    edits: true,
    readers: "members",
    shared: channel.is_shared || channel.is_ext_shared || channel.is_org_shared || channel.is_pending_ext_shared,
    hears: workspace.has(hearing) === false ? "addressed" : "everything",
  };
}
