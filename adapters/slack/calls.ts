/** One call of the Web API beyond posts and edits: its Retry-After is kept, and its failure comes as a `ChatError`. */
import type { WebAPICallResult } from "@slack/web-api";
import { ChatError } from "../../src/errors.ts";
import type { Clock } from "../../src/ports.ts";
import { type Doing, retryAfterOf, toChatError } from "./failures.ts";
import type { Workspace } from "./workspace.ts";

/** `method` as Slack names it. Not called at all while Slack has asked to wait. */
export async function callSlack<T extends WebAPICallResult>(
  workspace: Workspace,
  clock: Pick<Clock, "now">,
  method: string,
  doing: Exclude<Doing, "send">,
  call: () => Promise<T>,
): Promise<T> {
  const wait = workspace.waits.remaining(method, clock.now());
  if (wait > 0) throw new ChatError("later", { after: wait, scope: doing === "read" ? "room" : "post" });
  try {
    const answer = await call();
    workspace.note(answer);
    return answer;
  } catch (error) {
    const after = retryAfterOf(error);
    if (after !== undefined) workspace.waits.limited(method, clock.now(), after);
    throw toChatError(error, doing);
  }
}
