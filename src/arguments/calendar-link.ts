import { type CalendarLink, listCalendarLinks } from "../calendar/links.ts";
import { type ArgumentType, NOT_MINE } from "../command.ts";

/** As people see it: the first letters of its id are enough among the few of one network. */
const SHOWN = 6;

export function shortCalendarId({ id }: Pick<CalendarLink, "id">): string {
  return id.slice(0, SHOWN);
}

/** A calendar link of this room's network, by its id or the beginning of it. */
export const calendarLink: ArgumentType<string> = {
  name: "calendar_link",
  async parse(words, { db, room }) {
    const word = (words[0] ?? "").toLowerCase();
    if (word.length < 4) return NOT_MINE;
    const links = await listCalendarLinks(db, room.network);
    const found = links.filter(({ id }) => id.startsWith(word));
    return found.length === 1 && found[0] !== undefined ? { value: found[0].id, used: 1 } : { near: found.map(shortCalendarId) };
  },
  print: (value) => value,
  async complete(prefix, { db, room }) {
    const start = prefix.toLowerCase();
    return (await listCalendarLinks(db, room.network)).filter(({ id }) => id.startsWith(start)).map((link) => ({ value: link.id, label: shortCalendarId(link) }));
  },
};
