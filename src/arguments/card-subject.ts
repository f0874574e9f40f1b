import type { ArgumentScope, ArgumentType } from "../command.ts";
import { deadline } from "./deadline.ts";

/** What a card can be about: a deadline, a session or day, or a call to action. */
export type CardSubject = { kind: "deadline" | "session" | "call"; id: string };

/** Sessions and calls by their whole id only: the ids of sessions begin those of their deadlines. */
async function exactly({ db }: ArgumentScope, id: string): Promise<CardSubject | undefined> {
  const session = await db.selectFrom("sessions").select("id").where("id", "=", id).executeTakeFirst();
  if (session !== undefined) return { kind: "session", id };
  const call = await db.selectFrom("calls").select("id").where("id", "=", id).executeTakeFirst();
  return call === undefined ? undefined : { kind: "call", id };
}

/** By its id, or by a beginning that only one deadline has. */
export const cardSubject: ArgumentType<CardSubject> = {
  name: "card_subject",
  async parse(words, scope) {
    const whole = await exactly(scope, (words[0] ?? "").toLowerCase());
    if (whole !== undefined) return { value: whole, used: 1 };
    const found = await deadline.parse(words, scope);
    return "value" in found ? { value: { kind: "deadline", id: found.value }, used: found.used } : found;
  },
  print: ({ id }) => id,
  complete: (prefix, scope) => deadline.complete?.(prefix, scope) ?? [],
};
