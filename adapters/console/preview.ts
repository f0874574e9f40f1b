/** `preview`: each post that would be made, drawn as its room will see it. Nothing is posted or kept. */
import type { App } from "../../src/app.ts";
import { drawCard } from "../../src/delivery/draw.ts";
import { UserError } from "../../src/errors.ts";
import { speak } from "../../src/i18n.ts";
import type { Language, PlainDate } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import { type PlannedPost, previewRoom } from "../../src/planning/reminders.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { type Room, listRooms } from "../../src/rooms/rooms.ts";
import { endOfDay, formatMoment, startOfDay } from "../../src/time.ts";
import { safeForTerminal } from "./safe.ts";

/** `language` is that of the line above each post, English when absent; a post keeps its room's. */
export type PreviewOptions = { from: PlainDate; to: PlainDate; json: boolean; room?: RoomAddress; language?: Language; write(text: string): void };

/** The days are whole days in each room's own zone. Throws `not_a_room`. */
export async function printPreview(app: App, options: PreviewOptions): Promise<void> {
  const db = app.ports.store.reading;
  const rooms = (await listRooms(db)).filter((room) => options.room === undefined || room.address === options.room);
  if (rooms.length === 0) throw new UserError("not_a_room");
  const posts: { room: Room; planned: PlannedPost }[] = [];
  for (const room of rooms) {
    const from = startOfDay(options.from, room.zone);
    const until = endOfDay(options.to, room.zone);
    const planned = await previewRoom(db, room, app.parts.directory, from, until, app.ports.clock.now());
    posts.push(...planned.map((post) => ({ room, planned: post })));
  }
  posts.sort((a, b) => a.planned.at - b.planned.at || (a.room.address < b.room.address ? -1 : a.room.address > b.room.address ? 1 : 0));
  for (const { room, planned } of posts) {
    const text = await textOf(app, room, planned);
    if (text === undefined) continue;
    options.write(options.json ? `${JSON.stringify(describePost(room, planned, text))}\n` : `${headerOf(room, planned, options.language ?? "en")}\n${safeForTerminal(text)}\n`);
  }
}

async function textOf(app: App, room: Room, planned: PlannedPost): Promise<string | undefined> {
  const card = app.parts.cards.find((candidate) => candidate.kind === planned.card);
  if (card === undefined) return undefined;
  const post = { card: planned.card, subject: planned.subject, occasion: planned.occasion, planned_at: planned.at, told: planned.told ?? null };
  const drawn = await drawCard(card, app.ports.store.reading, post, room, planned.at, app.parts);
  return drawn === null ? undefined : toPlain(drawn.message, { numbers: true });
}

function describePost(room: Room, planned: PlannedPost, text: string) {
  return {
    at: new Date(planned.at).toISOString(),
    zone: room.zone,
    room: room.address,
    network: room.network,
    kind: planned.kind,
    deadlines: planned.deadlines,
    lead: planned.lead,
    late: planned.late,
    text,
  };
}

function headerOf(room: Room, planned: PlannedPost, language: Language): string {
  return `── ${formatMoment(planned.at, room.zone, language)} (${room.zone}) · ${room.address} · ${speak(language)(`plan.${planned.kind}`)}`;
}
