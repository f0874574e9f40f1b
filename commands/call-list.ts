import { isReadableIn, listCallRooms, listCalls, countAnswers, listTexts } from "../src/calls/calls.ts";
import { closingMoment, titleOf } from "../src/cards/call.ts";
import { defineCommand, printLine } from "../src/command.ts";
import type { Action, Span } from "../src/message.ts";

const CALLS_SHOWN = 20;
const ACTIONS_SHOWN = 5;

/** What this room may know of: its own drafts, what runs and what has ended; the newest first. */
export const callList = defineCommand({
  name: "call list",
  aliases: { calls: "call list" },
  arguments: {},
  who: "anyone",
  effect: "look",
  async run({ db, room, say }) {
    const rows: Span[][][] = [];
    const actions: Action[] = [];
    for (const call of await listCalls(db)) {
      if (rows.length === CALLS_SHOWN) break;
      if (call.state === "withdrawn" || !isReadableIn(call, room, await listCallRooms(db, call.id))) continue;
      const texts = await listTexts(db, call.id);
      const tally = await countAnswers(db, call.id);
      const until: Span[] = call.closesAt === null ? [] : [closingMoment(call.closesAt, call.zone)];
      rows.push([titleOf({ call, texts }, say), [say(`call.state.${call.state}`)], until, [String(tally.organisations)], [{ code: call.id }]]);
      if (actions.length < ACTIONS_SHOWN) actions.push({ label: say("call.action.show_one", { id: call.id }), command: printLine("call show", [call.id]) });
    }
    const head = ["call", "state", "until", "answers", "id"].map((column) => say(`call.list.head.${column}`));
    return {
      to: "asker",
      show: {
        title: [say("call.list.title")],
        tone: "plain",
        blocks: rows.length === 0 ? [{ text: [say("call.list.empty")] }] : [{ table: { head, rows } }],
        actions,
        language: say.language,
      },
    };
  },
});
