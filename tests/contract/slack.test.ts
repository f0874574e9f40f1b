/** The chat suite on Slack: the real Bolt and the real clients, on a double as strict as Slack's documentation. */
import { afterEach, expect } from "vitest";
import { fingerprint } from "../../adapters/node/machine.ts";
import { addressOf, placeOf } from "../../adapters/slack/address.ts";
import { createSlackChat } from "../../adapters/slack/chat.ts";
import { sentence } from "../../src/message.ts";
import type { Asker, Inbound } from "../../src/ports.ts";
import { testDirectory } from "../support/app.ts";
import { handClock, seededChance } from "../support/clock.ts";
import { recordingLog } from "../support/log.ts";
import { checkMessage } from "../support/slack/check-message.ts";
import { type DoubleWorkspace, LEAST_SCOPES, ALL_SCOPES, NO_RATES, openSlackDouble, type Post, type SlackDouble, type Whisper } from "../support/slack/double.ts";
import { readShown } from "../support/slack/shown.ts";
import { openMemoryStore } from "../support/store.ts";
import { describeChat } from "./chat.suite.ts";

let double: SlackDouble | undefined;
afterEach(() => expect(double?.breaches).toEqual([]));

const words = ({ blocks }: Pick<Post | Whisper, "blocks">): string => readShown(blocks).texts.join("\n");

/** What Slack would make of a post beyond words: mentions, broadcasts, links that are not https, and whatever its documentation forbids. */
function findActiveIn({ text, blocks }: Post): string[] {
  const written = JSON.stringify(blocks);
  return [
    ...(written.match(/"type":"(user|usergroup|broadcast|team|channel|mrkdwn|image|video)"/g) ?? []),
    ...readShown(blocks).links.filter((url) => !url.startsWith("https://")),
    ...(text.match(/<[^>]*>?/g) ?? []),
    ...checkMessage({ channel: "C0", text, blocks, unfurl_links: false, unfurl_media: false }),
  ];
}

for (const [name, scopes] of [["with history", ALL_SCOPES], ["with the fewest scopes", LEAST_SCOPES]] as const) {
  describeChat(`Slack, ${name}`, async () => {
    const opened = await openSlackDouble({ rates: NO_RATES });
    double = opened;
    const workspace: DoubleWorkspace = opened.addWorkspace({ scopes });
    const store = await openMemoryStore();
    const chat = createSlackChat({
      workspaces: [{ botToken: workspace.botToken, appToken: workspace.appToken }],
      apiUrl: opened.apiUrl,
      commands: [],
      store,
      directory: testDirectory,
      clock: handClock(new Date().toISOString()),
      chance: seededChance(),
      log: recordingLog(),
      actorOf: (team, user) => fingerprint(`${team}/${user}`),
      language: "en",
      pace: { postMilliseconds: 0, editsPerMinute: 10_000 },
    });
    const askers: Asker[] = [];
    await chat.start(async ({ asker }: Inbound) => {
      if (asker !== undefined) askers.push(asker);
      // Queued: the suite itself hands the answer over.
      return { ok: true, to: "asker", repeated: false, queued: true, message: sentence("queued", "en") };
    });
    const [room, other] = [workspace.addChannel(), workspace.addChannel()].map((channel) => addressOf({ team: workspace.team, channel }));
    if (room === undefined || other === undefined) throw new Error("no channels");
    const channelOf = (address: string): string => placeOf(address)?.channel ?? "";
    return {
      chat,
      room,
      other,
      read: async (address) => workspace.posts(channelOf(address)).map(words),
      findActive: async (address) => workspace.posts(channelOf(address)).flatMap(findActiveIn),
      openAsker: async (address) => {
        const user = workspace.addUser();
        await workspace.command({ user, channel: channelOf(address), command: "/clarion", text: "help" });
        const asker = askers.at(-1);
        if (asker === undefined) throw new Error("the command did not arrive");
        return { asker, heard: async () => workspace.whispers({ user }).map(words) };
      },
      dispose: async () => {
        await chat.stop();
        await store.close();
        await opened.close();
      },
    };
  });
}
