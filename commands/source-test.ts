import { choice } from "../src/arguments/choice.ts";
import { feedAddress, isPlainlyPrivate } from "../src/arguments/feed-address.ts";
import { defineCommand, option, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { foreign, sentence } from "../src/message.ts";
import { demand } from "../src/rights.ts";
import { hostOf } from "../src/sources/sources.ts";
import { trialKey } from "../src/sources/trial.ts";

/** Reads an address now, follows nothing, and shows in this room what it would bring. */
export const sourceTest = defineCommand({
  name: "source test",
  arguments: {
    address: required(feedAddress, { public: true }),
    private: option(choice("yes", ["yes"], () => "source.private.yes")),
  },
  who: "coordinator",
  effect: "change",
  async run(context, values) {
    const { say, room, chance, roles } = context;
    const privateAllowed = values.private === "yes";
    if (privateAllowed) demand(roles, "operator");
    else if (isPlainlyPrivate(values.address)) throw new UserError("address_refused", { operator: roles.includes("operator") ? "yes" : "no" });
    context.wake(trialKey({ id: chance.id(), room: room.address, privateAllowed, url: values.address }));
    return { to: "asker", show: sentence(say.spans("source.test.reading", { host: foreign(hostOf(values.address)) }), say.language) };
  },
});
