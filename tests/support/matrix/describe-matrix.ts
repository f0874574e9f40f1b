/** Suites that need a real homeserver: they run with CLARION_TEST_MATRIX=1 where one can be installed, and otherwise say why they do not. */
import { describe } from "vitest";
import { whyNoHomeserver } from "./install.ts";

const wanted = process.env["CLARION_TEST_MATRIX"] === "1";
/** Why suites that need a homeserver are skipped here; undefined when they run. */
export const whyNoMatrix: string | undefined = wanted ? await whyNoHomeserver() : "Set CLARION_TEST_MATRIX=1 to run it.";

export function describeMatrix(name: string, body: () => void): void {
  if (whyNoMatrix !== undefined) console.warn(`SKIPPED: ${name}. ${whyNoMatrix}`);
  describe.skipIf(whyNoMatrix !== undefined)(whyNoMatrix === undefined ? name : `${name} (${whyNoMatrix})`, body);
}
