/** What a payload of a message becomes, and what is wrong with it: for posts, edits, whispers and response_urls alike. */
import type { MessageKind } from "./check-message.ts";
import { judgeMessage } from "./checks.ts";
import type { JsonObject } from "./json.ts";
import { isObject, listOf, objectsOf, parseJson, textOf } from "./json.ts";
import { ApiError } from "./method.ts";
import type { Block, Metadata, World } from "./world.ts";
import { withIds } from "./world.ts";

/** Undefined parts were not given. */
export type Composed = { text: string | undefined; blocks: Block[] | undefined; metadata: Metadata | null | undefined; truncated: boolean };

/** `text` past this is cut with the warning `message_truncated` (docs.slack.dev/changelog, "truncating really long messages"). */
const TEXT_CUT = 40_000;
const METADATA_LIMIT = 8_000;
/** They arrive as words when the body is a form. */
const FLAGS: ReadonlySet<string> = new Set(["unfurl_links", "unfurl_media", "mrkdwn", "replace_original", "delete_original", "link_names", "reply_broadcast", "as_user"]);

function readFlag(value: unknown): unknown {
  return value === "true" || value === "1" ? true : value === "false" || value === "0" ? false : value;
}

/** Throws the error that Slack answers; what only careless code would send is a breach too. */
export function composeMessage(world: World, args: JsonObject, kind: MessageKind, where: string): Composed {
  const text = args["text"] === undefined ? undefined : textOf(args["text"]);
  const blocks = readBlocks(world, args["blocks"], where);
  const metadata = readMetadata(world, args["metadata"], where);
  if (args["markdown_text"] !== undefined && (text !== undefined || blocks !== undefined)) {
    world.breaches.push(`${where}: markdown_text beside text or blocks`);
    throw new ApiError("markdown_text_conflict");
  }
  const { token: _token, ...fields } = args;
  const { refused, unwise } = judgeMessage(
    {
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, FLAGS.has(name) ? readFlag(value) : value])),
      ...(text === undefined ? {} : { text }),
      ...(blocks === undefined ? {} : { blocks }),
      ...(metadata === undefined || metadata === null ? {} : { metadata }),
    },
    kind,
  );
  world.breaches.push(...[...refused, ...unwise].map((sentence) => `${where}: ${sentence}`));
  if (refused.length > 0) throw new ApiError("invalid_blocks", { errors: refused, response_metadata: { messages: refused.map((sentence) => `[ERROR] ${sentence}`) } });
  return {
    text: text !== undefined && text.length > TEXT_CUT ? text.slice(0, TEXT_CUT) : text,
    blocks: blocks === undefined ? undefined : withIds(blocks),
    metadata,
    truncated: (text?.length ?? 0) > TEXT_CUT,
  };
}

export function requireContent(world: World, { text, blocks }: Composed, where: string): void {
  if ((text ?? "").trim() !== "" || (blocks?.length ?? 0) > 0) return;
  world.breaches.push(`${where}: neither text nor blocks`);
  throw new ApiError("no_text");
}

function readBlocks(world: World, given: unknown, where: string): JsonObject[] | undefined {
  if (given === undefined || given === null || given === "") return undefined;
  const value = typeof given === "string" ? parseJson(given) : given;
  const blocks = objectsOf(value);
  if (Array.isArray(value) && blocks.length === listOf(value).length) return blocks;
  world.breaches.push(`${where}: blocks are not a list of objects`);
  throw new ApiError("invalid_blocks_format");
}

/** Null when it is to be removed (`{}`). */
function readMetadata(world: World, given: unknown, where: string): Metadata | null | undefined {
  if (given === undefined || given === null || given === "") return undefined;
  const value = typeof given === "string" ? parseJson(given) : given;
  if (!isObject(value)) {
    world.breaches.push(`${where}: metadata is not an object`);
    throw new ApiError("invalid_metadata_format");
  }
  if (Object.keys(value).length === 0) return null;
  const { event_type: type, event_payload: payload } = value;
  if (typeof type !== "string" || !isObject(payload)) {
    world.breaches.push(`${where}: metadata without event_type or event_payload`);
    throw new ApiError("invalid_metadata_schema");
  }
  if (JSON.stringify(value).length > METADATA_LIMIT) {
    world.breaches.push(`${where}: metadata over ${METADATA_LIMIT} characters`);
    throw new ApiError("metadata_too_large");
  }
  return { event_type: type, event_payload: payload };
}
