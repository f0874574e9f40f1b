/** Posts in a channel: sent, edited in place, taken away. */
import { ChatError } from "../../src/errors.ts";
import type { Message } from "../../src/message.ts";
import type { Chat } from "../../src/ports.ts";
import { createRecent } from "../node/recent.ts";
import { type Place, type Standing, standingOf } from "./address.ts";
import { callSlack } from "./calls.ts";
import { drawPages, type Page } from "./draw/pages.ts";
import { codeOf, retryAfterOf, toChatError } from "./failures.ts";
import { createSender, type PostDependencies, type Sender } from "./send.ts";
import type { Workspace } from "./workspace.ts";

export type Posts = Pick<Chat, "edit" | "remove"> & Sender;

/** How many removed continuations are remembered, so that they are not removed again with each edit. */
const REMEMBERED = 5_000;

export function createPosts(dependencies: Omit<PostDependencies, "draw" | "takeAway">): Posts {
  const { workspaces, clock, log } = dependencies;
  const removed = createRecent<true>(REMEMBERED);

  /** A message that cannot be drawn is a fault of ours, and no repeat mends it. */
  function draw(message: Message): Page[] {
    try {
      return drawPages(message);
    } catch (cause) {
      log.error("slack.undrawable", { error: codeOf(cause) });
      throw new ChatError("refused", { cause });
    }
  }

  /** Last page first, so that what is left after a failure is still a message. What is not there needs no removing. Throws `ChatError`. */
  async function removePages(workspace: Workspace, { team, channel }: Place, timestamps: readonly string[]): Promise<void> {
    for (const ts of timestamps.toReversed()) {
      const name = `${team}/${channel}/${ts}`;
      if (removed.get(name) === true) continue;
      try {
        await callSlack(workspace, clock, "chat.delete", "remove", () => workspace.client.chat.delete({ channel, ts }));
      } catch (error) {
        if (toChatError(error, "remove").code !== "gone") throw error;
      }
      removed.set(name, true);
    }
  }

  /** Removes what another post takes the place of. Where Slack lets nobody delete, it stays: better twice than not at all. */
  async function clear(workspace: Workspace, standing: Standing): Promise<void> {
    try {
      await removePages(workspace, standing, standing.timestamps);
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== "refused") throw error;
      log.warn("slack.left_standing", { code: codeOf(error) });
    }
  }

  /** Removes pages that are no longer needed. Where Slack lets nobody delete, all that is left in them is the title, struck. */
  async function shorten(workspace: Workspace, ref: string, standing: Standing, surplus: readonly string[], message: Message): Promise<void> {
    try {
      await removePages(workspace, standing, surplus);
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== "refused") throw error;
      log.warn("slack.left_standing", { code: codeOf(error) });
      const [emptied] = draw({ ...message, title: message.title.map((span) => ({ struck: span })), tone: "plain", blocks: [], actions: [] });
      if (emptied === undefined) return;
      for (const ts of surplus) await update(workspace, ref, standing.channel, ts, emptied);
    }
  }

  async function update(workspace: Workspace, ref: string, channel: string, ts: string, page: Page): Promise<void> {
    try {
      // Without `parse`, an edit would parse names and links that the post did not.
      workspace.note(await workspace.client.chat.update({ channel, ts, text: page.text, blocks: page.blocks, parse: "none" }));
    } catch (error) {
      const asked = retryAfterOf(error);
      if (asked !== undefined) throw new ChatError("later", { after: workspace.edits.limited(ref, clock.now(), asked), scope: "post", cause: error });
      const failure = toChatError(error, "edit");
      if (failure.code === "refused") log.error("slack.refused", { code: codeOf(error) });
      if (failure.code === "unsure") log.warn("slack.unsure", { code: codeOf(error) });
      throw failure;
    }
  }

  const sender = createSender({
    ...dependencies,
    draw,
    takeAway: (workspace, place, timestamps) => removePages(workspace, place, timestamps).catch(() => undefined),
  });

  return {
    ...sender,
    async edit(ref, message) {
      const standing = standingOf(ref);
      if (standing === undefined) throw new ChatError("gone");
      const workspace = await workspaces.find(standing.team);
      const pages = draw(message);
      const { channel, timestamps } = standing;
      if (pages.length > timestamps.length) {
        // Another page cannot be put between what was posted since: the whole comes anew.
        await clear(workspace, standing);
        throw new ChatError("gone");
      }
      const wait = workspace.edits.claim(ref, pages.length, clock.now());
      if (wait > 0) throw new ChatError("later", { after: wait, scope: "post" });
      try {
        for (const [number, page] of pages.entries()) await update(workspace, ref, channel, timestamps[number] ?? "", page);
      } catch (error) {
        // A page was removed by somebody, or can no longer be changed; its others must not stand alone.
        if (error instanceof ChatError && error.code === "gone") await clear(workspace, standing);
        throw error;
      }
      await shorten(workspace, ref, standing, timestamps.slice(pages.length), message);
    },
    async remove(ref) {
      const standing = standingOf(ref);
      if (standing === undefined) return;
      await removePages(await workspaces.find(standing.team), standing, standing.timestamps);
    },
  };
}
