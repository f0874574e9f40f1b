/** What doctor finds on Matrix, one thing after the other out of order, against a real homeserver. */
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/index.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Finding, printFindings } from "../../../adapters/console/findings.ts";
import { addressOf } from "../../../adapters/matrix/address.ts";
import { examineMatrix } from "../../../adapters/matrix/check.ts";
import { openMatrixClient } from "../../../adapters/matrix/client.ts";
import { systemChance, systemClock } from "../../../adapters/node/machine.ts";
import { openSqliteStore } from "../../../adapters/sqlite/store.ts";
import { speak } from "../../../src/i18n.ts";
import type { MatrixAccount } from "../../../src/matrix-settings.ts";
import type { Store } from "../../../src/ports.ts";
import { recordingLog } from "../../support/log.ts";
import { describeMatrix } from "../../support/matrix/describe-matrix.ts";
import { type Homeserver, openHomeserver } from "../../support/matrix/homeserver.ts";
import { type Human, openPeople, type People } from "../../support/matrix/human.ts";
import { openProxy, type Proxy } from "../../support/matrix/proxy.ts";

const say = speak("en");
const printed = (findings: readonly Finding[]): string => {
  let text = "";
  printFindings(findings, say, (line) => (text += line));
  return text;
};
/** Written right, and nobody's. */
const OTHER_KEY = encodeRecoveryKey(new Uint8Array(32).fill(7)) ?? "";
const nowhere = { say, folder: path.join(tmpdir(), "clarion-is-not-here"), served: false };

describe("doctor without Matrix", () => {
  it("says how to set it up, and that rooms on it are out of reach", async () => {
    expect(printed(await examineMatrix(undefined, ["web:anpud"], nowhere))).toMatch(/^– note: Matrix is not set up.*setup matrix\n$/);
    expect(printed(await examineMatrix(undefined, [addressOf("!abc:example.org")], nowhere))).toContain("✗ to mend: 1 room is on Matrix, but Matrix is not set up here → Set the account");
  });

  it("says when nothing answers at the homeserver's address", async () => {
    const account: MatrixAccount = { homeserverUrl: "http://127.0.0.1:9", userId: "@clarion:example.org", password: "x", allowedInviters: [] };
    const text = printed(await examineMatrix(account, [], nowhere));
    expect(text).toContain("✗ to mend: Matrix homeserver http://127.0.0.1:9: it gave no answer that can be used → Check the address");
    expect(text).toContain("– note: Matrix has not been started on this machine yet");
  });
});

