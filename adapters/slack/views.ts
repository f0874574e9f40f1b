/** Windows (modals) as Slack's methods open and change them. */
import type { ModalView } from "@slack/types";
import { z } from "zod";
import { speak } from "../../src/i18n.ts";
import { sentence, type Language } from "../../src/message.ts";
import type { RoomAddress } from "../../src/ports.ts";
import { drawResult } from "./draw/result.ts";
import { codeOf } from "./failures.ts";
import type { Incoming } from "./incoming.ts";

const openedSchema = z.object({ view: z.object({ id: z.string() }) });

/** A trigger serves once and for three seconds; it is spent in one of these ways. */
const SPENT_TRIGGER = new Set(["expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged", "invalid_trigger_id", "invalid_trigger"]);

/** The window's id; undefined when the trigger no longer serves. Throws what else Slack says. */
export async function openView(incoming: Incoming, trigger: string, view: ModalView): Promise<string | undefined> {
  try {
    return openedSchema.parse(await incoming.workspace.client.views.open({ trigger_id: trigger, view })).view.id;
  } catch (error) {
    if (SPENT_TRIGGER.has(codeOf(error))) return undefined;
    throw error;
  }
}

/** False when the person has closed it meanwhile. */
export async function updateView(incoming: Incoming, id: string, view: ModalView): Promise<boolean> {
  try {
    await incoming.workspace.client.views.update({ view_id: id, view });
    return true;
  } catch (error) {
    if (codeOf(error) === "not_found" || codeOf(error) === "view_not_found") return false;
    throw error;
  }
}

/** Stands until the answer does. */
export function drawWorking(language: Language, room: RoomAddress): ModalView {
  return drawResult(sentence(speak(language)("slack.working"), language), room);
}
