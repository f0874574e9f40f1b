import { call } from "../src/arguments/call.ts";
import { reach } from "../src/arguments/reach.ts";
import { type Call, chooseRooms, chooseText, demandOwnCall, findAudience, frozenText, listTexts, publishCall, type Reach } from "../src/calls/calls.ts";
import { callFields, excerptBlocks, loadCall, titleOf } from "../src/cards/call.ts";
import { type CommandContext, defineCommand, option, printLine, required } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import { listText, speak } from "../src/i18n.ts";
import { callKey, isMourning, isPaused, nextWake, postOpen } from "../src/jobs/calls.ts";
import { LANGUAGES, sentence, type Block } from "../src/message.ts";
import { isAwakeAt } from "../src/planning/hours.ts";
import type { Database } from "../src/ports.ts";
import { networkNames } from "../src/rooms/networks.ts";
import type { Room } from "../src/rooms/rooms.ts";

type Plan = { call: Call; rooms: Room[] };

/** What publishing would reach; refuses what may not go out. */
async function plan(context: CommandContext, id: string, chosen: Reach | undefined): Promise<Plan> {
  const draft = await demandOwnCall(context, id);
  if (draft.state !== "draft") throw new UserError("already_done");
  if (draft.closesAt !== null && draft.closesAt <= context.now) throw new UserError("past_date");
  const rooms = await findAudience(context.db, draft, chosen);
  if (rooms.length === 0) throw new UserError("call_not_ready");
  const mourning = rooms.filter((room) => isMourning(draft, room, context.now));
  if (mourning.length > 0) throw new UserError("day_of_mourning", { count: mourning.length });
  return { call: draft, rooms };
}

/** Freezes the texts and posts one card in each room, in its language. */
export const callPublish = defineCommand({
  name: "call publish",
  arguments: { call: required(call), networks: option(reach) },
  who: "coordinator",
  effect: "broadcast",
  targets: (values) => [values.call],
  revision: async (context, values) => (await demandOwnCall(context, values.call)).revision,
  async rehearse(context, values) {
    const { say } = context;
    const { call: draft, rooms } = await plan(context, values.call, values.networks);
    const state = await loadCall(context.db, draft.id);
    if (state === null) throw new UserError("unknown_subject", { subject: draft.id });
    const count = rooms.length;
    const known = await networkNames(context.db);
    const names = listText(new Set(rooms.map(({ network }) => known.get(network) ?? network)), say);
    return {
      title: [say("call.rehearse.publish.title")],
      tone: draft.kind === "urgent" ? "urgent" : "plain",
      blocks: [
        { text: [say("call.rehearse.publish", { count }), " ", say("call.rehearse.frozen")] },
        { fields: [[say("call.field.goes_to"), [say("call.rooms", { count, networks: names })]], ...callFields(state, context)] },
        ...remarks(rooms, context),
        ...(await languageBlocks(context.db, draft, rooms, context)),
      ],
      actions: [],
      language: say.language,
    };
  },
  async run(context, values) {
    const { db, now, say } = context;
    const { call: draft, rooms } = await plan(context, values.call, values.networks);
    const fingerprint = context.fingerprint(frozenText(await listTexts(db, draft.id)));
    if (!(await publishCall(db, draft, fingerprint))) throw new UserError("stale");
    await chooseRooms(db, draft.id, rooms);
    const open: Call = { ...draft, state: "open", fingerprint };
    await postOpen(db, open, rooms, now);
    const wakeAt = nextWake(open, rooms, now);
    if (wakeAt !== null) context.wake(callKey(draft.id), wakeAt);
    return {
      to: "asker",
      show: sentence(say("call.published.reply", { count: rooms.length }), say.language, [
        { label: say("call.action.show"), command: printLine("call show", [draft.id]) },
        { label: say("call.action.hold"), command: printLine("call hold", [draft.id]) },
      ]),
      undo: printLine("call takeback", [draft.id]),
      subject: draft.id,
    };
  },
});

function remarks(rooms: readonly Room[], { say, now }: Pick<CommandContext, "say" | "now">): Block[] {
  const paused = rooms.filter((room) => isPaused(room, now)).length;
  const asleep = rooms.filter((room) => !isPaused(room, now) && !isAwakeAt(room, now)).length;
  return [
    ...(paused === 0 ? [] : [{ text: [say("call.rehearse.paused", { count: paused })] }]),
    ...(asleep === 0 ? [] : [{ text: [say("call.rehearse.night", { count: asleep })] }]),
  ];
}

/** For each language of the rooms: how many rooms, and the text they get, with a note where it is not in their language. */
async function languageBlocks(db: Database, draft: Call, rooms: readonly Room[], { say }: Pick<CommandContext, "say">): Promise<Block[]> {
  const texts = await listTexts(db, draft.id);
  return LANGUAGES.flatMap((language): Block[] => {
    const count = rooms.filter((room) => room.language === language).length;
    const text = chooseText(texts, language);
    if (count === 0 || text === undefined) return [];
    const given = say(`language.${text.language}`);
    const key = text.language === language ? "call.rehearse.language" : "call.rehearse.missing";
    const line: Block = { text: [say(key, { language: say(`language.${language}`), count, given })] };
    if (text.language !== language) return [line];
    const title: Block = { text: titleOf({ call: { ...draft, state: "open" }, texts }, speak(language)) };
    return [line, title, ...excerptBlocks(draft, texts, say, language)];
  });
}
