/**
 * The Home tab: what a person's rooms have coming. Who is in which room is asked from Slack when somebody looks, kept in memory for some
 * minutes, and neither stored nor logged. Those who looked within a day see changes without looking again.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { HomeView } from "@slack/types";
import { z } from "zod";
import type { Directory } from "../../src/directory.ts";
import { drawHomeEmpty, drawHomeTop, loadHome } from "../../src/home.ts";
import { speak } from "../../src/i18n.ts";
import { sentence, type Instant, type Language } from "../../src/message.ts";
import type { Clock, Log, RoomAddress, Store } from "../../src/ports.ts";
import { isCoordination, listNetworks } from "../../src/rooms/networks.ts";
import { listRooms } from "../../src/rooms/rooms.ts";
import { addressOf, placeOf } from "./address.ts";
import { drawHomeView } from "./draw/home.ts";
import { codeOf, retryAfterOf } from "./failures.ts";
import type { Flights } from "./flights.ts";
import type { Workspace } from "./workspace.ts";

export type HomeOptions = {
  store: Pick<Store, "reading" | "onCommit" | "onForeignChange">;
  directory: Directory;
  clock: Pick<Clock, "now">;
  log: Log;
  flights: Flights;
  language: Language;
  pace?: Partial<HomePace>;
};
/** In milliseconds. */
export type HomePace = {
  /** Changes within so long are one. */
  gather: number;
  /** Between two pages that nobody asked for: Slack takes 100 a minute, and whoever opens one comes first. */
  publish: number;
  /** Between two questions about somebody's channels that nobody waits for: Slack answers 50 a minute. */
  ask: number;
};
const USUAL_PACE: HomePace = { gather: 2_000, publish: 800, ask: 2_000 };

/**
 * How old Slack's answer about a person's channels may be: when they look, when they press, and when their page is renewed unasked. Whatever
 * its age, it counts no longer when we have other rooms than then.
 */
const LOOK_MEMBERSHIP_MILLISECONDS = 30_000;
const MEMBERSHIP_MILLISECONDS = 5 * 60_000;
const UNASKED_MEMBERSHIP_MILLISECONDS = 60 * 60_000;
const FRESH_MILLISECONDS = 24 * 60 * 60_000;
const MOST_READERS = 500;
/** Slack's largest page of channels, and how many pages are worth asking for one person. */
const CHANNELS_PAGE = 200;
const MOST_PAGES = 10;
const STALE_HASH = "hash_conflict";

