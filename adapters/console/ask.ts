/** `ask`: one line or many, answered in order, as text or as one JSON object a line. */
import type { Answer, Form, FormField } from "../../src/answer.ts";
import type { App } from "../../src/app.ts";
import { type Say, speak } from "../../src/i18n.ts";
import { type Action, foreign, type Language, type Message } from "../../src/message.ts";
import { toPlain } from "../../src/plain.ts";
import type { Actor, RoomAddress } from "../../src/ports.ts";
import { safeForTerminal } from "./safe.ts";

export type AskOptions = { app: App; room: RoomAddress; actor: Actor; json: boolean; language?: Language; write(text: string): void };

/** Answers every line in turn; returns false when any was refused. */
export async function answerLines(lines: Iterable<string> | AsyncIterable<string>, options: AskOptions): Promise<boolean> {
  let allOk = true;
  let actions: Action[] = [];
  for await (const raw of lines) {
    const line = raw.replace(/[\r\n]+$/, "");
    if (line.trim() === "") continue;
    // A number means an action of the answer just above it.
    const chosen = /^[0-9]{1,2}$/.test(line.trim()) ? actions[Number(line.trim()) - 1]?.command : undefined;
    const answer = await options.app.dispatch({
      key: options.app.ports.chance.id(),
      line: chosen ?? line,
      actor: options.actor,
      room: options.room,
      ...(options.language === undefined ? {} : { language: options.language }),
    });
    actions = answer.message.actions;
    allOk &&= answer.ok;
    options.write(options.json ? `${JSON.stringify(describeAnswer(answer))}\n` : `${safeForTerminal(textOf(answer))}\n`);
    if (answer.code === "not_a_room" && !options.json) options.write(`${speak(answer.message.language)("console.error.bad_room")}\n`);
  }
  return allOk;
}

export function textOf(answer: Answer): string {
  return toPlain(withForm(answer.message, answer.form), { numbers: true });
}

/** On a terminal a form is the line to type, with each field named, and what it is at present. */
function withForm(message: Message, form: Form | undefined): Message {
  if (form === undefined) return message;
  const say = speak(form.language);
  const fields = form.fields.map((field): [string, string[]] => [
    field.name === "body" ? field.label : `--${field.name}`,
    [`${field.name === "body" ? "" : field.label}${field.required ? " *" : ""} ${field.value === "" ? field.hint : presentText(field, say)}`.trim()],
  ]);
  return { ...message, blocks: [...message.blocks, ...(form.about === undefined ? [] : [{ text: [foreign(form.about)] }]), { text: [{ code: `/${form.command}` }] }, { fields }] };
}

function presentText({ options = [], value }: FormField, say: Say): string {
  return `(${say("form.now", { value: options.find((option) => option.value === value)?.label ?? value })})`;
}

function describeAnswer(answer: Answer) {
  const { ok, message, form, to, code } = answer;
  return { ok, text: textOf(answer), message, to, ...(form === undefined ? {} : { form }), ...(code === undefined ? {} : { code }) };
}
