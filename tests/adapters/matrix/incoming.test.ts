import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addressOf } from "../../../adapters/matrix/address.ts";
import { forgetMarker, markerOf } from "../../../src/rooms/markers.ts";
import { findRoom, type Room } from "../../../src/rooms/rooms.ts";
import { type MatrixApp, type MatrixAppOptions, type MatrixSurroundings, openMatrixApp, openMatrixSurroundings } from "../../support/matrix/app.ts";
import { describeMatrix } from "../../support/matrix/describe-matrix.ts";
import { type Homeserver, openHomeserver } from "../../support/matrix/homeserver.ts";
import type { Human } from "../../support/matrix/human.ts";
import { createTalk, type Talk } from "../../support/matrix/talk.ts";

const MINUTE = 60_000;
const DEADLINE = "hrc-64-written-statement";

describeMatrix("what is said in Matrix rooms", () => {
  let server: Homeserver;
  let at: MatrixSurroundings;
  let ana: Human;
  let talk: Talk;
  let bot: string;
  let running: MatrixApp | undefined;
  beforeAll(async () => {
    server = await openHomeserver();
    at = await openMatrixSurroundings(server);
    bot = at.bot.userId;
    talk = createTalk(bot);
    ana = await at.person("ana");
  });
  afterEach(() => stop());
  afterAll(async () => {
    await at?.close();
    await server?.close();
  });

  const start = async (options: MatrixAppOptions = {}): Promise<MatrixApp> => (running = await openMatrixApp(at, options));
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  const known = (room: string): Promise<Room | undefined> => findRoom(at.store.reading, addressOf(room));
  const sendRaw = async (room: string, type: string, content: Record<string, unknown>): Promise<string> => {
    const where = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/${type}/raw${(raw += 1)}`;
    return String((await server.call("PUT", where, { token: ana.accessToken, body: content })).body["event_id"]);
  };
  let raw = 0;
  /** Encrypted for nobody, as when a key is lost on its way. */
  const sayLost = (room: string): Promise<string> =>
    sendRaw(room, "m.room.encrypted", {
      algorithm: "m.megolm.v1.aes-sha2",
      ciphertext: "AwgAEpABnothingthatanybodycanread",
      session_id: `c2Vzc2lvbiB0aGF0IG5ldmVyIGNhbWUsIHJlYWxse${raw}`,
      sender_key: ana.identityKey,
      device_id: ana.deviceId,
    });

  describe("coming into a room", () => {
    it("asks which network it is for, becomes its room by a line, and encrypts all of it", async () => {
      await start();
      const room = await talk.openRoom(ana);
      expect((await known(room))?.openness).toMatchObject({ encrypted: true, shared: false, hears: "everything" });
      expect(talk.said(ana, room).every(({ encrypted, messageType }) => encrypted && messageType === "m.notice")).toBe(true);
      expect(talk.said(ana, room).filter(({ body }) => body.includes("Which network"))).toHaveLength(1);
      expect(ana.unreadable(room)).toEqual([]);
    });

    it("becomes a room also by a number in answer to that question", async () => {
      await start();
      const room = await ana.createRoom({ invite: [bot] });
      const asked = await talk.untilSaid(ana, room, "Which network");
      await talk.ask(ana, room, /(\d+)\W+ANPUD/.exec(asked.body)?.[1] ?? "", { replyTo: asked.eventId });
      expect((await known(room))?.network).toBe("anpud");
    });

    it("follows nobody's invitation but those of whom it may", async () => {
      const bruno = await at.person("bruno");
      await start({ allowedInviters: [ana.userId] });
      const refused = await bruno.createRoom({ invite: [bot] });
      const followed = await ana.createRoom({ invite: [bot] });
      await talk.untilIs(ana, followed, "join");
      await bruno.listen(500);
      expect(bruno.heard(refused).filter(({ stateKey, content }) => stateKey === bot && content["membership"] === "join")).toEqual([]);
      expect(running?.log.entries.filter(({ event }) => event === "matrix.invitation_left")).toHaveLength(1);
      await stop();
      // Once its server may invite, the one that waits is followed too.
      await start();
      await talk.untilIs(bruno, refused, "join");
    });

    it("acts on nothing that was said before it came", async () => {
      await start();
      const room = await ana.createRoom({});
      const before = await ana.say(room, "!clarion join anpud");
      await ana.invite(room, bot);
      await talk.untilSaid(ana, room, "Which network");
      await talk.ask(ana, room, "!deadlines");
      expect(talk.answers(ana, room, before)).toEqual([]);
      expect(await known(room)).toBeUndefined();
    });

    it("makes no room of a conversation with one person, and looks things up there all the same", async () => {
      await start();
      const emil = await at.person("emil");
      const room = await emil.createRoom({ invite: [bot], direct: true });
      await talk.untilIs(emil, room, "join");
      expect((await talk.ask(emil, room, "!status")).body).toContain("a room for the two of us");
      expect((await talk.ask(emil, room, "!clarion join anpud")).body).toContain("a room for the two of us");
      expect(await known(room)).toBeUndefined();
      await talk.ask(emil, room, "!deadlines");
      expect(talk.said(emil, room)).toHaveLength(3);
    });

    it("goes when it is told to, after its last word, and is asked anew when it comes back", async () => {
      await start();
      const room = await talk.openRoom(ana);
      const question = await talk.ask(ana, room, "!leave");
      await ana.say(room, "1", { replyTo: question.eventId });
      await talk.untilIs(ana, room, "leave");
      expect(await known(room)).toBeUndefined();
      expect(talk.said(ana, room).at(-1)?.eventId).not.toBe(question.eventId);
      await expect.poll(() => markerOf(at.store.reading, addressOf(room))).toBeUndefined();
      await ana.invite(room, bot);
      await ana.until(room, () => (talk.said(ana, room).filter(({ body }) => body.includes("Which network")).length === 2 ? true : undefined));
    });
  });

  describe("a line", () => {
    it("is answered as a reply to it, once, and with a mention, too", async () => {
      await start();
      const room = await talk.openRoom(ana);
      const first = await ana.say(room, "!deadlines");
      const second = await ana.say(room, "Clarion: help", { mentions: [bot] });
      const edited = await ana.edit(room, first, "!status");
      const others = [await ana.say(room, "!weather"), await ana.say(room, "good morning"), await ana.send(room, "m.room.message", { msgtype: "m.notice", body: "!status" })];
      await talk.ask(ana, room, "!deadlnes");
      for (const event of [first, second]) expect(talk.answers(ana, room, event)).toHaveLength(1);
      // An edit is no second line, a word that is nobody's here is some other bot's, and notices are what bots write.
      for (const event of [edited, ...others]) expect(talk.answers(ana, room, event)).toEqual([]);
    });

    it("is chosen by a number in answer to a post, and never by a bare number or in answer to a person", async () => {
      await start();
      const room = await talk.openRoom(ana);
      const asked = await ana.say(room, `!deadline show ${DEADLINE}`);
      const post = await talk.untilAnswered(ana, room, asked);
      const bare = await ana.say(room, "1");
      const toAna = await ana.say(room, "1", { replyTo: asked });
      await talk.ask(ana, room, "1", { replyTo: post.eventId });
      for (const event of [bare, toAna]) expect(talk.answers(ana, room, event)).toEqual([]);
    });

    it("that needs more, or is nobody else's business, is answered in one room for two", async () => {
      await start();
      const room = await talk.openRoom(ana);
      await ana.say(room, "!room set");
      await talk.untilSaid(ana, room, "I have invited you to a room for the two of us");
      const direct = await talk.untilInvited(ana);
      await ana.join(direct);
      const form = await talk.untilSaid(ana, direct, "!room set");
      expect(form.encrypted).toBe(true);
      await ana.say(room, "!role");
      await ana.until(direct, () => (talk.said(ana, direct).length === 2 ? true : undefined));
      expect(await ana.invitations()).toEqual([]);
      expect(talk.said(ana, room).some(({ body }) => body.includes("!room set"))).toBe(false);
      expect((await talk.ask(ana, direct, "!status")).body).toContain("Please write that in the room it is for");
      // Over a restart it is the same room still.
      await stop();
      await start();
      await ana.say(room, "!role");
      await ana.until(direct, () => (talk.said(ana, direct).length === 4 ? true : undefined));
    });

    it("in clear is refused where all else is encrypted", async () => {
      await start();
      const room = await talk.openRoom(ana);
      const said = await sendRaw(room, "m.room.message", { msgtype: "m.text", body: "!pause" });
      expect((await talk.untilAnswered(ana, room, said)).body).toContain("without encryption");
      expect((await known(room))?.pausedUntil).toBeNull();
    });

    it("from a device that nobody has signed is not read, and its sender is told once what helps", async () => {
      await start();
      const room = await talk.openRoom(ana);
      const carla = await at.stranger("carla");
      await ana.invite(room, carla.userId);
      await carla.join(room);
      const first = await carla.say(room, "!pause");
      expect((await talk.untilAnswered(ana, room, first)).body).toContain("not verified");
      const second = await carla.say(room, "!pause");
      await talk.ask(ana, room, "!deadlines");
      expect(talk.answers(ana, room, second)).toEqual([]);
      expect((await known(room))?.pausedUntil).toBeNull();
    });

    it("from a device that is signed a moment later is carried out after all", async () => {
      await start({ pace: { deviceMilliseconds: 30_000 } });
      const room = await talk.openRoom(ana);
      const dora = await at.person("dora", { signed: false });
      await ana.invite(room, dora.userId);
      await dora.join(room);
      const said = await dora.say(room, "!pause");
      await talk.ask(ana, room, "!deadlines");
      await (await at.signer("dora")).signDevice(dora.deviceId);
      expect((await talk.untilAnswered(ana, room, said)).body).toContain("quiet");
      expect(talk.answers(ana, room, said)).toHaveLength(1);
    });

    it("is not stopped by a message whose key never comes, and that one is asked for once", async () => {
      await start({ pace: { unreadableMilliseconds: 2_000 } });
      const room = await talk.openRoom(ana);
      const lost = await sayLost(room);
      await talk.ask(ana, room, "!deadlines");
      expect(talk.answers(ana, room, lost)).toEqual([]);
      expect((await talk.untilAnswered(ana, room, lost)).body).toContain("Please send it again");
      await stop();
      await start({ pace: { unreadableMilliseconds: 500 } });
      await talk.ask(ana, room, "!deadlines");
      await ana.listen(1_000);
      expect(talk.answers(ana, room, lost)).toHaveLength(1);
    });

    it("is answered once where the program stops while an earlier message is waited for", async () => {
      await start();
      const room = await talk.openRoom(ana);
      const lost = await sayLost(room);
      const asked = await ana.say(room, "!deadlines");
      await talk.untilAnswered(ana, room, asked);
      await stop();
      await start({ pace: { unreadableMilliseconds: 500 } });
      await talk.untilAnswered(ana, room, lost);
      await talk.ask(ana, room, "!status");
      expect(talk.answers(ana, room, asked)).toHaveLength(1);
    });
  });

  it("takes a reaction for what changes nothing for others, and for nothing else", async () => {
    await start();
    const room = await talk.openRoom(ana);
    const takings = () => at.store.reading.selectFrom("takings").selectAll().execute();
    const before = await takings();
    const post = await talk.ask(ana, room, `!deadline show ${DEADLINE}`);
    const row = await at.store.reading.selectFrom("posts").select("actions").where("reference", "=", `${room} ${post.eventId}`).executeTakeFirstOrThrow();
    const commands = (JSON.parse(row.actions) as { command: string }[]).map(({ command }) => command);
    const keycap = (wanted: RegExp): string => `${commands.findIndex((command) => wanted.test(command)) + 1}\ufe0f\u20e3`;
    expect(commands.join("; ")).toMatch(/take |release /);
    await ana.react(room, post.eventId, keycap(/^(take|release) /));
    await ana.react(room, post.eventId, keycap(/^hide /));
    await ana.react(room, post.eventId, "👍");
    await ana.react(room, post.eventId, keycap(/^deadline history /));
    await talk.untilAnswered(ana, room, post.eventId);
    await talk.ask(ana, room, "!status");
    expect(await takings()).toEqual(before);
    expect(talk.answers(ana, room, post.eventId)).toHaveLength(1);
  });

  it("knows when it may no longer post in a room, when it may again, and when it was put out", async () => {
    await start();
    const room = await talk.openRoom(ana);
    const levels = (await server.call("GET", `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state/m.room.power_levels/`, { token: ana.accessToken })).body;
    const unreachable = async (): Promise<string | undefined> => (await known(room))?.unreachable?.why;
    await ana.putState(room, "m.room.power_levels", { ...levels, events_default: 50 });
    await expect.poll(unreachable, { timeout: 10_000 }).toBe("read_only");
    await ana.putState(room, "m.room.power_levels", levels);
    await expect.poll(unreachable, { timeout: 10_000 }).toBeUndefined();
    await server.call("POST", `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/kick`, { token: ana.accessToken, body: { user_id: bot } });
    await expect.poll(unreachable, { timeout: 10_000 }).toBe("absent");
    const meanwhile = await ana.say(room, "!deadlines");
    await ana.invite(room, bot);
    await talk.untilSaid(ana, room, "I am back");
    await talk.ask(ana, room, "!deadlines");
    expect(talk.answers(ana, room, meanwhile)).toEqual([]);
    expect(await unreachable()).toBeUndefined();
  });

  describe("what was said while it was away", () => {
    it("is carried out when it is recent, and nothing is answered twice", async () => {
      await start();
      const room = await talk.openRoom(ana);
      const before = await ana.say(room, "!deadlines");
      await talk.untilAnswered(ana, room, before);
      await stop();
      const meanwhile = await ana.say(room, "!status");
      await start();
      await talk.untilAnswered(ana, room, meanwhile);
      await stop();
      await start();
      const after = await ana.say(room, "!status");
      await talk.untilAnswered(ana, room, after);
      for (const event of [before, meanwhile, after]) expect(talk.answers(ana, room, event)).toHaveLength(1);
    });

    it("is read on, also by a program that holds hardly anything in memory", async () => {
      await start({ pace: { timelineEvents: 4 } });
      const room = await talk.openRoom(ana);
      const asked: string[] = [];
      const sayMany = async (count: number): Promise<void> => {
        for (let line = 0; line < count; line += 1) asked.push(await ana.say(room, "!deadlines", { fresh: line === 0 }));
      };
      await sayMany(8);
      for (const event of asked) await talk.untilAnswered(ana, room, event);
      await sayMany(8);
      await stop();
      await sayMany(30);
      await start({ pace: { timelineEvents: 4 } });
      for (const event of asked) await talk.untilAnswered(ana, room, event);
      const order = talk.said(ana, room).flatMap(({ replyTo }) => (replyTo !== undefined && asked.includes(replyTo) ? [replyTo] : []));
      expect(order).toEqual(asked);
    });

    it("is read through a gap that the homeserver leaves in what it brings", async () => {
      await start();
      const room = await talk.openRoom(ana);
      await stop();
      const asked: string[] = [];
      for (let count = 0; count < 120; count += 1) {
        const event = await ana.say(room, count % 20 === 0 ? "!deadlines" : `line ${count}`, { fresh: count === 0 });
        if (count % 20 === 0) asked.push(event);
      }
      await start({ pace: { unreadableMilliseconds: 1_000 } });
      for (const event of asked) await talk.untilAnswered(ana, room, event);
      const order = talk.said(ana, room).flatMap(({ replyTo }) => (replyTo !== undefined && asked.includes(replyTo) ? [replyTo] : []));
      expect(order).toEqual(asked);
      await ana.listen(1_000);
      // Of all of them there was none that it could not read.
      expect(running?.log.entries.filter(({ event }) => event === "matrix.unreadable")).toEqual([]);
      expect(talk.said(ana, room).filter(({ body }) => body.includes("send it again"))).toEqual([]);
      expect(ana.unreadable(room)).toEqual([]);
    });

    it("is kept as read soon after there was much of it, so that a program that dies often does not read ever more", async () => {
      await start();
      const room = await talk.openRoom(ana);
      await stop();
      let last = "";
      for (let count = 0; count < 25; count += 1) last = await ana.say(room, `line ${count}`, { fresh: count === 0 });
      await start({ pace: { markerMilliseconds: 100_000 } });
      await expect.poll(() => markerOf(at.store.reading, addressOf(room)), { timeout: 20_000 }).toBe(last);
    });

    it("is carried out from when it came, in order, where it died before it could keep that it had", async () => {
      await start();
      const room = await talk.openRoom(ana);
      await stop();
      await at.store.write((trx) => forgetMarker(trx, addressOf(room)));
      const elif = await at.person("elif");
      await ana.invite(room, elif.userId);
      await elif.join(room);
      const asked: string[] = [];
      for (let count = 0; count < 25; count += 1) asked.push(await elif.say(room, "!deadlines", { fresh: count === 0 }));
      await start();
      for (const event of asked) await talk.untilAnswered(elif, room, event);
      const order = talk.said(elif, room).flatMap(({ replyTo }) => (replyTo !== undefined && asked.includes(replyTo) ? [replyTo] : []));
      expect(order).toEqual(asked);
    });
  });

  it("goes on in the room that another becomes, once it is invited there, with the settings it had", async () => {
    await start({ allowedInviters: [ana.userId] });
    const room = await talk.openRoom(ana);
    await talk.ask(ana, room, "!room set --rhythm digest");
    const upgraded = await server.call("POST", `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/upgrade`, { token: ana.accessToken, body: { new_version: "11" } });
    const next = String(upgraded.body["replacement_room"]);
    await ana.invite(next, bot);
    await talk.untilSaid(ana, next, "goes on here");
    expect(await known(next)).toMatchObject({ network: "anpud", rhythm: "digest" });
    expect(await known(room)).toBeUndefined();
    await talk.ask(ana, next, "!deadlines");
    expect(talk.said(ana, next).some(({ body }) => body.includes("Which network"))).toBe(false);
    await talk.untilIs(ana, room, "leave");
  });

  // It puts the clock forward, so nothing else may share it.
  describe("what was said long ago", () => {
    let before: MatrixSurroundings;
    beforeAll(async () => {
      before = await openMatrixSurroundings(server, "clarion-of-old");
    });
    afterAll(() => before?.close());

    it("is told once to be said again, but what takes something back is done", async () => {
      const olga = await before.person("olga");
      const said = createTalk(before.bot.userId);
      let program = await openMatrixApp(before);
      const room = await said.openRoom(olga);
      await program.stop();
      const old = [await olga.say(room, `!take ${DEADLINE}`), await olga.say(room, "!deadlines")];
      const kept = await olga.say(room, "!pause");
      before.clock.advance(20 * MINUTE);
      program = await openMatrixApp(before);
      expect((await said.untilSaid(olga, room, "I have not carried out")).body).toContain("2 lines");
      await said.untilAnswered(olga, room, kept);
      expect((await findRoom(before.store.reading, addressOf(room)))?.pausedUntil).not.toBeNull();
      expect(await before.store.reading.selectFrom("takings").selectAll().execute()).toEqual([]);
      await program.stop();
      program = await openMatrixApp(before);
      await olga.listen(1_000);
      expect(said.said(olga, room).filter(({ body }) => body.includes("I have not carried out"))).toHaveLength(1);
      expect(said.answers(olga, room, old[0] ?? "")).toEqual([]);
      await program.stop();
    });
  });
});
