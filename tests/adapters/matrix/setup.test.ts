/** The way from nothing to a first post on Matrix, a new device, and verification: through the program itself, against a real homeserver. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Account } from "../../support/matrix/accounts.ts";
import { describeMatrix } from "../../support/matrix/describe-matrix.ts";
import { type Homeserver, openHomeserver } from "../../support/matrix/homeserver.ts";
import { type Human, openPeople, type People } from "../../support/matrix/human.ts";
import { openSignedHuman } from "../../support/matrix/signed-human.ts";
import { type Child, startProcess } from "../../support/processes.ts";

const START = path.join(import.meta.dirname, "../../../start.mjs");
const root = mkdtempSync(path.join(tmpdir(), "clarion-matrix-setup-"));
let folder: string;
let count = 0;

beforeEach(() => {
  count += 1;
  folder = path.join(root, String(count));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const start = (parameters: string[], settings: Record<string, string>): Child =>
  startProcess(START, parameters, { CLARION_DATA: folder, CLARION_PORT: "0", CLARION_LOG: "error", ...settings });

async function run(parameters: string[], settings: Record<string, string>): Promise<{ code: number | null; printed: string }> {
  const child = start(parameters, settings);
  const { code } = await child.ended;
  const printed = child.lines.join("\n");
  for (const name of ["MATRIX_PASSWORD", "MATRIX_STORE_KEY"]) if (settings[name] !== undefined) expect(printed).not.toContain(settings[name]);
  // A fault of ours, not a sentence.
  expect(printed).not.toMatch(/^\s+at /m);
  return { code, printed };
}

/** The program is started several times in each test. */
const RUNS = { timeout: 180_000 };

describe("setup of Matrix without an account", RUNS, () => {
  it("prints the steps and makes nothing", async () => {
    const { code, printed } = await run(["setup", "matrix"], {});
    expect(code).toBe(0);
    expect(printed).toMatch(/1\. On your homeserver[\s\S]*2\. [\s\S]*MATRIX_HOMESERVER_URL=https[\s\S]*MATRIX_PASSWORD=…[\s\S]*chmod 600 \.env[\s\S]*3\. Run this again/);
    expect(existsSync(folder)).toBe(false);
  });

  it("names what is missing or wrong, under the steps", async () => {
    const missing = await run(["setup", "matrix"], { MATRIX_HOMESERVER_URL: "https://matrix.example.org" });
    expect(missing).toMatchObject({ code: 1, printed: expect.stringMatching(/1\. On your homeserver[\s\S]*\n\nMATRIX_HOMESERVER_URL is set, but MATRIX_USER_ID is missing/) });
    const wrong = { MATRIX_HOMESERVER_URL: "http://matrix.example.org", MATRIX_USER_ID: "@clarion:example.org", MATRIX_PASSWORD: "secret-password" };
    expect(await run(["setup", "matrix"], wrong)).toMatchObject({ code: 1, printed: expect.stringMatching(/MATRIX_HOMESERVER_URL cannot be used/) });
  });

  it("does not mind what is wrong with Slack, nor does the setup of Slack mind what is wrong with Matrix", async () => {
    expect(await run(["setup", "matrix"], { SLACK_BOT_TOKEN: "xoxb-1-2-x" })).toMatchObject({ code: 0, printed: expect.stringContaining("1. On your homeserver") });
    expect(await run(["setup", "slack"], { MATRIX_PASSWORD: "secret-password" })).toMatchObject({ code: 0, printed: expect.stringContaining("api.slack.com") });
    const { code, printed } = await run(["doctor"], { MATRIX_PASSWORD: "secret-password", SLACK_BOT_TOKEN: "xoxb-1-2-x" });
    expect(code).toBe(1);
    expect(printed).toMatch(/✗ to mend: SLACK_BOT_TOKEN is set, but how[\s\S]*✗ to mend: MATRIX_PASSWORD is set, but MATRIX_HOMESERVER_URL is missing/);
  });

  it("says that a new device and a verification need an account, and that a verb must be whole", async () => {
    expect(await run(["matrix", "recover"], {})).toMatchObject({ code: 2, printed: expect.stringContaining("Matrix is not set up") });
    expect(await run(["matrix", "verify", "--user", "@ana:example.org"], {})).toMatchObject({ code: 2, printed: expect.stringContaining("Matrix is not set up") });
    expect(await run(["matrix"], {})).toMatchObject({ code: 2, printed: expect.stringContaining('"matrix" needs one more word. Write one of these: clarion matrix recover, clarion matrix verify') });
  });
});

