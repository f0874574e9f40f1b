/**
 * Answers that only the one who asked sees. A token is `r0 URL` (a new ephemeral message through the response_url), `r1 URL` (in the place of
 * the ephemeral message that was clicked) or `m HANDLE`. At most once: whoever asked can ask again.
 */
import { z } from "zod";
import { ChatError } from "../../src/errors.ts";
import { speak } from "../../src/i18n.ts";
import { type Message, sentence } from "../../src/message.ts";
import type { Asker, Clock } from "../../src/ports.ts";
import type { Place } from "./address.ts";
import { callSlack } from "./calls.ts";
import { drawPages, type Page } from "./draw/pages.ts";
import type { Handles, Show } from "./handles.ts";
import type { PaceRules } from "./pace.ts";
import type { Workspaces } from "./workspace.ts";

/** "You can respond up to 5 times within 30 minutes" (docs.slack.dev/interactivity/handling-user-interaction). */
const USES = 5;
const SLACK_ORIGIN = "https://hooks.slack.com";
const TOKEN = /^(r0|r1|m) (\S+)$/;

const replySchema = z.object({ ok: z.boolean() });

export type WhisperOptions = { workspaces: Workspaces; clock: Pick<Clock, "now">; rules: PaceRules; handles: Handles; apiUrl?: string };

/** Somebody who spoke in a channel and can be answered there alone. */
export type Listener = Place & { user: string; thread?: string | undefined };

export type Whispers = {
  /** Throws `ChatError`: `gone` when there is no way to that person any more. */
  whisper(to: Asker, message: Message): Promise<void>;
  /** A token for an ephemeral message in the channel, or in the thread there. */
  remember(listener: Listener): string;
};

export function createWhispers({ workspaces, clock, rules, handles, apiUrl }: WhisperOptions): Whispers {
  const origins = [SLACK_ORIGIN, ...(apiUrl === undefined ? [] : [new URL(apiUrl).origin])];

  function showTo({ team, channel, user, thread }: Listener): Show {
    return async (message) => {
      const workspace = await workspaces.find(team);
      for (const { text, blocks } of pagesOf(message)) {
        const answer = { channel, user, text, blocks, ...(thread === undefined ? {} : { thread_ts: thread }) };
        await callSlack(workspace, clock, "chat.postEphemeral", "edit", () => workspace.client.chat.postEphemeral(answer));
      }
    };
  }

  return {
    async whisper({ token }, message) {
      const [, kind, where] = TOKEN.exec(token) ?? [];
      if (kind === undefined || where === undefined) throw new ChatError("gone");
      if (kind === "m") {
        const show = handles.find(where);
        if (show === undefined) throw new ChatError("gone");
        return show(message);
      }
      // The token comes from our database; nobody who could write there may send us elsewhere.
      if (!URL.canParse(where) || !origins.includes(new URL(where).origin)) throw new ChatError("refused");
      for (const [number, { text, blocks }] of pagesOf(message).entries()) {
        await respond(where, { response_type: "ephemeral", replace_original: kind === "r1" && number === 0, text, blocks }, rules.requestMilliseconds);
      }
    },
    remember: (listener) => handles.keep(showTo(listener)),
  };
}

/** As many as a response_url takes. What is left out is said. */
function pagesOf(message: Message): Page[] {
  const pages = drawPages(message);
  if (pages.length <= USES) return pages;
  const { language } = message;
  return [...pages.slice(0, USES - 1), ...drawPages(sentence(speak(language)("slack.more"), language))];
}

async function respond(url: string, payload: object, milliseconds: number): Promise<void> {
  let status: number;
  let body: string;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(payload),
      redirect: "error",
      signal: AbortSignal.timeout(milliseconds),
    });
    status = response.status;
    body = await response.text();
  } catch (cause) {
    throw new ChatError("unsure", { cause });
  }
  if (status === 429) throw new ChatError("later", { scope: "post" });
  if (status >= 500) throw new ChatError("unsure");
  // Slack answers 404 when the address is used up or too old.
  if (status !== 200) throw new ChatError("gone");
  if (isRefusal(body)) throw new ChatError("refused");
}

/** Some answers are the word "ok", some JSON. */
function isRefusal(body: string): boolean {
  try {
    const read = replySchema.safeParse(JSON.parse(body));
    return read.success && !read.data.ok;
  } catch {
    return false;
  }
}
