/** Lists of deadlines: those that differ only in the State become one line. */
import type { Deadline } from "../calendar/deadline-row.ts";
import { printLine } from "../command.ts";
import { listText } from "../i18n.ts";
import type { Action, Block, Span } from "../message.ts";
import { spansText } from "../plain.ts";
import type { Standing } from "../rooms/networks.ts";
import { forYouText } from "./fields.ts";
import { shortWhenSpans, type Seen } from "./parts.ts";
import { actionName, shortTitle } from "./titles.ts";

/** A first deadline and those that share all but the State with it. */
export type Line<E extends { deadline: Deadline }> = { first: E; entries: E[] };

/** Up to this many States are named; of more the number is. */
const STATES_NAMED = 3;

/** A post about more States than this has no buttons for each: the list names them, and each has a card of its own. */
const STATES_WITH_BUTTONS = 3;

/** Whether something must come true first, and has not. */
export function isConditional({ onlyIf, conditionMet }: Pick<Deadline, "onlyIf" | "conditionMet">): boolean {
  return onlyIf !== null && !conditionMet;
}

/** In the order given. `apart` keeps entries on separate lines although they share family, date and status. */
export function gatherLines<E extends { deadline: Deadline }>(entries: readonly E[], apart: (entry: E) => string = () => ""): Line<E>[] {
  const groups = Map.groupBy(entries, (entry) => {
    const { id, country, family, dueOn, dueTime, status } = entry.deadline;
    return country === null ? id : [family, dueOn, dueTime, status, isConditional(entry.deadline), apart(entry)].join(" ");
  });
  return [...groups.values()].flatMap((group) => (group[0] === undefined ? [] : [{ first: group[0], entries: group }]));
}

/** "UPR of India, Nepal: stakeholder paper"; "UPR of 14 States: stakeholder paper". */
export function lineTitle<E extends { deadline: Deadline }>({ first, entries }: Line<E>, seen: Seen): Span[] {
  const { say, directory } = seen;
  if (entries.length === 1) return shortTitle(first.deadline, seen);
  const body = directory.bodyName(first.deadline.mechanism, say.language, "short");
  const names = entries.map(({ deadline }) => directory.countryName(deadline.country ?? "", say.language));
  const countries = names.length > STATES_NAMED ? say("line.states", { count: names.length }) : listText(names, say);
  return say.spans("deadline.title.short.country", { body, country: countries, action: actionName(first.deadline, seen) });
}

/** What a button to one of them is called: the State, else what is to be done. */
export function buttonName({ deadline }: { deadline: Deadline }, seen: Seen): string {
  const { say, directory } = seen;
  const action = spansText([actionName(deadline, seen)], say.language);
  return deadline.country === null ? action : `${directory.countryName(deadline.country, say.language)} · ${action}`;
}

/** One button for each State of a post, when they are few. */
export function stateButtons(entries: readonly { deadline: Deadline }[], { say, directory }: Seen): Action[] {
  if (entries.length > STATES_WITH_BUTTONS) return [];
  return entries.map(({ deadline }) => ({
    label: say("action.show_country", { country: directory.countryName(deadline.country ?? "", say.language) }),
    command: printLine("deadline show", [deadline.id]),
  }));
}

/** A table of dates. Each row names its day, so that it stands alone when it is copied or read aloud. */
export function dateTable(lines: readonly Line<{ deadline: Deadline }>[], standing: Standing, seen: Seen): Block {
  const { say } = seen;
  const rows = lines.map((line): Span[][] => [
    shortWhenSpans(line.first.deadline, seen),
    [...lineTitle(line, seen), ...kindMark(line.first.deadline, seen)],
    [forYouText(line.first.deadline, standing, seen)],
  ]);
  return { table: { head: [say("column.when"), say("column.what"), say("column.for_you")], rows } };
}

/**
 * What is not a deadline of theirs says so, and what needs something to happen first; the rules' own words for a list or window say that it
 * opens.
 */
export function kindMark(deadline: Deadline, { say }: Seen): Span[] {
  const { kind, rule } = deadline;
  const isOurs = kind === "planning" || kind === "internal" || (kind === "opening" && rule === null);
  const marks = [...(isOurs ? [say(`kind.${kind}`)] : []), ...(isConditional(deadline) ? [say("mark.if")] : [])];
  return marks.map((mark) => ` (${mark})`);
}
