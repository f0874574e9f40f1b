/** One shipped file to checked rows. What is wrong is named by file and line, so that whoever edits a file finds it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";

const parsedRows = z.array(z.unknown());
/** csv-parse's own shape with `info: true`. */
const numberedRows = z.array(z.object({ info: z.object({ lines: z.number() }) }));
const OPTIONS = { columns: true, bom: true, skip_empty_lines: true } as const;

/** Throws an Error whose message names the file, the line and the column. */
export function readRows<T>(folder: string, file: string, row: z.ZodType<T>): T[] {
  const text = readFileSync(join(folder, file), "utf8");
  let records: unknown[];
  try {
    records = parsedRows.parse(parse(text, OPTIONS));
  } catch (error) {
    // csv-parse says the line itself.
    throw new Error(`${file}: ${error instanceof Error ? error.message : "cannot be read"}`, { cause: error });
  }
  return records.map((record, index) => {
    const checked = row.safeParse(record);
    if (checked.success) return checked.data;
    // Counting lines slows reading down, so it is done only when there is something to say.
    const line = numberedRows.parse(parse(text, { ...OPTIONS, info: true }))[index]?.info.lines;
    const problems = checked.error.issues.map((issue) => `${issue.path.join(".") || "row"}: ${issue.message}`);
    throw new Error(`${file}, line ${line}: ${problems.join("; ")}`);
  });
}

/** A name as people should read it, whichever apostrophe the file has. */
export function displayName(name: string): string {
  return name.replaceAll("'", "’");
}

/** A list in one cell; blanks between separators are dropped. */
export function splitCell(cell: string, separator: string): string[] {
  return cell.split(separator).map((part) => part.trim()).filter((part) => part !== "");
}
