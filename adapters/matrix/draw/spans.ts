/** Spans as HTML. First they are made fit to be drawn, so that both twins of a message are made from the same spans. */
import { speak } from "../../../src/i18n.ts";
import { foreign, isHttps, type Foreign, type HttpsUrl, type Language, type Span } from "../../../src/message.ts";
import { formatMoment } from "../../../src/time.ts";
import { LINK_LABEL_LIMIT, LINK_LIMIT } from "./limits.ts";
import { clean, escape, isBlank, isolate } from "./text.ts";

/** Cleaned spans whose links all can be drawn. What is struck holds no further stroke. */
export function prepare(spans: readonly Span[], language: Language): Span[] {
  return sayMoved(spans, language).flatMap(prepareSpan);
}

/** Listeners do not hear that a date is struck: where another follows it, a word says so. */
function sayMoved(spans: readonly Span[], language: Language): readonly Span[] {
  const index = spans.findIndex((span, position) => isStruckMoment(span) && spans[position + 1] === " ");
  const old = spans[index];
  if (old === undefined) return spans;
  return [...spans.slice(0, index), ...speak(language).spans("matrix.moved", { old, new: spans.slice(index + 2) })];
}

function isStruckMoment(span: Span): boolean {
  return typeof span === "object" && "struck" in span && typeof span.struck === "object" && "moment" in span.struck;
}

function prepareSpan(span: Span): Span[] {
  if (typeof span === "string") return [clean(span)];
  // Cleaned again here: a message may have been stored by an older program.
  if ("foreign" in span) return [foreign(span.foreign)];
  if ("strong" in span) return [{ strong: clean(span.strong) }];
  if ("code" in span) return [{ code: clean(span.code) }];
  if ("struck" in span) return prepareSpan(span.struck).map((inner) => (typeof inner === "object" && "struck" in inner ? inner : { struck: inner }));
  return "link" in span ? prepareLink(clean(span.link), span.label) : [span];
}

/**
 * An address that is no link leaves its label. One that no link can carry is written out, and so is one to a person or a room on Matrix: clients
 * show a link to a person as if the person were called.
 */
function prepareLink(address: string, label: string | Foreign): Span[] {
  const words = typeof label === "string" ? clean(label) : foreign(label.foreign);
  const text = textOf(words);
  if (!isHttps(address)) return [words];
  if (address.length > LINK_LIMIT || isOnMatrix(address)) return isBlank(text) ? [{ code: address }] : [words, " (", { code: address }, ")"];
  if (isBlank(text)) return [{ link: address, label: hostOf(address) }];
  return text.length > LINK_LABEL_LIMIT ? [words, " ", { link: address, label: hostOf(address) }] : [{ link: address, label: words }];
}

function textOf(label: string | Foreign): string {
  return typeof label === "string" ? label : label.foreign;
}

function hostOf(address: HttpsUrl): string {
  return new URL(address).host.replace(/^www\./, "");
}

function isOnMatrix(address: HttpsUrl): boolean {
  return hostOf(address) === "matrix.to";
}

/** Prepared spans as HTML: text, and `strong`, `code`, `s`, `a` and `br` only. */
export function drawSpans(spans: readonly Span[], language: Language): string {
  return spans.map((span) => drawSpan(span, language)).join("");
}

function drawSpan(span: Span, language: Language): string {
  if (typeof span === "string") return drawText(span);
  if ("foreign" in span) return drawForeign(span.foreign, language);
  if ("strong" in span) return wrap("strong", drawText(span.strong));
  if ("code" in span) return wrap("code", drawText(turn(span.code, language)));
  if ("struck" in span) return wrap("s", drawSpan(span.struck, language));
  if ("link" in span) return drawLink(span.link, span.label, language);
  return drawText(turn(formatMoment(span.moment, span.zone, language), language));
}

function wrap(tag: string, inner: string): string {
  return inner === "" ? "" : `<${tag}>${inner}</${tag}>`;
}

function drawText(text: string): string {
  return escape(text).replaceAll("\n", "<br>");
}

/** Ours and left-to-right: times, lines to type, names of hosts. */
function turn(text: string, language: Language): string {
  return language === "ar" ? isolate(text) : text;
}

/** From outside, in any script. */
function drawForeign(text: string, language: Language): string {
  return drawText(language === "ar" || /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(text) ? isolate(text) : text);
}

/** A link says where it leads, unless its label already does. */
function drawLink(address: HttpsUrl, label: string | Foreign, language: Language): string {
  const host = hostOf(address);
  const words = typeof label === "string" ? drawText(label) : drawForeign(label.foreign, language);
  const link = `<a href="${escape(address)}">${words}</a>`;
  return [address, host, `www.${host}`].includes(textOf(label)) ? link : `${link} (${drawText(turn(host, language))})`;
}
