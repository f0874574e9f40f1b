import { type ArgumentType, NOT_MINE } from "../command.ts";
import { foreign } from "../message.ts";

const OFFERED = 12;

/** An item by its short name, with or without its letter: `i4821`, `4821`. */
export const itemArgument: ArgumentType<string> = {
  name: "item",
  async parse(words, { db }) {
    const word = (words[0] ?? "").toLowerCase().replace(/^#/, "");
    if (!/^[a-z\d]{1,40}$/.test(word)) return NOT_MINE;
    const ids = /^\d+$/.test(word) ? [`i${word}`, word] : [word];
    const found = await db.selectFrom("items").select("id").where("id", "in", ids).limit(1).executeTakeFirst();
    return found === undefined ? NOT_MINE : { value: found.id, used: 1 };
  },
  print: (value) => value,
  async complete(prefix, { db }) {
    const rows = await db.selectFrom("items").select(["id", "title"]).where("id", "like", `${prefix.toLowerCase().replace(/[^a-z\d]/g, "")}%`).orderBy("read_at", "desc").limit(OFFERED).execute();
    return rows.map(({ id, title }) => ({ value: id, label: foreign(title, 60).foreign }));
  },
};
