import { url } from "../src/arguments/url.ts";
import { defineCommand, optional } from "../src/command.ts";
import { post } from "../src/delivery/outbox.ts";
import { UserError } from "../src/errors.ts";
import { sentence } from "../src/message.ts";
import { insertPaste, PASTE_CARD, PASTE_OCCASION, pasteKey } from "../src/proposals/pastes.ts";

/** Much longer than any call for input; the rest is not where the dates are. */
const TEXT_LIMIT = 20_000;

/**
 * Reads the dates in a text that somebody pasted, or on the page behind a link: the main path for calls that no feed brings. What is found is
 * proposed in this room and to coordination.
 */
export const propose = defineCommand({
  name: "propose",
  arguments: { link: optional(url, { public: true }) },
  body: { required: false, public: true, limit: TEXT_LIMIT },
  who: "anyone",
  effect: "change",
  async run(context, values) {
    const { db, room, now, chance } = context;
    const text = (context.body ?? "").trim();
    if (text === "" && values.link === undefined) throw new UserError("argument_missing", { argument: "body", command: "propose" });
    if (text.length > TEXT_LIMIT) throw new UserError("text_too_long", { limit: TEXT_LIMIT });
    const id = chance.id();
    await insertPaste(db, { id, room: room.address, url: values.link ?? "", text }, now);
    await post(db, { room: room.address, card: PASTE_CARD, subject: id, occasion: PASTE_OCCASION, plannedAt: now }, now);
    context.wake(pasteKey(id));
    return { to: "asker", show: sentence(context.say("paste.begun"), context.say.language) };
  },
});
