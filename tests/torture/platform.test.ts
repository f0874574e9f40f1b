/** The platform that the torture delivers to must itself be a chat like any other, and fail in the ways it says. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toPlain } from "../../src/plain.ts";
import type { Chat, RoomAddress } from "../../src/ports.ts";
import { describeChat, plainMessage } from "../contract/chat.suite.ts";
import { seededChance } from "../support/clock.ts";
import { NO_FAULTS, openPlatform, type Platform } from "../support/platform.ts";
import { createHttpChat } from "./http-chat.ts";

const standing = (platform: Platform, room: RoomAddress): string[] =>
  platform.posts.filter((post) => post.room === room && !post.removed).map((post) => toPlain(post.message));

describeChat("over HTTP, for the torture", async () => {
  const platform = await openPlatform(seededChance());
  return {
    chat: createHttpChat("test", platform.url),
    room: "test:one",
    other: "test:other",
    read: async (room) => standing(platform, room),
    // It keeps words, and draws nothing from them.
    findActive: async () => [],
    dispose: () => platform.close(),
  };
});

describe("the platform for the torture", () => {
  const room = "test:one";
  let platform: Platform;
  let chat: Chat;
  beforeEach(async () => {
    platform = await openPlatform(seededChance());
    chat = createHttpChat("test", platform.url);
  });
  afterEach(() => platform.close());

  it("makes a post and leaves the sender unsure when it loses the reply, and knows the repeat", async () => {
    platform.setFaults({ ...NO_FAULTS, lostReplies: 1 });
    await expect(chat.send(room, plainMessage("One"), "key")).rejects.toMatchObject({ code: "unsure" });
    platform.setFaults(NO_FAULTS);
    const reference = await chat.send(room, plainMessage("Another"), "key");
    expect(platform.posts.map((post) => post.reference)).toEqual([reference]);
    expect(standing(platform, room)[0]).toContain("Words of One.");
    expect(platform.repeats).toBe(1);
  });

  it("makes nothing of a request that it swallows or refuses, and names a time for the latter", async () => {
    platform.setFaults({ ...NO_FAULTS, swallowed: 1 });
    await expect(chat.send(room, plainMessage("One"), "key")).rejects.toMatchObject({ code: "unsure" });
    platform.setFaults({ ...NO_FAULTS, refused: 1 });
    await expect(chat.send(room, plainMessage("One"), "key")).rejects.toMatchObject({ code: "later", afterMilliseconds: 20 });
    expect(platform.posts).toEqual([]);
  });

  it("holds the replies of the writes chosen until it lets go, and loses them then", async () => {
    const letGo = platform.hold((write) => write.path === "/send");
    const sending = chat.send(room, plainMessage("One"), "key").then(() => "sure", (error: { code: string }) => error.code);
    while (platform.posts.length === 0) await new Promise((resolve) => setImmediate(resolve));
    letGo();
    expect(await sending).toBe("unsure");
  });

  it("keeps the first of two edits with one key", async () => {
    const reference = await chat.send(room, plainMessage("One"), "key");
    await chat.edit(reference, plainMessage("Two"), "edit");
    await chat.edit(reference, plainMessage("Three"), "edit");
    expect(standing(platform, room)[0]).toContain("Words of Two.");
  });
});
