/** The shipped calendar in a fresh store, and small calendars made by hand. */
import { readShipped } from "../../adapters/data/read.ts";
import type { Change } from "../../src/calendar/claims.ts";
import { importCalendar } from "../../src/calendar/import.ts";
import { createDirectory, type Directory } from "../../src/directory.ts";
import type { Store } from "../../src/ports.ts";
import type { SessionRow, Shipped, UprRow } from "../../src/shipped.ts";
import { handClock, seededChance } from "./clock.ts";
import { openMemoryStore } from "./store.ts";

const files = readShipped(new URL("../../data", import.meta.url).pathname);
export const shippedFiles: Shipped = files.shipped;
export const shippedDirectory: Directory = createDirectory(files.directorySources);

/** The shipped rules with no session and no review: a calendar to add a few rows to. */
export function emptyCalendar(): Shipped {
  return { ...shippedFiles, sessions: [], upr: [], statusClaims: [], checkedOn: "2026-11-20" };
}

export function sessionRow(id: string, row: Partial<SessionRow> = {}): SessionRow {
  const [mechanism = "", ...number] = id.split("-");
  const source = "https://example.org/calendar";
  return { id, mechanism, session: number.join("-"), title: id, start: "", end: "", place: "Geneva", confidence: "secondary", source, ...row };
}

export function uprRow(session: string, iso3: string, row: Partial<UprRow> = {}): UprRow {
  return {
    session, state: iso3, iso3, session_start: "2027-11", session_end: "2027-11", stakeholder_deadline: "",
    national_report_deadline: "", confidence: "projected", source: "https://example.org/upr", ...row,
  };
}

export type Calendar = {
  store: Store;
  deps: { now: number; chance: ReturnType<typeof seededChance> };
  /** Brings a file in as the program does at start. */
  bring(shipped: Shipped): Promise<Change[]>;
};

/** A fresh store at noon of 20 November 2026. */
export async function openCalendar(shipped?: Shipped): Promise<Calendar> {
  const store = await openMemoryStore();
  const clock = handClock("2026-11-20T12:00:00Z");
  const chance = seededChance();
  const bring = (next: Shipped) => importCalendar(store, next, shippedDirectory, { clock, chance });
  if (shipped !== undefined) await bring(shipped);
  return { store, deps: { now: clock.now(), chance }, bring };
}
