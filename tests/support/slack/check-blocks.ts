/**
 * What Slack's documentation demands of blocks, https://docs.slack.dev/reference/block-kit/blocks. Slack's own schema takes no unknown
 * field, no empty list and no empty id; neither do these.
 */
import { z } from "zod";
import { accessory, actionElement, imageElement, inputElement } from "./elements.ts";
import { BLOCK_LIMITS, MESSAGE_LIMITS } from "./limits.ts";
import { anyText, plainText, slackFile, visible } from "./objects.ts";
import { ACTIVE_KINDS, richText } from "./rich-text.ts";
import { characters, listOf, secureUrl, violationsOf } from "./words.ts";

export { BLOCK_LIMITS } from "./limits.ts";

export type Surface = "message" | "modal" | "home";

const identified = { block_id: characters(BLOCK_LIMITS.blockId).optional() };

/** /header-block */
const header = z.strictObject({ type: z.literal("header"), text: plainText(BLOCK_LIMITS.header), ...identified });
/** /section-block */
const section = z
  .strictObject({
    type: z.literal("section"),
    text: anyText(BLOCK_LIMITS.section).optional(),
    fields: listOf(anyText(BLOCK_LIMITS.sectionField), BLOCK_LIMITS.sectionFields).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
    ...identified,
  })
  .refine(({ text, fields }) => text !== undefined || fields !== undefined, "a section needs a text or fields");
/** /context-block */
const contextText = anyText(BLOCK_LIMITS.contextText);
const context = z.strictObject({
  type: z.literal("context"),
  elements: listOf(z.discriminatedUnion("type", [contextText, imageElement]), BLOCK_LIMITS.contextElements),
  ...identified,
});
/** /actions-block */
const actions = z.strictObject({ type: z.literal("actions"), elements: listOf(actionElement, BLOCK_LIMITS.actionsElements), ...identified });
/** /divider-block */
const divider = z.strictObject({ type: z.literal("divider"), ...identified });
/** /image-block */
const image = z
  .strictObject({
    type: z.literal("image"),
    alt_text: visible(BLOCK_LIMITS.imageText),
    title: plainText(BLOCK_LIMITS.imageText).optional(),
    image_url: secureUrl.optional(),
    slack_file: slackFile.optional(),
    ...identified,
  })
  .refine((picture) => (picture.image_url === undefined) !== (picture.slack_file === undefined), "a picture needs either an address or a file");
/** /input-block */
const input = z.strictObject({
  type: z.literal("input"),
  label: plainText(BLOCK_LIMITS.inputText),
  element: inputElement,
  hint: plainText(BLOCK_LIMITS.inputText).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  ...identified,
});

const SCHEMAS = {
  // The documentation lets inputs stand in messages too; Clarion asks in modals only, where they are sent together.
  message: z.discriminatedUnion("type", [header, section, richText, context, actions, divider, image]),
  modal: z.discriminatedUnion("type", [header, section, richText, context, actions, divider, image, input]),
  home: z.discriminatedUnion("type", [header, section, richText, context, actions, divider, image, input]),
} as const;

/** Violations of a list of blocks on one surface. */
export function checkBlocks(blocks: unknown, surface: Surface, root = "blocks"): string[] {
  const most = surface === "message" ? BLOCK_LIMITS.blocksOfMessage : BLOCK_LIMITS.blocksOfView;
  return [
    ...violationsOf(listOf(SCHEMAS[surface], most), blocks, root),
    ...repeatedIds(blocks, root),
    ...activeParts(blocks, surface === "home" ? CALLING_KINDS : ACTIVE_KINDS, root),
    ...focusFaults(blocks, surface, root),
  ];
}

/** A `block_id` is unique in its message or view, an `action_id` in its block. */
function repeatedIds(blocks: unknown, root: string): string[] {
  const found: string[] = [];
  const blockIds = new Set<unknown>();
  asList(blocks).forEach((block, index) => {
    const blockId = read(block, "block_id");
    if (blockId !== undefined && blockIds.has(blockId)) found.push(`${root}[${index}].block_id: used twice`);
    blockIds.add(blockId);
    const actionIds = new Set<unknown>();
    for (const element of [...asList(read(block, "elements")), read(block, "accessory"), read(block, "element")]) {
      const actionId = read(element, "action_id");
      if (actionId !== undefined && actionIds.has(actionId)) found.push(`${root}[${index}]: action_id ${String(actionId)} used twice`);
      actionIds.add(actionId);
    }
  });
  return found;
}

/** On the Home tab a channel may be named: nobody is told, and Slack shows the name to those only who may know it. */
const CALLING_KINDS = ACTIVE_KINDS.filter((kind) => kind !== "channel");

/** What calls somebody, wherever it stands. These are valid blocks, and Clarion never sends one. */
function activeParts(value: unknown, kinds: readonly string[], path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => activeParts(item, kinds, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  const kind = read(value, "type");
  const own = typeof kind === "string" && kinds.includes(kind) ? [`${path}: an active mention of kind ${kind}`] : [];
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => activeParts(inner, kinds, `${path}.${key}`))];
}

/** `focus_on_load` belongs to views, once. */
function focusFaults(blocks: unknown, surface: Surface, root: string): string[] {
  const focused = JSON.stringify(blocks)?.match(/"focus_on_load":true/g)?.length ?? 0;
  if (focused > 1) return [`${root}: focus_on_load on more than one element`];
  return focused === 1 && surface === "message" ? [`${root}: focus_on_load outside a view`] : [];
}

const UNSHOWN = new Set(["type", "block_id", "action_id", "value"]);

/** What a message's blocks weigh against the undocumented sum; see `MESSAGE_LIMITS.weight`. */
export function weighBlocks(blocks: unknown): number {
  return asList(blocks).length * MESSAGE_LIMITS.blockWeight + weighText(blocks);
}

function weighText(value: unknown): number {
  if (typeof value === "string") return value.replace(/&/g, "&amp;").replace(/[<>]/g, "&lt;").length;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + weighText(item), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + (UNSHOWN.has(key) ? 0 : weighText(inner)), 0);
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function read(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;
}
