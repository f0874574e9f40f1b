/** Looks at what lies in `matrix/` of the data folder, and changes nothing: which files are there, who can read them, and whether the keys are an old copy. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { z } from "zod";
import type { Say } from "../../src/i18n.ts";
import type { MatrixAccount } from "../../src/matrix-settings.ts";
import type { Finding } from "../console/findings.ts";
import { canOthersRead } from "../node/settings.ts";
import { DATABASE_FILE } from "../sqlite/backup.ts";
import { createKysely } from "../sqlite/dialect.ts";
import { openReading } from "../sqlite/open.ts";
import { matrixPaths } from "./files.ts";
import { type KeyMemory, readMemory } from "./memory.ts";

const sessionSchema = z.object({ deviceId: z.string(), accessToken: z.string().optional(), refreshToken: z.string().optional() });
export type KeptSession = z.infer<typeof sessionSchema>;
export type FilesReport = { findings: Finding[]; session: KeptSession | undefined };

export async function checkKeyFiles(dataFolder: string, account: MatrixAccount, { say, served }: { say: Say; served: boolean }): Promise<FilesReport> {
  const files = matrixPaths(dataFolder);
  const there = [files.folder, files.crypto, files.session, files.storeKey, files.recoveryKey].filter((file) => existsSync(file));
  const memory = await remember(path.join(dataFolder, DATABASE_FILE));
  if (!there.includes(files.session) && memory === undefined) return { findings: [{ state: "note", text: say("console.doctor.matrix.new") }], session: undefined };
  const findings = there.filter(canOthersRead).map((file): Finding => {
    return { state: "bad", text: say("console.doctor.matrix.file_open", { file }), remedy: `chmod ${file === files.folder ? "700" : "600"} ${file}` };
  });
  findings.push(checkCrypto(files.crypto, memory, { say, served }));
  if (account.storeKey === undefined && !there.includes(files.storeKey)) findings.push({ state: "bad", text: say("console.error.matrix_store_key_missing", { file: files.storeKey }) });
  findings.push(checkRecoveryKey(account, there.includes(files.recoveryKey) ? files.recoveryKey : undefined, say));
  const session = there.includes(files.session) ? readSession(files.session) : undefined;
  if (session === undefined && there.includes(files.session)) findings.push({ state: "bad", text: say("console.error.matrix_session_damaged", { file: files.session }) });
  return { findings, session };
}

function readSession(file: string): KeptSession | undefined {
  try {
    return sessionSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    // Its text holds tokens; what is wrong with it is not said.
    return undefined;
  }
}

function checkRecoveryKey({ recoveryKey }: MatrixAccount, file: string | undefined, say: Say): Finding {
  if (recoveryKey !== undefined) return { state: "good", text: say("console.doctor.matrix.recovery_setting") };
  if (file !== undefined) return { state: "good", text: say("console.doctor.matrix.recovery", { file }) };
  return { state: "bad", text: say("console.doctor.matrix.recovery_missing"), remedy: say("console.doctor.matrix.recovery_missing_remedy") };
}

/** Old keys are the one thing that must not be started with: they would encrypt a second message with a key that was used. */
function checkCrypto(file: string, memory: KeyMemory | undefined, { say, served }: { say: Say; served: boolean }): Finding {
  if (!existsSync(file)) return { state: "bad", text: say("console.error.matrix_keys_missing", { file }) };
  // The server holds it, and has looked itself.
  if (served) return { state: "good", text: say("console.doctor.matrix.keys_served", { file }) };
  const counters = readCounters(file);
  if (counters === undefined) return { state: "bad", text: say("console.error.matrix_keys_unreadable", { file, code: "damaged" }) };
  const isOld = memory !== undefined && ((counters.get("boots") ?? 0) < memory.boots || (counters.get("commits") ?? 0) < memory.commits);
  if (isOld) return { state: "bad", text: say("console.error.matrix_keys_old", { file }) };
  return { state: "good", text: say("console.doctor.matrix.keys", { file }) };
}

function readCounters(file: string): Map<string, number> | undefined {
  let database: Sqlite.Database | undefined;
  try {
    database = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 0 });
    const rows = database.prepare<[], { name: string; value: number }>("select name, value from counter").all();
    return new Map(rows.map(({ name, value }) => [name, value]));
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}

/** Undefined also where the database cannot be read: what is wrong with it is said elsewhere. */
async function remember(file: string): Promise<KeyMemory | undefined> {
  if (!existsSync(file)) return undefined;
  const connection = openReading(file);
  try {
    return await readMemory({ reading: createKysely({ database: connection, mode: "reading" }) });
  } catch {
    return undefined;
  } finally {
    connection.close();
  }
}