describeMatrix("doctor on Matrix", () => {
  const root = mkdtempSync(path.join(tmpdir(), "clarion-matrix-doctor-"));
  let server: Homeserver;
  let proxy: Proxy;
  let people: People;
  let ana: Human;
  let count = 0;
  let folder: string;
  let account: MatrixAccount;
  let store: Store;

  beforeAll(async () => {
    server = await openHomeserver({ encryptRooms: false });
    proxy = await openProxy(server.url);
    people = await openPeople(server.url);
    ana = await people.login(await server.register("ana"));
  });
  afterAll(async () => {
    await people.close();
    await proxy.close();
    await server.close();
    rmSync(root, { recursive: true, force: true });
  });
  beforeEach(async () => {
    count += 1;
    folder = path.join(root, String(count));
    const { userId, password } = await server.register(`clarion${count}`);
    account = { homeserverUrl: proxy.url, userId, password, allowedInviters: ["@ana:localhost"] };
    store = await openSqliteStore({ file: path.join(folder, "clarion.sqlite") });
  });
  afterEach(async () => {
    proxy.calm();
    await store.close();
  });

  const matrixFile = (name: string): string => path.join(folder, "matrix", name);
  const open = () => openMatrixClient({ account, folder, store, clock: systemClock, chance: systemChance, log: recordingLog() });
  const startOnce = async (): Promise<void> => {
    const opened = await open();
    await opened.start();
    await opened.stop();
  };
  const examine = async (rooms: string[] = [], served = false): Promise<string> => printed(await examineMatrix(account, rooms.map(addressOf), { say, folder, served }));
  const token = (): string => JSON.parse(readFileSync(matrixFile("session.json"), "utf8")).accessToken;

  it("finds everything in order beside a running client, and takes nothing from it", async () => {
    const opened = await open();
    await opened.start();
    try {
      const text = await examine([], true);
      expect(text).toContain(`✓ fine: Matrix homeserver ${proxy.url}: it answers, and speaks Matrix up to v1.`);
      expect(text).toContain(`✓ fine: Matrix account ${account.userId}: the access token is accepted, for the device ${opened.deviceId}`);
      expect(text).toContain(`✓ fine: Matrix device ${opened.deviceId}: the account has signed it. Its fingerprint: ${opened.fingerprint}`);
      expect(text).toMatch(/the file is in use.*[\s\S]*recovery key: it is kept in .*recovery\.key[\s\S]*invitations are followed from @ana:localhost[\s\S]*backup of room keys is on/);
      expect(text).toContain("looked at only while no server runs");
      expect(text).not.toContain("✗");
      expect(text).not.toContain(token());
      // A sync would take to-device messages, and with them room keys, away from the client.
      proxy.on(/\/sync/, { kind: "hold" });
      const before = proxy.count(/\/sync/);
      await examine([], true);
      expect(proxy.count(/\/sync/) - before).toBeLessThanOrEqual(1);
    } finally {
      proxy.calm();
      await opened.stop();
    }
  });

  it("says of each room whether it is encrypted and whether Clarion can post there", async () => {
    await startOnce();
    const join = async (room: string): Promise<string> => {
      await ana.invite(room, account.userId);
      await server.call("POST", `/_matrix/client/v3/join/${encodeURIComponent(room)}`, { token: token(), body: {} });
      return room;
    };
    const locked = await join(await ana.createRoom({ name: "Asia", encrypted: true }));
    const clear = await join(await ana.createRoom({ name: "Clear", encrypted: false }));
    const mute = await join(await ana.createRoom({ name: "Mute", encrypted: false }));
    const levels = await server.call("GET", `/_matrix/client/v3/rooms/${encodeURIComponent(mute)}/state/m.room.power_levels/`, { token: ana.accessToken });
    await ana.putState(mute, "m.room.power_levels", { ...levels.body, events_default: 50, events: {} });
    const moved = await join(await ana.createRoom({ name: "Moved", encrypted: false }));
    await server.call("POST", `/_matrix/client/v3/rooms/${encodeURIComponent(moved)}/upgrade`, { token: ana.accessToken, body: { new_version: "10" } });
    await join(await ana.createRoom({ name: "Free", encrypted: false }));
    const absent = await ana.createRoom({ name: "Absent", encrypted: false });

    const text = await examine([locked, clear, mute, moved, absent]);
    expect(text).toContain(`✓ fine: Matrix room Asia (${locked}): encrypted, and Clarion can post there`);
    expect(text).toMatch(/✓ fine: Matrix room Clear .*: Clarion can post there\n– note: Matrix room Clear .*: it is not encrypted/);
    expect(text).toMatch(/✗ to mend: Matrix room Mute .*: only some may post there.* → .*power level/);
    expect(text).toMatch(/✗ to mend: Matrix room Moved .*: it was upgraded.* → Invite Clarion to the new room, !/);
    expect(text).toContain(`✗ to mend: matrix:${absent}: Clarion is not in this Matrix room, or no longer → In the room, invite ${account.userId}; then: npm run -s clarion -- setup matrix --room '${absent}' --network NETWORK`);
    expect(text).toContain("– note: Matrix: Clarion is in 1 room that belongs to no network");
    expect(text).not.toContain("Free");
  });

  it("finds files that others can read, one that is gone, and keys that are an old copy", async () => {
    await startOnce();
    copyFileSync(matrixFile("crypto.sqlite"), matrixFile("copy"));
    chmodSync(matrixFile("recovery.key"), 0o644);
    expect(await examine()).toContain(`✗ to mend: Others on this machine can read ${matrixFile("recovery.key")} → chmod 600 ${matrixFile("recovery.key")}`);
    chmodSync(matrixFile("recovery.key"), 0o600);
    expect(await examine()).toContain("✓ fine: Matrix keys: the file is there and as new as it must be");
    await startOnce();
    renameSync(matrixFile("crypto.sqlite"), matrixFile("newest"));
    expect(await examine()).toMatch(/✗ to mend: The file of Matrix keys is missing.*matrix recover/);
    copyFileSync(matrixFile("copy"), matrixFile("crypto.sqlite"));
    expect(await examine()).toMatch(/✗ to mend: The file of Matrix keys is an old copy.*matrix recover/);
    writeFileSync(matrixFile("crypto.sqlite"), "this is no database".repeat(100));
    expect(await examine()).toMatch(/✗ to mend: The file of Matrix keys cannot be opened/);
    renameSync(matrixFile("newest"), matrixFile("crypto.sqlite"));
    rmSync(matrixFile("store.key"));
    rmSync(matrixFile("recovery.key"));
    const text = await examine();
    expect(text).toMatch(/✗ to mend: The file of Matrix keys is locked, and its key is missing/);
    expect(text).toMatch(/✗ to mend: Matrix recovery key: it is kept nowhere on this machine → Set MATRIX_RECOVERY_KEY/);
    writeFileSync(matrixFile("session.json"), "{");
    expect(await examine()).toMatch(/✗ to mend: .*session\.json cannot be read/);
  });

  it("tells a token that is refused for good from one that the next start renews", async () => {
    await startOnce();
    proxy.on(/whoami/, { kind: "answer", status: 401, body: { errcode: "M_UNKNOWN_TOKEN", error: "soft", soft_logout: true } }, { times: 2 });
    expect(await examine()).toContain("– note: Matrix: the access token has ended. The next start gets another one");
    const { password: _, ...withoutPassword } = account;
    account = withoutPassword;
    const kept = JSON.parse(readFileSync(matrixFile("session.json"), "utf8"));
    writeFileSync(matrixFile("session.json"), JSON.stringify({ ...kept, refreshToken: undefined }));
    expect(await examine()).toMatch(/✗ to mend: Matrix: the access token is not accepted \(M_UNKNOWN_TOKEN\) → Set MATRIX_PASSWORD/);
    await server.call("POST", "/_matrix/client/v3/logout", { token: token(), body: {} });
    expect(await examine()).toMatch(/✗ to mend: Matrix: the access token is not accepted \(M_UNKNOWN_TOKEN\) → .*matrix recover/);
  });

  it("finds a token of another account, and one of another device", async () => {
    await startOnce();
    const kept = JSON.parse(readFileSync(matrixFile("session.json"), "utf8"));
    writeFileSync(matrixFile("session.json"), JSON.stringify({ ...kept, accessToken: ana.accessToken }));
    expect(await examine()).toContain(`✗ to mend: Matrix: the access token belongs to @ana:localhost, not to ${account.userId}`);
    const other = await server.login({ name: "", userId: account.userId, password: account.password ?? "" }, "OTHER");
    writeFileSync(matrixFile("session.json"), JSON.stringify({ ...kept, accessToken: other.accessToken }));
    expect(await examine()).toContain(`✗ to mend: Matrix: the access token belongs to the device OTHER, but the keys here to ${kept.deviceId}`);
  });

  it("finds a device that the account has not signed, one without keys, other devices, and no backup", async () => {
    const login = { name: `clarion${count}`, userId: account.userId, password: account.password ?? "" };
    const bare = await people.login(login, { deviceId: "BARE" });
    await bare.uploadKeys();
    const { password: _, ...rest } = account;
    account = { ...rest, accessToken: bare.accessToken, deviceId: "BARE" };
    const text = await examine();
    expect(text).toMatch(/✗ to mend: Matrix device BARE: the account has not signed it.* → .*matrix recover/);
    expect(text).toMatch(/✗ to mend: Matrix: there is no backup of room keys/);
    const empty = await server.login(login, "EMPTY");
    account = { ...account, accessToken: empty.accessToken, deviceId: "EMPTY" };
    expect(await examine()).toMatch(/✗ to mend: Matrix device EMPTY: the homeserver does not know its keys/);
    account = { ...rest, password: login.password };
    await startOnce();
    expect(await examine()).toContain("– note: Matrix: the account has 1 more device.");
  });

  it("finds a recovery key that is not the account's, wherever it comes from", async () => {
    await startOnce();
    const own = readFileSync(matrixFile("recovery.key"), "utf8");
    expect(await examine()).not.toContain("is not the one of this Matrix account");
    account = { ...account, recoveryKey: own };
    expect(await examine()).not.toContain("is not the one of this Matrix account");
    for (const wrong of [OTHER_KEY, "EsTk what"]) {
      account = { ...account, recoveryKey: wrong };
      const text = await examine();
      expect(text).toContain("✗ to mend: The recovery key in MATRIX_RECOVERY_KEY is not the one of this Matrix account");
      expect(text).not.toContain(wrong);
    }
    const { recoveryKey: _, ...rest } = account;
    account = rest;
    writeFileSync(matrixFile("recovery.key"), OTHER_KEY);
    expect(await examine()).toContain(`✗ to mend: The recovery key in ${matrixFile("recovery.key")} is not the one of this Matrix account`);
  });

  it("refuses a homeserver that is too old, and one that is none", async () => {
    const rule = proxy.on(/versions/, { kind: "answer", status: 200, body: { versions: ["r0.6.1"] } });
    expect(await examine()).toMatch(/✗ to mend: .*it is too old for Clarion → .*v1\.1/);
    rule.stop();
    proxy.on(/versions/, { kind: "answer", status: 404, body: { error: "a web page" } });
    expect(await examine()).toMatch(/✗ to mend: .*it gave no answer that can be used/);
  });

  it("sees that messages are not slowed down here, and leaves the account's name as it is", async () => {
    await startOnce();
    const where = `/_matrix/client/v3/profile/${encodeURIComponent(account.userId)}/displayname`;
    await server.call("PUT", where, { token: token(), body: { displayname: "Clarion" } });
    expect(await examine()).toContain("✓ fine: Matrix: the homeserver takes a burst of messages without slowing it down");
    expect((await server.call("GET", where, {})).body).toEqual({ displayname: "Clarion" });
  });
});

describeMatrix("doctor on a homeserver whose limits nobody touched", () => {
  it("finds the limit, and prints the call that lifts it, which does", async () => {
    const server = await openHomeserver({ limitMessages: true });
    const folder = mkdtempSync(path.join(tmpdir(), "clarion-matrix-limit-"));
    const store = await openSqliteStore({ file: path.join(folder, "clarion.sqlite") });
    try {
      const { userId, password } = await server.register("clarion");
      const account: MatrixAccount = { homeserverUrl: server.url, userId, password, allowedInviters: [] };
      const opened = await openMatrixClient({ account, folder, store, clock: systemClock, chance: systemChance, log: recordingLog() });
      await opened.stop();
      const examine = async (): Promise<string> => printed(await examineMatrix(account, [], { say, folder, served: false }));
      const text = await examine();
      expect(text).toContain("– note: Matrix: the homeserver slows Clarion down");
      const call = /curl -X POST .* -d '([^']+)' '([^']+)'/.exec(text);
      const { status } = await server.callAsAdmin("POST", (call?.[2] ?? "").replace(server.url, ""), JSON.parse(call?.[1] ?? "{}"));
      expect(status).toBe(200);
      expect(await examine()).toContain("without slowing it down");
    } finally {
      await store.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
