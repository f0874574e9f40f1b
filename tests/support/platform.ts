/**
 * A chat platform on loopback that keeps running while the program dies: it knows each key once, as Matrix knows transaction ids, and
 * it can be slow, refuse, swallow requests and lose replies.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Message } from "../../src/message.ts";
import type { Chance } from "../../src/ports.ts";

export type PlatformPost = {
  reference: string;
  room: string;
  key: string;
  /** What stands there now. */
  message: Message;
  /** Of the edits that had an effect, in order. */
  editKeys: string[];
  removed: boolean;
};
export type Write = { path: "/send" | "/edit" | "/remove"; room: string; message: Message | undefined };
/** Each a share from 0 to 1 of all writes; `slowest` is the longest delay in milliseconds, before and after the write takes effect. */
export type Faults = { refused: number; swallowed: number; lostReplies: number; slowest: number };
export const NO_FAULTS: Faults = { refused: 0, swallowed: 0, lostReplies: 0, slowest: 0 };

export interface Platform {
  readonly url: string;
  /** Every post there ever was, in the order of arrival. */
  readonly posts: readonly PlatformPost[];
  /** Writes that had no effect because their key was known. */
  readonly repeats: number;
  setFaults(faults: Faults): void;
  /** From now on the writes that `chosen` picks take effect but nobody is told, until the function returned is called; then those replies are lost. */
  hold(chosen: (write: Write) => boolean): () => void;
  close(): Promise<void>;
}

const message = z.custom<Message>((value) => typeof value === "object" && value !== null);
const bodies = {
  "/send": z.object({ room: z.string(), key: z.string(), message }),
  "/edit": z.object({ reference: z.string(), key: z.string(), message }),
  "/remove": z.object({ reference: z.string() }),
};
const RETRY_AFTER_MILLISECONDS = 20;

type Reply = { status: number; reference: string; write: Write };

export async function openPlatform(chance: Pick<Chance, "fraction">): Promise<Platform> {
  const posts: PlatformPost[] = [];
  const byReference = new Map<string, PlatformPost>();
  const byKey = new Map<string, PlatformPost>();
  const editKeys = new Set<string>();
  let faults = NO_FAULTS;
  let repeats = 0;
  let held: { chosen: (write: Write) => boolean; replies: ServerResponse[] } | undefined;

  const lose = (response: ServerResponse): void => void response.socket?.destroy();

  const writes = {
    "/send"(text: unknown): Reply {
      const { room, key, message } = bodies["/send"].parse(text);
      const write: Write = { path: "/send", room, message };
      const known = byKey.get(key);
      if (known !== undefined) {
        repeats += 1;
        return { status: 200, reference: known.reference, write };
      }
      const post: PlatformPost = { reference: `post-${posts.length + 1}`, room, key, message, editKeys: [], removed: false };
      posts.push(post);
      byReference.set(post.reference, post);
      byKey.set(key, post);
      return { status: 200, reference: post.reference, write };
    },
    "/edit"(text: unknown): Reply {
      const { reference, key, message } = bodies["/edit"].parse(text);
      const post = byReference.get(reference);
      const write: Write = { path: "/edit", room: post?.room ?? "", message };
      if (post === undefined || post.removed) return { status: 410, reference, write };
      if (editKeys.has(key)) repeats += 1;
      else {
        editKeys.add(key);
        post.editKeys.push(key);
        post.message = message;
      }
      return { status: 200, reference, write };
    },
    "/remove"(text: unknown): Reply {
      const { reference } = bodies["/remove"].parse(text);
      const post = byReference.get(reference);
      if (post !== undefined) post.removed = true;
      return { status: 200, reference, write: { path: "/remove", room: post?.room ?? "", message: undefined } };
    },
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body: unknown = JSON.parse(Buffer.concat(parts).toString("utf8"));
    await sleep(chance.fraction() * faults.slowest);
    if (chance.fraction() < faults.swallowed) return lose(response);
    if (chance.fraction() < faults.refused) {
      response.writeHead(503, { "retry-after-ms": RETRY_AFTER_MILLISECONDS }).end();
      return;
    }
    const path = request.url;
    if (path !== "/send" && path !== "/edit" && path !== "/remove") {
      response.writeHead(404).end();
      return;
    }
    // From here on it has happened, whatever becomes of the reply.
    const { status, reference, write } = writes[path](body);
    if (held?.chosen(write) === true) {
      held.replies.push(response);
      return;
    }
    const lost = chance.fraction() < faults.lostReplies;
    await sleep(chance.fraction() * faults.slowest);
    if (lost) lose(response);
    else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ reference }));
  };

  const server: Server = createServer((request, response) => {
    // A program that is killed in the middle of a request is what this is for.
    answer(request, response).catch(() => lose(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    posts,
    get repeats() {
      return repeats;
    },
    setFaults: (next) => void (faults = next),
    hold(chosen) {
      const mine: ServerResponse[] = [];
      held = { chosen, replies: mine };
      return () => {
        if (held?.replies === mine) held = undefined;
        for (const response of mine) lose(response);
      };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
