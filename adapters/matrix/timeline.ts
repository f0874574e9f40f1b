/**
 * Reads every room on from where it was read last, in order, once. The library's own place says nothing of ours, which is a marker for each room in the
 * main database; it moves with the effect of a line, and never past a message that is still waited for.
 */
import { wasClaimed } from "../../src/audit.ts";
import { findCommand, printLine } from "../../src/command.ts";
import { originOf } from "../../src/errors.ts";
import { isCarriedOut, TOO_LATE_MILLISECONDS } from "../../src/late.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { markerOf, moveMarker } from "../../src/rooms/markers.ts";
import { showAnswer } from "./answers.ts";
import { carryOut, hearCommand, type Spoken } from "./commands.ts";
import { actorIn, addressIn, type Incoming, keyOf, refOfEvent } from "./incoming.ts";
import { eventsAfter, isOwnJoin } from "./pages.ts";
import { codeOfError } from "./quiet-logger.ts";
import { hearReaction } from "./reactions.ts";
import { arrive, isWatched } from "./rooms.ts";
import { KnownMembership, type MatrixEvent, type Room } from "./sdk.ts";
import { type Held, hold, learnSender, tryAgain, type Unreadable, whyUnreadable } from "./unreadable.ts";
import type { Upgrades } from "./upgrade.ts";

/** Where one room has been read to. */
type Place = {
  address: RoomAddress;
  /** The last event that was handled, as far as this process knows. */
  position: string | undefined;
  /** What the database knows. */
  saved: string | undefined;
  held: Held[];
  /** Lines too old to be carried out that nobody was told of yet, and the last of them. */
  missed: { count: number; last: string };
  running: boolean;
  again: boolean;
  failures: { event: string; count: number };
};

export type Timeline = {
  /** Reads on wherever something is new. */
  readAll(): void;
  /** Keeps how far everything was read. After `flights.end`. */
  close(): Promise<void>;
};

/** More messages than this are not waited for in one room: the first of them are given up. */
const MOST_HELD = 100;
/** A room that knows the bot for longer, and that it has never read, was read by a database that is gone: what was said there is not asked of this one. */
const RECENT_MILLISECONDS = 24 * 3_600_000;
/** So many new events in one room are dear to read once more. */
const MANY = 20;
/** What share of the usual time. */
const SOONER = 20;
/** An event that cannot be handled so often is passed over. */
const MOST_FAILURES = 3;

