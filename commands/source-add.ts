import { choice } from "../src/arguments/choice.ts";
import { feedAddress, isPlainlyPrivate } from "../src/arguments/feed-address.ts";
import { subjects } from "../src/arguments/subjects.ts";
import { text } from "../src/arguments/text.ts";
import { latestBlocks } from "../src/cards/source.ts";
import { defineCommand, option, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { foreign, sentence } from "../src/message.ts";
import { demand } from "../src/rights.ts";
import { listItems } from "../src/sources/items.ts";
import { addSource, healthOf, sourceKey } from "../src/sources/sources.ts";

const TITLE_LIMIT = 100;
/** Enough to see that it is the right feed. */
const PREVIEWED = 3;

/** Follows a feed. The room it is said in hears all of it; other rooms what they follow. */
export const sourceAdd = defineCommand({
  name: "source add",
  arguments: {
    address: required(feedAddress, { public: true }),
    title: option(text("source-title", TITLE_LIMIT), { public: true }),
    topics: option(subjects),
    private: option(choice("yes", ["yes"], () => "source.private.yes")),
  },
  who: "coordinator",
  effect: "change",
  async run(context, values) {
    const { db, say, now, room } = context;
    const privateAllowed = values.private === "yes";
    if (privateAllowed) demand(context.roles, "operator");
    else if (isPlainlyPrivate(values.address)) throw new UserError("address_refused", { operator: context.roles.includes("operator") ? "yes" : "no" });
    const listed = context.directory.listings.find(({ url }) => url === values.address);
    const wanted = { url: values.address, title: values.title ?? "", topics: values.topics ?? listed?.topics ?? [], room: room.address, privateAllowed };
    const { source, isNew } = await addSource(db, wanted, now);
    context.wake(sourceKey(source.id));
    const text = say.spans(isNew ? "source.added" : "source.known", { title: foreign(source.title) });
    const show = sentence(text, say.language, [
      { label: say("source.action.show"), command: `source show ${source.id}` },
      { label: say("source.action.list"), command: "source list" },
    ]);
    if (isNew) show.blocks.push({ text: [say("source.added.next")] });
    else show.blocks.push({ text: [healthOf(source, now, context.zone, say)] }, ...latestBlocks(await listItems(db, source.id, PREVIEWED), context));
    return { to: "asker", show };
  },
});
