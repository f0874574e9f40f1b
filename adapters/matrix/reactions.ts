/**
 * A number put to one of the bot's posts chooses what stands under that number. Reactions travel in clear also where all else is encrypted, so only
 * what changes nothing for others is done: everything else is ignored.
 */
import { z } from "zod";
import { findCommand } from "../../src/command.ts";
import { findPostOf } from "../../src/delivery/outbox.ts";
import type { Spoken } from "./commands.ts";
import { addressIn, type Incoming } from "./incoming.ts";
import { EventType, type MatrixEvent, type Room } from "./sdk.ts";

const HARMLESS = ["snooze", "deadline history", "copy"];
const KEYCAP = /^([1-9])\ufe0f?\u20e3$/u;

const reactionSchema = z.object({ "m.relates_to": z.object({ rel_type: z.literal("m.annotation"), event_id: z.string(), key: z.string() }) });

/** Undefined when it is to be ignored. */
export async function hearReaction(incoming: Incoming, room: Room, event: MatrixEvent): Promise<Spoken | undefined> {
  const [id, user] = [event.getId(), event.getSender()];
  if (id === undefined || user === undefined || event.getType() !== EventType.Reaction || event.isRedacted()) return undefined;
  const reaction = reactionSchema.safeParse(event.getOriginalContent());
  if (!reaction.success) return undefined;
  const { event_id: target, key } = reaction.data["m.relates_to"];
  const number = KEYCAP.exec(key)?.[1];
  if (number === undefined) return undefined;
  const post = await findPostOf(incoming.store.reading, addressIn(room), target);
  const action = post?.actions[Number(number) - 1];
  if (post === undefined || action === undefined || !HARMLESS.includes(findCommand(incoming.commands, action.command).command.name)) return undefined;
  // The answer stands below the post: a reaction is nothing that could be answered.
  return { line: number, user, event: id, saidAt: Math.min(event.getTs(), incoming.clock.now()), encrypted: true, about: post.reference, origin: post.reference, means: action.command };
}
