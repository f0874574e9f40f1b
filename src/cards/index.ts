/** Every card that can stand in a room. */
import { callCard } from "./call.ts";
import type { AnyCard } from "./card.ts";
import { deadlineCard } from "./deadline.ts";
import { digestCard } from "./digest.ts";
import { changedCard, itemCard, itemsCard } from "./item.ts";
import { lookCard } from "./look.ts";
import { movedCard } from "./moved.ts";
import { observanceCard } from "./observance.ts";
import { opennessCard } from "./openness.ts";
import { pasteCard } from "./paste.ts";
import { proposalCard, waitingCard } from "./proposal.ts";
import { questionCard } from "./question.ts";
import { reachCard } from "./reach.ts";
import { resumeCard } from "./resume.ts";
import { sourceFirstCard, sourceHealthCard } from "./source-notices.ts";
import { welcomeCard } from "./welcome.ts";

export const cards: readonly AnyCard[] = [
  deadlineCard, movedCard, digestCard, observanceCard, lookCard, questionCard, resumeCard, welcomeCard, callCard, itemCard, itemsCard, changedCard, sourceFirstCard, sourceHealthCard, opennessCard, reachCard,
  proposalCard, waitingCard, pasteCard,
];
