/** The whole app in a workspace: the real Slack adapter on the double, the real store and engine, a clock moved by hand, and no other network. */
import { vi } from "vitest";
import { createMemoryChat, type MemoryChat } from "../../../adapters/memory/chat.ts";
import { fingerprint } from "../../../adapters/node/machine.ts";
import { createSlackChat } from "../../../adapters/slack/chat.ts";
import { createEmbeddedEngine, type EmbeddedEngine } from "../../../adapters/sqlite/engine.ts";
import { nextWakeAt } from "../../../adapters/sqlite/wakes.ts";
import type { Answer } from "../../../src/answer.ts";
import { type App, createApp } from "../../../src/app.ts";
import type { Chat, Fetch, Inbox, Role, RoomAddress, Store } from "../../../src/ports.ts";
import { testParts } from "../app.ts";
import { handClock, seededChance } from "../clock.ts";
import { recordingLog } from "../log.ts";
import { openMemoryStore } from "../store.ts";
import { type DoubleWorkspace, NO_RATES, openSlackDouble, type SlackDouble } from "./double.ts";

const offline: Fetch = async () => ({ status: "failed", code: "unreachable" });

/** What outlives the app: the database, Slack, and the time. */
export type SlackSurroundings = { store: Store; double: SlackDouble; workspace: DoubleWorkspace; clock: ReturnType<typeof handClock>; close(): Promise<void> };

/** Slack's rates go by real time and the app's pace by the clock that is moved by hand, so the double counts none here. */
export async function openSlackSurroundings(options: { now: string; scopes?: readonly string[] }): Promise<SlackSurroundings> {
  const clock = handClock(options.now);
  const store = await openMemoryStore();
  const double = await openSlackDouble({ rates: NO_RATES, now: clock.now });
  const workspace = double.addWorkspace(options.scopes === undefined ? {} : { scopes: options.scopes });
  return {
    store, double, workspace, clock,
    close: async () => {
      await double.close();
      await store.close();
    },
  };
}

export type SlackApp = {
  app: App;
  engine: EmbeddedEngine;
  /** The local page beside Slack, where the rooms of all networks are. */
  page: MemoryChat;
  log: ReturnType<typeof recordingLog>;
  /** Says a line on the page. */
  say(room: RoomAddress, line: string, more?: { roles?: Role[]; body?: string }): Promise<Answer>;
  /** How many lines have been said in Slack so far. */
  lines(): number;
  /** Everything that is on its way arrives: what waits for a few seconds is waited for, by moving the clock. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

/** How far `settle` moves the clock for what is gathered, spaced or tried again. */
const PATIENCE = 30_000;

export async function openSlackApp({ store, double, workspace, clock }: SlackSurroundings, options: { seed?: number } = {}): Promise<SlackApp> {
  const log = recordingLog();
  const chance = seededChance(options.seed ?? 1);
  const page = createMemoryChat("web");
  const engine = createEmbeddedEngine({ store, clock, log });
  const slack = watch(
    createSlackChat({
      workspaces: [{ botToken: workspace.botToken, appToken: workspace.appToken }],
      apiUrl: double.apiUrl,
      commands: testParts.commands,
      store,
      directory: testParts.directory,
      clock,
      chance,
      log,
      actorOf: (team, user) => fingerprint(`${team} ${user}`),
      language: "en",
      pace: { postMilliseconds: 1, settleMilliseconds: 1 },
    }),
  );
  const app = createApp({ store, engine, chats: [page, slack.chat], fetch: offline, clock, chance, log }, testParts);
  await app.prepare();
  await app.start();
  await vi.waitFor(() => {
    if (workspace.connections().length === 0) throw new Error("no socket is open");
  }, 5_000);

  /** Until nobody is being answered and for a moment nothing more is asked of Slack. */
  const rest = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; ) {
      const before = double.calls.length;
      await new Promise((resolve) => setTimeout(resolve, 15));
      quiet = slack.answering() === 0 && double.calls.length === before ? quiet + 1 : 0;
    }
  };
  const settle = async (): Promise<void> => {
    const limit = clock.now() + PATIENCE;
    for (;;) {
      await rest();
      await engine.settle();
      const next = await nextWakeAt(store.reading, clock.now());
      if (next === null || next > limit) break;
      clock.set(next);
    }
    await rest();
  };
  return {
    app, engine, page, log, settle,
    lines: slack.lines,
    say: (room, line, more = {}) =>
      app.dispatch({
        key: chance.id(),
        line,
        room,
        actor: { id: fingerprint("on the page"), grants: more.roles ?? [] },
        ...(more.body === undefined ? {} : { body: more.body }),
      }),
    stop: () => app.stop(),
  };
}

/** The same chat, and how many lines it has handed in, and how many of them are not answered yet. */
function watch(chat: Chat): { chat: Chat; lines(): number; answering(): number } {
  let all = 0;
  let open = 0;
  const counted = (inbox: Inbox): Inbox => async (inbound) => {
    all += 1;
    open += 1;
    try {
      return await inbox(inbound);
    } finally {
      open -= 1;
    }
  };
  return {
    chat: {
      id: chat.id,
      start: (inbox) => chat.start(counted(inbox)),
      stop: () => chat.stop(),
      capabilities: (room) => chat.capabilities(room),
      send: (room, message, key, more) => chat.send(room, message, key, more),
      edit: (ref, message, key) => chat.edit(ref, message, key),
      remove: (ref) => chat.remove(ref),
      whisper: (to, message) => chat.whisper(to, message),
    },
    lines: () => all,
    answering: () => open,
  };
}
