/** The chat suite on Matrix: the real library on a real homeserver, in encrypted rooms, read by a client that shares no code with ours. */
import { afterAll, beforeAll } from "vitest";
import { addressOf, roomOf } from "../../adapters/matrix/address.ts";
import { codeOfError } from "../../adapters/matrix/quiet-logger.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { openMatrixApp, openMatrixSurroundings, type MatrixApp, type MatrixSurroundings } from "../support/matrix/app.ts";
import { checkHtml, readHtml } from "../support/matrix/check-html.ts";
import { describeMatrix } from "../support/matrix/describe-matrix.ts";
import type { ShownMessage } from "../support/matrix/heard.ts";
import { openHomeserver, type Homeserver } from "../support/matrix/homeserver.ts";
import type { Human } from "../support/matrix/human.ts";
import { describeChat } from "./chat.suite.ts";

describeMatrix("Matrix", () => {
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

  /** A room of its own for each test, with the bot in it. */
  async function openRoom(): Promise<RoomAddress> {
    const room = await person.createRoom({ invite: [around.bot.userId] });
    const address = addressOf(room);
    for (let left = 100; ; left -= 1) {
      try {
        await app.chat.capabilities(address);
        return address;
      } catch (error) {
        if (left === 0) throw new Error(`The bot did not come: ${codeOfError(error)}`, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async function postsIn(address: RoomAddress): Promise<ShownMessage[]> {
    await person.listen(300);
    // The bot's invitation asks which network the room is for; the suite is about what it sends itself.
    return person.shown(roomOf(address) ?? "").filter(({ sender, body }) => sender === around.bot.userId && !body.includes("Which network"));
  }

  function findActiveIn({ formattedBody = "", mentions, encrypted }: ShownMessage): string[] {
    return [
      ...checkHtml(formattedBody),
      ...readHtml(formattedBody).links.filter((link) => !link.startsWith("https://")),
      ...(mentions === undefined || mentions.room || mentions.users.length > 0 ? ["it mentions somebody, or does not say that it does not"] : []),
      ...(encrypted ? [] : ["it travelled in clear"]),
    ];
  }

  describeChat("Matrix", async () => {
    const [room, other] = [await openRoom(), await openRoom()];
    return {
      chat: app.chat,
      room,
      other,
      read: async (address) => (await postsIn(address)).map(({ formattedBody, body }) => readHtml(formattedBody ?? body).text),
      findActive: async (address) => (await postsIn(address)).flatMap(findActiveIn),
      dispose: async () => undefined,
    };
  });
});
