/** Once a month: dates known to the month only, and the pages to look at until somebody enters the day. */
import { printLine } from "../command.ts";
import { deadlineFromRow } from "../deadline-row.ts";
import { loadHearing } from "../hearing.ts";
import { roomFollows } from "../follow.ts";
import { foreign, linkTo, type Action, type Block, type Message, type Span } from "../message.ts";
import { addDuration, monthOf, wallOf } from "../time.ts";
import { defineCard, type CardView } from "./card.ts";
import { loadDetails, type Details } from "./details.ts";
import { composed } from "./parts.ts";
import { deadlineTitle } from "./titles.ts";

export const LOOK_CARD = "look";

/** Further away than this there is time enough to look. */
const HORIZON = "P12M";
/** Lines that one reading of a few pages can settle. */
const LINE_LIMIT = 12;
const BUTTON_LIMIT = 3;

/** One for each family that the room follows, in no order. */
export type LookState = { entries: { details: Details; states: number }[] };

export const lookCard = defineCard<LookState>({
  kind: LOOK_CARD,
  async load(db, _key, room, directory) {
    const hearing = await loadHearing(db, room, directory);
    const rows = await db
      .selectFrom("deadlines")
      .selectAll()
      .where("precision", "=", "month")
      .where("status", "not in", ["cancelled", "suspended"])
      .where("kind", "in", ["deadline", "opening"])
      .orderBy("id")
      .execute();
    const followed = rows
      .map(deadlineFromRow)
      .filter((deadline) => roomFollows(room, deadline, hearing.networkCountries, directory))
      .filter(({ id, family }) => !hearing.hidden.has(id) && !hearing.hidden.has(family));
    const families = [...Map.groupBy(followed, (deadline) => `${deadline.family} ${deadline.dueOn ?? ""}`).values()];
    const details = await loadDetails(db, families.flatMap((family) => family.slice(0, 1)));
    return { entries: details.map((entry, index) => ({ details: entry, states: families[index]?.length ?? 1 })) };
  },
  draw: drawLook,
});

export function drawLook(state: LookState, view: CardView): Message {
  const { say, directory } = view;
  const month = monthOf(wallOf(view.now, view.zone).on);
  const entries = state.entries
    .filter(({ details: { deadline } }) => deadline.dueOn !== null && deadline.dueOn >= month && deadline.dueOn <= addDuration(month, HORIZON))
    .toSorted((one, other) => compare(one.details, other.details));
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
  const actions = shown.slice(0, BUTTON_LIMIT).map(({ details }): Action => {
    const body = directory.bodyName(details.deadline.mechanism, view.language, "short");
    const country = details.deadline.country === null ? "" : directory.countryName(details.deadline.country, view.language);
    return { label: say("action.enter_day", { name: country === "" ? body : `${body}, ${country}` }), command: printLine("deadline move", [details.deadline.id]) };
  });
  return composed(say, { title: [say("look.title")], tone: "quiet", blocks, actions, dates: shown.length });
}

function compare({ deadline: one }: Details, { deadline: other }: Details): number {
  const [first, second] = [`${one.dueOn ?? ""} ${one.id}`, `${other.dueOn ?? ""} ${other.id}`];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** "UPR Working Group, 55th session: stakeholder paper (14 States): about March 2027 · the page to look at". */
function lookLine({ deadline, session }: Details, states: number, view: CardView): Span[] {
  const { say, directory } = view;
  const address = directory.body(deadline.mechanism)?.page || deadline.link;
  const page = address === "" ? [] : [" · ", linkTo(address, foreign(address, 120))];
  const title = deadlineTitle(deadline, session, view, { country: states === 1 });
  const date = { moment: deadline.dueOn ?? "", zone: deadline.zone };
  return [...title, ...(states > 1 ? [` ${say("look.states", { count: states })}`] : []), ": ", ...say.spans("when.month", { date }), ...page];
}
