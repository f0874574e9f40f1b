/** Finding what a person can press, choose or fill in. */
import type { JsonObject } from "./json.ts";
import { isObject, objectOf, objectsOf, textOf } from "./json.ts";
import type { Block } from "./world.ts";

export type Found = { block: Block; element: JsonObject };
/** By `actionId` or by what it says. */
export type Wanted = { actionId?: string; label?: string };

/** Everything that can be pressed or chosen, in the order in which it stands. */
export function elementsOf(blocks: readonly Block[]): Found[] {
  return blocks.flatMap((block) => {
    const elements = [block["accessory"], block["element"], ...(block["type"] === "actions" ? objectsOf(block["elements"]) : [])];
    return elements.filter(isObject).map((element) => ({ block, element }));
  });
}

export function labelOf(element: JsonObject): string {
  return textOf(objectOf(element["text"] ?? element["placeholder"])["text"]);
}

/** Throws when there is none, saying what there is. */
export function findElement(blocks: readonly Block[], wanted: Wanted): Found {
  const all = elementsOf(blocks);
  const found = all.find(({ element }) => (wanted.actionId === undefined || element["action_id"] === wanted.actionId) && (wanted.label === undefined || labelOf(element) === wanted.label));
  if (found !== undefined) return found;
  throw new Error(`nothing to press like ${JSON.stringify(wanted)}; there is ${all.map(({ element }) => `"${labelOf(element)}" (${textOf(element["action_id"])})`).join(", ") || "nothing"}`);
}

export function findOption(element: JsonObject, label: string): JsonObject {
  const options = [...objectsOf(element["options"]), ...objectsOf(element["option_groups"]).flatMap((group) => objectsOf(group["options"]))];
  const option = options.find((candidate) => labelOf(candidate) === label || candidate["value"] === label);
  if (option !== undefined) return option;
  throw new Error(`no option "${label}"; there is ${options.map((candidate) => `"${labelOf(candidate)}"`).join(", ") || "nothing"}`);
}

/** An overflow menu or select that has such an option. */
export function findMenu(blocks: readonly Block[], option: string, actionId?: string): Found & { option: JsonObject } {
  for (const found of elementsOf(blocks)) {
    if (actionId !== undefined && found.element["action_id"] !== actionId) continue;
    try {
      return { ...found, option: findOption(found.element, option) };
    } catch {}
  }
  throw new Error(`no menu with the option "${option}"`);
}

/**
 * `state.values` of a view as a person left it: given values by the label of the input or its block_id, initial ones otherwise.
 * Throws what Slack's own client would refuse: an empty required field, a text too long.
 */
export function fillIn(blocks: readonly Block[], given: Readonly<Record<string, string>>): JsonObject {
  const inputs = blocks.flatMap((block) => (block["type"] === "input" && isObject(block["element"]) ? [{ id: textOf(block["block_id"]), label: textOf(objectOf(block["label"])["text"]), optional: block["optional"] === true, element: block["element"] }] : []));
  const unknown = Object.keys(given).filter((name) => !inputs.some(({ id, label }) => name === id || name === label));
  if (unknown.length > 0) throw new Error(`no field like ${unknown.join(", ")}; there is ${inputs.map(({ label }) => `"${label}"`).join(", ") || "none"}`);
  return Object.fromEntries(
    inputs.map(({ id, label, optional, element }) => {
      const state = stateOf(element, given[id] ?? given[label]);
      if (!optional && isEmpty(state)) throw new Error(`"${label}" must be filled in`);
      return [id, { [textOf(element["action_id"])]: state }];
    }),
  );
}

/** `state.values` of a view in which nobody has changed anything. */
export function untouched(blocks: readonly Block[]): JsonObject {
  return fillIn(
    blocks.map((block) => ({ ...block, optional: true })),
    {},
  );
}

function stateOf(element: JsonObject, given: string | undefined): JsonObject {
  const type = textOf(element["type"]);
  switch (type) {
    case "plain_text_input":
    case "url_text_input":
    case "email_text_input":
    case "number_input": {
      const value = given ?? element["initial_value"] ?? null;
      const length = textOf(value).length;
      if (typeof element["max_length"] === "number" && length > element["max_length"]) throw new Error(`longer than ${element["max_length"]}`);
      if (typeof element["min_length"] === "number" && length > 0 && length < element["min_length"]) throw new Error(`shorter than ${element["min_length"]}`);
      return { type, value: value === "" ? null : value };
    }
    case "datepicker":
      return { type, selected_date: given === undefined ? (element["initial_date"] ?? null) : given === "" ? null : given };
    case "timepicker":
      return { type, selected_time: given ?? element["initial_time"] ?? null };
    case "static_select":
    case "radio_buttons":
      return { type, selected_option: given === undefined ? (element["initial_option"] ?? null) : given === "" ? null : findOption(element, given) };
    case "multi_static_select":
    case "checkboxes":
      return { type, selected_options: given === undefined ? (element["initial_options"] ?? []) : given === "" ? [] : given.split(",").map((label) => findOption(element, label.trim())) };
    default:
      throw new Error(`the double cannot fill in a ${type}`);
  }
}

function isEmpty(state: JsonObject): boolean {
  const value = state["value"] ?? state["selected_date"] ?? state["selected_time"] ?? state["selected_option"] ?? state["selected_options"];
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
