/** A real Synapse on loopback, in a temporary folder, for as long as a test needs it. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, type Login, loginAccount, registerAccount } from "./accounts.ts";
import { type Answer, type CallOptions, callServer } from "./call.ts";
import { installMatrix } from "./install.ts";
import { SERVER_NAME, type ServerChoices, serverSettings } from "./settings.ts";

export interface Homeserver {
  /** Without a slash at the end. Stays the same over a restart. */
  readonly url: string;
  readonly serverName: string;
  /** From the start of the process to its first answer, the last time. */
  readonly readyMilliseconds: number;
  /** A person who has no device yet. */
  register(name: string, options?: { admin?: boolean }): Promise<Account>;
  login(account: Account, deviceId?: string): Promise<Login>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** As its owner would: a call that only an administrator may make. */
  callAsAdmin(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Stops it politely, or suddenly, and leaves its data. Clients see refused connections until `start`. */
  stop(how?: "politely" | "suddenly"): Promise<void>;
  start(): Promise<void>;
  restart(): Promise<void>;
  /** What it logged. */
  log(): string;
  /** Ends it and removes everything. Safe to call twice. */
  close(): Promise<void>;
}

const SERVE = path.join(import.meta.dirname, "serve.py");
const LONGEST_START_MILLISECONDS = 60_000;
const LONGEST_STOP_MILLISECONDS = 10_000;
const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

export async function openHomeserver(choices: ServerChoices = {}): Promise<Homeserver> {
  const python = await installMatrix();
  const folder = mkdtempSync(path.join(tmpdir(), "clarion-homeserver-"));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = path.join(folder, "synapse.log");
  const settingsFile = path.join(folder, "homeserver.yaml");
  writeFileSync(settingsFile, JSON.stringify(serverSettings(folder, port, choices), null, 2));
  // What `--generate-keys` would write, without starting Python once more for it.
  writeFileSync(path.join(folder, "signing.key"), `ed25519 a_test ${randomBytes(32).toString("base64").replace(/=+$/, "")}\n`, { mode: 0o600 });
  const log = (): string => readFileSync(logFile, "utf8");
  const running = createRunning(python, { settingsFile, logFile, folder, url, durable: choices.durable === true });
  const call: Homeserver["call"] = (method, where, options) => callServer(url, method, where, options);
  let admin: Promise<Login> | undefined;
  const register: Homeserver["register"] = (name, options = {}) => registerAccount(url, name, options.admin === true);
  const login: Homeserver["login"] = (account, deviceId) => loginAccount(url, account, deviceId);
  try {
    await running.start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url,
    serverName: SERVER_NAME,
    get readyMilliseconds() {
      return running.readyMilliseconds();
    },
    register,
    login,
    call,
    async callAsAdmin(method, where, body) {
      admin ??= register("the-owner", { admin: true }).then((account) => login(account));
      return call(method, where, { token: (await admin).accessToken, body });
    },
    stop: (how = "politely") => running.stop(how),
    start: () => running.start(),
    async restart() {
      await running.stop("politely");
      await running.start();
    },
    log,
    async close() {
      await running.stop("suddenly");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Running {
  start(): Promise<void>;
  stop(how: "politely" | "suddenly"): Promise<void>;
  readyMilliseconds(): number;
}

type Place = { settingsFile: string; logFile: string; folder: string; url: string; durable: boolean };

function createRunning(python: string, { settingsFile, logFile, folder, url, durable }: Place): Running {
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let ready = 0;
  return {
    readyMilliseconds: () => ready,
    async start() {
      if (child !== undefined) throw new Error("The homeserver runs already.");
      const began = performance.now();
      const output = openSync(logFile, "a");
      const started = spawn(python, [SERVE, "-c", settingsFile], {
        cwd: folder,
        env: { PATH: process.env["PATH"], HOME: folder, LC_ALL: "C.UTF-8", CLARION_DURABLE: durable ? "1" : "0" },
        stdio: ["pipe", output, output],
      });
      closeSync(output);
      child = started;
      alive.add(started);
      ended = new Promise((resolve) => {
        const end = (): void => {
          alive.delete(started);
          if (child === started) child = undefined;
          resolve();
        };
        started.once("exit", end);
        started.once("error", end);
      });
      while (!(await isHealthy(url))) {
        if (child !== started) throw new Error(`The homeserver ended before it was ready:\n${readFileSync(logFile, "utf8").slice(-3000)}`);
        if (performance.now() - began > LONGEST_START_MILLISECONDS) throw new Error(`The homeserver is not ready after ${LONGEST_START_MILLISECONDS} ms.`);
        await sleep(50);
      }
      ready = performance.now() - began;
    },
    async stop(how) {
      if (child === undefined) return;
      const stopping = child;
      stopping.kill(how === "politely" ? "SIGTERM" : "SIGKILL");
      const timer = setTimeout(() => stopping.kill("SIGKILL"), LONGEST_STOP_MILLISECONDS);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function isHealthy(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    (answer) => answer.ok,
    () => false,
  );
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
