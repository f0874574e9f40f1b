import { CALL_KINDS, chooseText, isReadableIn, listCallRooms, listCalls, listTexts } from "../calls/calls.ts";
import { type ArgumentType, type ArgumentScope, NOT_MINE } from "../command.ts";

const ID_PATTERN = new RegExp(`^(?:${CALL_KINDS.join("|")})-[a-z0-9]{1,40}$`);
const COMPLETIONS = 20;

/** A call to action by its id. Whether this room may know it is for the command to say; only calls of this room are suggested. */
export const call: ArgumentType<string> = {
  name: "call",
  async parse(words, scope) {
    const word = words[0]?.toLowerCase() ?? "";
    if (ID_PATTERN.test(word)) return { value: word, used: 1 };
    if (word === "") return NOT_MINE;
    return { near: (await readableCalls(scope)).map((candidate) => candidate.value) };
  },
  print: (value) => value,
  async complete(prefix, scope) {
    const start = prefix.toLowerCase();
    const known = await readableCalls(scope);
    return known.filter(({ value, label }) => value.startsWith(start) || label.toLowerCase().includes(start));
  },
};

async function readableCalls(scope: ArgumentScope): Promise<{ value: string; label: string }[]> {
  const found: { value: string; label: string }[] = [];
  for (const candidate of await listCalls(scope.db)) {
    if (candidate.state === "withdrawn" || !isReadableIn(candidate, scope.room, await listCallRooms(scope.db, candidate.id))) continue;
    const text = chooseText(await listTexts(scope.db, candidate.id), scope.language);
    found.push({ value: candidate.id, label: text?.title ?? candidate.id });
    if (found.length === COMPLETIONS) break;
  }
  return found;
}
