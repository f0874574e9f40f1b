/** The terminal as a chat: posts are printed as they come, and each line typed is a command. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { ChatError } from "../../src/errors.ts";
import { speak } from "../../src/i18n.ts";
import type { Action, Message } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import type { Actor, Capabilities, Chance, Chat, Ref, RoomAddress } from "../../src/ports.ts";
import { safeForTerminal } from "./safe.ts";

export type ConsoleOptions = {
  /** Where posts and answers go, one text at a time. */
  write(text: string): void;
  /** Lines to answer; absent when the terminal only shows. */
  input?: Readable;
  room: RoomAddress;
  actor: Actor;
  chance: Chance;
};

/** `standingIn` is what a reader who scrolls back finds last said of each post of a room. */
export type ConsoleChat = Chat & { standingIn(room: RoomAddress): Message[] };

/** What was printed cannot be changed: an edit prints what the post now says, a removal that it was taken back. */
export function createConsoleChat(options: ConsoleOptions): ConsoleChat {
  const refs = new Map<string, Ref>();
  const standing = new Map<Ref, { room: RoomAddress; message: Message }>();
  const edits = new Set<string>();
  let newest: Action[] = [];
  let lines: ReturnType<typeof createInterface> | undefined;
  /** Answers are given one after the other, in the order of the lines. */
  let turn: Promise<unknown> = Promise.resolve();

  const print = (message: Message, note?: string): void => {
    if (message.actions.length > 0) newest = message.actions;
    const head = note === undefined ? "" : `${speak(message.language)(note)}\n`;
    options.write(safeForTerminal(`${head}${toPlain(message, { numbers: true })}\n`));
  };

  return {
    id: "console",
    standingIn: (room) => [...standing.values()].filter((post) => post.room === room).map((post) => post.message),
    async start(inbox) {
      if (options.input === undefined) return;
      lines = createInterface({ input: options.input });
      lines.on("line", (line) => {
        if (line.trim() === "") return;
        // Read in its turn: a number means what was printed last before it, not what stood there when it was typed ahead.
        turn = turn.then(async () => {
          const chosen = /^[0-9]{1,2}$/.test(line.trim()) ? newest[Number(line.trim()) - 1]?.command : undefined;
          const answer = await inbox({ key: options.chance.id(), line: chosen ?? line, actor: options.actor, room: options.room });
          if (answer.to === "asker") print(answer.message);
        });
      });
    },
    async stop() {
      lines?.close();
      await turn;
    },
    capabilities: async (): Promise<Capabilities> => ({ encrypted: false, edits: true, readers: "this-machine", shared: false, hears: "addressed" }),
    async send(room, message, key) {
      const known = refs.get(key);
      if (known !== undefined) return known;
      const ref = `console-${refs.size + 1}`;
      refs.set(key, ref);
      standing.set(ref, { room, message });
      print(message);
      return ref;
    },
    async edit(ref, message, key) {
      const post = standing.get(ref);
      if (post === undefined) throw new ChatError("gone");
      if (edits.has(key)) return;
      edits.add(key);
      standing.set(ref, { ...post, message });
      print(message, "console.edited");
    },
    async remove(ref) {
      const post = standing.get(ref);
      if (post === undefined) return;
      standing.delete(ref);
      print({ ...post.message, blocks: [], actions: [] }, "console.removed");
    },
    async whisper(_to, message) {
      print(message);
    },
  };
}
