/** A store that can be looked at only. */
import { UserError } from "../../src/errors.ts";
import type { Store } from "../../src/ports.ts";

/** For a clock set by hand beside a running server: it would put wrong times into rows that the server acts on. */
export function refuseWrites(store: Store): Store {
  return {
    reading: store.reading,
    write: () => Promise.reject(new UserError("clock_held")),
    onCommit: (listener) => store.onCommit(listener),
    onForeignChange: (listener) => store.onForeignChange(listener),
    close: () => store.close(),
  };
}
