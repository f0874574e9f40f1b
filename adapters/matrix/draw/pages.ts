/** A message as the contents of events: one, or several where it is long. Nothing is left out. */
import { speak } from "../../../src/i18n.ts";
import type { Language, Message, Span } from "../../../src/message.ts";
import { spansText } from "../../../src/plain.ts";
import { contentOf, weigh, type Content } from "./content.ts";
import { CONTENT_BYTES, FIRST_LINE_LIMIT, FRAME_BYTES, LINE_BYTES, TEXT_UNITS } from "./limits.ts";
import { aside, layOut, type Line, type Part } from "./lines.ts";
import { drawSpans, prepare } from "./spans.ts";
import { clean, cut, isBlank, NAME, RIGHT_TO_LEFT_MARK, splitText } from "./text.ts";

/** More than the tags around one line have, and the end of a line. */
const TAG_BYTES = 48;

/** A line drawn both ways, or a piece of one: `goesOn` when it stands behind the piece before it without a seam. */
type Piece = Omit<Line, "parts"> & { html: string; plain: string; bytes: number; goesOn: boolean };

/**
 * Never empty. Where the message has a discreet line each content begins with it, because a notification shows the first line. The actions stand last,
 * with the numbers that choose them.
 */
export function drawContents(message: Message): Content[] {
  const { language } = message;
  const say = speak(language);
  const discreet = isBlank(clean(message.discreet ?? "")) ? undefined : firstLine(message.discreet ?? "");
  const title = firstLine(spansText(prepare(message.title, language), language));
  const pages = divide(layOut(message).flatMap((line) => drawLine(line, language)));
  const parts = pages.length;
  return pages.map((page, index) => {
    const counted = say("matrix.part", { part: index + 1, parts });
    const above = index === 0 ? (discreet ?? "") : `${counted} ${discreet ?? title}`;
    const below = index === 0 && parts > 1 ? counted : "";
    const around = (text: string): Piece[] => (isBlank(text) ? [] : drawLine(aside(text), language));
    const pieces = [...around(above), ...page, ...around(below)];
    return join(pieces.length > 0 ? pieces : drawLine(aside(NAME), language), language);
  });
}

function firstLine(text: string): string {
  return cut(clean(text).replace(/[ \n]+/g, " ").trim(), FIRST_LINE_LIMIT);
}

/** One piece, or several where the line is long. */
function drawLine(line: Line, language: Language): Piece[] {
  const whole = drawPiece(line, line.parts, language, false);
  if (whole.bytes <= LINE_BYTES) return [whole];
  const pieces: Piece[] = [];
  let held: Part[] = [];
  let bytes = 0;
  const close = (): void => {
    if (held.length > 0) pieces.push(drawPiece(line, held, language, pieces.length > 0));
    held = [];
    bytes = 0;
  };
  for (const { spans, strong } of line.parts) {
    for (const span of spans.flatMap(splitSpan)) {
      const part = { spans: [span], strong };
      const longer = drawPiece(line, [part], language, false).bytes;
      if (bytes + longer > LINE_BYTES) close();
      held.push(part);
      bytes += longer;
    }
  }
  close();
  return pieces;
}

/** Outside text and labels are never long: `foreign` and `prepare` see to it. */
function splitSpan(span: Span): Span[] {
  if (typeof span === "string") return splitText(span, TEXT_UNITS);
  if ("strong" in span) return splitText(span.strong, TEXT_UNITS).map((strong) => ({ strong }));
  if ("code" in span) return splitText(span.code, TEXT_UNITS).map((code) => ({ code }));
  return "struck" in span ? splitSpan(span.struck).map((struck) => ({ struck })) : [span];
}

function drawPiece({ shape, block, together }: Line, parts: readonly Part[], language: Language, goesOn: boolean): Piece {
  const html = parts.map(({ spans, strong }) => weight(drawSpans(spans, language), strong)).join("");
  const plain = parts.map(({ spans }) => spansText(spans, language)).join("");
  return { shape, block, together, html, plain, bytes: weigh(html) + weigh(inBody(shape, plain, language)) + TAG_BYTES, goesOn };
}

function weight(html: string, strong: boolean): string {
  return strong && html !== "" ? `<strong>${html}</strong>` : html;
}

/** Pieces in pages. What belongs together begins a page of its own sooner than being parted. */
function divide(pieces: readonly Piece[]): Piece[][] {
  const room = CONTENT_BYTES - FRAME_BYTES;
  const pages: Piece[][] = [];
  let page: Piece[] = [];
  let bytes = 0;
  const turnPage = (): void => {
    if (page.length > 0) pages.push(page);
    page = [];
    bytes = 0;
  };
  const ending = pieces.filter(({ together }) => together).reduce((sum, piece) => sum + piece.bytes, 0);
  pieces.forEach((piece, index) => {
    const isFirstOfEnding = piece.together && pieces[index - 1]?.together !== true;
    const wanted = isFirstOfEnding && ending <= room ? ending : piece.bytes;
    if (bytes + wanted > room) turnPage();
    page.push(piece);
    bytes += piece.bytes;
  });
  turnPage();
  return pages.length > 0 ? pages : [[]];
}

function join(pieces: readonly Piece[], language: Language): Content {
  const groups: { shape: Piece["shape"]; block: number; lines: { html: string; plain: string }[] }[] = [];
  for (const { shape, block, html, plain, goesOn } of pieces) {
    let group = groups.at(-1);
    if (group === undefined || group.block !== block || group.shape !== shape) groups.push((group = { shape, block, lines: [] }));
    const before = group.lines.at(-1);
    if (goesOn && before !== undefined) {
      before.html += html;
      before.plain += plain;
    } else group.lines.push({ html, plain });
  }
  const start = startOf(language);
  const html = groups.map(({ shape, lines }) => wrap(shape, lines.map((line) => start + line.html))).join("");
  const body = groups.flatMap(({ shape, lines }) => lines.map(({ plain }) => inBody(shape, plain, language)));
  return contentOf(body.join("\n"), html);
}

/** A line whose first letter is one of a Latin name would else stand as left-to-right. */
function startOf(language: Language): string {
  return language === "ar" ? RIGHT_TO_LEFT_MARK : "";
}

function wrap(shape: Piece["shape"], lines: readonly string[]): string {
  if (shape === "list") return `<ul>${lines.map((line) => `<li>${line}</li>`).join("")}</ul>`;
  const inner = lines.join("<br>");
  return shape === "quote" ? `<blockquote>${inner}</blockquote>` : `<p>${inner}</p>`;
}

function inBody(shape: Piece["shape"], plain: string, language: Language): string {
  const marked = shape === "list" ? `- ${plain}` : shape === "quote" ? plain.replace(/^/gm, "> ") : plain;
  return marked.replace(/^(?=.)/gm, startOf(language));
}
