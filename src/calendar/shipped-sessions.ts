/** The sessions of the shipped files with everything those files say about them. Pure. */
import type { Directory } from "../directory.ts";
import { firstLink } from "../links.ts";
import type { Zone } from "../message.ts";
import type { SessionRow, Shipped, UprRow } from "../shipped.ts";
import { confidenceFrom } from "./certainty.ts";
import type { ClaimDraft } from "./claims.ts";
import type { SessionFacts } from "./sessions.ts";

export type SessionSeed = SessionFacts & { zone: Zone; link: string; claims: ClaimDraft[] };

/** Marks a session that did not take place. */
const CANCELLED = "CANCELLED - ";

/** Where a session meets decides its zone; a place that is not listed here takes the zone of its body. */
const ZONES: Readonly<Record<string, Zone>> = {
  Geneva: "Europe/Zurich",
  "New York": "America/New_York",
  Vienna: "Europe/Vienna",
  "The Hague": "Europe/Amsterdam",
  Nairobi: "Africa/Nairobi",
  Banjul: "Africa/Banjul",
  Brasilia: "America/Sao_Paulo",
  "Guatemala City": "America/Guatemala",
  worldwide: "Etc/UTC",
};

type Sources = { shipped: Pick<Shipped, "sessions" | "upr" | "checkedOn">; directory: Pick<Directory, "body"> };

export function shippedSessions(sources: Sources): SessionSeed[] {
  const listed = sources.shipped.sessions.map((row) => fromCalendar(row, sources));
  const known = new Set(listed.map((session) => session.id));
  const reviews = Map.groupBy(sources.shipped.upr, (row) => row.session);
  // The calendar begins later than the review's cycle; the older sessions are known from their States alone.
  const older = [...reviews].flatMap(([number, [row]]) => (row === undefined || known.has(`upr-wg-${number}`) ? [] : [fromReviews(row, sources)]));
  return [...listed, ...older];
}

function fromCalendar(row: SessionRow, { shipped, directory }: Sources): SessionSeed {
  const zone = ZONES[row.place] ?? directory.body(row.mechanism)?.zone ?? "Etc/UTC";
  const said = {
    subject: row.id,
    confidence: confidenceFrom(row.confidence),
    statedBy: "shipped:sessions",
    link: firstLink(row.source),
    checkedOn: shipped.checkedOn,
    reason: "claim.shipped",
  };
  const cancelled = row.title.startsWith(CANCELLED);
  return {
    id: row.id,
    mechanism: row.mechanism,
    number: row.session,
    title: cleanTitle(row.title),
    place: row.place,
    kind: row.mechanism === "observance" ? "observance" : "session",
    zone,
    link: directory.body(row.mechanism)?.page ?? "",
    claims: [
      { ...said, value: { field: "date", on: row.start === "" ? null : row.start, zone, until: row.end === "" ? null : row.end } },
      ...(cancelled ? [{ ...said, value: { field: "status", status: "cancelled" } as const }] : []),
    ],
  };
}

function fromReviews(row: UprRow, { shipped, directory }: Sources): SessionSeed {
  const id = `upr-wg-${row.session}`;
  const zone = ZONES.Geneva ?? "Etc/UTC";
  return {
    id,
    mechanism: "upr-wg",
    number: row.session,
    title: `UPR Working Group, session ${row.session}`,
    place: "Geneva",
    kind: "session",
    zone,
    link: directory.body("upr-wg")?.page ?? "",
    claims: [
      {
        subject: id,
        value: { field: "date", on: row.session_start, zone, until: row.session_end === "" ? null : row.session_end },
        confidence: confidenceFrom(row.confidence),
        statedBy: "shipped:upr",
        link: firstLink(row.source),
        checkedOn: shipped.checkedOn,
        reason: "claim.shipped",
      },
    ],
  };
}

/** Without the mark of a cancelled session and the compiler's remark in brackets at the end. */
function cleanTitle(title: string): string {
  return title.replace(CANCELLED, "").replace(/\s*\([^()]*\)\s*$/, "");
}
