/** Once a month: dates known to the month only, and the pages to look at until somebody enters the day. */
import { printLine } from "../command.ts";
import { foreign, linkTo, type Action, type Block, type Message, type Span } from "../message.ts";
import { spansText } from "../plain.ts";
import { lookContent } from "../planning/digest.ts";
import { defineCard, type CardView } from "./card.ts";
import { loadDetails, type Details } from "./details.ts";
import { buttonName } from "./lines.ts";
import { composed } from "./parts.ts";
import { actionName, deadlineTitle } from "./titles.ts";

export const LOOK_CARD = "look";

/** Lines that one reading of a few pages can settle. */
const LINE_LIMIT = 12;
const BUTTON_LIMIT = 3;

/** One for each family and month that the room follows, the nearest first. */
export type LookState = { entries: { details: Details; states: number }[] };

export const lookCard = defineCard<LookState>({
  kind: LOOK_CARD,
  waitsForMorning: true,
  async load(db, key, room, directory) {
    // The occasion is the month it is for, so that it says the same whenever it is drawn.
    const deadlines = await lookContent(db, room, directory, key.occasion);
    const families = [...Map.groupBy(deadlines, (deadline) => `${deadline.family} ${deadline.dueOn ?? ""}`).values()];
    const details = await loadDetails(db, families.flatMap((family) => family.slice(0, 1)));
    return { entries: details.map((entry, index) => ({ details: entry, states: families[index]?.length ?? 1 })) };
  },
  draw: drawLook,
});

export function drawLook({ entries }: LookState, view: CardView): Message {
  const { say } = view;
  const shown = entries.slice(0, LINE_LIMIT);
  const blocks: Block[] =
    shown.length === 0
      ? [{ text: [say("look.none")] }]
      : [
          { text: [say("look.ask")] },
          { list: shown.map(({ details, states }) => lookLine(details, states, view)) },
          ...(entries.length > shown.length ? [{ text: [say("look.more", { count: entries.length - shown.length })] }] : []),
          { text: [say("look.then")] },
        ];
  const actions = shown.slice(0, BUTTON_LIMIT).map(({ details, states }): Action => {
    const { deadline } = details;
    if (states === 1) return { label: say("action.enter_day", { name: buttonName(details, view) }), command: printLine("deadline move", [deadline.id]) };
    // The whole line, because one date is set for all of them.
    const name = spansText([actionName(deadline, view), ` ${say("look.states", { count: states })}`], view.language);
    return { label: say("action.enter_day", { name }), command: printLine("deadline move", [deadline.id], { states: "all" }) };
  });
  return composed(say, { title: [say("look.title")], tone: "quiet", blocks, actions, dates: shown.length });
}

/** "UPR Working Group, 55th session: stakeholder paper (14 States) · about March 2027 · the page to look at". */
function lookLine({ deadline, session }: Details, states: number, view: CardView): Span[] {
  const { say, directory } = view;
  const address = directory.body(deadline.mechanism)?.page || deadline.link;
  const page = address === "" ? [] : [" · ", linkTo(address, foreign(address, 120))];
  const title = deadlineTitle(deadline, session, view, { country: states === 1 });
  const date = { moment: deadline.dueOn ?? "", zone: deadline.zone };
  return [...title, ...(states > 1 ? [` ${say("look.states", { count: states })}`] : []), " · ", ...say.spans("when.month", { date }), ...page];
}
