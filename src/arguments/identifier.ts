import { type ArgumentType, NOT_MINE } from "../command.ts";
import { nearestNames } from "../names.ts";
import type { Database } from "../ports.ts";

/** Tables whose every row any room may name. Deadlines and calls have types of their own, because some belong to one network. */
export type NamedTable = "sessions" | "sources";
/** The ids that begin with `start`, in order, at most `limit`. */
export type ListIds = (start: string, limit: number) => Promise<string[]>;

const ID = /^[a-z0-9][a-z0-9._-]{0,119}$/;
/** Comes after every character that ids are made of, in both databases. */
export const AFTER_ALL = "~";
/** How many ids with the same beginning are compared for "did you mean". */
const COMPARED = 400;
const NEAR = 4;
const COMPLETIONS = 12;

export function idsIn(db: Database, table: NamedTable): ListIds {
  return async (start, limit) => {
    const rows = await db
      .selectFrom(table)
      .select("id")
      .where("id", ">=", start)
      .where("id", "<", start + AFTER_ALL)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map((row) => row.id);
  };
}

/** The one id that is meant by a word: the id itself, or the only one that begins so; else the near ones. */
export async function findId(list: ListIds, word: string): Promise<{ id: string } | { near: string[] }> {
  const typed = word.toLowerCase();
  if (!ID.test(typed)) return NOT_MINE;
  // An id comes before all longer ones that begin with it.
  const [first, ...more] = await list(typed, NEAR);
  if (first === typed) return { id: first };
  if (first !== undefined && typed.length >= 3) return more.length === 0 ? { id: first } : { near: [first, ...more] };
  if (typed.length < 4) return NOT_MINE;
  // A slip is rarely in the first letters, and looking at every id would be slow.
  const like = await list(typed.slice(0, 3), COMPARED);
  return { near: nearestNames(typed, like.map((id) => ({ folded: id, display: id, value: id }))) };
}

/** Ids for completion; none when the prefix cannot begin one. */
export async function completeId(list: ListIds, prefix: string): Promise<string[]> {
  const start = prefix.toLowerCase();
  return start === "" || ID.test(start) ? list(start, COMPLETIONS) : [];
}

/** A row of a table by its id, or by a beginning that only one id has. */
export function identifier(name: string, table: NamedTable): ArgumentType<string> {
  return {
    name,
    async parse(words, { db }) {
      const found = await findId(idsIn(db, table), words[0] ?? "");
      return "id" in found ? { value: found.id, used: 1 } : found;
    },
    print: (value) => value,
    complete: async (prefix, { db }) => (await completeId(idsIn(db, table), prefix)).map((id) => ({ value: id, label: id })),
  };
}
