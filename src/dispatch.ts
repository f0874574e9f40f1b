/**
 * One way in for every chat: a line becomes a command, its effect happens once, and the answer is a message. Permission is checked here and
 * nowhere else; what a person typed is neither stored, logged nor echoed unless an argument is declared public.
 */
import type { Answer, Form } from "./answer.ts";
import { claimInbound, recordAudit, recordBroadcast } from "./audit.ts";
import { type ArgumentList, type ArgumentScope, type BroadcastCommand, type Call, type CommandContext, type Reply, findCommand, parseArguments, printLine } from "./command.ts";
import { reply } from "./delivery/outbox.ts";
import { ChatError, originOf, UserError } from "./errors.ts";
import { askFor, nameGiven, withLists } from "./forms.ts";
import { type Say, speak } from "./i18n.ts";
import { type Action, type Message, sentence } from "./message.ts";
import type { Parts } from "./parts.ts";
import type { Capabilities, Database, Inbound, Ports, Role, RoomAddress, Writing } from "./ports.ts";
import { demand, isOnMachine, rolesOf } from "./rights.ts";
import { moveMarker } from "./rooms/markers.ts";
import { findRoom, unopenedRoom } from "./rooms/rooms.ts";
import { TICK_KEY } from "./wake-keys.ts";

export type DispatchDependencies = { ports: Ports; parts: Parts; change<T>(body: (trx: Writing) => Promise<T>): Promise<T> };

/** Never throws: every line gets a message. What only the asker should see is whispered too, where the chat cannot show the answer itself. */
export async function dispatchInbound(dependencies: DispatchDependencies, inbound: Inbound): Promise<Answer> {
  const { answer, isClaimed } = await answerLine(dependencies, inbound);
  if (isClaimed) return answer;
  if (inbound.origin !== undefined) return claimAnswer(dependencies, inbound, answer);
  // A form the chat opens itself, with what the answer holds.
  if (inbound.asker === undefined || answer.to === "room" || answer.form !== undefined) return answer;
  return claimAnswer(dependencies, inbound, answer);
}

/** `isClaimed`: its key was taken with the effect, and its answer is queued already where it can be. */
type Outcome = { answer: Answer; isClaimed: boolean };

/** An answer this much later than the question says so. */
const LATE_MILLISECONDS = 2 * 60_000;

async function answerLine(dependencies: DispatchDependencies, inbound: Inbound): Promise<Outcome> {
  const { ports, parts } = dependencies;
  let say = speak(inbound.language ?? parts.language);
  try {
    const known = await findRoom(ports.store.reading, inbound.room);
    if (known === undefined && !isSaidOutside(parts, inbound.line)) throw new UserError("not_a_room");
    const room = known ?? unopenedRoom(inbound.room, parts.language);
    const language = inbound.language ?? room.language;
    say = speak(language);
    const scope: ArgumentScope = {
      db: ports.store.reading,
      directory: parts.directory,
      language,
      zone: inbound.zone ?? room.zone,
      now: ports.clock.now(),
      room,
    };
    const line = await resolveNumber(ports.store.reading, inbound);
    const { command, rest } = findCommand(parts.commands, line);
    const roles = await rolesOf(ports.store.reading, inbound.actor, room.network);
    demand(roles, command.who);
    // A role that was given by a code is good in any chat; the machine's own grant is good only there.
    if (command.onMachine === true && !isOnMachine(inbound.actor)) throw new UserError("page_only");
    const call = await parseArguments(command, rest, scope);
    const body = inbound.body ?? call.body;
    const bodyMissing = command.body?.required === true && (body ?? "").trim() === "";
    const isBare = command.asksWhenBare === true && !Object.keys(call.values).some((name) => command.arguments[name]?.option === true);
    if (call.missing.length > 0 || bodyMissing || isBare) {
      const asked = askFor(call, say, await command.present?.(scope, call.values), await nameGiven(call, scope));
      const form = await withLists(asked, call, scope);
      return { answer: { ok: true, to: "asker", repeated: false, queued: false, form, message: formMessage(form, say) }, isClaimed: false };
    }
    const outcome = await runCall(dependencies, inbound, call, scope, roles, say);
    return known === undefined && command.effect === "look" ? { ...outcome, answer: withoutRoom(parts, outcome.answer) } : outcome;
  } catch (error) {
    return { answer: refuse(error, ports, say), isClaimed: false };
  }
}

function isSaidOutside(parts: Parts, line: string): boolean {
  try {
    return findCommand(parts.commands, line).command.outside === true;
  } catch {
    // Where no room is, that is what there is to say, whatever was typed.
    return false;
  }
}

/** Where no room is, no button is offered that would only be refused. */
function withoutRoom(parts: Parts, answer: Answer): Answer {
  const actions = answer.message.actions.filter(({ command }) => isSaidOutside(parts, command));
  return { ...answer, message: { ...answer.message, actions } };
}

