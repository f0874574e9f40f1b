/** The chat as far as it can be had beside a running server, which holds the account's keys: it says what a room is like, and posts nothing. */
import { z } from "zod";
import { ChatError } from "../../src/errors.ts";
import type { Chat } from "../../src/ports.ts";
import { roomOf } from "./address.ts";
import type { Asking } from "./asking.ts";
import { listSchema } from "./direct.ts";
import { FOR_TWO } from "./reach.ts";
import { listJoined, reportRoom } from "./room-report.ts";

const membersSchema = z.object({ joined: z.record(z.string(), z.unknown()) });

export function createObserver(ask: Asking, userId: string): Chat {
  const server = serverOf(userId);
  const cannot = (): Promise<never> => Promise.reject(new ChatError("later", { scope: "chat" }));
  return {
    id: "matrix",
    start: async () => undefined,
    stop: async () => undefined,
    send: cannot,
    edit: cannot,
    remove: cannot,
    whisper: cannot,
    async capabilities(address) {
      const id = roomOf(address);
      if (id === undefined || !(await listJoined(ask)).includes(id)) throw new ChatError("unreachable", { why: "absent" });
      const { encrypted, canPost, replacedBy } = await reportRoom(ask, id, userId);
      if (replacedBy !== undefined) throw new ChatError("unreachable", { why: "archived" });
      if (!canPost) throw new ChatError("unreachable", { why: "read_only" });
      const members = membersSchema.parse((await ask("GET", `/_matrix/client/v3/rooms/${encodeURIComponent(id)}/joined_members`)).body).joined;
      if (Object.keys(members).length <= FOR_TWO && (await isListed(ask, userId, id))) throw new ChatError("unreachable", { why: "direct" });
      const shared = Object.keys(members).some((member) => serverOf(member) !== server);
      return { encrypted, edits: true, readers: "members-and-operator", shared, hears: "everything" };
    },
  };
}

/** Whether it is in the account's own list of conversations with one person. */
async function isListed(ask: Asking, userId: string, id: string): Promise<boolean> {
  const { status, body } = await ask("GET", `/_matrix/client/v3/user/${encodeURIComponent(userId)}/account_data/m.direct`);
  return status === 200 && Object.values(listSchema.parse(body)).some((rooms) => rooms.includes(id));
}

/** Names of servers may have a colon, names of people have none. */
function serverOf(user: string): string {
  return user.slice(user.indexOf(":") + 1);
}
