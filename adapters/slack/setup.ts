/** From nothing to a first post: the steps while the keys are missing, then the checks, the channels, and one channel made a room. */
import type { App } from "../../src/app.ts";
import type { Say } from "../../src/i18n.ts";
import { OperatorError } from "../../src/operator-error.ts";
import type { Actor, Chat, Log, RoomAddress, Store } from "../../src/ports.ts";
import { networkNames } from "../../src/rooms/networks.ts";
import { listRooms } from "../../src/rooms/rooms.ts";
import type { SlackConfig } from "../../src/slack-settings.ts";
import { printFindings } from "../console/findings.ts";
import { joinAndPost } from "../console/first-post.ts";
import { safeForTerminal } from "../console/safe.ts";
import { systemChance, systemClock } from "../node/machine.ts";
import { checkSlack, listChannels, type SlackChannel } from "./check.ts";
import type { GivenOptions } from "./manifest-options.ts";
import { creationLink, type Manifest } from "./manifest.ts";
import { createOutgoing } from "./outgoing.ts";
import { openWorkspaces } from "./workspace.ts";

type Write = (text: string) => void;

/**
 * What to do while there are no keys. In HTTP mode Slack calls us, and a signing secret takes the app-level token's place. The manifest itself would
 * push the steps off the screen: the link has it, and `given`, what the command line asked for, prints it.
 */
export function printSteps(manifest: Manifest, given: GivenOptions, say: Say, write: Write): void {
  const isSocket = manifest.settings.socket_mode_enabled;
  const second = isSocket ? "app_token" : "signing_secret";
  const steps = [
    `${say("console.setup.step.create")}\n${creationLink(manifest)}`,
    say("console.setup.step.install"),
    say("console.setup.step.bot_token"),
    say(`console.setup.step.${second}`),
    [say("console.setup.step.settings"), "", "   SLACK_BOT_TOKEN=xoxb-…", isSocket ? "   SLACK_APP_TOKEN=xapp-…" : "   SLACK_SIGNING_SECRET=…", "", "   chmod 600 .env"].join("\n"),
    `${say("console.setup.step.again")}\n   npm run -s clarion -- setup slack`,
  ];
  write(`${say("console.setup.begin")}\n\n`);
  for (const [index, step] of steps.entries()) write(`${index + 1}. ${step}\n\n`);
  write(`${say("console.setup.manifest")}\n   npm run -s clarion -- slack manifest${flagsOf(given)}\n`);
}

function flagsOf(given: GivenOptions): string {
  const named = [["with", given.with], ["prefix", given.prefix], ["without", given.without], ["http", given.http]] as const;
  return named.flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${/^[\w.,:/-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`}`])).join("");
}

export type SetupOptions = {
  config: SlackConfig;
  say: Say;
  log: Log;
  write: Write;
  /** The core with these chats beside, on the data folder. */
  open(chats: (store: Store) => Promise<Chat[]>): Promise<{ app: App; close(): Promise<void> }>;
  /** Whether a server runs on the data folder; then it posts, not we. */
  served(): boolean;
  actor: Actor;
  /** To become a room of `network`: an id such as `C0123`, or a name. */
  channel?: string;
  network?: string;
};

/** Returns whether everything asked for was done. */
export async function setUpSlack(options: SetupOptions): Promise<boolean> {
  const { config, say, log, write } = options;
  if ((options.channel === undefined) !== (options.network === undefined)) throw new OperatorError("setup_incomplete");
  const reports = await checkSlack(config, [], { say, log });
  if (!printFindings(reports.flatMap(({ findings }) => findings), say, write)) {
    write(`\n${say("console.setup.mend")}\n`);
    return false;
  }
  const channels: SlackChannel[] = [];
  for (const { workspace } of reports) if (workspace !== undefined) channels.push(...(await listChannels(workspace)));
  const wanted = options.channel === undefined ? undefined : pick(channels, options.channel);
  const sender = await openSender(config, log);
  const { app, close } = await options.open(async () => [sender]);
  try {
    if (wanted !== undefined && options.network !== undefined) return await join(app, wanted, options.network, options);
    await printChannels(app, channels, options);
    return true;
  } finally {
    await sender.stop();
    await close();
  }
}

/** The sending half of the chat: it posts, and hears nothing, so that a server beside it misses nothing. */
async function openSender(config: SlackConfig, log: Log): Promise<Chat> {
  const apiUrl = config.apiUrl === undefined ? {} : { apiUrl: config.apiUrl };
  const workspaces = await openWorkspaces(config.workspaces, { log, clock: systemClock, ...apiUrl });
  const { send, edit, remove, whisper, capabilities, stop } = createOutgoing({ workspaces, log, clock: systemClock, chance: systemChance, ...apiUrl });
  return { id: "slack", send, edit, remove, whisper, capabilities, start: async () => undefined, stop: async () => stop() };
}

async function printChannels(app: App, channels: readonly SlackChannel[], { say, write }: SetupOptions): Promise<void> {
  const rooms = new Map((await listRooms(app.ports.store.reading)).map((room) => [room.address, room.network]));
  const names = await networkNames(app.ports.store.reading);
  if (channels.length === 0) {
    write(`\n${say("console.setup.no_channel")}\n   /invite @Clarion\n`);
    return;
  }
  write(`\n${say("console.setup.channels")}\n`);
  for (const { address, name } of channels) {
    const network = rooms.get(address);
    const what = network === undefined ? say("console.setup.no_room") : say("console.setup.room", { network: names.get(network) ?? network });
    write(`   #${safeForTerminal(name)}  ${channelId(address)}  ${what}\n`);
  }
  const free = channels.find(({ address }) => !rooms.has(address));
  if (free === undefined) return;
  writeExample(names, free.address, { say, write });
}

function writeExample(networks: ReadonlyMap<string, string>, address: RoomAddress, { say, write }: Pick<SetupOptions, "say" | "write">): void {
  const ids = [...networks.keys()];
  write(`\n${say("console.setup.join", { networks: ids.join(", ") })}\n   npm run -s clarion -- setup slack --channel ${channelId(address)} --network ${ids[0] ?? ""}\n`);
}

function channelId(address: RoomAddress): string {
  return address.slice(address.indexOf("/") + 1);
}

/** By id, or by a name that only one channel has. */
function pick(channels: readonly SlackChannel[], wanted: string): SlackChannel {
  const bare = wanted.replace(/^#/, "");
  const found = channels.filter(({ address, name }) => channelId(address) === bare || address === bare || name === bare);
  const [channel] = found;
  if (channel === undefined || found.length > 1) throw new OperatorError("slack_channel_unknown", { channel: wanted.slice(0, 80) });
  return channel;
}

async function join(app: App, { address, name }: SlackChannel, network: string, options: SetupOptions): Promise<boolean> {
  const { say, write, actor } = options;
  const served = options.served();
  const outcome = await joinAndPost(app, address, network, { say, write, actor, served, writeExample: (names) => writeExample(names, address, options) });
  if (outcome === "not_joined") return false;
  write(`\n${say(`console.setup.${outcome}`, { channel: safeForTerminal(name) })}\n`);
  if (!served) write(`${say("console.setup.start")}\n   npm start\n`);
  return outcome === "posted" || outcome === "posted_by_server";
}
