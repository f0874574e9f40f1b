import { call } from "../src/arguments/call.ts";
import { CALL_CARD, changeState, demandCall } from "../src/calls/calls.ts";
import { defineCommand, printLine, required } from "../src/command.ts";
import { touch } from "../src/delivery/outbox.ts";
import { UserError } from "../src/errors.ts";
import { sentence } from "../src/message.ts";

/** The stop switch; any coordinator of a network that has the call may use it, at once and without being asked twice. */
export const callHold = defineCommand({
  name: "call hold",
  takesBack: true,
  arguments: { call: required(call) },
  who: "coordinator",
  effect: "change",
  targets: (values) => [values.call],
  async run(context, values) {
    const { db, now, say } = context;
    const open = await demandCall(context, values.call);
    if (!(await changeState(db, open.id, { from: ["open"], to: "held" }))) {
      throw new UserError(open.state === "draft" ? "call_not_ready" : open.state === "held" ? "already_done" : "call_closed");
    }
    await touch(db, { card: CALL_CARD, subject: open.id }, { haste: "now", which: "all" }, now);
    const again = { label: say("call.action.open"), command: printLine("call open", [open.id]) };
    return { to: "asker", show: sentence(say("call.held.reply"), say.language, [again]) };
  },
});