/** What the chat knows of a place that may become a room. Throws `room_unreachable` when nothing could be posted there. */
async function askChat(ports: Ports, address: RoomAddress): Promise<Capabilities | null> {
  const chat = ports.chats.find(({ id }) => address.startsWith(`${id}:`));
  if (chat === undefined) return null;
  try {
    return await chat.capabilities(address);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    // It may not be asked; posting will tell.
    if (error.code === "refused") return null;
    throw error.why === undefined ? new UserError("busy") : new UserError("room_unreachable", { why: error.why });
  }
}

/** "2" means the second action of the post it answers, or of the newest post in the room. */
async function resolveNumber(db: Database, inbound: Inbound): Promise<string> {
  const line = inbound.line.trim();
  if (!/^[0-9]{1,2}$/.test(line)) return inbound.line;
  let query = db.selectFrom("posts").select("actions").where("room", "=", inbound.room).where("state", "in", ["standing", "stale", "sending"]);
  query = inbound.about === undefined ? query.where("actions", "!=", "[]") : query.where("reference", "=", inbound.about);
  const row = await query.orderBy("sequence", "desc").limit(1).executeTakeFirst();
  // Written by deliver.ts from a Message's actions.
  const actions = row === undefined ? [] : (JSON.parse(row.actions) as Action[]);
  const action = actions[Number(line) - 1];
  if (action === undefined) throw new UserError("unknown_command", { near: "" });
  return action.command;
}

async function runCall(
  dependencies: DispatchDependencies,
  inbound: Inbound,
  call: Call,
  scope: ArgumentScope,
  roles: readonly Role[],
  say: Say,
): Promise<Outcome> {
  const { ports, parts } = dependencies;
  const { command, values } = call;
  const inWords = (done: Reply): Answer => inTime(toAnswer(done, say, command.personal === true), inbound, scope, say);
  const { db: reading, ...rest } = scope;
  const wakes = new Map<string, number | undefined>();
  const surroundings: Omit<CommandContext, "db"> = {
    ...rest,
    actor: inbound.actor,
    roles,
    say,
    body: inbound.body ?? call.body,
    seen: call.seen,
    chance: ports.chance,
    commands: parts.commands,
    fingerprint: parts.fingerprint,
    readList: parts.readList,
    openness: command.outside === true && command.effect === "change" ? await askChat(ports, inbound.room) : null,
    wake: (key, at) => void wakes.set(key, at),
  };
  if (command.effect === "look") {
    return { answer: inWords(await command.run({ ...surroundings, db: reading }, values)), isClaimed: false };
  }
  if (command.effect === "broadcast") {
    const context = { ...surroundings, db: reading };
    const revision = await command.revision(context, values);
    if (revision !== null && call.seen !== revision) return { answer: await rehearse(command, context, call, revision), isClaimed: false };
  }
  return dependencies.change(async (trx) => {
    if (!(await claim(trx, inbound, scope.now))) return { answer: repeated(say), isClaimed: true };
    // The body may run twice; only the wakes of the run that commits count.
    wakes.clear();
    const context = { ...surroundings, db: trx };
    if (command.effect === "broadcast") {
      const revision = await command.revision(context, values);
      if (revision !== null && call.seen !== revision) throw new UserError("stale");
    }
    const done: Reply & { undo?: string; subject?: string } = await command.run(context, values);
    const targets = command.targets?.(values) ?? [];
    const id = ports.chance.id();
    await recordAudit(trx, {
      id,
      at: scope.now,
      command: command.name,
      targets: targets.join(" "),
      role: roles.includes("operator") ? "operator" : roles.includes("coordinator") ? "coordinator" : "room",
      actor: inbound.actor.id,
    });
    if (done.undo !== undefined) {
      const subject = done.subject ?? targets[0] ?? "";
      await recordBroadcast(trx, { id, at: scope.now, actor: inbound.actor.id, command: command.name, subject, undo: done.undo });
    }
    const drawn = inWords(done);
    const answer = { ...drawn, queued: await queueReply(trx, inbound, drawn, scope.now) };
    for (const [key, at] of wakes) await ports.engine.wake(trx, key, at);
    // What was changed may be due at once.
    await ports.engine.wake(trx, TICK_KEY);
    return { answer, isClaimed: true };
  });
}

/** Takes the inbound's key, and keeps how far its room has been read. False when the key had been taken before. */
async function claim(trx: Writing, inbound: Inbound, now: number): Promise<boolean> {
  if (inbound.marker !== undefined) await moveMarker(trx, inbound.room, inbound.marker, now);
  return claimInbound(trx, inbound.key, now);
}

/**
 * Queues what the chat is to be handed: a room-visible reply, an answer for the asker where the chat can whisper, and any answer where everybody
 * sees what is asked. Returns false where the chat must show it itself: a form, what is private by nature, and where no room is.
 */
