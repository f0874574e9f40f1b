/**
 * What a command still needs, as a modal, and back. The `block_id` of an input is the name of its field. Slack takes 3,000 characters in one input and the
 * texts of calls are longer, so a long field has further inputs under it, `NAME+2` and `NAME+3`, which are read as one text.
 */
import type { InputBlock, InputBlockElement, KnownBlock, ModalView, PlainTextElement, PlainTextOption } from "@slack/types";
import { z } from "zod";
import type { Form, FormField } from "../../../src/answer.ts";
import { speak, type Say } from "../../../src/i18n.ts";
import { foreign } from "../../../src/message.ts";
import { isDay } from "../../../src/time.ts";
import { drawLines, drawQuiet } from "./blocks.ts";
import { INPUT_LABEL_LIMIT, INPUT_LIMIT, LABEL_LIMIT, OPTIONS_IN_SELECT, OPTION_VALUE_LIMIT, PLACEHOLDER_LIMIT, VIEW_TITLE_LIMIT } from "./limits.ts";
import { drawLine } from "./spans.ts";
import { clean, isBlank, plainText } from "./text.ts";

const ACTION = "value";
/** 3 × 3,000 characters hold the longest text that a command takes. */
const PARTS = 3;

/** `metadata` comes back with the submission; at most 3,000 characters. */
export function drawForm(form: Form, metadata: string): ModalView {
  const say = speak(form.language);
  const title = clean(form.title);
  const full = title.length > VIEW_TITLE_LIMIT ? drawLines([drawLine([{ strong: title }], form.language)], "section") : [];
  const about = drawLines([drawLine([foreign(form.about ?? "")], form.language)], "section");
  const inputs = form.fields.flatMap((field) => drawField(field, say));
  const blocks: KnownBlock[] = [...full, ...about, ...inputs];
  return {
    type: "modal",
    callback_id: "form",
    private_metadata: metadata,
    title: plainText(title, VIEW_TITLE_LIMIT),
    submit: plainText(form.submit.length <= VIEW_TITLE_LIMIT ? form.submit : say("form.send"), VIEW_TITLE_LIMIT),
    close: plainText(say("slack.cancel"), VIEW_TITLE_LIMIT),
    blocks: blocks.length > 0 ? blocks : [drawQuiet(title)],
  };
}

function drawField(field: FormField, say: Say): InputBlock[] {
  if (field.kind === "long" || field.value.length > INPUT_LIMIT) return drawLong(field, say);
  const element =
    field.kind === "choice" ? (drawChoice(field) ?? drawText(field))
    : field.kind === "day" && (field.value === "" || isDay(field.value)) ? drawDay(field)
    : drawText(field);
  // The hint of a field is an example of what to write: it helps nobody who picks a day or one of a few words.
  return [drawInput(field.name, field.label, "", element, !field.required)];
}

function drawInput(id: string, label: string, hint: string, element: InputBlockElement, optional: boolean): InputBlock {
  const shownHint = isBlank(clean(hint)) ? {} : { hint: plainText(hint, INPUT_LABEL_LIMIT) };
  return { type: "input", block_id: id, label: plainText(label, INPUT_LABEL_LIMIT), ...shownHint, optional, element };
}

function drawText(field: FormField): InputBlockElement {
  const initial = field.value === "" ? {} : { initial_value: clean(field.value) };
  return { type: "plain_text_input", action_id: ACTION, multiline: false, max_length: mostOf(field), ...placeholder(field.hint), ...initial };
}

/** What stands in it must fit, or Slack refuses the window. */
function mostOf({ limit = INPUT_LIMIT, value }: FormField): number {
  return Math.min(Math.max(limit, value.length), INPUT_LIMIT);
}

function placeholder(example: string): { placeholder?: PlainTextElement } {
  return isBlank(clean(example)) ? {} : { placeholder: plainText(example, PLACEHOLDER_LIMIT) };
}

