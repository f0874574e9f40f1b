import { call } from "../src/arguments/call.ts";
import { demandOwnCall, listCallRooms } from "../src/calls/calls.ts";
import { loadCall, progressBlocks, titleOf } from "../src/cards/call.ts";
import { type CommandContext, defineCommand, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { endCall } from "../src/jobs/calls.ts";
import { sentence } from "../src/message.ts";

/** A call that runs, so that it can be closed. */
async function find(context: CommandContext, id: string) {
  const running = await demandOwnCall(context, id);
  if (running.state === "draft") throw new UserError("call_not_ready");
  if (running.state !== "open" && running.state !== "held") throw new UserError("already_done");
  return running;
}

/** Ends a call for good: every copy says so, and each room gets the result. */
export const callClose = defineCommand({
  name: "call close",
  arguments: { call: required(call) },
  who: "coordinator",
  effect: "broadcast",
  targets: (values) => [values.call],
  revision: async (context, values) => (await demandOwnCall(context, values.call)).revision,
  async rehearse(context, values) {
    const { db, say } = context;
    const running = await find(context, values.call);
    const state = await loadCall(db, running.id);
    if (state === null) throw new UserError("unknown_subject", { subject: running.id });
    const count = (await listCallRooms(db, running.id)).length;
    return {
      title: [say("call.rehearse.close.title")],
      tone: "plain",
      blocks: [{ text: titleOf(state, say) }, ...progressBlocks(state, say), { text: [say("call.rehearse.close", { count })] }],
      actions: [],
      language: say.language,
    };
  },
  async run(context, values) {
    const { db, now, say } = context;
    const running = await find(context, values.call);
    if (!(await endCall(db, running.id, now))) throw new UserError("stale");
    return { to: "asker", show: sentence(say("call.closed.reply"), say.language), subject: running.id };
  },
});
