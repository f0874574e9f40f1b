/** What came of trying out an address. */
import { printLine } from "../command.ts";
import type { Say } from "../i18n.ts";
import { foreign, type Message, type Span, type Zone } from "../message.ts";
import type { TrialResult } from "../sources/trial.ts";
import { itemDay, itemTitle } from "./item-parts.ts";

export function drawTrial(result: TrialResult, url: string, { say, zone }: { say: Say; zone: Zone }): Message {
  const title = foreign(result.title, 100);
  const base = { tone: "plain" as const, language: say.language, discreet: say("item.discreet", { count: 1 }) };
  if ("failure" in result) {
    return { ...base, title: say.spans("source.test.failed", { title, reason: say(`source.failure.${result.failure}`) }), blocks: [], actions: [] };
  }
  const { count, heard, newest } = result;
  return {
    ...base,
    title: say.spans("source.test.found", { title, count }),
    blocks: count === 0 ? [] : [{ text: [say("source.test.items")] }, { list: newest.map((item): Span[] => [itemTitle(item, say), ...itemDay(item, zone)]) }, { text: [say("source.test.here", { count: heard })] }],
    actions: [{ label: say("source.test.follow"), command: printLine("source add", [url]) }],
  };
}
