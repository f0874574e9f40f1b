/** A homeserver and an independent client, installed once from PyPI into the cache folder of this checkout. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const SYNAPSE = "matrix-synapse==1.163.2";
const NIO = "matrix-nio[e2e]==0.26.0";
const CACHE = path.join(import.meta.dirname, "../../../node_modules/.cache/clarion-matrix");
/** Written last into a finished installation; says how it was made. */
const FINISHED = "finished";
const LONGEST_INSTALL_MILLISECONDS = 10 * 60_000;
/** What Synapse 1.163 asks for. */
const OLDEST_PYTHON = [3, 10] as const;

const execute = promisify(execFile);
let known: Promise<string> | undefined;

/** Why this machine cannot run a homeserver, in one sentence; undefined when it can. Installs it, which takes half a minute the first time. */
export async function whyNoHomeserver(): Promise<string | undefined> {
  try {
    await installMatrix();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The Python that has Synapse and matrix-nio. Throws an error whose message is one sentence for a person when there can be none. */
export function installMatrix(): Promise<string> {
  known ??= install();
  return known;
}

async function install(): Promise<string> {
  if (process.platform === "win32") throw new Error("Synapse does not run on Windows.");
  const version = await findPythonVersion();
  const folder = path.join(CACHE, `${SYNAPSE}-${NIO}-python-${version}-${process.arch}`.replaceAll(/[^\w.-]+/g, "-"));
  const python = path.join(folder, "bin", "python");
  if (existsSync(path.join(folder, FINISHED))) return python;
  await mkdir(CACHE, { recursive: true });
  const release = await lock(`${folder}.lock`, () => existsSync(path.join(folder, FINISHED)));
  try {
    if (!existsSync(path.join(folder, FINISHED))) await build(folder);
  } finally {
    await release();
  }
  return python;
}

async function findPythonVersion(): Promise<string> {
  const asked = await run("python3", ["-c", "import sys, venv, ensurepip; print('.'.join(map(str, sys.version_info[:2])))"]).catch((error: unknown) => {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new Error(missing ? "There is no python3 here." : "The python3 here has no venv module (Debian: apt-get install python3-venv).", { cause: error });
  });
  const version = asked.trim();
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major !== OLDEST_PYTHON[0] || minor < OLDEST_PYTHON[1]) throw new Error(`Synapse needs Python ${OLDEST_PYTHON.join(".")} or newer; here is ${version}.`);
  return version;
}

/** Built beside its place and moved there whole, so that nobody ever sees half of it. `bin/python` still finds its packages after the move. */
async function build(folder: string): Promise<void> {
  const place = await mkdtemp(`${folder}.building-`);
  try {
    const tool = (await buildWithUv(place)) ? "uv" : await buildWithPip(place);
    await run(path.join(place, "bin", "python"), ["-c", "import synapse, nio, vodozemac"]);
    await writeFile(path.join(place, FINISHED), `${tool}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(place, folder);
  } catch (cause) {
    throw new Error(`Synapse could not be installed from PyPI, which may be out of reach: ${lastLine(cause)}`, { cause });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Three times as fast as pip. It reads none of pip's settings, so where it fails pip still may not. */
async function buildWithUv(place: string): Promise<boolean> {
  const python = path.join(place, "bin", "python");
  try {
    await run("uv", ["venv", "--quiet", "--clear", "--python", "python3", place]);
    const into = ["pip", "install", "--quiet", "--python", python, "--compile-bytecode"];
    await run("uv", [...into, "--only-binary", ":all:", SYNAPSE]);
    await run("uv", [...into, NIO]);
    return true;
  } catch {
    await rm(place, { recursive: true, force: true });
    return false;
  }
}

/** matrix-nio has one dependency without a wheel, so it is a command of its own. */
async function buildWithPip(place: string): Promise<string> {
  await run("python3", ["-m", "venv", place]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
  const python = path.join(place, "bin", "python");
  await run(python, [...pip, "--only-binary", ":all:", SYNAPSE]);
  await run(python, [...pip, NIO]);
  return "pip";
}

/**
 * One installation at a time. Whoever waits returns as soon as the other has finished. A lock left by a killed process is taken over; should
 * two take it over together, both build and one of two equal installations is thrown away.
 */
async function lock(file: string, finished: () => boolean): Promise<() => Promise<void>> {
  while (!finished()) {
    const taken = await writeFile(file, String(process.pid), { flag: "wx" }).then(
      () => true,
      () => false,
    );
    if (taken) return () => rm(file, { force: true });
    const holder = Number(await readFile(file, "utf8").catch(() => ""));
    if (holder > 0 && !isAlive(holder)) await rm(file, { force: true });
    else await sleep(200);
  }
  return async () => {};
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function run(program: string, parameters: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, [...parameters], { timeout: LONGEST_INSTALL_MILLISECONDS, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

function lastLine(error: unknown): string {
  const said = typeof error === "object" && error !== null && "stderr" in error ? String(error.stderr) : "";
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => line.startsWith("ERROR")) ?? lines.at(-1) ?? String(error);
}
