/** A form as a window. What it was opened for travels in the window itself, so that it still counts after a restart. */
import type { ModalView } from "@slack/types";
import { z } from "zod";
import type { Form } from "../../src/answer.ts";
import { speak } from "../../src/i18n.ts";
import { LANGUAGES, sentence } from "../../src/message.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { placeOf } from "./address.ts";
import { drawForm } from "./draw/form.ts";
import { codeOf } from "./failures.ts";
import type { Incoming } from "./incoming.ts";
import { type Place, whisperTo } from "./saying.ts";
import { openView } from "./views.ts";

/** Slack's limit for what a window carries unseen. */
const METADATA_LIMIT = 3_000;

const errandSchema = z.object({
  line: z.string(),
  // Only what this program wrote, and only what looks like an address of Slack, gets through.
  room: z.custom<RoomAddress>((value) => typeof value === "string" && placeOf(value) !== undefined),
  language: z.enum(LANGUAGES),
  token: z.string().optional(),
  /** Tells the forms apart that follow each other in one window: 0 for the one it was opened with. */
  step: z.number().int(),
  /** What stood in its fields when it opened, where anything did: what is not changed is not said. */
  was: z.record(z.string(), z.string()).optional(),
});
/** What a form was opened for. */
export type Errand = z.infer<typeof errandSchema>;

/** Undefined when it is none of ours. */
export function readErrand(metadata: string): Errand | undefined {
  try {
    return errandSchema.safeParse(JSON.parse(metadata)).data;
  } catch {
    return undefined;
  }
}

/** Undefined when the line is too long to travel in a window. */
export function drawErrand(form: Form, { room, token }: Pick<Place, "room" | "token">, step = 0): ModalView | undefined {
  const errand: Errand = { line: form.command, room, language: form.language, step, ...(token === undefined ? {} : { token }) };
  const was = Object.fromEntries(form.fields.filter(({ required, value }) => !required && value !== "").map(({ name, value }) => [name, value]));
  // Where there is no room for it, everything in the form is said.
  const metadata = [{ ...errand, was }, errand].map((each) => JSON.stringify(each)).find(({ length }) => length <= METADATA_LIMIT);
  return metadata === undefined ? undefined : drawForm(form, metadata);
}

/** Opens it, or says in the channel, to the one who asked only, how to open it: a trigger lasts three seconds, and a mention brings none. */
export async function openForm(incoming: Incoming, form: Form, place: Place): Promise<void> {
  const say = speak(form.language);
  const view = drawErrand(form, place);
  if (view === undefined) {
    await whisperTo(incoming, sentence(say("slack.form.too_long"), form.language), place);
    return;
  }
  if (place.trigger !== undefined && (await opens(incoming, place.trigger, view))) return;
  const again = { label: say("slack.form.open"), command: form.command, style: "primary" as const };
  await whisperTo(incoming, sentence(say("slack.form.again", { title: form.title }), form.language, [again]), place);
}

/** Whatever keeps it from opening, there is the other way. */
async function opens(incoming: Incoming, trigger: string, view: ModalView): Promise<boolean> {
  try {
    return (await openView(incoming, trigger, view)) !== undefined;
  } catch (error) {
    incoming.log.warn("slack.form_not_opened", { code: codeOf(error) });
    return false;
  }
}
