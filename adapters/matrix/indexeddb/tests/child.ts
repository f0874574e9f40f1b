/** A process of its own that works on a kept IndexedDB, for the tests that kill it, fill its disk or lock it out. */
import { writeSync } from "node:fs";
import { openIndexedDB } from "../index.ts";
import { openDatabase, outcome } from "./child-support.ts";

const [mode = "", file = "", from = "0"] = process.argv.slice(2);

/** Reaches the parent even if this process is killed right after. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function openBoth(factory: IDBFactory): Promise<IDBDatabase> {
  return openDatabase(factory, (database) => {
    database.createObjectStore("left");
    database.createObjectStore("right").createIndex("by number", "number");
  });
}

/** Each number goes into both stores in one transaction, or into each in one of its own under one hold; "ack" means: on disk. */
async function writeForEver(): Promise<void> {
  const store = await openIndexedDB(file);
  const database = await openBoth(store.indexedDB);
  say("open");
  for (let number = Number(from); ; number += 1) {
    const put = (names: string[]): Promise<string> => {
      const transaction = database.transaction(names, "readwrite");
      for (const name of names) transaction.objectStore(name).put({ number, filling: "x".repeat(number % 900) }, number);
      return outcome(transaction);
    };
    if (number % 3 === 0) {
      await store.holding(async () => {
        await put(["left"]);
        await put(["right"]);
      });
      await store.durable();
    } else await put(["left", "right"]);
    say(`ack ${number}`);
  }
}

function kill(): void {
  process.kill(process.pid, "SIGKILL");
}

async function dieAtComplete(): Promise<void> {
  const store = await openIndexedDB(file);
  const database = await openBoth(store.indexedDB);
  const transaction = database.transaction("left", "readwrite");
  transaction.objectStore("left").put("there", 1);
  transaction.addEventListener("complete", kill);
}

async function dieWhileHeld(): Promise<void> {
  const store = await openIndexedDB(file);
  const database = await openBoth(store.indexedDB);
  store.hold();
  for (const name of ["left", "right"]) {
    const transaction = database.transaction(name, "readwrite");
    transaction.objectStore(name).put("there", 1);
    await outcome(transaction);
  }
  store.raiseBoots();
  kill();
}

/** With the default for a failed commit. */
async function fillUp(): Promise<void> {
  const store = await openIndexedDB(file, { pageLimit: 60 });
  const database = await openBoth(store.indexedDB);
  process.on("exit", () => say("exit"));
  for (let number = 0; ; number += 1) {
    const transaction = database.transaction("left", "readwrite");
    transaction.objectStore("left").put("x".repeat(5000), number);
    await outcome(transaction);
    say(`ack ${number}`);
  }
}

async function tryToOpen(): Promise<void> {
  try {
    await openIndexedDB(file);
    say("opened");
  } catch (error) {
    say(error instanceof Error && "code" in error ? `${String(error.code)}: ${error.message}` : String(error));
  }
}

const modes: Record<string, () => Promise<void>> = { writeForEver, dieAtComplete, dieWhileHeld, fillUp, tryToOpen };
await modes[mode]?.();
