// @ts-check
/** Makes the page live and quick. Without it the same forms and links work as whole pages. It keeps nothing in the browser. */

const { body } = document;
const path = body.dataset.path ?? "";
/** @type {Record<string, string>} */
const words = JSON.parse(body.dataset.words ?? "{}");

/** @param {string} id */
const find = (id) => document.getElementById(id);
/** @param {string} key */
const word = (key) => words[`page.${key}`] ?? "";

/** HTML drawn by the server, as nodes. @param {string} html */
function nodesOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/* Panes */

/** On a narrow screen one pane shows. @param {string} name */
function choosePane(name) {
  body.dataset.pane = name;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    if (tab.getAttribute("data-tab") === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
}

/** @param {string} name @param {string} html */
function fillSlot(name, html) {
  const slot = find(`slot-${name}`);
  if (slot === null) return;
  slot.replaceChildren(nodesOf(html));
  if (html === "") return;
  choosePane(name);
  const answer = slot.firstElementChild;
  if (!(answer instanceof HTMLElement)) return;
  const field = answer.querySelector(".field input, .field select, .field textarea");
  // Who is typing is not interrupted; then the words are announced.
  if (isTyping()) announce(answer.querySelector(".title")?.textContent ?? "");
  else (field instanceof HTMLElement ? field : answer).focus({ preventScroll: true });
  const fits = answer.offsetHeight < (slot.closest(".scroll")?.clientHeight ?? 0);
  answer.scrollIntoView({ block: fits ? "nearest" : "start" });
}

function isTyping() {
  const active = document.activeElement;
  return (active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement) && active.value !== "";
}

/** Where to go back to when an answer is put away. @type {Element | null} */
let cameFrom = null;

/** @param {Element} inside */
function dismiss(inside) {
  inside.closest(".slot")?.replaceChildren();
  if (cameFrom instanceof HTMLElement && cameFrom.isConnected) cameFrom.focus();
  else find("composer")?.focus();
}

/** The part of the page is asked again; what a person is typing there is left alone. @param {"next" | "detail"} name */
async function refresh(name) {
  const content = find(`content-${name}`);
  if (content === null || (name === "detail" && shown() === "")) return;
  if (content.contains(document.activeElement) && name === "detail") return;
  const html = await ask(`part/${name}?days=${body.dataset.days ?? ""}&show=${encodeURIComponent(shown())}`);
  if (html === null) return;
  const active = content.contains(document.activeElement) ? document.activeElement?.getAttribute("data-show") : null;
  content.replaceChildren(nodesOf(html));
  if (typeof active === "string") focusOn(content.querySelector(`[data-show="${CSS.escape(active)}"]`));
}

/** @param {string} address @returns {Promise<string | null>} */
async function ask(address) {
  try {
    const response = await fetch(`${path}/${address}`, { headers: { "x-clarion": "script" } });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

const shown = () => body.dataset.show ?? "";

/** @param {Element | null} element */
function focusOn(element) {
  if (element instanceof HTMLElement) element.focus();
}

/** @param {string} id */
async function showDetail(id) {
  body.dataset.show = id;
  for (const entry of document.querySelectorAll("[data-show]")) {
    if (entry === body) continue;
    if (entry.getAttribute("data-show") === id) entry.setAttribute("aria-current", "true");
    else entry.removeAttribute("aria-current");
  }
  choosePane(id === "" ? "next" : "detail");
  const content = find("content-detail");
  if (content === null) return;
  find("slot-detail")?.replaceChildren();
  content.setAttribute("aria-busy", "true");
  if (content.querySelector(".card") === null) content.replaceChildren(nodesOf(`<p class="empty"></p>`));
  const empty = content.querySelector(".empty");
  if (empty !== null) empty.textContent = word("loading");
  const html = await ask(`part/detail?days=${body.dataset.days ?? ""}&show=${encodeURIComponent(id)}`);
  if (shown() !== id) return;
  content.removeAttribute("aria-busy");
  if (html === null) return tell("offline");
  content.replaceChildren(nodesOf(html));
  if (id !== "" && !isTyping()) focusOn(content.querySelector("article"));
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  const open = document.querySelector(".switcher[open]");
  if (open !== null && !open.contains(event.target)) open.removeAttribute("open");
  const link = event.target.closest("a");
  if (link === null) return;
  if (link.hasAttribute("data-dismiss")) {
    event.preventDefault();
    dismiss(link);
  } else if (link.hasAttribute("data-show")) {
    event.preventDefault();
    history.pushState(null, "", link.href);
    void showDetail(link.getAttribute("data-show") ?? "");
  } else if (link.hasAttribute("data-tab")) {
    event.preventDefault();
    choosePane(link.getAttribute("data-tab") ?? "room");
  }
});

window.addEventListener("popstate", () => void showDetail(new URLSearchParams(location.search).get("show") ?? ""));

/* Forms */

/** @param {string} question @param {string} label @returns {Promise<boolean>} */
function confirmed(question, label) {
  const dialog = find("question");
  const text = find("question-text");
  const yes = find("question-yes");
  if (!(dialog instanceof HTMLDialogElement) || text === null || yes === null) return Promise.resolve(false);
  text.textContent = question;
  if (label !== "") yes.textContent = label;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

/** @param {HTMLFormElement} form */
async function send(form) {
  if (form.getAttribute("aria-busy") === "true") return;
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.set(name, value);
  form.closest("dialog")?.close();
  const question = fields.get("confirm");
  if (question !== null && !fields.has("confirmed")) {
    if (!(await confirmed(question, fields.get("label") ?? ""))) return;
    fields.set("confirmed", "1");
  }
  cameFrom = document.activeElement;
  form.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(`${path}/say`, { method: "POST", body: fields, headers: { "x-clarion": "script" } });
    if (response.status !== 200 && response.status !== 409) throw new Error(String(response.status));
    receive(form, fields, response.status, await response.json());
  } catch {
    // The same token goes again with the same words, so that what did arrive is not done twice.
    tell("unsent");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** @param {HTMLFormElement} form @param {URLSearchParams} fields @param {number} status @param {{ ok: boolean, pane: string, html: string, token: string }} answer */
function receive(form, fields, status, answer) {
  const token = form.querySelector("[name=token]");
  if (token instanceof HTMLInputElement) token.value = answer.token;
  if (status === 409) return tell("unsent");
  tell("");
  const composer = find("composer");
  if (answer.ok && composer instanceof HTMLInputElement && composer.form === form && composer.value === fields.get("line")) composer.value = "";
  fillSlot(answer.pane, answer.html);
  soon();
}

document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement) || !event.target.hasAttribute("data-say")) return;
  event.preventDefault();
  closeCompletions();
  void send(event.target);
});