const channelsSchema = z.object({
  channels: z.array(z.object({ id: z.string() })),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const publishedSchema = z.object({ view: z.object({ hash: z.string().optional() }).optional() });

type Reader = {
  workspace: Workspace;
  user: string;
  openedAt: Instant;
  rooms: RoomAddress[];
  roomsAskedAt: Instant;
  /** The rooms there were in the workspace at that time. */
  roomsThen: string;
  /** What they see, as JSON; "" before the first time. */
  shown: string;
  hash: string | undefined;
  /** One after the other: the later page wins. */
  turn: Promise<void>;
};

export interface Home {
  open(workspace: Workspace, user: string, hash: string | undefined): Promise<void>;
  isMember(workspace: Workspace, user: string, room: RoomAddress): Promise<boolean>;
  start(): void;
  stop(): void;
}

export function createHome(options: HomeOptions): Home {
  const { store, clock, log, flights } = options;
  const pace = { ...USUAL_PACE, ...options.pace };
  /** The one who looked last comes last. */
  const readers = new Map<string, Reader>();
  let stopping = new AbortController();
  let waiting: NodeJS.Timeout | undefined;
  let refreshing = false;
  let changedMeanwhile = false;
  let forget: (() => void)[] = [];

  function readerOf(workspace: Workspace, user: string): Reader {
    const id = `${workspace.team}/${user}`;
    const known = readers.get(id);
    const reader = known ?? {
      workspace, user, openedAt: Number.NEGATIVE_INFINITY, rooms: [], roomsAskedAt: Number.NEGATIVE_INFINITY, roomsThen: "", shown: "", hash: undefined, turn: Promise.resolve(),
    };
    readers.delete(id);
    readers.set(id, reader);
    const oldest = readers.keys().next().value;
    if (readers.size > MOST_READERS && oldest !== undefined) readers.delete(oldest);
    return reader;
  }

  /** The rooms they are in. Slack's answer of the last `age` milliseconds counts; an older one does where Slack gives none, and throws where there never was one. */
  async function roomsOf(reader: Reader, age: number): Promise<RoomAddress[]> {
    const { team } = reader.workspace;
    const ours = (await listRooms(store.reading)).map(({ address }) => address).filter((address) => placeOf(address)?.team === team);
    if (ours.length === 0) return [];
    const now = ours.join(" ");
    // Either way: the clock may have been set back.
    if (now === reader.roomsThen && Math.abs(clock.now() - reader.roomsAskedAt) < age) return reader.rooms;
    try {
      const theirs = await channelsOf(reader);
      reader.rooms = [...theirs].map((channel) => addressOf({ team, channel }));
      reader.roomsAskedAt = clock.now();
      reader.roomsThen = now;
    } catch (error) {
      log.warn("slack.membership_unknown", { code: codeOf(error) });
      if (reader.roomsAskedAt === Number.NEGATIVE_INFINITY) throw error;
    }
    return reader.rooms;
  }

  async function channelsOf({ workspace, user }: Reader): Promise<Set<string>> {
    const found = new Set<string>();
    let cursor = "";
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await workspace.client.users.conversations({
        user,
        types: "public_channel,private_channel",
        exclude_archived: true,
        limit: CHANNELS_PAGE,
        ...(cursor === "" ? {} : { cursor }),
      });
      workspace.note(answer);
      const { channels, response_metadata: metadata } = channelsSchema.parse(answer);
      for (const { id } of channels) found.add(id);
      cursor = metadata?.next_cursor ?? "";
      if (cursor === "") break;
    }
    return found;
  }

  /** Never empty: whoever is in no room learns what this is. */
  async function draw(rooms: readonly RoomAddress[]): Promise<HomeView> {
    const sections = await loadHome(store.reading, rooms, options.directory, clock.now());
    const [first] = sections;
    if (first !== undefined) {
      const top = drawHomeTop(speak(first.room.language));
      return drawHomeView(top, sections.map(({ room, message }) => ({ address: room.address, message })));
    }
    const networks = (await listNetworks(store.reading)).filter(({ id }) => !isCoordination({ network: id }));
    return drawHomeView(drawHomeEmpty(speak(options.language), networks), []);
  }

  /** Returns whether Slack was asked to show something new. */
  async function publish(reader: Reader, view: HomeView, always: boolean): Promise<boolean> {
    const drawn = JSON.stringify(view);
    if (!always && drawn === reader.shown) return false;
    const { client } = reader.workspace;
    const show = async (hash: string | undefined): Promise<void> => {
      const answer = await client.views.publish({ user_id: reader.user, view, ...(hash === undefined ? {} : { hash }) });
      reader.workspace.note(answer);
      reader.hash = publishedSchema.parse(answer).view?.hash;
      reader.shown = drawn;
    };
    try {
      await show(reader.hash);
    } catch (error) {
      // Somebody showed something else meanwhile; this one is newer, as pages of one person are drawn one after the other.
      if (codeOf(error) !== STALE_HASH) throw error;
      await show(undefined);
    }
    return true;
  }

  /** After what is under way for the same person. */
  function inTurn<T>(reader: Reader, work: () => Promise<T>): Promise<T> {
    const done = reader.turn.then(work);
    reader.turn = done.then(() => undefined, () => undefined);
    return done;
  }

  /** Everybody who looked within a day, those who looked last first. */
  async function refresh(signal: AbortSignal): Promise<void> {
    const views = new Map<string, Promise<HomeView>>();
    for (const [id, reader] of [...readers].reverse()) {
      if (signal.aborted) return;
      if (clock.now() - reader.openedAt > FRESH_MILLISECONDS) {
        readers.delete(id);
        continue;
      }
      try {
        const askedAt = reader.roomsAskedAt;
        const published = await inTurn(reader, async () => {
          const rooms = await roomsOf(reader, UNASKED_MEMBERSHIP_MILLISECONDS);
          const same = rooms.toSorted().join("\n");
          const view = views.get(same) ?? draw(rooms);
          views.set(same, view);
          return publish(reader, await view, false);
        });
        const wait = Math.max(published ? pace.publish : 0, reader.roomsAskedAt > askedAt ? pace.ask : 0);
        if (wait > 0) await pause(wait, undefined, { signal, ref: false });
      } catch (error) {
        if (signal.aborted) return;
        log.warn("slack.home_not_refreshed", { code: codeOf(error) });
        await pause(Math.max(pace.publish, pace.ask, retryAfterOf(error) ?? 0), undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** Changes of one moment are one; those that come while pages are being shown are the next. */
  function changed(): void {
    if (readers.size === 0 || stopping.signal.aborted) return;
    if (refreshing) {
      changedMeanwhile = true;
      return;
    }
    waiting ??= setTimeout(() => {
      waiting = undefined;
      refreshing = true;
      void flights
        .run("home", () => refresh(stopping.signal))
        .finally(() => {
          refreshing = false;
          if (!changedMeanwhile) return;
          changedMeanwhile = false;
          changed();
        });
    }, pace.gather).unref();
  }

  return {
    async open(workspace, user, hash) {
      const reader = readerOf(workspace, user);
      reader.openedAt = clock.now();
      await inTurn(reader, async () => {
        // What they see now may be from another process, or from before a restart.
        const isNew = hash === undefined || hash !== reader.hash;
        reader.hash = hash ?? reader.hash;
        const rooms = await roomsOf(reader, LOOK_MEMBERSHIP_MILLISECONDS).catch(() => undefined);
        // It is asked again by itself, when it is this person's turn.
        if (rooms === undefined) changed();
        await publish(reader, rooms === undefined ? drawUnknown(options.language) : await draw(rooms), isNew);
      });
    },
    async isMember(workspace, user, room) {
      return (await roomsOf(readerOf(workspace, user), MEMBERSHIP_MILLISECONDS)).includes(room);
    },
    start() {
      stopping = new AbortController();
      forget = [store.onCommit(changed), store.onForeignChange(changed)];
    },
    stop() {
      stopping.abort();
      for (const end of forget) end();
      forget = [];
      clearTimeout(waiting);
      waiting = undefined;
      changedMeanwhile = false;
      readers.clear();
    },
  };
}

/** Slack does not say just now in which rooms they are; saying "in none" would be wrong. */
function drawUnknown(language: Language): HomeView {
  return drawHomeView(sentence(speak(language)("slack.try_again"), language), []);
}
