import { call } from "../src/arguments/call.ts";
import { CALL_CARD, changeState, demandOwnCall } from "../src/calls/calls.ts";
import { defineCommand, required } from "../src/command.ts";
import { touch } from "../src/delivery/outbox.ts";
import { UserError } from "../src/errors.ts";
import { sentence } from "../src/message.ts";

/** What `undo` runs after a publication: every copy loses its text and says that the call was withdrawn. */
export const callTakeback = defineCommand({
  name: "call takeback",
  takesBack: true,
  arguments: { call: required(call) },
  who: "coordinator",
  hidden: true,
  effect: "change",
  targets: (values) => [values.call],
  async run(context, values) {
    const { db, now, say } = context;
    const published = await demandOwnCall(context, values.call);
    const withdrawn = await changeState(db, published.id, { from: ["draft", "open", "held", "closed"], to: "withdrawn" });
    if (!withdrawn) throw new UserError("already_done");
    await touch(db, { card: CALL_CARD, subject: published.id }, { haste: "now", which: "all" }, now);
    return { to: "asker", show: sentence(say("call.takeback.reply"), say.language) };
  },
});
