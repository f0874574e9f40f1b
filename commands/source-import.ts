import { feedAddress, isPlainlyPrivate } from "../src/arguments/feed-address.ts";
import { type CommandContext, defineCommand } from "../src/command.ts";
import { foreign, type Message, sentence, type Span } from "../src/message.ts";
import type { Writing } from "../src/ports.ts";
import type { Outline } from "../src/sources/list.ts";
import { addSource, sourceKey } from "../src/sources/sources.ts";

const LIST_LIMIT = 200_000;
const TITLE_LIMIT = 100;
const ADDRESS_SHOWN = 120;
/** More would hide what comes after. */
const MOST_SHOWN = 12;

/** Without what may be secret in it: a name and password, and what is asked. */
function shownAddress(address: string): string {
  if (!URL.canParse(address)) return address;
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

type Refusal = { url: string; reason: "private" | "unclear" };
type Outcome = { added: string[]; known: number; refused: Refusal[] };

async function followOutline(context: CommandContext<Writing>, { title, url }: Outline, outcome: Outcome): Promise<void> {
  const parsed = await feedAddress.parse([url], context);
  if (!("value" in parsed)) {
    outcome.refused.push({ url, reason: "unclear" });
    return;
  }
  // Also for an operator: a list is somebody else's, so nothing in it opens a door to the inside.
  if (isPlainlyPrivate(parsed.value)) {
    outcome.refused.push({ url, reason: "private" });
    return;
  }
  const wanted = { url: parsed.value, title: foreign(title, TITLE_LIMIT).foreign, topics: [], room: context.room.address, privateAllowed: false };
  const { source, isNew } = await addSource(context.db, wanted, context.now);
  context.wake(sourceKey(source.id));
  if (isNew) outcome.added.push(source.title);
  else outcome.known += 1;
}

/** Follows every feed of a list that another program exported (OPML), and says what became of each. */
export const sourceImport = defineCommand({
  name: "source import",
  arguments: {},
  body: { required: true, public: true, limit: LIST_LIMIT },
  who: "coordinator",
  effect: "change",
  async run(context) {
    const { say } = context;
    const list = context.readList(context.body ?? "");
    if (list === undefined) return { to: "asker", show: sentence(say("source.import.no_list"), say.language) };
    const outcome: Outcome = { added: [], known: 0, refused: [] };
    for (const outline of list.outlines) await followOutline(context, outline, outcome);
    const { added, known, refused } = outcome;
    const lines = (all: readonly Span[][]): Span[][] => (all.length <= MOST_SHOWN ? [...all] : [...all.slice(0, MOST_SHOWN), [say("source.import.more", { count: all.length - MOST_SHOWN })]]);
    const blocks: Message["blocks"] = [];
    if (added.length > 0) blocks.push({ list: lines(added.map((title) => [foreign(title)])) });
    if (refused.length > 0) {
      blocks.push({ text: [say("source.import.refused", { count: refused.length })] });
      blocks.push({ list: lines(refused.map(({ url, reason }) => say.spans(`source.import.refused.${reason}`, { address: foreign(shownAddress(url), ADDRESS_SHOWN) }))) });
    }
    if (list.isCut) blocks.push({ text: [say("source.import.cut", { count: list.outlines.length })] });
    const show: Message = {
      ...sentence(say("source.import.done", { added: added.length, known, refused: refused.length }), say.language, [{ label: say("source.action.list"), command: "source list" }]),
      blocks,
    };
    return { to: "asker", show };
  },
});
