import { unwanted } from "../src/arguments/unwanted.ts";
import { type CommandContext, defineCommand, optional, printLine, required } from "../src/command.ts";
import { foreign, type Message, sentence } from "../src/message.ts";
import { allow, loadRules, ruleOut } from "../src/sources/filters.ts";

/** A button for each of the first; the rest is typed. */
const BUTTONS = 4;

async function drawList({ db, room, say }: CommandContext): Promise<Message> {
  const { never } = (await loadRules(db, room.address))(room.address);
  if (never.length === 0) return sentence(say("source.never.empty"), say.language);
  const actions = never.slice(0, BUTTONS).map((entry) => ({ label: say("source.never.allow", { what: foreign(entry, 40).foreign }), command: printLine("source allow", [entry]) }));
  return { title: [say("source.never.list")], tone: "plain", blocks: [{ list: never.map((entry) => [foreign(entry)]) }], actions, language: say.language };
}

/**
 * Keeps a source, a host or a publisher out of this room for good, also where others only name it: in some countries passing it on is an offence. Without
 * words it says what is kept out. Only this room knows.
 */
export const sourceNever = defineCommand({
  name: "source never",
  arguments: { what: optional(unwanted, { public: true }) },
  who: "anyone",
  effect: "change",
  personal: true,
  async run(context, values) {
    const { db, room, say } = context;
    if (values.what === undefined) return { to: "asker", show: await drawList(context) };
    await ruleOut(db, room.address, values.what);
    const show = sentence(say.spans("source.never.done", { what: foreign(values.what) }), say.language, [
      { label: say("source.never.allow", { what: foreign(values.what, 40).foreign }), command: printLine("source allow", [values.what]) },
    ]);
    show.blocks.push({ text: [say("source.never.private")] });
    return { to: "asker", show };
  },
});

/** Takes that back. */
export const sourceAllow = defineCommand({
  name: "source allow",
  arguments: { what: required(unwanted, { public: true }) },
  who: "anyone",
  effect: "change",
  personal: true,
  async run({ db, room, say }, { what }) {
    const was = await allow(db, room.address, what);
    return { to: "asker", show: sentence(say.spans(was ? "source.never.allowed" : "source.never.not_there", { what: foreign(what) }), say.language) };
  },
});
