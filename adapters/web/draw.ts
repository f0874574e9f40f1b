/** A message as HTML. Every word of it is escaped; only https links become links, and they show where they lead. */
import type { Say } from "../../src/i18n.ts";
import { foreign, isHttps, type Block, type Foreign, type Language, type Message, type Span } from "../../src/message.ts";
import { formatMoment } from "../../src/time.ts";
import { html, NOTHING, type Html } from "./html.ts";

export type CardFrame = {
  /** Voice of the page around the card. */
  say: Say;
  /** The `id` of the element, so that links and live changes find it. */
  id: string;
  /** Names of classes beside `card`. */
  classes?: string;
  /** Attributes for the script, already safe. */
  attributes?: Html;
  /** Stands above the title: when it was posted, or that only one person sees it. */
  above?: Html;
  actions?: Html;
  /** Level of the title: posts stand under the heading of their pane. */
  heading?: 2 | 3;
};

const TONE_MARKS: Readonly<Record<Message["tone"], string>> = { plain: "", urgent: "▲", late: "◷", done: "✓", quiet: "" };

/** One card. The order is the message's own; what is most urgent about it is said in a word before the title. */
export function drawMessage(message: Message, frame: CardFrame): Html {
  const titleId = `${frame.id}-title`;
  const title = drawSpans(message.title, message.language, frame.say);
  const heading = frame.heading === 2 ? html`<h2 class="title" id="${titleId}">${title}</h2>` : html`<h3 class="title" id="${titleId}">${title}</h3>`;
  return html`<article class="card tone-${message.tone} ${frame.classes ?? ""}" id="${frame.id}" aria-labelledby="${titleId}" tabindex="-1"
    lang="${message.language}" dir="${directionOf(message.language)}"${frame.attributes ?? NOTHING}>
    ${frame.above ?? NOTHING}${drawTone(message.tone, frame.say)}${heading}
    ${message.blocks.map((block) => drawBlock(block, message.language, frame.say))}${frame.actions ?? NOTHING}
  </article>`;
}

export function directionOf(language: Language): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}

function drawTone(tone: Message["tone"], say: Say): Html {
  if (tone === "plain" || tone === "quiet") return NOTHING;
  return html`<p class="tone"><span aria-hidden="true">${TONE_MARKS[tone]}</span> ${say(`page.tone.${tone}`)}</p>`;
}

export function drawSpans(spans: readonly Span[], language: Language, say: Say): Html[] {
  return spans.map((span) => drawSpan(span, language, say));
}

function drawSpan(span: Span, language: Language, say: Say): Html {
  if (typeof span === "string") return html`${span}`;
  if ("foreign" in span) return drawForeign(span);
  if ("link" in span) return drawLink(span.link, span.label, say);
  if ("strong" in span) return html`<strong>${span.strong}</strong>`;
  // Screen readers pass over a stroke, so the word says it.
  if ("struck" in span) return html`<s><span class="unseen">${say("page.struck")} </span>${drawSpan(span.struck, language, say)}</s>`;
  if ("code" in span) return html`<code><bdi>${span.code}</bdi></code>`;
  const machine = typeof span.moment === "number" ? new Date(span.moment).toISOString() : span.moment;
  return html`<time datetime="${machine}"><bdi>${formatMoment(span.moment, span.zone, language)}</bdi></time>`;
}

/** Cleaned again here: a message may have been stored by an older program. */
function drawForeign(text: Foreign): Html {
  return html`<bdi>${foreign(text.foreign).foreign}</bdi>`;
}

function drawLink(address: string, label: string | Foreign, say: Say): Html {
  const words = typeof label === "string" ? html`${label}` : drawForeign(label);
  if (!isHttps(address)) return words;
  const { host } = new URL(address);
  const text = typeof label === "string" ? label : label.foreign;
  return html`<a href="${address}" target="_blank" rel="noreferrer noopener">${words}<span class="unseen"> ${say("page.link.new")}</span></a>${text === host || text === address || `www.${text}` === host ? NOTHING : html` <small class="host">(<bdi>${host}</bdi>)</small>`}`;
}

function drawBlock(block: Block, language: Language, say: Say): Html {
  const spans = (value: readonly Span[]): Html[] => drawSpans(value, language, say);
  if ("text" in block) return html`<p class="text">${spans(block.text)}</p>`;
  if ("fields" in block) {
    return html`<dl class="fields">
      ${block.fields.map(([label, value]) => html`<div><dt>${label}</dt><dd>${spans(value)}</dd></div>`)}
    </dl>`;
  }
  if ("list" in block) return html`<ul class="list">${block.list.map((item) => html`<li>${spans(item)}</li>`)}</ul>`;
  if ("table" in block) return drawTable(block.table, spans);
  if ("quote" in block) return html`<blockquote>${spans(block.quote)}</blockquote>`;
  if ("progress" in block) return drawProgress(block.progress, say);
  return html`<figure><figcaption>${block.picture.alt}</figcaption></figure>`;
}

/** The roles keep it a table for screen readers when a narrow screen stacks its rows as cards. */
function drawTable(table: { head: string[]; rows: Span[][][] }, spans: (value: readonly Span[]) => Html[]): Html {
  const cell = (value: Span[], column: number): Html => {
    const label = table.head[column] ?? "";
    return column === 0
      ? html`<th role="rowheader" scope="row" data-label="${label}"><div>${spans(value)}</div></th>`
      : html`<td role="cell" data-label="${label}"><div>${spans(value)}</div></td>`;
  };
  // Two columns fit anywhere; more are stacked on a narrow screen.
  return html`<table role="table" class="${table.head.length > 2 ? "stacks" : ""}">
    <thead role="rowgroup"><tr role="row">${table.head.map((label) => html`<th role="columnheader" scope="col">${label}</th>`)}</tr></thead>
    <tbody role="rowgroup">${table.rows.map((row) => html`<tr role="row">${row.map(cell)}</tr>`)}</tbody>
  </table>`;
}

function drawProgress(progress: { done: number; goal?: number; label: string }, say: Say): Html {
  const { done, goal, label } = progress;
  if (goal === undefined || goal <= 0) return html`<p class="progress">${say("page.progress.open", { label, done })}</p>`;
  const words = say("page.progress", { label, done, goal });
  return html`<p class="progress"><span>${words}</span>
    <progress value="${Math.min(done, goal)}" max="${goal}" aria-label="${words}"></progress></p>`;
}
