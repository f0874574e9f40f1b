/** Matrix's library writes ids of events to standard output unless its loggers are taken away before it is loaded. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { startProcess } from "../../support/processes.ts";

const ADAPTER = path.join(import.meta.dirname, "../../../adapters/matrix");
/** What the program reads of the adapter first. */
const DOORS = ["chat.ts", "setup.ts", "verbs.ts"];

it.each(DOORS)("keeps the library from talking where %s is read first", async (file) => {
  const child = startProcess(new URL("talker.ts", import.meta.url), [file]);
  expect(await child.ended, child.lines.join("\n")).toMatchObject({ code: 0 });
  expect(child.lines).toEqual([]);
});

it("loads the library in one place only", () => {
  const loading = readdirSync(ADAPTER, { recursive: true, encoding: "utf8" }).filter((file) => {
    if (!file.endsWith(".ts") || file.includes("tests")) return false;
    return /^(?!import type)(?:import|export|\}).*"matrix-js-sdk/m.test(readFileSync(path.join(ADAPTER, file), "utf8"));
  });
  expect(loading.toSorted()).toEqual(["quiet-logger.ts", "sdk.ts"]);
});
