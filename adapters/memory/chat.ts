/** A chat held in memory and driven by hand: a real chat in every rule, without a platform. */
import type { Answer } from "../../src/answer.ts";
import { ChatError } from "../../src/errors.ts";
import type { Message } from "../../src/message.ts";
import type { Asker, Capabilities, Chat, Inbound, Inbox, Ref, RoomAddress, SendOptions } from "../../src/ports.ts";

export type MemoryPost = { ref: Ref; room: RoomAddress; key: string; message: Message; options: SendOptions[]; edits: Message[]; removed: boolean };

export type MemoryChat = Chat & {
  /** Everything ever sent, in order, over all rooms. */
  readonly posts: readonly MemoryPost[];
  readonly whispers: readonly { to: Asker; message: Message }[];
  /** What stands in a room now. */
  standing(room: RoomAddress): Message[];
  receive(inbound: Inbound): Promise<Answer>;
  /** The next calls of this kind fail with these errors, in turn. `lost`: it happened, and the answer was lost. */
  failNext(on: "send" | "edit" | "remove" | "whisper" | "capabilities", error: ChatError | "lost"): void;
  /** From now on every room is like this. */
  become(capabilities: Partial<Capabilities>): void;
};

export function createMemoryChat(id = "memory"): MemoryChat {
  const posts: MemoryPost[] = [];
  const whispers: { to: Asker; message: Message }[] = [];
  const byKey = new Map<string, MemoryPost>();
  const editKeys = new Set<string>();
  const faults: { on: string; error: ChatError | "lost" }[] = [];
  let inbox: Inbox | undefined;
  let openness: Capabilities = { encrypted: false, edits: true, readers: "this-machine", shared: false, hears: "addressed" };

  const fault = (on: string): ChatError | "lost" | undefined => {
    const index = faults.findIndex((candidate) => candidate.on === on);
    return index < 0 ? undefined : faults.splice(index, 1)[0]?.error;
  };
  const find = (ref: Ref): MemoryPost => {
    const post = posts.find((candidate) => candidate.ref === ref && !candidate.removed);
    if (post === undefined) throw new ChatError("gone");
    return post;
  };
  return {
    id,
    posts,
    whispers,
    start: async (given) => {
      inbox = given;
    },
    stop: async () => {
      inbox = undefined;
    },
    capabilities: async () => {
      const failure = fault("capabilities");
      if (failure instanceof ChatError) throw failure;
      return openness;
    },
    send: async (room, message, key, options = {}) => {
      const failure = fault("send");
      if (failure instanceof ChatError) throw failure;
      let post = byKey.get(key);
      if (post === undefined) {
        post = { ref: `${id}-${posts.length + 1}`, room, key, message: structuredClone(message), options: [], edits: [], removed: false };
        posts.push(post);
        byKey.set(key, post);
      }
      post.options.push(options);
      if (failure === "lost") throw new ChatError("unsure");
      return post.ref;
    },
    edit: async (ref, message, key) => {
      const failure = fault("edit");
      if (failure instanceof ChatError) throw failure;
      const post = find(ref);
      if (!editKeys.has(key)) {
        editKeys.add(key);
        post.edits.push(structuredClone(message));
      }
      if (failure === "lost") throw new ChatError("unsure");
    },
    remove: async (ref) => {
      const failure = fault("remove");
      if (failure instanceof ChatError) throw failure;
      const post = posts.find((candidate) => candidate.ref === ref);
      if (post !== undefined) post.removed = true;
    },
    whisper: async (to, message) => {
      const failure = fault("whisper");
      if (failure instanceof ChatError) throw failure;
      whispers.push({ to, message: structuredClone(message) });
    },
    standing: (room) => posts.filter((post) => post.room === room && !post.removed).map((post) => post.edits.at(-1) ?? post.message),
    receive: (inbound) => {
      if (inbox === undefined) throw new Error("The chat has not been started.");
      return inbox(inbound);
    },
    failNext: (on, error) => void faults.push({ on, error }),
    become: (capabilities) => void (openness = { ...openness, ...capabilities }),
  };
}
