/** What happened in a room after a certain event, also where the homeserver left some of it out of what it brought. */
import { Direction, EventType, KnownMembership, type MatrixClient, MatrixError, type MatrixEvent, type Room } from "./sdk.ts";

const PAGE_EVENTS = 50;
/** Refusals that no repeat mends: of the room, and of a place in it that the homeserver no longer knows. */
const LASTING = ["M_FORBIDDEN", "M_NOT_FOUND", "M_INVALID_PARAM", "M_UNKNOWN_POS"];
/** Whatever lies further back than that is from long ago. */
const MOST_PAGES = 40;

/** Oldest first. All that is at hand where `position` is undefined; no more than can be had where it is not found. Rejects when the homeserver cannot be asked. */
export async function eventsAfter(client: MatrixClient, room: Room, position: string | undefined): Promise<MatrixEvent[]> {
  const timeline = room.getLiveTimeline();
  const here = timeline.getEvents().filter((event) => event.getId() !== undefined && event.status === null);
  if (position === undefined) return here;
  const index = here.findLastIndex((event) => event.getId() === position);
  if (index >= 0) return here.slice(index + 1);
  // Taken at the same moment as the events: another gap may come meanwhile.
  let from = timeline.getPaginationToken(Direction.Backward);
  const toEvent = client.getEventMapper();
  const earlier: MatrixEvent[] = [];
  for (let count = 0; count < MOST_PAGES && from !== null; count += 1) {
    const page = await readPage(client, room.roomId, from);
    if (page === undefined) break;
    for (const raw of page.chunk) {
      if (raw.event_id === position) return [...earlier.toReversed(), ...here];
      earlier.push(toEvent(raw));
    }
    from = page.end ?? null;
  }
  return [...earlier.toReversed(), ...here];
}

type Page = Awaited<ReturnType<MatrixClient["createMessagesRequest"]>>;

/** Undefined where the homeserver will never show it: what is older is not for this account. */
async function readPage(client: MatrixClient, room: string, from: string): Promise<Page | undefined> {
  try {
    return await client.createMessagesRequest(room, from, PAGE_EVENTS, Direction.Backward);
  } catch (error) {
    if (error instanceof MatrixError && LASTING.includes(error.errcode ?? "")) return undefined;
    throw error;
  }
}

/** Whether the bot comes into the room by this event: not where it only changes its name. */
export function isOwnJoin(event: MatrixEvent, userId: string): boolean {
  if (event.getType() !== EventType.RoomMember || event.getStateKey() !== userId || event.getContent()["membership"] !== KnownMembership.Join) return false;
  return event.getPrevContent()["membership"] !== KnownMembership.Join;
}
