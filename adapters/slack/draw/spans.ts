/**
 * Spans as the elements of a rich text block. Slack never reads mark-up in them, so that outside text can neither mention, link nor format.
 *
 * An instant is shown as the official time, and once in its line as each reader's own: Slack puts it into the zone of whoever looks. Where the
 * line already has the room's time for the same instant, the reader's takes its place. Days and months belong to the official calendar and stay text.
 */
import type { RichTextDate, RichTextElement, RichTextText } from "@slack/types";
import { speak } from "../../../src/i18n.ts";
import { foreign, isHttps, type Foreign, type Instant, type Language, type Span, type Zone } from "../../../src/message.ts";
import { formatMoment, formatTime } from "../../../src/time.ts";
import { LINK_LABEL_LIMIT, LINK_LIMIT } from "./limits.ts";
import { clean, FIRST_STRONG_ISOLATE, isBlank, POP_ISOLATE } from "./text.ts";

export type Style = NonNullable<RichTextText["style"]>;
export type Line = RichTextElement[];

const DATE_FORMAT = "{date_short_pretty} {time}";
/** After so much text the end of the line is too far from the time it belongs to. */
const FAR = 120;
/** "18:00, Geneva (23:00 here): in 2 weeks": what belongs to a time follows it after a comma. */
const GOES_ON = /^\s*[,،]/u;

/** Spans with the style that lies under every one of them; a cell of a row, for one. */
export type Part = { spans: readonly Span[]; style?: Style };
/** The last instant, how much text has followed it, and whether the reader's own time for it has been said. */
type Mention = { at: Instant; zone: Zone; after: number; said: boolean };

export function drawLine(spans: readonly Span[], language: Language, style: Style = {}): Line {
  return drawParts([{ spans, style }], language);
}

/** One line of several parts. What belongs to a time stays in its part. */
export function drawParts(parts: readonly Part[], language: Language): Line {
  const line: Line = [];
  for (const { spans, style = {} } of parts) drawPart(line, spans, language, style);
  return line;
}

function drawPart(line: Line, spans: readonly Span[], language: Language, style: Style): void {
  let last: Mention | undefined;
  for (const span of sayMoved(spans, language)) {
    if (last !== undefined && !last.said && isSameInstant(span, last)) {
      const shown = typeof span === "string" ? span : formatMoment(span.moment, span.zone, language);
      append(line, { ...yours(last.at, shown), ...styled(style) }, language);
      last.said = true;
      continue;
    }
    const drawn = drawSpan(span, language, style);
    const at = instantOf(span);
    const isNew = at !== undefined && at.moment !== last?.at;
    if (last !== undefined && !last.said && (isNew || !goesOn(drawn, last))) sayYours(line, last, language, style);
    for (const element of drawn) append(line, element, language);
    if (last !== undefined) last.after += length(drawn);
    if (isNew) last = { at: at.moment, zone: at.zone, after: 0, said: false };
  }
  if (last !== undefined && !last.said) sayYours(line, last, language, style);
}

/** Whether this text still belongs to the time before it, so that the reader's own time waits for its end. */
function goesOn(drawn: Line, { after }: Mention): boolean {
  const words = drawn.map((element) => (element.type === "text" ? element.text : "")).join("");
  return (after > 0 || GOES_ON.test(words)) && after + length(drawn) <= FAR && !words.includes("\n");
}

function instantOf(span: Span): { moment: Instant; zone: Zone } | undefined {
  if (typeof span === "string" || !("moment" in span) || typeof span.moment !== "number") return undefined;
  return { moment: span.moment, zone: span.zone };
}

/** Listeners do not hear that a date is struck: where another follows it, a word says so. */
function sayMoved(spans: readonly Span[], language: Language): readonly Span[] {
  const index = spans.findIndex((span, position) => isStruckMoment(span) && spans[position + 1] === " ");
  const old = spans[index];
  if (old === undefined) return spans;
  return [...spans.slice(0, index), ...speak(language).spans("slack.moved", { old, new: spans.slice(index + 2) })];
}

function isStruckMoment(span: Span): boolean {
  return typeof span === "object" && "struck" in span && typeof span.struck === "object" && "moment" in span.struck;
}

type Repeat = string | { moment: Instant; zone: Zone };

/** The same instant once more: in another zone, or as the bare hour it has there. */
function isSameInstant(span: Span, { at, zone }: Mention): span is Repeat {
  if (typeof span === "string") return /^\d{2}:\d{2}$/.test(span) && formatTime(at, zone) !== span;
  return "moment" in span && span.moment === at && span.zone !== zone;
}

