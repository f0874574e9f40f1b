/** The house rules that imports can show: which folder may know which, and that nothing goes round in a circle. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "..");
const ALLOWED: Record<string, { folders: string[]; packages: string[] | "any" }> = {
  src: { folders: ["src"], packages: ["kysely", "kysely/migration", "zod", "temporal-polyfill", "intl-messageformat"] },
  commands: { folders: ["src", "commands"], packages: [] },
  feeds: { folders: ["src", "feeds"], packages: ["rss-parser", "ical.js", "windows-iana", "htmlparser2", "entities", "csv-parse/sync", "zod"] },
  adapters: { folders: ["src", "adapters"], packages: "any" },
};
/** What only ports may read. */
const PORTS_ONLY = /\bDate\.now\(|new Date\(\)|Temporal\.Now|Math\.random\(|process\.env|(?<![.\w])fetch\(|performance\.now\(/;

type Source = { file: string; text: string; imports: string[] };

function readSources(folder: string): Source[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => {
      const full = path.join(entry.parentPath, entry.name);
      const text = readFileSync(full, "utf8");
      const imports = [...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm)].map(
        (match) => match[1] ?? match[2] ?? match[3] ?? "",
      );
      return { file: path.relative(ROOT, full), text, imports };
    });
}

const sources = Object.keys(ALLOWED).flatMap(readSources);

function targetOf(source: Source, specifier: string): string {
  return path.normalize(path.join(path.dirname(source.file), specifier));
}

function breaches(all: readonly Source[]): string[] {
  return all.flatMap((source) => {
    const rule = ALLOWED[source.file.split("/")[0] ?? ""];
    if (rule === undefined) return [];
    return source.imports
      .filter((specifier) => {
        if (specifier.startsWith(".")) return !rule.folders.includes(targetOf(source, specifier).split("/")[0] ?? "");
        return rule.packages !== "any" && !rule.packages.includes(specifier);
      })
      .map((specifier) => `${source.file} imports ${specifier}`);
  });
}

/** Type-only imports count too: a circle of types is a circle of ideas, but only circles of code break a program. */
function circles(all: readonly Source[]): string[] {
  const edges = new Map(
    all.map((source) => [
      source.file,
      [...source.text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s+"(\.[^"]+)"/gm)].map((match) => targetOf(source, match[1] ?? "")),
    ]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) {
      found.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

describe("the house", () => {
  it("lets each folder import only what its rule allows", () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(breaches(sources)).toEqual([]);
  });

  it("has no circle of imports", () => {
    expect(circles(sources)).toEqual([]);
  });

  it("would notice a breach and a circle", () => {
    const bad: Source = { file: "src/bad.ts", text: 'import { x } from "../adapters/web/chat.ts";', imports: ["../adapters/web/chat.ts", "hono"] };
    expect(breaches([bad])).toHaveLength(2);
    const one = { file: "src/one.ts", text: 'import { b } from "./two.ts";', imports: ["./two.ts"] };
    const two = { file: "src/two.ts", text: 'import { a } from "./one.ts";', imports: ["./one.ts"] };
    expect(circles([one, two])).toHaveLength(1);
  });

  it("reads clock, chance, environment and network only through ports", () => {
    const readers = sources
      .filter((source) => !source.file.startsWith("adapters/"))
      .filter((source) => PORTS_ONLY.test(source.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")))
      .map((source) => source.file);
    expect(readers).toEqual([]);
  });

  it("keeps every file small enough to need no map", () => {
    const long = sources.filter((source) => source.text.split("\n").length > 400).map((source) => source.file);
    expect(long).toEqual([]);
  });

  it("gives up no types", () => {
    const given = sources
      .filter((source) => /:\s*any\b|\bas any\b|<any>|@ts-ignore|@ts-expect-error/.test(source.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")))
      .map((source) => source.file);
    expect(given).toEqual([]);
  });
});
