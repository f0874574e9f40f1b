/** A homeserver as it comes: it slows down whoever says much, and encrypts no room unless its people do. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ChatError } from "../../../src/errors.ts";
import type { Message } from "../../../src/message.ts";
import { describeMatrix } from "../../support/matrix/describe-matrix.ts";
import { type Homeserver, openHomeserver } from "../../support/matrix/homeserver.ts";
import { type Human, openPeople, type People } from "../../support/matrix/human.ts";
import { openProxy, type Proxy, SENDING, SYNCING } from "../../support/matrix/proxy.ts";
import { notice, openSpeaker, type Speaker } from "./outgoing-stage.ts";

const SENDING_IN_CLEAR = /^PUT \/_matrix\/client\/v3\/rooms\/[^/]+\/send\/m\.room\.message\//;

describeMatrix("what Clarion says on a homeserver as it comes", () => {
  let server: Homeserver;
  let proxy: Proxy;
  let people: People;
  let anna: Human;
  let speaker: Speaker;
  const folder = mkdtempSync(path.join(tmpdir(), "clarion-limits-"));

  beforeAll(async () => {
    server = await openHomeserver({ encryptRooms: false, limitMessages: true });
    proxy = await openProxy(server.url);
    people = await openPeople(server.url);
    anna = await people.login(await server.register("anna"));
    speaker = await openSpeaker({ url: proxy.url, account: await server.register("speaker"), folder, pace: { settleMilliseconds: 50 } });
  });

  afterAll(async () => {
    await speaker?.stop();
    await people?.close();
    await proxy?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function meet(): Promise<string> {
    const room = await anna.createRoom({ encrypted: false, invite: [speaker.opened.userId] });
    await speaker.arrive(room, false);
    return room;
  }

  /** As the core does: later is later. */
  async function sendPatiently(room: string, message: Message, key: string): Promise<number> {
    for (let waits = 0; ; waits += 1) {
      try {
        await speaker.send(`matrix:${room}`, message, key);
        return waits;
      } catch (error) {
        if (!(error instanceof ChatError) || error.code !== "later" || error.afterMilliseconds === undefined) throw error;
        await sleep(error.afterMilliseconds);
      }
    }
  }

  it("says a burst in order, each once, at the pace that is allowed", { timeout: 120_000 }, async () => {
    const room = await meet();
    const titles = Array.from({ length: 12 }, (_, index) => `Number ${index}.`);
    let waits = 0;
    for (const title of titles) waits += await sendPatiently(room, notice(title), title);
    expect(waits).toBeGreaterThan(1);
    await anna.read(room, titles.at(-1) ?? "");
    expect(anna.shown(room).map(({ body }) => body)).toEqual(titles);
    expect(speaker.entries.filter(({ event }) => event === "matrix.limited")).toHaveLength(1);
  });

  it("posts in clear where people have chosen so, and says so", async () => {
    const room = await meet();
    expect(await speaker.capabilities(`matrix:${room}`)).toMatchObject({ encrypted: false });
    await sendPatiently(room, notice("For everybody"), "one");
    expect(await anna.read(room, "For everybody")).toMatchObject({ encrypted: false, messageType: "m.notice" });
  });

  it("posts nothing in clear when the room was encrypted a moment ago and it has not heard of it", async () => {
    const room = await meet();
    const held = proxy.on(SYNCING, { kind: "hold" });
    await anna.say(room, "Something else");
    await held.reached();
    await anna.putState(room, "m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" });
    const before = [proxy.count(SENDING), proxy.count(SENDING_IN_CLEAR)];
    await expect(speaker.send(`matrix:${room}`, notice("Not for all"), "one")).rejects.toMatchObject({ code: "later", scope: "room" });
    expect([proxy.count(SENDING), proxy.count(SENDING_IN_CLEAR)]).toEqual(before);
    held.stop();
    await speaker.arrive(room);
    await sendPatiently(room, notice("Not for all"), "one");
    expect(proxy.count(SENDING_IN_CLEAR)).toBe(before[1]);
  });

  it("posts nothing in clear where encryption was taken back", async () => {
    const room = await meet();
    await anna.putState(room, "m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" });
    await speaker.arrive(room);
    await anna.putState(room, "m.room.encryption", {});
    const before = proxy.count(SENDING_IN_CLEAR);
    await sendPatiently(room, notice("Still not for all"), "one").catch((error: unknown) => expect(error).toMatchObject({ code: "later" }));
    expect(proxy.count(SENDING_IN_CLEAR)).toBe(before);
    expect(await speaker.capabilities(`matrix:${room}`)).toMatchObject({ encrypted: true });
  });
});
