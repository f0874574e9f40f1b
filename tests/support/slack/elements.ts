/** Interactive elements and images that Clarion may use, https://docs.slack.dev/reference/block-kit/block-elements */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { BLOCK_LIMITS } from "./limits.ts";
import { choiceOption, confirm, overflowOption, plainOption, plainText, slackFile, visible } from "./objects.ts";
import { characters, listOf, secureUrl } from "./words.ts";

const actionable = { action_id: characters(BLOCK_LIMITS.actionId).optional() };
const confirmable = { confirm: confirm.optional() };
const focusable = { focus_on_load: z.boolean().optional() };
const placeholding = { placeholder: plainText(BLOCK_LIMITS.placeholder).optional() };

type Option = { value: string };

/** /composition-objects/option-object: "a unique string value". */
function haveOwnValues(options: readonly Option[] | undefined): boolean {
  return new Set((options ?? []).map(({ value }) => value)).size === (options ?? []).length;
}

/** What is chosen at first must exactly match one of the options. */
function areAmong(chosen: readonly (Option | undefined)[] | undefined, options: readonly Option[] | undefined): boolean {
  return (chosen ?? []).every((one) => one === undefined || (options ?? []).some((option) => isDeepStrictEqual(option, one)));
}

/** /button-element */
const button = z.strictObject({
  type: z.literal("button"),
  text: plainText(BLOCK_LIMITS.buttonText),
  ...actionable,
  ...confirmable,
  url: secureUrl.optional(),
  value: characters(BLOCK_LIMITS.buttonValue).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  accessibility_label: visible(BLOCK_LIMITS.buttonLabel).optional(),
});

/** /overflow-menu-element */
const overflow = z
  .strictObject({ type: z.literal("overflow"), ...actionable, ...confirmable, options: listOf(overflowOption, BLOCK_LIMITS.overflow, BLOCK_LIMITS.overflowFewest) })
  .refine(({ options }) => haveOwnValues(options), "two options of one value");

/** /select-menu-element#static_select */
const staticSelect = z
  .strictObject({
    type: z.literal("static_select"),
    ...actionable,
    ...confirmable,
    ...focusable,
    ...placeholding,
    options: listOf(plainOption, BLOCK_LIMITS.selectOptions).optional(),
    option_groups: listOf(
      z.strictObject({ label: plainText(BLOCK_LIMITS.optionText), options: listOf(plainOption, BLOCK_LIMITS.selectOptions) }),
      BLOCK_LIMITS.selectOptions,
    ).optional(),
    initial_option: plainOption.optional(),
  })
  .refine(({ options, option_groups: groups }) => (options === undefined) !== (groups === undefined), "a select needs either options or groups of them")
  .refine(({ options }) => haveOwnValues(options), "two options of one value")
  .refine(
    ({ options, option_groups: groups, initial_option: chosen }) => areAmong([chosen], options ?? groups?.flatMap((group) => group.options)),
    "the first choice is none of the options",
  );

/** /date-picker-element */
const datepicker = z.strictObject({
  type: z.literal("datepicker"),
  ...actionable,
  ...confirmable,
  ...focusable,
  ...placeholding,
  initial_date: z.iso.date("not a day as YYYY-MM-DD").optional(),
});

/** /checkboxes-element */
const checkboxes = z
  .strictObject({
    type: z.literal("checkboxes"),
    ...actionable,
    ...confirmable,
    ...focusable,
    options: listOf(choiceOption, BLOCK_LIMITS.choices),
    initial_options: listOf(choiceOption, BLOCK_LIMITS.choices).optional(),
  })
  .refine(({ options }) => haveOwnValues(options), "two options of one value")
  .refine(({ options, initial_options: chosen }) => areAmong(chosen, options), "the first choice is none of the options");

/** /radio-button-group-element */
const radioButtons = z
  .strictObject({
    type: z.literal("radio_buttons"),
    ...actionable,
    ...confirmable,
    ...focusable,
    options: listOf(choiceOption, BLOCK_LIMITS.choices),
    initial_option: choiceOption.optional(),
  })
  .refine(({ options }) => haveOwnValues(options), "two options of one value")
  .refine(({ options, initial_option: chosen }) => areAmong([chosen], options), "the first choice is none of the options");

/** /plain-text-input-element */
const plainTextInput = z
  .strictObject({
    type: z.literal("plain_text_input"),
    ...actionable,
    ...focusable,
    ...placeholding,
    initial_value: characters(BLOCK_LIMITS.input).optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(BLOCK_LIMITS.input).optional(),
    max_length: z.int().min(1).max(BLOCK_LIMITS.input).optional(),
    // /composition-objects/dispatch-action-configuration-object
    dispatch_action_config: z.strictObject({ trigger_actions_on: listOf(z.enum(["on_enter_pressed", "on_character_entered"]), 2) }).optional(),
  })
  .refine(({ min_length: least = 0, max_length: most = BLOCK_LIMITS.input }) => least <= most, "the shortest text is longer than the longest")
  .refine(({ initial_value: text = "", max_length: most = BLOCK_LIMITS.input }) => text.length <= most, "the first text is longer than allowed");

/** /image-element: an address or a file of Slack, not both, and always words for those who do not see it. */
const image = z
  .strictObject({ type: z.literal("image"), alt_text: visible(BLOCK_LIMITS.imageText), image_url: secureUrl.optional(), slack_file: slackFile.optional() })
  .refine((picture) => (picture.image_url === undefined) !== (picture.slack_file === undefined), "a picture needs either an address or a file");

/** /blocks/actions-block */
export const actionElement = z.discriminatedUnion("type", [button, overflow, staticSelect, datepicker, checkboxes, radioButtons]);
/** /blocks/section-block */
export const accessory = z.discriminatedUnion("type", [button, overflow, staticSelect, datepicker, checkboxes, radioButtons, image]);
/** /blocks/input-block */
export const inputElement = z.discriminatedUnion("type", [plainTextInput, staticSelect, datepicker, checkboxes, radioButtons]);
export const imageElement = image;
