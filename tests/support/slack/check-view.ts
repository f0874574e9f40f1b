/** What Slack's documentation demands of modals and of the Home tab, https://docs.slack.dev/reference/views */
import { z } from "zod";
import { checkBlocks } from "./check-blocks.ts";
import { VIEW_LIMITS } from "./limits.ts";
import { plainText } from "./objects.ts";
import { characters, violationsOf } from "./words.ts";

const common = {
  blocks: z.array(z.unknown()),
  private_metadata: characters(VIEW_LIMITS.metadata, 0).optional(),
  callback_id: characters(VIEW_LIMITS.callbackId).optional(),
  external_id: characters(255).optional(),
};
/** /reference/views/modal-views */
const modal = z
  .strictObject({
    type: z.literal("modal"),
    title: plainText(VIEW_LIMITS.title),
    close: plainText(VIEW_LIMITS.button).optional(),
    submit: plainText(VIEW_LIMITS.button).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    ...common,
  })
  .refine(({ blocks, submit }) => submit !== undefined || !blocks.some(isInput), "a view with inputs needs submit");
/** /reference/views/home-tab-views: no title and no buttons of its own. */
const home = z.strictObject({ type: z.literal("home"), ...common });

const view = z.discriminatedUnion("type", [modal, home]);

/** Violations of a view as `views.open`, `views.update`, `views.push` or `views.publish` gets it. */
export function checkView(value: unknown): string[] {
  const shape = z.object({ type: z.string(), blocks: z.unknown().optional() }).safeParse(value);
  const bytes = new TextEncoder().encode(JSON.stringify(value) ?? "").length;
  return [
    ...violationsOf(view, value, "view"),
    ...(shape.success ? checkBlocks(shape.data.blocks, shape.data.type === "home" ? "home" : "modal", "view.blocks") : []),
    ...(bytes > VIEW_LIMITS.bytes ? [`view: ${bytes} bytes, at most ${VIEW_LIMITS.bytes}`] : []),
  ];
}

function isInput(block: unknown): boolean {
  return typeof block === "object" && block !== null && "type" in block && block.type === "input";
}
