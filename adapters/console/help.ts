/** What the program can be told on the command line. Verbs and options are the same in every language; only what stands for a value is a word. */
import type { Say } from "../../src/i18n.ts";

/** How each verb is written and, on the line below, what it does: two lines, because Arabic runs the other way than what is typed. */
export function helpText(say: Say): string {
  const date = say("console.word.date");
  const file = say("console.word.file");
  const now = `[--now ${say("console.word.time")}]`;
  const room = `[--room ${say("console.word.room")}]`;
  const names = say("console.word.names");
  const app = `[--with history,mentions] [--prefix ${say("console.word.prefix")}] [--without ${names}] [--http ${say("console.word.address")}]`;
  const usages = [
    ["start", ""],
    ["chat", room],
    ["ask", `${room} [--role ${say("console.word.role")}] ${now} [--json] ${say("console.word.line")}`],
    ["preview", `--from ${date} --to ${date} ${room} ${now} [--json]`],
    ["doctor", ""],
    ["setup slack", `[--channel ${say("console.word.channel")} --network ${say("console.word.network")}] ${app}`],
    ["slack manifest", app],
    ["setup matrix", `[--room ${say("console.word.room")} --network ${say("console.word.network")}]`],
    ["matrix recover", ""],
    ["matrix verify", `--user ${say("console.word.user")}`],
    ["source read", `[--content-type ${say("console.word.type")}] [--json] ${file} | --batch`],
    ["dates", "--batch"],
    ["classify", "--batch"],
    ["operator-code", ""],
    ["backup", file],
    ["restore", file],
  ] as const;
  const lines = usages.map(([verb, words]) => `clarion ${verb} ${words}`.trimEnd() + `\n    ${say(`console.help.${verb.replaceAll(" ", ".")}`)}`);
  const everywhere = say("console.help.everywhere", { option: `--data ${say("console.word.folder")}`, setting: "CLARION_DATA" });
  return [...lines, everywhere].join("\n");
}
