/** What the commands about proposals share: finding one, drawing it, and drawing again what stands of it. */
import { drawProposal, loadProposal } from "../../src/cards/proposal.ts";
import type { CommandContext } from "../../src/command.ts";
import { touch } from "../../src/delivery/outbox.ts";
import { UserError } from "../../src/errors.ts";
import type { Message } from "../../src/message.ts";
import type { Writing } from "../../src/ports.ts";
import { findProposal, type Proposal, PROPOSAL_CARD } from "../../src/proposals/proposals.ts";
import { viewOf } from "./deadline-replies.ts";

/** Throws `unknown_subject`. */
export async function demandProposal({ db }: Pick<CommandContext, "db">, id: string): Promise<Proposal> {
  const found = await findProposal(db, id);
  if (found === undefined) throw new UserError("unknown_subject");
  return found;
}

export async function showProposal(context: CommandContext, id: string): Promise<Message> {
  const state = await loadProposal(context.db, id);
  if (state === null) throw new UserError("unknown_subject");
  return drawProposal(state, viewOf(context));
}

export async function touchProposal({ db, now }: Pick<CommandContext<Writing>, "db" | "now">, id: string): Promise<void> {
  await touch(db, { card: PROPOSAL_CARD, subject: id }, { haste: "now", which: "all" }, now);
  // It waits no longer, or again.
  await touch(db, { card: "proposals", subject: id }, { haste: "gather", which: "newest" }, now);
}
