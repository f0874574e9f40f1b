/** The VTIMEZONE of an IANA zone, from the rules of this runtime: every change of its clock in a few years, each written out. */
import { Temporal } from "temporal-polyfill";
import type { Instant, Zone } from "../../src/message.ts";

function offsetText(seconds: number): string {
  const length = Math.abs(seconds);
  const parts = [Math.floor(length / 3_600), Math.floor(length / 60) % 60, length % 60].map((part) => String(part).padStart(2, "0"));
  return `${seconds < 0 ? "-" : "+"}${parts[0]}${parts[1]}${parts[2] === "00" ? "" : parts[2]}`;
}

function wallText(epochSeconds: number): string {
  return Temporal.Instant.fromEpochMilliseconds(epochSeconds * 1_000).toString().replace(/[-:Z]/g, "");
}

function observance(kind: "STANDARD" | "DAYLIGHT", at: number, from: number, to: number): string[] {
  return [`BEGIN:${kind}`, `DTSTART:${wallText(at + from)}`, `TZOFFSETFROM:${offsetText(from)}`, `TZOFFSETTO:${offsetText(to)}`, `END:${kind}`];
}

/** Good from one instant until another. */
export function writeTimezone(zone: Zone, from: Instant, until: Instant): string {
  let here = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  const offset = (at: Temporal.ZonedDateTime): number => at.offsetNanoseconds / 1e9;
  const lines = ["BEGIN:VTIMEZONE", `TZID:${zone}`, ...observance("STANDARD", Math.floor(from / 1_000), offset(here), offset(here))];
  for (let next = here.getTimeZoneTransition("next"); next !== null && next.epochMilliseconds <= until; next = here.getTimeZoneTransition("next")) {
    const before = offset(here);
    here = next;
    lines.push(...observance(offset(here) > before ? "DAYLIGHT" : "STANDARD", Math.floor(next.epochMilliseconds / 1_000), before, offset(here)));
  }
  return [...lines, "END:VTIMEZONE"].join("\r\n");
}
