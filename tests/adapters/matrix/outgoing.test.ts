/** What Clarion says on Matrix, against a real homeserver that loses, delays and forgets, read by a client of another make. */
import { mkdtempSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { standingOf } from "../../../adapters/matrix/address.ts";
import type { Ref, RoomAddress } from "../../../src/ports.ts";
import type { Account } from "../../support/matrix/accounts.ts";
import { describeMatrix } from "../../support/matrix/describe-matrix.ts";
import type { ShownMessage } from "../../support/matrix/heard.ts";
import type { Human } from "../../support/matrix/human.ts";
import { openProxy, type Proxy, SENDING, SENDING_TO_DEVICES, SYNCING } from "../../support/matrix/proxy.ts";
import { startProcess } from "../../support/processes.ts";
import { openStage, type Stage } from "./keys-stage.ts";
import { longNotice, notice, openSpeaker, type Speaker, type SpeakerOptions } from "./outgoing-stage.ts";

const HOUR = 3_600_000;
const SENDING_IN_CLEAR = /^PUT \/_matrix\/client\/v3\/rooms\/[^/]+\/send\/m\.room\.message\//;
const REDACTING = /^PUT \/_matrix\/client\/v3\/rooms\/[^/]+\/redact\//;
const READING_BACK = /^GET \/_matrix\/client\/v3\/rooms\/[^/]+\/messages\b/;

describeMatrix("what Clarion says on Matrix", () => {
  let stage: Stage;
  let proxy: Proxy;
  let reader: Human;
  let where: SpeakerOptions & { account: Account };
  let speaker: Speaker;
  let room: string;
  let address: RoomAddress;

  beforeAll(async () => {
    stage = await openStage();
    proxy = await openProxy(stage.server.url);
    reader = await stage.device();
    const account = await stage.server.register("speaker");
    where = { url: proxy.url, account, folder: mkdtempSync(path.join(stage.folder, "speaker-")), pace: { settleMilliseconds: 50 } };
    speaker = await openSpeaker(where);
  });

  beforeEach(async () => {
    proxy.calm();
    [room, address] = await meet();
  });

  afterAll(async () => {
    await speaker?.stop();
    await proxy?.close();
    await stage?.close();
  });

  async function meet(options: Parameters<Human["createRoom"]>[0] = {}): Promise<[string, RoomAddress]> {
    const id = await reader.createRoom({ ...options, invite: [speaker.opened.userId] });
    await speaker.arrive(id);
    return [id, `matrix:${id}`];
  }

  async function reopen(change: Partial<SpeakerOptions> = {}): Promise<void> {
    await speaker.stop();
    speaker = await openSpeaker({ ...where, ...change });
    await speaker.arrive(room);
  }

  /** What stands once a last post has come through, without it. */
  async function read(): Promise<ShownMessage[]> {
    const end = `End of ${room}`;
    await speaker.send(address, notice(end), "the-end");
    await reader.read(room, end);
    expect(reader.unreadable(room)).toEqual([]);
    return reader.shown(room).filter(({ body }) => body !== end);
  }

  const eventsOf = (ref: Ref): string[] => standingOf(ref)?.events ?? [];

  it("posts a notice that calls nobody, encrypted, with nothing in clear on the way", async () => {
    const ref = await speaker.send(address, notice("Hello", ["Some words."]), "one");
    const [shown] = await read();
    expect(shown).toMatchObject({ eventId: eventsOf(ref)[0], messageType: "m.notice", mentions: { users: [], room: false }, encrypted: true });
    expect(shown?.body).toContain("Some words.");
    const heard = reader.heard(room).find(({ eventId }) => eventId === shown?.eventId);
    expect(heard?.visibleNames.toSorted()).toEqual(["algorithm", "ciphertext", "device_id", "sender_key", "session_id"]);
    expect(proxy.count(SENDING_IN_CLEAR)).toBe(0);
  });

  it("says a thing once when the reply is lost", async () => {
    const loss = proxy.on(SENDING, { kind: "lose the reply" }, { times: 1 });
    const since = Date.now();
    await expect(speaker.send(address, notice("Once"), "once")).rejects.toMatchObject({ code: "unsure" });
    expect(loss.applied).toBe(1);
    const ref = await speaker.send(address, notice("Once"), "once", { repeatOf: since });
    expect((await read()).map(({ eventId }) => eventId)).toEqual(eventsOf(ref));
  });

  it("says a thing once when the reply is lost and the homeserver restarts", async () => {
    proxy.on(SENDING, { kind: "lose the reply" }, { times: 1 });
    const since = Date.now();
    await expect(speaker.send(address, notice("Once"), "once")).rejects.toMatchObject({ code: "unsure" });
    await stage.server.restart();
    const ref = await speaker.send(address, notice("Once"), "once", { repeatOf: since });
    expect((await read()).map(({ eventId }) => eventId)).toEqual(eventsOf(ref));
  });

  it("says a thing that never arrived when it is repeated", async () => {
    proxy.on(SENDING, { kind: "lose the request" }, { times: 1 });
    const since = Date.now();
    await expect(speaker.send(address, notice("After all"), "after-all")).rejects.toMatchObject({ code: "unsure" });
    await reopen();
    const ref = await speaker.send(address, notice("After all"), "after-all", { repeatOf: since });
    expect((await read()).map(({ eventId }) => eventId)).toEqual(eventsOf(ref));
  });

  it.each([
    { what: "a short post", long: false, dieAfter: 1 },
    { what: "the second page of a long one", long: true, dieAfter: 2 },
  ])("says $what once when it is killed after the homeserver took it", async ({ long, dieAfter }) => {
    await speaker.stop();
    const since = Date.now();
    const victim = startProcess(new URL("outgoing-victim.ts", import.meta.url), [JSON.stringify({ ...where, room, title: "Once", long, key: "once", dieAfter })]);
    expect(await victim.ended).toMatchObject({ signal: "SIGKILL" });
    expect(victim.lines).toContain("sending");
    speaker = await openSpeaker(where);
    const ref = await speaker.send(address, long ? longNotice("Once") : notice("Once"), "once", { repeatOf: since });
    const shown = await read();
    expect(shown.map(({ eventId }) => eventId)).toEqual(eventsOf(ref));
    expect(shown.length > 1).toBe(long);
  });

  it("finds again what the homeserver would no longer know after a day", async () => {
    proxy.on(SENDING, { kind: "lose the reply" }, { times: 1 });
    const since = Date.now();
    await expect(speaker.send(address, notice("Once"), "once")).rejects.toMatchObject({ code: "unsure" });
    // Much has been said since.
    for (let count = 0; count < 120; count += 1) await speaker.send(address, notice(`Other ${count}`), `other-${count}`);
    speaker.setAhead(25 * HOUR);
    const before = [proxy.count(SENDING), proxy.count(READING_BACK)];
    const ref = await speaker.send(address, notice("Once"), "once", { repeatOf: since });
    speaker.setAhead(0);
    expect([proxy.count(SENDING), proxy.count(READING_BACK)]).toEqual([before[0], (before[1] ?? 0) + 2]);
    expect((await read()).filter(({ body }) => body === "Once").map(({ eventId }) => eventId)).toEqual(eventsOf(ref));
  });

  it("finds again what another device of its account said, and says only the rest", async () => {
    proxy.on(SENDING, { kind: "delay", milliseconds: 0 }, { times: 2 });
    proxy.on(SENDING, { kind: "lose the request" }, { times: 1 });
    const since = Date.now();
    await expect(speaker.send(address, longNotice("Long"), "long")).rejects.toMatchObject({ code: "unsure" });
    const old = speaker.opened.deviceId;
    await reopen({ recover: true });
    expect(speaker.opened.deviceId).not.toBe(old);
    const before = proxy.count(SENDING);
    const ref = await speaker.send(address, longNotice("Long"), "long", { repeatOf: since });
    expect(eventsOf(ref).length).toBeGreaterThan(2);
    expect(proxy.count(SENDING) - before).toBe(eventsOf(ref).length - 2);
    expect((await read()).map(({ eventId }) => eventId)).toEqual(eventsOf(ref));
  });

  it("says a thing in pages, in order, each of which says which it is", async () => {
    const ref = await speaker.send(address, longNotice("Long"), "long");
    const shown = await read();
    expect(shown.map(({ eventId }) => eventId)).toEqual(eventsOf(ref));
    expect(shown.length).toBeGreaterThan(2);
    expect(shown.map(({ body }) => /\((\d of \d)\)/.exec(body)?.[1])).toEqual(shown.map((_, index) => `${index + 1} of ${shown.length}`));
    expect(shown.map(({ body }) => body).join("\n")).toContain("Long, line 119.");
  });

  it("answers what it was asked, in the thread where it was asked", async () => {
    const asked = await reader.say(room, "!help");
    const threaded = await reader.say(room, "!help", { threadRoot: asked });
    await speaker.send(address, notice("In the room"), "one", { replyTo: `${room} ${asked}` });
    const long = await speaker.send(address, longNotice("In the thread"), "two", { replyTo: `${room} ${threaded}` });
    const shown = await read();
    expect(shown.find(({ body }) => body === "In the room")).toMatchObject({ replyTo: asked, threadRoot: undefined });
    const pages = shown.filter(({ eventId }) => eventsOf(long).includes(eventId));
    const [first, ...rest] = eventsOf(long);
    expect(rest.length).toBeGreaterThan(1);
    expect(pages.map(({ replyTo, threadRoot }) => [replyTo, threadRoot])).toEqual([[threaded, asked], ...rest.map(() => [first, asked])]);
  });

  it("edits in place, and takes away the pages it no longer needs", async () => {
    const ref = await speaker.send(address, longNotice("Long"), "long");
    await speaker.edit(ref, notice("Short", ["New words."]), "long/2");
    const shown = await read();
    expect(shown).toMatchObject([{ eventId: eventsOf(ref)[0], edits: 1, encrypted: true, mentions: { users: [], room: false } }]);
    expect(shown[0]?.body).toContain("New words.");
    expect(shown[0]?.body).not.toContain("Long");
    const edit = reader.heard(room).find(({ content }) => "m.new_content" in content);
    expect(edit?.content).toMatchObject({ msgtype: "m.notice", "m.relates_to": { rel_type: "m.replace", event_id: eventsOf(ref)[0] }, "m.mentions": {} });
  });

  it("makes one edit of one key, however often it is lost", async () => {
    const ref = await speaker.send(address, notice("Old"), "post");
    proxy.on(SENDING, { kind: "lose the reply" }, { times: 1 });
    await expect(speaker.edit(ref, notice("New"), "post/2")).rejects.toMatchObject({ code: "unsure" });
    await speaker.edit(ref, notice("New"), "post/2");
    expect(await read()).toMatchObject([{ body: "New", edits: 1 }]);
  });

  it("says that a post is gone when it needs more pages, and leaves none of the old ones", async () => {
    const ref = await speaker.send(address, notice("Short"), "short");
    await expect(speaker.edit(ref, longNotice("Long"), "short/2")).rejects.toMatchObject({ code: "gone" });
    expect(await read()).toEqual([]);
  });

  it("says that a post is gone when somebody removed one of its pages, and leaves none of the others", async () => {
    const ref = await speaker.send(address, longNotice("Long"), "long");
    await reader.redact(room, eventsOf(ref)[1] ?? "");
    await expect(speaker.edit(ref, longNotice("Newer"), "long/2")).rejects.toMatchObject({ code: "gone" });
    expect(await read()).toEqual([]);
  });

  it("removes every page and every word a post ever said, also when it is cut short", async () => {
    const ref = await speaker.send(address, longNotice("Long"), "long");
    for (const revision of [2, 3]) await speaker.edit(ref, longNotice(`Revision ${revision}`), `long/${revision}`);
    await reader.until(room, (shown) => shown.find(({ eventId, edits }) => eventId === eventsOf(ref).at(-1) && edits === 2));
    const said = reader.heard(room).filter(({ type, sender }) => type === "m.room.message" && sender === speaker.opened.userId);
    expect(said).toHaveLength(3 * eventsOf(ref).length);
    proxy.on(REDACTING, { kind: "delay", milliseconds: 0 }, { times: 2 });
    proxy.on(REDACTING, { kind: "lose the request" }, { times: 1 });
    await expect(speaker.remove(ref)).rejects.toMatchObject({ name: "ChatError", code: "unsure" });
    await reopen();
    await speaker.remove(ref);
    await speaker.remove(ref);
    expect(await read()).toEqual([]);
    const left = await Promise.all(said.map(({ eventId }) => stage.server.call("GET", `/_matrix/client/v3/rooms/${room}/event/${eventId}`, { token: reader.accessToken })));
    expect(left.map(({ body }) => body["content"])).toEqual(left.map(() => ({})));
  });

  it("is not sure, and tries again, when the homeserver is out of order", async () => {
    proxy.on(SENDING, { kind: "answer", status: 502, body: { errcode: "M_UNKNOWN", error: "Bad gateway" } }, { times: 1 });
    const before = proxy.count(SENDING);
    await expect(speaker.send(address, notice("Once"), "once")).rejects.toMatchObject({ code: "unsure" });
    expect(proxy.count(SENDING) - before).toBe(1);
  });

  it("waits for the whole account as long as the homeserver asks", async () => {
    proxy.on(SENDING, { kind: "refuse", retryAfterMilliseconds: 30_000 }, { times: 1 });
    const [, other] = await meet();
    await expect(speaker.send(address, notice("One"), "one")).rejects.toMatchObject({ code: "later", scope: "chat", afterMilliseconds: 30_000 });
    const before = proxy.count(SENDING);
    await expect(speaker.send(other, notice("Two"), "two")).rejects.toMatchObject({ code: "later", scope: "chat" });
    expect(proxy.count(SENDING)).toBe(before);
    const told = speaker.entries.filter(({ event }) => event === "matrix.limited");
    expect(told).toHaveLength(1);
    expect(String(told[0]?.values["lift"])).toContain("override_ratelimit");
    speaker.setAhead(31_000);
    await speaker.send(address, notice("One"), "one");
    speaker.setAhead(0);
    expect(await read()).toMatchObject([{ body: "One" }]);
  });

  it("waits itself for the rest of a message that a limit cut in the middle", async () => {
    proxy.on(SENDING, { kind: "delay", milliseconds: 0 }, { times: 1 });
    proxy.on(SENDING, { kind: "refuse", retryAfterMilliseconds: 1_000 }, { times: 1 });
    const ref = await speaker.send(address, longNotice("Long"), "long");
    expect((await read()).map(({ eventId }) => eventId)).toEqual(eventsOf(ref));
  });

  it("asks for an exact repeat when a long limit cut a message in the middle", async () => {
    proxy.on(SENDING, { kind: "delay", milliseconds: 0 }, { times: 1 });
    proxy.on(SENDING, { kind: "refuse", retryAfterMilliseconds: 300_000 }, { times: 1 });
    const since = Date.now();
    await expect(speaker.send(address, longNotice("Long"), "long")).rejects.toMatchObject({ code: "unsure" });
    await expect(speaker.send(address, longNotice("Long"), "long", { repeatOf: since })).rejects.toMatchObject({ code: "later", scope: "chat" });
    speaker.setAhead(301_000);
    const ref = await speaker.send(address, longNotice("Long"), "long", { repeatOf: since });
    speaker.setAhead(0);
    expect((await read()).map(({ eventId }) => eventId)).toEqual(eventsOf(ref));
  });

  it("tries later when keys could not be handed out, and nothing was said", async () => {
    proxy.on(SENDING_TO_DEVICES, { kind: "answer", status: 403, body: { errcode: "M_UNKNOWN", error: "No" } }, { times: 1 });
    const before = proxy.count(SENDING);
    await expect(speaker.send(address, notice("Once"), "once")).rejects.toMatchObject({ code: "later" });
    expect(proxy.count(SENDING)).toBe(before);
    await speaker.send(address, notice("Once"), "once");
    expect(await read()).toMatchObject([{ body: "Once" }]);
  });

  it("says why, where it may not post", async () => {
    const [quiet, there] = await meet({ powerLevels: { events_default: 50 } });
    await expect(speaker.send(there, notice("No"), "no")).rejects.toMatchObject({ code: "unreachable", why: "read_only" });
    await expect(speaker.capabilities(there)).rejects.toMatchObject({ code: "unreachable", why: "read_only" });
    await reader.listen();
    expect(reader.shown(quiet)).toEqual([]);
  });

  it("says why, where it was sent away and where it never was", async () => {
    const ref = await speaker.send(address, notice("Old"), "old");
    await stage.server.call("POST", `/_matrix/client/v3/rooms/${room}/kick`, { token: reader.accessToken, body: { user_id: speaker.opened.userId } });
    await expect(speaker.send(address, notice("No"), "no")).rejects.toMatchObject({ code: "unreachable", why: "absent" });
    await expect(speaker.edit(ref, notice("No"), "old/2")).rejects.toMatchObject({ code: "unreachable", why: "absent" });
    await expect(speaker.capabilities(address)).rejects.toMatchObject({ code: "unreachable", why: "absent" });
    const foreign = await reader.createRoom();
    await expect(speaker.send(`matrix:${foreign}`, notice("No"), "no")).rejects.toMatchObject({ code: "unreachable", why: "absent" });
    await expect(speaker.send("matrix:!nowhere:localhost", notice("No"), "no")).rejects.toMatchObject({ code: "unreachable" });
  });

  it("says why, where the room goes on elsewhere", async () => {
    await reader.putState(room, "m.room.tombstone", { body: "moved", replacement_room: "!elsewhere:localhost" });
    await speaker.opened.client.getRoom(room)?.loadMembersIfNeeded();
    while (speaker.opened.client.getRoom(room)?.currentState.getStateEvents("m.room.tombstone", "") === null) await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(speaker.send(address, notice("No"), "no")).rejects.toMatchObject({ code: "unreachable", why: "archived" });
  });

  it("says what it can do in a room", async () => {
    expect(await speaker.capabilities(address)).toEqual({ encrypted: true, edits: true, readers: "members-and-operator", shared: false, hears: "everything" });
  });

  it("says nothing before it has heard from the homeserver what its rooms are now", async () => {
    await speaker.stop();
    const held = proxy.on(SYNCING, { kind: "hold" });
    const opening = openSpeaker(where);
    await held.reached();
    const before = proxy.count(SENDING);
    held.stop();
    speaker = await opening;
    expect(proxy.count(SENDING)).toBe(before);
    await speaker.send(address, notice("Now"), "now");
    expect(await read()).toMatchObject([{ body: "Now" }]);
  });

  it("ends what is under way before it stops, and begins nothing more", async () => {
    const held = proxy.on(SENDING, { kind: "hold" }, { times: 1 });
    const since = Date.now();
    const [under, waiting] = [speaker.send(address, notice("Under way"), "one"), speaker.send(address, notice("Behind it"), "two")];
    await held.reached();
    const stopped = speaker.stop();
    held.release();
    const ref = await under;
    await expect(waiting).rejects.toMatchObject({ code: "later", scope: "chat" });
    await stopped;
    speaker = await openSpeaker(where);
    expect(await speaker.send(address, notice("Under way"), "one", { repeatOf: since })).toBe(ref);
    expect((await read()).map(({ body }) => body)).toEqual(["Under way"]);
  });

  it("has put nothing in clear on the way in all of this", () => {
    expect(proxy.count(SENDING)).toBeGreaterThan(100);
    expect(proxy.count(SENDING_IN_CLEAR)).toBe(0);
  });
});
