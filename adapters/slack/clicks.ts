/** Buttons and menu entries: each carries a line. */
import type { App } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { z } from "zod";
import type { Answer } from "../../src/answer.ts";
import { speak } from "../../src/i18n.ts";
import { type Instant, sentence } from "../../src/message.ts";
import type { Clock, RoomAddress } from "../../src/ports.ts";
import { addressOf, placeOf, refOf } from "./address.ts";
import { showAnswer } from "./answers.ts";
import { drawResult } from "./draw/result.ts";
import { roomOfBlock } from "./draw/views.ts";
import { codeOf } from "./failures.ts";
import { acknowledge, actorIn, type Incoming } from "./incoming.ts";
import { askAsMember, type Membership } from "./membership.ts";
import { drawErrand } from "./open-form.ts";
import { showInRoom } from "./saying.ts";
import { drawWorking, openView, updateView } from "./views.ts";

const clickSchema = z.object({
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).optional(),
  container: z.object({ message_ts: z.string().optional(), channel_id: z.string().optional(), is_ephemeral: z.boolean().optional(), thread_ts: z.string().optional() }).optional(),
  view: z.object({ id: z.string(), type: z.string() }).optional(),
  actions: z.tuple(
    [
      z.object({
        action_id: z.string(),
        block_id: z.string().optional(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    ],
    z.unknown(),
  ),
});
type Click = z.infer<typeof clickSchema>;

/** A person who presses twice means it once. */
const DOUBLE_MILLISECONDS = 3_000;
/** A trigger lasts three seconds; a window opened before then can be filled later. */
const OPENING_MILLISECONDS = 1_500;

export function listenToClicks(app: App, incoming: Incoming, isMember: Membership): void {
  const presses = createPresses(incoming.clock);
  app.action(/.*/, async ({ ack, body }) => {
    await acknowledge(ack);
    await incoming.flights.run("click", async () => {
      const click = clickSchema.parse(body);
      const [action] = click.actions;
      const line = action.value ?? action.selected_option?.value;
      // Links are buttons, too, and fields of a window report what is chosen in them: neither carries a line.
      if (!action.action_id.startsWith("line:") || line === undefined) return;
      const where = click.view?.id ?? `${click.channel?.id}/${click.container?.message_ts}`;
      const press = presses.press([click.user.id, where, action.action_id, line].join("\n"), `slack:a:${click.trigger_id}`);
      if (click.view === undefined) await pressInMessage(incoming, click, line, press);
      else await pressInView(incoming, click, line, press, isMember);
    });
  });
}

type Press = { key: string; again: boolean };

async function pressInMessage(incoming: Incoming, click: Click, line: string, { key, again }: Press): Promise<void> {
  const { team } = incoming.workspace;
  const channel = click.channel?.id ?? click.container?.channel_id;
  if (channel === undefined || click.response_url === undefined) return;
  const isWhisper = click.container?.is_ephemeral === true;
  const timestamp = click.container?.message_ts;
  const room = addressOf({ team, channel });
  const token = `${isWhisper ? "r1" : "r0"} ${click.response_url}`;
  const thread = click.container?.thread_ts;
  if (!isWhisper && timestamp !== undefined && thread !== undefined) incoming.outgoing.learnThread({ team, channel }, timestamp, thread);
  const answer = await incoming.inbox({
    key,
    line,
    actor: actorIn(incoming, { team: click.user.team_id, user: click.user.id }),
    room,
    asker: { room, token },
    ...(isWhisper || timestamp === undefined ? {} : { about: refOf({ team, channel, timestamps: [timestamp] }) }),
  });
  if (!again) await showAnswer(incoming, answer, { room, key, token, trigger: click.trigger_id });
  // The invitation has been answered, and its buttons would only be refused from now on.
  if (answer.ok && !isWhisper && timestamp !== undefined && /^join\s/.test(line)) {
    await incoming.outgoing.remove(refOf({ team, channel, timestamps: [timestamp] })).catch((error: unknown) => incoming.log.warn("slack.invitation_left", { code: codeOf(error) }));
  }
}

/** In a window or on the Home tab the block says which room is meant, and the answer is a window. */
async function pressInView(incoming: Incoming, click: Click, line: string, { key, again }: Press, isMember: Membership): Promise<void> {
  const room = roomHere(incoming, click.actions[0].block_id);
  if (room === undefined || click.view === undefined) return;
  const actor = actorIn(incoming, { team: click.user.team_id, user: click.user.id });
  const answering = askAsMember(incoming, isMember, click.user.id, room, () => incoming.inbox({ key, line, actor, room }));
  if (again) {
    await answering;
    return;
  }
  const showing = showInView(incoming, click, click.view, answering, room);
  const [answer] = await Promise.all([answering, showing.catch((error: unknown) => incoming.log.warn("slack.window_not_shown", { code: codeOf(error) }))]);
  // The window has said it to one; the room hears it, too.
  if (answer.to === "room" && !answer.queued && !answer.repeated && answer.form === undefined) await showInRoom(incoming, answer.message, { room, key });
}

async function showInView(incoming: Incoming, click: Click, view: NonNullable<Click["view"]>, answering: Promise<Answer>, room: RoomAddress): Promise<void> {
  if (view.type === "modal") {
    // A form may have stood in this window before, and have been sent: the instant makes another of this one.
    const drawn = drawAnswer(await answering, room, incoming.clock.now());
    if (drawn !== undefined) await updateView(incoming, view.id, drawn);
    return;
  }
  const first = await Promise.race([answering, afterwards(OPENING_MILLISECONDS)]);
  if (first !== undefined) {
    const drawn = drawAnswer(first, room);
    if (drawn !== undefined && (await openView(incoming, click.trigger_id, drawn)) === undefined) incoming.log.warn("slack.trigger_expired");
    return;
  }
  const opened = await openView(incoming, click.trigger_id, drawWorking(await incoming.languageIn(room), room));
  const drawn = drawAnswer(await answering, room);
  if (opened !== undefined && drawn !== undefined) await updateView(incoming, opened, drawn);
}

/** What stands in the window after a click; undefined when it was answered before. */
function drawAnswer(answer: Answer, room: RoomAddress, step = 0): ModalView | undefined {
  if (answer.repeated) return undefined;
  if (answer.form === undefined) return drawResult(answer.message, room);
  const { language } = answer.form;
  return drawErrand(answer.form, { room }, step) ?? drawResult(sentence(speak(language)("slack.form.too_long"), language), room);
}

/** Only rooms of this workspace count. */
function roomHere(incoming: Incoming, block: string | undefined): RoomAddress | undefined {
  const place = placeOf(roomOfBlock(block ?? "") ?? "");
  return place !== undefined && place.team === incoming.workspace.team ? addressOf(place) : undefined;
}

function afterwards(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}

/** In memory: a second press after a restart is answered by the core, which knows what it did. */
function createPresses(clock: Pick<Clock, "now">): { press(what: string, key: string): Press } {
  const last = new Map<string, { key: string; at: Instant }>();
  return {
    press(what, key) {
      const now = clock.now();
      for (const [old, { at }] of last) {
        // Where the clock was set back, `at` is still to come.
        if (Math.abs(now - at) <= DOUBLE_MILLISECONDS) break;
        last.delete(old);
      }
      const known = last.get(what);
      if (known !== undefined) return { key: known.key, again: true };
      last.set(what, { key, at: now });
      return { key, again: false };
    },
  };
}
