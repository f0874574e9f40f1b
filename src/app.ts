/** The core as one value: what comes in goes through `dispatch`, what goes out through `deliver`, and time through `tick`. */
import type { Answer } from "./answer.ts";
import { sweepRecords } from "./audit.ts";
import { importCalendar } from "./calendar/import.ts";
import type { Completion } from "./command.ts";
import { completeLine } from "./complete.ts";
import { deliverRoom } from "./delivery/deliver.ts";
import { concernedRooms, listWaitingRooms, sweepReplies } from "./delivery/outbox.ts";
import { redactOutlived } from "./delivery/retention.ts";
import { dispatchInbound } from "./dispatch.ts";
import { originOf, UserError } from "./errors.ts";
import { closeRoom, openRoomLike } from "./lent-rooms.ts";
import type { Instant, Language } from "./message.ts";
import type { Parts } from "./parts.ts";
import { announceChanges } from "./planning/announce.ts";
import { layWhereNeeded, sweepPlans, tickPlans } from "./planning/reminders.ts";
import type { Inbound, Ports, RoomAddress, Writing } from "./ports.ts";
import { listWaitingPastes, pasteKey, sweepPastes } from "./proposals/pastes.ts";
import { sweepProposals } from "./proposals/proposals.ts";
import { importNetworks } from "./rooms/networks.ts";
import { listRooms } from "./rooms/rooms.ts";
import { openShippedRooms } from "./shipped-rooms.ts";
import { nextDueAt } from "./sources/due.ts";
import { sweepItems } from "./sources/items.ts";
import { sweepTellings, tellWaiting } from "./sources/tellings.ts";
import { checkKey, roomKey, roomOfKey, SOURCES_KEY, TICK_KEY } from "./wake-keys.ts";
import { welcomeRooms } from "./welcome.ts";

export interface App {
  readonly ports: Ports;
  readonly parts: Parts;
  /** Imports the shipped calendar, opens the shipped rooms, lays plans again if zone rules changed. Safe to repeat. */
  prepare(): Promise<void>;
  /** Posts a first word to every room that has had none. */
  welcome(): Promise<void>;
  /** A room of its own for a chat that is only there while the program runs, such as the terminal. Throws `not_a_room`. */
  lendRoom(address: RoomAddress, like: RoomAddress): Promise<void>;
  returnRoom(address: RoomAddress): Promise<void>;
  /** Chats, engine and heartbeat; call `prepare` first. Only the process that owns the data folder may start. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** One transaction, after which every room that got something to deliver is woken. */
  change<T>(body: (trx: Writing) => Promise<T>): Promise<T>;
  dispatch(inbound: Inbound): Promise<Answer>;
  complete(line: string, room: RoomAddress, language?: Language): Promise<Completion[]>;
  /** Posts what is due by now; safe to call at any time and any number of times. Returns when the next thing is due. */
  tick(): Promise<Instant | null>;
  /** Sends what waits for one room, in order; returns when it should be called again, or null when nothing waits. */
  deliver(room: RoomAddress): Promise<Instant | null>;
}


