import { claim as claimArgument } from "../src/arguments/claim.ts";
import { type Change, type Claim, type ClaimDeps, confirmProposal, dismissProposal, findClaim, withdrawClaim } from "../src/calendar/claims.ts";
import { type AnyCommand, type CommandContext, defineCommand, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import type { Message } from "../src/message.ts";
import type { Writing } from "../src/ports.ts";
import { demandNetwork } from "../src/rights.ts";
import { announce, demandDeadline, showDeadline, statedBy, titleOfDeadline } from "./shared/deadline-replies.ts";

type Settle = (trx: Writing, id: string, by: { statedBy: string }, deps: ClaimDeps) => Promise<Change[]>;

async function demandClaim(context: CommandContext, id: string): Promise<Claim> {
  const found = await findClaim(context.db, id);
  if (found === undefined) throw new UserError("unknown_subject");
  return found;
}

/** A network takes back its own word, not another's. */
async function demandOwnClaim(context: CommandContext, id: string): Promise<Claim> {
  const found = await demandClaim(context, id);
  demandNetwork(context, found.statedBy.replace(/^network:/, ""));
  return found;
}

/** Names the deadline and says what would be done to the claim; `key` is the sentence. */
async function rehearseClaim(context: CommandContext, id: string, key: string): Promise<Message> {
  const { subject } = await demandClaim(context, id);
  const deadline = await demandDeadline(context, subject);
  const title = context.say.spans(key, { title: await titleOfDeadline(context, deadline) });
  return { ...(await showDeadline(context, deadline.id)), title, actions: [] };
}

/** Three ends that a claim can have, written for buttons and `undo`: each may move a date, so each rehearses and asks. */
function claimCommand(verb: "withdraw" | "confirm" | "dismiss", settle: Settle): AnyCommand {
  const demandMine = verb === "withdraw" ? demandOwnClaim : demandClaim;
  return defineCommand({
    name: `claim ${verb}`,
    arguments: { claim: required(claimArgument) },
    who: "coordinator",
    effect: "broadcast",
    hidden: true,
    targets: (values) => [values.claim],
    revision: async (context, values) => (await demandDeadline(context, (await demandMine(context, values.claim)).subject)).revision,
    rehearse: (context, values) => rehearseClaim(context, values.claim, `claim.rehearse.${verb}`),
    async run(context, values) {
      const { subject } = await demandMine(context, values.claim);
      const deadline = await demandDeadline(context, subject);
      const changes = await settle(context.db, values.claim, { statedBy: statedBy(context) }, { now: context.now, chance: context.chance });
      await announce(context, changes);
      return { to: "asker", show: await showDeadline(context, deadline.id), subject: deadline.id };
    },
  });
}

/** Claims that were made in one go begin with the id of the first, and go together. */
const withdrawAll: Settle = async (trx, id, by, deps) => {
  const rows = await trx.selectFrom("claims").select("id").where("id", ">=", `${id}-`).where("id", "<", `${id}.`).where("state", "=", "stated").orderBy("id").execute();
  const changes = await withdrawClaim(trx, id, by, deps);
  for (const other of rows) changes.push(...(await withdrawClaim(trx, other.id, by, deps)));
  return changes;
};

export const claimWithdraw = claimCommand("withdraw", withdrawAll);
export const claimConfirm = claimCommand("confirm", confirmProposal);
export const claimDismiss = claimCommand("dismiss", dismissProposal);
