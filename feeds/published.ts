/** Dates as feeds write them. Read by rule, not by the runtime's parser, which guesses and lets the machine's zone in. */

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** Minutes east of UTC, from RFC 822. */
const ZONES: Record<string, number> = { ut: 0, utc: 0, gmt: 0, z: 0, est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480, pdt: -420 };

const MAIL = /^(?:[a-z]{2,9}\.?,?\s+)?(\d{1,2})[\s-]([a-z]{3})[a-z]*\.?[\s-](\d{4}|\d{2})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?(?:\s+([+-]\d{2}:?\d{2}|[a-z]{1,4}))?$/i;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[t\s](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(z|[+-]\d{2}:?\d{2})?$/i;

/** The instant, or null when there is none or it cannot be read. A time without a zone counts as UTC; a wrong weekday does not matter. */
export function parsePublished(text: string): number | null {
  const trimmed = text.trim().slice(0, 60);
  const iso = ISO.exec(trimmed);
  if (iso !== null) return compose(iso[1], Number(iso[2]) - 1, iso[3], iso[4], iso[5], iso[6], iso[7]);
  const mail = MAIL.exec(trimmed);
  if (mail === null) return null;
  const year = mail[3] ?? "";
  const month = MONTHS.indexOf((mail[2] ?? "").toLowerCase());
  return compose(year.length === 2 ? `20${year}` : year, month, mail[1], mail[4], mail[5], mail[6], mail[7]);
}

function compose(
  year: string | undefined,
  month: number,
  day: string | undefined,
  hour = "0",
  minute = "0",
  second = "0",
  zone = "z",
): number | null {
  const offset = offsetOf(zone);
  const parts = [Number(year), month, Number(day), Number(hour), Number(minute), Math.min(59, Number(second))] as const;
  const length = (Date.UTC(parts[0], month + 1, 1) - Date.UTC(parts[0], month, 1)) / 86_400_000;
  // `Date.UTC` would turn 31 February into March; such a date is not a date.
  const holds = month >= 0 && month < 12 && parts[2] >= 1 && parts[2] <= length && parts[3] < 24 && parts[4] < 60 && parts[0] >= 1990;
  return holds && offset !== undefined ? Date.UTC(...parts) - offset * 60_000 : null;
}

function offsetOf(zone: string): number | undefined {
  const numeric = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (numeric === null) return ZONES[zone.toLowerCase()];
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3]);
  return numeric[1] === "-" ? -minutes : minutes;
}
