import { expect, it } from "vitest";
import { drawNext, LONG_VIEW_DAYS } from "../../adapters/web/panes.ts";
import { createTokens } from "../../adapters/web/tokens.ts";
import { createDesk } from "../../src/desk.ts";
import { speak } from "../../src/i18n.ts";
import { openTestApp, testDirectory } from "../support/app.ts";
import { seededChance } from "../support/clock.ts";
import { textOf } from "../support/html.ts";

const ROOM = "web:anpud";
const COORDINATOR = { roles: ["coordinator" as const] };

it("marks in Next what must come true first, in the words of the tables, until somebody says that it has", async () => {
  const test = await openTestApp();
  const desk = createDesk({ store: test.store, clock: test.clock, directory: testDirectory, complete: async () => [] });
  await test.say(ROOM, "/follow crc");
  const agenda = async () => desk.agenda(ROOM, LONG_VIEW_DAYS);
  const conditional = async () => [...(await agenda()).weeks, ...(await agenda()).about].flatMap(({ entries }) => entries).filter((entry) => entry.conditional);
  const [first] = await conditional();
  if (first === undefined) throw new Error("no date depends on anything");
  const drawn = async () => {
    const room = (await desk.rooms()).find(({ address }) => address === ROOM);
    if (room === undefined) throw new Error("no room");
    const view = { room, path: "/room/anpud", say: speak("en"), tokens: createTokens("secret", seededChance(1)), show: undefined, days: LONG_VIEW_DAYS, networks: new Map() };
    const page = String(drawNext(view, { value: await agenda() }));
    const from = page.indexOf(`data-show="${first.id}"`);
    return textOf(page.slice(from, page.indexOf("</a>", from)));
  };
  expect(await drawn()).toContain("only if it takes place");
  const rehearsal = await test.say(ROOM, `/deadline confirm ${first.id}`, COORDINATOR);
  await test.say(ROOM, rehearsal.message.actions[0]?.command ?? "", COORDINATOR);
  expect((await conditional()).map(({ id }) => id)).not.toContain(first.id);
  expect(await drawn()).not.toContain("only if it takes place");
  await test.close();
});
