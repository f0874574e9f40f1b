import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

const FOLDER = path.join(import.meta.dirname, "..");
/** Nothing else may be needed where the package is used. */
const NEEDED = ["fake-indexeddb", "better-sqlite3"];
const PACKAGE = "indexeddb-kept-in-sqlite";

/** The `node_modules` that has a package, going up from here. */
function findPackages(): string {
  for (let folder = FOLDER; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const found = path.join(folder, "node_modules");
    try {
      if (readdirSync(found).includes("fake-indexeddb")) return found;
    } catch {
      // No node_modules here; further up.
    }
  }
  throw new Error("The packages are not installed.");
}

function run(file: string, parameters: string[], folder: string): string {
  return execFileSync(process.execPath, [file, ...parameters], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

const CONSUMER = `
import { openIndexedDB, pruneInboundSessions, StoreFileError, type KeptIndexedDB } from "${PACKAGE}";

const kept: KeptIndexedDB = await openIndexedDB("store.sqlite", { now: () => 5 });
const request = kept.indexedDB.open("things", 1);
request.onupgradeneeded = () => request.result.createObjectStore("things").put("kept", 1);
await new Promise((resolve) => (request.onsuccess = resolve));
await kept.close();
const pruned: number = pruneInboundSessions("store.sqlite", { prefix: "none", arrivedBefore: 1 });
const again = await openIndexedDB("store.sqlite");
const names = (await again.indexedDB.databases()).map(({ name }) => name);
const refused = await openIndexedDB("store.sqlite").catch((error: unknown) => error);
console.log(JSON.stringify({ pruned, names, code: refused instanceof StoreFileError ? refused.code : undefined }));
await again.close();
`;

describe("the folder as a package", () => {
  it("builds to JavaScript and types that work under node_modules, with two packages beside it", () => {
    const packages = findPackages();
    const compiler = path.join(packages, "typescript", "bin", "tsc");
    const project = mkdtempSync(path.join(tmpdir(), "package-"));
    onTestFinished(() => rmSync(project, { recursive: true, force: true }));
    const built = path.join(project, "node_modules", PACKAGE);
    mkdirSync(built, { recursive: true });
    run(compiler, ["-p", path.join(FOLDER, "tsconfig.build.json"), "--outDir", built], FOLDER);
    writeFileSync(path.join(built, "package.json"), JSON.stringify({ name: PACKAGE, version: "0.0.0", type: "module", exports: "./index.js" }));
    for (const name of NEEDED) symlinkSync(path.join(packages, name), path.join(project, "node_modules", name));

    const emitted = readdirSync(built).filter((file) => file.endsWith(".js"));
    const sources = readdirSync(FOLDER).filter((file) => file.endsWith(".ts") && file !== "measure.ts");
    expect(emitted.toSorted()).toEqual(sources.map((file) => file.replace(/\.ts$/, ".js")).toSorted());
    for (const file of emitted) expect(readFileSync(path.join(built, file), "utf8")).not.toMatch(/from "\.[^"]*\.ts"/);

    writeFileSync(path.join(project, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(path.join(project, "consumer.ts"), CONSUMER);
    const options = { strict: true, module: "nodenext", target: "es2024", lib: ["esnext", "dom"], types: [], verbatimModuleSyntax: true };
    writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["consumer.ts"] }));
    run(compiler, ["-p", project], project);
    const said: unknown = JSON.parse(run("consumer.js", [], project));
    expect(said).toEqual({ pruned: 0, names: ["things"], code: "in_use" });
  });

  it("imports nothing from outside but two packages and Node", () => {
    const imports = readdirSync(FOLDER)
      .filter((file) => file.endsWith(".ts") && file !== "measure.ts")
      .flatMap((file) => [...readFileSync(path.join(FOLDER, file), "utf8").matchAll(/from "([^"]+)"/g)].map((match) => match[1] ?? ""));
    expect(imports.length).toBeGreaterThan(20);
    expect(imports.filter((specifier) => !/^(\.\/[a-z-]+\.ts|node:.+|fake-indexeddb|better-sqlite3)$/.test(specifier))).toEqual([]);
  });
});
