/** What the page shows beside the posts: rooms and an agenda, as plain data. Look-ups only. */
import type { Completion } from "./command.ts";
import type { Language, PlainDate, Span, YearMonth, Zone } from "./message.ts";
import type { RoomAddress } from "./ports.ts";

export type DeskRoom = { address: RoomAddress; network: string; name: string; language: Language; direction: "ltr" | "rtl"; zone: Zone; paused: boolean };

export type AgendaEntry = {
  id: string;
  /** `deadline`, `opening`, `planning`, `internal`, `session`, `observance`. */
  kind: string;
  on: PlainDate | YearMonth;
  time: string | null;
  zone: Zone;
  title: Span[];
  /** "in 2 weeks", "about March 2027", in the room's language. */
  distance: string;
  status: string;
  /** The old date when it has moved. */
  movedFrom: PlainDate | YearMonth | null;
  networks: string[];
  taken: boolean;
  /** The line that shows it whole. */
  command: string;
};
/** One ISO week, by its Monday; entries known to the month only stand under `about`. */
export type AgendaWeek = { monday: PlainDate; label: string; entries: AgendaEntry[] };
export type Agenda = { weeks: AgendaWeek[]; about: { month: YearMonth; label: string; entries: AgendaEntry[] }[] };

export interface Desk {
  rooms(): Promise<DeskRoom[]>;
  agenda(room: RoomAddress, days: number): Promise<Agenda>;
  complete(line: string, room: RoomAddress): Promise<Completion[]>;
}
