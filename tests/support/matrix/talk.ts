/** What a bot says in rooms, as the people there see it. */
import type { HeardEvent, ShownMessage } from "./heard.ts";
import type { Human } from "./human.ts";

export interface Talk {
  /** What the bot said there, oldest first. */
  said(person: Human, room: string): ShownMessage[];
  /** Waits for something it says there. */
  untilSaid(person: Human, room: string, text: string | RegExp): Promise<ShownMessage>;
  /** Its answers to one message. */
  answers(person: Human, room: string, event: string): ShownMessage[];
  untilAnswered(person: Human, room: string, event: string): Promise<ShownMessage>;
  /** Says a line and waits for the answer. */
  ask(person: Human, room: string, line: string, options?: { replyTo?: string }): Promise<ShownMessage>;
  /** Waits for the bot to be, or to have been, there. */
  untilIs(person: Human, room: string, membership: "join" | "leave"): Promise<HeardEvent>;
  untilInvited(person: Human): Promise<string>;
  /** A room of a network, made as people make it. */
  openRoom(person: Human): Promise<string>;
}

export function createTalk(bot: string): Talk {
  const ofBot = (shown: readonly ShownMessage[]): ShownMessage[] => shown.filter(({ sender }) => sender === bot);
  const talk: Talk = {
    said: (person, room) => ofBot(person.shown(room)),
    untilSaid: (person, room, text) => person.until(room, (shown) => ofBot(shown).find(({ body }) => (typeof text === "string" ? body.includes(text) : text.test(body)))),
    answers: (person, room, event) => ofBot(person.shown(room)).filter(({ replyTo }) => replyTo === event),
    untilAnswered: (person, room, event) => person.until(room, (shown) => ofBot(shown).find(({ replyTo }) => replyTo === event)),
    ask: async (person, room, line, options = {}) => talk.untilAnswered(person, room, await person.say(room, line, options)),
    untilIs: (person, room, membership) =>
      person.until(room, () => person.heard(room).findLast(({ type, stateKey, content }) => type === "m.room.member" && stateKey === bot && content["membership"] === membership)),
    async untilInvited(person) {
      for (let tries = 0; tries < 80; tries += 1) {
        const [room] = await person.invitations();
        if (room !== undefined) return room;
        await person.listen(250);
      }
      throw new Error("nobody invites");
    },
    async openRoom(person) {
      const room = await person.createRoom({ invite: [bot] });
      await talk.untilSaid(person, room, "Which network");
      await talk.ask(person, room, "!clarion join anpud");
      await talk.untilSaid(person, room, "Welcome to the room of ANPUD");
      return room;
    },
  };
  return talk;
}
