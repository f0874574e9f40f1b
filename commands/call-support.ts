import { call } from "../src/arguments/call.ts";
import { choice } from "../src/arguments/choice.ts";
import { organisation } from "../src/arguments/organisation.ts";
import { CALL_CARD, countAnswers, demandCall, DISPLAYS, recordAnswer, regionOf } from "../src/calls/calls.ts";
import { defineCommand, option, printLine, required } from "../src/command.ts";
import { touch } from "../src/delivery/outbox.ts";
import { UserError } from "../src/errors.ts";
import { foreign } from "../src/message.ts";

/** An organisation answers a call. It counts once, from whichever room it is named; saying it again does no harm. */
export const callSupport = defineCommand({
  name: "call support",
  arguments: {
    call: required(call),
    organisation: required(organisation, { public: true }),
    as: option(choice("call_display", DISPLAYS, (display) => `call.display.${display}`)),
  },
  who: "anyone",
  effect: "change",
  targets: (values) => [values.call],
  async run(context, values) {
    const { db, now, room, say } = context;
    const open = await demandCall(context, values.call);
    if (open.state === "draft") throw new UserError("call_not_ready");
    const answer = { organisation: values.organisation, region: regionOf(room), display: values.as ?? "named" };
    const outcome = await recordAnswer(db, open.id, answer, now);
    if (outcome === "closed") throw new UserError("call_closed");
    if (outcome === "counted") await touch(db, { card: CALL_CARD, subject: open.id }, { haste: "gather", which: "all" }, now);
    const tally = await countAnswers(db, open.id);
    const key = outcome === "counted" ? "call.counted" : "call.counted.already";
    const takeBack = printLine("call withdraw-support", [open.id]);
    return {
      to: "asker",
      show: {
        title: say.spans(key, { organisation: foreign(values.organisation) }),
        tone: "done",
        blocks: [
          { text: [say("call.total", { count: tally.organisations, regions: tally.regions })] },
          { text: say.spans("call.withdraw_hint", { command: { code: `/${takeBack}` } }) },
        ],
        actions: [{ label: say("call.action.withdraw"), command: takeBack }],
        language: say.language,
      },
    };
  },
});
