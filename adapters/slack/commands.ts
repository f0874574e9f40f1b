/** Slash commands: every one is a line. `/deadlines asia`, `/clarion deadlines asia`, and with the prefix `un-` also `/un-deadlines asia`. */
import type { App } from "@slack/bolt";
import { z } from "zod";
import { addressOf } from "./address.ts";
import { showAnswer } from "./answers.ts";
import { acknowledge, actorIn, type Incoming, unescape } from "./incoming.ts";
import { UMBRELLA } from "./manifest.ts";

const commandSchema = z.object({
  command: z.string(),
  text: z.string().default(""),
  trigger_id: z.string(),
  response_url: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  /** The person's own: whoever comes from elsewhere uses what is installed there. */
  team_id: z.string().nullish(),
});

/** The line a slash command stands for. */
export function lineOfCommand(command: string, text: string, prefix: string): string {
  const written = command.replace(/^\//, "");
  const words = unescape(text).trim();
  if (written === UMBRELLA) return words === "" ? "help" : words;
  const name = prefix !== "" && written.startsWith(prefix) ? written.slice(prefix.length) : written;
  return words === "" ? name : `${name} ${words}`;
}

export function listenToCommands(app: App, incoming: Incoming, prefix: string): void {
  app.command(/^\//, async ({ ack, body }) => {
    await acknowledge(ack);
    await incoming.flights.run("command", async () => {
      const command = commandSchema.parse(body);
      const room = addressOf({ team: incoming.workspace.team, channel: command.channel_id });
      const key = `slack:c:${command.trigger_id}`;
      const token = `r0 ${command.response_url}`;
      const answer = await incoming.inbox({
        key,
        line: lineOfCommand(command.command, command.text, prefix),
        actor: actorIn(incoming, { team: command.team_id, user: command.user_id }),
        room,
        asker: { room, token },
      });
      await showAnswer(incoming, answer, { room, key, token, trigger: command.trigger_id });
    });
  });
}