/** In brackets, or after a semicolon where brackets stand already. */
function sayYours(line: Line, mention: Mention, language: Language, style: Style): void {
  const time = { ...yours(mention.at, `${formatMoment(mention.at, "UTC", language)} UTC`), ...styled(style) };
  const before = line.at(-1);
  const isAfterBracket = before?.type === "text" && before.text.endsWith(")");
  if (!isAfterBracket) append(line, text(" ", style), language);
  for (const part of speak(language).spans(isAfterBracket ? "slack.your_time.further" : "slack.your_time", { time: { moment: mention.at, zone: mention.zone } })) {
    append(line, typeof part === "string" ? text(part, style) : time, language);
  }
  mention.said = true;
}

function yours(at: Instant, fallback: string): RichTextDate {
  return { type: "date", timestamp: Math.floor(at / 1_000), format: DATE_FORMAT, fallback };
}

function drawSpan(span: Span, language: Language, style: Style): Line {
  if (typeof span === "string") return [text(clean(span), style)];
  if ("foreign" in span) return [text(isolate(foreign(span.foreign).foreign, language), style)];
  if ("strong" in span) return [text(clean(span.strong), { ...style, bold: true })];
  if ("code" in span) return [text(isolate(clean(span.code), language), { ...style, code: true })];
  if ("link" in span) return drawLink(span.link, span.label, language, style);
  // What no longer stands is only the official text: nobody needs their own time for it.
  if ("struck" in span) return drawSpan(span.struck, language, { ...style, strike: true });
  return [text(isolate(formatMoment(span.moment, span.zone, language), language), style)];
}

/** A link says where it leads, unless its label already does. An address that no link can carry is written out. */
function drawLink(address: string, label: string | Foreign, language: Language, style: Style): Line {
  const words = typeof label === "string" ? clean(label) : isolate(foreign(label.foreign).foreign, language);
  if (!isHttps(address)) return [text(words, style)];
  if (address.length > LINK_LIMIT) {
    const written = text(isolate(clean(address), language), { ...style, code: true });
    return isBlank(words) ? [written] : [text(`${words} (`, style), written, text(")", style)];
  }
  const host = new URL(address).host.replace(/^www\./, "");
  const link = (shown: string): RichTextElement => ({ type: "link", url: address.replaceAll("|", "%7C"), text: shown, ...styled(style) });
  if (isBlank(words)) return [link(isolate(host, language))];
  if (words.length > LINK_LABEL_LIMIT) return [text(`${words} `, style), link(isolate(host, language))];
  const isNamed = [address, host, `www.${host}`].includes(typeof label === "string" ? words : foreign(label.foreign).foreign);
  return isNamed ? [link(words)] : [link(words), text(` (${isolate(host, language)})`, style)];
}

function text(words: string, style: Style): RichTextText {
  return { type: "text", text: words, ...styled(style) };
}

function styled(style: Style): { style?: Style } {
  return Object.keys(style).length === 0 ? {} : { style };
}

/** In a right-to-left line a left-to-right piece keeps its own order only inside an isolate. */
function isolate(words: string, language: Language): string {
  return language === "ar" && words !== "" ? `${FIRST_STRONG_ISOLATE}${words}${POP_ISOLATE}` : words;
}

/** Adds an element: empty text is left out, text goes to the text before it where the style is the same, and a date stands in an isolate. */
function append(line: Line, element: RichTextElement, language: Language): void {
  if (element.type === "date" && language === "ar") {
    const style = element.style ?? {};
    append(line, text(FIRST_STRONG_ISOLATE, style), "en");
    line.push(element);
    append(line, text(POP_ISOLATE, style), "en");
    return;
  }
  if (element.type === "text") {
    if (element.text === "") return;
    const before = line.at(-1);
    if (before?.type === "text" && JSON.stringify(before.style) === JSON.stringify(element.style)) {
      line[line.length - 1] = { ...before, text: before.text + element.text };
      return;
    }
  }
  line.push(element);
}

/** Lines one under the other in one piece of rich text. */
export function joinLines(lines: readonly Line[]): Line {
  const joined: Line = [];
  lines.forEach((line, index) => {
    if (index > 0) append(joined, text("\n", {}), "en");
    for (const element of line) append(joined, element, "en");
  });
  return joined;
}

/** How much a line counts towards Slack's limits. */
export function length(line: Line): number {
  return line.reduce((sum, element) => sum + lengthOf(element), 0);
}

function lengthOf(element: RichTextElement): number {
  if (element.type === "text") return element.text.length;
  if (element.type === "link") return element.url.length + (element.text?.length ?? 0);
  return element.type === "date" ? element.format.length + (element.fallback?.length ?? 0) : 20;
}

/** Whether a person would see anything of it. */
export function isShown(line: Line): boolean {
  return line.some((element) => element.type !== "text" || !isBlank(element.text));
}
