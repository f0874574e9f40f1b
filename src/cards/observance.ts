/** A day of mourning or of action. Not a deadline: quiet, counted down to by nobody, and on a day of mourning nothing is asked. */
import { findSession, type Session } from "../calendar/sessions.ts";
import { printLine } from "../command.ts";
import type { Message } from "../message.ts";
import { defineCard, type CardView } from "./card.ts";
import { sessionTitle } from "./titles.ts";

export const OBSERVANCE_CARD = "observance";

/** On a day of mourning nobody is called to anything. */
export function isMourning(sessionId: string): boolean {
  return sessionId.startsWith("day-remembrance-day-");
}

export const observanceCard = defineCard<Session>({
  kind: OBSERVANCE_CARD,
  waitsForMorning: true,
  load: async (db, key) => (await findSession(db, key.subject)) ?? null,
  draw: drawObservance,
});

export function drawObservance(session: Session, view: CardView): Message {
  const { say } = view;
  const mourning = isMourning(session.id);
  const date = session.startsOn === null ? [] : [{ text: [{ moment: session.startsOn, zone: session.zone }] }];
  return {
    title: [sessionTitle(session, view)],
    tone: "quiet",
    blocks: [...date, { text: [say(mourning ? "observance.text.mourning" : "observance.text.other")] }],
    actions: mourning ? [] : [{ label: say("action.hide"), command: printLine("hide", [session.id]) }],
    language: view.language,
    discreet: say("observance.discreet"),
  };
}
