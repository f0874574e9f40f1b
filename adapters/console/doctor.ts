/** Looks at what Clarion needs on this machine, and says what to do where something is missing. Changes nothing. */
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../src/config.ts";
import { countWaiting } from "../../src/delivery/outbox.ts";
import type { Say } from "../../src/i18n.ts";
import { OperatorError } from "../../src/operator-error.ts";
import type { Database } from "../../src/ports.ts";
import { listRooms, type Room } from "../../src/rooms/rooms.ts";
import { type SchemaState, schemaState } from "../../src/store/migrate.ts";
import { ACTOR_KEY_FILE } from "../node/machine.ts";
import { canOthersRead, readSecretFile } from "../node/settings.ts";
import { DATABASE_FILE } from "../sqlite/backup.ts";
import { createKysely } from "../sqlite/dialect.ts";
import { isServerRunning } from "../sqlite/lock.ts";
import { openReading } from "../sqlite/open.ts";
import type { Finding } from "./findings.ts";

export type HomeReport = { findings: Finding[]; /** None where the database could not be read. */ rooms: Room[] };

/** Settings, data folder, key, database, server, and what the database says of posts and rooms. */
export async function checkHome(config: Config, say: Say): Promise<HomeReport> {
  const warnings = config.warnings.map(({ code, values }): Finding => ({ state: code === "setting_near" ? "note" : "bad", text: say(`console.warning.${code}`, values) }));
  const findings: Finding[] = [...warnings, ...checkFolder(config.dataFolder, say)];
  if (!existsSync(config.dataFolder)) return { findings, rooms: [] };
  findings.push(checkKey(config, say));
  const database = await checkDatabase(join(config.dataFolder, DATABASE_FILE), say);
  const served = isServerRunning(config.dataFolder);
  findings.push(...database.findings, { state: served ? "good" : "note", text: say(served ? "console.doctor.served" : "console.doctor.unserved") });
  return { findings: [...findings, ...database.content], rooms: database.rooms };
}

function checkFolder(folder: string, say: Say): Finding[] {
  if (!existsSync(folder)) return [{ state: "note", text: say("console.doctor.folder_new", { folder }) }];
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [{ state: "bad", text: say("console.doctor.folder_shut", { folder }), remedy: say("console.doctor.folder_shut_remedy") }];
  }
  if (canOthersRead(folder)) {
    return [{ state: "bad", text: say("console.doctor.folder_open", { folder }), remedy: `chmod 700 ${folder}` }];
  }
  return [{ state: "good", text: say("console.doctor.folder", { folder }) }];
}

function checkKey(config: Config, say: Say): Finding {
  if (config.actorKey !== undefined) return { state: "good", text: say("console.doctor.key_setting", { setting: "CLARION_ACTOR_KEY" }) };
  const setting = "CLARION_ACTOR_KEY_FILE";
  const file = config.actorKeyFile ?? join(config.dataFolder, ACTOR_KEY_FILE);
  if (config.actorKeyFile === undefined && !existsSync(file)) return { state: "note", text: say("console.doctor.key_new") };
  try {
    const { text, othersCanRead } = readSecretFile(setting, file);
    if (text.trim().length < 32) return { state: "bad", text: say("console.error.key_damaged", { file }) };
    if (othersCanRead) return { state: "bad", text: say("console.doctor.key_open", { file }), remedy: `chmod 600 ${file}` };
    return { state: "good", text: say("console.doctor.key", { file }) };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { state: "bad", text: say("console.error.key_damaged", { file }) };
  }
}

/** `content`: what is in it, said after whether a server runs. */
async function checkDatabase(file: string, say: Say): Promise<{ findings: Finding[]; content: Finding[]; rooms: Room[] }> {
  const bad = (key: "database_damaged" | "database_newer"): Finding => ({ state: "bad", text: say(`console.error.${key}`) });
  if (!existsSync(file)) return { findings: [{ state: "note", text: say("console.doctor.database_new") }], content: [], rooms: [] };
  const connection = openReading(file);
  const database = createKysely({ database: connection, mode: "reading" });
  try {
    const state: SchemaState = await schemaState(database);
    if (state === "newer") return { findings: [bad("database_newer")], content: [], rooms: [] };
    if (state === "behind") return { findings: [{ state: "note", text: say("console.doctor.database_behind") }], content: [], rooms: [] };
    const rooms = await listRooms(database);
    const findings: Finding[] = [{ state: "good", text: say("console.doctor.database", { rooms: rooms.length }) }];
    return { findings, content: [...(await checkPosts(database, say)), ...checkReach(rooms, say)], rooms };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { findings: [bad("database_damaged")], content: [], rooms: [] };
  } finally {
    connection.close();
  }
}

/** How SQLite, and `schemaState` above it, say that a file cannot be read as a database. */
function isUnreadable(error: unknown): boolean {
  return error instanceof OperatorError || (error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_"));
}

async function checkPosts(database: Database, say: Say): Promise<Finding[]> {
  const { waiting, dead } = await countWaiting(database);
  const waits: Finding = { state: waiting === 0 ? "good" : "note", text: say("console.doctor.waiting", { count: waiting }) };
  if (dead === 0) return [waits];
  return [waits, { state: "bad", text: say("console.doctor.dead", { count: dead }), remedy: say("console.doctor.dead_remedy") }];
}

function checkReach(rooms: readonly Room[], say: Say): Finding[] {
  return rooms.flatMap(({ address, unreachable }): Finding[] => {
    if (unreachable === null) return [];
    // In UTC and the same in every language, as in the log.
    const since = new Date(unreachable.since).toISOString();
    return [{ state: "bad", text: say("console.doctor.unreachable", { room: address, since }), remedy: say(`reach.${unreachable.why}`) }];
  });
}
