import { proposal } from "../src/arguments/proposal.ts";
import { drawWaiting } from "../src/cards/proposal.ts";
import { defineCommand, required } from "../src/command.ts";
import { listWaiting } from "../src/proposals/proposals.ts";
import { showProposal } from "./shared/proposals.ts";

/** Dates that were read in texts and that nobody has judged yet. */
export const proposals = defineCommand({
  name: "proposals",
  arguments: {},
  who: "anyone",
  effect: "look",
  run: async (context) => ({ to: "asker", show: drawWaiting(await listWaiting(context.db, context.now), context) }),
});

export const proposalShow = defineCommand({
  name: "proposal show",
  arguments: { proposal: required(proposal) },
  who: "anyone",
  effect: "look",
  hidden: true,
  run: async (context, values) => ({ to: "asker", show: await showProposal(context, values.proposal) }),
});
