/** The clock, chance, hashes and key files of the machine we run on. */
import { createHash, createHmac, randomBytes, randomInt } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
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

/** Reads the key of pseudonyms, making it once. It lies beside the database, never in it. */
export async function readActorKey(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "actor.key");
  try {
    const file = await open(path, "wx", 0o600);
    const key = randomBytes(32).toString("base64url");
    await file.writeFile(`${key}\n`);
    await file.sync();
    await file.close();
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return (await readFile(path, "utf8")).trim();
  }
}
