/** The whole page around the panes. It reads and works without script; the script makes it live. */
import { LINE_LIMIT } from "../../src/command.ts";
import type { DeskRoom } from "../../src/desk.ts";
import type { Say } from "../../src/i18n.ts";
import { formatMoment } from "../../src/time.ts";
import { openForm, PANES, type Pane } from "./forms.ts";
import { html, NOTHING, type Html } from "./html.ts";
import { formFrame, type RoomView } from "./panes.ts";
import type { Mark } from "./posts.ts";

/** Addresses of the style sheet and the script, with the fingerprint of their content. */
export type Assets = { style: string; script: string };

export type PageParts = {
  view: RoomView;
  rooms: readonly DeskRoom[];
  assets: Assets;
  /** Which pane a narrow screen shows. */
  pane: Pane;
  panes: Record<Pane, Html>;
  /** Stands at the end of the pane it was asked from. */
  answer: Html | undefined;
  /** What stands in the composer: a line that was refused is not lost. */
  typed: string;
  mark: Mark;
  /** Name of this open page, to whisper to. */
  page: string;
};

/** Words the script says; everything else comes as HTML. */
const SCRIPT_WORDS = ["page.offline", "page.online", "page.loading", "page.new", "page.completions", "page.unsent"] as const;

export function drawPage(parts: PageParts): Html {
  const { view, pane } = parts;
  const { say, room } = view;
  const words = Object.fromEntries(SCRIPT_WORDS.map((key) => [key, say(key)]));
  return html`<!doctype html>
<html lang="${room.language}" dir="${room.direction}">
${drawHead(parts.assets)}
<body data-pane="${pane}" data-path="${view.path}" data-page="${parts.page}" data-since="${parts.mark.sequence}.${parts.mark.editedAt}" data-show="${view.show ?? ""}" data-days="${view.days}" data-words="${JSON.stringify(words)}">
<a class="skip" href="#pane-room">${say("page.skip")}</a>
${drawTop(parts)}
${room.paused ? drawPaused(view) : NOTHING}
<main class="panes">
  ${PANES.map((name) => drawPane(parts, name))}
  ${drawComposer(parts)}
  ${drawTabs(view, pane)}
</main>
${drawKeys(view)}
<div id="announcer" class="unseen" role="status" aria-live="polite"></div>
</body>
</html>`;
}

export function drawHead(assets: Assets): Html {
  // The title is all that a task switcher or a lock screen shows: it says nothing about the work.
  return html`<head>
<meta charset="utf-8">
<title>Clarion</title>
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}">
<script type="module" src="${assets.script}"></script>
</head>`;
}

function drawTop(parts: PageParts): Html {
  const { view, rooms } = parts;
  const { say, room } = view;
  return html`<header class="top">
  <h1 class="brand">Clarion</h1>
  <details class="switcher">
    <summary><span class="unseen">${say("page.switch")} </span><bdi>${room.name}</bdi></summary>
    <ul>${rooms.map((other) => html`<li><a href="${roomPath(other)}" lang="${other.language}"${other.address === room.address ? html` aria-current="page"` : NOTHING}><bdi>${other.name}</bdi>${other.paused ? html` <small>${say("page.paused.short")}</small>` : NOTHING}</a></li>`)}</ul>
  </details>
  <p id="line" class="line" role="status"></p>
  ${openForm(formFrame(view, "room"), "help", html`<button class="plain">${say("page.help")}</button>`, "help")}
</header>`;
}

/** `web:anpud` → `/room/anpud` */
export function roomPath(room: { address: string }): string {
  return `/room/${encodeURIComponent(room.address.slice(room.address.indexOf(":") + 1))}`;
}

