/** Reads an address that somebody tries out, and answers in the room where it was asked. Nothing of it is kept. */
import { drawTrial } from "../cards/trial.ts";
import { reply } from "../delivery/outbox.ts";
import { speak } from "../i18n.ts";
import type { Worker, WorkerContext } from "../parts.ts";
import { findRoom, type Room } from "../rooms/rooms.ts";
import { hostOf } from "../sources/sources.ts";
import { judgeTrial, parseTrial, type Trial, TRIAL_PREFIX, type TrialResult } from "../sources/trial.ts";
import { pollingOf } from "./read-one.ts";

export const trialWorker: Worker = {
  prefix: TRIAL_PREFIX,
  async run(context, key) {
    const { ports, change } = context;
    const trial = parseTrial(key);
    const room = trial === undefined ? undefined : await findRoom(ports.store.reading, trial.room);
    if (trial === undefined || room === undefined) return null;
    const result = await tryOut(context, trial, room);
    const message = drawTrial(result, trial.url, { say: speak(room.language), zone: room.zone });
    // The same trial is answered once, however often its wake comes.
    await change((trx) => reply(trx, { room: room.address, key: `${TRIAL_PREFIX}:${trial.id}` }, message, ports.clock.now()));
    ports.log.info("source_tried", { outcome: "failure" in result ? result.failure : "read" });
    return null;
  },
};

async function tryOut(context: WorkerContext, trial: Trial, room: Room): Promise<TrialResult> {
  const { ports, parts } = context;
  const { large } = pollingOf(context);
  let isLarge = false;
  try {
    const reply = await ports.fetch({
      url: trial.url,
      privateAllowed: trial.privateAllowed,
      async admitLarge() {
        await large.take();
        isLarge = true;
      },
    });
    if (reply.status === "failed") return { title: hostOf(trial.url), failure: reply.code };
    if (reply.status === "unchanged") return { title: hostOf(trial.url), failure: "broken" };
    const read = await parts.readSource({ body: reply.body, contentType: reply.contentType, url: reply.finalUrl, known: [], now: ports.clock.now() });
    if ("error" in read) return { title: hostOf(trial.url), failure: read.error };
    return await judgeTrial(ports.store.reading, trial, room, read, { directory: parts.directory, now: ports.clock.now() });
  } finally {
    if (isLarge) large.give();
  }
}
