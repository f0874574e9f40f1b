/** What a command still needs, as a form; every chat shows it its own way. */
import type { Form, FormField } from "./answer.ts";
import { type Argument, type Call, printLine } from "./command.ts";
import type { Say } from "./i18n.ts";

/** The name of the field that carries the long text. */
export const BODY_FIELD = "body";

/** Asks for everything the command takes that is not given yet; what is given stays in the line. */
export function askFor(call: Call, say: Say): Form {
  const { command, values } = call;
  const entries = Object.entries(command.arguments);
  const given: Record<string, string> = {};
  const fields: FormField[] = [];
  for (const [name, argument] of entries) {
    if (name in values) given[name] = argument.type.print(values[name]);
    else fields.push(fieldOf(name, argument, say));
  }
  if (command.body !== undefined) {
    fields.push({
      name: BODY_FIELD,
      label: say("argument.body"),
      hint: say("argument.body.hint"),
      kind: "long",
      required: command.body.required,
      value: "",
    });
  }
  return {
    title: say(`command.${command.name.replaceAll(" ", ".")}`),
    command: printLine(command, [], given),
    fields,
    submit: say("form.send"),
    language: say.language,
  };
}

function fieldOf(name: string, argument: Argument, say: Say): FormField {
  const { type } = argument;
  const field: FormField = {
    name,
    label: say(`argument.${type.name}`),
    hint: say(`argument.${type.name}.example`),
    kind: type.choices !== undefined ? "choice" : type.name === "day" ? "day" : "text",
    required: argument.required,
    value: "",
  };
  if (type.choices !== undefined) field.options = type.choices.map(({ value, label }) => ({ value, label: say(label) }));
  return field;
}

/** The line a filled form stands for. Empty fields are left out; the body travels beside it. */
export function lineOf(form: Form, filled: Readonly<Record<string, string>>): string {
  const named = Object.fromEntries(
    form.fields
      .filter((field) => field.name !== BODY_FIELD && (filled[field.name] ?? "").trim() !== "")
      .map((field) => [field.name, filled[field.name]]),
  );
  const printed = printLine("", [], named).trim();
  return printed === "" ? form.command : `${form.command} ${printed}`;
}

