/** The program as people start it: through npm, from a shell, twice by mistake, with the wrong Node. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { helpText } from "../../adapters/console/help.ts";
import { isServerRunning } from "../../adapters/sqlite/lock.ts";
import { SETTINGS } from "../../src/config.ts";
import { speak } from "../../src/i18n.ts";
import { startProcess } from "../support/processes.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const START = path.join(ROOT, "start.mjs");
const folder = mkdtempSync(path.join(tmpdir(), "clarion-program-"));
const { PATH = "", HOME = "" } = process.env;
const environment = { CLARION_DATA: folder, CLARION_PORT: "0", CLARION_LOG: "error" };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program to its end. */
async function run(parameters: string[], more: Record<string, string> = {}): Promise<{ code: number | null; printed: string }> {
  const child = startProcess(START, parameters, { ...environment, ...more });
  const { code } = await child.ended;
  return { code, printed: child.lines.join("\n") };
}

function startThroughNpm() {
  const npm = spawn("npm", ["start"], { cwd: ROOT, env: { PATH, HOME, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [npm.stdout, npm.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const ended = once(npm, "close");
  const ready = new Promise<string>((resolve, reject) => {
    npm.stdout.on("data", () => {
      const address = /Clarion is ready: (http:\/\/\S+)/.exec(printed)?.[1];
      if (address !== undefined) resolve(address);
    });
    void ended.then(() => reject(new Error(`npm start ended:\n${printed}`)));
  });
  return { npm, ready, ended, printed: () => printed };
}

async function answersOn(port: number): Promise<boolean> {
  const socket = createConnection({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe("the program started through npm", () => {
  let program: ReturnType<typeof startThroughNpm>;
  let address: string;
  beforeAll(async () => {
    program = startThroughNpm();
    address = await program.ready;
  });
  afterAll(() => void program.npm.kill("SIGKILL"));

  it("serves its page where it says", async () => {
    const answer = await fetch(address);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("<html");
  });

  it("refuses to be started twice on one folder, in a sentence", async () => {
    const second = await run(["start"]);
    expect(second.code).toBe(2);
    expect(second.printed).toContain(`Another Clarion is already running on the data folder ${folder}`);
    expect(second.printed).not.toMatch(/^\s+at /m);
  });

  it("answers from a terminal beside the running server", async () => {
    const looked = await run(["ask", "/upr Singapore"]);
    expect(looked).toMatchObject({ code: 0, printed: expect.stringContaining("Singapore") });
    const changed = await run(["ask", "--room", "web:anpud", "--json", "/take hrc-64-written-statement"]);
    expect(changed.code).toBe(0);
    expect(JSON.parse(changed.printed)).toMatchObject({ ok: true });
    expect(await run(["ask", "/nothing of this kind"])).toMatchObject({ code: 2, printed: expect.stringMatching(/\S/) });
  });

  it("refuses a change under another clock while it runs", async () => {
    const changed = await run(["ask", "--now", "2026-12-01T12:00Z", "--room", "web:anpud", "/take hrc-64-written-statement"]);
    expect(changed.code).toBe(2);
    expect((await run(["ask", "--now", "2026-12-01T12:00Z", "/upr Singapore"])).code).toBe(0);
  });

  it("ends with npm: a SIGTERM reaches it, frees its port and its folder, and it was ready once", async () => {
    const port = Number(new URL(address).port);
    expect(await answersOn(port)).toBe(true);
    expect(isServerRunning(folder)).toBe(true);
    program.npm.kill("SIGTERM");
    await program.ended;
    expect(await answersOn(port)).toBe(false);
    expect(isServerRunning(folder)).toBe(false);
    expect(program.printed().match(/Clarion is ready/g)).toHaveLength(1);
  });
});

describe("the program started wrongly", () => {
  it("names a setting it does not know", async () => {
    const started = await run(["start"], { CLARION_PROT: "8080" });
    expect(started.code).toBe(2);
    expect(started.printed).toMatch(/CLARION_PROT is not a setting of Clarion\. Known settings: .*CLARION_PORT/);
  });

  it("says which verbs there are when it does not know one", async () => {
    const started = await run(["begin"]);
    expect(started.code).toBe(2);
    expect(started.printed).toContain('There is no "begin".');
    expect(started.printed).toContain("clarion ask");
  });

  it("says what must follow a verb that says nothing by itself", async () => {
    for (const [args, known] of [
      [["setup"], "clarion setup slack, clarion setup matrix"],
      [["setup", "discord"], "clarion setup slack, clarion setup matrix"],
      [["slack"], "clarion slack manifest"],
      [["matrix"], "clarion matrix recover, clarion matrix verify"],
    ] as const) {
      expect(await run([...args])).toEqual(expect.objectContaining({ code: 2, printed: `"${args[0]}" needs one more word. Write one of these: ${known}.` }));
    }
  });

  it("names an option it does not know, and one that lacks its value", async () => {
    expect(await run(["ask", "--lnie", "/upr Singapore"])).toMatchObject({ code: 2, printed: expect.stringContaining("There is no option --lnie.\nclarion start") });
    expect(await run(["ask", "/upr Singapore", "--room"])).toMatchObject({ code: 2, printed: expect.stringContaining("The option --room is not used like this.\nclarion start") });
  });

  it("says so in the language of the locale, of which LC_ALL comes before LANG and an empty one does not count", async () => {
    const french = speak("fr")("console.error.verb_unknown", { verb: "begin" });
    expect((await run(["begin"], { LANG: "fr_FR.UTF-8", LC_ALL: "" })).printed).toBe(`${french}\n${helpText(speak("fr"))}`);
    const held = speak("ar")("console.error.setting_unknown", { setting: "CLARION_PROT", known: Object.keys(SETTINGS).join(", ") });
    expect((await run(["start"], { LANG: "fr_FR.UTF-8", LC_ALL: "ar_EG.UTF-8", CLARION_PROT: "8080" })).printed).toBe(held);
  });

  const old = findOldNode();
  it.skipIf(old === undefined)(`says what to do under a Node that is too old${old === undefined ? " (SKIPPED: there is none on this machine's PATH)" : ""}`, () => {
    const { status, stderr } = spawnSync(old ?? "", [START, "start"], { env: { PATH, HOME, ...environment }, encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Clarion needs Node 26; this is Node \d+\.\d+\.\d+\.$/m);
    expect(stderr).toContain("npm ci");
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

/** A Node of this machine, not of the project, from before version 26. */
function findOldNode(): string | undefined {
  const folders = PATH.split(path.delimiter).filter((each) => path.isAbsolute(each) && !each.includes("node_modules"));
  return [...folders, "/usr/local/bin", "/usr/bin"]
    .map((each) => path.join(each, "node"))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
      } catch {
        return false;
      }
      const { stdout } = spawnSync(file, ["-p", "process.versions.node"], { encoding: "utf8" });
      return Number((stdout ?? "").split(".")[0]) < 26;
    });
}
