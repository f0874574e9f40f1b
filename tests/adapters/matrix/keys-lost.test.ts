/** When the keys or the login are lost, old or wrong: what the bot says, what it leaves alone, and how it goes on. Against a real homeserver. */
import { cpSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeMatrix } from "../../support/matrix/describe-matrix.ts";
import { findReusedKeys } from "../../support/matrix/heard.ts";
import { openProxy, SENDING, SYNCING } from "../../support/matrix/proxy.ts";
import { type Bot, openStage, type Stage } from "./keys-stage.ts";

describeMatrix("keys and logins of Matrix that are lost", () => {
  let stage: Stage;
  let bot: Bot;
  let room: string;
  let count = 0;

  /** A bot that has been in the person's room and was stopped. */
  const settle = async (): Promise<{ bot: Bot; room: string; deviceId: string }> => {
    const hired = await stage.hire(`bot-${(count += 1)}`);
    const first = hired.run();
    const { deviceId } = await first.opened();
    await first.synced();
    const met = await hired.meet();
    await first.says("joined", met);
    await first.stop();
    return { bot: hired, room: met, deviceId };
  };
  const fileOf = (of: Bot, name: string): string => path.join(of.folder, "matrix", name);

  beforeAll(async () => {
    stage = await openStage();
    ({ bot, room } = await settle());
  });

  afterAll(async () => {
    await stage.close();
  });

  it("refuses an old copy of the file of keys, whenever it was taken, and one that is gone, and goes on with the newest as it was", async () => {
    const { bot: old, room: where, deviceId } = await settle();
    const file = fileOf(old, "crypto.sqlite");
    const [earlier, during, newest] = ["earlier", "during", "newest"].map((name) => path.join(old.folder, `${name}.sqlite`));
    if (earlier === undefined || during === undefined || newest === undefined) throw new Error("no names");
    cpSync(file, earlier);
    const meanwhile = old.run();
    await meanwhile.synced();
    const reader = await stage.device();
    await meanwhile.send(where, "one", "one");
    cpSync(file, during);
    await meanwhile.send(where, "two", "two");
    await meanwhile.stop();
    cpSync(file, newest);
    for (const copy of [earlier, during]) {
      cpSync(copy, file);
      const before = contentsOf(file);
      expect(await old.run().says("refused")).toMatchObject({ code: "matrix_keys_old" });
      expect(contentsOf(file)).toEqual(before);
    }
    rmSync(file);
    expect(await old.run().says("refused")).toMatchObject({ code: "matrix_keys_missing" });
    cpSync(newest, file);
    const again = old.run();
    expect(await again.opened()).toMatchObject({ deviceId, isNew: false });
    await again.synced();
    await again.send(where, "three", "three");
    await again.stop();
    await reader.read(where, "three");
    const heard = reader.heard(where).filter(({ sender }) => sender === old.account.userId);
    expect(reader.shown(where).map(({ body }) => body)).toEqual(["one", "two", "three"]);
    expect([...reader.unreadable(where), ...findReusedKeys(heard)]).toEqual([]);
    await reader.logout();
  });

  it("stops when the homeserver knows newer keys than the file, should the counters not have shown it", async () => {
    const { bot: old, room: where } = await settle();
    const [file, copy] = [fileOf(old, "crypto.sqlite"), path.join(old.folder, "copy.sqlite")];
    cpSync(file, copy);
    const meanwhile = old.run();
    await meanwhile.synced();
    // A new device takes one of the keys that the homeserver keeps, and the bot makes another under the next name.
    const first = await stage.device();
    const heard = await first.say(where, "one");
    expect(await meanwhile.look(where, heard)).toBe("one");
    await meanwhile.stop();
    cpSync(copy, file);
    forgeCounters(file);
    const restored = old.run();
    const second = await stage.device();
    await second.say(where, "two");
    expect(await restored.says("fatal")).toMatchObject({ code: "matrix_keys_used" });
    expect(await restored.child.ended).toMatchObject({ code: 70 });
    await first.logout();
    await second.logout();
  });

  it("goes on with a new device that reads what was written before, and ends the old one", async () => {
    const { bot: lost, room: where, deviceId } = await settle();
    const before = lost.run();
    await before.synced();
    const device = await stage.device();
    const event = await device.say(where, "from before");
    expect(await before.look(where, event)).toBe("from before");
    // The backup takes a moment.
    await before.says("backed-up");
    await before.stop();
    for (const name of ["crypto.sqlite", "session.json", "store.key"]) rmSync(fileOf(lost, name), { force: true });
    expect(await lost.run().says("refused")).toMatchObject({ code: "matrix_keys_missing" });

    const recovered = lost.run({ recover: true });
    const opened = await recovered.opened();
    expect(opened).toMatchObject({ isNew: true });
    expect(opened.deviceId).not.toBe(deviceId);
    await recovered.synced();
    expect(await recovered.look(where, event)).toBe("from before");
    const answer = await recovered.send(where, "from the new device", "from-new");
    await stage.owner.read(where, "from the new device");
    expect(await stage.owner.shieldOf(where, answer)).toMatchObject({ colour: "none" });
    expect(recovered.child.lines.some((line) => line.includes("matrix.old_device_ended"))).toBe(true);
    await recovered.stop();
    const restarted = lost.run();
    expect(await restarted.opened()).toMatchObject({ deviceId: opened.deviceId, isNew: false });
    await restarted.stop();
    await device.logout();
  });

  it("gives nothing up for a recovery key that is not the account's", async () => {
    const other = readFileSync(fileOf((await settle()).bot, "recovery.key"), "utf8").trim();
    const before = contentsOf(fileOf(bot, "crypto.sqlite"));
    expect(await bot.run({ recover: true, recoveryKey: other }).says("refused")).toMatchObject({ code: "matrix_recovery_key_wrong" });
    expect(await bot.run({ recover: true, recoveryKey: "EsTk what" }).says("refused")).toMatchObject({ code: "matrix_recovery_key_wrong" });
    expect(contentsOf(fileOf(bot, "crypto.sqlite"))).toEqual(before);
  });

  it("refuses a wrong password, a wrong key of the file and a token of another device, and leaves everything as it was", async () => {
    const { bot: careful } = await settle();
    const stranger = await stage.server.register("stranger");
    const token = (await stage.server.login(careful.account)).accessToken;
    const theirs = (await stage.server.login(stranger)).accessToken;
    const fresh = await stage.hire("fresh");
    expect(await fresh.run({ password: "wrong" }).says("refused")).toMatchObject({ code: "matrix_login_refused" });
    expect(await careful.run({ storeKey: "another key of at least thirty-two characters" }).says("refused")).toMatchObject({ code: "matrix_keys_locked" });
    expect(await careful.run({ accessToken: token }).says("refused")).toMatchObject({ code: "matrix_device_other" });
    expect(await careful.run({ accessToken: theirs }).says("refused")).toMatchObject({ code: "matrix_account_changed" });
    expect(await careful.run({ accessToken: "none" }).says("refused")).toMatchObject({ code: "matrix_login_refused" });
    expect(await careful.run({ userId: stranger.userId }).says("refused")).toMatchObject({ code: "matrix_account_changed" });
    const run = careful.run();
    expect(await run.opened()).toMatchObject({ isNew: false });
    await run.stop();
  });

  it("works with an access token and no password at all", async () => {
    const hired = await stage.hire("by-token");
    const login = await stage.server.login(hired.account);
    const byToken = { password: undefined, accessToken: login.accessToken };
    const run = hired.run(byToken);
    expect(await run.opened()).toMatchObject({ deviceId: login.deviceId, isNew: true });
    await run.synced();
    await run.stop();
    const again = hired.run(byToken);
    expect(await again.opened()).toMatchObject({ deviceId: login.deviceId, isNew: false });
    await again.stop();
  });

  it("is told where its recovery key lies, which nobody else can read", async () => {
    const hired = await stage.hire("told");
    const run = hired.run();
    await run.opened();
    const file = fileOf(hired, "recovery.key");
    expect(run.child.lines.find((line) => line.includes("matrix.recovery_key_saved"))).toContain(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8").trim()).toMatch(/^(\w{4} ){11}\w{4}$/);
    expect(run.child.lines.join("\n")).not.toContain(readFileSync(file, "utf8").trim());
    await run.synced();
    await run.stop();
  });

  it("verifies one person by emoji while the operator's window is open, and nobody outside of it", async () => {
    const run = bot.run();
    await run.synced();
    await expect(stage.owner.verify(bot.account.userId, room)).rejects.toThrow();
    expect(await stage.owner.trustIn(bot.account.userId)).toMatchObject({ verified: false });

    const other = await stage.server.register(`other-${count}`);
    run.order({ do: "verify", user: other.userId, agree: true });
    await run.says("window");
    await expect(stage.owner.verify(bot.account.userId, room)).rejects.toThrow();

    run.order({ do: "verify", user: stage.owner.userId, agree: true });
    await run.says("outcome", "expired");
    const emoji = await stage.owner.verify(bot.account.userId, room);
    expect(emoji).toHaveLength(7);
    expect(await run.says("emoji")).toMatchObject({ emoji });
    expect(await run.says("outcome", "verified")).toMatchObject({ outcome: "verified" });
    expect(await stage.owner.trustIn(bot.account.userId)).toMatchObject({ verified: true });
    await run.stop();
  });

  it("refuses when the operator says that the emoji are not the same", async () => {
    const { bot: doubted, room: where } = await settle();
    const run = doubted.run();
    await run.synced();
    run.order({ do: "verify", user: stage.owner.userId, agree: false });
    await run.says("window");
    await expect(stage.owner.verify(doubted.account.userId, where)).rejects.toThrow();
    expect(await run.says("outcome")).toMatchObject({ outcome: "refused" });
    expect(await stage.owner.trustIn(doubted.account.userId)).toMatchObject({ verified: false });
    await run.stop();
  });

  it("goes on as the same device when its token is no longer good: with the refresh token, else with the password", async () => {
    const proxy = await openProxy(stage.server.url);
    const { bot: renewed, room: where, deviceId } = await settle();
    const expired = { kind: "answer", status: 401, body: { errcode: "M_UNKNOWN_TOKEN", error: "expired", soft_logout: true } } as const;
    const run = renewed.run({ url: proxy.url });
    await run.synced();

    // As a bot whose password was taken out of its settings.
    proxy.on(SENDING, expired, { times: 1 });
    await run.send(where, "refreshed", "refreshed");
    expect([proxy.count(REFRESHING), proxy.count(LOGGING_IN)]).toEqual([1, 0]);

    proxy.on(REFRESHING, { ...expired, body: { ...expired.body, soft_logout: false } }, { times: 1 });
    proxy.on(SENDING, expired, { times: 1 });
    const event = await run.send(where, "logged in again", "again");
    expect([proxy.count(REFRESHING), proxy.count(LOGGING_IN)]).toEqual([2, 1]);
    await stage.owner.read(where, "logged in again");
    expect(await stage.owner.shieldOf(where, event)).toMatchObject({ colour: "none" });

    // What could not be asked now is no end: it is asked again.
    proxy.on(REFRESHING, { kind: "lose the request" }, { times: 1 });
    proxy.on(SYNCING, expired, { times: 1 });
    await stage.owner.say(where, "anybody there?");
    await run.says("read", "anybody there?");
    await run.stop();

    const again = renewed.run();
    expect(await again.opened()).toMatchObject({ deviceId, isNew: false });
    await again.synced();
    await again.stop();
    await proxy.close();
  });

  it("opens while the homeserver is away, and reads on when it is back", async () => {
    const { bot: patient, room: where } = await settle();
    await stage.server.stop();
    const run = patient.run();
    await run.opened();
    await stage.server.start();
    await run.synced();
    await run.send(where, "back", "back");
    await run.stop();
  });

  it("stops when the homeserver ends its device, and says so again at the next start", async () => {
    const { bot: ended, deviceId } = await settle();
    const run = ended.run();
    await run.synced();
    await stage.server.callAsAdmin("DELETE", `/_synapse/admin/v2/users/${ended.account.userId}/devices/${deviceId}`);
    expect(await run.says("fatal")).toMatchObject({ code: "matrix_logged_out" });
    expect(await run.child.ended).toMatchObject({ code: 70 });
    expect(await ended.run().says("fatal")).toMatchObject({ code: "matrix_logged_out" });
  });
});

const REFRESHING = /^POST \/_matrix\/client\/v3\/refresh\b/;
const LOGGING_IN = /^POST \/_matrix\/client\/v3\/login\b/;

/** What the file says, whatever its pages are like: opening it turns some of them over. */
function contentsOf(file: string): unknown[] {
  const database = new Sqlite(file, { readonly: true });
  try {
    return [database.prepare("select * from record order by store, key").all(), database.prepare("select * from counter order by name").all()];
  } finally {
    database.close();
  }
}

/** As if somebody had found out how an old copy is noticed. */
function forgeCounters(file: string): void {
  const database = new Sqlite(file);
  database.exec("update counter set value = 1000000");
  database.close();
}
