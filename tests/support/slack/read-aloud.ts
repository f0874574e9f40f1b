/** What a person sees of a post, a whisper, a modal or a Home tab: its blocks as lines of text, with the buttons in brackets at their places. */
import type { JsonObject } from "./json.ts";
import { listOf, objectOf, objectsOf, textOf } from "./json.ts";

/** A button or an entry of a menu, as it can be pressed. */
export type Pressable = { label: string; value: string; actionId: string; blockId: string; style: string };

/** Throws on a kind of block it cannot read, so that nothing on the screen goes unread. */
export function readBlocks(blocks: readonly JsonObject[]): string {
  return blocks.map(readBlock).filter((text) => text !== "").join("\n");
}

export function pressablesOf(blocks: readonly JsonObject[]): Pressable[] {
  return blocks.flatMap((block) => {
    if (block["type"] !== "actions") return [];
    const blockId = textOf(block["block_id"]);
    return objectsOf(block["elements"]).flatMap((element): Pressable[] => {
      const actionId = textOf(element["action_id"]);
      if (element["type"] === "overflow") {
        return objectsOf(element["options"]).map((option) => ({ label: words(option["text"]), value: textOf(option["value"]), actionId, blockId, style: "menu" }));
      }
      return [{ label: words(element["text"]), value: textOf(element["value"]), actionId, blockId, style: textOf(element["style"]) }];
    });
  });
}

function readBlock(block: JsonObject): string {
  switch (block["type"]) {
    case "header":
      return words(block["text"]);
    case "section":
      return words(block["text"]);
    case "divider":
      return "―――";
    case "context":
      return objectsOf(block["elements"]).map((element) => words(element)).join(" ");
    case "rich_text":
      return objectsOf(block["elements"]).map(readRich).join("\n");
    case "actions":
      return pressablesOf([block]).map(({ label, style }) => (style === "menu" ? `[… ${label}]` : style === "" ? `[${label}]` : `[${label} (${style})]`)).join(" ");
    case "input":
      return readInput(block);
    default:
      throw new Error(`a block of type ${textOf(block["type"])} cannot be read aloud`);
  }
}

function readRich(element: JsonObject): string {
  const inner = objectsOf(element["elements"]);
  switch (element["type"]) {
    case "rich_text_section":
      return inner.map(readElement).join("");
    case "rich_text_list":
      return inner.map((item) => `• ${readRich(item)}`).join("\n");
    case "rich_text_quote":
      return `“${inner.map(readElement).join("")}”`;
    default:
      throw new Error(`rich text of type ${textOf(element["type"])} cannot be read aloud`);
  }
}

function readElement(element: JsonObject): string {
  switch (element["type"]) {
    case "text":
      return objectOf(element["style"])["strike"] === true ? `~${textOf(element["text"])}~` : textOf(element["text"]);
    case "link":
      return textOf(element["text"]) || textOf(element["url"]);
    case "date":
      return `‹${textOf(element["fallback"])}›`;
    case "channel":
      return `#${textOf(element["channel_id"])}`;
    default:
      throw new Error(`a piece of type ${textOf(element["type"])} cannot be read aloud`);
  }
}

function readInput(block: JsonObject): string {
  const element = objectOf(block["element"]);
  const chosen = textOf(element["initial_value"]) || textOf(element["initial_date"]) || words(objectOf(element["initial_option"])["text"]);
  const options = listOf(element["options"]).map((option) => words(objectOf(option)["text"]));
  const hint = words(block["hint"]);
  return [
    `${words(block["label"])}${block["optional"] === true ? " (optional)" : ""}: ${textOf(element["type"])}${chosen === "" ? "" : ` = ${chosen}`}`,
    ...(options.length === 0 ? [] : [`  choose: ${options.join(" / ")}`]),
    ...(hint === "" ? [] : [`  hint: ${hint}`]),
  ].join("\n");
}

/** A text object, or nothing. */
function words(text: unknown): string {
  return textOf(objectOf(text)["text"]);
}
