/** The addresses of the page. Each answers with whole HTML; the script asks for parts of the same. */
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Answer } from "../../src/answer.ts";
import { quoteWord } from "../../src/command.ts";
import type { Agenda, Desk, DeskRoom } from "../../src/desk.ts";
import { speak } from "../../src/i18n.ts";
import type { Language } from "../../src/message.ts";
import type { Chance, Inbound, Inbox, Log, Store } from "../../src/ports.ts";
import type { Asset } from "./assets.ts";
import { answerCalendar, type ReadCalendarFile } from "./calendar.ts";
import { drawConfirmation, PANES, readSubject, readSubmission, type Pane, type Submission } from "./forms.ts";
import { drawNotice, drawPage, roomPath, type Assets } from "./frame.ts";
import { addSecurityHeaders, BODY_LIMIT, checkHost, checkOrigin } from "./guard.ts";
import { html, type Html } from "./html.ts";
import { parseMark, type Live } from "./live.ts";
import { drawAnswer, drawDetail, drawFailure, drawNext, drawPosts, formFrame, LONG_VIEW_DAYS, SHORT_VIEW_DAYS, type Reading, type RoomView } from "./panes.ts";
import { readMark, readPosts } from "./posts.ts";
import type { Tokens } from "./tokens.ts";

const POSTS_SHOWN = 40;

export type RoutesOptions = {
  store: Store;
  desk: Desk;
  chance: Chance;
  log: Log;
  /** For what is said outside any room. */
  language: Language;
  actorId: string;
  tokens: Tokens;
  live: Live;
  files: readonly Asset[];
  assets: Assets;
  /** What `/calendar/TOKEN.ics` gives; without it there are none. */
  calendars: ReadCalendarFile;
  port: () => number;
  inbox: () => Inbox | undefined;
};

/** What stands between the panes and the composer after a form was sent. */
type Outcome = { pane: Pane; shown: Html; typed: string; status?: 409 };

