/** Suites that need a real homeserver: they run with CLARION_TEST_MATRIX=1 where one can be installed, and otherwise say why they do not. */
import { describe, vi } from "vitest";
import { whyNoHomeserver } from "./install.ts";

const wanted = process.env["CLARION_TEST_MATRIX"] === "1";
/** Why suites that need a homeserver are skipped here; undefined when they run. */
export const whyNoMatrix: string | undefined = wanted ? await whyNoHomeserver() : "Set CLARION_TEST_MATRIX=1 to run it.";

// A homeserver, several clients and programs that start: on a busy machine all of that takes its time.
if (wanted) vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 });

export function describeMatrix(name: string, body: () => void): void {
  if (whyNoMatrix !== undefined) console.warn(`SKIPPED: ${name}. ${whyNoMatrix}`);
  describe.skipIf(whyNoMatrix !== undefined)(whyNoMatrix === undefined ? name : `${name} (${whyNoMatrix})`, body);
}
