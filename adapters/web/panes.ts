/** The three panes: Next (an agenda), Room (what was posted), Detail (one thing whole). Each can be sent alone, to replace what a page shows. */
import type { Answer } from "../../src/answer.ts";
import type { Agenda, AgendaEntry, DeskRoom } from "../../src/desk.ts";
import type { Say } from "../../src/i18n.ts";
import { formatMoment } from "../../src/time.ts";
import { drawMessage, drawSpans } from "./draw.ts";
import { drawActions, drawAsk, type FormFrame, type Pane } from "./forms.ts";
import { html, NOTHING, type Html } from "./html.ts";
import type { WebPost } from "./posts.ts";
import type { Tokens } from "./tokens.ts";

/** What every part of one room's page needs to know. */
export type RoomView = {
  room: DeskRoom;
  /** `/room/anpud` */
  path: string;
  say: Say;
  tokens: Tokens;
  show: string | undefined;
  /** How many days the agenda looks ahead. */
  days: number;
  /** What people call each network, by its id. */
  networks: ReadonlyMap<string, string>;
};

/** An agenda that could not be read is told with the reference under which the log has it. */
export type Reading<T> = { value: T } | { failed: string };

export const SHORT_VIEW_DAYS = 120;
export const LONG_VIEW_DAYS = 800;

export function formFrame(view: RoomView, pane: Pane, reference?: string): FormFrame {
  return { say: view.say, tokens: view.tokens, path: view.path, pane, show: view.show, reference };
}

/* Next */

export function drawNext(view: RoomView, agenda: Reading<Agenda>): Html {
  if ("failed" in agenda) return drawFailure(view.say, agenda.failed);
  const { weeks, about } = agenda.value;
  if (weeks.length === 0 && about.length === 0) {
    return html`<p class="empty">${view.say("page.next.empty")}</p>${drawFurther(view)}`;
  }
  return html`${weeks.map((week) => drawGroup(view, week.monday, week.label, week.entries))}
    ${about.map((month) => drawGroup(view, month.month, month.label, month.entries))}${drawFurther(view)}`;
}

function drawFurther(view: RoomView): Html {
  const long = view.days > SHORT_VIEW_DAYS;
  const address = `${view.path}?pane=next&days=${long ? SHORT_VIEW_DAYS : LONG_VIEW_DAYS}`;
  return html`<p class="further"><a class="button" href="${address}">${view.say(long ? "page.next.nearer" : "page.next.further")}</a></p>`;
}

function drawGroup(view: RoomView, id: string, label: string, entries: readonly AgendaEntry[]): Html {
  return html`<section class="week" aria-labelledby="week-${id}">
    <h3 id="week-${id}"><bdi>${label}</bdi></h3>
    <ol class="entries">${entries.map((entry) => html`<li>${drawEntry(view, entry)}</li>`)}</ol>
  </section>`;
}

/** Statuses that change what to do, and statuses that say how sure a date is. */
const CHANGES: readonly string[] = ["moved", "cancelled", "suspended"];
const DOUBTS: readonly string[] = ["provisional", "projected"];

function drawEntry(view: RoomView, entry: AgendaEntry): Html {
  const { say, room } = view;
  const over = entry.status === "cancelled" || entry.status === "suspended";
  const title = drawSpans(entry.title, room.language, say);
  const current = entry.id === view.show ? html` aria-current="true"` : NOTHING;
  return html`<a class="entry kind-${kindClass(entry.kind)}${over ? " over" : ""}" href="${view.path}?show=${entry.id}" data-show="${entry.id}"${current}>
    <span class="when">${drawDay(view, entry)}</span>
    <span class="what">${over ? html`<s>${title}</s>` : title}</span>
    <span class="marks">${drawMarks(view, entry)}</span>
  </a>`;
}

function drawDay(view: RoomView, entry: AgendaEntry): Html {
  const day = (on: string): string => formatMoment(on, entry.zone, view.room.language, { year: false });
  const moved = entry.movedFrom;
  const old = moved === null ? NOTHING : html`<s><span class="unseen">${view.say("page.struck")} </span><bdi>${day(moved)}</bdi></s> `;
  // Under a month's heading the month is not said again.
  if (entry.on.length < 10) return old;
  const time = entry.time === null ? NOTHING : html` <span class="time">${entry.time}</span>`;
  return html`${old}<time datetime="${entry.on}"><bdi>${day(entry.on)}</bdi></time>${time}`;
}

