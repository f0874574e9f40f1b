/** Writes `docs/commands.md` from the commands themselves: `npm run docs`. A test fails when the file is not what this gives. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { commands } from "../commands/index.ts";
import type { AnyCommand } from "../src/command.ts";
import { speak } from "../src/i18n.ts";

const say = speak("en");

function usage(command: AnyCommand): string {
  const words = Object.entries(command.arguments).map(([name, argument]) => {
    const word = argument.option ? `--${name} …` : name.toUpperCase();
    return argument.required ? word : `[${word}]`;
  });
  return [`/${command.name}`, ...words].join(" ");
}

function section(command: AnyCommand): string {
  const key = `command.${command.name.replaceAll(" ", ".")}`;
  const lines = [`### \`${usage(command)}\``, "", `${say(key)}.`];
  if (command.who !== "anyone") lines.push("", `Needs the role ${say(`role.${command.who}`)}.`);
  if (command.onMachine === true) lines.push("", "Only on the local page and on the terminal.");
  if (command.effect === "broadcast") {
    lines.push("", command.confirmLabel === undefined ? "Where it reaches other rooms, it shows what it will do first, and asks." : "It shows what it will do first, and asks.");
  }
  const entries = Object.entries(command.arguments);
  if (entries.length > 0) {
    lines.push("");
    for (const [name, argument] of entries) {
      const example = `argument.${argument.type.name}.example`;
      const shown = say.has(example) ? `, such as \`${say(example)}\`` : "";
      lines.push(`- \`${argument.option ? `--${name}` : name}\`: ${say(`argument.${argument.type.name}`)}${shown}`);
    }
  }
  lines.push("", `Example: \`${say(`${key}.example`)}\``);
  return lines.join("\n");
}

export function describeCommands(): string {
  const visible = commands.filter((command) => command.hidden !== true);
  return [
    "# Commands",
    "",
    "Made from the commands themselves by `npm run docs`. In a chat a line begins with `/`; on the terminal it goes between quotes:",
    '`npm run -s clarion -- ask "/upr Singapore"`. Every argument can also be given by name: `--country Singapore`.',
    "",
    ...visible.flatMap((command) => [section(command), ""]),
  ].join("\n");
}

if (process.argv[1] === import.meta.filename) writeFileSync(path.join(import.meta.dirname, "commands.md"), describeCommands());
