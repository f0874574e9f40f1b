/** A date that was read in a text, for a person to judge: what it says, where, and what becomes of it. */
import { findDeadline, listDeadlines, type Deadline } from "../calendar/deadlines.ts";
import { findSession } from "../calendar/sessions.ts";
import { printLine } from "../command.ts";
import { type Action, type Block, foreign, linkTo, type Message, type Span } from "../message.ts";
import type { Database } from "../ports.ts";
import { endOf, findProposal, listWaiting, type Proposal, PROPOSAL_CARD } from "../proposals/proposals.ts";
import { WAITING_CARD } from "../proposals/propose.ts";
import { DAY, formatDistance, instantOf } from "../time.ts";
import { type CardView, defineCard } from "./card.ts";
import { composed, dueOf, dueSpan, hostSpan, isSameDue } from "./parts.ts";
import { deadlineTitle, placeOf, type SessionNames } from "./titles.ts";

const LISTED = 12;
const BUTTONS = 4;
const ALIKE = 3;
const TITLE_LIMIT = 160;

type Named = { deadline: Deadline; session: SessionNames | undefined };
/** `moves`: the deadline it would move, or has become. `alike`: what the calendar has for the same body on the same day. */
export type ProposalView = { proposal: Proposal; moves: Named | undefined; alike: Named[] };

export async function loadProposal(db: Database, id: string): Promise<ProposalView | null> {
  const proposal = await findProposal(db, id);
  if (proposal === undefined) return null;
  const moves = proposal.deadline === null ? undefined : await findDeadline(db, proposal.deadline);
  return { proposal, moves: moves === undefined ? undefined : await named(db, moves), alike: await Promise.all((await listAlike(db, proposal)).map((deadline) => named(db, deadline))) };
}

async function named(db: Database, deadline: Deadline): Promise<Named> {
  return { deadline, session: deadline.session === null ? undefined : await findSession(db, deadline.session) };
}

async function listAlike(db: Database, { mechanism, dueOn, zone, deadline }: Proposal): Promise<Deadline[]> {
  if (mechanism === "") return [];
  const from = instantOf(dueOn, "00:00", zone);
  const near = await listDeadlines(db, { from, until: from + 2 * DAY, mechanisms: [mechanism], kinds: ["deadline"] });
  return near.filter((one) => one.dueOn === dueOn && one.id !== deadline).slice(0, ALIKE);
}

export const proposalCard = defineCard<ProposalView>({
  kind: PROPOSAL_CARD,
  waitsForMorning: true,
  load: (db, key) => loadProposal(db, key.subject),
  draw: drawProposal,
  isOver: ({ proposal }, _occasion, now) => endOf(proposal) <= now,
});

export function drawProposal(state: ProposalView, view: CardView): Message {
  const { say, now } = view;
  const { proposal, moves } = state;
  const over = endOf(proposal) <= now;
  const isOpen = proposal.state === "waiting" && !over;
  const title = foreign(proposal.title === "" ? proposal.purpose : proposal.title, TITLE_LIMIT);
  return composed(say, {
    title: say.spans(`proposal.title.${isOpen ? (moves === undefined ? "new" : "moved") : "settled"}`, { title }),
    tone: isOpen ? "plain" : "done",
    blocks: [
      ...(isOpen ? [] : [{ text: settledSpans(state, view, over) }]),
      { fields: fieldsOf(state, view) },
      { quote: passageSpans(proposal) },
      ...(isOpen ? alikeBlocks(state, view) : []),
      ...(isOpen ? [{ text: [say("proposal.ask")] }] : []),
    ],
    actions: isOpen ? openActions(state, view) : settledActions(state, view, over),
  });
}

function fieldsOf({ proposal, moves }: ProposalView, view: CardView): [string, Span[]][] {
  const { say, directory, language } = view;
  const { mechanism, country } = proposal;
  const old = moves === undefined ? undefined : dueSpan(dueOf(moves.deadline));
  const isMove = old !== undefined && moves !== undefined && !isSameDue(dueOf(moves.deadline), valueOf(proposal));
  const body = mechanism === "" ? say("proposal.body.unknown") : directory.bodyName(mechanism, language, "name");
  const about: Span[] = country === null ? [body] : [body, " · ", directory.countryName(country, language)];
  const from = hostSpan(proposal.link);
  return [
    [say("proposal.field.when"), whenSpans(proposal, view)],
    ...(isMove ? [[say("proposal.field.was"), [{ struck: old }]] satisfies [string, Span[]]] : []),
    ...(proposal.purpose === "" ? [] : [[say("proposal.field.for"), [foreign(proposal.purpose, 200)]] satisfies [string, Span[]]]),
    [say("proposal.field.body"), about],
    ...(from === undefined ? [] : [[say("proposal.field.from"), [from]] satisfies [string, Span[]]]),
  ];
}

function valueOf({ dueOn, dueTime, zone }: Proposal) {
  return { on: dueOn, time: dueTime, zone };
}

