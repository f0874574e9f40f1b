/** The chats that need nothing of the outside: the one in memory and the terminal. The page runs the same suite in its own tests. */
import { createConsoleChat } from "../../adapters/console/chat.ts";
import { createMemoryChat } from "../../adapters/memory/chat.ts";
import { toPlain } from "../../src/plain.ts";
import { seededChance } from "../support/clock.ts";
import { describeChat } from "./chat.suite.ts";

describeChat("in memory", async () => {
  const chat = createMemoryChat();
  await chat.start(() => Promise.reject(new Error("nothing comes in")));
  return {
    chat,
    room: "memory:one",
    other: "memory:other",
    read: async (room) => chat.standing(room).map((message) => toPlain(message)),
    // Holds messages as data: there is nothing that could be active.
    findActive: async () => [],
    openAsker: async (room) => {
      const token = `asker-${chat.whispers.length}-${Math.floor(performance.now() * 1_000)}`;
      return {
        asker: { room, token },
        heard: async () => chat.whispers.filter(({ to }) => to.token === token).map(({ message }) => toPlain(message)),
      };
    },
    dispose: () => chat.stop(),
  };
});

describeChat("the terminal", async () => {
  const written: string[] = [];
  const chat = createConsoleChat({
    write: (text) => void written.push(text),
    room: "console:one",
    actor: { id: "terminal", grants: [] },
    chance: seededChance(),
  });
  await chat.start(() => Promise.reject(new Error("nothing comes in")));
  return {
    chat,
    room: "console:one",
    other: "console:other",
    read: async (room) => chat.standingIn(room).map((message) => toPlain(message)),
    findActive: async () => written.filter((text) => /[^\P{Cc}\n]|[\u202a-\u202e]/u.test(text)),
    dispose: () => chat.stop(),
  };
});