describeMatrix("setup of Matrix", () => {
  let server: Homeserver;
  let people: People;
  let ana: Human;
  let account: Account;
  let settings: Record<string, string>;

  beforeAll(async () => {
    server = await openHomeserver();
    people = await openPeople(server.url);
    const account = await server.register("ana");
    ana = await people.login(account);
    // Clarion sends keys only to devices that their owner has signed.
    const owner = await openSignedHuman(server.url, account);
    await owner.signDevice(ana.deviceId);
    await owner.close();
  });
  afterAll(async () => {
    await people.close();
    await server.close();
  });
  beforeEach(async () => {
    account = await server.register(`clarion${count}`);
    settings = { MATRIX_HOMESERVER_URL: server.url, MATRIX_USER_ID: account.userId, MATRIX_PASSWORD: account.password };
  });

  const setUp = (...more: string[]): Promise<{ code: number | null; printed: string }> => run(["setup", "matrix", ...more], settings);
  const recoveryFile = (): string => path.join(folder, "matrix", "recovery.key");

  it("walks from a password to a post that a person in an encrypted room can read", RUNS, async () => {
    const first = await setUp();
    const key = readFileSync(recoveryFile(), "utf8").trim();
    expect(first.code).toBe(0);
    expect(first.printed).toContain(`It is shown only now:\n\n   ${key}\n\nIt is kept in ${recoveryFile()}`);
    expect(first.printed).toMatch(new RegExp(`the account has signed it[\\s\\S]*The account is in no room yet\\..*invite ${account.userId}`));
    expect(statSync(recoveryFile()).mode & 0o777).toBe(0o600);

    const room = await ana.createRoom({ name: "Asia", encrypted: true, invite: [account.userId] });
    const second = await setUp();
    expect(second.printed).not.toContain(key);
    expect(second.printed).toMatch(new RegExp(`Rooms it is invited to:\\n   Asia  ${room}\\n[\\s\\S]*setup matrix --room '${room}' --network \\w+`));

    const third = await setUp("--room", room, "--network", "anpud");
    expect(third).toMatchObject({ code: 0, printed: expect.stringMatching(/The first post stands in Asia\.\n[\s\S]*npm start/) });
    await ana.listen();
    const posts = ana.shown(room).filter(({ sender }) => sender === account.userId);
    expect(posts.length).toBeGreaterThan(0);
    expect(posts.every(({ encrypted }) => encrypted)).toBe(true);
    expect(ana.unreadable(room)).toEqual([]);

    // Once more makes no second post, and says whose room it is.
    expect(await setUp("--room", room, "--network", "ANPUD")).toMatchObject({ code: 0 });
    const last = await setUp();
    expect(last.printed).toMatch(new RegExp(`Rooms the account is in:\\n   Asia  ${room}  encrypted  room of `));
    await ana.listen();
    expect(ana.shown(room).filter(({ sender }) => sender === account.userId)).toHaveLength(posts.length);
    expect(await run(["doctor"], settings)).toMatchObject({ code: 0, printed: expect.stringContaining(`Matrix room Asia (${room}): encrypted, and Clarion can post there`) });
  });

  it("takes a room by its alias, and one without encryption", RUNS, async () => {
    const room = await ana.createRoom({ name: "Open", encrypted: false });
    await server.call("PUT", `/_matrix/client/v3/directory/room/${encodeURIComponent("#open:localhost")}`, { token: ana.accessToken, body: { room_id: room } });
    await ana.invite(room, account.userId);
    expect(await setUp("--room", "#open:localhost", "--network", "anpud")).toMatchObject({ code: 0, printed: expect.stringContaining("The first post stands in Open.") });
    expect((await setUp()).printed).toContain(`Open  ${room}`);
  });

  it("says what is missing of a room and a network, and which networks there are", RUNS, async () => {
    expect(await setUp("--room", "!abc:localhost")).toMatchObject({ code: 2, printed: expect.stringContaining("Say both --room and --network") });
    expect(await setUp("--room", "asia", "--network", "anpud")).toMatchObject({ code: 2, printed: expect.stringContaining("--room is the id or an alias") });
    expect(existsSync(path.join(folder, "matrix"))).toBe(false);
    const closed = await ana.createRoom({ name: "Closed" });
    const refused = await setUp("--room", closed, "--network", "anpud");
    expect(refused).toMatchObject({ code: 2, printed: expect.stringContaining(`may not join the room ${closed} (M_FORBIDDEN). In the room, invite ${account.userId}`) });
    await ana.invite(closed, account.userId);
    const unknown = await setUp("--room", closed, "--network", "nobody");
    expect(unknown).toMatchObject({ code: 1, printed: expect.stringMatching(new RegExp(`setup matrix --room '${closed}' --network`)) });
  });

  it("says what is wrong with the password, the address, and files that are held", async () => {
    expect(await run(["setup", "matrix"], { ...settings, MATRIX_PASSWORD: "wrong-password" })).toMatchObject({ code: 2, printed: expect.stringContaining("does not accept what MATRIX_PASSWORD holds (M_FORBIDDEN)") });
    expect(await run(["setup", "matrix"], { ...settings, MATRIX_HOMESERVER_URL: "http://127.0.0.1:9" })).toMatchObject({ code: 2, printed: expect.stringContaining("http://127.0.0.1:9 does not answer") });
  });

  it("makes a room beside a running server, which then posts there", RUNS, async () => {
    const child = start(["start"], { ...settings, MATRIX_ALLOWED_INVITERS: "localhost" });
    await child.line("Clarion is ready");
    const room = await ana.createRoom({ name: "Beside", encrypted: true, invite: [account.userId] });
    const made = await setUp("--room", room, "--network", "anpud");
    expect(made).toMatchObject({ code: 0, printed: expect.stringContaining("The running server has put the first post into Beside.") });
    expect((await setUp()).printed).toMatch(new RegExp(`Beside  ${room}  encrypted  room of `));
    expect(await run(["matrix", "verify", "--user", "@ana:localhost"], settings)).toMatchObject({ code: 2, printed: expect.stringContaining("Another process uses the file of Matrix keys") });
    const { code, printed } = await run(["doctor"], settings);
    expect({ code, printed }).toMatchObject({ code: 0, printed: expect.stringContaining(`Matrix room Beside (${room}): encrypted, and Clarion can post there`) });
    child.signal("SIGTERM");
    expect(await child.ended).toMatchObject({ code: 0 });
  });

  it("says beside a server that does not use the account that it must be stopped", RUNS, async () => {
    const child = start(["start"], {});
    await child.line("Clarion is ready");
    expect(await setUp()).toMatchObject({ code: 1, printed: expect.stringContaining("does not use this account. Stop it") });
    child.signal("SIGTERM");
    await child.ended;
  });

  it("goes on as a new device with the recovery key, and ends the old one", RUNS, async () => {
    await setUp();
    const old = JSON.parse(readFileSync(path.join(folder, "matrix", "session.json"), "utf8")).deviceId;
    const key = readFileSync(recoveryFile(), "utf8").trim();
    rmSync(path.join(folder, "matrix"), { recursive: true });
    expect(await setUp()).toMatchObject({ code: 2, printed: expect.stringMatching(/keys is missing.*matrix recover/) });
    expect(await run(["matrix", "recover"], settings)).toMatchObject({ code: 2, printed: expect.stringContaining("Set MATRIX_RECOVERY_KEY") });
    const recovered = await run(["matrix", "recover"], { ...settings, MATRIX_RECOVERY_KEY: key });
    expect(recovered).toMatchObject({ code: 0, printed: expect.stringMatching(/The account has a new device, \w+, that it has signed\. Its fingerprint: \S{43}/) });
    expect(recovered.printed).not.toContain(key);
    const { code, printed } = await run(["doctor"], { ...settings, MATRIX_RECOVERY_KEY: key });
    expect({ code, printed }).toMatchObject({ code: 0, printed: expect.stringContaining("the account has signed it") });
    expect(printed).not.toContain(old);
    expect(printed).not.toContain("more device");
  });

  it("is verified by one person who compares emoji with the operator, in a conversation that person begins", RUNS, async () => {
    await setUp();
    const person = await openSignedHuman(server.url, await server.register(`eva${count}`));
    try {
      const child = start(["matrix", "verify", "--user", person.userId], settings);
      await child.line("can verify Clarion");
      const room = await person.createRoom({ invite: [account.userId], direct: true });
      while (person.client.getRoom(room)?.getMember(account.userId)?.membership !== "join") await person.listen(1_000);
      const emoji = await person.verify(account.userId, room, async (signs) => {
        await child.line("Does the other side see the same");
        for (const sign of signs) expect(child.lines.join("\n")).toContain(sign);
        child.write("perhaps\nyes\n");
        return true;
      });
      expect(emoji).toHaveLength(7);
      expect(await child.ended).toMatchObject({ code: 0 });
      expect(child.lines.join("\n")).toContain("Verified.");
      await person.listen();
      expect(await person.trustIn(account.userId)).toMatchObject({ verified: true });
      const refused = await run(["matrix", "verify", "--user", "eva"], settings);
      expect(refused).toMatchObject({ code: 2, printed: expect.stringContaining("--user is the person who verifies") });
    } finally {
      await person.close();
    }
  });
});
