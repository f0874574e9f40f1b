/** What the page shows beside the posts: rooms and an agenda, as plain data. Look-ups only. */
import { type Agenda, loadAgenda } from "./agenda.ts";
import type { Completion } from "./command.ts";
import type { Directory } from "./directory.ts";
import { UserError } from "./errors.ts";
import { speak } from "./i18n.ts";
import type { Instant, Language, Zone } from "./message.ts";
import type { Clock, RoomAddress, Store } from "./ports.ts";
import { listNetworks } from "./rooms/networks.ts";
import { findRoom, listRooms, NO_END } from "./rooms/rooms.ts";

export type { Agenda, AgendaEntry, AgendaWeek } from "./agenda.ts";

export type DeskRoom = {
  address: RoomAddress;
  network: string;
  name: string;
  language: Language;
  direction: "ltr" | "rtl";
  zone: Zone;
  paused: boolean;
  /** The end of the pause; null when there is no pause or it has no end. */
  pausedUntil: Instant | null;
};

export interface Desk {
  rooms(): Promise<DeskRoom[]>;
  agenda(room: RoomAddress, days: number): Promise<Agenda>;
  complete(line: string, room: RoomAddress): Promise<Completion[]>;
}

export type DeskDependencies = {
  store: Pick<Store, "reading">;
  clock: Pick<Clock, "now">;
  directory: Directory;
  complete(line: string, room: RoomAddress): Promise<Completion[]>;
};

/** Throws `UserError("not_a_room")` when an agenda is asked for a room that is not open. */
export function createDesk({ store, clock, directory, complete }: DeskDependencies): Desk {
  return {
    async rooms() {
      const names = new Map((await listNetworks(store.reading)).map((network) => [network.id, network.name]));
      const now = clock.now();
      return (await listRooms(store.reading)).map((room) => ({
        address: room.address,
        network: room.network,
        name: names.get(room.network) ?? room.network,
        language: room.language,
        direction: speak(room.language).direction,
        zone: room.zone,
        paused: room.pausedUntil !== null && room.pausedUntil > now,
        pausedUntil: room.pausedUntil !== null && room.pausedUntil > now && room.pausedUntil < NO_END ? room.pausedUntil : null,
      }));
    },
    async agenda(address, days) {
      const room = await findRoom(store.reading, address);
      if (room === undefined) throw new UserError("not_a_room");
      return loadAgenda(store.reading, room, days, directory, clock.now());
    },
    complete,
  };
}
