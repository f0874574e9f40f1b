/** Rehearsals of what a person says about a date: which rooms were told the old one, and what they will read. */
import type { Deadline } from "../../src/calendar/deadlines.ts";
import { loadDetails } from "../../src/cards/details.ts";
import { drawMoved } from "../../src/cards/moved.ts";
import { dueOf } from "../../src/cards/parts.ts";
import type { CommandContext } from "../../src/command.ts";
import { UserError } from "../../src/errors.ts";
import { listText } from "../../src/i18n.ts";
import type { Block, Message } from "../../src/message.ts";
import { listNetworks } from "../../src/rooms/networks.ts";
import { listRooms } from "../../src/rooms/rooms.ts";
import { viewOf } from "./deadline-replies.ts";

/** What a deadline would be once the change is made; everything else stays. */
export type Outcome = Partial<Pick<Deadline, "dueOn" | "dueTime" | "precision" | "overAt" | "status" | "confidence">>;

/**
 * How many rooms were told the date, in which languages, and the text they would get. `corrects` is false where nothing that was told
 * becomes wrong; `all` names every State that is concerned when there are several.
 */
export async function rehearseChange(
  context: CommandContext,
  deadline: Deadline,
  outcome: Outcome,
  corrects: boolean,
  all: readonly Deadline[] = [deadline],
): Promise<Message> {
  const { db, say, directory, language } = context;
  const [details, ...others] = await loadDetails(db, [deadline, ...all.filter(({ id }) => id !== deadline.id)].map((one) => ({ ...one, ...outcome })));
  if (details === undefined) throw new UserError("unknown_subject");
  const names = new Map((await listNetworks(db)).map((network) => [network.id, network.name]));
  const told = JSON.stringify(dueOf(deadline));
  const personBy = `network:${context.room.network}`;
  const state = { details: { ...details, personBy }, others, names, wasProjected: deadline.status === "projected" };
  const message = drawMoved(state, { ...viewOf(context, "moved"), told });
  const tellings = await db.selectFrom("tellings").select("room").distinct().where("deadline", "in", all.map(({ id }) => id)).execute();
  const rooms = (await listRooms(db)).filter(({ address }) => tellings.some((telling) => telling.room === address));
  const languages = listText([...new Set(rooms.map((room) => say(`language.${room.language}`)))].sort(), say);
  const reach: Block = {
    text: [!corrects || rooms.length === 0 ? say("rehearse.nobody") : say("rehearse.told", { count: rooms.length, languages })],
  };
  const countries = listText(all.flatMap(({ country }) => (country === null ? [] : [directory.countryName(country, language)])), say);
  const states: Block[] = all.length === 1 ? [] : [{ text: [say("rehearse.states", { count: all.length, countries })] }];
  // Each room's post lists the States it was told of; here all are named at once.
  const blocks = message.blocks.filter((block) => all.length === 1 || !("list" in block));
  return { ...message, blocks: [reach, ...states, ...blocks], actions: [] };
}