export function createTimeline(incoming: Incoming, upgrades: Upgrades): Timeline {
  const { client, userId, store, inbox, commands, clock, log, pace, flights } = incoming;
  const places = new Map<string, Place>();
  let saving: NodeJS.Timeout | undefined;
  let hastened = false;
  let hasSaved = false;

  async function placeOf(room: Room): Promise<Place> {
    const known = places.get(room.roomId);
    if (known !== undefined) return known;
    const address = addressIn(room);
    const saved = await markerOf(store.reading, address);
    const place: Place = { address, position: saved, saved, held: [], missed: { count: 0, last: "" }, running: false, again: false, failures: { event: "", count: 0 } };
    // Somebody may have been faster.
    return places.get(room.roomId) ?? (places.set(room.roomId, place), place);
  }

  /** Nothing before this is waited for, or untold. */
  const isClear = (place: Place): boolean => place.held.length === 0 && place.missed.count === 0;

  async function read(room: Room): Promise<void> {
    const place = await placeOf(room);
    if (place.running) {
      place.again = true;
      return;
    }
    place.running = true;
    try {
      do {
        place.again = false;
        await readOn(room, place);
      } while (place.again && !flights.ending);
    } finally {
      place.running = false;
    }
  }

  async function readOn(room: Room, place: Place): Promise<void> {
    await settleHeld(room, place);
    // The first time, whatever was said since the bot came: it may have died before it could keep that it did.
    const from = place.position ?? recentJoin(room);
    let news = await eventsAfter(client, room, from);
    const joined = news.findLastIndex((event) => isOwnJoin(event, userId));
    if (place.position === undefined || joined >= 0) {
      // Whatever was said before the bot came is none of its business.
      const event = news[joined]?.getId() ?? from ?? news.at(-1)?.getId();
      if (event === undefined) return;
      await arrive(incoming, upgrades, room, event, place.position !== undefined);
      place.position = place.saved = event;
      if (joined >= 0) news = news.slice(joined + 1);
      else if (from === undefined) news = [];
    }
    let changed: string | undefined;
    for (const event of news) {
      if (flights.ending) return;
      const id = event.getId() ?? "";
      if (isWatched(event, userId)) changed = id;
      else await takeSafely(room, place, event, id);
      place.position = id;
    }
    await tellMissed(room, place);
    if (changed !== undefined) {
      // A room that goes on elsewhere is none any more, and then there is nothing to look at.
      await upgrades.follow(room);
      await inbox({ key: `${keyOf(changed)}:check`, line: "room check", actor: actorIn(incoming, userId), room: place.address });
    }
    letGo(room, place);
    if (isClear(place) && place.saved !== place.position) saveSoon(!hasSaved || news.length >= MANY);
  }

  /** The first time, and after much, sooner: a program that dies again and again would else read the same, and ever more, at each start. */
  function saveSoon(sooner: boolean): void {
    if (sooner && !hastened) clearTimeout(saving);
    else if (saving !== undefined) return;
    hastened = sooner;
    saving = setTimeout(() => void flights.run("markers", save), pace.markerMilliseconds / (sooner ? SOONER : 1));
  }

  /** By what the bot came into a room, where that was not long ago. */
  function recentJoin(room: Room): string | undefined {
    const event = room.getMember(userId)?.events.member;
    return event !== undefined && clock.now() - event.getTs() < RECENT_MILLISECONDS ? event.getId() : undefined;
  }

  /** What was read is not needed any more; what comes next follows on it. */
  function letGo(room: Room, place: Place): void {
    const events = room.getLiveTimeline().getEvents();
    if (events.length > pace.timelineEvents && place.held.length === 0 && events.at(-1)?.getId() === place.position) room.resetLiveTimeline(null, null);
  }

  /** What fails is tried again with the next sync, and not for ever. */
  async function takeSafely(room: Room, place: Place, event: MatrixEvent, id: string): Promise<void> {
    try {
      await take(room, place, event, id);
    } catch (error) {
      place.failures = { event: id, count: place.failures.event === id ? place.failures.count + 1 : 1 };
      if (place.failures.count < MOST_FAILURES) throw error;
      log.error("matrix.event_passed_over", { room: room.roomId, code: codeOfError(error), at: originOf(error) });
    }
  }

  async function take(room: Room, place: Place, event: MatrixEvent, id: string): Promise<void> {
    if (event.getSender() === userId || event.getStateKey() !== undefined) return;
    let why = await whyUnreadable(client, event);
    // Where one of theirs is waited for already, asking did not help.
    if (why === "device" && !place.held.some(({ event: earlier }) => earlier.getSender() === event.getSender())) {
      await learnSender(client, event);
      why = await whyUnreadable(client, event);
    }
    if (why === "past") return;
    if (why !== undefined) {
      place.held.push(hold(event, why, pace, () => poke(room)));
      const [oldest] = place.held;
      if (oldest !== undefined && place.held.length > MOST_HELD) oldest.expired = true;
      return;
    }
    await act(room, place, event, id);
  }

  async function act(room: Room, place: Place, event: MatrixEvent, id: string): Promise<void> {
    const spoken = (await hearCommand(incoming, room, event)) ?? (await hearReaction(incoming, room, event));
    if (spoken === undefined) return;
    const isLate = clock.now() - spoken.saidAt > TOO_LATE_MILLISECONDS;
    if (!isCarriedOut(commands, spoken.means, spoken.saidAt, clock.now())) {
      // It may have been carried out in time, before a stop.
      if (isLine(spoken) && !(await wasClaimed(store.reading, keyOf(id)))) place.missed = { count: place.missed.count + 1, last: id };
      return;
    }
    if (!isLate) await tellMissed(room, place);
    const isMarked = isClear(place);
    await carryOut(incoming, room, spoken, isMarked ? id : undefined);
    if (isMarked) place.saved = id;
  }

  function isLine({ means }: Spoken): boolean {
    if (/^[0-9]{1,2}$/.test(means)) return true;
    try {
      return findCommand(commands, means).command !== undefined;
    } catch {
      return false;
    }
  }

  /** Once for all of them, after the last. Where no room is nobody is told: nothing could have been done there. */
  async function tellMissed(room: Room, place: Place): Promise<void> {
    const { count, last } = place.missed;
    if (count === 0) return;
    place.missed = { count: 0, last: "" };
    const isMarked = isClear(place);
    const inbound = { key: `matrix:m:${last}`, line: printLine("missed", [String(count)]), actor: actorIn(incoming, userId), room: place.address };
    // Said in answer to the last of them.
    const answer = await inbox({ ...inbound, origin: refOfEvent(room.roomId, last), ...(isMarked ? { marker: last } : {}) });
    if (isMarked && answer.queued) place.saved = last;
  }

  /** What can be read now is carried out, out of its turn; what has had its time is told. */
  async function settleHeld(room: Room, place: Place): Promise<void> {
    for (const held of place.held) {
      const { event } = held;
      if (held.expired && event.isDecryptionFailure()) await tryAgain(client, event);
      const why = await whyUnreadable(client, event);
      if (why !== undefined && !held.expired) continue;
      held.stop();
      if (why === undefined) await takeSafely(room, place, event, event.getId() ?? "");
      else await tellUnreadable(room, place, event, why);
      place.held = place.held.filter((each) => each !== held);
    }
  }

  /** Once for each session of keys: what comes after cannot be read for the same reason. */
  async function tellUnreadable(room: Room, { address }: Place, event: MatrixEvent, why: Unreadable): Promise<void> {
    const [id, user] = [event.getId() ?? "", event.getSender() ?? userId];
    const session: unknown = event.getWireContent()["session_id"];
    const key = `matrix:u:${why}:${typeof session === "string" ? session : id}`;
    const origin = refOfEvent(room.roomId, id);
    const answer = await inbox({ key, line: `unheard ${why}`, actor: actorIn(incoming, user), room: address, origin });
    log.warn("matrix.unreadable", { room: room.roomId, code: event.decryptionFailureReason ?? "" });
    void flights.run("answer", () => showAnswer(incoming, answer, { room: address, key, user, origin }));
  }

  async function save(): Promise<void> {
    clearTimeout(saving);
    saving = undefined;
    hastened = false;
    const moved = [...places.values()].flatMap((place) => {
      const { address, position } = place;
      return position !== undefined && isClear(place) && place.saved !== position ? [{ place, address, position }] : [];
    });
    if (moved.length === 0) return;
    await store.write(async (trx) => {
      for (const { address, position } of moved) {
        // Forgotten, it was left meanwhile.
        if ((await markerOf(trx, address)) !== undefined) await moveMarker(trx, address, position, clock.now());
      }
    });
    hasSaved = true;
    for (const { place, position } of moved) place.saved = position;
  }

  function poke(room: Room): void {
    if (!flights.ending) void flights.run("read", () => read(room));
  }

  return {
    readAll() {
      for (const room of client.getRooms()) {
        const membership = room.getMyMembership();
        if (membership === KnownMembership.Join) {
          const place = places.get(room.roomId);
          const newest = room.getLiveTimeline().getEvents().at(-1)?.getId();
          if (place === undefined || place.position === undefined || place.position !== newest) poke(room);
        } else if (membership !== KnownMembership.Invite) {
          for (const { stop } of places.get(room.roomId)?.held ?? []) stop();
          places.delete(room.roomId);
        }
      }
    },
    async close() {
      for (const { held } of places.values()) for (const { stop } of held) stop();
      clearTimeout(saving);
      await save();
    },
  };
}
