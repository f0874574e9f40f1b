import { deadlineFromRow } from "../calendar/deadline-row.ts";
import { shortTitle } from "../cards/titles.ts";
import type { ArgumentScope, ArgumentType, Completion } from "../command.ts";
import { speak } from "../i18n.ts";
import { spansText } from "../plain.ts";
import { COORDINATION } from "../rooms/networks.ts";
import { AFTER_ALL, completeId, findId, type ListIds } from "./identifier.ts";

const NEAR = 4;
const COMPLETIONS = 12;

/**
 * One deadline by its id, or by a beginning that only one id has. A country or body in its place is answered with its next deadlines
 * as "did you mean"; its value is the id. Internal deadlines of other networks do not exist here.
 */
export const deadline: ArgumentType<string> = {
  name: "deadline",
  async parse(words, scope) {
    const found = await findId(idsSeenBy(scope), words[0] ?? "");
    if ("id" in found) return { value: found.id, used: 1 };
    if (found.near.length > 0) return found;
    return { near: await nextDeadlines(words, scope) };
  },
  print: (value) => value,
  async complete(prefix, scope) {
    return labelled(prefix === "" ? await nextIds({}, scope, COMPLETIONS) : await completeId(idsSeenBy(scope), prefix), scope);
  },
};

/** Official deadlines, and the room's own network's internal ones; coordination hears of all. */
function seenBy({ db, room }: ArgumentScope) {
  const all = db.selectFrom("deadlines");
  return room.network === COORDINATION ? all : all.where((eb) => eb.or([eb("network", "is", null), eb("network", "=", room.network)]));
}

function idsSeenBy(scope: ArgumentScope): ListIds {
  return async (start, limit) => {
    const query = seenBy(scope).select("id").where("id", ">=", start).where("id", "<", start + AFTER_ALL);
    return (await query.orderBy("id").limit(limit).execute()).map((row) => row.id);
  };
}

async function nextDeadlines(words: readonly string[], scope: ArgumentScope): Promise<string[]> {
  const country = scope.directory.findCountry(words);
  if ("value" in country) return nextIds({ country: country.value.iso3 }, scope, NEAR);
  const body = scope.directory.findBody(words);
  return "value" in body ? nextIds({ mechanism: body.value.key }, scope, NEAR) : [];
}

async function nextIds(about: { country?: string; mechanism?: string }, scope: ArgumentScope, limit: number): Promise<string[]> {
  let query = seenBy(scope).select("id").where("over_at", ">", scope.now).where("status", "!=", "cancelled");
  if (about.country !== undefined) query = query.where("country", "=", about.country);
  if (about.mechanism !== undefined) query = query.where("mechanism", "=", about.mechanism);
  return (await query.orderBy("over_at").orderBy("id").limit(limit).execute()).map((row) => row.id);
}

async function labelled(ids: readonly string[], { db, directory, language }: ArgumentScope): Promise<Completion[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom("deadlines").selectAll().where("id", "in", ids).execute();
  const naming = { say: speak(language), directory };
  const titles = new Map(rows.map((row) => [row.id, spansText(shortTitle(deadlineFromRow(row), naming), language)]));
  return ids.map((id) => ({ value: id, label: titles.get(id) ?? id }));
}
