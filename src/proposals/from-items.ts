/** Dates in what a source brought. Text read in a feed always proposes; nothing in it counts by itself. */
import type { Writing } from "../ports.ts";
import { textOf } from "../sources/document.ts";
import type { Changed, Fresh } from "../sources/items.ts";
import type { Source } from "../sources/sources.ts";
import { propose, type ProposeTools, type ReadText } from "./propose.ts";

/** `isFirst`: the source was read for the first time, so one post tells of all that still lies ahead. */
export async function proposeFromItems(
  trx: Writing,
  source: Pick<Source, "rooms">,
  { fresh, changed }: { fresh: readonly Fresh[]; changed: readonly Changed[] },
  tools: ProposeTools,
  isFirst: boolean,
): Promise<void> {
  const texts = [...fresh.filter(hasDates).map((one) => readTextOf(one, false)), ...changed.map((one) => readTextOf(one, true))];
  if (texts.length > 0) await propose(trx, texts, { room: null, asked: source.rooms }, tools, { quietly: isFirst });
}

/** What is of no concern here may name dates as it likes. */
function hasDates({ item, read }: Fresh): boolean {
  return item.relevant && read.understood.deadlines.length > 0;
}

function readTextOf({ item, read }: Fresh, isRevision: boolean): ReadText {
  // One story in several languages has one set of dates.
  return { origin: `story:${item.story}`, title: read.title, link: item.link, text: textOf(read), understood: read.understood, isRevision };
}
