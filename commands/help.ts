import { commandName } from "../src/arguments/command-name.ts";
import { type AnyCommand, defineCommand, optional } from "../src/command.ts";
import type { Say } from "../src/i18n.ts";
import type { Message, Span } from "../src/message.ts";

/** Every visible command with one line and one example; or one command with what each argument is. */
export const help = defineCommand({
  name: "help",
  arguments: { command: optional(commandName) },
  who: "anyone",
  effect: "look",
  outside: true,
  async run({ say, commands }, values) {
    const chosen = commands.find((command) => command.name === values.command);
    return { to: "asker", show: chosen === undefined ? listAll(commands, say) : explainOne(chosen, say) };
  },
});

function listAll(commands: readonly AnyCommand[], say: Say): Message {
  const rows = commands
    .filter((command) => command.hidden !== true)
    .map((command): Span[][] => [[{ code: `/${command.name}` }], [summaryOf(command, say)]]);
  return {
    title: [say("help.title")],
    tone: "plain",
    blocks: [
      { text: [say("help.how")] },
      { table: { head: [say("help.command"), say("help.does")], rows } },
      { text: [say("help.more"), " ", { code: "/help deadlines" }] },
    ],
    actions: [
      { label: say("help.next"), command: "deadlines" },
      { label: say("help.room"), command: "room" },
    ],
    language: say.language,
  };
}

function explainOne(command: AnyCommand, say: Say): Message {
  const fields = Object.entries(command.arguments).map(([name, argument]): [string, Span[]] => {
    const what = `${say(`argument.${argument.type.name}`)}${argument.required ? "" : ` (${say("help.optional")})`}`;
    const example = `argument.${argument.type.name}.example`;
    return [argument.option ? `--${name}` : name, say.has(example) ? say.spans("line.pair", { label: what, value: { code: say(example) } }) : [what]];
  });
  const role = command.who === "anyone" ? [] : [{ text: [say("help.who", { role: say(`role.${command.who}`) })] }];
  return {
    title: [`/${command.name}`],
    tone: "plain",
    blocks: [
      { text: [summaryOf(command, say)] },
      ...(fields.length > 0 ? [{ fields }] : []),
      ...role,
      { text: [say("help.example"), " ", { code: say(`command.${command.name.replaceAll(" ", ".")}.example`) }] },
    ],
    actions: [],
    language: say.language,
  };
}

function summaryOf(command: AnyCommand, say: Say): string {
  return say(`command.${command.name.replaceAll(" ", ".")}`);
}
