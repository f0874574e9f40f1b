import { organisationKey } from "../calls/organisations.ts";
import { type ArgumentType, NOT_MINE } from "../command.ts";
import { text } from "./text.ts";

const name = text("organisation", 120, 2);

/** An organisation exactly as it writes itself. Organisations act, not people. */
export const organisation: ArgumentType<string> = {
  ...name,
  async parse(words, scope) {
    const parsed = await name.parse(words, scope);
    return "value" in parsed && organisationKey(parsed.value) === "" ? NOT_MINE : parsed;
  },
};
