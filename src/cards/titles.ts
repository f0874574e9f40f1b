/** How sessions, deadlines and places are called, in the language of the room. */
import type { Deadline } from "../calendar/deadlines.ts";
import type { Directory } from "../directory.ts";
import type { Say } from "../i18n.ts";
import { foreign, type Span, type Zone } from "../message.ts";
import { formatMoment } from "../time.ts";

/** What a title needs of a session. */
export type SessionNames = { id: string; mechanism: string; number: string; title: string };
export type Naming = { say: Say; directory: Directory };

/** The shipped titles carry remarks for readers of the file: "CANCELLED - …" and a last "(pattern: …)". */
function withoutRemarks(title: string): string {
  return title.replace(/^CANCELLED\s*-\s*/i, "").replace(/\s*\([^()]*\)\s*$/, "");
}

/** `day-world-drug-day-2027` is called by `observance.world-drug-day` in every year. */
function observanceKey(id: string): string {
  return `observance.${id.replace(/^day-/, "").replace(/-\d{4}$/, "")}`;
}

/** Numbers of sessions as the calendar writes them, with the sentence for each shape. */
const NUMBERS: readonly { shape: RegExp; key: string }[] = [
  { shape: /^(?<number>\d{1,3})$/, key: "session.name.numbered" },
  { shape: /^(?<number>\d{1,3})-reconvened$/, key: "session.name.reconvened" },
  { shape: /^(?<number>\d{1,3})-intersessional$/, key: "session.name.between" },
  { shape: /^pswg-(?<number>\d{1,3})$/, key: "session.name.presession" },
  { shape: /^before-(?<number>\d{1,3})$/, key: "session.name.before" },
  { shape: /^(?<year>\d{4})-(?<number>\d)$/, key: "session.name.yearly" },
  { shape: /^(?<year>\d{4})-last$/, key: "session.name.last" },
  { shape: /^(?<year>\d{4})-autumn$/, key: "session.name.autumn" },
  { shape: /^(?<year>\d{4})-spring$/, key: "session.name.spring" },
  { shape: /^B(?<number>\d{1,3})$/, key: "session.name.board" },
  { shape: /^(?<number>\d{1,3})-general-debate$/, key: "session.name.debate" },
  { shape: /^pswg-(?<date>\d{4}-\d{2})$/, key: "session.name.presession_of" },
  { shape: /^(?<date>\d{4}-\d{2}-\d{2})$/, key: "session.name.on" },
];

/** "Human Rights Council, 64th session"; the title of the file, as outside text, where the number has no known shape. */
export function sessionTitle(session: SessionNames, { say, directory }: Naming): Span {
  if (session.mechanism === "observance") {
    const key = observanceKey(session.id);
    return say.has(key) ? say(key) : foreign(withoutRemarks(session.title));
  }
  const body = directory.bodyName(session.mechanism, say.language, "name");
  for (const { shape, key } of NUMBERS) {
    const found = shape.exec(session.number)?.groups;
    if (found === undefined) continue;
    const date = formatMoment(found["date"] ?? "1970", "UTC", say.language, { weekday: false });
    return say(key, { body, number: Number(found["number"] ?? 0), year: found["year"] ?? "", date });
  }
  return foreign(withoutRemarks(session.title));
}

/** What is to be done: "written statements". A person's own title comes before the rule's. */
export function actionName(deadline: Pick<Deadline, "rule" | "title" | "mechanism">, { say, directory }: Naming): Span {
  if (deadline.title !== null) return foreign(deadline.title, 160);
  if (deadline.rule === null) return directory.bodyName(deadline.mechanism, say.language, "name");
  const key = `rule.${deadline.rule}.action`;
  if (say.has(key)) return say(key);
  return foreign(directory.rule(deadline.rule)?.action ?? deadline.rule);
}

/**
 * The title of one deadline: "UPR of Philippines: stakeholder paper", "Human Rights Council, 64th session: written statements".
 * `country: false` leaves the State out, for a post that lists several.
 */
export function deadlineTitle(
  deadline: Pick<Deadline, "rule" | "title" | "mechanism" | "country" | "kind">,
  session: SessionNames | undefined,
  naming: Naming,
  options: { country?: boolean } = {},
): Span[] {
  const { say, directory } = naming;
  const action = actionName(deadline, naming);
  if (deadline.kind === "internal") return say.spans("deadline.title.internal", { action });
  if (deadline.country !== null && options.country !== false) {
    return say.spans("deadline.title.country", {
      body: directory.bodyName(deadline.mechanism, say.language, "short"),
      country: directory.countryName(deadline.country, say.language),
      action,
    });
  }
  const head = session === undefined ? directory.bodyName(deadline.mechanism, say.language, "name") : sessionTitle(session, naming);
  return say.spans("deadline.title.session", { session: head, action });
}

/** The short form that fits a table: "HRC: written statements", "UPR Philippines: stakeholder paper". */
export function shortTitle(deadline: Pick<Deadline, "rule" | "title" | "mechanism" | "country">, naming: Naming): Span[] {
  const { say, directory } = naming;
  const body = directory.bodyName(deadline.mechanism, say.language, "short");
  const action = actionName(deadline, naming);
  if (deadline.country === null) return say.spans("deadline.title.short", { body, action });
  return say.spans("deadline.title.short.country", { body, country: directory.countryName(deadline.country, say.language), action });
}

/** The city whose office keeps an official zone: "Geneva" for `Europe/Zurich`, and "Washington" for `America/New_York` where the body sits there. */
export function placeOf(zone: Zone, say: Say, mechanism = ""): string {
  const ofBody = `place.${zone}.${mechanism}`;
  if (say.has(ofBody)) return say(ofBody);
  const key = `place.${zone}`;
  return say.has(key) ? say(key) : (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}
