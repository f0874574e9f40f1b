/** The one place where payloads meet the rules of Block Kit. */
import type { MessageKind } from "./check-message.ts";
import { checkMessage } from "./check-message.ts";
import { checkView } from "./check-view.ts";
import type { JsonObject } from "./json.ts";

/** What is wrong, in words: `refused` is what Slack itself refuses, `unwise` what it takes although its documentation advises otherwise. */
export type Verdict = { refused: string[]; unwise: string[] };

export function judgeMessage(payload: JsonObject, kind: MessageKind): Verdict {
  const found = checkMessage(payload, kind);
  return { refused: found.filter((sentence) => sentence.startsWith("blocks")), unwise: found.filter((sentence) => !sentence.startsWith("blocks")) };
}

export function judgeView(view: JsonObject): string[] {
  return checkView(view);
}
