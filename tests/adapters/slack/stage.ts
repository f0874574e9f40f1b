/** The Slack chat alone: the real adapter on the double, and instead of the core an inbox that keeps what it is handed. */
import { fingerprint } from "../../../adapters/node/machine.ts";
import { createSlackChat, type SlackChat, type SlackChatOptions } from "../../../adapters/slack/chat.ts";
import type { Answer } from "../../../src/answer.ts";
import { sentence } from "../../../src/message.ts";
import type { Inbound, Store } from "../../../src/ports.ts";
import { testDirectory, testParts } from "../../support/app.ts";
import { handClock, seededChance } from "../../support/clock.ts";
import { recordingLog } from "../../support/log.ts";
import { type DoubleWorkspace, NO_RATES, openSlackDouble, type SlackDouble, type Times } from "../../support/slack/double.ts";
import { openMemoryStore } from "../../support/store.ts";

export type Stage = {
  double: SlackDouble;
  workspace: DoubleWorkspace;
  /** Another workspace, with an app of its own, reached over HTTP. */
  second: DoubleWorkspace | undefined;
  chat: SlackChat;
  store: Store;
  clock: ReturnType<typeof handClock>;
  log: ReturnType<typeof recordingLog>;
  /** What was handed in, oldest first. */
  inbounds: Inbound[];
  /** Answers by the line; without one it is a sentence for the asker that the chat shows itself. */
  answers: Map<string, Partial<Answer> | (() => Promise<Partial<Answer>>)>;
  close(): Promise<void>;
};

export type StageOptions = Partial<Pick<SlackChatOptions, "prefix" | "http" | "homePace" | "socketPace">> & {
  /** In HTTP mode the hand's clock shows the real time, by which the double signs. */
  mode?: "socket" | "http";
  times?: Partial<Times>;
  socketsLinger?: boolean;
  pageSize?: number;
  start?: boolean;
  second?: boolean;
};

export async function openStage({ mode = "socket", times, socketsLinger = false, pageSize = 1_000, start = true, second: withSecond = false, ...options }: StageOptions = {}): Promise<Stage> {
  const clock = handClock(mode === "socket" && !withSecond ? "2026-11-20T12:00:00Z" : new Date().toISOString());
  const store = await openMemoryStore();
  const log = recordingLog();
  const double = await openSlackDouble({ rates: NO_RATES, now: clock.now, socketsLinger, pageSize, ...(times === undefined ? {} : { times }) });
  const workspace = double.addWorkspace();
  const second = withSecond ? double.addWorkspace({ name: "Another network" }) : undefined;
  const inbounds: Inbound[] = [];
  const answers: Stage["answers"] = new Map();
  const { botToken, appToken, signingSecret } = workspace;
  const chat = createSlackChat({
    workspaces: [
      mode === "socket" ? { botToken, appToken } : { botToken, signingSecret },
      ...(second === undefined ? [] : [{ botToken: second.botToken, signingSecret: second.signingSecret }]),
    ],
    apiUrl: double.apiUrl,
    commands: testParts.commands,
    store,
    directory: testDirectory,
    clock,
    chance: seededChance(1),
    log,
    actorOf: (team, user) => fingerprint(`${team} ${user}`),
    language: "en",
    pace: { postMilliseconds: 1, settleMilliseconds: 1 },
    ...options,
  });
  const inbox = async (inbound: Inbound): Promise<Answer> => {
    inbounds.push(inbound);
    const given = answers.get(inbound.line);
    const answer = typeof given === "function" ? await given() : given;
    return { ok: true, message: sentence(`Answer to ${inbound.line}`, "en"), to: "asker", repeated: false, queued: false, ...answer };
  };
  if (start) await chat.start(inbox);
  if (start && mode === "http") workspace.http.useUrl(chat.address());
  if (start) second?.http.useUrl(chat.address());
  return {
    double, workspace, second, chat, store, clock, log, inbounds, answers,
    close: async () => {
      await chat.stop();
      await double.close();
      await store.close();
    },
  };
}

/** Until it holds, or five seconds have passed; then it says what is wrong. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  const until = performance.now() + 5_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
