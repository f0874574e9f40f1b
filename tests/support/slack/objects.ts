/** Composition objects, https://docs.slack.dev/reference/block-kit/composition-objects */
import { z } from "zod";
import { checkMrkdwn } from "./check-text.ts";
import { BLOCK_LIMITS } from "./limits.ts";
import { characters, secureUrl } from "./words.ts";

/** /text-object: `emoji` belongs to plain_text alone. */
export function plainText(most: number) {
  return z.strictObject({ type: z.literal("plain_text"), text: visible(most), emoji: z.boolean().optional() });
}

/** /text-object: `verbatim` belongs to mrkdwn alone. */
function mrkdwn(most: number) {
  return z.strictObject({
    type: z.literal("mrkdwn"),
    text: visible(most).check((context) => {
      for (const sentence of checkMrkdwn(context.value, "")) context.issues.push({ code: "custom", message: sentence.slice(2), input: context.value });
    }),
    verbatim: z.boolean().optional(),
  });
}

export function anyText(most: number) {
  return z.discriminatedUnion("type", [plainText(most), mrkdwn(most)]);
}

/** Blank text passes the length and is refused all the same. */
export function visible(most: number) {
  return characters(most).refine((text) => text === "" || text.trim() !== "", "nothing but blanks");
}

const described = {
  value: characters(BLOCK_LIMITS.optionValue),
  description: plainText(BLOCK_LIMITS.optionDescription).optional(),
};
/** /option-object, in selects. */
export const plainOption = z.strictObject({ text: plainText(BLOCK_LIMITS.optionText), ...described });
/** /option-object, in overflow menus: these alone may carry a link. */
export const overflowOption = z.strictObject({ text: plainText(BLOCK_LIMITS.optionText), ...described, url: secureUrl.optional() });
/** /option-object, in checkboxes and radio buttons: these alone may be mrkdwn. */
export const choiceOption = z.strictObject({ text: anyText(BLOCK_LIMITS.optionText), ...described });

/** /confirmation-dialog-object: all four texts are required and plain. */
export const confirm = z.strictObject({
  title: plainText(BLOCK_LIMITS.confirmTitle),
  text: plainText(BLOCK_LIMITS.confirmText),
  confirm: plainText(BLOCK_LIMITS.confirmButton),
  deny: plainText(BLOCK_LIMITS.confirmButton),
  style: z.enum(["primary", "danger"]).optional(),
});

/** /slack-file-object: an address or an id, not both. */
export const slackFile = z
  .strictObject({ url: secureUrl.optional(), id: characters(255).optional() })
  .refine((file) => (file.url === undefined) !== (file.id === undefined), "a file needs either an address or an id");
