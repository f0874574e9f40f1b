/** The chat of `tests/support/platform.ts`: a real chat over a real connection. */
import { z } from "zod";
import { ChatError } from "../../src/errors.ts";
import type { Chat } from "../../src/ports.ts";

/** Longer than the platform is ever slow, shorter than a lease. */
const PATIENCE_MILLISECONDS = 10_000;
const reply = z.object({ reference: z.string() });

/** `keyOf` may spoil the keys, for the control that shows what they are for. */
export function createHttpChat(id: string, url: string, keyOf: (key: string) => string = (key) => key): Chat {
  const write = async (path: string, body: Record<string, unknown>): Promise<string> => {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    }).catch((cause: unknown) => {
      throw new ChatError("unsure", { cause });
    });
    if (answer.status === 410) throw new ChatError("gone");
    if (answer.status === 503) throw new ChatError("later", { after: Number(answer.headers.get("retry-after-ms")) });
    if (!answer.ok) throw new ChatError("refused");
    const text = await answer.text().catch((cause: unknown) => {
      throw new ChatError("unsure", { cause });
    });
    return reply.parse(JSON.parse(text)).reference;
  };
  return {
    id,
    start: async () => {},
    stop: async () => {},
    capabilities: async () => ({ encrypted: false, edits: true, readers: "this-machine", shared: false, hears: "addressed" }),
    send: (room, message, key) => write("/send", { room, message, key: keyOf(key) }),
    edit: async (reference, message, key) => void (await write("/edit", { reference, message, key: keyOf(key) })),
    remove: async (reference) => void (await write("/remove", { reference })),
    whisper: async () => {},
  };
}
