import { type Broadcast, lastBroadcast, markUndone } from "../src/audit.ts";
import { demandCall, listTexts } from "../src/calls/calls.ts";
import { titleSpan } from "../src/cards/call.ts";
import { type CommandContext, defineCommand, findCommand, parseArguments } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import type { Span } from "../src/message.ts";
import type { Database } from "../src/ports.ts";
import { demand } from "../src/rights.ts";
import { findNetwork } from "../src/rooms/networks.ts";
import { demandDeadline, titleOfDeadline } from "./shared/deadline-replies.ts";

async function find(context: CommandContext<Database>) {
  const broadcast = await lastBroadcast(context.db, context.actor.id);
  if (broadcast === undefined) throw new UserError("nothing_to_undo");
  return broadcast;
}

/** What people call it. Throws `unknown_subject` where this room may not know of it. */
async function nameOf({ command, subject }: Broadcast, context: CommandContext): Promise<Span[]> {
  const { db, say } = context;
  if (command.startsWith("deadline ")) return titleOfDeadline(context, await demandDeadline(context, subject));
  if (command.startsWith("call ")) {
    const call = await demandCall(context, subject);
    return [titleSpan({ call, texts: await listTexts(db, call.id) }, say.language)];
  }
  return [(await findNetwork(db, subject))?.name ?? say(`scope.${subject}`)];
}

/** Takes back the actor's last broadcast: it names it first, and runs the command line that was kept with it. */
export const undo = defineCommand({
  name: "undo",
  arguments: {},
  who: "anyone",
  effect: "broadcast",
  revision: async (context) => (await find(context)).at,
  async rehearse(context) {
    const { say, zone } = context;
    const broadcast = await find(context);
    return {
      title: say.spans(`undo.title.${broadcast.command.replaceAll(" ", ".")}`, { title: await nameOf(broadcast, context) }),
      tone: "plain",
      blocks: [
        { text: say.spans("undo.when", { moment: { moment: broadcast.at, zone } }) },
        // A pause posts nothing.
        ...(broadcast.command === "pause" ? [] : [{ text: [say("undo.warning")] }]),
      ],
      actions: [],
      language: say.language,
    };
  },
  async run(context) {
    const broadcast = await find(context);
    if (!(await markUndone(context.db, broadcast.id, context.now))) throw new UserError("nothing_to_undo");
    const { command, rest } = findCommand(context.commands, broadcast.undo);
    const call = await parseArguments(command, rest, context);
    if (command.effect === "look" || call.missing.length > 0) throw new UserError("nothing_to_undo");
    // Somebody may have lost the role since.
    demand(context.roles, command.who);
    return command.run(context, call.values);
  },
});
