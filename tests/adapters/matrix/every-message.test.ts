/** The answer of every command to its example in six languages, and ten weeks of cards, sent into an encrypted room and read back by a client of another make. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { addressOf } from "../../../adapters/matrix/address.ts";
import { createSpelling } from "../../../adapters/matrix/draw/spelling.ts";
import { commands } from "../../../commands/index.ts";
import { LANGUAGES, type Message } from "../../../src/message.ts";
import { toPlain } from "../../../src/plain.ts";
import { openMatrixApp, openMatrixSurroundings, type MatrixApp, type MatrixSurroundings } from "../../support/matrix/app.ts";
import { checkHtml, readHtml } from "../../support/matrix/check-html.ts";
import { describeMatrix } from "../../support/matrix/describe-matrix.ts";
import type { HeardEvent, ShownMessage } from "../../support/matrix/heard.ts";
import { openHomeserver, type Homeserver } from "../../support/matrix/homeserver.ts";
import type { Human } from "../../support/matrix/human.ts";
import { fold, loosened, missingWords, withoutMarks } from "../../support/missing-words.ts";
import { answersOfCommands, openAppWithCall, postedInTenWeeks } from "../../support/spoken.ts";

const spell = createSpelling(commands);

describeMatrix("everything Clarion says, in an encrypted room", () => {
  let server: Homeserver;
  let around: MatrixSurroundings;
  let app: MatrixApp;
  let person: Human;
  beforeAll(async () => {
    server = await openHomeserver();
    around = await openMatrixSurroundings(server);
    app = await openMatrixApp(around);
    person = await around.person("reader");
  }, 240_000);
  afterAll(async () => {
    await app.stop();
    await around.close();
    await server.close();
  }, 60_000);

  async function messagesToSend(): Promise<Message[]> {
    const test = await openAppWithCall();
    try {
      const answers: Message[] = [];
      for (const language of LANGUAGES) {
        const asked = await answersOfCommands(test, language, "none");
        // Of the four lines about each command, the example; the other three are drawn in the sweep.
        answers.push(...asked.filter((_, index) => index % 4 === 0).map(({ answer }) => answer.message));
      }
      return [...answers, ...(await postedInTenWeeks())];
    } finally {
      await test.app.close();
    }
  }

  it("arrives whole, readable and in allowed HTML, and nothing of it in clear", async () => {
    const room = await person.createRoom({ invite: [around.bot.userId] });
    await person.until(room, (shown) => shown.find(({ body }) => body.includes("Which network")), 60_000);
    const sent = await messagesToSend();
    expect(sent.length).toBeGreaterThan(300);
    const references: string[][] = [];
    for (const [index, message] of sent.entries()) {
      references.push((await app.chat.send(addressOf(room), message, `every:${index}`)).split(" ").slice(1));
      // Read in between, so that no gap of the reader's own is part of what is tried here.
      if (index % 25 === 24) await person.listen(200);
    }
    const last = references.at(-1)?.at(-1) ?? "";
    await person.until(room, (shown) => shown.find(({ eventId }) => eventId === last), 120_000);
    const shown = new Map(person.shown(room).map((each) => [each.eventId, each]));
    expect(person.unreadable(room)).toEqual([]);
    expect(person.heard(room).filter(isOurTextInClear)).toEqual([]);
    const faults = sent.flatMap((message, index) => faultsOf(message, (references[index] ?? []).map((event) => shown.get(event))));
    expect(faults).toEqual([]);
  }, 600_000);

  function isOurTextInClear({ sender, type, encrypted }: HeardEvent): boolean {
    return sender === around.bot.userId && type === "m.room.message" && !encrypted;
  }
});

/** What is wrong with the events of one message as they were read, and which of its words did not arrive. */
function faultsOf(message: Message, events: readonly (ShownMessage | undefined)[]): string[] {
  const arrived = events.filter((event) => event !== undefined);
  if (arrived.length !== events.length || events.length === 0) return [`not read: ${toPlain(message).slice(0, 60)}`];
  const words = withoutMarks(toPlain(loosened(spell(message))));
  const text = arrived.map(({ formattedBody = "" }) => readHtml(formattedBody)).flatMap((read) => [read.text, ...read.links]).join("");
  return [
    ...arrived.flatMap(({ formattedBody = "" }) => checkHtml(formattedBody)),
    ...missingWords(words, fold(text)).map((word) => `lost: ${word}`),
    ...arrived.filter(({ mentions }) => mentions === undefined || mentions.room || mentions.users.length > 0).map(() => "mentions somebody"),
  ];
}
