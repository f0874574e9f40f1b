/** Notices code that steps outside its transaction, which would otherwise wait for itself or read what is not committed. */
import { AsyncLocalStorage } from "node:async_hooks";

const transaction = new AsyncLocalStorage<{ open: boolean }>();

/** Throws when called from inside the body of a write. */
export function refuseInsideWrite(what: "write" | "reading"): void {
  if (transaction.getStore()?.open !== true) return;
  throw new Error(
    what === "write"
      ? "A write was started inside another write. Hand its `trx` on instead."
      : "`store.reading` was used inside a write. Use the `trx` of that write: it sees what the write has done so far.",
  );
}

/** Runs the body of one transaction, so that `refuseInsideWrite` knows. What it leaves running afterwards is free again. */
export async function insideWrite<T>(body: () => Promise<T>): Promise<T> {
  const state = { open: true };
  try {
    return await transaction.run(state, body);
  } finally {
    state.open = false;
  }
}
