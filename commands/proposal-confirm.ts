import { body } from "../src/arguments/body.ts";
import { country } from "../src/arguments/country.ts";
import { day } from "../src/arguments/day.ts";
import { proposal as proposalArgument } from "../src/arguments/proposal.ts";
import { text } from "../src/arguments/text.ts";
import { time } from "../src/arguments/time.ts";
import { stateClaim } from "../src/calendar/claims.ts";
import { addDeadline, findDeadline } from "../src/calendar/deadlines.ts";
import { type AnyCommand, type CommandContext, defineCommand, option, printLine, required } from "../src/command.ts";
import type { Body, Country } from "../src/directory.ts";
import { UserError } from "../src/errors.ts";
import { isHttps, type PlainDate } from "../src/message.ts";
import type { Writing } from "../src/ports.ts";
import { findProposal, type Proposal, turnProposal } from "../src/proposals/proposals.ts";
import { overAt } from "../src/time.ts";
import { rehearseChange } from "./shared/date-changes.ts";
import { announce, demandDeadline, showDeadline, statedBy, todayOf } from "./shared/deadline-replies.ts";
import { demandProposal, showProposal, touchProposal } from "./shared/proposals.ts";

const TITLE_LIMIT = 120;

type Corrections = { on: PlainDate | undefined; time: string | undefined; title: string | undefined; mechanism: Body | undefined; country: Country | undefined };
type Decided = Pick<Proposal, "dueOn" | "dueTime" | "zone" | "title" | "country" | "topics"> & { mechanism: Body; end: number };

/** What stands after a person's corrections. A new day without an hour is a whole day. Throws when it is over or belongs to no body. */
function decide(proposal: Proposal, corrections: Corrections, { now, directory }: CommandContext): Decided {
  const mechanism = corrections.mechanism ?? directory.body(proposal.mechanism);
  if (mechanism === undefined) throw new UserError("argument_missing", { argument: "mechanism", command: "proposal correct" });
  const dueOn = corrections.on ?? proposal.dueOn;
  const dueTime = corrections.time ?? (corrections.on === undefined ? proposal.dueTime : null);
  // The zone was read with the date, or came with the body; another body brings its own.
  const zone = corrections.mechanism === undefined ? proposal.zone : mechanism.zone;
  const end = overAt(dueOn, dueTime, zone);
  if (end <= now) throw new UserError("past_date", { command: "proposal correct" });
  const title = [...(corrections.title ?? (proposal.title === "" ? proposal.purpose : proposal.title))].slice(0, TITLE_LIMIT).join("");
  const topics = corrections.mechanism === undefined ? proposal.topics : [...new Set([...proposal.topics, ...mechanism.topics])];
  return { mechanism, dueOn, dueTime, zone, end, title, topics, country: corrections.country?.iso3 ?? proposal.country };
}

async function addNew(context: CommandContext<Writing>, proposal: Proposal, decided: Decided): Promise<string> {
  const { db, room, now, chance } = context;
  const { id, changes } = await addDeadline(
    db,
    {
      mechanism: decided.mechanism.key,
      title: decided.title,
      value: { on: decided.dueOn, time: decided.dueTime, zone: decided.zone },
      network: room.network,
      topics: decided.topics,
      checkedOn: todayOf(context),
      ...(decided.country === null ? {} : { country: decided.country }),
      ...(isHttps(proposal.link) ? { link: proposal.link } : {}),
    },
    { now, chance },
  );
  await announce(context, changes);
  return id;
}

async function move(context: CommandContext<Writing>, proposal: Proposal, decided: Decided, subject: string): Promise<string> {
  const { db, now, chance } = context;
  const claim = chance.id();
  const { dueOn: on, dueTime, zone } = decided;
  const changes = await stateClaim(
    db,
    {
      id: claim,
      subject,
      value: { field: "date", on, zone, ...(dueTime === null ? {} : { time: dueTime }) },
      confidence: "person",
      statedBy: statedBy(context),
      link: isHttps(proposal.link) ? proposal.link : "",
      checkedOn: todayOf(context),
      reason: "claim.accepted",
    },
    { now, chance },
  );
  await announce(context, changes);
  return claim;
}

/**
 * A person makes a proposal their own word: a new deadline, or the new date of one that the same text gave before. Only the second reaches rooms
 * at once, so only that rehearses. `correct` asks for what should be otherwise first.
 */
function confirmCommand(verb: "confirm" | "correct"): AnyCommand {
  return defineCommand({
    name: `proposal ${verb}`,
    arguments: {
      proposal: required(proposalArgument),
      on: option(day),
      time: option(time),
      title: option(text("deadline_title", TITLE_LIMIT, 3), { public: true }),
      mechanism: option(body),
      country: option(country),
    },
    who: "coordinator",
    effect: "broadcast",
    hidden: verb === "confirm",
    ...(verb === "correct" ? { asksWhenBare: true } : {}),
    targets: (values) => [values.proposal],
    async present({ db, directory, language }, values) {
      const found = values.proposal === undefined ? undefined : await findProposal(db, values.proposal);
      if (found === undefined) return {};
      return {
        on: found.dueOn,
        ...(found.dueTime === null ? {} : { time: found.dueTime }),
        title: [...(found.title === "" ? found.purpose : found.title)].slice(0, TITLE_LIMIT).join(""),
        ...(found.mechanism === "" ? {} : { mechanism: directory.bodyName(found.mechanism, language, "short") }),
        ...(found.country === null ? {} : { country: directory.countryName(found.country, language) }),
      };
    },
    async revision(context, values) {
      const found = await demandProposal(context, values.proposal);
      const deadline = found.state === "waiting" && found.deadline !== null ? await findDeadline(context.db, found.deadline) : undefined;
      return deadline === undefined ? null : deadline.revision + found.revision;
    },
    async rehearse(context, values) {
      const found = await demandProposal(context, values.proposal);
      const decided = decide(found, values, context);
      const deadline = await demandDeadline(context, found.deadline ?? "");
      const { dueOn, dueTime } = decided;
      const precision = dueTime === null ? ("day" as const) : ("minute" as const);
      const outcome = { dueOn, dueTime, precision, overAt: decided.end, status: "moved" as const, confidence: "person" as const };
      return rehearseChange(context, deadline, outcome, deadline.dueOn !== dueOn || deadline.dueTime !== dueTime);
    },
    async run(context, values) {
      const { db, now, seen } = context;
      const found = await demandProposal(context, values.proposal);
      const isStale = found.deadline === null && seen !== undefined && seen !== found.revision;
      // What was seen is no longer so: the answer is what is.
      if (found.state !== "waiting" || isStale) return { to: "asker", show: await showProposal(context, found.id) };
      const decided = decide(found, values, context);
      const known = found.deadline === null ? undefined : await findDeadline(db, found.deadline);
      const claim = known === undefined ? null : await move(context, found, decided, known.id);
      const deadline = known?.id ?? (await addNew(context, found, decided));
      await turnProposal(db, found.id, { from: ["waiting"], to: "confirmed", became: { deadline, claim } }, now);
      await touchProposal(context, found.id);
      const show = await showDeadline(context, deadline);
      return { to: "asker", show, subject: deadline, ...(claim === null ? {} : { undo: printLine("claim withdraw", [claim]) }) };
    },
  });
}

export const proposalConfirm = confirmCommand("confirm");
export const proposalCorrect = confirmCommand("correct");
