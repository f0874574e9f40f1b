import { deadline } from "../src/arguments/deadline.ts";
import { historyOf, listClaims } from "../src/calendar/claims.ts";
import { loadDetails } from "../src/cards/details.ts";
import { drawHistory } from "../src/cards/history.ts";
import { defineCommand, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { listNetworks } from "../src/rooms/networks.ts";
import { demandDeadline } from "./shared/deadline-replies.ts";

/** Every change of a date, and what each party says about it. */
export const deadlineHistory = defineCommand({
  name: "deadline history",
  arguments: { deadline: required(deadline) },
  who: "anyone",
  effect: "look",
  async run(context, values) {
    const { db } = context;
    const [details] = await loadDetails(db, [await demandDeadline(context, values.deadline)]);
    if (details === undefined) throw new UserError("unknown_subject");
    const entries = await historyOf(db, values.deadline);
    const claims = await listClaims(db, values.deadline);
    const names = new Map((await listNetworks(db)).map((network) => [network.id, network.name]));
    return { to: "asker", show: drawHistory({ details, entries, claims, names, steers: context.roles.length > 0 }, context) };
  },
});
