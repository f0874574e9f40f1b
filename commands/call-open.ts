import { call } from "../src/arguments/call.ts";
import { CALL_CARD, changeState, demandOwnCall } from "../src/calls/calls.ts";
import { defineCommand, required } from "../src/command.ts";
import { touch } from "../src/delivery/outbox.ts";
import { UserError } from "../src/errors.ts";
import { callKey } from "../src/jobs/calls.ts";
import { sentence } from "../src/message.ts";

/** Ends a hold. */
export const callOpen = defineCommand({
  name: "call open",
  arguments: { call: required(call) },
  who: "coordinator",
  effect: "change",
  targets: (values) => [values.call],
  async run(context, values) {
    const { db, now, say } = context;
    const held = await demandOwnCall(context, values.call);
    if (!(await changeState(db, held.id, { from: ["held"], to: "open" }))) {
      throw new UserError(held.state === "draft" ? "call_not_ready" : held.state === "open" ? "already_done" : "call_closed");
    }
    await touch(db, { card: CALL_CARD, subject: held.id }, { haste: "now", which: "all" }, now);
    // Rooms that came back from a pause while it was held get it now.
    context.wake(callKey(held.id), now);
    return { to: "asker", show: sentence(say("call.opened.reply"), say.language) };
  },
});