function whenSpans(proposal: Proposal, { say, now, zone }: CardView): Span[] {
  const date = dueSpan(valueOf(proposal));
  if (date === undefined) return [];
  const place = placeOf(proposal.zone, say, proposal.mechanism);
  return say.spans("proposal.when", { date, place, distance: formatDistance(now, endOf(proposal) <= now ? endOf(proposal) : date.moment, zone, say) });
}

/** The text as it stands, with the date made to stand out. */
function passageSpans({ passage, markFrom, markUntil }: Proposal): Span[] {
  const [before, date, after] = [passage.slice(0, markFrom), passage.slice(markFrom, markUntil), passage.slice(markUntil)];
  // Text from outside loses the blanks at its ends.
  const glue = (text: string, at: RegExp): Span[] => (at.test(text) ? [" "] : []);
  return [
    ...(before.trim() === "" ? [] : [foreign(before), ...glue(before, /\s$/)]),
    { strong: foreign(date).foreign },
    ...(after.trim() === "" ? [] : [...glue(after, /^\s/), foreign(after)]),
  ];
}

function titleOf({ deadline, session }: Named, view: CardView): Span[] {
  return deadlineTitle(deadline, session, view);
}

function alikeBlocks({ alike }: ProposalView, view: CardView): Block[] {
  if (alike.length === 0) return [];
  return [{ text: [view.say("proposal.alike")] }, { list: alike.map((one) => titleOf(one, view)) }];
}

function openActions({ proposal, moves }: ProposalView, { say }: CardView): Action[] {
  const { id, revision, mechanism } = proposal;
  const correct: Action = { label: say("proposal.action.correct"), command: printLine("proposal correct", [id]) };
  const dismiss: Action = { label: say("proposal.action.dismiss"), command: printLine("proposal dismiss", [id]) };
  const show: Action[] = moves === undefined ? [] : [{ label: say("action.show"), command: printLine("deadline show", [moves.deadline.id]) }];
  // A deadline belongs to a body; where the text names none that is known, a person says which.
  if (mechanism === "") return [{ ...correct, label: say("proposal.action.complete"), style: "primary" }, dismiss];
  const confirm: Action =
    moves === undefined
      ? { label: say("proposal.action.confirm"), command: printLine("proposal confirm", [id], { seen: revision }), style: "primary" }
      : { label: say("proposal.action.move"), command: printLine("proposal confirm", [id]), style: "primary" };
  return [confirm, correct, dismiss, ...show];
}

function settledSpans({ proposal, moves }: ProposalView, view: CardView, over: boolean): Span[] {
  const { say } = view;
  if (proposal.state === "confirmed") return moves === undefined ? [say("proposal.confirmed.alone")] : say.spans("proposal.confirmed", { title: titleOf(moves, view) });
  if (proposal.state === "dismissed" || proposal.state === "gone") return [say(`proposal.${proposal.state}`)];
  return [say(over ? "proposal.over" : "proposal.ask")];
}

function settledActions({ proposal, moves }: ProposalView, { say }: CardView, over: boolean): Action[] {
  if (proposal.state === "confirmed" && moves !== undefined) return [{ label: say("action.show"), command: printLine("deadline show", [moves.deadline.id]) }];
  if (proposal.state === "dismissed" && !over) return [{ label: say("proposal.action.reopen"), command: printLine("proposal reopen", [proposal.id]) }];
  return [];
}

/** What waits, in one post or as an answer. */
export function drawWaiting(waiting: readonly Proposal[], view: Pick<CardView, "say" | "zone" | "now">): Message {
  const { say } = view;
  const left = waiting.length - LISTED;
  const list = waiting.slice(0, LISTED).map((proposal): Span[] => [
    dueSpan(valueOf(proposal)) ?? "",
    " · ",
    linkTo(proposal.link, foreign(proposal.title === "" ? proposal.purpose : proposal.title, 120)),
  ]);
  return composed(say, {
    title: [say("proposals.title", { count: waiting.length })],
    blocks: waiting.length === 0 ? [{ text: [say("proposals.none")] }] : [{ list }, ...(left > 0 ? [{ text: [say("items.left", { count: left })] }] : []), { text: [say("proposals.ask")] }],
    actions: waiting.slice(0, BUTTONS).map((proposal, index) => ({
      label: say("proposals.action.look", { number: index + 1 }),
      command: printLine("proposal show", [proposal.id]),
    })),
    dates: waiting.length,
  });
}

export const waitingCard = defineCard<Proposal[]>({
  kind: WAITING_CARD,
  waitsForMorning: true,
  // The time is known only when it is drawn; what is over by then is left out there.
  load: (db) => listWaiting(db, 0),
  draw: (all, view) => drawWaiting(all.filter((proposal) => endOf(proposal) > view.now), view),
  isOver: (all, _occasion, now) => all.every((proposal) => endOf(proposal) <= now),
});
