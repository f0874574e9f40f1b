import { call } from "../src/arguments/call.ts";
import { language } from "../src/arguments/language.ts";
import { text } from "../src/arguments/text.ts";
import { CALL_TEXT_LIMIT, CALL_TITLE_LIMIT, demandOwnCall, readCallText, writeText } from "../src/calls/calls.ts";
import { ownerActions } from "../src/cards/call.ts";
import { defineCommand, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { sentence } from "../src/message.ts";

/** Adds or replaces the text of a draft in one language. Once published, texts are frozen. */
export const callText = defineCommand({
  name: "call text",
  arguments: {
    call: required(call),
    language: required(language),
    title: { ...required(text("call_title", CALL_TITLE_LIMIT), { public: true }), option: true },
  },
  body: { required: true, public: true, limit: CALL_TEXT_LIMIT },
  who: "coordinator",
  effect: "change",
  targets: (values) => [values.call],
  async run(context, values) {
    const { db, say } = context;
    const draft = await demandOwnCall(context, values.call);
    const written = { language: values.language, title: values.title, text: readCallText(context.body) };
    if (!(await writeText(db, draft.id, written))) throw new UserError("call_frozen");
    const done = say("call.text.reply", { language: say(`language.${values.language}`) });
    return { to: "asker", show: sentence(done, say.language, ownerActions(draft, say)) };
  },
});
