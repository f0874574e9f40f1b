import { call } from "../src/arguments/call.ts";
import { organisation } from "../src/arguments/organisation.ts";
import { CALL_CARD, demandCall, regionOf, removeAnswer } from "../src/calls/calls.ts";
import { defineCommand, required } from "../src/command.ts";
import { touch } from "../src/delivery/outbox.ts";
import { foreign, sentence } from "../src/message.ts";
import { isCoordination } from "../src/rooms/networks.ts";

/**
 * An organisation takes its answer back: one step, no reason, at any time. From the network that gave it, or from coordination; else
 * anyone could take away the answers of others.
 */
export const callWithdrawSupport = defineCommand({
  name: "call withdraw-support",
  takesBack: true,
  arguments: { call: required(call), organisation: required(organisation, { public: true }) },
  who: "anyone",
  effect: "change",
  targets: (values) => [values.call],
  async run(context, values) {
    const { db, now, room, roles, say } = context;
    const answered = await demandCall(context, values.call);
    const everywhere = isCoordination(room) || roles.includes("operator");
    const removed = await removeAnswer(db, answered.id, values.organisation, everywhere ? undefined : regionOf(room));
    if (removed) await touch(db, { card: CALL_CARD, subject: answered.id }, { haste: "gather", which: "all" }, now);
    const key = removed ? "call.removed" : "call.removed.none";
    return { to: "asker", show: sentence(say.spans(key, { organisation: foreign(values.organisation) }), say.language) };
  },
});
