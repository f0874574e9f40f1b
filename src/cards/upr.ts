/** One State's review as a chain: what can be done now, then each cycle step by step. Drawn for replies, not kept as posts. */
import type { ChainStep } from "../calendar/upr.ts";
import { printLine } from "../command.ts";
import type { Action, Block, Message, Span } from "../message.ts";
import { composed, type Seen } from "./parts.ts";

/** The cycle that is under way or lies just behind, and the next one. */
const CYCLES_SHOWN = 2;

export function drawChain(iso3: string, chain: readonly ChainStep[], seen: Seen): Message {
  const { say, directory } = seen;
  const country = directory.countryName(iso3, say.language);
  const title = [say("upr.title", { country })];
  if (chain.length === 0) return composed(say, { title, blocks: [{ text: [say("upr.none")] }], dates: 0 });
  const reviews = [...Map.groupBy(chain, (step) => step.session).entries()];
  const current = Math.max(0, reviews.findLastIndex(([, steps]) => steps.some(({ state, step }) => step === "review" && state !== "coming")));
  const shown = reviews.slice(current, current + CYCLES_SHOWN);
  // The next review stands in a cycle of its own, so that "possible now" is said once.
  const possible = shown.flatMap(([, steps]) => steps).filter(({ state, step }) => state === "now" && step !== "next-cycle");
  const blocks: Block[] = [
    { text: [{ strong: say("upr.now") }] },
    possible.length === 0 ? { text: [say("upr.now.none")] } : { list: possible.map((step) => possibleLine(step, seen)) },
    ...shown.flatMap(([session, steps]) => reviewBlocks(session, steps, shown.length > 1, seen)),
  ];
  return composed(say, { title, blocks, actions: chainActions(shown.flatMap(([, steps]) => steps), seen) });
}

function possibleLine(step: ChainStep, { say }: Seen): Span[] {
  return say.spans("line.pair", { label: say(`upr.step.${step.step}`), value: say(step.note) });
}

function reviewBlocks(session: string, steps: readonly ChainStep[], several: boolean, seen: Seen): Block[] {
  const { say } = seen;
  const [first] = steps;
  if (first === undefined) return [];
  // With the next cycle below, a row that points to it says nothing new.
  const rows = steps.filter(({ step }) => step !== "next-cycle" || !several).map((step): Span[][] => [[say(`upr.step.${step.step}`)], stepDate(step, seen), stepState(step, seen)]);
  return [
    { text: [{ strong: say("upr.cycle", { cycle: first.cycle, session: Number(session) }) }] },
    { table: { head: [say("column.step"), say("column.when"), say("column.state")], rows } },
  ];
}

function stepDate({ on, zone, status, confidence }: ChainStep, { say }: Seen): Span[] {
  if (on === null) return [say("when.unknown")];
  const date: Span = { moment: on, zone };
  if (status === "cancelled" || status === "suspended") return say.spans(`when.${status}.short`, { date: { struck: date } });
  if (on.length < 10) return say.spans("when.month", { date });
  return confidence === "projected" ? say.spans("when.about.day", { date }) : [date];
}

function stepState({ state, note }: ChainStep, { say }: Seen): Span[] {
  return state === "unknown" ? [say(note)] : [say(`upr.state.${state}`)];
}

function chainActions(steps: readonly ChainStep[], { say }: Seen): Action[] {
  const open = steps.filter(({ deadlineId, state, step }) => deadlineId !== null && state !== "past" && step !== "next-cycle");
  return open.slice(0, 3).flatMap(({ deadlineId, step }) =>
    deadlineId === null ? [] : [{ label: say("action.show_named", { name: say(`upr.step.${step}`) }), command: printLine("deadline show", [deadlineId]) }],
  );
}
