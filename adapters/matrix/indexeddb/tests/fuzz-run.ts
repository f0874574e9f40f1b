/** Runs the chapters of a random program on one IndexedDB, and tells what happened in words that can be compared. */
import { INDEX_KINDS, STORE_KINDS, toRange, type Chapter, type Step, type Upgrade, type Work } from "./fuzz-program.ts";
import { outcome } from "./support.ts";

export type Story = unknown[];

/** All transactions of the chapter begin before any has ended. */
export async function runTogether(database: IDBDatabase, together: readonly Work[]): Promise<Story> {
  return Promise.all(together.map((work) => runWork(database, work)));
}

async function runWork(database: IDBDatabase, work: Work): Promise<Story> {
  const story: Story = [];
  let transaction: IDBTransaction;
  try {
    transaction = database.transaction(work.store, "readwrite");
  } catch (error) {
    return ["no transaction", nameOf(error)];
  }
  const end = outcome(transaction);
  const store = transaction.objectStore(work.store);
  for (const step of work.steps) attempt(story, step.do, () => runStep(store, step, work.forgiving, story));
  if (work.end !== "complete") attempt(story, work.end, () => (work.end === "abort" ? transaction.abort() : transaction.commit()));
  story.push(await end, transaction.error?.name);
  return story;
}

function runStep(store: IDBObjectStore, step: Step, forgiving: boolean, story: Story): void {
  switch (step.do) {
    case "put":
    case "add": {
      const inline = store.keyPath !== null;
      // No number by hand where numbers are generated: there fake-indexeddb keeps the generator of an aborted transaction.
      const generated = store.autoIncrement && typeof step.key === "number";
      follow(inline || generated ? store[step.do](step.value) : store[step.do](step.value, step.key), forgiving, story);
      return;
    }
    case "clear":
      follow(store.clear(), forgiving, story);
      return;
    case "walk":
      walk(store, step, forgiving, story);
      return;
    default:
      follow(store[step.do](toRange(step.query)), forgiving, story);
  }
}

function walk(store: IDBObjectStore, step: Extract<Step, { do: "walk" }>, forgiving: boolean, story: Story): void {
  const source = step.index !== undefined && store.indexNames.contains(step.index) ? store.index(step.index) : store;
  const request = source.openCursor(null, step.direction);
  let seen = 0;
  request.addEventListener("error", (event) => forgive(event, forgiving, story));
  request.addEventListener("success", () => {
    const cursor = request.result;
    if (cursor === null || seen > 12) return;
    story.push(["at", cursor.key, cursor.primaryKey]);
    if (step.change !== "none" && seen % 2 === 0) {
      attempt(story, step.change, () =>
        follow(step.change === "delete" ? cursor.delete() : cursor.update({ ...Object(cursor.value), ...Object(step.value) }), forgiving, story),
      );
    }
    seen += 1;
    attempt(story, "advance", () => (step.stride === 1 ? cursor.continue() : cursor.advance(step.stride)));
  });
}

type Following = EventTarget & { readonly result: unknown; readonly error: DOMException | null };

function follow(request: Following, forgiving: boolean, story: Story): void {
  request.addEventListener("success", () => story.push(["ok", request.result]));
  request.addEventListener("error", (event) => forgive(event, forgiving, story, request.error?.name));
}

function forgive(event: Event, forgiving: boolean, story: Story, name?: string): void {
  story.push(["error", name]);
  if (forgiving) event.preventDefault();
}

export async function runUpgrade(factory: IDBFactory, name: string, version: number, chapter: Extract<Chapter, { do: "upgrade" }>): Promise<Story> {
  const story: Story = [];
  const request = factory.open(name, version);
  request.addEventListener("upgradeneeded", () => {
    const { transaction } = request;
    if (transaction === null) throw new Error("An upgrade has a transaction.");
    for (const change of chapter.changes) attempt(story, change.do, () => runChange(request.result, transaction, change, story));
    if (chapter.abort) transaction.abort();
  });
  return new Promise((resolve) => {
    request.addEventListener("success", () => {
      request.result.close();
      resolve([...story, "upgraded", request.result.version]);
    });
    request.addEventListener("error", () => resolve([...story, "not upgraded", request.error?.name]));
  });
}

function runChange(database: IDBDatabase, transaction: IDBTransaction, change: Upgrade, story: Story): void {
  if (change.do === "create") {
    database.createObjectStore(change.store, STORE_KINDS[change.kind] ?? {});
    return;
  }
  if (change.do === "delete") {
    database.deleteObjectStore(change.store);
    return;
  }
  const store = transaction.objectStore(change.store);
  if (change.do === "rename") store.name = change.to;
  else if (change.do === "createIndex") {
    const kind = INDEX_KINDS[change.kind];
    if (kind !== undefined) store.createIndex(change.index, kind.keyPath, kind.options);
  } else if (change.do === "deleteIndex") store.deleteIndex(change.index);
  else if (change.do === "renameIndex") store.index(change.index).name = change.to;
  else runStep(store, { do: "put", value: change.value, key: change.key }, true, story);
}

function attempt(story: Story, what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    story.push(["threw", what, nameOf(error)]);
  }
}

function nameOf(error: unknown): unknown {
  return error instanceof Error || error instanceof DOMException ? error.name : error;
}
