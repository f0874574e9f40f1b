/** What one person has received, by room, in the order of the rooms; the same for every kind of person. */
import { findUnreadable, type HeardEvent, type ShownMessage, showMessages } from "./heard.ts";

export interface Hearing {
  /** Everything received in a room, oldest first. */
  heard(roomId: string): HeardEvent[];
  /** The room's messages as a client shows them. */
  shown(roomId: string): ShownMessage[];
  /** What this person cannot read, in one room or in all. */
  unreadable(roomId?: string): HeardEvent[];
  /**
   * Listens until the room shows what is looked for, and returns what `look` found. Throws after `patience` milliseconds (45,000 unless said),
   * with what the room shows then.
   */
  until<T>(roomId: string, look: (shown: ShownMessage[]) => T | undefined, patience?: number): Promise<T>;
  /** Listens until the room shows a message whose text is this, or matches. */
  read(roomId: string, text: string | RegExp, patience?: number): Promise<ShownMessage>;
}

const PATIENCE_MILLISECONDS = 45_000;

/** `listen` returns when something came, or after that many milliseconds. */
export function createHearing(listen: (milliseconds: number) => Promise<void>): Hearing & { hear(events: readonly HeardEvent[]): void } {
  const rooms = new Map<string, Map<string, HeardEvent>>();
  const heard = (roomId: string): HeardEvent[] => [...(rooms.get(roomId)?.values() ?? [])];
  const shown = (roomId: string): ShownMessage[] => showMessages(heard(roomId));
  const until: Hearing["until"] = async (roomId, look, patience = PATIENCE_MILLISECONDS) => {
    const end = performance.now() + patience;
    for (;;) {
      const found = look(shown(roomId));
      if (found !== undefined) return found;
      const left = end - performance.now();
      if (left <= 0) throw new Error(`Not shown after ${patience} ms. Shown: ${tell(shown(roomId))}. Unreadable: ${findUnreadable(heard(roomId)).length}.`);
      await listen(Math.min(left, 2_000));
    }
  };
  return {
    hear(events) {
      for (const event of events) {
        const room = rooms.get(event.roomId) ?? new Map<string, HeardEvent>();
        rooms.set(event.roomId, room.set(event.eventId, event));
      }
    },
    heard,
    shown,
    unreadable: (roomId) => findUnreadable((roomId === undefined ? [...rooms.keys()] : [roomId]).flatMap(heard)),
    until,
    read: (roomId, text, patience) =>
      until(roomId, (messages) => messages.find(({ body }) => (typeof text === "string" ? body === text : text.test(body))), patience),
  };
}

function tell(messages: readonly ShownMessage[]): string {
  return messages.length === 0 ? "nothing" : messages.slice(-10).map(({ sender, body }) => `${sender}: ${JSON.stringify(body)}`).join("; ");
}