/* The line to the server */

/** @param {"" | "offline" | "online" | "unsent"} key */
function tell(key) {
  const line = find("line");
  if (line !== null) line.textContent = key === "" ? "" : word(key);
}

let mark = body.dataset.since ?? "0.0";
let offline = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let gathering;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let announcing;

/** Many changes make one look. */
function soon() {
  clearTimeout(gathering);
  gathering = setTimeout(() => {
    void refresh("next");
    void refresh("detail");
  }, 400);
}

/** Said aloud to who does not see it. @param {string} text */
function announce(text) {
  const announcer = find("announcer");
  if (announcer === null) return;
  announcer.textContent = "";
  requestAnimationFrame(() => (announcer.textContent = text));
}

/** Many posts make one announcement. */
function announceNew() {
  if (announcing !== undefined) return;
  announcing = setTimeout(() => {
    announcing = undefined;
    announce(word("new"));
  }, 1500);
}

/** @param {{ reference: string, sequence: number, edited: number, html: string }} change */
function place(change) {
  const standing = find(`post-${change.reference}`);
  const content = find("content-room");
  if (content === null) return;
  if (change.html === "") return standing?.remove();
  if (standing !== null && standing.dataset.edited === String(change.edited)) return;
  const card = nodesOf(change.html).firstElementChild;
  if (!(card instanceof HTMLElement)) return;
  card.classList.add("glow");
  if (standing !== null) {
    const focused = standing.contains(document.activeElement);
    standing.replaceWith(card);
    if (focused) card.focus({ preventScroll: true });
    return announceNew();
  }
  const posts = content.querySelectorAll("[data-sequence]");
  const newest = Number(posts[posts.length - 1]?.getAttribute("data-sequence") ?? 0);
  // An edit of a post further back than this page shows.
  if (change.sequence < newest || new URLSearchParams(location.search).has("before")) return;
  content.querySelector(":scope > .empty")?.remove();
  content.append(card);
  announceNew();
}

