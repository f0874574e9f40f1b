/** What a command still needs, as a text: Matrix has no forms, so people write the line themselves. */
import type { Form, FormField } from "../../../src/answer.ts";
import { printLine } from "../../../src/command.ts";
import { BODY_FIELD } from "../../../src/forms.ts";
import type { Say } from "../../../src/i18n.ts";
import { foreign, type Message, type Span } from "../../../src/message.ts";
import type { Content } from "./content.ts";
import { drawContents } from "./pages.ts";
import { clean, isBlank } from "./text.ts";

/** Stands in the line for what the person is to write. */
const OPEN = "…";

/** What it is for, each thing it takes with the words to type, and the line to write in the room. */
export function drawForm(form: Form, say: Say): Content[] {
  return drawContents(messageOf(form, say));
}

/** The same as a message, for what is sent like any other. */
export function messageOf(form: Form, say: Say): Message {
  const about = isBlank(clean(form.about ?? "")) ? [] : [{ text: [foreign(form.about ?? "")] }];
  const isFilled = form.fields.some(({ value }) => value !== "");
  const line = lineToWrite(form, say);
  return {
    title: [form.title],
    tone: "plain",
    blocks: [
      ...about,
      { text: [say(isFilled ? "form.change" : "form.please")] },
      { list: form.fields.map((field) => describe(field, say)) },
      { text: [say(line.includes(OPEN) ? "matrix.form.line" : "matrix.form.as_it_is")] },
      { text: [{ code: line }] },
    ],
    actions: [],
    language: form.language,
  };
}

/** `New day (needed): --on … · for example 15 March 2027`. */
function describe(field: FormField, say: Say): Span[] {
  const { name, label, hint, kind, value, required } = field;
  const options = kind === "choice" ? (field.options ?? []) : [];
  const details: Span[][] = [];
  if (name === BODY_FIELD) details.push([say("matrix.form.body")]);
  else details.push([{ code: `--${name} ${OPEN}` }]);
  if (options.length > 0) details.push(say.spans("matrix.form.choices", { choices: choicesOf(options, say) }));
  // The hint of the long text says what happens to it; any other is an example of what to write.
  else if (!isBlank(clean(hint))) details.push(kind === "long" ? [hint] : say.spans("matrix.form.example", { example: { code: hint } }));
  if (!isBlank(clean(value))) details.push(say.spans("form.now", { value: foreign(value) }));
  const named = say(required ? "matrix.form.field.needed" : "matrix.form.field", { label });
  return say.spans("line.pair", { label: { strong: named }, value: between(details, " · ") });
}

function choicesOf(options: readonly { value: string; label: string }[], say: Say): Span[] {
  const choices = options.map(({ value, label }): Span[] => (isBlank(clean(label)) || label === value ? [{ code: value }] : [{ code: value }, ` (${label})`]));
  return between(choices, say("line.comma"));
}

function between(parts: readonly Span[][], separator: string): Span[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [separator, ...part]));
}

/** The command with all that it needs; with its first field, where it needs nothing and yet asks. The long text stands under it. */
function lineToWrite({ command, fields }: Form, say: Say): string {
  const options = fields.filter(({ name }) => name !== BODY_FIELD);
  const needed = options.filter(({ required }) => required);
  const typed = needed.map(({ name, value }) => printLine("", [], { [name]: isBlank(clean(value)) ? OPEN : clean(value).trim() }));
  const hasBody = options.length < fields.length;
  if (typed.length === 0 && !hasBody) typed.push(...options.slice(0, 1).map(({ name }) => ` --${name} ${OPEN}`));
  return [`!${command}${typed.join("")}`, ...(hasBody ? [say("matrix.form.text")] : [])].join("\n");
}
