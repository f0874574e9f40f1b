import { defineCommand } from "../src/command.ts";
import { type Message, sentence } from "../src/message.ts";
import { writeList } from "../src/sources/list.ts";
import { listSources } from "../src/sources/sources.ts";

/** Chats show about so much in one piece; a line is never cut in two. */
const PIECE = 1_500;

function piecesOf(lines: readonly string[]): string[] {
  const pieces: string[] = [];
  for (const line of lines) {
    const last = pieces.at(-1);
    if (last === undefined || last.length + line.length > PIECE) pieces.push(line);
    else pieces[pieces.length - 1] = `${last}\n${line}`;
  }
  return pieces;
}

/** All sources as a list that other programs read (OPML), to copy. */
export const sourceExport = defineCommand({
  name: "source export",
  arguments: {},
  who: "coordinator",
  effect: "look",
  personal: true,
  async run({ db, say }) {
    const sources = await listSources(db);
    if (sources.length === 0) return { to: "asker", show: sentence(say("source.export.none"), say.language) };
    const lines = writeList("Clarion", sources.map(({ title, url }) => ({ title, url })));
    const blocks: Message["blocks"] = piecesOf(lines).map((piece) => ({ text: [{ code: piece }] }));
    return { to: "asker", show: { ...sentence(say("source.export.title", { count: sources.length }), say.language), blocks: [...blocks, { text: [say("source.export.how")] }] } };
  },
});
