import { call } from "../src/arguments/call.ts";
import { language } from "../src/arguments/language.ts";
import { demandCall, listCallRooms } from "../src/calls/calls.ts";
import { callFields, loadCall, ownerActions, progressBlocks, supportAction, titleOf, wholeTextBlocks } from "../src/cards/call.ts";
import { defineCommand, option, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { listText } from "../src/i18n.ts";
import type { Span } from "../src/message.ts";
import { networkNames } from "../src/rooms/networks.ts";

/** The whole text, and all that rooms may know: never which organisation or network has not answered. */
export const callShow = defineCommand({
  name: "call show",
  arguments: { call: required(call), language: option(language) },
  who: "anyone",
  effect: "look",
  async run(context, values) {
    const { db, say, roles } = context;
    await demandCall(context, values.call);
    const state = await loadCall(db, values.call);
    if (state === null) throw new UserError("unknown_subject", { subject: values.call });
    const { call: shown, texts } = state;
    if (shown.state === "withdrawn") {
      const blocks = [{ text: [say("call.withdrawn")] }];
      return { to: "asker", show: { title: [say("call.title.withdrawn")], tone: "quiet", blocks, actions: [], language: say.language } };
    }
    const rooms = await listCallRooms(db, shown.id);
    const known = await networkNames(db);
    const networks = listText(new Set(rooms.map(({ network }) => known.get(network) ?? network)), say);
    const details: [string, Span[]][] = [
      ...callFields(state, context),
      [say("call.field.state"), [say(`call.state.${shown.state}`)]],
      [say("call.field.languages"), [listText(texts.map((text) => say(`language.${text.language}`)), say)]],
      ...(rooms.length === 0 ? [] : [field(say("call.field.goes_to"), say("call.rooms", { count: rooms.length, networks }))]),
      ...(shown.fingerprint === null ? [] : [field(say("call.field.fingerprint"), { code: shown.fingerprint })]),
    ];
    const steering = roles.length > 0 ? ownerActions(shown, say) : [];
    return {
      to: "asker",
      show: {
        title: titleOf(state, say),
        tone: shown.kind === "urgent" && shown.state === "open" ? "urgent" : "plain",
        blocks: [{ fields: details }, ...wholeTextBlocks(texts, say, values.language ?? say.language), ...progressBlocks(state, say)],
        actions: [...(shown.state === "open" ? [supportAction(shown, say)] : []), ...steering],
        language: say.language,
      },
    };
  },
});

function field(label: string, value: Span): [string, Span[]] {
  return [label, [value]];
}
