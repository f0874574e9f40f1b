import { country } from "../src/arguments/country.ts";
import { uprChain } from "../src/calendar/upr.ts";
import { drawChain } from "../src/cards/upr.ts";
import { defineCommand, required } from "../src/command.ts";

/** One State's review from the paper to the next cycle: what is past, what is possible now, what is not known. */
export const upr = defineCommand({
  name: "upr",
  arguments: { country: required(country) },
  who: "anyone",
  effect: "look",
  outside: true,
  async run(context, values) {
    const { db, now, directory } = context;
    const { iso3 } = values.country;
    return { to: "asker", show: drawChain(iso3, await uprChain(db, iso3, now, directory), context) };
  },
});