function drawPaused(view: RoomView): Html {
  const { say, room } = view;
  const until = room.pausedUntil === null ? "" : ` (${say("pause.until", { moment: formatMoment(room.pausedUntil, room.zone, room.language) })})`;
  const resume = openForm(formFrame(view, "room"), "resume", html`<button>${say("page.paused.resume")}</button>`, "action");
  return html`<aside class="band" aria-label="${say("page.paused.short")}"><p><span aria-hidden="true">❚❚</span> ${say("page.paused")}${until}</p>${resume}</aside>`;
}

function drawPane(parts: PageParts, name: Pane): Html {
  const { view, panes, answer, pane } = parts;
  const { say } = view;
  const slot = html`<div class="slot" id="slot-${name}">${answer !== undefined && name === pane ? answer : NOTHING}</div>`;
  const content = html`<div class="content" id="content-${name}">${panes[name]}</div>`;
  // An answer stands where the eye is: below the newest post, above a card. The style sheet turns the Room's box upside down,
  // so that the newest post is in sight without script.
  return html`<section class="pane" id="pane-${name}" aria-labelledby="head-${name}">
    <h2 id="head-${name}">${say(`page.${name}`)}</h2>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="head-${name}"><div class="inner">${name === "room" ? html`${content}${slot}` : html`${slot}${content}`}</div></div>
  </section>`;
}

function drawComposer(parts: PageParts): Html {
  const { view, typed } = parts;
  const { say } = view;
  const inner = html`<label class="unseen" for="composer">${say("page.composer")}</label>
    <div class="combobox"><input id="composer" name="line" value="${typed}" maxlength="${LINE_LIMIT}" required dir="auto" autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="send"
      placeholder="${say("page.composer.hint")}"><ul id="completions" role="listbox" aria-label="${say("page.completions")}" hidden></ul></div>
    <button class="primary">${say("page.send")}</button>`;
  return openForm(formFrame(view, "room"), undefined, inner, "composer");
}

function drawKeys(view: RoomView): Html {
  const { say } = view;
  const keys: readonly [key: string, words: string][] = [
    ["/", "page.keys.composer"],
    ["↑ ↓", "page.keys.arrows"],
    ["Enter", "page.keys.enter"],
    ["Esc", "page.keys.escape"],
    ["?", "page.keys.help"],
  ];
  const help = openForm(formFrame(view, "room"), "help", html`<button class="primary" autofocus>${say("page.help.commands")}</button>`, "action");
  return html`<dialog id="keys" aria-labelledby="keys-title">
  <h2 id="keys-title">${say("page.keys")}</h2>
  <dl>${keys.map(([key, words]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${say(words)}</dd></div>`)}</dl>
  <div class="actions">${help}<form method="dialog"><button>${say("page.close")}</button></form></div>
</dialog>
<dialog id="question" aria-labelledby="question-text">
  <p id="question-text"></p>
  <form method="dialog" class="actions"><button value="no" autofocus>${say("page.confirm.no")}</button><button value="yes" class="danger" id="question-yes">${say("page.confirm.yes")}</button></form>
</dialog>`;
}

function drawTabs(view: RoomView, current: Pane): Html {
  const { say, path, show } = view;
  const kept = show === undefined ? "" : `&show=${show}`;
  const tab = (name: Pane): Html =>
    html`<a href="${path}?pane=${name}${kept}" data-tab="${name}"${name === current ? html` aria-current="page"` : NOTHING}>${say(`page.${name}`)}</a>`;
  return html`<nav class="tabs" aria-label="${say("page.panes")}">${PANES.map(tab)}</nav>`;
}

/** A page with one sentence, for what cannot be shown in a room. */
export function drawNotice(say: Say, assets: Assets, sentence: string, home: boolean): Html {
  return html`<!doctype html>
<html lang="${say.language}" dir="${say.direction}">
${drawHead(assets)}
<body class="notice"><main><h1 class="brand">Clarion</h1><p>${sentence}</p>${home ? html`<p><a class="button" href="/">${say("page.home")}</a></p>` : NOTHING}</main></body>
</html>`;
}
