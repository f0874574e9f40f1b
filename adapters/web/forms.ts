/** Every way to act on the page is a form that posts a command line: an action's button, a form a command asks for, the composer. */
import { z } from "zod";
import type { Form, FormField } from "../../src/answer.ts";
import { LINE_LIMIT } from "../../src/command.ts";
import { BODY_FIELD, lineOf } from "../../src/forms.ts";
import type { Say } from "../../src/i18n.ts";
import { LANGUAGES, type Action } from "../../src/message.ts";
import { directionOf } from "./draw.ts";
import { html, NOTHING, type Html } from "./html.ts";
import type { Tokens } from "./tokens.ts";

export const PANES = ["next", "room", "detail"] as const;
export type Pane = (typeof PANES)[number];

/** What every form of one drawn page carries along. */
export type FormFrame = {
  say: Say;
  tokens: Tokens;
  /** Path of the room: `/room/anpud`. */
  path: string;
  /** Where the answer is to be shown. */
  pane: Pane;
  /** The thing shown in the Detail pane, which stays there. */
  show?: string | undefined;
  /** The post the form stands under. */
  reference?: string | undefined;
};

function hidden(name: string, value: string | undefined): Html {
  return value === undefined ? NOTHING : html`<input type="hidden" name="${name}" value="${value}">`;
}

/** The start of a form with all it carries; the caller closes it. */
export function openForm(frame: FormFrame, line: string | undefined, inner: Html, classes: string): Html {
  return html`<form method="post" action="${frame.path}/say" class="${classes}" data-say>
    ${hidden("token", frame.tokens.issue())}${hidden("pane", frame.pane)}${hidden("show", frame.show)}${hidden("reference", frame.reference)}${hidden("line", line)}
    ${inner}
  </form>`;
}

export function drawActions(actions: readonly Action[], frame: FormFrame): Html {
  if (actions.length === 0) return NOTHING;
  return html`<div class="actions" role="group" aria-label="${frame.say("page.actions")}">${actions.map((action) => drawAction(action, frame))}</div>`;
}

function drawAction(action: Action, frame: FormFrame): Html {
  const button = html`${hidden("confirm", action.confirm)}${action.confirm === undefined ? NOTHING : hidden("label", action.label)}<button class="${action.style ?? ""}">${action.label}</button>`;
  return openForm(frame, action.command, button, "action");
}

/** The step between a button that asks first and its command. The way back comes first, so that Enter by habit does no harm. */
export function drawConfirmation(submission: Submission, frame: FormFrame): Html {
  const { say } = frame;
  const inner = html`${hidden("confirmed", "1")}<p class="text">${submission.confirm}</p>
    <div class="actions"><a class="button" href="${frame.path}?pane=${frame.pane}${frame.show === undefined ? "" : `&show=${frame.show}`}" data-dismiss>${say("page.confirm.no")}</a>
    <button class="danger">${submission.label ?? say("page.confirm.yes")}</button></div>`;
  return html`<section class="card answer" id="answer-${frame.pane}" tabindex="-1" aria-label="${say("page.confirm.title")}">
    ${openForm(frame, submission.line, inner, "confirm")}
  </section>`;
}

/** What a command asks for. `typed` fills the fields again after a mistake. */
export function drawAsk(form: Form, frame: FormFrame, typed: Readonly<Record<string, string>> = {}): Html {
  const prefix = `ask-${frame.tokens.issue().slice(0, 12)}`;
  const fields = form.fields.map((field) => drawField(field, `${prefix}-${field.name}`, typed[field.name] ?? field.value, frame.say));
  const inner = html`${hidden("form", JSON.stringify(form))}<h3 class="title" id="${prefix}">${form.title}</h3>${form.about === undefined ? NOTHING : html`<p class="text" dir="auto">${form.about}</p>`}${fields}
    <div class="actions"><button class="primary">${form.submit}</button>
    <a class="button" href="${frame.path}?pane=${frame.pane}" data-dismiss>${frame.say("page.close")}</a></div>`;
  return html`<section class="card answer" id="answer-${frame.pane}" tabindex="-1" aria-labelledby="${prefix}" lang="${form.language}" dir="${directionOf(form.language)}">
    <p class="above">${frame.say("page.private")}</p>${openForm(frame, form.command, inner, "ask")}
  </section>`;
}

function drawField(field: FormField, id: string, value: string, say: Say): Html {
  const name = field.name === BODY_FIELD ? "body" : `arg.${field.name}`;
  const need = field.required ? html` required` : NOTHING;
  // Where there is a list or a calendar to choose from, an example of what to type only confuses.
  const typed = field.hint !== "" && (field.kind === "text" || field.kind === "long");
  const hint = typed ? html`<small id="${id}-hint">${field.hint}</small>` : NOTHING;
  const described = !typed ? NOTHING : html` aria-describedby="${id}-hint"`;
  // What is filled in stays as it is when it is left alone or emptied.
  const optional = field.required || field.value !== "" ? NOTHING : html` <small>${say("page.optional")}</small>`;
  return html`<div class="field"><label for="${id}">${field.label}${optional}</label>${hint}${drawInput(field, id, name, value, html`${need}${described}`)}</div>`;
}

