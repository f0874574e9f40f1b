/** Logs as JSON lines on standard error, so that standard output stays free for answers. */
import { pino } from "pino";
import type { Log } from "../../src/ports.ts";

export function createLog(level: string): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
  return {
    info: (event, values = {}) => logger.info(values, event),
    warn: (event, values = {}) => logger.warn(values, event),
    error: (event, values = {}) => logger.error(values, event),
  };
}
