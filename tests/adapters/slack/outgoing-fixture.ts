/** The sending half of the chat, with the real client, against a Slack of one's own. */
import { createOutgoing, type Outgoing } from "../../../adapters/slack/outgoing.ts";
import type { PaceRules } from "../../../adapters/slack/pace.ts";
import { openWorkspaces, type WorkspaceSecrets } from "../../../adapters/slack/workspace.ts";
import { ChatError } from "../../../src/errors.ts";
import type { Message } from "../../../src/message.ts";
import type { RoomAddress } from "../../../src/ports.ts";
import { handClock, seededChance } from "../../support/clock.ts";
import { recordingLog } from "../../support/log.ts";
import { type DoubleOptions, type DoubleWorkspace, NO_RATES, openSlackDouble, type Post, type SlackDouble, type WorkspaceOptions } from "../../support/slack/double.ts";

/** No spacing that would be waited for. A reply may take as long as on a busy machine. */
export const QUICK: Partial<PaceRules> = { postMilliseconds: 4 };
/** For replies that never come. */
export const IMPATIENT: Partial<PaceRules> = { requestMilliseconds: 1_000 };

export type Stage = {
  double: SlackDouble;
  workspace: DoubleWorkspace;
  /** A channel the bot is in, and its address. */
  channel: string;
  room: RoomAddress;
  clock: ReturnType<typeof handClock>;
  log: ReturnType<typeof recordingLog>;
  outgoing: Outgoing;
  /** As after a restart: nothing in memory. */
  restart(secrets?: readonly WorkspaceSecrets[]): Promise<Outgoing>;
  roomOf(channel: string): RoomAddress;
  /** The posts that stand in a channel, the default one unless named. */
  standing(channel?: string): Post[];
  close(): Promise<void>;
};

export async function openStage(options: { workspace?: WorkspaceOptions; double?: DoubleOptions; rules?: Partial<PaceRules> } = {}): Promise<Stage> {
  const clock = handClock("2026-11-21T10:00:00Z");
  const double = await openSlackDouble({ rates: NO_RATES, now: () => clock.now(), ...options.double });
  const workspace = double.addWorkspace(options.workspace);
  const channel = workspace.addChannel();
  const log = recordingLog();
  const rules = { ...QUICK, ...options.rules };
  const opened: Outgoing[] = [];
  const restart = async (secrets: readonly WorkspaceSecrets[] = [{ botToken: workspace.botToken }]): Promise<Outgoing> => {
    const { apiUrl } = double;
    const workspaces = await openWorkspaces(secrets, { apiUrl, log, clock, rules, retryMilliseconds: 20 });
    const outgoing = createOutgoing({ workspaces, clock, chance: seededChance(), log, rules, apiUrl });
    opened.push(outgoing);
    return outgoing;
  };
  return {
    double,
    workspace,
    channel,
    room: `slack:${workspace.team}/${channel}`,
    clock,
    log,
    outgoing: await restart(),
    restart,
    roomOf: (other) => `slack:${workspace.team}/${other}`,
    standing: (where = channel) => workspace.posts(where),
    async close() {
      for (const outgoing of opened) outgoing.stop();
      await double.close();
    },
  };
}

export function note(title: string): Message {
  return { language: "en", tone: "plain", title: [title], blocks: [{ text: [`Words of ${title}.`] }], actions: [{ label: "Take", command: "take upr55-phl" }] };
}

/** Needs `pages` posts: each part alone is more than half of what one post holds. */
export function longNote(title: string, pages: number): Message {
  const parts = Array.from({ length: pages * 4 }, (_, index) => ({ text: [`Part ${index + 1} of ${title}. ${"word ".repeat(520)}`] }));
  return { ...note(title), blocks: parts };
}

/** The error a promise ends with; fails when it ends well. */
export async function failureOf(promise: Promise<unknown>): Promise<ChatError> {
  const error: unknown = await promise.then(
    () => new Error("it went well"),
    (reason: unknown) => reason,
  );
  if (error instanceof ChatError) return error;
  throw error;
}
