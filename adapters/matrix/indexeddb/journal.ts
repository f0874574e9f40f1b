/** Notes what one transaction asks for, in its order. Thrown away when the transaction is aborted. */
import { encodeKey, encodeRange } from "./keys.ts";
import type { DatabaseShape, StoreShape } from "./shapes.ts";
import type { Change } from "./writer.ts";

/** Where IndexedDB's key generators end. */
const LAST_GENERATED = 2 ** 53;

export class Journal {
  readonly #changes: Change[] = [];
  readonly #generators = new Map<number, number>();

  /** The key is known, and that the record is there at all, once the request succeeds. */
  put(store: StoreShape, value: Uint8Array, request: IDBRequest<IDBValidKey>): void {
    const change: Change = { kind: "put", store: store.id, key: undefined, value };
    this.#changes.push(change);
    request.addEventListener("success", () => {
      change.key = encodeKey(request.result);
      if (store.autoIncrement) this.#noteGenerator(store.id, request.result);
    });
  }

  delete(store: StoreShape, query: IDBValidKey | IDBKeyRange): void {
    this.#changes.push({ kind: "delete", store: store.id, range: encodeRange(query) });
  }

  clear(store: StoreShape): void {
    this.#changes.push({ kind: "clear", store: store.id });
  }

  /** The changes of a finished transaction; with the shape it leaves behind if it was an upgrade. */
  finish(upgraded?: DatabaseShape): Change[] {
    const changes = [...this.#changes];
    if (upgraded !== undefined) changes.push({ kind: "schema", database: upgraded });
    for (const [store, generator] of this.#generators) changes.push({ kind: "generator", store, generator });
    return changes;
  }

  /** A number given by the caller moves the generator too. */
  #noteGenerator(store: number, key: IDBValidKey): void {
    if (typeof key !== "number") return;
    const reached = Math.floor(Math.min(key, LAST_GENERATED));
    this.#generators.set(store, Math.max(this.#generators.get(store) ?? 0, reached));
  }
}
