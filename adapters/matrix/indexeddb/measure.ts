/**
 * Measures the kept store against fake-indexeddb alone, with the real crypto store of the Matrix SDK in both. Run:
 * `node adapters/matrix/indexeddb/measure.ts [records] [encryptions]`. Each figure is of a process of its own; only the ratios travel.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DeviceId, EncryptionSettings, initAsync, OlmMachine, RoomId, StoreHandle, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { IDBFactory as MemoryFactory } from "fake-indexeddb";
import { openIndexedDB, pruneInboundSessions } from "./index.ts";
import { installFactory } from "./install.ts";

const PREFIX = "bot";
const STORAGE_KEY = new Uint8Array(32).fill(7);
const USER = "@bot:x";
const ROUNDS = 3;
type Figures = Record<string, number>;

/** The arguments of a part: the file of the store ("memory" for none), the exported keys, and how many encryptions. */
type Part = (store: string, keys: string, encryptions: number) => Promise<Figures>;

async function time<T>(work: () => Promise<T>): Promise<[milliseconds: number, T]> {
  const before = performance.now();
  const result = await work();
  return [performance.now() - before, result];
}

/** Installs the store for the life of this process. */
async function openStore(file: string): Promise<() => Promise<void>> {
  if (file === "memory") {
    installFactory(new MemoryFactory(), globalThis);
    return async () => undefined;
  }
  const store = await openIndexedDB(file);
  store.install();
  return () => store.close();
}

async function openMachine(): Promise<OlmMachine> {
  const handle = await StoreHandle.openWithKey(PREFIX, STORAGE_KEY);
  return OlmMachine.initFromStore(new UserId(USER), new DeviceId("DEVICE"), handle);
}

function residentMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1e6;
}

const open: Part = async (file) => {
  const [opening, close] = await time(() => openStore(file));
  const [starting, machine] = await time(openMachine);
  const figures = { opening, starting, resident: residentMegabytes() };
  machine.close();
  await close();
  return figures;
};

const fill: Part = async (file, keys) => {
  const close = await openStore(file);
  const machine = await openMachine();
  const exported = readFileSync(keys, "utf8");
  const [filling] = await time(() => machine.importExportedRoomKeys(exported, () => undefined));
  const resident = residentMegabytes();
  machine.close();
  await close();
  return { filling, resident };
};

const encrypt: Part = async (file, _, encryptions) => {
  const close = await openStore(file);
  const machine = await openMachine();
  const room = new RoomId("!busy:x");
  const settings = new EncryptionSettings();
  settings.rotationPeriodMessages = 1_000_000n;
  await machine.shareRoomKey(room, [new UserId(USER)], settings);
  const content = JSON.stringify({ msgtype: "m.notice", body: "A date has moved." });
  const send = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += 1) await machine.encryptRoomEvent(room, "m.room.message", content);
  };
  await send(100);
  const [encrypting] = await time(() => send(encryptions));
  machine.close();
  await close();
  return { perSecond: (encryptions / encrypting) * 1000 };
};

/** Room keys as another device exports them. */
const prepare: Part = async (_, keys, count) => {
  const sender = await OlmMachine.initialize(new UserId("@sender:x"), new DeviceId("SENDER"));
  for (let room = 0; room < count; room += 1) {
    await sender.shareRoomKey(new RoomId(`!${room}:x`), [new UserId("@sender:x")], new EncryptionSettings());
  }
  writeFileSync(keys, await sender.exportRoomKeys(() => true));
  return {};
};

const parts: Record<string, Part> = { open, fill, encrypt, prepare };

async function runPart(name: string, store: string, keys: string, count: number): Promise<void> {
  // The SDK tells the console what it does.
  for (const method of ["debug", "info", "log", "warn"] as const) globalThis.console[method] = () => undefined;
  await initAsync();
  const figures = await parts[name]?.(store, keys, count);
  process.stdout.write(JSON.stringify(figures));
}

/** Of several runs the least disturbed: the lowest of each figure, and the highest where more is better. */
function best(runs: Figures[]): Figures {
  const names = Object.keys(runs[0] ?? {});
  const pick = (name: string): number => {
    const values = runs.map((run) => run[name] ?? Number.NaN);
    return name === "perSecond" ? Math.max(...values) : Math.min(...values);
  };
  return Object.fromEntries(names.map((name) => [name, Math.round(pick(name) * 10) / 10]));
}

function measure(records: number, encryptions: number): void {
  const folder = mkdtempSync(path.join(tmpdir(), "measure-"));
  const keys = path.join(folder, "keys.json");
  const part = (name: string, file: string, count = encryptions): Figures => {
    const parameters = ["--expose-gc", "--no-webstorage", import.meta.filename, "part", name, file, keys, String(count)];
    return JSON.parse(execFileSync(process.execPath, parameters, { encoding: "utf8", maxBuffer: 1e9 }));
  };
  const rows: Record<string, Figures[]> = {};
  const add = (row: string, figures: Figures): void => void (rows[row] ??= []).push(figures);
  try {
    part("prepare", "memory", records);
    for (let round = 0; round < ROUNDS; round += 1) {
      const file = path.join(folder, `${round}.sqlite`);
      add("fresh, memory", part("open", "memory"));
      add("fresh, kept", part("open", file));
      add("reopened, kept", part("open", file));
      add("encryptions, memory", part("encrypt", "memory"));
      add("encryptions, kept", part("encrypt", path.join(folder, `busy ${round}.sqlite`)));
      add(`filling ${records}, memory`, part("fill", "memory"));
      add(`filling ${records}, kept`, { ...part("fill", file), diskMegabytes: statSync(file).size / 1e6 });
      add(`reopened with ${records}, kept`, part("open", file));
      pruneInboundSessions(file, { prefix: PREFIX, arrivedBefore: Date.now() + 1 });
      add("reopened after pruning, kept", { ...part("open", file), diskMegabytes: statSync(file).size / 1e6 });
    }
    console.table(Object.fromEntries(Object.entries(rows).map(([row, runs]) => [row, best(runs)])));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [first = "20000", second = "1000", ...rest] = process.argv.slice(2);
if (first === "part") await runPart(second, rest[0] ?? "memory", rest[1] ?? "", Number(rest[2]));
else measure(Number(first), Number(second));
