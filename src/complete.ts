/** What could come next in a line: command names, then the values each argument knows. */
import { type ArgumentScope, type Completion, findCommand } from "./command.ts";
import { UserError } from "./errors.ts";
import { speak } from "./i18n.ts";
import type { Language } from "./message.ts";
import type { Parts } from "./parts.ts";
import type { Ports, RoomAddress } from "./ports.ts";
import { findRoom } from "./rooms/rooms.ts";

export const COMPLETION_LIMIT = 12;

/** Each completion's `value` is the whole line as it would then read. */
export async function completeLine(
  { ports, parts }: { ports: Ports; parts: Parts },
  line: string,
  address: RoomAddress,
  language?: Language,
): Promise<Completion[]> {
  const room = await findRoom(ports.store.reading, address);
  if (room === undefined) return [];
  const say = speak(language ?? room.language);
  const bare = line.replace(/^\s*[/!]?\s*/u, "").toLowerCase();
  const names = parts.commands
    .filter((command) => command.hidden !== true && command.name.startsWith(bare))
    .map((command) => ({ value: `/${command.name} `, label: say(`command.${command.name.replaceAll(" ", ".")}`) }));
  if (names.length > 0) return names.slice(0, COMPLETION_LIMIT);
  let found: ReturnType<typeof findCommand>;
  try {
    found = findCommand(parts.commands, line);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
  const last = /\s$/u.test(line) ? "" : (found.rest.at(-1)?.text ?? "");
  const before = line.slice(0, line.length - last.length);
  const scope: ArgumentScope = {
    db: ports.store.reading,
    directory: parts.directory,
    language: say.language,
    zone: room.zone,
    now: ports.clock.now(),
    room,
  };
  const completions: Completion[] = [];
  for (const argument of Object.values(found.command.arguments)) {
    const known = await argument.type.complete?.(last, scope);
    for (const { value, label } of known ?? []) completions.push({ value: `${before}${value} `, label });
  }
  return completions.slice(0, COMPLETION_LIMIT);
}
