import type { Log, LogValues } from "../../src/ports.ts";

export type LogEntry = { level: string; event: string; values: LogValues };
export function recordingLog(): Log & { entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  const at = (level: string) => (event: string, values: LogValues = {}) => void entries.push({ level, event, values });
  return { entries, info: at("info"), warn: at("warn"), error: at("error") };
}
