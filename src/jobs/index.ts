/** Every worker there is beside delivery and the tick. */
import type { Worker } from "../parts.ts";
import { callWorker } from "./calls.ts";
import { pasteWorker } from "./pastes.ts";
import { roomWorker } from "./rooms.ts";
import { sourcesWorker, sourceWorker } from "./sources.ts";
import { trialWorker } from "./trials.ts";

export const workers: readonly Worker[] = [callWorker, sourceWorker, sourcesWorker, pasteWorker, trialWorker, roomWorker];
