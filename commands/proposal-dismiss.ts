import { proposal } from "../src/arguments/proposal.ts";
import { type AnyCommand, defineCommand, printLine, required } from "../src/command.ts";
import { sentence } from "../src/message.ts";
import { type ProposalState, turnProposal } from "../src/proposals/proposals.ts";
import { demandProposal, showProposal, touchProposal } from "./shared/proposals.ts";

/** Puts a proposal away, or takes that back. The same date of the same text is not proposed again. */
function turnCommand(verb: "dismiss" | "reopen", from: ProposalState, to: ProposalState): AnyCommand {
  return defineCommand({
    name: `proposal ${verb}`,
    arguments: { proposal: required(proposal) },
    who: "coordinator",
    effect: "change",
    hidden: true,
    takesBack: true,
    targets: (values) => [values.proposal],
    async run(context, values) {
      const { db, say, now } = context;
      const found = await demandProposal(context, values.proposal);
      if (found.state !== from) return { to: "asker", show: await showProposal(context, found.id) };
      await turnProposal(db, found.id, { from: [from], to }, now);
      await touchProposal(context, found.id);
      if (verb === "reopen") return { to: "asker", show: await showProposal(context, found.id) };
      const again = { label: say("proposal.action.reopen"), command: printLine("proposal reopen", [found.id]) };
      return { to: "asker", show: sentence(say("proposal.dismissed"), say.language, [again]) };
    },
  });
}

export const proposalDismiss = turnCommand("dismiss", "waiting", "dismissed");
export const proposalReopen = turnCommand("reopen", "dismissed", "waiting");