export function createRoutes(options: RoutesOptions): Hono {
  const { desk, store, log, tokens, chance, live } = options;
  const houseSay = speak(options.language);

  async function listRooms(): Promise<DeskRoom[]> {
    return (await desk.rooms()).filter((room) => room.address.startsWith("web:"));
  }

  async function findView(context: Context): Promise<RoomView | undefined> {
    const address = `web:${context.req.param("name") ?? ""}`;
    const rooms = await listRooms();
    const room = rooms.find((candidate) => candidate.address === address);
    if (room === undefined) return undefined;
    const days = context.req.query("days") === String(LONG_VIEW_DAYS) ? LONG_VIEW_DAYS : SHORT_VIEW_DAYS;
    const networks = new Map(rooms.map(({ network, name }) => [network, name]));
    return { room, path: roomPath(room), say: speak(room.language), tokens, show: readSubject(context.req.query("show")), days, networks };
  }

  /** A fault in one pane leaves the others standing; the log has it under the reference that is shown. */
  async function attempt<T>(event: string, work: () => Promise<T>): Promise<Reading<T>> {
    try {
      return { value: await work() };
    } catch (error) {
      return { failed: report(event, error) };
    }
  }

  function report(event: string, error: unknown): string {
    const reference = chance.id();
    log.error(event, { reference, name: error instanceof Error ? error.name : "unknown" });
    return reference;
  }

  function dispatch(inbound: Pick<Inbound, "key" | "line" | "body" | "room">): Promise<Answer> {
    const inbox = options.inbox();
    if (inbox === undefined) throw new Error("The page has no inbox before it is started.");
    return inbox({ ...inbound, actor: { id: options.actorId, grants: ["operator", "coordinator"] } });
  }

  async function readDetail(view: RoomView, agenda: Reading<Agenda>): Promise<Reading<Answer> | undefined> {
    const { show, room } = view;
    if (show === undefined) return undefined;
    const line = commandFor(show, agenda);
    return attempt("web.detail", () => dispatch({ key: `web:look:${chance.id()}`, line, room: room.address }));
  }

  const readAgenda = (view: RoomView): Promise<Reading<Agenda>> =>
    attempt("web.agenda", () => desk.agenda(view.room.address, view.days));

  async function drawWhole(context: Context, view: RoomView, pane: Pane, outcome?: Outcome): Promise<Response> {
    // The mark is read first: what is posted meanwhile comes again by the line and is recognised.
    const mark = await readMark(store.reading, view.room.address);
    const before = Number(context.req.query("before"));
    const range = Number.isSafeInteger(before) && before > 0 ? { limit: POSTS_SHOWN, before } : { limit: POSTS_SHOWN };
    const agenda = await readAgenda(view);
    const posts = await attempt("web.posts", () => readPosts(store.reading, view.room.address, range));
    const detail = await readDetail(view, agenda);
    const panes = {
      next: drawNext(view, agenda),
      room: "failed" in posts ? drawFailure(view.say, posts.failed) : drawPosts(view, posts.value.posts, posts.value.earlier),
      detail: drawDetail(view, detail),
    };
    const page = drawPage({
      view, pane, panes, mark,
      rooms: await listRooms(),
      assets: options.assets,
      answer: outcome?.shown,
      typed: outcome?.typed ?? "",
      page: chance.id(),
    });
    return context.html(await page, outcome?.status ?? 200);
  }

  async function missing(context: Context): Promise<Response> {
    return context.html(await drawNotice(houseSay, options.assets, houseSay("page.missing"), true), 404);
  }

  async function say(context: Context): Promise<Response> {
    const view = await findView(context);
    if (view === undefined) return missing(context);
    const scripted = context.req.header("x-clarion") === "script";
    const submission = readSubmission(await context.req.parseBody());
    if (submission === undefined) return context.text("This form is not one of the page's.\n", 400);
    const shownView = { ...view, show: submission.show };
    const { pane } = submission;
    if (!tokens.accepts(submission.token)) {
      // Nothing is done with it, and nothing that was typed is lost: the page comes back with a token that counts.
      const outcome = { pane, shown: html`<p class="failure" role="alert">${view.say("page.stale")}</p>`, typed: submission.line, status: 409 as const };
      return scripted ? context.json({ ok: false, pane, html: "", token: tokens.issue() }, 409) : drawWhole(context, shownView, pane, outcome);
    }
    const done = await act(shownView, submission, scripted);
    if (!scripted) return drawWhole(context, shownView, pane, done);
    return context.json({ ok: done.ok, pane, html: String(await done.shown), token: tokens.issue() });
  }

  async function act(view: RoomView, submission: Submission, scripted: boolean): Promise<Outcome & { ok: boolean }> {
    const { pane, line } = submission;
    const body = submission.body === "" ? undefined : submission.body;
    if (submission.confirm !== undefined && !submission.confirmed) {
      return { pane, shown: drawConfirmation(submission, formFrame(view, pane)), typed: "", ok: true };
    }
    const room = view.room.address;
    const key = tokens.keyOf(submission.token, room, line, body ?? "");
    const result = await attempt("web.say", () => dispatch({ key, line, room, ...(body === undefined ? {} : { body }) }));
    if ("failed" in result) return { pane, shown: drawFailure(view.say, result.failed), typed: line, ok: false };
    live.notify();
    const answer = result.value;
    return { pane, shown: drawOutcome(view, submission, answer, scripted), typed: answer.ok ? "" : line, ok: answer.ok };
  }

  const app = new Hono();
  app.use(addSecurityHeaders);
  app.use(checkHost(options.port));
  app.use(checkOrigin);

  app.get("/health", (context) => context.json({ ok: true }));

  app.get("/calendar/:file", async (context) => (await answerCalendar(context, options.calendars)) ?? missing(context));

  for (const file of options.files) {
    app.get(`/static/${file.name}`, (context) =>
      // The address carries the fingerprint of the content, so it may be kept.
      context.body(file.content, 200, { "Content-Type": file.type, "Cache-Control": "public, max-age=31536000, immutable" }),
    );
  }

  app.get("/", async (context) => {
    const first = (await listRooms())[0];
    if (first === undefined) return context.html(await drawNotice(houseSay, options.assets, houseSay("page.rooms.empty"), false));
    return context.redirect(roomPath(first), 303);
  });

  app.get("/room/:name", async (context) => {
    const view = await findView(context);
    if (view === undefined) return missing(context);
    return drawWhole(context, view, choosePane(context.req.query("pane"), view.show));
  });

  app.get("/room/:name/part/:part", async (context) => {
    const view = await findView(context);
    if (view === undefined) return missing(context);
    const agenda = await readAgenda(view);
    const part = context.req.param("part");
    if (part === "next") return context.html(await drawNext(view, agenda));
    if (part === "detail") return context.html(await drawDetail(view, await readDetail(view, agenda)));
    return missing(context);
  });

  app.get("/room/:name/complete", async (context) => {
    const view = await findView(context);
    if (view === undefined) return missing(context);
    const line = (context.req.query("line") ?? "").slice(0, 500);
    const completions = await attempt("web.complete", () => desk.complete(line, view.room.address));
    return context.json("failed" in completions ? [] : completions.value.slice(0, 12));
  });

  app.get("/room/:name/events", async (context) => {
    const view = await findView(context);
    if (view === undefined) return missing(context);
    const since = parseMark(context.req.header("last-event-id")) ?? parseMark(context.req.query("since"));
    const { address } = view.room;
    return live.connect(context, address, readSubject(context.req.query("page")) ?? "", since ?? (await readMark(store.reading, address)));
  });

  app.post("/room/:name/say", bodyLimit({ maxSize: BODY_LIMIT, onError: (context) => context.text("That is too long.\n", 413) }), say);

  app.notFound(missing);
  app.onError(async (error, context) => {
    const reference = report("web.request", error);
    return context.html(await drawNotice(houseSay, options.assets, houseSay("page.failed", { reference }), true), 500);
  });
  return app;
}

/** An agenda's own line shows it whole; anything else that is named in an address is a deadline. */
function commandFor(show: string, agenda: Reading<Agenda>): string {
  if ("value" in agenda) {
    const groups = [...agenda.value.weeks, ...agenda.value.about];
    const entry = groups.flatMap((group) => group.entries).find((candidate) => candidate.id === show);
    if (entry !== undefined) return entry.command;
  }
  return `deadline show ${quoteWord(show)}`;
}

function choosePane(asked: string | undefined, show: string | undefined): Pane {
  return PANES.find((pane) => pane === asked) ?? (show === undefined ? "room" : "detail");
}

function drawOutcome(view: RoomView, submission: Submission, answer: Answer, scripted: boolean): Html {
  const { asked, pane } = submission;
  // With script the post itself arrives a moment later.
  if (scripted && answer.ok && answer.to === "room" && answer.form === undefined) {
    return html`<p class="card answer brief" id="answer-${pane}" tabindex="-1">${view.say("page.posted")}</p>`;
  }
  const shown = drawAnswer(view, pane, answer, answer.form === undefined ? undefined : asked?.typed);
  if (answer.ok || asked === undefined || answer.form !== undefined) return shown;
  // A form that was refused comes back filled in, below what was wrong with it.
  const again = drawAnswer(view, pane, { ...answer, form: asked.form }, asked.typed);
  return html`${shown}${again}`;
}