function drawInput(field: FormField, id: string, name: string, value: string, attributes: Html): Html {
  if (field.kind === "long") return html`<textarea id="${id}" name="${name}" rows="6" dir="auto"${limitOf(field)}${attributes}>${value}</textarea>`;
  if (field.kind === "choice") {
    // Whoever must choose chooses: a browser does not take the empty one where the field is required.
    const empty = field.value !== "" ? NOTHING : html`<option value=""></option>`;
    const options = (field.options ?? []).map(
      (option) => html`<option value="${option.value}"${option.value === value ? html` selected` : NOTHING}>${option.label}</option>`,
    );
    return html`<select id="${id}" name="${name}"${attributes}>${empty}${options}</select>`;
  }
  // A date that is not written as a day ("in 3 weeks") would be lost in a date field.
  const type = field.kind === "day" && /^(\d{4}-\d{2}-\d{2})?$/.test(value) ? "date" : "text";
  return html`<input id="${id}" name="${name}" type="${type}" value="${value}" dir="auto" autocomplete="off"${limitOf({ limit: LINE_LIMIT, ...field })}${attributes}>`;
}

function limitOf({ limit }: Pick<FormField, "limit">): Html {
  return limit === undefined ? NOTHING : html` maxlength="${limit}"`;
}

/* What comes back */

const formSchema: z.ZodType<Form> = z.object({
  title: z.string(),
  about: z.string().optional(),
  command: z.string(),
  submit: z.string(),
  language: z.enum(LANGUAGES),
  fields: z.array(
    z.object({
      // It becomes the name of an option in the line.
      name: z.string().regex(/^[a-z][A-Za-z0-9_-]*$/),
      label: z.string(),
      hint: z.string(),
      kind: z.enum(["text", "long", "day", "choice"]),
      options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
      limit: z.int().positive().optional(),
      required: z.boolean(),
      value: z.string(),
      // What is absent stays absent.
    }).transform(({ options, limit, ...field }) => ({ ...field, ...(options === undefined ? {} : { options }), ...(limit === undefined ? {} : { limit }) })),
  ),
}).transform(({ about, ...form }) => (about === undefined ? form : { ...form, about }));

const subject = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$/);
/** Ids that may stand in an address of the page. */
export function readSubject(text: string | undefined): string | undefined {
  return subject.safeParse(text).data;
}

const submissionSchema = z.object({
  token: z.string().max(200),
  line: z.string().max(LINE_LIMIT),
  body: z.string().optional(),
  pane: z.enum(PANES).catch("room"),
  show: subject.optional().catch(undefined),
  reference: subject.optional().catch(undefined),
  confirm: z.string().max(2_000).optional(),
  label: z.string().max(200).optional(),
  confirmed: z.literal("1").optional(),
  form: z.string().optional(),
});

export type Submission = {
  token: string;
  /** As it is given to the inbox: for a form, its command with each field as an option. */
  line: string;
  body: string | undefined;
  pane: Pane;
  show: string | undefined;
  reference: string | undefined;
  /** The question to ask before the line counts. */
  confirm: string | undefined;
  /** Words of the button that asked. */
  label: string | undefined;
  confirmed: boolean;
  /** The form that was filled in, and what was typed into each field. */
  asked: { form: Form; typed: Record<string, string> } | undefined;
};

/** Reads the fields of any form of the page; undefined when they are not one of ours. */
export function readSubmission(fields: Readonly<Record<string, unknown>>): Submission | undefined {
  const parsed = submissionSchema.safeParse(fields);
  if (!parsed.success) return undefined;
  const { form: formText, confirmed, ...rest } = parsed.data;
  const submission = {
    ...rest,
    body: rest.body,
    show: rest.show,
    reference: rest.reference,
    confirm: rest.confirm,
    label: rest.label,
    confirmed: confirmed === "1",
    asked: undefined,
  };
  if (formText === undefined) return submission;
  const form = readForm(formText);
  if (form === undefined) return undefined;
  const typed: Record<string, string> = {};
  for (const { name } of form.fields) {
    const value = name === BODY_FIELD ? rest.body : fields[`arg.${name}`];
    if (typeof value === "string") typed[name] = value.trim();
  }
  return { ...submission, line: lineOf(form, typed), asked: { form, typed } };
}

function readForm(text: string): Form | undefined {
  try {
    return formSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
