import { country } from "../src/arguments/country.ts";
import { language } from "../src/arguments/language.ts";
import { network } from "../src/arguments/network.ts";
import { standing } from "../src/arguments/standing.ts";
import { workingWeek } from "../src/arguments/working-week.ts";
import { zone } from "../src/arguments/zone.ts";
import { drawNetwork, weekText } from "../src/cards/room.ts";
import { type AnyCommand, type CommandContext, defineCommand, option, optional, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { speak } from "../src/i18n.ts";
import { layRoom } from "../src/planning/reminders.ts";
import type { Database, Writing } from "../src/ports.ts";
import { demandNetwork } from "../src/rights.ts";
import { addCountry, findNetwork, networkCountries, removeCountry, saveNetwork } from "../src/rooms/networks.ts";
import { listRooms } from "../src/rooms/rooms.ts";

async function show(context: CommandContext<Database>, id: string) {
  const found = await findNetwork(context.db, id);
  if (found === undefined) throw new UserError("unknown_subject");
  const countries = [...((await networkCountries(context.db)).get(id) ?? [])];
  return { to: "asker" as const, show: drawNetwork(found, countries, context.say, context.directory) };
}

/** Who may, and which countries count, decide what every room is told: so all are laid again. */
async function layAllRooms(context: CommandContext<Writing>): Promise<void> {
  for (const room of await listRooms(context.db)) await layRoom(context.db, room, { directory: context.directory, now: context.now });
}

export const networkShow = defineCommand({
  name: "network",
  arguments: { network: optional(network) },
  who: "anyone",
  effect: "look",
  run: (context, values) => show(context, values.network ?? context.room.network),
});

export const networkSet = defineCommand({
  name: "network set",
  arguments: {
    network: optional(network),
    standing: option(standing),
    language: option(language),
    zone: option(zone),
    week: option(workingWeek),
  },
  who: "coordinator",
  effect: "change",
  asksWhenBare: true,
  async present({ db, room, language: spoken }, values) {
    const found = await findNetwork(db, values.network ?? room.network);
    if (found === undefined) throw new UserError("unknown_subject");
    const week = weekText(found.workingWeek, speak(spoken));
    return { network: found.id, standing: found.standing, language: found.language, zone: found.zone, week };
  },
  targets: (values) => (values.network === undefined ? [] : [values.network]),
  async run(context, values) {
    const id = values.network ?? context.room.network;
    demandNetwork(context, id);
    const found = await findNetwork(context.db, id);
    if (found === undefined) throw new UserError("unknown_subject");
    await saveNetwork(context.db, {
      ...found,
      standing: values.standing ?? found.standing,
      language: values.language ?? found.language,
      zone: values.zone ?? found.zone,
      workingWeek: values.week ?? found.workingWeek,
    });
    await layAllRooms(context);
    return show(context, id);
  },
});

/** People know their own map best: a country may belong to two networks, and what they correct is never brought back. */
function countryCommand(verb: "add" | "remove", change: (trx: Writing, network: string, country: string) => Promise<void>): AnyCommand {
  return defineCommand({
    name: `network ${verb}`,
    arguments: { country: required(country), network: option(network) },
    who: "coordinator",
    effect: "change",
    targets: (values) => [values.country.iso3],
    async run(context, values) {
      const id = values.network ?? context.room.network;
      demandNetwork(context, id);
      await change(context.db, id, values.country.iso3);
      await layAllRooms(context);
      return show(context, id);
    },
  });
}

export const networkAdd = countryCommand("add", addCountry);
export const networkRemove = countryCommand("remove", removeCountry);
