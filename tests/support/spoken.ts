/** All that Clarion can say, for the tests of how chats draw it. */
import { commands } from "../../commands/index.ts";
import type { Answer, Form } from "../../src/answer.ts";
import { askFor } from "../../src/forms.ts";
import { speak } from "../../src/i18n.ts";
import { LANGUAGES, type Language, type Message } from "../../src/message.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { DAY } from "../../src/time.ts";
import { openTestApp, type TestApp } from "./app.ts";

export const OPERATOR = { as: "operator", roles: ["operator" as const] };
export const COORDINATION: RoomAddress = "web:coordination";

/** Lines that show each deadline that is shipped, its history and its copy, each session, and each State under review. */
export async function linesAboutShipped(test: TestApp): Promise<string[]> {
  const deadlines = await test.store.reading.selectFrom("deadlines").select("id").execute();
  const sessions = await test.store.reading.selectFrom("sessions").select("id").execute();
  return [
    ...deadlines.flatMap(({ id }) => [`deadline show ${id}`, `deadline history ${id}`, `copy ${id}`]),
    ...sessions.map(({ id }) => `session show ${id}`),
    ...test.app.parts.directory.countries.map(({ iso3 }) => `upr ${iso3}`),
  ];
}

/**
 * The share of those lines that one language draws for a chat: English all of them, the others a fifth each, so that every line is drawn in two. Rules
 * repeat over nearly two hundred States, so each language still meets every rule; each line in each language is drawn in every-card.test.ts.
 */
export function shareOfLines(lines: readonly string[], language: Language): readonly string[] {
  const place = LANGUAGES.indexOf(language) - 1;
  return place < 0 ? lines : lines.filter((_line, index) => index % (LANGUAGES.length - 1) === place);
}

/** What comes to the rooms in ten weeks, edits included; each room has one of the languages. */
export async function postedInTenWeeks(): Promise<Message[]> {
  const test = await openTestApp({ now: "2027-01-04T09:00:00Z" });
  const rooms = await test.store.reading.selectFrom("rooms").select("address").orderBy("address").execute();
  for (const [index, { address }] of rooms.entries()) {
    await test.say(address as RoomAddress, `/room set --language ${LANGUAGES[index % LANGUAGES.length] ?? "en"}`, OPERATOR); // the column holds addresses
  }
  for (let passed = 0; passed < 70; passed += 1) {
    await test.settle();
    test.clock.advance(DAY);
  }
  await test.close();
  return test.chat.posts.flatMap((post) => [post.message, ...post.edits]);
}

/** An app in which one call has been published. */
export type AppWithCall = { app: TestApp; call: string };

export async function openAppWithCall(): Promise<AppWithCall> {
  const app = await openTestApp();
  const made = await app.say(COORDINATION, 'call new sign-on --title "A seat for us" --until "5 January 2027" --goal 188 --language en', {
    ...OPERATOR,
    body: "We ask the Commission for a seat. ".repeat(200),
  });
  const call = made.message.actions[0]?.command.split(" ")[2];
  if (call === undefined) throw new Error("The draft of a call offers nothing to do.");
  const rehearsed = await app.say(COORDINATION, `call publish ${call}`, OPERATOR);
  await app.say(COORDINATION, rehearsed.message.actions[0]?.command ?? "", OPERATOR);
  await app.settle();
  return { app, call };
}

/** The answers of every command, asked by its example, with nothing, wrongly with a hostile word, and for its help. */
export async function answersOfCommands({ app, call }: AppWithCall, language: Language, trick: string): Promise<{ line: string; answer: Answer }[]> {
  const say = speak(language);
  const answers: { line: string; answer: Answer }[] = [];
  for (const { name } of commands) {
    const key = `command.${name.replaceAll(" ", ".")}.example`;
    const example = (say.has(key) ? say(key) : `/${name}`).replace("sign-on-k3x9", call);
    for (const line of [example, name, `${name} ${trick} ${"x".repeat(300)}`, `help ${name}`]) {
      const answer = await app.app.dispatch({
        key: `${language} ${line}`, line, room: COORDINATION, language, body: `A text for everyone. ${trick}`,
        actor: { id: "operator", grants: ["operator"] },
      });
      answers.push({ line, answer });
    }
  }
  return answers;
}

/** Every command asking for all it can take. */
export function formsOfCommands(language: Language): Form[] {
  return commands.map((command) => askFor({ command, values: {}, seen: undefined, body: undefined, missing: Object.keys(command.arguments) }, speak(language)));
}