export function createApp(ports: Ports, parts: Parts): App {
  const { store, engine, clock, log } = ports;

  const change = <T>(body: (trx: Writing) => Promise<T>): Promise<T> =>
    store.write(async (trx) => {
      const result = await body(trx);
      for (const room of concernedRooms(trx)) await engine.wake(trx, roomKey(room));
      return result;
    });
  const dependencies = { ports, parts, change };

  const fault = (room: RoomAddress, error: unknown): void => log.error("tick_failed", { room, at: originOf(error) });
  const tick = async (): Promise<Instant | null> => {
    const next = await tickPlans({ store, directory: parts.directory, clock, change, fault });
    await tellWaiting({ store, change, now: clock.now() });
    return next;
  };

  /** Whatever lost its wake is found again by its row. */
  const sweep = async (): Promise<void> => {
    const now = clock.now();
    const sourcesDueAt = await nextDueAt(store.reading);
    const keys = [...(await listWaitingRooms(store.reading, now)).map(roomKey), ...(sourcesDueAt !== null && sourcesDueAt <= now ? [SOURCES_KEY] : []), ...(await listWaitingPastes(store.reading)).map(pasteKey)];
    if (keys.length === 0) return;
    await store.write(async (trx) => {
      for (const key of keys) await engine.wake(trx, key);
    });
  };

  const handle = async (key: string): Promise<Instant | null> => {
    if (key === TICK_KEY) return tick();
    const room = roomOfKey(key);
    if (room !== undefined) return deliverRoom(dependencies, room);
    const prefix = key.slice(0, key.indexOf(":"));
    const worker = parts.workers.find((candidate) => candidate.prefix === prefix);
    if (worker === undefined) {
      log.warn("no_worker", { prefix });
      return null;
    }
    return worker.run({ ports, parts, change }, key);
  };

  /** The page's rooms are on this machine; of every other, the chat is asked who reads there and whether it can be reached. */
  const checkRooms = (): Promise<void> =>
    store.write(async (trx) => {
      const rooms = await listRooms(trx);
      for (const { address } of rooms) if (!address.startsWith("web:")) await engine.wake(trx, checkKey(address));
    });

  /** The files hold rules for every year: this year's dates and the next one's are brought in when the year has turned, too. */
  const bringCalendar = async (): Promise<void> => {
    await importCalendar({ reading: store.reading, write: change }, parts.shipped, parts.directory, {
      clock,
      chance: ports.chance,
      announce: (trx, changes) => announceChanges(trx, changes, { directory: parts.directory, now: clock.now() }),
    });
  };

  const app: App = {
    ports,
    parts,
    change,
    async prepare() {
      await store.write(async (trx) => {
        await importNetworks(trx, parts.shipped);
        await openShippedRooms(trx, parts.shipped, parts.directory);
      });
      await bringCalendar();
      await layWhereNeeded({ store, directory: parts.directory, clock });
    },
    welcome: () => change((trx) => welcomeRooms(trx, clock.now())),
    async lendRoom(address, like) {
      await change(async (trx) => {
        // One that a crash left behind holds old posts.
        await closeRoom(trx, address);
        const opened = await openRoomLike(trx, address, like, { directory: parts.directory, now: clock.now() });
        if (!opened) throw new UserError("not_a_room");
      });
    },
    returnRoom: (address) => change((trx) => closeRoom(trx, address)),
    async start() {
      // This process owns the folder, so whoever held a lease is dead.
      await store.write(async (trx) => {
        await trx.updateTable("rooms").set({ lease_token: null, lease_until: 0 }).execute();
        await sweepReplies(trx, clock.now());
        await engine.wake(trx, TICK_KEY);
      });
      engine.work(handle);
      engine.every("heartbeat", "* * * * *", async () => {
        await store.write((trx) => engine.wake(trx, TICK_KEY));
        await sweep();
      });
      engine.every("sweep-records", "17 3 * * *", async () => {
        await store.write(async (trx) => {
          await sweepRecords(trx, clock.now());
          await sweepPlans(trx, clock.now());
          await redactOutlived(trx, clock.now());
          await sweepReplies(trx, clock.now());
          await sweepItems(trx, clock.now());
          await sweepTellings(trx, clock.now());
          await sweepProposals(trx, clock.now());
          await sweepPastes(trx, clock.now());
        });
        await bringCalendar();
      });
      engine.every("check-rooms", "41 4 * * *", checkRooms);
      for (const chat of ports.chats) await chat.start((inbound) => app.dispatch(inbound));
      await checkRooms();
      await engine.start();
      await sweep();
    },
    async stop() {
      // First nothing more comes in, then what is under way ends.
      for (const chat of ports.chats) await chat.stop();
      for (const worker of parts.workers) worker.end?.(dependencies);
      await engine.stop();
    },
    dispatch: (inbound) => dispatchInbound(dependencies, inbound),
    complete: (line, room, language) => completeLine({ ports, parts }, line, room, language),
    tick,
    deliver: (room) => deliverRoom(dependencies, room),
  };
  return app;
}