function listen() {
  const source = new EventSource(`${path}/events?page=${body.dataset.page ?? ""}&since=${mark}`);
  source.addEventListener("post", (event) => {
    if (event.lastEventId !== "") mark = event.lastEventId;
    place(JSON.parse(event.data));
  });
  source.addEventListener("next", soon);
  source.addEventListener("whisper", (event) => fillSlot("room", JSON.parse(event.data).html));
  source.addEventListener("open", () => {
    if (!offline) return;
    offline = false;
    tell("online");
    soon();
  });
  source.addEventListener("error", () => {
    offline = true;
    tell("offline");
    // A refused line is not tried again by the browser itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

/* Completion: an ARIA combobox */

const composer = find("composer");
const list = find("completions");
/** @type {AbortController | undefined} */
let looking;
let active = -1;

function closeCompletions() {
  looking?.abort();
  active = -1;
  if (list === null || composer === null) return;
  list.hidden = true;
  composer.setAttribute("aria-expanded", "false");
  composer.removeAttribute("aria-activedescendant");
}

/** @param {HTMLInputElement} input */
async function complete(input) {
  looking?.abort();
  const { signal } = (looking = new AbortController());
  const line = input.value;
  if (line.trim() === "") return closeCompletions();
  await new Promise((resolve) => setTimeout(resolve, 120));
  if (signal.aborted) return;
  try {
    const response = await fetch(`${path}/complete?line=${encodeURIComponent(line)}`, { signal });
    drawCompletions(response.ok ? await response.json() : []);
  } catch {
    // A newer key press, or no line: then there is nothing to suggest.
  }
}

/** @param {{ value: string, label: string }[]} completions */
function drawCompletions(completions) {
  if (list === null || composer === null) return;
  if (completions.length === 0) return closeCompletions();
  const current = list.children[active];
  const chosen = current instanceof HTMLElement ? current.dataset.value : undefined;
  active = -1;
  composer.removeAttribute("aria-activedescendant");
  list.replaceChildren(
    ...completions.map(({ value, label }, index) => {
      const item = document.createElement("li");
      item.id = `completion-${index}`;
      item.role = "option";
      item.dataset.value = value;
      item.setAttribute("aria-selected", "false");
      const name = document.createElement("bdi");
      name.textContent = value;
      const note = document.createElement("span");
      note.textContent = label === value ? "" : label;
      item.append(name, note);
      return item;
    }),
  );
  list.hidden = false;
  composer.setAttribute("aria-expanded", "true");
  // An answer that comes late does not undo a choice: Enter would send half a line.
  const kept = completions.findIndex(({ value }) => value === chosen);
  if (kept >= 0) move(kept + 1);
}

/** @param {number} step */
function move(step) {
  const items = list?.children ?? [];
  if (items.length === 0) return;
  items[active]?.setAttribute("aria-selected", "false");
  active = (active + step + items.length + (active < 0 && step < 0 ? 1 : 0)) % items.length;
  const item = items[active];
  item?.setAttribute("aria-selected", "true");
  item?.scrollIntoView({ block: "nearest" });
  composer?.setAttribute("aria-activedescendant", item?.id ?? "");
}

/** @param {Element | null | undefined} item */
function take(item) {
  if (!(item instanceof HTMLElement) || !(composer instanceof HTMLInputElement)) return;
  composer.value = item.dataset.value ?? "";
  composer.focus();
  closeCompletions();
  void complete(composer);
}

if (composer instanceof HTMLInputElement && list !== null) {
  const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": "completions", "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(attributes)) composer.setAttribute(name, value);
  composer.addEventListener("input", () => void complete(composer));
  composer.addEventListener("blur", closeCompletions);
  composer.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
    else if ((event.key === "Enter" || event.key === "Tab") && active >= 0) take(list.children[active]);
    else if (event.key === "Escape") closeCompletions();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Pressing would take the focus, and losing it closes the list.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    if (event.target instanceof Element) take(event.target.closest("li"));
  });
}

/* Keys */

/** @param {KeyboardEvent} event @param {Element} target */
function walk(event, target) {
  const row = target.closest(".entry, .post") ?? target.querySelector(".entry, .post");
  const rows = row?.closest(".content")?.querySelectorAll(".entry, .post") ?? [];
  if (row === null || rows.length === 0 || (target !== row && !target.classList.contains("scroll"))) return;
  const index = [...rows].indexOf(row);
  const start = target.classList.contains("scroll") ? (row.classList.contains("post") ? rows.length - 1 : 0) : index + (event.key === "ArrowDown" ? 1 : -1);
  const next = rows[start];
  if (next === undefined) return;
  event.preventDefault();
  focusOn(next);
}

function escape() {
  const open = document.querySelector(".switcher[open]");
  const answer = document.querySelector(".slot:has(> *)");
  if (open !== null) {
    open.removeAttribute("open");
    focusOn(open.querySelector("summary"));
  } else if (answer?.firstElementChild) dismiss(answer.firstElementChild);
  else if (body.dataset.pane === "detail") {
    choosePane("next");
    focusOn(document.querySelector(`.entry[aria-current]`));
  }
}

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (!(target instanceof Element) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest("dialog") !== null) return;
  if (event.key === "Escape") return escape();
  if (target.closest("input, textarea, select") !== null) return;
  if (event.key === "/") {
    event.preventDefault();
    composer?.focus();
  } else if (event.key === "?") {
    const keys = find("keys");
    if (keys instanceof HTMLDialogElement) keys.showModal();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event, target);
});

// Distances in days grow old while nobody looks.
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon());

if (path !== "") listen();