function drawDay(field: FormField): InputBlockElement {
  return { type: "datepicker", action_id: ACTION, ...(field.value === "" ? {} : { initial_date: field.value }) };
}

/** Undefined when there is nothing to choose from, or what Slack cannot show. */
function drawChoice(field: FormField): InputBlockElement | undefined {
  const choices = field.options ?? [];
  if (choices.length === 0 || choices.length > OPTIONS_IN_SELECT) return undefined;
  if (choices.some(({ value }) => value === "" || value.length > OPTION_VALUE_LIMIT || !value.isWellFormed())) return undefined;
  if (new Set(choices.map(({ value }) => value)).size < choices.length) return undefined;
  const options = choices.map(({ value, label }): PlainTextOption => ({ text: plainText(isBlank(label) ? value : label, LABEL_LIMIT), value }));
  const initial = options.find(({ value }) => value === field.value);
  return { type: "static_select", action_id: ACTION, options, ...(initial === undefined ? {} : { initial_option: initial }) };
}

function drawLong(field: FormField, say: Say): InputBlock[] {
  const values = divide(clean(field.value));
  return Array.from({ length: Math.max(partsOf(field), values.length) }, (_, index): InputBlock => {
    const initial = values[index] ?? "";
    const element: InputBlockElement = { type: "plain_text_input", action_id: ACTION, multiline: true, max_length: mostOf({ ...field, value: initial }), ...(initial === "" ? {} : { initial_value: initial }) };
    if (index === 0) return drawInput(field.name, field.label, field.hint, element, !field.required);
    const label = say("slack.form.further", { label: field.label, part: index + 1 });
    return drawInput(partName(field.name, index), label, say("slack.form.further.hint", { count: INPUT_LIMIT }), element, true);
  });
}

function partsOf({ limit }: FormField): number {
  return limit === undefined ? PARTS : Math.ceil(limit / INPUT_LIMIT);
}

function partName(name: string, index: number): string {
  return index === 0 ? name : `${name}+${index + 1}`;
}

/** A text in parts that inputs can hold, preferably between paragraphs. White space stays with the part before it, so that joining gives the same text. */
function divide(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > INPUT_LIMIT) {
    const start = rest.slice(0, INPUT_LIMIT);
    const seams = [start.lastIndexOf("\n\n") + 2, start.lastIndexOf("\n") + 1, start.lastIndexOf(" ") + 1];
    const end = seams.find((seam) => seam > INPUT_LIMIT / 2) ?? (start.isWellFormed() ? INPUT_LIMIT : INPUT_LIMIT - 1);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
}

const input = z.looseObject({
  value: z.string().nullish(),
  selected_date: z.string().nullish(),
  selected_option: z.looseObject({ value: z.string() }).nullish(),
});
const submitted = z.looseObject({ values: z.record(z.string(), z.record(z.string(), input)) });

/** The values of a submitted form (`view.state`) by the names of its fields; empty ones are "". Throws `ZodError` for anything that is no state. */
export function readForm(state: unknown): Record<string, string> {
  const filled = new Map<string, string>();
  const parts = Object.entries(submitted.parse(state).values).map(([id, elements]) => {
    const [, name = id, part = "1"] = /^(.+)\+(\d+)$/.exec(id) ?? [];
    const element = elements[ACTION];
    return { name, part: Number(part), value: element?.value ?? element?.selected_date ?? element?.selected_option?.value ?? "" };
  });
  for (const { name, value } of parts.toSorted((one, other) => one.part - other.part)) filled.set(name, join(filled.get(name) ?? "", value));
  return Object.fromEntries(filled);
}

/** A part that begins where a sentence ended is a new paragraph; one that begins within a sentence goes on with it. */
function join(before: string, after: string): string {
  if (before === "" || isBlank(after)) return before === "" ? after : before;
  if (/\s$/.test(before) || /^\s/.test(after)) return before + after;
  return before + (/[.!?…:;؟؛)"»”’]$/u.test(before) ? "\n\n" : " ") + after;
}