async function queueReply(trx: Writing, inbound: Inbound, answer: Answer, now: number): Promise<boolean> {
  if (answer.form !== undefined) return false;
  const replyTo = inbound.origin ?? inbound.about;
  const to = { room: inbound.room, key: inbound.key, ...(replyTo === undefined ? {} : { replyTo }) };
  if (answer.to === "room") return reply(trx, to, answer.message, now);
  if (inbound.asker !== undefined) return reply(trx, { ...to, asker: inbound.asker }, answer.message, now);
  return inbound.origin !== undefined && answer.private !== true && reply(trx, to, answer.message, now);
}

/** The key makes it one answer, however often the same inbound arrives; a repeat counts as queued. */
async function claimAnswer({ change, ports }: DispatchDependencies, inbound: Inbound, answer: Answer): Promise<Answer> {
  const now = ports.clock.now();
  try {
    return await change(async (trx) => {
      if (!(await claim(trx, inbound, now))) return { ...answer, queued: true, repeated: true };
      return { ...answer, queued: await queueReply(trx, inbound, answer, now) };
    });
  } catch (error) {
    ports.log.error("answer_not_queued", { at: originOf(error) });
    return answer;
  }
}

/** An answer to what was said long ago says when that was. */
function inTime(answer: Answer, { saidAt }: Inbound, { now, zone }: ArgumentScope, say: Say): Answer {
  if (saidAt === undefined || now - saidAt < LATE_MILLISECONDS) return answer;
  const late = { text: say.spans("answer.late", { moment: { moment: saidAt, zone } }) };
  return { ...answer, message: { ...answer.message, blocks: [late, ...answer.message.blocks] } };
}

async function rehearse(
  command: BroadcastCommand<ArgumentList>,
  context: CommandContext,
  call: Call,
  revision: number,
): Promise<Answer> {
  const { say } = context;
  const message = await command.rehearse(context, call.values);
  const words = Object.fromEntries(
    Object.entries(call.command.arguments)
      .filter(([name]) => name in call.values)
      .map(([name, argument]) => [name, argument.type.print(call.values[name])]),
  );
  const send: Action = { label: say(command.confirmLabel ?? "action.send_now"), command: printLine(call.command, [], { ...words, seen: revision }), style: "primary" };
  return { ok: true, to: "asker", repeated: false, queued: false, message: { ...message, actions: [send, ...message.actions] } };
}

function toAnswer(done: Reply, say: Say, isPersonal: boolean): Answer {
  if ("ask" in done) return { ok: true, to: "asker", repeated: false, queued: false, form: done.ask, message: formMessage(done.ask, say) };
  return { ok: true, to: done.to, repeated: false, queued: false, message: done.show, ...(isPersonal ? { private: true as const } : {}) };
}

function repeated(say: Say): Answer {
  return { ok: true, to: "asker", repeated: true, queued: false, message: sentence(say("error.already_done"), say.language) };
}

function formMessage({ title, fields }: Form, say: Say): Message {
  const isFilled = fields.some(({ value }) => value !== "");
  return { title: [title], tone: "plain", blocks: [{ text: [say(isFilled ? "form.change" : "form.please")] }], actions: [], language: say.language };
}

function refuse(error: unknown, ports: Ports, say: Say): Answer {
  if (!(error instanceof UserError)) {
    const reference = ports.chance.id();
    // The name of the error only: its text may quote what a person typed.
    ports.log.error("dispatch_failed", { reference, error: error instanceof Error ? error.name : "unknown", at: originOf(error) });
    return { ok: false, to: "asker", repeated: false, queued: false, code: "internal", message: sentence(say("error.internal", { reference }), say.language) };
  }
  const { field } = error.values;
  const message = explain(error, say);
  return { ok: false, to: "asker", repeated: false, queued: false, code: error.code, message, ...(field === undefined ? {} : { field: String(field) }) };
}

/** One sentence of what was wrong, one of what to write instead. */
export function explain(error: UserError, say: Say): Message {
  const { argument, field: _, command, role, near, ...values } = error.values;
  const words = {
    ...values,
    near: near === undefined || near === "" ? "none" : near,
    argument: argument === undefined ? "" : say(`argument.${argument}`),
    role: role === undefined ? "" : say(`role.${role}`),
  };
  const message = sentence(say(`error.${error.code}`, words), say.language);
  const hint = command === undefined ? undefined : `command.${String(command).replaceAll(" ", ".")}.example`;
  if (hint !== undefined && say.has(hint)) message.blocks.push({ text: [say("error.write_instead"), " ", { code: say(hint) }] });
  else if (argument !== undefined && say.has(`argument.${argument}.example`)) {
    message.blocks.push({ text: [say("error.write_instead"), " ", { code: say(`argument.${argument}.example`) }] });
  }
  return message;
}
