/** The homeserver, the proxy and the people that the tests of Matrix stand on: each must do what those tests take for granted. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeMatrix } from "../../support/matrix/describe-matrix.ts";
import { findReusedKeys } from "../../support/matrix/heard.ts";
import { type Homeserver, openHomeserver } from "../../support/matrix/homeserver.ts";
import { type Human, openPeople, type People } from "../../support/matrix/human.ts";
import { openProxy, type Proxy, SENDING } from "../../support/matrix/proxy.ts";
import { openSignedHuman } from "../../support/matrix/signed-human.ts";

describeMatrix("the homeserver of the tests", () => {
  let server: Homeserver;
  let proxy: Proxy;
  let people: People;
  let anna: Human;
  let berta: Human;
  let roomId: string;

  beforeAll(async () => {
    const began = performance.now();
    server = await openHomeserver();
    proxy = await openProxy(server.url);
    people = await openPeople(server.url);
    console.info(`homeserver ready after ${Math.round(performance.now() - began)} ms, of which it took ${Math.round(server.readyMilliseconds)} ms to start`);
    anna = await people.login(await server.register("anna"));
    berta = await people.login(await server.register("berta"), { url: proxy.url });
    roomId = await anna.createRoom({ invite: [berta.userId] });
    await berta.join(roomId);
  });

  afterAll(async () => {
    await people?.close();
    await proxy?.close();
    await server?.close();
  });

  it("lets two people talk encrypted, both ways", async () => {
    const question = await anna.say(roomId, "Who comes on Monday?", { html: "Who comes on <b>Monday</b>?", mentions: [berta.userId] });
    const read = await berta.read(roomId, "Who comes on Monday?");
    expect(read).toMatchObject({ eventId: question, sender: anna.userId, encrypted: true, formattedBody: "Who comes on <b>Monday</b>?" });
    expect(read.mentions).toEqual({ users: [berta.userId], room: false });

    const reply = await berta.say(roomId, "I do", { replyTo: question });
    await berta.react(roomId, question, "🎉");
    await berta.edit(roomId, reply, "I do not");
    const answer = await anna.read(roomId, "I do not");
    expect(answer).toMatchObject({ eventId: reply, replyTo: question, edits: 1, encrypted: true });
    expect(anna.shown(roomId).find(({ eventId }) => eventId === question)?.reactions).toMatchObject([{ sender: berta.userId, key: "🎉" }]);
    expect(anna.heard(roomId).find(({ type }) => type === "m.reaction")?.encrypted).toBe(false);
    expect([...anna.unreadable(), ...berta.unreadable(), ...findReusedKeys(anna.heard(roomId))]).toEqual([]);
  });

  it("tells what somebody cannot read, and no longer once the key came", async () => {
    await berta.trust(anna.userId, anna.deviceId, "blacklisted");
    await berta.say(roomId, "Not for Anna");
    await anna.listen();
    expect(anna.unreadable(roomId)).toMatchObject([{ sender: berta.userId, problem: "no room key", type: "m.room.encrypted", content: {} }]);

    await berta.trust(anna.userId, anna.deviceId, "ignored");
    await berta.say(roomId, "For Anna too");
    await anna.read(roomId, "For Anna too");
    expect(anna.unreadable(roomId)).toHaveLength(1);
  });

  it("shows that a lost reply and a second try with the same transaction id make one message", async () => {
    const loss = proxy.on(SENDING, { kind: "lose the reply" }, { times: 1 });
    const before = proxy.count(SENDING);
    const eventId = await berta.say(roomId, "Once", { transactionId: "once" });
    expect([loss.applied, proxy.count(SENDING) - before]).toEqual([1, 2]);

    await berta.say(roomId, "After it");
    await anna.read(roomId, "After it");
    expect(anna.shown(roomId).filter(({ body }) => body === "Once")).toMatchObject([{ eventId }]);
  });

  it("holds, refuses and loses requests", async () => {
    const path = "/_matrix/client/v3/account/whoami";
    const ask = (): Promise<Response> => fetch(`${proxy.url}${path}`, { headers: { authorization: `Bearer ${berta.accessToken}` } });
    proxy.on(/whoami/, { kind: "refuse", retryAfterMilliseconds: 1_500 }, { times: 1 });
    proxy.on(/whoami/, { kind: "lose the request" }, { times: 1 });
    const hold = proxy.on(/whoami/, { kind: "hold" }, { times: 1 });

    const refused = await ask();
    expect([refused.status, refused.headers.get("retry-after"), await refused.json()]).toMatchObject([429, "2", { errcode: "M_LIMIT_EXCEEDED", retry_after_ms: 1_500 }]);
    await expect(ask()).rejects.toThrow("fetch failed");
    let answered = false;
    const held = ask().then((answer) => {
      answered = true;
      return answer.json();
    });
    await hold.reached();
    await server.call("GET", path, { token: berta.accessToken });
    expect(answered).toBe(false);
    hold.release();
    expect(await held).toMatchObject({ user_id: berta.userId });
  });

  it("keeps rooms, devices and what was said over a restart", async () => {
    await server.restart();
    const carla = await people.login(await server.register("carla"));
    await anna.invite(roomId, carla.userId);
    await carla.join(roomId);
    await anna.say(roomId, "After the restart");
    await carla.read(roomId, "After the restart");
    await berta.read(roomId, "After the restart");
    expect(carla.unreadable().every(({ sentAt }) => sentAt < (carla.shown(roomId)[0]?.sentAt ?? 0))).toBe(true);
  });

  it("hears everything said in a long absence, in order", async () => {
    const said = Array.from({ length: 120 }, (_, index) => `Number ${index}`);
    for (const text of said) await anna.say(roomId, text, { fresh: false });
    await berta.read(roomId, "Number 119");
    expect(
      berta
        .shown(roomId)
        .map(({ body }) => body)
        .filter((body) => body.startsWith("Number ")),
    ).toEqual(said);
  });

  it("paints the shields of a client that cross-signs, before and after comparing emoji", async () => {
    const [dora, edna] = await Promise.all(["dora", "edna"].map(async (name) => openSignedHuman(server.url, await server.register(name))));
    if (dora === undefined || edna === undefined) throw new Error("Nobody came.");
    try {
      const shared = await dora.createRoom({ invite: [edna.userId] });
      await edna.join(shared);
      const eventId = await edna.say(shared, "It is me");
      expect(await dora.read(shared, "It is me")).toMatchObject({ eventId, encrypted: true });
      expect(await dora.shieldOf(shared, eventId)).toEqual({ colour: "none", reason: undefined });
      expect(await dora.trustIn(edna.userId)).toEqual({ verified: false, needsApproval: false });

      const [hers, theirs] = await Promise.all([dora.verify(edna.userId, shared), edna.answerVerification()]);
      expect(hers).toHaveLength(7);
      expect(theirs).toEqual(hers);
      expect(await dora.trustIn(edna.userId)).toEqual({ verified: true, needsApproval: false });
    } finally {
      await Promise.all([dora.close(), edna.close()]);
    }
  });

  it("refuses to read a device that its owner has not signed, until it is", async () => {
    const frida = await openSignedHuman(server.url, await server.register("frida"));
    const account = await server.register("greta");
    const greta = await people.login(account);
    const owner = await openSignedHuman(server.url, account);
    try {
      const shared = await frida.createRoom({ invite: [greta.userId] });
      await greta.join(shared);
      const unsigned = await greta.say(shared, "Not signed");
      await frida.until(shared, () => frida.unreadable(shared)[0]);
      expect(frida.unreadable(shared)).toMatchObject([{ eventId: unsigned, problem: "UNSIGNED_SENDER_DEVICE" }]);

      await owner.signDevice(greta.deviceId);
      await greta.rotate(shared);
      await greta.say(shared, "Signed");
      expect(await frida.read(shared, "Signed")).toMatchObject({ encrypted: true });
      await frida.say(shared, "For a signed device");
      await greta.read(shared, "For a signed device");
    } finally {
      await Promise.all([frida.close(), owner.close()]);
    }
  });
});

describeMatrix("a homeserver whose limits nobody touched", () => {
  it("answers 429 with the time to wait after a burst, until its owner lifts the limit", async () => {
    const server = await openHomeserver({ limitMessages: true, encryptRooms: false });
    try {
      const { accessToken: token, userId } = await server.login(await server.register("anna"));
      const { body: room } = await server.call("POST", "/_matrix/client/v3/createRoom", { token, body: {} });
      const say = (transaction: string): Promise<{ status: number; body: Record<string, unknown> }> =>
        server.call("PUT", `/_matrix/client/v3/rooms/${encodeURIComponent(String(room["room_id"]))}/send/m.room.message/${transaction}`, {
          token,
          body: { msgtype: "m.text", body: "again" },
        });
      const statuses: number[] = [];
      for (let index = 0; index < 12 && !statuses.includes(429); index += 1) statuses.push((await say(`limited-${index}`)).status);
      expect(statuses.at(-1)).toBe(429);
      const refused = await say("refused");
      expect(refused).toMatchObject({ status: 429, body: { errcode: "M_LIMIT_EXCEEDED" } });
      expect(refused.body["retry_after_ms"]).toBeGreaterThan(0);

      await server.callAsAdmin("POST", `/_synapse/admin/v1/users/${userId}/override_ratelimit`, { messages_per_second: 0, burst_count: 0 });
      for (let index = 0; index < 12; index += 1) expect((await say(`lifted-${index}`)).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});
