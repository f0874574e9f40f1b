/** A day in a workspace, written down as people see it: after each act, what is new or different on anybody's screen. */
import type { DoubleWorkspace, Post, View } from "./double.ts";
import { readBlocks } from "./read-aloud.ts";

export type Narrator = {
  /** Says what was done and writes down what came of it. */
  tell(act: string): void;
  /** All of it so far. */
  story(): string;
};

/** `people`: what each is called in the story, by id. Their Home tabs and windows are read, too. */
export function openNarrator(workspace: DoubleWorkspace, channels: readonly string[], people: ReadonlyMap<string, string>, now: () => number): Narrator {
  const seen = new Map<string, string>();
  const lines: string[] = [];
  const name = (user: string): string => people.get(user) ?? user;
  const show = (id: string, title: string, text: string): void => {
    if (seen.get(id) === text) return;
    const what = seen.has(id) ? `${title}, changed` : title;
    seen.set(id, text);
    lines.push(`  ┌ ${what}`, ...text.split("\n").map((line) => `  │ ${line}`), "");
  };
  return {
    tell(act) {
      lines.push(`${new Date(now()).toISOString().slice(0, 16).replace("T", " ")} UTC: ${act}`, "");
      for (const channel of channels) {
        for (const post of workspace.posts(channel, { every: true })) show(`post ${channel} ${post.ts}`, `in the channel (on a locked telephone: “${post.text}”)`, post.deleted ? "(deleted)" : readPost(post));
      }
      for (const whisper of workspace.whispers()) {
        show(`whisper ${whisper.id}`, `only ${name(whisper.user)} sees`, whisper.deleted ? "(gone)" : readBlocks(whisper.blocks) || whisper.text);
      }
      for (const user of people.keys()) {
        for (const view of workspace.views(user)) show(`view ${view.id}`, `a window of ${name(user)}`, readView(view));
        const home = workspace.home(user);
        if (home !== undefined) show(`home ${user}`, `the Home tab of ${name(user)}`, readBlocks(home.blocks));
      }
    },
    story: () => lines.join("\n"),
  };
}

export function readPost(post: Pick<Post, "blocks" | "text">): string {
  return post.blocks.length === 0 ? post.text : readBlocks(post.blocks);
}

/** With the words on its frame. */
export function readView({ sent, blocks }: Pick<View, "sent" | "blocks">): string {
  const frame = ["title", "submit", "close"].flatMap((part) => {
    const text = sent[part];
    return typeof text === "object" && text !== null && "text" in text ? [`${part}: ${String(text.text)}`] : [];
  });
  return [frame.join(" · "), readBlocks(blocks)].join("\n");
}
