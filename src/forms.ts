/** What a command still needs, as a form; every chat shows it its own way. */
import type { Form, FormField } from "./answer.ts";
import { type AnyCommand, type Argument, type ArgumentScope, type Call, printLine } from "./command.ts";
import { LOCALES, type Say } from "./i18n.ts";

/** The name of the field that carries the long text. */
export const BODY_FIELD = "body";

/**
 * Asks for everything the command takes that is not given yet; what is given stays in the line. `present` fills the fields, and `about` says
 * in people's words what the line names by its id.
 */
export function askFor(call: Call, say: Say, present: Readonly<Record<string, string>> = {}, about = ""): Form {
  const { command, values } = call;
  const entries = Object.entries(command.arguments);
  const given: Record<string, string> = {};
  const fields: FormField[] = [];
  for (const [name, argument] of entries) {
    if (name in values) given[name] = argument.type.print(values[name]);
    else fields.push({ ...fieldOf(command, name, argument, say), value: present[name] ?? "" });
  }
  if (command.body !== undefined) {
    fields.push({
      name: BODY_FIELD,
      label: say("argument.body"),
      hint: say("argument.body.hint"),
      kind: "long",
      limit: command.body.limit,
      required: command.body.required,
      value: "",
    });
  }
  return {
    title: say(`command.${command.name.replaceAll(" ", ".")}`),
    ...(about === "" ? {} : { about }),
    command: printLine(command, [], given),
    fields,
    submit: say("form.send"),
    language: say.language,
  };
}

/** The form with lists to choose from where an argument knows all that it can be. */
export async function withLists(form: Form, { command }: Call, scope: ArgumentScope): Promise<Form> {
  const fields = await Promise.all(
    form.fields.map(async (field): Promise<FormField> => {
      const type = command.arguments[field.name]?.type;
      const options = type?.listed === true ? await type.complete?.("", scope) : undefined;
      return options === undefined || options.length === 0 ? field : { ...field, kind: "choice", options };
    }),
  );
  return { ...form, fields };
}

/** What the values given so far are called, where people call them otherwise than the line does: the title of a deadline or a call. */
export async function nameGiven({ command, values }: Call, scope: ArgumentScope): Promise<string> {
  const names: string[] = [];
  for (const [name, { type, required }] of Object.entries(command.arguments)) {
    if (!required || !(name in values)) continue;
    const printed = type.print(values[name]);
    const known = (await type.complete?.(printed, scope))?.find(({ value }) => value === printed);
    if (known !== undefined && known.label !== printed) names.push(known.label);
  }
  return names.join(" · ");
}

function fieldOf(command: AnyCommand, name: string, { type, required }: Argument, say: Say): Omit<FormField, "value"> {
  const own = `field.${command.name.replaceAll(" ", ".")}.${name}`;
  const field: Omit<FormField, "value"> = {
    name,
    // Two arguments of one type are told apart by what each is for in this command.
    label: capitalise(say(say.has(own) ? own : `argument.${type.name}`), say),
    hint: say(`argument.${type.name}.example`),
    kind: type.choices !== undefined ? "choice" : type.name === "day" ? "day" : "text",
    required,
  };
  if (type.limit !== undefined) field.limit = type.limit;
  if (type.choices !== undefined) field.options = type.choices.map(({ value, label }) => ({ value, label: say(label) }));
  return field;
}

/** What is named within sentences begins with a small letter; a label stands alone. */
function capitalise(text: string, { language }: Say): string {
  const [first = "", ...rest] = text;
  return `${first.toLocaleUpperCase(LOCALES[language])}${rest.join("")}`;
}

/**
 * The line a filled form stands for. Empty fields are left out, and so is what is as it was, because somebody may have changed it
 * meanwhile; the body travels beside it.
 */
export function lineOf(form: Form, filled: Readonly<Record<string, string>>): string {
  const typed = form.fields
    .filter(({ name }) => name !== BODY_FIELD)
    .map((field) => ({ ...field, typed: (filled[field.name] ?? "").trim() }))
    .filter((field) => field.typed !== "");
  const changed = typed.filter((field) => field.required || field.typed !== field.value);
  // A bare line would ask once more, so where nothing is changed all is said as it is.
  const said = changed.length === 0 ? typed : changed;
  const printed = printLine("", [], Object.fromEntries(said.map((field) => [field.name, field.typed]))).trim();
  return printed === "" ? form.command : `${form.command} ${printed}`;
}
