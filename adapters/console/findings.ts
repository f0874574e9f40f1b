/** What a check found, and how it is printed: one line each, by sign and word, so that nobody needs colours. */
import type { Say } from "../../src/i18n.ts";
import { safeForTerminal } from "./safe.ts";

/** `bad`: it keeps something from working. `note`: worth knowing, nothing to do. */
export type Finding = { state: "good" | "bad" | "note"; text: string; remedy?: string };

const SIGNS = { good: "✓", bad: "✗", note: "–" } as const;

/** Returns whether nothing bad was among them. */
export function printFindings(findings: readonly Finding[], say: Say, write: (text: string) => void): boolean {
  for (const { state, text, remedy } of findings) {
    const line = `${SIGNS[state]} ${say(`console.doctor.${state}`)}: ${text}${remedy === undefined ? "" : ` → ${remedy}`}`;
    // Names of channels and workspaces come from outside.
    write(`${safeForTerminal(line).replaceAll("\n", " ")}\n`);
  }
  return findings.every(({ state }) => state !== "bad");
}
