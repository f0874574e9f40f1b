/** The two files a browser loads beside the pages. Read once; their address changes with their content. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Assets } from "./frame.ts";

export type Asset = { name: string; type: string; content: string };

const TYPES: Readonly<Record<string, string>> = { "page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8" };

export function readAssets(): { files: Asset[]; assets: Assets } {
  const files = Object.entries(TYPES).map(([name, type]) => ({
    name,
    type,
    content: readFileSync(path.join(import.meta.dirname, "static", name), "utf8"),
  }));
  const address = (name: string): string => {
    const content = files.find((file) => file.name === name)?.content ?? "";
    return `/static/${name}?v=${createHash("sha256").update(content).digest("hex").slice(0, 12)}`;
  };
  return { files, assets: { style: address("page.css"), script: address("page.js") } };
}
