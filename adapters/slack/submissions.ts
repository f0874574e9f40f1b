/** Filled forms: the line is put together again from what the window carries and what was written into it. */
import type { App, ViewResponseAction } from "@slack/bolt";
import { z } from "zod";
import type { Answer, Form, FormField } from "../../src/answer.ts";
import { BODY_FIELD, lineOf } from "../../src/forms.ts";
import { speak } from "../../src/i18n.ts";
import { type Message, sentence } from "../../src/message.ts";
import { spansText } from "../../src/plain.ts";
import type { Inbound } from "../../src/ports.ts";
import { placeOf } from "./address.ts";
import { readForm } from "./draw/form.ts";
import { drawResult } from "./draw/result.ts";
import { codeOf } from "./failures.ts";
import { acknowledge, actorIn, type Incoming } from "./incoming.ts";
import { askAsMember, type Membership } from "./membership.ts";
import { drawErrand, type Errand, readErrand } from "./open-form.ts";
import { type Place, showInRoom, whisperTo } from "./saying.ts";
import { drawWorking, updateView } from "./views.ts";

const submissionSchema = z.object({
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  view: z.object({ id: z.string(), private_metadata: z.string(), state: z.unknown() }),
});

/** Slack waits three seconds for what the window is to show. */
const PATIENCE_MILLISECONDS = 2_000;
/** What is said at a field; Slack names no limit, and more is not read. */
const ERROR_LETTERS = 300;

type Acknowledge = (response?: ViewResponseAction) => Promise<unknown>;

export function listenToSubmissions(app: App, incoming: Incoming, isMember: Membership): void {
  app.view({ type: "view_submission" }, async ({ ack, body }) => {
    let acknowledged = false;
    const acknowledging: Acknowledge = async (response) => {
      acknowledged = true;
      await (response === undefined ? ack() : ack(response)).catch(() => undefined);
    };
    await incoming.flights.run("submission", () => submit(incoming, isMember, body, acknowledging));
    // Whatever happened, no window is left spinning.
    if (!acknowledged) await acknowledge(ack);
  });
}

async function submit(incoming: Incoming, isMember: Membership, body: unknown, acknowledging: Acknowledge): Promise<void> {
  const { user, view } = submissionSchema.parse(body);
  const errand = readErrand(view.private_metadata);
  const here = placeOf(errand?.room ?? "");
  // Only rooms of this workspace count, as with buttons.
  if (errand === undefined || here === undefined || here.team !== incoming.workspace.team) return;
  const filled = readForm(view.state);
  const written = filled[BODY_FIELD] ?? "";
  const key = errand.step === 0 ? `slack:v:${view.id}` : `slack:v:${view.id}:${errand.step}`;
  const place: Place = {
    room: errand.room,
    key,
    ...(errand.token === undefined ? {} : { token: errand.token }),
    // Whoever writes a long text takes longer than the address lasts that came with their command.
    otherwise: () => incoming.outgoing.remember({ ...here, user: user.id }),
  };
  const inbound: Inbound = {
    key,
    line: lineOf(asForm(errand, filled), filled),
    ...(written.trim() === "" ? {} : { body: written }),
    actor: actorIn(incoming, { team: user.team_id, user: user.id }),
    room: errand.room,
  };
  // Whoever opened it in a channel was there.
  const ask = (): Promise<Answer> => incoming.inbox(inbound);
  const answering = errand.token === undefined ? askAsMember(incoming, isMember, user.id, errand.room, ask) : ask();
  const answer = await Promise.race([answering, afterwards(PATIENCE_MILLISECONDS)]);
  if (answer === undefined) {
    await acknowledging({ response_action: "update", view: drawWorking(errand.language, errand.room) });
    await showLate(incoming, await answering, view.id, errand, place);
    return;
  }
  if (!answer.ok) {
    await acknowledging(refusal(answer, Object.keys(filled), errand));
    return;
  }
  if (answer.form !== undefined) {
    await acknowledging({ response_action: "update", view: drawErrand(answer.form, place, errand.step + 1) ?? drawResult(tooLong(answer.form), errand.room) });
    return;
  }
  if (answer.queued || answer.repeated || answer.to === "room") {
    await acknowledging();
    if (!answer.queued && !answer.repeated) await showInRoom(incoming, answer.message, place);
    return;
  }
  // From the Home tab nobody stands in a channel: the window itself says what came of it.
  if (place.token === undefined) {
    await acknowledging({ response_action: "update", view: drawResult(answer.message, errand.room) });
    return;
  }
  await acknowledging();
  await whisperTo(incoming, answer.message, place);
}

/** The window says "working" meanwhile. Whoever has closed it, or is not shown it, hears it in the channel, alone. */
async function showLate(incoming: Incoming, answer: Answer, window: string, errand: Errand, place: Place): Promise<void> {
  const isElsewhere = answer.queued || answer.repeated || answer.to === "room";
  const message = isElsewhere ? sentence(speak(errand.language)("slack.done"), errand.language) : withWayBack(answer, errand);
  const again = answer.form === undefined ? undefined : drawErrand(answer.form, place, errand.step + 1);
  const shown = await updateView(incoming, window, again ?? drawResult(message, errand.room)).catch((error: unknown) => {
    incoming.log.warn("slack.window_not_shown", { code: codeOf(error) });
    return false;
  });
  if (answer.to === "room" && !answer.queued && !answer.repeated) await showInRoom(incoming, answer.message, place);
  else if (!shown && !isElsewhere) await whisperTo(incoming, message, place);
}

/** A refusal that came too late for its field is said with a button that opens the form again. */
function withWayBack(answer: Answer, errand: Errand): Message {
  if (answer.ok) return answer.message;
  const open = { label: speak(errand.language)("slack.form.open"), command: errand.line };
  return { ...answer.message, actions: [...answer.message.actions, open] };
}

/**
 * At the field that was not understood; else at the first, where it is seen first. The line that could be written instead stays away: nobody
 * writes lines in a form. One without fields says it in its place.
 */
function refusal(answer: Answer, fields: readonly string[], errand: Errand): ViewResponseAction {
  const field = fields.find((name) => name === answer.field) ?? fields[0];
  if (field === undefined) return { response_action: "update", view: drawResult(answer.message, errand.room) };
  return { response_action: "errors", errors: { [field]: spansText(answer.message.title, errand.language).slice(0, ERROR_LETTERS) } };
}

function tooLong(form: Form): Message {
  return sentence(speak(form.language)("slack.form.too_long"), form.language);
}

/** As much of the form as `lineOf` reads. */
function asForm(errand: Errand, filled: Readonly<Record<string, string>>): Form {
  const fields = Object.keys(filled).map((name): FormField => ({ name, label: "", hint: "", kind: "text", required: false, value: errand.was?.[name] ?? "" }));
  return { title: "", command: errand.line, fields, submit: "", language: errand.language };
}

function afterwards(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}
