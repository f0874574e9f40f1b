/** The rows of a table as text, by csv-parse, with its delimiter found out. A row with a wrong quote loses only itself. */
import { parse } from "csv-parse/sync";
import { z } from "zod";

const DELIMITERS = [",", ";", "\t", "|"];
const MOST_ROWS = 3_000;
/** A cell with more lines than this is a quote that was never closed. */
const MOST_LINES_IN_A_ROW = 30;

const recordsSchema = z.array(z.array(z.string()));

function parseRow(text: string, delimiter: string, quote: string | false): string[] | null {
  try {
    const records = recordsSchema.parse(parse(text, { delimiter, quote, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, trim: true }));
    return records.length === 1 ? (records[0] ?? null) : null;
  } catch {
    return null;
  }
}

function quotes(text: string): number {
  return text.split('"').length - 1;
}

/** Physical lines to rows: a quoted cell may hold line breaks. */
function splitRows(lines: readonly string[], delimiter: string): string[][] {
  const rows: string[][] = [];
  /** Cells of the widest row so far that stands on one line: a line that has as many is a row of its own. */
  let width = 2;
  for (let index = 0; index < lines.length && rows.length < MOST_ROWS; index += 1) {
    const line = lines[index] ?? "";
    if (line.trim() === "") continue;
    let text = line;
    let last = index;
    if (quotes(line) % 2 === 1) {
      while (last + 1 < lines.length && last - index < MOST_LINES_IN_A_ROW && quotes(text) % 2 === 1) {
        const next = lines[last + 1] ?? "";
        const alone = quotes(next) % 2 === 0 ? parseRow(next, delimiter, '"') : null;
        if (alone !== null && alone.length >= width) break;
        text += `\n${next}`;
        last += 1;
      }
    }
    const whole = quotes(text) % 2 === 0 ? parseRow(text, delimiter, '"') : null;
    const row = whole ?? parseRow(line, delimiter, false);
    if (whole !== null) index = last;
    if (row === null) continue;
    if (last === index && !line.includes('"')) width = Math.max(width, row.length);
    rows.push(row.map((cell) => (whole === null ? cell.replace(/^"|"$/g, "") : cell)));
  }
  return rows;
}

/** How much a text looks like a table with this delimiter: rows of the most usual width, times that width. */
function regularity(rows: readonly string[][]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1);
  return Math.max(0, ...[...counts].map(([width, count]) => (count / rows.length) * (Math.min(width, 10) + 10) * (count > 1 ? 1 : 0.5)));
}

/** Undefined when the text is no table of at least two columns. */
export function readRows(text: string): string[][] | undefined {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/).slice(0, MOST_ROWS * 4);
  // Excel says its delimiter in a first line of its own.
  const stated = /^"?sep=(.)"?$/i.exec(lines[0] ?? "")?.[1];
  if (stated !== undefined) return splitRows(lines.slice(1), stated);
  const sample = lines.slice(0, 60);
  const best = DELIMITERS.map((delimiter) => ({ delimiter, score: regularity(splitRows(sample, delimiter)) })).sort((a, b) => b.score - a.score)[0];
  return best === undefined || best.score < 5 ? undefined : splitRows(lines, best.delimiter);
}
