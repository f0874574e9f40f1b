import { commandName } from "../src/arguments/command-name.ts";
import { type AnyCommand, type CommandContext, defineCommand, optional, printLine } from "../src/command.ts";
import { UserError } from "../src/errors.ts";
import type { Say } from "../src/i18n.ts";
import type { Block, Message, Span } from "../src/message.ts";
import { isOnMachine, mayUse } from "../src/rights.ts";
import { isUnopened } from "../src/rooms/rooms.ts";
import { firstWord, groupOf, HELP_GROUPS } from "./shared/help-groups.ts";

/** What the asker may do here, in short; or all commands, those of one heading, those that begin alike, or one with what each argument is. */
export const help = defineCommand({
  name: "help",
  arguments: { command: optional(commandName) },
  who: "anyone",
  effect: "look",
  outside: true,
  async run(context, values) {
    const { say, commands, room, actor } = context;
    const chosen = commands.find((command) => command.name === values.command);
    if (chosen !== undefined) return { to: "asker", show: explainOne(chosen, say) };
    const listed = commands.filter(
      ({ hidden, outside, onMachine }) => hidden !== true && (!isUnopened(room) || outside === true) && (onMachine !== true || isOnMachine(actor)),
    );
    if (values.command === "all") return { to: "asker", show: listing(say("help.all"), listed, say) };
    const group = HELP_GROUPS.find((each) => each === values.command);
    if (group !== undefined) return { to: "asker", show: listing(say(`help.group.${group}`), listed.filter((command) => groupOf(command) === group), say) };
    const isFamily = commands.some((command) => command.hidden !== true && firstWord(command) === values.command);
    const family = listed.filter((command) => firstWord(command) === values.command);
    // What begins so there needs a room, all of it.
    if (isFamily && family.length === 0) throw new UserError("not_a_room");
    return { to: "asker", show: isFamily ? listing(`/${values.command}`, family, say) : overview(listed, context) };
  },
});

/** The names alone, under short headings: each heading is a button to what they do. */
function overview(commands: readonly AnyCommand[], { say, roles }: CommandContext): Message {
  const groups = HELP_GROUPS.map((group) => ({
    group,
    label: say(`help.group.${group}`),
    members: commands.filter((command) => groupOf(command) === group && mayUse(roles, command.who)),
  })).filter(({ members }) => members.length > 0);
  return {
    title: [say("help.title")],
    tone: "plain",
    blocks: [
      { text: [say("help.how")] },
      { fields: groups.map(({ label, members }): [string, Span[]] => [label, namesOf(members)]) },
      { list: [[say("help.more"), " ", { code: "/help deadlines" }], say.spans("line.pair", { label: say("help.all"), value: { code: "/help all" } })] },
    ],
    actions: [
      { label: say("help.next"), command: "deadlines" },
      ...groups.map(({ group, label }) => ({ label, command: printLine("help", [group]) })),
    ],
    language: say.language,
  };
}

function namesOf(commands: readonly AnyCommand[]): Span[] {
  return commands.flatMap(({ name }, index): Span[] => [...(index === 0 ? [] : [" "]), { code: `/${name}` }]);
}

/** Each command with what it does; under headings where there is more than one. */
function listing(title: string, commands: readonly AnyCommand[], say: Say): Message {
  const groups = HELP_GROUPS.map((group) => ({ group, members: commands.filter((command) => groupOf(command) === group) })).filter(({ members }) => members.length > 0);
  return {
    title: [title],
    tone: "plain",
    blocks: [
      ...groups.flatMap(({ group, members }): Block[] => [
        ...(groups.length === 1 ? [] : [{ text: [{ strong: say(`help.group.${group}`) }] }]),
        {
          table: {
            head: [say("help.command"), say("help.does")],
            rows: members.map((command): Span[][] => [[{ code: `/${command.name}` }], [summaryOf(command, say)]]),
          },
        },
      ]),
      { text: [say("help.more"), " ", { code: `/help ${commands[0]?.name ?? "deadlines"}` }] },
    ],
    actions: [],
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
      ...(command.onMachine === true ? [{ text: [say("error.page_only")] }] : []),
      { text: [say("help.example"), " ", { code: say(`command.${command.name.replaceAll(" ", ".")}.example`) }] },
    ],
    actions: [],
    language: say.language,
  };
}

function summaryOf(command: AnyCommand, say: Say): string {
  return say(`command.${command.name.replaceAll(" ", ".")}`);
}
