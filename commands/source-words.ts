import { sourceArgument } from "../src/arguments/source.ts";
import { text } from "../src/arguments/text.ts";
import { showSource } from "../src/cards/source.ts";
import { type CommandContext, defineCommand, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import type { Writing } from "../src/ports.ts";
import { readPhrases, setRelevant, setWords } from "../src/sources/filters.ts";

const LIMIT = 400;
/** Words of the command itself, the same in every language, as ids are. */
const ALL = "all";
const RELEVANT = "relevant";

function phrasesOf(words: string, command: string): string[] {
  const phrases = words.trim().toLowerCase() === ALL ? [] : readPhrases(words);
  if (phrases.length === 0 && words.trim().toLowerCase() !== ALL) throw new UserError("argument_unclear", { argument: "source-words", command });
  return phrases;
}

async function showIn(context: CommandContext<Writing>, source: string) {
  return showSource(context, source);
}

/** This room hears only items of a source that hold one of these words, or only what is relevant; `all` takes that back. */
export const sourceOnly = defineCommand({
  name: "source only",
  arguments: { source: required(sourceArgument), words: required(text("source-words", LIMIT), { public: true }) },
  who: "anyone",
  effect: "change",
  async run(context, { source, words }) {
    const { db, room } = context;
    const wanted = words.trim().toLowerCase();
    if (wanted === ALL || wanted === RELEVANT) await setRelevant(db, room.address, source, wanted === RELEVANT);
    if (wanted !== RELEVANT) await setWords(db, room.address, source, "only", phrasesOf(words, "source only"));
    return showIn(context, source);
  },
});

/** This room hears no item of a source that holds one of these words; `all` lets all words pass again. */
export const sourceWithout = defineCommand({
  name: "source without",
  arguments: { source: required(sourceArgument), words: required(text("source-words", LIMIT), { public: true }) },
  who: "anyone",
  effect: "change",
  async run(context, { source, words }) {
    await setWords(context.db, context.room.address, source, "without", phrasesOf(words, "source without"));
    return showIn(context, source);
  },
});
