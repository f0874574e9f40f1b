/**
 * The rule for what was said while Clarion was away, on chats that keep it. What is no older than a quarter of an hour is carried out, and the
 * answer says that it comes late. Older lines are not: the room has gone on since, and is told once to say again what still matters. What takes
 * something back, or keeps something quiet, is carried out however old it is.
 */
import { type AnyCommand, findCommand } from "./command.ts";
import type { Instant } from "./message.ts";

export const TOO_LATE_MILLISECONDS = 15 * 60_000;

export function isCarriedOut(commands: readonly AnyCommand[], line: string, saidAt: Instant, now: Instant): boolean {
  if (now - saidAt <= TOO_LATE_MILLISECONDS) return true;
  try {
    return findCommand(commands, line).command.takesBack === true;
  } catch {
    // A line that no command knows has nothing to take back.
    return false;
  }
}
