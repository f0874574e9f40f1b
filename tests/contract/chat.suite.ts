/** What every `Chat` must do. Run by the page, the terminal and the chat in memory; each says how its readers see a room. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChatError } from "../../src/errors.ts";
import { foreign, type Message } from "../../src/message.ts";
import type { Asker, Chat, RoomAddress } from "../../src/ports.ts";

export type ChatCase = {
  chat: Chat;
  room: RoomAddress;
  /** Another room of the same chat. */
  other: RoomAddress;
  /** The words of each post that stands in a room, in the order its readers see them. */
  read(room: RoomAddress): Promise<string[]>;
  /**
   * What the platform makes of the posts of a room beyond words and our own structure: elements, mentions, links that are not https,
   * escape sequences. Each in any words that help to find it.
   */
  findActive(room: RoomAddress): Promise<string[]>;
  /** Somebody who has the room open, and what is whispered to them. Absent where everybody is one person. */
  openAsker?: (room: RoomAddress) => Promise<{ asker: Asker; heard(): Promise<string[]> }>;
  dispose(): Promise<void>;
};

/** Text as a feed or a person could send it, for every platform at once. */
export const HOSTILE_TEXTS: readonly string[] = [
  `<script>alert(1)</script><img src=x onerror=alert(2)>`,
  `"><svg/onload=alert(3)> '><iframe srcdoc="&lt;b&gt;">`,
  `<!channel> <@U123> <!here> @room @channel @everyone`,
  `[press here](javascript:alert(4)) <a href="javascript:alert(5)">x</a>`,
  "\u001b[2J\u001b]0;title\u0007 \u009b31m",
  "\u202egnp.exe \u2066isolated \u200bhidden",
  "*bold* _italic_ `code` ~struck~ # heading",
];

export function plainMessage(title: string): Message {
  return { language: "en", tone: "plain", title: [title], blocks: [{ text: [`Words of ${title}.`] }], actions: [] };
}

function hostileMessage(text: string): Message {
  return {
    language: "en",
    tone: "plain",
    title: [foreign(text)],
    blocks: [
      { text: [foreign(text)] },
      { quote: [foreign(text)] },
      { list: [[foreign(text)]] },
      { fields: [["Label", [foreign(text)]]] },
      { table: { head: ["One", "Two"], rows: [[[foreign(text)], [{ link: "https://example.org/", label: foreign(text) }]]] } },
    ],
    actions: [],
  };
}

export function describeChat(name: string, open: () => Promise<ChatCase>): void {
  describe(`the chat: ${name}`, () => {
    let stage: ChatCase;
    let chat: Chat;
    let room: RoomAddress;
    beforeEach(async () => {
      stage = await open();
      ({ chat, room } = stage);
    });
    afterEach(() => stage.dispose());

    it("makes one post of one key, however often it is sent", async () => {
      const first = await chat.send(room, plainMessage("Once"), "key-1");
      const again = await chat.send(room, plainMessage("Once"), "key-1");
      expect(again).toBe(first);
      expect(await stage.read(room)).toHaveLength(1);
    });

    it("makes one post of one key when both sends are under way at once", async () => {
      const refs = await Promise.all([chat.send(room, plainMessage("Once"), "key-1"), chat.send(room, plainMessage("Once"), "key-1")]);
      expect(new Set(refs).size).toBe(1);
      expect(await stage.read(room)).toHaveLength(1);
    });

    it("makes two posts of two keys, even when they say the same", async () => {
      const refs = [await chat.send(room, plainMessage("Twice"), "key-1"), await chat.send(room, plainMessage("Twice"), "key-2")];
      expect(new Set(refs).size).toBe(2);
      expect(await stage.read(room)).toHaveLength(2);
    });

    it("shows posts in the order they were sent", async () => {
      for (let count = 1; count <= 12; count += 1) await chat.send(room, plainMessage(`Post ${count}.`), `key-${count}`);
      const shown = await stage.read(room);
      expect(shown.map((text) => /Post (\d+)\./.exec(text)?.[1])).toEqual(Array.from({ length: 12 }, (_, index) => String(index + 1)));
    });

    it("keeps the posts of one room out of the other", async () => {
      await chat.send(room, plainMessage("Here"), "key-1");
      expect(await stage.read(stage.other)).toEqual([]);
    });

    it("shows the new words in the same place after an edit, and the old ones no more", async () => {
      const ref = await chat.send(room, plainMessage("Old"), "key-1");
      await chat.send(room, plainMessage("Other"), "key-2");
      await chat.edit(ref, plainMessage("New"), "key-1/2");
      const shown = await stage.read(room);
      expect(shown[0]).toContain("Words of New.");
      expect(shown[0]).not.toContain("Words of Old.");
      expect(shown[1]).toContain("Words of Other.");
    });

    it("takes the same edit twice without harm", async () => {
      const ref = await chat.send(room, plainMessage("Old"), "key-1");
      await chat.edit(ref, plainMessage("New"), "key-1/2");
      await chat.edit(ref, plainMessage("New"), "key-1/2");
      expect(await stage.read(room)).toHaveLength(1);
    });

    it("says that a removed post is gone when it is to be edited", async () => {
      const ref = await chat.send(room, plainMessage("Old"), "key-1");
      await chat.remove(ref);
      await expect(chat.edit(ref, plainMessage("New"), "key-1/2")).rejects.toMatchObject({ name: "ChatError", code: "gone" });
      expect(await stage.read(room)).toEqual([]);
    });

    it("says that a post it never made is gone", async () => {
      const failure = await chat.edit("no-such-post", plainMessage("New"), "key-1").then(() => null, (error: unknown) => error);
      expect(failure).toBeInstanceOf(ChatError);
      expect(failure).toMatchObject({ code: "gone" });
    });

    it("removes a post, and removing it again does no harm", async () => {
      const ref = await chat.send(room, plainMessage("Old"), "key-1");
      await chat.send(room, plainMessage("Other"), "key-2");
      await chat.remove(ref);
      await chat.remove(ref);
      await chat.remove("no-such-post");
      const shown = await stage.read(room);
      expect(shown).toHaveLength(1);
      expect(shown[0]).toContain("Words of Other.");
    });

    it.each(HOSTILE_TEXTS)("shows outside text as words and nothing more: %j", async (text) => {
      await chat.send(room, hostileMessage(text), "key-1");
      expect(await stage.findActive(room)).toEqual([]);
      expect((await stage.read(room)).join("")).toContain(foreign(text).foreign.slice(0, 12).trim());
    });

    it("says what it can do, so that a room can be told who reads it", async () => {
      const capabilities = await chat.capabilities(room);
      expect(typeof capabilities.encrypted).toBe("boolean");
      expect(["this-machine", "members", "members-and-operator"]).toContain(capabilities.readers);
    });

    it("whispers to the one who asked, and to nobody else", async ({ skip }) => {
      if (stage.openAsker === undefined) return skip("everybody is one person here");
      const asking = await stage.openAsker(room);
      const beside = await stage.openAsker(room);
      await chat.whisper(asking.asker, plainMessage("Secret"));
      expect((await asking.heard()).join("")).toContain("Words of Secret.");
      expect(await beside.heard()).toEqual([]);
      expect(await stage.read(room)).toEqual([]);
    });
  });
}
