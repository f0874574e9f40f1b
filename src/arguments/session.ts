import type { ArgumentScope, ArgumentType } from "../command.ts";
import { foldName } from "../names.ts";
import { todayOf } from "./day.ts";
import { completeId, findId, idsIn } from "./identifier.ts";

/** "Next", as it may follow the name of a body, in the six languages. */
const NEXT = new Set(["next", "próxima", "próximo", "siguiente", "prochaine", "prochain", "следующая", "следующую", "القادمة", "المقبلة"].map(foldName));

/** One session by its id, by a body and its number ("hrc 64"), or by a body alone or with "next"; its value is the id. */
export const session: ArgumentType<string> = {
  name: "session",
  async parse(words, scope) {
    const found = await findId(idsIn(scope.db, "sessions"), words[0] ?? "");
    // A body's key begins the ids of all its sessions, so the body is tried before near ids are offered.
    if ("id" in found) return { value: found.id, used: 1 };
    const body = scope.directory.findBody(words, scope.language);
    if (!("value" in body)) return found.near.length > 0 ? found : body;
    const after = words[body.used] ?? "";
    const numbered = /^\d{1,4}$/.test(after) ? await findId(idsIn(scope.db, "sessions"), `${body.value.key}-${after}`) : undefined;
    if (numbered !== undefined && "id" in numbered) return { value: numbered.id, used: body.used + 1 };
    const next = await nextSession(body.value.key, scope);
    if (next === undefined) return { near: found.near };
    return { value: next, used: body.used + (NEXT.has(foldName(after)) ? 1 : 0) };
  },
  print: (value) => value,
  complete: async (prefix, { db }) => (await completeId(idsIn(db, "sessions"), prefix)).map((id) => ({ value: id, label: id })),
};

/** The body's session that is on now or comes next. */
async function nextSession(mechanism: string, scope: ArgumentScope): Promise<string | undefined> {
  const today = todayOf(scope);
  const rows = await scope.db
    .selectFrom("sessions")
    .select(["id", "starts_on", "ends_on"])
    .where("mechanism", "=", mechanism)
    .where("status", "!=", "cancelled")
    .where("starts_on", "is not", null)
    .orderBy("starts_on")
    .orderBy("id")
    .execute();
  return rows.find((row) => {
    const last = row.ends_on ?? row.starts_on ?? "";
    // A month or a year is not over while the day is in it.
    return last >= today.slice(0, last.length);
  })?.id;
}
