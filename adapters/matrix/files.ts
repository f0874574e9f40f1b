/** The small secret files of the adapter: whole or not there at all, and nobody else on the machine reads them. */
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Inside the data folder. */
const FOLDER = "matrix";

export type MatrixFiles = { folder: string; crypto: string; session: string; storeKey: string; recoveryKey: string };

/** Creates the folder (0700) where it is missing. */
export function matrixFiles(dataFolder: string): MatrixFiles {
  const paths = matrixPaths(dataFolder);
  mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  chmodSync(paths.folder, 0o700);
  return paths;
}

/** Where they are, or would be. */
export function matrixPaths(dataFolder: string): MatrixFiles {
  const folder = path.join(dataFolder, FOLDER);
  const file = (name: string): string => path.join(folder, name);
  return { folder, crypto: file("crypto.sqlite"), session: file("session.json"), storeKey: file("store.key"), recoveryKey: file("recovery.key") };
}

/** Undefined when there is no such file. */
export function readPrivately(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** On disk under its name (0600) when it returns, also if the power fails the moment after. */
export function writePrivately(file: string, text: string): void {
  const draft = `${file}.draft`;
  const handle = openSync(draft, "w", 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  chmodSync(draft, 0o600);
  renameSync(draft, file);
  syncFolder(path.dirname(file));
}

/** Windows has no handles of folders, and writes names at once. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
