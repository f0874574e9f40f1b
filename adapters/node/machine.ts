/** The clock, chance, hashes and key files of the machine we run on. */
import { createHash, createHmac, randomBytes, randomInt } from "node:crypto";
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { OperatorError } from "../../src/operator-error.ts";
import type { Chance, Clock } from "../../src/ports.ts";

export const systemClock: Clock = { now: () => Date.now(), zoneRules: process.versions.tz ?? "unknown" };

/** A clock that stands where it was set, for `--now`. */
export function standingClock(at: number): Clock {
  return { now: () => at, zoneRules: systemClock.zoneRules };
}

const LETTERS = "abcdefghijkmnpqrstuvwxyz";
const SIGNS = `${LETTERS}23456789`;

export const systemChance: Chance = {
  id: () => {
    const bytes = randomBytes(15);
    const letters = [...bytes].map((byte, index) => (index === 0 ? LETTERS[byte % LETTERS.length] : SIGNS[byte % SIGNS.length]));
    return letters.join("");
  },
  fraction: () => randomInt(2 ** 32) / 2 ** 32,
};

export function fingerprint(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** A pseudonym for one person on one chat: nobody without the key can tell whose it is. */
export function pseudonym(key: string, chat: string, rawId: string): string {
  return createHmac("sha256", key).update(`${chat}\u0000${rawId}`, "utf8").digest("base64url").slice(0, 27);
}

/** Its name inside a data folder. */
export const ACTOR_KEY_FILE = "actor.key";

/**
 * Reads the key of pseudonyms, making it once. It lies beside the database, never in it. It is written whole under another name first and
 * then linked into place, so that neither a crash nor two first starts at once leave half a key or two.
 */
export async function readActorKey(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, ACTOR_KEY_FILE);
  const kept = await readKey(path);
  if (kept !== undefined) return kept;
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString("base64url")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await link(draft, path).catch((error: unknown) => {
    // Somebody was quicker: theirs stands.
    if (!isCode(error, "EEXIST")) throw error;
  });
  await unlink(draft);
  const made = await readKey(path);
  if (made === undefined) throw new Error(`${path} vanished while it was being made.`);
  return made;
}

/** An empty key would give everyone the same pseudonym everywhere, so it is refused. */
async function readKey(path: string): Promise<string | undefined> {
  try {
    const key = (await readFile(path, "utf8")).trim();
    if (key.length < 32) throw new OperatorError("key_damaged", { file: path });
    return key;
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