function drawMarks(view: RoomView, entry: AgendaEntry): Html {
  const { say, room } = view;
  const mark = (key: string, classes: string): Html => html`<span class="mark ${classes}">${say(key)}</span>`;
  const others = entry.networks.filter((network) => network !== room.network);
  return html`${isCounted(entry) ? html`<span class="distance">${entry.distance}</span>` : NOTHING}
    ${entry.kind === "deadline" ? NOTHING : mark(`page.kind.${entry.kind}`, "kind")}
    ${CHANGES.includes(entry.status) ? mark(`page.status.${entry.status}`, "warn") : NOTHING}
    ${DOUBTS.includes(entry.status) && entry.kind !== "observance" ? mark(`page.status.${entry.status}`, "unsure") : NOTHING}
    ${entry.conditional ? mark("mark.if", "unsure") : NOTHING}
    ${entry.taken ? mark("page.taken", "taken") : NOTHING}
    ${others.slice(0, 3).map((network) => html`<span class="mark network"><bdi>${view.networks.get(network) ?? network}</bdi></span>`)}${others.length > 3 ? html`<span class="mark network">+${others.length - 3}</span>` : NOTHING}`;
}

/** A month and an estimate are not counted down; the date itself is said beside. */
function isCounted(entry: AgendaEntry): boolean {
  return entry.on.length === 10 && (entry.status !== "projected" || entry.kind === "observance");
}

function kindClass(kind: string): string {
  return /^[a-z]+$/.test(kind) ? kind : "other";
}

/* Room */

export function drawPosts(view: RoomView, posts: readonly WebPost[], earlier: boolean): Html {
  const first = posts[0];
  if (first === undefined) return html`<p class="empty">${view.say("page.room.empty")}</p>`;
  const link = earlier
    ? html`<p class="further"><a class="button" href="${view.path}?pane=room&before=${first.sequence}">${view.say("page.room.earlier")}</a></p>`
    : NOTHING;
  return html`${link}${posts.map((post) => drawPost(view, post))}`;
}

export function drawPost(view: RoomView, post: WebPost): Html {
  const { say, room } = view;
  const at = (instant: number): Html =>
    html`<time datetime="${new Date(instant).toISOString()}"><bdi>${formatMoment(instant, room.zone, room.language)}</bdi></time>`;
  const edited = post.editedAt === null ? NOTHING : html` · ${say("page.edited")} ${at(post.editedAt)}`;
  return drawMessage(post.message, {
    say,
    id: `post-${post.reference}`,
    classes: "post",
    attributes: html` data-reference="${post.reference}" data-sequence="${post.sequence}" data-edited="${post.editedAt ?? 0}"`,
    above: html`<p class="above">${at(post.postedAt)}${edited}</p>`,
    actions: drawActions(post.message.actions, formFrame(view, "room", post.reference)),
  });
}

/** The answer to a line. One for the asker alone says so and can be put away; one for the room stands there anyway. */
export function drawAnswer(view: RoomView, pane: Pane, answer: Answer, typed?: Readonly<Record<string, string>>): Html {
  const { say } = view;
  const frame = formFrame(view, pane);
  if (answer.form !== undefined) return drawAsk(answer.form, frame, typed);
  const above = answer.to === "room" ? say("page.posted") : say("page.private");
  const repeated = answer.repeated ? html` · ${say("page.repeated")}` : NOTHING;
  return drawMessage(answer.message, {
    say,
    id: `answer-${pane}`,
    classes: answer.ok ? "answer" : "answer refused",
    above: html`<p class="above">${above}${repeated} <a href="${view.path}?pane=${pane}" class="close" data-dismiss><span aria-hidden="true">×</span> <span class="unseen">${say("page.close")}</span></a></p>`,
    actions: drawActions(answer.message.actions, frame),
  });
}

/* Detail */

export function drawDetail(view: RoomView, answer: Reading<Answer> | undefined): Html {
  if (answer === undefined) return html`<p class="empty">${view.say("page.detail.empty")}</p>`;
  if ("failed" in answer) return drawFailure(view.say, answer.failed);
  const { message } = answer.value;
  return drawMessage(message, {
    say: view.say,
    id: "card-whole",
    classes: answer.value.ok ? "whole" : "whole refused",
    actions: drawActions(message.actions, formFrame(view, "detail")),
  });
}

export function drawFailure(say: Say, reference: string): Html {
  return html`<p class="failure" role="alert">${say("page.failed", { reference })}</p>`;
}
