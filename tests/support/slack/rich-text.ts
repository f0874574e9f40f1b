/** The rich_text block, https://docs.slack.dev/reference/block-kit/blocks/rich-text-block and the page of each of its elements. */
import { z } from "zod";
import { dateFormatFault, timestampFault } from "./check-text.ts";
import { BLOCK_LIMITS } from "./limits.ts";
import { characters, secureUrl } from "./words.ts";

const flag = z.boolean().optional();
/** /block-elements/text-element: text alone may be code. */
const textStyle = z.strictObject({ bold: flag, italic: flag, strike: flag, code: flag, underline: flag, highlight: flag, client_highlight: flag }).optional();
/** The pages of all others name these and not `code`; `unlink` is for what can be clicked. */
const style = z.strictObject({ bold: flag, italic: flag, strike: flag, underline: flag, highlight: flag, client_highlight: flag }).optional();
const linkStyle = z.strictObject({ bold: flag, italic: flag, strike: flag, underline: flag, highlight: flag, client_highlight: flag, unlink: flag }).optional();

/** Blanks between two words are fine here, unlike in a text that stands alone. No length is documented: the weight of the message bounds it. */
const anyLength = characters(Number.MAX_SAFE_INTEGER);
const id = (first: string): z.ZodString => z.string().regex(new RegExp(`^[${first}][A-Z0-9]+$`), "not an id of Slack");

const text = z.strictObject({ type: z.literal("text"), text: anyLength, style: textStyle });
const link = z.strictObject({
  type: z.literal("link"),
  url: secureUrl,
  text: anyLength.optional(),
  unsafe: flag,
  from_llm: flag,
  is_slack_url: flag,
  truncated: flag,
  style: linkStyle,
});
/** /block-elements/date-element. The page calls the fallback optional, but it is all that a client shows that cannot show the date. */
const date = z.strictObject({
  type: z.literal("date"),
  timestamp: z.number().refine((seconds) => timestampFault(seconds) === undefined, { error: ({ input }) => timestampFault(Number(input)) ?? "" }),
  format: z.string().refine((format) => dateFormatFault(format) === undefined, { error: ({ input }) => dateFormatFault(String(input)) ?? "" }),
  timezone: characters(100).optional(),
  url: secureUrl.optional(),
  fallback: anyLength,
  style,
});
const emoji = z.strictObject({
  type: z.literal("emoji"),
  name: z.string().regex(/^[a-z0-9_+'-]+$/, "not the name of an emoji"),
  unicode: z.string().regex(/^[0-9a-f]+(?:-[0-9a-f]+)*$/, "not in lower-case hexadecimal").optional(),
  skin_tone: z.int().min(1).max(6).optional(),
  url: secureUrl.optional(),
  style,
});
const color = z.strictObject({ type: z.literal("color"), value: z.string().regex(/^#[0-9a-fA-F]{6}$/, "not a colour in hexadecimal"), style });
const user = z.strictObject({ type: z.literal("user"), user_id: id("UW"), style: linkStyle });
const usergroup = z.strictObject({ type: z.literal("usergroup"), usergroup_id: id("S"), style: linkStyle });
const channel = z.strictObject({ type: z.literal("channel"), channel_id: id("CGD"), style: linkStyle });
const team = z.strictObject({ type: z.literal("team"), team_id: id("TE"), style: linkStyle });
const broadcast = z.strictObject({ type: z.literal("broadcast"), range: z.enum(["here", "channel", "everyone"]), style: linkStyle });

const inline = z.discriminatedUnion("type", [text, link, date, emoji, color, user, usergroup, channel, team, broadcast]);
const border = z.union([z.literal(0), z.literal(1)]).optional();

const section = z.strictObject({ type: z.literal("rich_text_section"), elements: z.array(inline).min(1) });
/** /block-elements/rich-text-list-element */
const list = z.strictObject({
  type: z.literal("rich_text_list"),
  style: z.enum(["bullet", "ordered"]),
  elements: z.array(section).min(1),
  indent: z.int().min(0).max(8).optional(),
  offset: z.int().min(0).optional(),
  border,
});
/** /block-elements/rich-text-preformatted-element: text and links only. */
const preformatted = z.strictObject({
  type: z.literal("rich_text_preformatted"),
  elements: z.array(z.discriminatedUnion("type", [text, link])).min(1),
  border,
  language: characters(100).optional(),
});
/** /block-elements/rich-text-quote-element */
const quote = z.strictObject({ type: z.literal("rich_text_quote"), elements: z.array(inline).min(1), border });

export const richText = z.strictObject({
  type: z.literal("rich_text"),
  block_id: characters(BLOCK_LIMITS.blockId).optional(),
  elements: z.array(z.discriminatedUnion("type", [section, list, preformatted, quote])).min(1),
});

/** The kinds that call somebody or lead into Slack. Clarion sends none to a channel. */
export const ACTIVE_KINDS: readonly string[] = ["user", "usergroup", "channel", "team", "broadcast"];
