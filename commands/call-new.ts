import { choice } from "../src/arguments/choice.ts";
import { language } from "../src/arguments/language.ts";
import { reach } from "../src/arguments/reach.ts";
import { text } from "../src/arguments/text.ts";
import { until } from "../src/arguments/until.ts";
import { url } from "../src/arguments/url.ts";
import { wholeNumber } from "../src/arguments/whole-number.ts";
import { CALL_KINDS, CALL_TEXT_LIMIT, CALL_TITLE_LIMIT, chooseRooms, createCall, findAudience, readCallText } from "../src/calls/calls.ts";
import { excerptBlocks, loadCall, ownerActions, titleOf } from "../src/cards/call.ts";
import { defineCommand, option, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";

/** Saves a draft that nobody is told of. The text comes as the body. */
export const callNew = defineCommand({
  name: "call new",
  arguments: {
    kind: required(choice("call_kind", CALL_KINDS, (kind) => `call.kind.${kind}`)),
    title: { ...required(text("call_title", CALL_TITLE_LIMIT), { public: true }), option: true },
    until: { ...required(until), option: true },
    goal: option(wholeNumber("call_goal", 1, 100_000)),
    link: option(url, { public: true }),
    language: option(language),
    networks: option(reach),
  },
  body: { required: true, public: true, limit: CALL_TEXT_LIMIT },
  who: "coordinator",
  effect: "change",
  async run(context, values) {
    const { db, now, room, say, chance } = context;
    if (values.until <= now) throw new UserError("past_date");
    const id = await createCall(
      db,
      {
        kind: values.kind,
        network: room.network,
        closesAt: values.until,
        zone: room.zone,
        goal: values.goal ?? null,
        link: values.link ?? "",
        text: { language: values.language ?? context.language, title: values.title, text: readCallText(context.body) },
      },
      chance,
      now,
    );
    if (values.networks !== undefined) await chooseRooms(db, id, await findAudience(db, { id }, values.networks));
    const state = await loadCall(db, id);
    if (state === null) throw new UserError("unknown_subject", { subject: id });
    return {
      to: "asker",
      show: {
        title: titleOf(state, say),
        tone: "plain",
        blocks: [{ text: [say("call.new.reply")] }, ...excerptBlocks(state.call, state.texts, say)],
        actions: ownerActions(state.call, say),
        language: say.language,
      },
    };
  },
});
