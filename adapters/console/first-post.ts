/** From the command line: a channel of any chat becomes a room of a network, through the core as everybody does it, and its first post is seen to. */
import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "../../src/app.ts";
import { WELCOME_CARD } from "../../src/cards/welcome.ts";
import { printLine } from "../../src/command.ts";
import type { Say } from "../../src/i18n.ts";
import { spansText, toPlain } from "../../src/plain.ts";
import type { Actor, RoomAddress } from "../../src/ports.ts";
import { networkNames } from "../../src/rooms/networks.ts";
import { findRoom } from "../../src/rooms/rooms.ts";
import { systemChance, systemClock } from "../node/machine.ts";
import { safeForTerminal } from "./safe.ts";

/** How long the running server is given to post what was put into its database. */
const SERVER_MILLISECONDS = 30_000;
const LOOK_MILLISECONDS = 200;

export type FirstPostOptions = {
  say: Say;
  write(text: string): void;
  actor: Actor;
  /** A server runs on the data folder; then it posts, not we. */
  served: boolean;
  /** Prints what to type; these are the networks there are. */
  writeExample(networks: ReadonlyMap<string, string>): void;
};
/** `not_joined`: why has been printed. */
export type FirstPost = "not_joined" | "posted" | "not_posted" | "posted_by_server" | "not_posted_by_server";

export async function joinAndPost(app: App, address: RoomAddress, network: string, options: FirstPostOptions): Promise<FirstPost> {
  const { say, write, actor, served } = options;
  const answer = await app.dispatch({ key: systemChance.id(), line: printLine("join", [network]), actor, room: address, language: say.language });
  const names = await networkNames(app.ports.store.reading);
  if (answer.field === "network") {
    // How a person in the channel would write it helps nobody at the terminal.
    write(`\n${safeForTerminal(spansText(answer.message.title, answer.message.language))}\n`);
    options.writeExample(names);
    return "not_joined";
  }
  write(`\n${safeForTerminal(toPlain(answer.message))}\n`);
  if (!answer.ok) {
    const standing = (await findRoom(app.ports.store.reading, address))?.network;
    const isWanted = standing !== undefined && [standing, names.get(standing)?.toLowerCase()].includes(network.toLowerCase());
    if (answer.code !== "already_room" || !isWanted) return "not_joined";
  }
  if (served) return (await waitForServer(app, address)) ? "posted_by_server" : "not_posted_by_server";
  return (await deliver(app, address)) ? "posted" : "not_posted";
}

/** No server runs, so nobody else posts. */
async function deliver(app: App, address: RoomAddress): Promise<boolean> {
  const giveUpAt = systemClock.now() + SERVER_MILLISECONDS;
  for (;;) {
    const next = await app.deliver(address);
    if (await isWelcomed(app, address)) return true;
    if (next === null || next > giveUpAt) return false;
    await sleep(Math.max(0, next - systemClock.now()));
  }
}

async function waitForServer(app: App, address: RoomAddress): Promise<boolean> {
  const giveUpAt = systemClock.now() + SERVER_MILLISECONDS;
  while (systemClock.now() < giveUpAt) {
    if (await isWelcomed(app, address)) return true;
    await sleep(LOOK_MILLISECONDS);
  }
  return false;
}

async function isWelcomed(app: App, address: RoomAddress): Promise<boolean> {
  const post = await app.ports.store.reading
    .selectFrom("posts")
    .select("reference")
    .where("room", "=", address)
    .where("card", "=", WELCOME_CARD)
    .where("state", "in", ["standing", "stale"])
    .executeTakeFirst();
  return post !== undefined;
}
