/** Keeps matrix-js-sdk from talking: its loggers write to the console at every level, and their children ignore the level of their parent. */
import { createRequire } from "node:module";
import type { Logger } from "matrix-js-sdk/lib/logger.js";

const nothing = (): void => {};

/** For `createClient`. */
export const silentLogger: Logger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, getChild: () => silentLogger };

/** For what the SDK logs outside of any client. Of the whole process: call it before clients are made. */
export function quietSdk(): void {
  const require = createRequire(createRequire(import.meta.url).resolve("matrix-js-sdk"));
  const loglevel: Loglevel = require("loglevel");
  loglevel.methodFactory = () => nothing;
  for (const logger of Object.values(loglevel.getLoggers())) {
    logger.methodFactory = () => nothing;
    logger.rebuild();
  }
}

interface LevelLogger {
  methodFactory: () => () => void;
  rebuild(): void;
}
type Loglevel = LevelLogger & { getLoggers(): Record<string, LevelLogger> };
