/** What came of a text or page that somebody pasted. */
import { type Action, foreign, linkTo, type Message, type Span } from "../message.ts";
import { findPaste, type Paste, PASTE_CARD } from "../proposals/pastes.ts";
import { hostOf } from "../sources/sources.ts";
import { type CardView, defineCard } from "./card.ts";

export const pasteCard = defineCard<Paste>({
  kind: PASTE_CARD,
  load: async (db, key) => (await findPaste(db, key.subject)) ?? null,
  draw: drawPaste,
});

export function drawPaste(paste: Paste, { say }: Pick<CardView, "say">): Message {
  const { state, failure, found, url } = paste;
  const what: Span = url === "" ? say("paste.text") : linkTo(url, foreign(hostOf(url), 100));
  const title = state === "waiting" ? say.spans("paste.waiting", { what }) : state === "read" ? say.spans("paste.read", { what, count: found }) : say.spans("paste.failed", { what, reason: say(`source.failure.${failure ?? "broken"}`) });
  const again: Action = { label: say("paste.action.text"), command: "propose" };
  const add: Action = { label: say("paste.action.add"), command: "deadline add" };
  return {
    title,
    tone: state === "waiting" ? "quiet" : "plain",
    blocks: [
      ...(state === "failed" ? [{ text: [say("paste.instead")] }] : []),
      ...(state === "read" ? [{ text: [say(found > 0 ? "paste.below" : "paste.none")] }] : []),
    ],
    actions: state === "failed" ? [again, add] : state === "read" && found === 0 ? [add] : [],
    language: say.language,
    discreet: say("paste.discreet"),
  };
}
