/** Messages that say something to the bot: each is one line for the core, however often it is brought. */
import type { Answer } from "../../src/answer.ts";
import { findCommand } from "../../src/command.ts";
import { findPostOf } from "../../src/delivery/outbox.ts";
import { UserError } from "../../src/errors.ts";
import { speak } from "../../src/i18n.ts";
import { type Action, type Instant, sentence } from "../../src/message.ts";
import type { Ref } from "../../src/ports.ts";
import { forgetMarker } from "../../src/rooms/markers.ts";
import { findRoom } from "../../src/rooms/rooms.ts";
import { type Asked, showAnswer } from "./answers.ts";
import { KEY_FIELD } from "./draw/content.ts";
import { readLine, repliedTo, type Said } from "./draw/read.ts";
import { actorIn, addressIn, type Incoming, keyOf, refOfEvent } from "./incoming.ts";
import { INVITATION_KEY } from "./rooms.ts";
import { EventType, type MatrixEvent, type Room } from "./sdk.ts";

/** A line that was said, with all that it takes to carry it out. */
export type Spoken = Said & {
  user: string;
  event: string;
  saidAt: Instant;
  /** Encrypted, as everything should be where the room is. */
  encrypted: boolean;
  /** What it answers, as the core knows it. */
  about?: Ref;
  /** What the answer is a reply to. */
  origin: Ref;
  /** The command that it stands for, where it is a number. */
  means: string;
};

/** Undefined when it says nothing to the bot. */
export async function hearCommand(incoming: Incoming, room: Room, event: MatrixEvent): Promise<Spoken | undefined> {
  const [id, user] = [event.getId(), event.getSender()];
  // Not what an edit made of it: that is not carried out.
  const content: unknown = event.getOriginalContent();
  if (id === undefined || user === undefined || event.getType() !== EventType.RoomMessage || event.isRedacted()) return undefined;
  const said = readLine(content, { botUser: incoming.userId, displayName: room.getMember(incoming.userId)?.rawDisplayName ?? "" });
  if (said === undefined || isForAnother(incoming, said, event)) return undefined;
  const spoken = { ...said, user, event: id, saidAt: Math.min(event.getTs(), incoming.clock.now()), encrypted: event.isEncrypted(), origin: refOfEvent(room.roomId, id), means: said.line };
  const answered = repliedTo(content);
  if (answered === undefined) return spoken;
  const post = await findPostOf(incoming.store.reading, addressIn(room), answered);
  const isNumber = /^[0-9]{1,2}$/.test(said.line);
  if (post !== undefined) return { ...spoken, about: post.reference, ...(isNumber ? { means: chosen(post.actions, said.line)?.command ?? said.line } : {}) };
  if (!isNumber) return spoken;
  return hearNumber(incoming, room, spoken, answered);
}

/** A number in answer to a message that the core does not know: to an invitation, which is asked for what it offers; to another of ours; or to a person's, which is none of our business. */
async function hearNumber(incoming: Incoming, room: Room, spoken: Spoken, answered: string): Promise<Spoken | undefined> {
  const event = await findEvent(incoming, room, answered);
  if (event?.getSender() !== incoming.userId) return undefined;
  const key: unknown = event.getOriginalContent()[KEY_FIELD];
  const about = refOfEvent(room.roomId, answered);
  const isInvitation = typeof key === "string" && key.startsWith(INVITATION_KEY);
  // Where a room is already, the core says so.
  if (!isInvitation || (await findRoom(incoming.store.reading, addressIn(room))) !== undefined) return { ...spoken, about };
  const invitation = await incoming.inbox({ key: incoming.chance.id(), line: "invite", actor: actorIn(incoming, spoken.user), room: addressIn(room) });
  const line = chosen(invitation.message.actions, spoken.line)?.command ?? spoken.line;
  return { ...spoken, line, means: line, about };
}

function chosen(actions: readonly Action[], number: string): Action | undefined {
  return actions[Number(number) - 1];
}

async function findEvent({ client }: Incoming, room: Room, id: string): Promise<MatrixEvent | undefined> {
  const here = room.findEventById(id);
  const event = here ?? (await client.fetchRoomEvent(room.roomId, id).then(client.getEventMapper(), () => undefined));
  if (event !== undefined) await client.decryptEventIfNeeded(event);
  return event;
}

/** Other bots listen for `!` too. A word that is no command of ours, nor near one, is left to them, unless our name stands before it. */
function isForAnother({ commands }: Incoming, { line }: Said, event: MatrixEvent): boolean {
  const body: unknown = event.getOriginalContent()["body"];
  if (typeof body !== "string" || !/^\P{L}*!(?!clarion(?:\s|$))\p{L}/iu.test(body)) return false;
  try {
    findCommand(commands, line);
    return false;
  } catch (error) {
    return error instanceof UserError && error.code === "unknown_command" && error.values["near"] === "";
  }
}

/** `marker`: how far the room has been read with it; left out while something before it is still waited for. */
export async function carryOut(incoming: Incoming, room: Room, spoken: Spoken, marker: string | undefined): Promise<void> {
  const address = addressIn(room);
  const { user, origin } = spoken;
  const key = keyOf(spoken.event);
  const inbound = { key, actor: actorIn(incoming, user), room: address, origin, saidAt: spoken.saidAt, ...(marker === undefined ? {} : { marker }) };
  if (!spoken.encrypted && room.hasEncryptionStateEvent()) {
    const refusal = await incoming.inbox({ ...inbound, line: "unheard clear" });
    flyAnswer(incoming, refusal, { room: address, key, user, origin });
    return;
  }
  const answer = await incoming.inbox({
    ...inbound,
    line: spoken.line,
    ...(spoken.body === undefined ? {} : { body: spoken.body }),
    ...(spoken.about === undefined ? {} : { about: spoken.about }),
  });
  flyAnswer(incoming, explain(incoming, room, answer), { room: address, key, user, origin }, isLeaving(incoming, spoken, answer) ? () => leave(incoming, room) : undefined);
}

/** In a room for two there is no room of a network to be made; what was asked belongs where others are. */
function explain({ direct, language }: Incoming, room: Room, answer: Answer): Answer {
  if ((answer.code !== "not_a_room" && answer.code !== "room_unreachable") || !direct.isDirect(room)) return answer;
  return { ...answer, message: sentence(speak(language)("matrix.room_for_two"), language) };
}

/** Shown beside, so that the next line need not wait for it. */
function flyAnswer(incoming: Incoming, answer: Answer, asked: Asked, then?: () => Promise<void>): void {
  void incoming.flights.run("answer", async () => {
    try {
      await showAnswer(incoming, answer, asked);
    } finally {
      await then?.();
    }
  });
}

function isLeaving({ commands }: Incoming, { means }: Spoken, answer: Answer): boolean {
  if (!answer.ok || answer.repeated || answer.queued || answer.form !== undefined) return false;
  return findCommand(commands, means).command.name === "leave";
}

/** After the last word, so that it is clear that nobody of ours reads there any more. */
async function leave({ client, store }: Incoming, room: Room): Promise<void> {
  await client.leave(room.roomId);
  await store.write((trx) => forgetMarker(trx, addressIn(room)));
}
