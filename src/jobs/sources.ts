/** Reads sources when their time has come: all that are due in passes, and one at once when a person waits for it. */
import type { Worker } from "../parts.ts";
import { beginReadings } from "../sources/due.ts";
import { recordReading } from "../sources/reading.ts";
import { sourceKey } from "../sources/sources.ts";
import { SOURCES_KEY } from "../wake-keys.ts";
import { readDue } from "./pass.ts";
import { endPolling, pollingOf, readOne, toolsOf } from "./read-one.ts";

/** `sources:due`: everything that is due. One wake serves all, since a row for each would cost more than an unchanged reading. */
export const sourcesWorker: Worker = {
  prefix: SOURCES_KEY.slice(0, SOURCES_KEY.indexOf(":")),
  run: (context) => readDue(context, pollingOf(context)),
  end: (context) => endPolling(pollingOf(context)),
};

/** `source:ID`: that one, at once. Further readings are left to the passes. */
export const sourceWorker: Worker = {
  prefix: "source",
  async run(context, key) {
    const { ports, change } = context;
    const polling = pollingOf(context);
    const id = key.slice(sourceKey("").length);
    await polling.busy.get(id);
    const [begun] = await beginReadings(ports.store.reading, [id]);
    if (begun === undefined || begun.source.state !== "following" || begun.source.nextAt > ports.clock.now()) return null;
    const reading = (async () => {
      const isQuiet = (await readOne(context, polling, begun)) === "quiet";
      if (isQuiet) await change((trx) => recordReading(trx, begun.source, { is: "unchanged" }, toolsOf(context)));
    })();
    polling.busy.set(id, reading.catch(() => undefined));
    try {
      await reading;
    } finally {
      polling.busy.delete(id);
    }
    await change((trx) => ports.engine.wake(trx, SOURCES_KEY, ports.clock.now()));
    return null;
  },
};
